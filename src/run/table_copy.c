/* The third way: a new table, the rows copied inside SQLite, the old one
 * dropped, the new one renamed, and all that belongs to it put back
 * (https://www.sqlite.org/lang_altertable.html#otheralter). */
#include "run/table_parts.h"

#include "base/str.h"
#include "ddl/sql_lex.h"

#include <stdio.h>
#include <string.h>

#define NEW_NAME "luamigrate_new"
#define KEPT_NAME "luamigrate_kept"

static int run(struct table_change *change, const char *sql)
{
    return table_query_run(change->db, change->err, sql);
}

/* Whether a name of the schema is taken. */
static int exists(struct table_change *change, const char *name, bool *found)
{
    int64_t count;

    if (table_query_numbers(
            change->db, change->err,
            table_query_format(change->arena,
                               "SELECT count(*) FROM %n.sqlite_schema WHERE "
                               "name = %q COLLATE NOCASE",
                               change->schema, name),
            &count, 1) != 0)
        return -1;
    *found = count > 0;
    return 0;
}

static int free_name(struct table_change *change, const char **out)
{
    bool found = true;

    *out = NEW_NAME;
    for (int i = 2; found; i++) {
        if (exists(change, *out, &found) != 0)
            return -1;
        if (found)
            *out = arena_printf(change->arena, NEW_NAME "_%d", i);
    }
    return 0;
}

/* --- what belongs to the table --- */

static bool is_dropped(const struct table_change *change, const char *column)
{
    return table_edit_column(&change->ops.edit, column) == NULL ||
           table_ops_is_new(&change->ops, column);
}

/* How many columns of the old table `text` names, and how many of them go. */
static void count_uses(const struct table_change *change,
                       const struct table_edit *old, const char *text,
                       size_t *gone, size_t *kept)
{
    for (size_t i = 0; text != NULL && i < old->text.column_count; i++) {
        const char *name = old->text.columns[i].name;

        if (!table_edit_uses(change->arena, text, strlen(text), name))
            continue;
        *(is_dropped(change, name) ? gone : kept) += 1;
    }
}

/* Whether the index stays. An index that is only about dropped columns goes
 * with them. Returns: 1, 0, -1 when it is about others too. */
static int keep_index(struct table_change *change, const struct table_edit *old,
                      const struct table_object *index)
{
    size_t gone = 0, kept = 0;
    struct index_text text;

    if (table_text_index(change->arena, index->sql, strlen(index->sql), &text,
                         change->err) != 0)
        return -1;
    for (size_t i = 0; i < text.elements.count; i++) {
        const struct element *element = &text.elements.items[i];

        if (element->column == NULL)
            count_uses(change, old, element->expression, &gone, &kept);
        else if (is_dropped(change, element->column))
            gone++;
        else
            kept++;
    }
    count_uses(change, old, text.where, &gone, &kept);
    if (gone == 0 || kept == 0)
        return gone == 0;
    error_set(change->err, ERROR_FAILED,
              "the index '%s' is also about columns that stay", index->name);
    return error_hint(change->err, "drop it first: op.drop_index(\"%s\")",
                      index->name);
}

static const char *qualified(const struct table_change *change,
                             const char *schema, const char *sql)
{
    struct sql_token token;
    struct sql_lex lex;

    sql_lex_init(&lex, SQL_LEX_SQLITE, sql, strlen(sql));
    do
        token = sql_lex_solid(&lex);
    while (token.kind != SQL_END && !sql_lex_is(&lex, token, "index") &&
           !sql_lex_is(&lex, token, "trigger"));
    token = sql_lex_peek(&lex);
    return arena_printf(change->arena, "%.*s%s%s", (int)token.start, sql,
                        table_query_format(change->arena, "%n.", schema),
                        sql + token.start);
}

const char *table_copy_qualified(const struct table_change *change,
                                 const char *sql)
{
    return qualified(change, change->schema, sql);
}

