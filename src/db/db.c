#include "db/db.h"

#include <string.h>

int db_open(const struct db_url *url, const struct db_options *options,
            struct db **db, struct error *err)
{
    *db = NULL;
    if (url->dialect == DIALECT_SQLITE)
        return db_sqlite_open(url, options, db, err);
    return db_postgres_open(url, options, db, err);
}

void db_close(struct db *db)
{
    if (db != NULL)
        db->driver->close(db);
}

int db_execute(struct db *db, const struct db_statement *statement,
               struct db_result *result, struct error *err)
{
    struct db_result ignored;

    return db->driver->execute(db, statement,
                               result != NULL ? result : &ignored, err);
}

int db_execute_text(struct db *db, const char *sql, struct error *err)
{
    struct db_statement statement = {.sql = sql, .size = strlen(sql)};

    return db_execute(db, &statement, NULL, err);
}

int db_query(struct db *db, const struct db_statement *statement,
             struct db_cursor **cursor, struct error *err)
{
    return db->driver->open(db, statement, cursor, err);
}

int db_query_one(struct db *db, const struct db_statement *statement,
                 struct arena *arena, struct value *value, struct error *err)
{
    const struct value *row;
    struct db_cursor *cursor;
    int status;

    memset(value, 0, sizeof *value);
    if (db_query(db, statement, &cursor, err) != 0)
        return -1;
    status = db_next(cursor, &row, err);
    if (status == 1 && cursor->column_count > 0) {
        *value = row[0];
        if (value->kind == VALUE_TEXT || value->kind == VALUE_BYTES)
            value->text.data =
                arena_strndup(arena, row[0].text.data, row[0].text.size);
    }
    db_cursor_close(cursor);
    return status < 0 ? -1 : 0;
}

int db_next(struct db_cursor *cursor, const struct value **row,
            struct error *err)
{
    return cursor->next(cursor, row, err);
}

void db_cursor_close(struct db_cursor *cursor)
{
    if (cursor != NULL)
        cursor->close(cursor);
}
