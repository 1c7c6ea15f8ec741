#include "script/bulk_insert.h"

#include "base/str.h"
#include "ddl/ddl.h"
#include "script/bridge.h"
#include "script/marshal.h"
#include "script/statement.h"
#include "script/watch.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "op.bulk_insert"

enum { SETS_MAX = 256, WATCH_ROWS = 256 };

/* places on the stack: the arguments, the texts by their set of columns, the
 * columns of the current set, the row */
enum { TABLE = 1, ROWS, OPTIONS, SETS, COLUMNS, ROW };

struct bulk {
    struct script *script;
    const char *schema;
    const char *sql; /* for rows with the current columns; held by SETS */
    size_t size;
    const char **columns; /* sorted; held by COLUMNS */
    struct value *values;
    size_t count;
    size_t capacity; /* of columns and values */
    size_t sets;
    bool inlined;    /* a value of the row is `sql` */
    lua_Integer row; /* from 1, for messages */
};

static void check_name(lua_State *L, const char *what, const char *name,
                       size_t size)
{
    if (size == 0)
        bridge_fail(L, NAME ": %s: the name is empty", what);
    if (strlen(name) != size)
        bridge_fail(L, NAME ": %s: the name has a NUL byte", what);
    if (!str_utf8_valid(name, size))
        bridge_fail(L, NAME ": %s: the name is not valid UTF-8", what);
}

static const char *read_name(lua_State *L, const char *what, int index)
{
    size_t size;
    const char *name;

    if (lua_type(L, index) != LUA_TSTRING)
        bridge_fail(L, NAME ": %s: expected string, got %s", what,
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
        bridge_fail(L, NAME ": argument 3 (options): expected table, got %s",
                    marshal_got(L, OPTIONS));
    for (lua_pushnil(L); lua_next(L, OPTIONS) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING ||
            !str_equal(lua_tostring(L, -2), "schema"))
            bridge_fail(L, NAME ": %s: unknown option (there is 'schema')",
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
                    NAME ": argument 2 (rows): expected list of rows, got "
                         "%s",
                    marshal_got(L, ROWS));
    for (lua_pushnil(L); lua_next(L, ROWS) != 0; lua_pop(L, 1)) {
        if (!lua_isinteger(L, -2))
            bridge_fail(L,
                        NAME ": argument 2 (rows): expected list of rows, got "
                             "a table with the key '%s' (write { { %s = ... } "
                             "} for one row)",
                        key_text(L), key_text(L));
        seen++;
    }
    if (seen != count)
        bridge_fail(L, NAME ": argument 2 (rows): the list has a hole");
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

/* Adds "INSERT INTO t (a, b) VALUES (?1, ...)"; `values` NULL for parameters
 * everywhere, else `sql` values are written and the others numbered. */
static void write_insert(lua_State *L, const struct bulk *bulk,
                         const struct value *values, struct buf *sql)
{
    enum dialect dialect = bulk->script->db->dialect;
    char sign = dialect == DIALECT_SQLITE ? '?' : '$';
    size_t number = 0;

    buf_add(sql, "INSERT INTO ");
    ddl_qualified(sql, dialect, bulk->schema, lua_tostring(L, TABLE));
    if (bulk->count == 0) {
        buf_add(sql, " DEFAULT VALUES");
        return;
    }
    for (size_t i = 0; i < bulk->count; i++) {
        buf_add(sql, i == 0 ? " (" : ", ");
        ddl_name(sql, dialect, bulk->columns[i]);
    }
    for (size_t i = 0; i < bulk->count; i++) {
        buf_add(sql, i == 0 ? ") VALUES (" : ", ");
        if (values != NULL && values[i].kind == VALUE_SQL)
            buf_addf(sql, "(%s\n)", values[i].text.data);
        else
            buf_addf(sql, "%c%zu", sign, ++number);
    }
    buf_char(sql, ')');
}

/* Finds the text for the current columns, or writes it. */
static void find_text(lua_State *L, struct bulk *bulk)
{
    struct arena *arena = &bulk->script->arena;
    struct arena_mark mark = arena_mark(arena);
    struct buf text;

    buf_init(&text, arena);
    for (size_t i = 0; i < bulk->count; i++)
        buf_addn(&text, bulk->columns[i], strlen(bulk->columns[i]) + 1);
    lua_pushlstring(L, text.data, text.size);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, SETS) != LUA_TSTRING) {
        lua_pop(L, 1);
        if (bulk->sets++ == SETS_MAX) {
            lua_newtable(L);
            lua_replace(L, SETS);
            bulk->sets = 1;
        }
        buf_reset(&text);
        write_insert(L, bulk, NULL, &text);
        lua_pushlstring(L, text.data, text.size);
        lua_pushvalue(L, -2);
        lua_pushvalue(L, -2);
        lua_rawset(L, SETS);
    }
    bulk->sql = lua_tolstring(L, -1, &bulk->size);
    lua_pop(L, 2);
    arena_release(arena, mark);
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
                        NAME ": %s: a row is a table by column name, but "
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
    find_text(L, bulk);
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
                bridge_fail(L, NAME ": %s '%s': the sql value is not valid",
                            what, bulk->columns[i]);
            bulk->inlined = true;
            lua_pop(L, 1);
        } else {
            statement_value(L, NAME, what, bulk->columns[i], false, value);
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
    write_insert(L, bulk, bulk->values, &sql);
    for (size_t i = 0; i < bulk->count; i++)
        if (bulk->values[i].kind != VALUE_SQL)
            params[count++] = bulk->values[i];
    statement->sql = sql.data;
    statement->size = sql.size;
    statement->params = params;
    statement->param_count = count;
}

static void insert(lua_State *L, struct bulk *bulk)
{
    struct script *script = bulk->script;
    struct arena_mark mark;
    struct db_statement statement;

    if (strcmp(marshal_got(L, ROW), "table") != 0)
        bridge_fail(L, NAME ": rows[%lld]: expected table, got %s",
                    (long long)bulk->row, marshal_got(L, ROW));
    if (bulk->sql == NULL || !same_columns(L, bulk))
        take_columns(L, bulk);
    mark = arena_mark(&script->arena);
    read_values(L, bulk);
    statement = (struct db_statement){.sql = bulk->sql,
                                      .size = bulk->size,
                                      .params = bulk->values,
                                      .param_count = bulk->count};
    if (bulk->inlined)
        write_inlined(L, bulk, &statement);
    script_away(script);
    if (script_back(script, db_execute(script->db, &statement, NULL,
                                       &script->err)) != 0) {
        error_context(&script->err, NAME ": rows[%lld]", (long long)bulk->row);
        bridge_raise(L);
    }
    arena_release(&script->arena, mark);
}

int bulk_insert_run(lua_State *L)
{
    struct bulk bulk = {.script = script_enter(L, NAME)};
    lua_Integer count;

    if (lua_gettop(L) > OPTIONS)
        bridge_fail(L, NAME ": too many arguments (%d, at most 3)",
                    lua_gettop(L));
    lua_settop(L, OPTIONS);
    read_name(L, "argument 1 (table)", TABLE);
    bulk.schema = read_schema(L);
    count = count_rows(L);
    lua_newtable(L);
    lua_newtable(L);
    for (bulk.row = 1; bulk.row <= count; bulk.row++) {
        lua_rawgeti(L, ROWS, bulk.row);
        insert(L, &bulk);
        lua_settop(L, COLUMNS);
        if (bulk.row % WATCH_ROWS == 0)
            watch_cancel(L);
    }
    script_leave(bulk.script);
    lua_pushinteger(L, count);
    return 1;
}
