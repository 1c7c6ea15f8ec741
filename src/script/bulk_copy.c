#include "script/bulk_copy.h"

#include "base/str.h"
#include "base/vec.h"
#include "db/pg_text.h"
#include "ddl/ddl.h"
#include "script/bridge.h"
#include "script/queue.h"

#include <string.h>

#define NAME "op.bulk_insert"

/* bytes that are loaded together */
enum { CHUNK = 1 << 20 };

/* What a parameter becomes in a column decides its type, what a field of COPY
 * becomes decides the column's: a number would be a fine JSON value, say. So
 * only values whose type the column takes by itself are loaded. */
enum bulk_copy_class {
    CLASS_NONE = 'x',    /* no value at all: GENERATED ALWAYS */
    CLASS_OTHER = 'o',   /* texts, which have no type */
    CLASS_NUMBER = 'n',  /* integers too */
    CLASS_BOOLEAN = 'b', /* booleans too */
    CLASS_STRING = 's',  /* both */
    CLASS_BYTES = 'y'    /* bytes too */
};

struct bulk_copy_column {
    const char *name;
    char class;
};

/* The columns of a table, unless rules or policies rewrite what is inserted.
 * The numbers are those of int2 int4 int8 oid numeric float4 float8, text
 * varchar char, boolean, bytea. */
static const char columns_sql[] =
    "SELECT a.attname::text, CASE WHEN a.attidentity = 'a' OR "
    "COALESCE(pg_catalog.to_jsonb(a)->>'attgenerated', '') <> '' THEN 'x' "
    "ELSE CASE COALESCE(NULLIF(y.typbasetype, 0), y.oid)::int4 WHEN 20 THEN "
    "'n' WHEN 21 THEN 'n' WHEN 23 THEN 'n' WHEN 26 THEN 'n' WHEN 1700 THEN 'n' "
    "WHEN 700 THEN 'n' WHEN 701 THEN 'n' WHEN 25 THEN 's' WHEN 1043 THEN 's' "
    "WHEN 1042 THEN 's' WHEN 16 THEN 'b' WHEN 17 THEN 'y' ELSE 'o' END END "
    "FROM pg_catalog.pg_class c "
    "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid "
    "JOIN pg_catalog.pg_type y ON y.oid = a.atttypid "
    "WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind IN ('r', 'p') "
    "AND NOT c.relhasrules AND NOT pg_catalog.row_security_active(c.oid) "
    "AND a.attnum > 0 AND NOT a.attisdropped";

/* Not one of the runner's own: it waits for the table as the rows will. */
static int read_columns(struct bulk_copy *copy)
{
    struct script *script = copy->script;
    struct arena *arena = &script->arena;
    struct value name = {.kind = VALUE_TEXT};
    struct db_statement statement = {.sql = columns_sql,
                                     .size = sizeof columns_sql - 1,
                                     .params = &name,
                                     .param_count = 1,
                                     .whole = true};
    VEC(struct bulk_copy_column) columns = {0};
    const struct value *row;
    struct db_cursor *cursor;
    struct buf text;
    int status;

    buf_init(&text, arena);
    ddl_qualified(&text, DIALECT_POSTGRESQL, copy->schema, copy->table);
    name.text.data = text.data;
    name.text.size = text.size;
    if (db_query(script->db, &statement, &cursor, &script->err) != 0)
        return -1;
    while ((status = db_next(cursor, &row, &script->err)) == 1) {
        struct bulk_copy_column column = {arena_strdup(arena, row[0].text.data),
                                          row[1].text.data[0]};

        vec_push(arena, &columns, column);
    }
    db_cursor_close(cursor);
    copy->columns = columns.items;
    copy->column_count = columns.count;
    return status;
}

static const struct bulk_copy_column *find(const struct bulk_copy *copy,
                                           const char *name)
{
    for (size_t i = 0; i < copy->column_count; i++)
        if (copy->columns[i].class != CLASS_NONE &&
            str_equal(copy->columns[i].name, name))
            return &copy->columns[i];
    return NULL;
}

static const char *write_sql(const struct bulk_copy *copy)
{
    struct buf sql;

    buf_init(&sql, &copy->script->arena);
    buf_add(&sql, "COPY ");
    ddl_qualified(&sql, DIALECT_POSTGRESQL, copy->schema, copy->table);
    for (size_t i = 0; i < copy->count; i++) {
        buf_add(&sql, i == 0 ? " (" : ", ");
        ddl_name(&sql, DIALECT_POSTGRESQL, copy->loaded[i]->name);
    }
    buf_add(&sql, ") FROM STDIN");
    return sql.data;
}