static int put_back(struct table_change *change, const table_objects *objects,
                    const char *type)
{
    for (size_t i = 0; i < objects->count; i++)
        if (str_equal(objects->items[i].type, type) &&
            run(change, table_copy_qualified(change, objects->items[i].sql)) !=
                0)
            return error_context(change->err, "the %s '%s'", type,
                                 objects->items[i].name);
    return 0;
}

/* Indexes and triggers of the table, without those that go. */
static int belongings(struct table_change *change, const struct table_edit *old,
                      table_objects *out)
{
    table_objects all = {0};
    const char *where = table_query_format(
        change->arena,
        "WHERE tbl_name = %q COLLATE NOCASE AND type IN ('index', 'trigger') "
        "AND sql IS NOT NULL",
        change->table);

    if (table_query_objects(change->db, change->arena, change->err,
                            change->schema, where, &all) != 0)
        return -1;
    for (size_t i = 0; i < all.count; i++) {
        int keep = 1;

        if (str_equal(all.items[i].type, "index"))
            keep = keep_index(change, old, &all.items[i]);
        if (keep < 0)
            return -1;
        if (keep == 1)
            vec_push(change->arena, out, all.items[i]);
    }
    return 0;
}

/* --- the rows --- */

/* A name of the rowid that no column has; NULL when there is none, or when a
 * column of the new table is the rowid. */
static int rowid_name(struct table_change *change, const struct table_edit *old,
                      const char *name, const char **out)
{
    static const char *const names[] = {"rowid", "_rowid_", "oid"};
    int64_t keys[2];

    *out = NULL;
    if (old->text.without_rowid || change->ops.edit.text.without_rowid)
        return 0;
    if (table_query_numbers(
            change->db, change->err,
            table_query_format(
                change->arena,
                "SELECT (SELECT count(*) FROM pragma_table_xinfo(%q, %q) "
                "WHERE pk > 0), (SELECT count(*) FROM pragma_index_list(%q, "
                "%q) WHERE origin = 'pk')",
                name, change->schema, name, change->schema),
            keys, 2) != 0)
        return -1;
    if (keys[0] > 0 && keys[1] == 0)
        return 0;
    for (size_t i = 0; i < 3 && *out == NULL; i++)
        if (table_edit_column(old, names[i]) == NULL &&
            table_edit_column(&change->ops.edit, names[i]) == NULL)
            *out = names[i];
    return 0;
}

static bool is_generated(const struct table_column *column)
{
    for (size_t i = 0; i < column->clause_count; i++)
        if (column->clauses[i].kind == TABLE_CLAUSE_GENERATED)
            return true;
    return false;
}

/* The columns that are copied, "a, b". */
static const char *copied(struct table_change *change, const char *rowid)
{
    const struct table_text *text = &change->ops.edit.text;
    struct buf list;

    buf_init(&list, change->arena);
    if (rowid != NULL)
        buf_add(&list, rowid);
    for (size_t i = 0; i < text->column_count; i++) {
        const struct table_column *column = &text->columns[i];

        if (is_generated(column) ||
            table_ops_is_new(&change->ops, column->name))
            continue;
        buf_addf(&list, "%s%s", list.size > 0 ? ", " : "",
                 table_query_format(change->arena, "%n", column->name));
    }
    return list.data;
}

/* Errors speak of the table that the user knows. */
static int own_name(struct table_change *change, const char *name)
{
    struct error *err = change->err;
    char *at;

    while ((at = strstr(err->message, name)) != NULL) {
        const char *rest = arena_strdup(change->arena, at + strlen(name));

        snprintf(at, sizeof err->message - (size_t)(at - err->message), "%s%s",
                 change->table, rest);
        if (strstr(change->table, name) != NULL)
            break;
    }
    if (strcmp(err->table, name) == 0)
        snprintf(err->table, sizeof err->table, "%s", change->table);
    return -1;
}

