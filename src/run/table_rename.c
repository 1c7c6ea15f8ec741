/* Renames by SQLite's own ALTER TABLE, also past views and triggers that do not
 * work. */
#include "base/str.h"
#include "ddl/ddl.h"
#include "ddl/sql_lex.h"
#include "run/table_parts.h"

#include <string.h>
#include <strings.h>

int table_rename_try(struct table_change *change, const char *sql, bool *done)
{
    const struct db_driver *driver = change->db->driver;

    if (driver->savepoint(change->db, change->err) != 0)
        return -1;
    *done = table_query_run(change->db, change->err, sql) == 0;
    if (*done)
        return driver->savepoint_release(change->db, change->err);
    if (change->err->code != ERROR_FAILED)
        return -1;
    return driver->savepoint_rollback(change->db, change->err);
}

/* A rename: SQLite changes views, triggers, indexes and the references of
 * others with it. Only broken ones stop it; then it passes over them. `text`
 * is then put in the place of the table's own (or NULL). */
static int rename_by(struct table_change *change, const char *sql,
                     const char *text)
{
    const struct db_driver *driver = change->db->driver;
    struct error later;
    bool done;
    int status;

    if (table_rename_try(change, sql, &done) != 0 || done)
        return done ? 0 : -1;
    if (driver->edit_schema(change->db, change->schema, NULL, true,
                            change->err) != 0)
        return -1;
    status = table_query_run(change->db, change->err, sql);
    if (status == 0 && text != NULL)
        status = table_query_run(
            change->db, change->err,
            table_query_format(change->arena,
                               "UPDATE %n.sqlite_schema SET sql = %q WHERE "
                               "type = 'table' AND name = %q",
                               change->schema, text, change->table));
    if (driver->edit_schema(change->db, change->schema, NULL, false,
                            status == 0 ? change->err : &later) != 0)
        return -1;
    return status;
}

/* The trigger's text with another table behind ON. */
static const char *moved_trigger(struct table_change *change,
                                 const struct table_object *trigger,
                                 const char *table)
{
    struct sql_token token;
    struct sql_lex lex;

    sql_lex_init(&lex, SQL_LEX_SQLITE, trigger->sql, strlen(trigger->sql));
    do
        token = sql_lex_solid(&lex);
    while (token.kind != SQL_END && !sql_lex_is(&lex, token, "on"));
    token = sql_lex_solid(&lex);
    return arena_printf(change->arena, "%.*s%s%s", (int)token.start,
                        trigger->sql,
                        table_query_format(change->arena, "%n", table),
                        trigger->sql + token.end);
}

/* SQLite passes over the text of a broken trigger, which would then name a
 * table that is not there: such ones are taken away and made anew. */
static int rename_past(struct table_change *change, const char *sql,
                       const char *new_name)
{
    table_objects all = {0}, moved = {0};
    struct names broken;

    if (table_query_objects(change->db, change->arena, change->err,
                            change->schema, "", &all) != 0 ||
        table_broken_find(change->arena, &all, false, &broken, change->err) !=
            0)
        return -1;
    for (size_t i = 0; i < all.count; i++) {
        const struct table_object *object = &all.items[i];

        if (!str_equal(object->type, "trigger") ||
            strcasecmp(object->table, change->table) != 0 ||
            !table_broken_has(
                &broken,
                arena_printf(change->arena, "trigger '%s': ", object->name)))
            continue;
        vec_push(change->arena, &moved, *object);
        if (table_query_run(
                change->db, change->err,
                table_query_format(change->arena, "DROP TRIGGER %n.%n",
                                   change->schema, object->name)) != 0)
            return -1;
    }
    if (rename_by(change, sql, NULL) != 0)
        return -1;
    for (size_t i = 0; i < moved.count; i++)
        if (table_query_run(change->db, change->err,
                            table_copy_qualified(
                                change, moved_trigger(change, &moved.items[i],
                                                      new_name))) != 0)
            return -1;
    return 0;
}

int table_rename_table(struct table_change *change, const char *new_name)
{
    table_objects found = {0};
    const char *sql;
    bool done;

    if (ddl_check_name(DIALECT_SQLITE, new_name, change->err) != 0 ||
        table_query_objects(
            change->db, change->arena, change->err, change->schema,
            table_query_format(change->arena,
                               "WHERE name = %q COLLATE NOCASE AND type IN "
                               "('table', 'view', 'index')",
                               new_name),
            &found) != 0)
        return -1;
    if (found.count > 0 && strcasecmp(new_name, change->table) != 0)
        return error_set(change->err, ERROR_FAILED,
                         "there is already another table or index with this "
                         "name: %s",
                         new_name);
    sql = table_query_format(change->arena, "ALTER TABLE %n.%n RENAME TO %n",
                             change->schema, change->table, new_name);
    if (table_rename_try(change, sql, &done) != 0 ||
        (!done && rename_past(change, sql, new_name) != 0))
        return -1;
    change->table = new_name;
    return 0;
}

/* SQLite 3.40 cannot rename the key of a WITHOUT ROWID table that is in a
 * UNIQUE too: it renames it in one of the two. The own text is right. */
int table_rename_column(struct table_change *change, const char *name,
                        const char *new_name)
{
    struct table_edit own;
    struct buf quoted;

    buf_init(&quoted, change->arena);
    ddl_name(&quoted, DIALECT_SQLITE, new_name);
    if (table_edit_open(&own, change->arena, change->sql, change->err) != 0 ||
        table_edit_rename_column(&own, name, new_name, change->err) != 0)
        return -1;
    return rename_by(
        change,
        table_query_format(change->arena,
                           "ALTER TABLE %n.%n RENAME COLUMN %n TO %s",
                           change->schema, change->table, name, quoted.data),
        own.sql);
}