bool bulk_copy_begin(lua_State *L, struct bulk_copy *copy,
                     const char *const *columns, size_t count)
{
    struct script *script = copy->script;
    struct arena *arena = &script->arena;

    queue_collect(L);
    if (!copy->asked) {
        script_away(script);
        if (script_back(script, read_columns(copy)) < 0)
            bridge_raise(L);
        copy->asked = true;
    }
    copy->mark = arena_mark(arena);
    copy->loaded = arena_array(arena, const struct bulk_copy_column *, count);
    copy->count = count;
    for (size_t i = 0; i < count; i++) {
        copy->loaded[i] = find(copy, columns[i]);
        if (copy->loaded[i] != NULL)
            continue;
        arena_release(arena, copy->mark);
        return false;
    }
    copy->sql = write_sql(copy);
    copy->mark = arena_mark(arena);
    buf_init(&copy->lines, arena);
    copy->rows = 0;
    copy->open = true;
    return true;
}

/* Whether the column takes the value as a parameter, too. */
static bool fits(char class, const struct value *value)
{
    switch (value->kind) {
    case VALUE_NULL:
    case VALUE_FLOAT: /* bulk_insert gives it as text */
        return true;
    case VALUE_TEXT:
        return memchr(value->text.data, '\0', value->text.size) == NULL &&
               str_utf8_valid(value->text.data, value->text.size);
    case VALUE_INTEGER:
        return class == CLASS_NUMBER || class == CLASS_STRING;
    case VALUE_BOOLEAN:
        return class == CLASS_BOOLEAN || class == CLASS_STRING;
    case VALUE_BYTES:
        return class == CLASS_BYTES;
    case VALUE_ABSENT:
    case VALUE_SQL:
    case VALUE_LIST:
        break;
    }
    return false;
}

static int send(struct bulk_copy *copy, const struct script_place *place,
                int64_t *row)
{
    struct script *script = copy->script;
    struct db_statement statement = {.sql = copy->sql,
                                     .size = strlen(copy->sql)};
    struct db_copy *load;

    *row = 0;
    if (place != NULL) {
        statement.file = place->file;
        statement.line = place->line;
    }
    if (script->db->driver->copy_in(script->db, &statement, &load,
                                    &script->err) != 0)
        return -1;
    if (load->put(load, copy->lines.data, copy->lines.size, &script->err) == 0)
        return load->end(load, row, &script->err);
    load->give_up(load, NULL);
    return -1;
}

static void load(lua_State *L, struct bulk_copy *copy)
{
    struct script *script = copy->script;
    struct script_place place;
    bool placed = bridge_place(L, &place);
    int64_t row;
    int status;

    if (copy->rows == 0)
        return;
    script_away(script);
    status = script_back(script, send(copy, placed ? &place : NULL, &row));
    if (status != 0 && row > 0)
        error_context(&script->err, NAME ": rows[%lld]",
                      (long long)(copy->first + row - 1));
    else if (status != 0)
        error_context(&script->err, NAME ": one of rows[%lld] to rows[%lld]",
                      (long long)copy->first,
                      (long long)(copy->first + copy->rows - 1));
    if (status != 0)
        bridge_raise(L);
    arena_release(&script->arena, copy->mark);
    buf_init(&copy->lines, &script->arena);
    copy->rows = 0;
}

bool bulk_copy_add(lua_State *L, struct bulk_copy *copy,
                   const struct value *values, int64_t number)
{
    for (size_t i = 0; i < copy->count; i++)
        if (!fits(copy->loaded[i]->class, &values[i]))
            return false;
    if (copy->rows++ == 0)
        copy->first = number;
    for (size_t i = 0; i < copy->count; i++) {
        if (i > 0)
            buf_char(&copy->lines, '\t');
        pg_text_field(&copy->lines, &values[i]);
    }
    buf_char(&copy->lines, '\n');
    if (copy->lines.size >= CHUNK)
        load(L, copy);
    return true;
}

void bulk_copy_end(lua_State *L, struct bulk_copy *copy)
{
    if (!copy->open)
        return;
    load(L, copy);
    copy->open = false;
}
