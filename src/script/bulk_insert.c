#include "script/bulk_insert.h"

#include "base/str.h"
#include "script/bridge.h"
#include "script/bulk_parts.h"
#include "script/marshal.h"
#include "script/queue.h"
#include "script/statement.h"
#include "script/watch.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WATCH_ROWS = 256 };

/* So many rows with the same columns are worth what COPY asks before. */
enum { COPY_ROWS = 5000 };

static void check_name(lua_State *L, const char *what, const char *name,
                       size_t size)
{
    if (size == 0)
        bridge_fail(L, BULK_NAME ": %s: the name is empty", what);
    if (strlen(name) != size)
        bridge_fail(L, BULK_NAME ": %s: the name has a NUL byte", what);
    if (!str_utf8_valid(name, size))
        bridge_fail(L, BULK_NAME ": %s: the name is not valid UTF-8", what);
}

static const char *read_name(lua_State *L, const char *what, int index)
{
    size_t size;
    const char *name;

    if (lua_type(L, index) != LUA_TSTRING)
        bridge_fail(L, BULK_NAME ": %s: expected string, got %s", what,
                    marshal_got(L, index));
    name = lua_tolstring(L, index, &size);
    check_name(L, what, name, size);
    return name;
}

/* The key below the value on top, for messages; no metamethod is called. */
static const char *key_text(lua_State *L)
{
    return lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2)
                                          : luaL_typename(L, -2);
}

/* The schema, from the options. Its text stays in the table of options. */
static const char *read_schema(lua_State *L)
{
    const char *schema = NULL;

    if (lua_isnil(L, OPTIONS))
        return NULL;
    if (strcmp(marshal_got(L, OPTIONS), "table") != 0)
        bridge_fail(L,
                    BULK_NAME ": argument 3 (options): expected table, got %s",
                    marshal_got(L, OPTIONS));
    for (lua_pushnil(L); lua_next(L, OPTIONS) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING ||
            !str_equal(lua_tostring(L, -2), "schema"))
            bridge_fail(L, BULK_NAME ": %s: unknown option (there is 'schema')",
                        key_text(L));
        schema = read_name(L, "schema", -1);
    }
    return schema;
}

