#include "db/db_sqlite.h"

#include "base/vec.h"

#include <string.h>

int reflect_sqlite_open(struct db *base, const char *sql, const char *schema,
                        const char *name, struct sqlite_stmt **stmt,
                        struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    struct value params[2] = {{.kind = VALUE_TEXT}, {.kind = VALUE_TEXT}};
    size_t count = schema == NULL ? 0 : name == NULL ? 1 : 2;

    if (db->lost)
        return db_sqlite_error_lost(db, err);
    if (db_sqlite_stmt_own(db, sql, stmt, err) != 0)
        return -1;
    if (count > 0) {
        params[0].text.data = schema;
        params[0].text.size = strlen(schema);
    }
    if (count > 1) {
        params[1].text.data = name;
        params[1].text.size = strlen(name);
    }
    if (db_sqlite_stmt_bind(db, *stmt, params, count, true, err) == 0)
        return 0;
    db_sqlite_stmt_put(db, *stmt);
    return -1;
}

int reflect_sqlite_next(struct db *base, struct sqlite_stmt *stmt,
                        struct error *err)
{
    return db_sqlite_stmt_step((struct sqlite_db *)base, stmt, err);
}

int reflect_sqlite_done(struct db *base, struct sqlite_stmt *stmt, int status)
{
    db_sqlite_stmt_put((struct sqlite_db *)base, stmt);
    return status;
}

const char *reflect_sqlite_text(struct sqlite_stmt *stmt, int column,
                                struct arena *arena)
{
    const void *text = sqlite3_column_text(stmt->handle, column);

    return text != NULL ? arena_strdup(arena, text) : NULL;
}

/* Reads the first column of every row. */
static int read_names(struct db *db, struct sqlite_stmt *stmt,
                      struct arena *arena, struct names *out, struct error *err)
{
    VEC(const char *) names = {0};
    int status;

    while ((status = reflect_sqlite_next(db, stmt, err)) == 1) {
        const char *name = reflect_sqlite_text(stmt, 0, arena);

        if (name != NULL)
            vec_push(arena, &names, name);
    }
    out->items = names.items;
    out->count = names.count;
    return reflect_sqlite_done(db, stmt, status);
}

int reflect_sqlite_relations(struct db *db, enum db_relation kind,
                             const char *schema, struct arena *arena,
                             struct names *out, struct error *err)
{
    /* shadow tables of virtual ones are hidden */
    static const char tables[] =
        "SELECT name FROM pragma_table_list WHERE schema = ?1 COLLATE "
        "NOCASE AND type IN ('table', 'virtual') AND name NOT LIKE "
        "'sqlite\\_%' ESCAPE '\\' "
        "ORDER BY name";
    static const char views[] =
        "SELECT name FROM pragma_table_list WHERE schema = ?1 COLLATE "
        "NOCASE AND type = 'view' ORDER BY name";
    struct sqlite_stmt *stmt;

    if (reflect_sqlite_open(db, kind == DB_TABLES ? tables : views,
                            schema != NULL ? schema : "main", NULL, &stmt,
                            err) != 0)
        return -1;
    return read_names(db, stmt, arena, out, err);
}

int reflect_sqlite_schemas(struct db *db, struct arena *arena,
                           struct names *out, struct error *err)
{
    struct sqlite_stmt *stmt;

    if (reflect_sqlite_open(db,
                            "SELECT name FROM pragma_database_list "
                            "WHERE name <> 'temp' ORDER BY name",
                            NULL, NULL, &stmt, err) != 0)
        return -1;
    return read_names(db, stmt, arena, out, err);
}
