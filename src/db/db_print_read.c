/* Reading: from the live database, or an error that says why not. */
#include "db/db_print_parts.h"

#include "base/str.h"
#include "ddl/sql_kind.h"

#include <stdlib.h>
#include <string.h>

static struct print_db *print_of(struct db *base)
{
    return (struct print_db *)base;
}

static int no_database(const char *what, struct error *err)
{
    error_set(err, ERROR_FAILED, "%s: this SQL is written without a database",
              what);
    return error_hint(err,
                      "write it as SQL that reads by itself (INSERT ... "
                      "SELECT), ask op.is_offline() before, or run it with a "
                      "database");
}

/* Whether the live database refused to write: SQLITE_READONLY, or SQLSTATE
 * 25006. */
static bool would_write(const struct error *err)
{
    return (err->sqlite_code & 0xFF) == 8 ||
           strcmp(err->sqlstate, "25006") == 0;
}

/* Remembers what could not be read, if a statement that was only written may
 * be why, or that it would write. */
static int unread(struct print_db *db, int status, const struct error *err)
{
    if (status != 0 &&
        ((db->wrote && err->code == ERROR_FAILED) || would_write(err)))
        db->unread = arena_strdup(&db->kept, err->message);
    return status;
}

/* The same for a table that is not there. */
static void unread_table(struct print_db *db, const char *name, bool found)
{
    if (!found && db->wrote)
        db->unread = arena_printf(&db->kept, "no such table yet: %s", name);
}

/* --- PRAGMA foreign_keys, whose answer is known --- */

struct keys_cursor {
    struct db_cursor cursor;
    struct db_column column;
    struct value value;
    bool read;
};

static int keys_next(struct db_cursor *base, const struct value **row,
                     struct error *err)
{
    struct keys_cursor *cursor = (struct keys_cursor *)base;

    (void)err;
    if (cursor->read)
        return 0;
    cursor->read = true;
    *row = &cursor->value;
    return 1;
}

static void keys_close(struct db_cursor *base)
{
    free(base);
}

static int open_keys(struct print_db *db, struct db_cursor **out,
                     struct error *err)
{
    struct keys_cursor *cursor = calloc(1, sizeof *cursor);

    if (cursor == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    cursor->column.name = "foreign_keys";
    cursor->column.class = DB_CLASS_NUMBER;
    cursor->value.kind = VALUE_INTEGER;
    cursor->value.integer = db->keys > 0;
    cursor->cursor.db = &db->db;
    cursor->cursor.columns = &cursor->column;
    cursor->cursor.column_count = 1;
    cursor->cursor.next = keys_next;
    cursor->cursor.close = keys_close;
    *out = &cursor->cursor;
    return 0;
}

/* --- statements --- */

static int refuse_write(struct print_db *db,
                        const struct db_statement *statement, struct error *err)
{
    error_set(err, ERROR_FAILED,
              "the rows of a statement that is only written cannot be read: "
              "%.200s",
              statement->sql);
    db->wrote = true;
    return unread(db, -1, err);
}

int db_print_read_open(struct db *base, const struct db_statement *statement,
                       struct db_cursor **cursor, struct error *err)
{
    struct print_db *db = print_of(base);

    *cursor = NULL;
    if (base->dialect == DIALECT_SQLITE &&
        str_equal(statement->sql, "PRAGMA foreign_keys"))
        return open_keys(db, cursor, err);
    if (db->live == NULL)
        return no_database("rows cannot be read", err);
    switch (sql_kind(db_print_lex(db), statement->sql, statement->size,
                     base->server_version)) {
    case SQL_KIND_WRITE:
    case SQL_KIND_DDL:
    case SQL_KIND_OTHER:
        return refuse_write(db, statement, err);
    default:
        db->stale = db->stale || db->wrote;
        return unread(
            db, db->live->driver->open(db->live, statement, cursor, err), err);
    }
}

/* --- the catalog --- */

static int no_catalog(const char *what, const char *name, struct error *err)
{
    if (name != NULL)
        error_set(err, ERROR_FAILED,
                  "the %s '%s' cannot be looked up: this SQL "
                  "is written without a database",
                  what, name);
    else
        error_set(err, ERROR_FAILED,
                  "%s cannot be looked up: this SQL is written without a "
                  "database",
                  what);
    return error_hint(err, "write the change so that nothing has to be looked "
                           "up, ask op.is_offline() before, or run it with a "
                           "database");
}

int db_print_relations(struct db *base, enum db_relation kind,
                       const char *schema, struct arena *arena,
                       struct names *out, struct error *err)
{
    struct print_db *db = print_of(base);

    if (db->live == NULL)
        return no_catalog("the names of tables and views", NULL, err);
    return db->live->driver->relations(db->live, kind, schema, arena, out, err);
}

int db_print_reflect(struct db *base, const char *schema, const char *name,
                     struct arena *arena, struct table **out, struct error *err)
{
    struct print_db *db = print_of(base);

    if (db->live == NULL)
        return no_catalog("table", name, err);
    if (db->live->driver->reflect(db->live, schema, name, arena, out, err) != 0)
        return -1;
    unread_table(db, name, *out != NULL);
    return 0;
}

int db_print_shape(struct db *base, const char *schema, const char *name,
                   struct arena *arena, struct table **out, struct error *err)
{
    struct print_db *db = print_of(base);

    if (db->live == NULL)
        return no_catalog("table", name, err);
    if (db->live->driver->shape(db->live, schema, name, arena, out, err) != 0)
        return -1;
    unread_table(db, name, *out != NULL);
    return 0;
}

int db_print_schemas(struct db *base, struct arena *arena, struct names *out,
                     struct error *err)
{
    struct print_db *db = print_of(base);

    if (db->live == NULL)
        return no_catalog("the names of schemas", NULL, err);
    return db->live->driver->schemas(db->live, arena, out, err);
}

int db_print_sequences(struct db *base, const char *schema, struct arena *arena,
                       struct names *out, struct error *err)
{
    struct print_db *db = print_of(base);

    if (db->live == NULL)
        return no_catalog("the names of sequences", NULL, err);
    if (db->live->driver->sequences == NULL) {
        memset(out, 0, sizeof *out);
        return 0;
    }
    return db->live->driver->sequences(db->live, schema, arena, out, err);
}
