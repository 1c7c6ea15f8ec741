#include "run/version.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"
#include "ddl/ddl.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define COLUMN "version_num"
/* how much of a bad row is shown */
#define SHOWN 64

static struct db_statement statement(const struct buf *sql,
                                     const struct value *params, size_t count)
{
    struct db_statement result = {sql->data, sql->size, params, count, false};

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

int version_rows(struct db *db, const struct run_tables *tables,
                 struct arena *arena, struct names *rows, struct error *err)
{
    VEC(const char *) found = {0};
    struct db_cursor *cursor;
    struct db_statement query;
    const struct value *row;
    struct buf sql;
    int more;

    buf_init(&sql, arena);
    buf_add(&sql, "SELECT " COLUMN " FROM ");
    add_table(&sql, db, tables);
    query = statement(&sql, NULL, 0);
    if (db_query(db, &query, &cursor, err) < 0)
        return -1;
    while ((more = db_next(cursor, &row, err)) > 0) {
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

int version_look(struct db *db, const struct run_tables *tables,
                 struct arena *arena, struct version_state *state,
                 struct error *err)
{
    struct table *table;

    memset(state, 0, sizeof *state);
    state->width = VERSION_WIDTH;
    if (db->driver->reflect(db, tables->schema, tables->version_table, arena,
                            &table, err) < 0)
        return -1;
    if (table == NULL)
        return 0;
    if (table->view)
        return foreign_table(tables, "it is a view", err);
    if (table->column_count != 1 || !str_equal(table->columns[0].name, COLUMN))
        return foreign_table(tables, "it has other columns", err);
    state->exists = true;
    state->width = width_of(table->columns[0].type_text);
    return 0;
}

int version_read(struct db *db, const struct run_tables *tables,
                 struct arena *arena, struct version_state *state,
                 struct error *err)
{
    if (version_look(db, tables, arena, state, err) < 0)
        return -1;
    if (!state->exists)
        return 0;
    return version_rows(db, tables, arena, &state->rows, err);
}

bool version_same(const struct names *a, const struct names *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->items[i], b->items[i]) != 0)
            return false;
    return true;
}

int version_create(struct db *db, const struct run_tables *tables,
                   struct arena *arena, struct error *err)
{
    struct buf sql;

    buf_init(&sql, arena);
    buf_add(&sql, "CREATE TABLE IF NOT EXISTS ");
    add_table(&sql, db, tables);
    buf_addf(&sql, " (" COLUMN " VARCHAR(%d) NOT NULL PRIMARY KEY)",
             VERSION_WIDTH);
    return db_execute_text(db, sql.data, err);
}

/* Runs one statement that must change exactly one row. */
static int change_one(struct db *db, const struct run_tables *tables,
                      const struct buf *sql, const struct value *params,
                      size_t count, const char *row, struct error *err)
{
    struct db_statement change = statement(sql, params, count);
    struct db_result result;

    if (db_execute(db, &change, &result, err) < 0)
        return error_context(err, "version table");
    if (result.rowcount == 1)
        return 0;
    error_set(err, ERROR_FAILED,
              "the row \"%s\" of %s is gone: the script changed the version "
              "table",
              row, tables->version_table);
    return error_hint(err, "leave that table to luamigrate");
}

static bool contains(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return true;
    return false;
}

/* The items of `names` that `other` does not have. */
static struct names without(struct arena *arena, const struct names *names,
                            const struct names *other)
{
    struct names rest = {arena_array(arena, const char *, names->count + 1), 0};

    for (size_t i = 0; i < names->count; i++)
        if (!contains(other, names->items[i]))
            rest.items[rest.count++] = names->items[i];
    return rest;
}

static int replace(struct db *db, const struct run_tables *tables,
                   struct arena *arena, const char *old, const char *new,
                   struct error *err)
{
    struct value params[2];
    const char *mark = db->dialect == DIALECT_SQLITE ? "?" : "$";
    size_t count = 0;
    struct buf sql;

    buf_init(&sql, arena);
    if (old != NULL && new != NULL) {
        buf_add(&sql, "UPDATE ");
        add_table(&sql, db, tables);
        buf_addf(&sql, " SET " COLUMN " = %s1 WHERE " COLUMN " = %s2", mark,
                 mark);
        params[count++] = text_value(new);
        params[count++] = text_value(old);
    } else if (new != NULL) {
        buf_add(&sql, "INSERT INTO ");
        add_table(&sql, db, tables);
        buf_addf(&sql, " (" COLUMN ") VALUES (%s1)", mark);
        params[count++] = text_value(new);
    } else {
        buf_add(&sql, "DELETE FROM ");
        add_table(&sql, db, tables);
        buf_addf(&sql, " WHERE " COLUMN " = %s1", mark);
        params[count++] = text_value(old);
    }
    return change_one(db, tables, &sql, params, count, old != NULL ? old : new,
                      err);
}

int version_change(struct db *db, const struct run_tables *tables,
                   struct arena *arena, const struct names *from,
                   const struct names *to, struct error *err)
{
    struct names gone = without(arena, from, to);
    struct names new = without(arena, to, from);
    size_t count = gone.count > new.count ? gone.count : new.count;

    for (size_t i = 0; i < count; i++) {
        const char *old_row = i < gone.count ? gone.items[i] : NULL;
        const char *new_row = i < new.count ? new.items[i] : NULL;

        if (replace(db, tables, arena, old_row, new_row, err) < 0)
            return -1;
    }
    return 0;
}

int version_purge(struct db *db, const struct run_tables *tables,
                  struct arena *arena, struct error *err)
{
    struct buf sql;

    buf_init(&sql, arena);
    buf_add(&sql, "DELETE FROM ");
    add_table(&sql, db, tables);
    return db_execute_text(db, sql.data, err);
}
