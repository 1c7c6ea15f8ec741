#include "run/version.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"
#include "ddl/ddl.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define COLUMN "version_num"
/* the answers of version_compare */
#define SAME "same"
#define MOVED "moved"
/* how much of a bad row is shown */
#define SHOWN 64

static struct db_statement statement(const struct buf *sql,
                                     const struct value *params, size_t count)
{
    struct db_statement result = {.sql = sql->data,
                                  .size = sql->size,
                                  .params = params,
                                  .param_count = count,
                                  .own = true};

    return result;
}

static void add_table(struct buf *sql, struct db *db,
                      const struct run_tables *tables)
{
    ddl_qualified(sql, db->dialect, tables->schema, tables->version_table);
}

static struct value text_value(const char *text)
{
    struct value value = {.kind = VALUE_TEXT};

    value.text.data = text;
    value.text.size = strlen(text);
    return value;
}

static int purge_hint(struct error *err)
{
    return error_hint(err, "look at the table; `luamigrate stamp --purge "
                           "TARGET` replaces its rows");
}

static int bad_row(const struct run_tables *tables, struct arena *arena,
                   const struct value *value, struct error *err)
{
    struct buf shown;

    buf_init(&shown, arena);
    if (value->kind == VALUE_TEXT || value->kind == VALUE_BYTES) {
        size_t size = value->text.size < SHOWN ? value->text.size : SHOWN;

        buf_char(&shown, '"');
        str_escape(&shown, value->text.data, size, false);
        buf_add(&shown, size < value->text.size ? "...\"" : "\"");
    } else {
        buf_add(&shown, value->kind == VALUE_NULL ? "NULL" : "not a text");
    }
    error_set(err, ERROR_REFUSED,
              "table %s has a row that is no revision id: %s",
              tables->version_table, shown.data);
    return purge_hint(err);
}