static lua_Integer count_rows(lua_State *L)
{
    lua_Integer count = (lua_Integer)lua_rawlen(L, ROWS), seen = 0;

    if (strcmp(marshal_got(L, ROWS), "table") != 0)
        bridge_fail(L,
                    BULK_NAME ": argument 2 (rows): expected list of rows, got "
                              "%s",
                    marshal_got(L, ROWS));
    for (lua_pushnil(L); lua_next(L, ROWS) != 0; lua_pop(L, 1)) {
        if (!lua_isinteger(L, -2))
            bridge_fail(L,
                        BULK_NAME
                        ": argument 2 (rows): expected list of rows, got "
                        "a table with the key '%s' (write { { %s = ... } "
                        "} for one row)",
                        key_text(L), key_text(L));
        seen++;
    }
    if (seen != count)
        bridge_fail(L, BULK_NAME ": argument 2 (rows): the list has a hole");
    return count;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void grow(struct bulk *bulk, size_t count)
{
    struct arena *arena = &bulk->script->arena;

    if (count <= bulk->capacity)
        return;
    bulk->capacity = count * 2;
    bulk->columns = arena_array(arena, const char *, bulk->capacity);
    bulk->values = arena_array(arena, struct value, bulk->capacity);
}

/* Takes the keys of the row as the columns. */
static void take_columns(lua_State *L, struct bulk *bulk)
{
    char what[48];
    size_t count = 0;

    snprintf(what, sizeof what, "rows[%lld]", (long long)bulk->row);
    for (lua_pushnil(L); lua_next(L, ROW) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            bridge_fail(L,
                        BULK_NAME ": %s: a row is a table by column name, but "
                                  "it has a key that is a %s",
                        what, luaL_typename(L, -2));
        count++;
    }
    grow(bulk, count);
    bulk->count = 0;
    for (lua_pushnil(L); lua_next(L, ROW) != 0; lua_pop(L, 1))
        bulk->columns[bulk->count++] = read_name(L, what, -2);
    if (count > 0)
        qsort(bulk->columns, count, sizeof *bulk->columns, compare);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushstring(L, bulk->columns[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_replace(L, COLUMNS);
    bulk_text_find(L, bulk);
}

/* Whether the row has the current columns and no others. */
static bool same_columns(lua_State *L, const struct bulk *bulk)
{
    size_t count = 0;

    for (size_t i = 0; i < bulk->count; i++) {
        int type;

        lua_rawgeti(L, COLUMNS, (lua_Integer)i + 1);
        type = lua_rawget(L, ROW);
        lua_pop(L, 1);
        if (type == LUA_TNIL)
            return false;
    }
    for (lua_pushnil(L); lua_next(L, ROW) != 0; lua_pop(L, 1))
        count++;
    return count == bulk->count;
}

static void read_values(lua_State *L, struct bulk *bulk)
{
    char what[48];

    snprintf(what, sizeof what, "rows[%lld], column", (long long)bulk->row);
    bulk->inlined = false;
    for (size_t i = 0; i < bulk->count; i++) {
        struct value *value = &bulk->values[i];

        lua_rawgeti(L, COLUMNS, (lua_Integer)i + 1);
        if (lua_rawget(L, ROW) == LUA_TTABLE && bridge_is_sql(L, -1)) {
            if (bridge_value(L, -1, false, value) != 0 ||
                strlen(value->text.data) != value->text.size)
                bridge_fail(L,
                            BULK_NAME ": %s '%s': the sql value is not valid",
                            what, bulk->columns[i]);
            bulk->inlined = true;
            lua_pop(L, 1);
        } else {
            statement_value(L, BULK_NAME, what, bulk->columns[i], false, value);
        }
    }
}

/* The text of a row with `sql` values; the others move together. */
static void write_inlined(lua_State *L, struct bulk *bulk,
                          struct db_statement *statement)
{
    struct value *params =
        arena_array(&bulk->script->arena, struct value, bulk->count);
    struct buf sql;
    size_t count = 0;

    buf_init(&sql, &bulk->script->arena);
    bulk_text_insert(L, bulk, bulk->values, 1, &sql);
    for (size_t i = 0; i < bulk->count; i++)
        if (bulk->values[i].kind != VALUE_SQL)
            params[count++] = bulk->values[i];
    statement->sql = sql.data;
    statement->size = sql.size;
    statement->params = params;
    statement->param_count = count;
}

void bulk_insert_send(lua_State *L, struct bulk *bulk, lua_Integer first,
                      struct db_statement *statement)
{
    struct script *script = bulk->script;
    bool waits = !queue_allowed(L);

    if (queue_send(L, statement, NULL) == 0)
        return;
    if (waits && first == bulk->row)
        error_context(&script->err, BULK_NAME ": rows[%lld]", (long long)first);
    else if (waits)
        error_context(&script->err,
                      BULK_NAME ": one of rows[%lld] to rows[%lld]",
                      (long long)first, (long long)bulk->row);
    bridge_raise(L);
}

/* Inserts the row by a statement of its own. */
static void insert_one(lua_State *L, struct bulk *bulk)
{
    struct db_statement statement = {.sql = bulk->sql,
                                     .size = bulk->size,
                                     .params = bulk->values,
                                     .param_count = bulk->count};

    if (bulk->inlined)
        write_inlined(L, bulk, &statement);
    bulk_insert_send(L, bulk, bulk->row, &statement);
}

/* Whether the row goes by itself: `sql` values are text of the statement, and
 * a row without columns has no list. */
static bool is_single(const struct bulk *bulk)
{
    return !bulk->gathers || bulk->inlined || bulk->count == 0 ||
           bulk->count > BULK_PARAMS;
}

/* --- PostgreSQL: many rows by COPY --- */

/* Whether COPY_ROWS rows from this one on have the current columns. Else
 * copy_from is the first that has not. */
static bool is_long_run(lua_State *L, struct bulk *bulk)
{
    lua_Integer row = bulk->row, end = row + COPY_ROWS;

    while (++row < end) {
        lua_rawgeti(L, ROWS, row);
        lua_replace(L, ROW);
        if (lua_type(L, ROW) != LUA_TTABLE || !same_columns(L, bulk))
            break;
    }
    lua_rawgeti(L, ROWS, bulk->row);
    lua_replace(L, ROW);
    bulk->copy_from = row;
    return row == end;
}

static void try_copy(lua_State *L, struct bulk *bulk)
{
    const struct db *db = bulk->script->db;

    if (db->prints || db->driver->copy_in == NULL || bulk->copy.open ||
        bulk->count == 0 || bulk->row < bulk->copy_from ||
        bulk->total - bulk->row < COPY_ROWS - 1 || !is_long_run(L, bulk))
        return;
    bulk_chunk_flush(L, bulk, bulk->row - 1);
    if (!bulk_copy_begin(L, &bulk->copy, bulk->columns, bulk->count))
        bulk->copy_from = bulk->total;
    /* what COPY knows of the table stays */
    bulk->chunk_mark = arena_mark(&bulk->script->arena);
}

/* Takes the row for COPY. A value that is not for COPY ends it for a while, and
 * takes the row's values with it. */
static bool copy_row(lua_State *L, struct bulk *bulk)
{
    if (!bulk->inlined &&
        bulk_copy_add(L, &bulk->copy, bulk->values, bulk->row))
        return true;
    bulk_copy_end(L, &bulk->copy);
    bulk->copy_from = bulk->row + COPY_ROWS;
    return false;
}

/* --- */

/* The columns of the row become the current ones. */
static void change_columns(lua_State *L, struct bulk *bulk)
{
    bulk_chunk_flush(L, bulk, bulk->row - 1);
    bulk_copy_end(L, &bulk->copy);
    take_columns(L, bulk);
    if (bulk->gathers)
        bulk_chunk_begin(bulk);
}

static void insert(lua_State *L, struct bulk *bulk)
{
    struct arena *arena = &bulk->script->arena;
    struct arena_mark mark;

    if (strcmp(marshal_got(L, ROW), "table") != 0)
        bridge_fail(L, BULK_NAME ": rows[%lld]: expected table, got %s",
                    (long long)bulk->row, marshal_got(L, ROW));
    if (bulk->sql == NULL || !same_columns(L, bulk))
        change_columns(L, bulk);
    try_copy(L, bulk);
    mark = arena_mark(arena);
    read_values(L, bulk);
    if (bulk->copy.open) {
        if (copy_row(L, bulk))
            return;
        mark = arena_mark(arena);
        read_values(L, bulk);
    }
    if (!is_single(bulk)) {
        bulk_chunk_add(L, bulk);
        return;
    }
    if (bulk->chunk_rows > 0) {
        bulk_chunk_flush(L, bulk,
                         bulk->row - 1); /* takes the row's values with it */
        mark = arena_mark(arena);
        read_values(L, bulk);
    }
    insert_one(L, bulk);
    arena_release(arena, mark);
}

int bulk_insert_run(lua_State *L)
{
    struct bulk bulk = {.script = script_enter(L, BULK_NAME)};
    lua_Integer count;

    if (lua_gettop(L) > OPTIONS)
        bridge_fail(L, BULK_NAME ": too many arguments (%d, at most 3)",
                    lua_gettop(L));
    lua_settop(L, OPTIONS);
    read_name(L, "argument 1 (table)", TABLE);
    bulk.schema = read_schema(L);
    bulk.gathers = bulk.script->db->dialect == DIALECT_POSTGRESQL ||
                   bulk.script->db->prints;
    bulk.total = count = count_rows(L);
    bulk.copy.script = bulk.script;
    bulk.copy.schema = bulk.schema;
    bulk.copy.table = lua_tostring(L, TABLE);
    lua_newtable(L);
    lua_newtable(L);
    for (bulk.row = 1; bulk.row <= count; bulk.row++) {
        lua_rawgeti(L, ROWS, bulk.row);
        insert(L, &bulk);
        lua_settop(L, COLUMNS);
        if (bulk.row % WATCH_ROWS == 0)
            watch_cancel(L);
    }
    bulk_chunk_flush(L, &bulk, count);
    bulk_copy_end(L, &bulk.copy);
    script_leave(bulk.script);
    lua_pushinteger(L, count);
    return 1;
}