static int copy_rows(struct table_change *change, const struct table_edit *old,
                     const char *name)
{
    const char *rowid, *list;
    int64_t rows, wanted;

    if (rowid_name(change, old, name, &rowid) != 0)
        return -1;
    list = copied(change, rowid);
    if (*list == '\0')
        return error_set(change->err, ERROR_FAILED,
                         "no column of '%s' stays: create a new table",
                         change->table);
    /* OR ABORT: a constraint's own ON CONFLICT must not leave rows out */
    if (table_query_count(
            change->db, change->err,
            table_query_format(change->arena,
                               "INSERT OR ABORT INTO %n.%n (%s) SELECT %s FROM "
                               "%n.%n",
                               change->schema, name, list, list, change->schema,
                               change->table),
            &rows) != 0) {
        /* other columns were looked at before */
        if (str_starts(change->err->message, "NOT NULL"))
            error_hint(change->err, "there are rows: give a new column a "
                                    "server_default");
        return own_name(change, name);
    }
    if (table_query_numbers(change->db, change->err,
                            table_query_format(change->arena,
                                               "SELECT count(*) FROM %n.%n",
                                               change->schema, change->table),
                            &wanted, 1) != 0)
        return -1;
    if (rows != wanted)
        return error_set(change->err, ERROR_INTERNAL,
                         "%lld of %lld rows of '%s' were copied",
                         (long long)rows, (long long)wanted, change->table);
    return 0;
}

/* --- tables of SQLite that name the table --- */

/* DROP TABLE forgets the last AUTOINCREMENT number and the statistics: they
 * get another name until the new table is there. */
static int rename_rows(struct table_change *change, const char *table,
                       const char *column, const char *from, const char *to,
                       bool clear)
{
    bool found;

    if (exists(change, table, &found) != 0)
        return -1;
    if (!found)
        return 0;
    if (clear && run(change, table_query_format(
                                 change->arena,
                                 "DELETE FROM %n.%n WHERE %s = %q AND EXISTS "
                                 "(SELECT 1 FROM %n.%n WHERE %s = %q)",
                                 change->schema, table, column, to,
                                 change->schema, table, column, from)) != 0)
        return -1;
    return run(change, table_query_format(change->arena,
                                          "UPDATE %n.%n SET %s = %q WHERE %s = "
                                          "%q COLLATE NOCASE",
                                          change->schema, table, column, to,
                                          column, from));
}

static int keep_numbers(struct table_change *change)
{
    return rename_rows(change, "sqlite_sequence", "name", change->table,
                       KEPT_NAME, false) != 0 ||
                   rename_rows(change, "sqlite_stat1", "tbl", change->table,
                               KEPT_NAME, false) != 0 ||
                   rename_rows(change, "sqlite_stat4", "tbl", change->table,
                               KEPT_NAME, false) != 0
               ? -1
               : 0;
}

static int restore_numbers(struct table_change *change)
{
    return rename_rows(change, "sqlite_sequence", "name", KEPT_NAME,
                       change->table, true) != 0 ||
                   rename_rows(change, "sqlite_stat1", "tbl", KEPT_NAME,
                               change->table, true) != 0 ||
                   rename_rows(change, "sqlite_stat4", "tbl", KEPT_NAME,
                               change->table, true) != 0
               ? -1
               : 0;
}

/* A table that no longer numbers itself has no number to keep. */
static int forget_number(struct table_change *change)
{
    bool found;

    if (strcasestr(change->ops.edit.sql, "autoincrement") != NULL)
        return 0;
    if (exists(change, "sqlite_sequence", &found) != 0)
        return -1;
    return found ? run(change,
                       table_query_format(change->arena,
                                          "DELETE FROM %n.sqlite_sequence "
                                          "WHERE name = %q",
                                          change->schema, change->table))
                 : 0;
}

/* --- temporary triggers --- */

/* Those on a table of this name, in whatever schema it is. */
static int temporary(struct table_change *change, table_objects *out)
{
    return table_query_objects(
        change->db, change->arena, change->err, "temp",
        table_query_format(change->arena,
                           "WHERE type = 'trigger' AND tbl_name = %q "
                           "COLLATE NOCASE",
                           change->table),
        out);
}