static bool is_id(const struct value *value)
{
    if (value->kind != VALUE_TEXT || value->text.size == 0 ||
        value->text.size > VERSION_WIDTH)
        return false;
    for (size_t i = 0; i < value->text.size; i++) {
        unsigned char c = (unsigned char)value->text.data[i];

        /* Alembic's ids may hold a dash; graph_plan_* names such a row */
        if (!isalnum(c) && c != '_' && c != '.' && c != '-')
            return false;
    }
    return true;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int check_twice(const struct run_tables *tables,
                       const struct names *rows, struct error *err)
{
    for (size_t i = 1; i < rows->count; i++) {
        if (strcmp(rows->items[i - 1], rows->items[i]) != 0)
            continue;
        error_set(err, ERROR_REFUSED, "table %s has the row \"%s\" twice",
                  tables->version_table, rows->items[i]);
        return purge_hint(err);
    }
    return 0;
}

/* The table could not be read. Says who is in the way of that. */
static int not_read(struct db *db, const struct run_tables *tables,
                    struct arena *arena, struct error *err)
{
    const struct error why = *err;
    struct error ignored;
    const char *text = "";

    if (!str_equal(why.sqlstate, "55P03") || db->driver->blockers == NULL ||
        db->driver->in_transaction(db))
        return -1;
    if (db->driver->blockers(db, why.sql, arena, &text, &ignored) < 0)
        text = "";
    *err = why;
    snprintf(err->message, sizeof err->message,
             "the version table %s is locked by another session%s%s",
             tables->version_table, text[0] != '\0' ? "\nblocked by " : "",
             text);
    return error_hint(err, "end what holds the lock, or try again later");
}

/* One more row, with a second column, when there is such a table beside. */
static void add_beside(struct buf *sql)
{
    buf_add(sql, " UNION ALL SELECT NULL, 'beside' WHERE EXISTS (SELECT FROM "
                 "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON "
                 "n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = "
                 "$2)");
}

int version_rows_beside(struct db *db, const struct run_tables *tables,
                        struct arena *arena, struct names *rows,
                        const char *table, bool *exists, struct error *err)
{
    VEC(const char *) found = {0};
    struct value params[2];
    struct db_cursor *cursor;
    struct db_statement query;
    const struct value *row;
    struct buf sql;
    int more;

    buf_init(&sql, arena);
    buf_addf(&sql, "SELECT " COLUMN "%s FROM ",
             table != NULL ? "::text, NULL::text" : "");
    add_table(&sql, db, tables);
    query = statement(&sql, NULL, 0);
    if (table != NULL) {
        add_beside(&sql);
        params[0] = text_value(tables->schema);
        params[1] = text_value(table);
        query = statement(&sql, params, 2);
        *exists = false;
    }
    if (db_query(db, &query, &cursor, err) < 0)
        return not_read(db, tables, arena, err);
    while ((more = db_next(cursor, &row, err)) > 0) {
        if (table != NULL && row[1].kind != VALUE_NULL) {
            *exists = true;
            continue;
        }
        if (!is_id(row)) {
            bad_row(tables, arena, row, err);
            db_cursor_close(cursor);
            return -1;
        }
        vec_push(arena, &found,
                 arena_strndup(arena, row->text.data, row->text.size));
    }
    db_cursor_close(cursor);
    if (more < 0)
        return -1;
    if (found.count > 1)
        qsort(found.items, found.count, sizeof *found.items, compare_texts);
    rows->items = found.items;
    rows->count = found.count;
    return check_twice(tables, rows, err);
}

int version_rows(struct db *db, const struct run_tables *tables,
                 struct arena *arena, struct names *rows, struct error *err)
{
    return version_rows_beside(db, tables, arena, rows, NULL, NULL, err);
}

/* The n of "VARCHAR(n)"; types without a length hold any id. */
static size_t width_of(const char *type_text)
{
    const char *open = type_text != NULL ? strchr(type_text, '(') : NULL;
    long width = open != NULL ? strtol(open + 1, NULL, 10) : 0;

    return width > 0 && width < VERSION_WIDTH ? (size_t)width : VERSION_WIDTH;
}

static int foreign_table(const struct run_tables *tables, const char *what,
                         struct error *err)
{
    error_set(err, ERROR_REFUSED,
              "%s is no version table: %s, expected one column " COLUMN,
              tables->version_table, what);
    return error_hint(err, "name another version_table in luamigrate.lua");
}

/* Reads the shape of the table, and where it is. */
static int find_table(struct db *db, struct run_tables *tables,
                      struct arena *arena, struct table **table,
                      struct error *err)
{
    if (db->driver->shape(db, tables->schema, tables->version_table, arena,
                          table, err) < 0)
        return -1;
    if (db->dialect == DIALECT_SQLITE || tables->schema != NULL)
        return 0;
    tables->schema = *table != NULL ? (*table)->schema : db->schema;
    if (tables->schema != NULL)
        return 0;
    error_set(err, ERROR_REFUSED,
              "there is no schema for the table %s: the search_path names none "
              "that exists",
              tables->version_table);
    return error_hint(err, "create the schema, or name a version_table_schema "
                           "in luamigrate.lua");
}

int version_locate(struct db *db, struct run_tables *tables,
                   struct arena *arena, struct error *err)
{
    struct table *table;

    if (db->dialect == DIALECT_SQLITE || tables->schema != NULL)
        return 0;
    return find_table(db, tables, arena, &table, err);
}

static bool has_prefix(const struct table *table, const char *prefix)
{
    for (size_t i = 0; i < table->prefixes.count; i++)
        if (str_equal(table->prefixes.items[i], prefix))
            return true;
    return false;
}

/* Whether ids come back as they were written. SQLite takes any type, but makes
 * the number 1 of "001" where the type is not one of texts or of none
 * (https://www.sqlite.org/datatype3.html#determination_of_column_affinity). */
static bool is_text(const struct db *db, const char *type)
{
    if (type == NULL || type[0] == '\0')
        return true;
    if (db->dialect == DIALECT_SQLITE)
        return strcasestr(type, "int") == NULL &&
               (strcasestr(type, "char") != NULL ||
                strcasestr(type, "clob") != NULL ||
                strcasestr(type, "text") != NULL ||
                strcasestr(type, "blob") != NULL);
    return strncasecmp(type, "varchar", 7) == 0 ||
           strncasecmp(type, "character varying", 17) == 0 ||
           strcasecmp(type, "text") == 0;
}

int version_look(struct db *db, struct run_tables *tables, struct arena *arena,
                 struct version_state *state, struct error *err)
{
    struct table *table;

    memset(state, 0, sizeof *state);
    state->width = VERSION_WIDTH;
    if (find_table(db, tables, arena, &table, err) < 0)
        return -1;
    if (table == NULL)
        return 0;
    if (table->view)
        return foreign_table(tables, "it is a view", err);
    if (has_prefix(table, "FOREIGN"))
        return foreign_table(tables, "it is a foreign table", err);
    if (has_prefix(table, "TEMPORARY"))
        return foreign_table(tables, "it is a temporary table", err);
    if (table->column_count != 1 || !str_equal(table->columns[0].name, COLUMN))
        return foreign_table(tables, "it has other columns", err);
    if (!is_text(db, table->columns[0].type_text))
        return foreign_table(tables,
                             arena_printf(arena, "the type of " COLUMN " is %s",
                                          table->columns[0].type_text),
                             err);
    state->exists = true;
    state->width = width_of(table->columns[0].type_text);
    return 0;
}

int version_read(struct db *db, struct run_tables *tables, struct arena *arena,
                 struct version_state *state, struct error *err)
{
    if (version_look(db, tables, arena, state, err) < 0)
        return -1;
    if (!state->exists)
        return 0;
    return version_rows(db, tables, arena, &state->rows, err);
}

int version_create(struct db *db, const struct run_tables *tables,
                   struct arena *arena, struct error *err)
{
    struct db_statement create;
    struct buf sql;

    buf_init(&sql, arena);
    buf_add(&sql, "CREATE TABLE IF NOT EXISTS ");
    add_table(&sql, db, tables);
    buf_addf(&sql, " (" COLUMN " VARCHAR(%d) NOT NULL PRIMARY KEY)",
             VERSION_WIDTH);
    create = statement(&sql, NULL, 0);
    return db->driver->queue(db, &create, NULL, err);
}

/* The items of `names` that `other` does not have. */
static struct names without(struct arena *arena, const struct names *names,
                            const struct names *other)
{
    struct names rest = {arena_array(arena, const char *, names->count + 1), 0};

    for (size_t i = 0; i < names->count; i++)
        if (!names_have(other, names->items[i]))
            rest.items[rest.count++] = names->items[i];
    return rest;
}

void version_rows_sql(struct buf *sql, struct db *db,
                      const struct run_tables *tables)
{
    if (db->dialect == DIALECT_SQLITE) {
        buf_add(sql, "(SELECT coalesce(group_concat(coalesce(" COLUMN
                     ", ''), ' '), '') FROM (SELECT " COLUMN " FROM ");
        add_table(sql, db, tables);
        buf_add(sql, " ORDER BY " COLUMN " COLLATE BINARY))");
        return;
    }
    buf_add(sql, "(SELECT coalesce(pg_catalog.string_agg(coalesce(" COLUMN
                 "::text, ''), ' ' ORDER BY " COLUMN
                 "::text COLLATE \"C\"), '') FROM ");
    add_table(sql, db, tables);
    buf_char(sql, ')');
}

static struct value rows_value(struct arena *arena, const struct names *rows)
{
    struct buf text;

    buf_init(&text, arena);
    for (size_t i = 0; i < rows->count; i++)
        buf_addf(&text, "%s%s", i > 0 ? " " : "", rows->items[i]);
    return text_value(rows->count > 0 ? text.data : "");
}

int version_compare(struct db *db, const struct run_tables *tables,
                    struct arena *arena, const struct names *rows,
                    struct db_ticket *ticket, struct error *err)
{
    struct value expected = rows_value(arena, rows);
    struct names found = {0};
    struct db_statement query;
    struct buf sql;

    memset(ticket, 0, sizeof *ticket);
    if (db->dialect == DIALECT_SQLITE) {
        if (version_rows(db, tables, arena, &found, err) < 0)
            return -1;
        strcpy(ticket->text, names_same(&found, rows) ? SAME : MOVED);
        ticket->answered = true;
        return 0;
    }
    buf_init(&sql, arena);
    buf_add(&sql, "SELECT CASE WHEN ");
    version_rows_sql(&sql, db, tables);
    buf_add(&sql, " = $1 THEN '" SAME "' ELSE '" MOVED "' END");
    query = statement(&sql, &expected, 1);
    return db->driver->queue(db, &query, ticket, err);
}

bool version_moved(const struct db_ticket *ticket)
{
    return ticket->answered && str_equal(ticket->text, MOVED);
}

/* The statement that puts `new` into the place of `old` (either may be NULL)
 * when all rows are `all` (or NULL). Returns the number of parameters. */
static size_t replacement(struct buf *sql, struct db *db,
                          const struct run_tables *tables, const char *old,
                          const char *new, const struct value *all,
                          struct value params[3])
{
    const char *mark = db->dialect == DIALECT_SQLITE ? "?" : "$";
    size_t count = 0;

    buf_add(sql, old == NULL ? "INSERT INTO "
                             : (new != NULL ? "UPDATE " : "DELETE FROM "));
    add_table(sql, db, tables);
    if (old == NULL)
        buf_add(sql, " (" COLUMN ")");
    if (new != NULL) {
        params[count++] = text_value(new);
        if (old != NULL)
            buf_addf(sql, " SET " COLUMN " = %s1", mark);
        else
            buf_addf(sql, " SELECT CAST(%s1 AS VARCHAR(%d))", mark,
                     VERSION_WIDTH);
    }
    if (old != NULL) {
        params[count++] = text_value(old);
        buf_addf(sql, " WHERE " COLUMN " = %s%zu", mark, count);
    }
    if (all != NULL) {
        params[count++] = *all;
        buf_add(sql, old != NULL ? " AND " : " WHERE ");
        version_rows_sql(sql, db, tables);
        buf_addf(sql, " = %s%zu", mark, count);
    }
    return count;
}

static int change_one(struct db *db, const struct run_tables *tables,
                      struct arena *arena, const char *old, const char *new,
                      const struct value *all, struct version_change **changes,
                      struct error *err)
{
    struct version_change *change = arena_new(arena, struct version_change);
    struct db_statement query;
    struct value params[3];
    struct buf sql;
    size_t count;

    buf_init(&sql, arena);
    count = replacement(&sql, db, tables, old, new, all, params);
    query = statement(&sql, params, count);
    change->row = old != NULL ? old : new;
    change->next = *changes;
    *changes = change;
    if (db->driver->queue(db, &query, &change->ticket, err) < 0)
        return error_context(err, "version table");
    return 0;
}

int version_change(struct db *db, const struct run_tables *tables,
                   struct arena *arena, const struct names *all,
                   const struct names *from, const struct names *to,
                   struct version_change **changes, struct error *err)
{
    struct names gone = without(arena, from, to);
    struct names new = without(arena, to, from);
    size_t count = gone.count > new.count ? gone.count : new.count;
    struct value before;

    if (all != NULL)
        before = rows_value(arena, all);
    for (size_t i = 0; i < count; i++) {
        const char *old_row = i < gone.count ? gone.items[i] : NULL;
        const char *new_row = i < new.count ? new.items[i] : NULL;

        if (change_one(db, tables, arena, old_row, new_row,
                       i == 0 && all != NULL ? &before : NULL, changes,
                       err) < 0)
            return -1;
    }
    return 0;
}

int version_judge(const struct run_tables *tables,
                  const struct version_change *changes, struct error *err)
{
    const struct version_change *wrong = NULL;

    for (; changes != NULL; changes = changes->next)
        if (!changes->ticket.answered || changes->ticket.result.rowcount != 1)
            wrong = changes; /* the first statement is the last of the list */
    if (wrong == NULL)
        return 0;
    if (!wrong->ticket.answered)
        return error_set(err, ERROR_INTERNAL,
                         "the version table gave no answer");
    error_set(err, ERROR_FAILED,
              "the rows of %s are not the expected ones at \"%s\": the script "
              "changed the version table",
              tables->version_table, wrong->row);
    return error_hint(err, "leave that table to luamigrate");
}

int version_purge(struct db *db, const struct run_tables *tables,
                  struct arena *arena, struct error *err)
{
    struct db_statement purge;
    struct buf sql;

    buf_init(&sql, arena);
    buf_add(&sql, "DELETE FROM ");
    add_table(&sql, db, tables);
    purge = statement(&sql, NULL, 0);
    return db->driver->queue(db, &purge, NULL, err);
}