/* Puts back the temporary triggers that went with the old table. */
static int restore_temporary(struct table_change *change,
                             const table_objects *before)
{
    table_objects now = {0};

    if (before->count == 0)
        return 0;
    if (temporary(change, &now) != 0)
        return -1;
    for (size_t i = 0; i < before->count; i++) {
        const struct table_object *trigger = &before->items[i];
        bool there = false;

        for (size_t j = 0; j < now.count; j++)
            there = there || str_equal(now.items[j].name, trigger->name);
        if (!there && run(change, qualified(change, "temp", trigger->sql)) != 0)
            return error_context(change->err, "the temporary trigger '%s'",
                                 trigger->name);
    }
    return 0;
}

/* --- one after the other --- */

static int swap(struct table_change *change, const table_objects *objects,
                const char *name)
{
    struct arena *arena = change->arena;
    int64_t legacy;

    if (table_query_numbers(change->db, change->err,
                            "PRAGMA legacy_alter_table", &legacy, 1) != 0 ||
        keep_numbers(change) != 0 ||
        run(change, table_query_format(arena, "DROP TABLE %n.%n",
                                       change->schema, change->table)) != 0 ||
        /* views, triggers and references of others keep their texts */
        run(change, "PRAGMA legacy_alter_table = ON") != 0 ||
        run(change, table_query_format(arena, "ALTER TABLE %n.%n RENAME TO %n",
                                       change->schema, name, change->table)) !=
            0 ||
        run(change, legacy != 0 ? "PRAGMA legacy_alter_table = ON"
                                : "PRAGMA legacy_alter_table = OFF") != 0 ||
        /* RENAME put the name into quotes */
        run(change, table_query_format(
                        arena,
                        "UPDATE %n.sqlite_schema SET sql = %q WHERE type = "
                        "'table' AND name = %q",
                        change->schema, change->ops.edit.sql, change->table)) !=
            0)
        return -1;
    return put_back(change, objects, "index") != 0 ||
                   put_back(change, objects, "trigger") != 0 ||
                   restore_numbers(change) != 0
               ? -1
               : forget_number(change);
}

/* Runs one part while texts of the schema may be written. */
static int edited(struct table_change *change, bool on, int status)
{
    struct error *err = change->err, later;

    if (change->db->driver->edit_schema(change->db, change->schema, NULL, on,
                                        status == 0 ? err : &later) != 0)
        return -1;
    return status;
}

static int create(struct table_change *change, const char *name)
{
    struct table_edit edit = change->ops.edit;

    if (table_edit_name(
            &edit,
            table_query_format(change->arena, "%n.%n", change->schema, name),
            change->err) != 0 ||
        edited(change, true, 0) != 0)
        return -1;
    return edited(change, false, run(change, edit.sql)) != 0
               ? own_name(change, name)
               : 0;
}

/* With foreign keys enforced DROP TABLE deletes rows first (G13). */
static int check_enforced(struct table_change *change)
{
    int64_t on;

    if (table_query_numbers(change->db, change->err, "PRAGMA foreign_keys", &on,
                            1) != 0)
        return -1;
    if (on == 0)
        return 0;
    error_set(change->err, ERROR_FAILED,
              "the table '%s' must be copied and dropped for this, and foreign "
              "keys are enforced in this revision",
              change->table);
    return error_hint(change->err, "leave foreign_keys = true out of this "
                                   "revision; foreign keys are checked before "
                                   "it is committed all the same");
}

int table_copy_run(struct table_change *change)
{
    table_objects objects = {0}, triggers = {0};
    struct table_edit old;
    const char *name;

    if (change->never) {
        error_set(change->err, ERROR_FAILED,
                  "the table '%s' must be copied for this, and the batch says "
                  "recreate = \"never\"",
                  change->table);
        return -1;
    }
    if (check_enforced(change) != 0 ||
        table_edit_open(&old, change->arena, change->sql, change->err) != 0 ||
        belongings(change, &old, &objects) != 0 ||
        temporary(change, &triggers) != 0 || free_name(change, &name) != 0 ||
        create(change, name) != 0 || copy_rows(change, &old, name) != 0 ||
        edited(change, true, 0) != 0)
        return -1;
    if (edited(change, false, swap(change, &objects, name)) != 0 ||
        restore_temporary(change, &triggers) != 0)
        return -1;
    return table_proof_is(change, &change->ops.edit);
}
