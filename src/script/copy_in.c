#include "script/copy_in.h"

#include "base/str.h"
#include "db/pg_text.h"
#include "ddl/ddl.h"
#include "script/bridge.h"
#include "script/marshal.h"
#include "script/statement.h"

#include <lauxlib.h>
#include <string.h>

#define NAME "db:copy_in"
/* more than any table has */
#define MAX_COLUMNS 10000

/* the metatable of the userdata, in the registry */
#define COPY "luamigrate.copy"

/* places on the stack */
enum { TABLE = 2, COLUMNS, ITERATOR, OPTIONS, BOX, ROW };

/* bytes that are loaded together */
enum { CHUNK = 1 << 20 };

/* What stays the same for all rows: a userdata whose user values keep the
 * names and the text. */
struct copy {
    struct names columns;
    struct value *values; /* of the row that is inserted */
    const char *sql;
    size_t size;
    lua_Integer count; /* rows that came */

    /* With COPY the rows are gathered, and loaded before anything else of the
     * database is called, for the iterator may use it. */
    bool gathers;
    struct arena arena;
    struct buf lines;
    lua_Integer loaded; /* rows */
    struct copy *outer; /* whose iterator called this one */
};

static const char *read_schema(lua_State *L)
{
    const char *schema = NULL;

    if (lua_isnil(L, OPTIONS))
        return NULL;
    statement_check_table(L, NAME, "options", OPTIONS);
    for (lua_pushnil(L); lua_next(L, OPTIONS); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING ||
            !str_equal(lua_tostring(L, -2), "schema"))
            bridge_fail(L, NAME ": %s: unknown option (there is 'schema')",
                        luaL_tolstring(L, -2, NULL));
        if (lua_type(L, -1) != LUA_TSTRING)
            bridge_fail(L, NAME ": schema: expected a string, got a %s",
                        luaL_typename(L, -1));
        schema = lua_tostring(L, -1);
    }
    return schema;
}

/* Raises unless the text at `index` may be a name. */
static void check_text(lua_State *L, struct script *script, int index)
{
    size_t size;
    const char *name = lua_tolstring(L, index, &size);

    if (strlen(name) != size)
        bridge_fail(L, NAME ": '%s': the name has a NUL byte", name);
    if (!str_utf8_valid(name, size))
        bridge_fail(L, NAME ": a name is not valid UTF-8");
    if (ddl_check_name(script->db->dialect, name, &script->err) != 0)
        bridge_raise(L);
}

/* Raises unless the columns are a list; what is in it is checked as it is
 * read. */
static void check_columns(lua_State *L)
{
    lua_Unsigned count = lua_rawlen(L, COLUMNS), seen = 0;

    if (strcmp(marshal_got(L, COLUMNS), "table") != 0 || count == 0)
        bridge_fail(L, NAME ": expected a list of column names, got %s",
                    count == 0 ? "none" : marshal_got(L, COLUMNS));
    if (count > MAX_COLUMNS)
        bridge_fail(L, NAME ": too many columns");
    for (lua_pushnil(L); lua_next(L, COLUMNS); lua_pop(L, 1))
        seen++;
    if (seen != count)
        bridge_fail(L, NAME ": columns: expected a list of names without "
                            "holes and other keys");
}

/* `db:rows` as the last argument gives what a loop takes: two values that are
 * nil and one that closes the rows. */
static void check_count(lua_State *L)
{
    bool loop = lua_gettop(L) == OPTIONS + 2 && lua_isnil(L, OPTIONS) &&
                lua_isnil(L, OPTIONS + 1) &&
                lua_type(L, OPTIONS + 2) == LUA_TUSERDATA;

    if (!loop)
        statement_check_count(L, NAME, TABLE, OPTIONS - TABLE + 1);
}

static void check_arguments(lua_State *L, struct script *script)
{
    if (lua_type(L, TABLE) != LUA_TSTRING)
        bridge_fail(L, NAME ": expected the name of a table, got a %s",
                    luaL_typename(L, TABLE));
    check_text(L, script, TABLE);
    check_columns(L);
    if (lua_type(L, ITERATOR) != LUA_TFUNCTION)
        bridge_fail(L,
                    NAME ": expected a function that returns the next row, "
                         "got a %s",
                    luaL_typename(L, ITERATOR));
}

static int l_gc(lua_State *L)
{
    struct copy *copy = lua_touserdata(L, 1);

    arena_clear(&copy->arena);
    return 0;
}

/* Pushes the userdata with the names of the columns. */
static struct copy *push_copy(lua_State *L, struct script *script)
{
    size_t count = lua_rawlen(L, COLUMNS);
    struct copy *copy;
    const char **items;

    copy = lua_newuserdatauv(
        L, sizeof *copy + count * (sizeof *copy->values + sizeof *items),
        (int)count + 1);
    memset(copy, 0, sizeof *copy);
    copy->gathers = script->db->driver->copy_in != NULL;
    arena_init(&copy->arena, NULL, NULL);
    if (copy->gathers) {
        if (luaL_newmetatable(L, COPY)) {
            lua_pushcfunction(L, l_gc);
            lua_setfield(L, -2, "__gc");
        }
        lua_setmetatable(L, -2);
        /* takes memory, which __gc gives back */
        buf_init(&copy->lines, &copy->arena);
    }
    copy->values = (struct value *)(copy + 1);
    items = (const char **)(copy->values + count);
    copy->columns.items = items;
    copy->columns.count = count;
    for (size_t i = 0; i < count; i++) {
        if (lua_rawgeti(L, COLUMNS, (lua_Integer)i + 1) != LUA_TSTRING)
            bridge_fail(L, NAME ": columns[%zu]: expected a name, got a %s",
                        i + 1, luaL_typename(L, -1));
        check_text(L, script, -1);
        items[i] = lua_tostring(L, -1);
        lua_setiuservalue(L, BOX, (int)i + 1);
    }
    return copy;
}

static void add_values(struct buf *sql, enum dialect dialect, size_t count)
{
    buf_add(sql, " VALUES (");
    for (size_t i = 0; i < count; i++)
        buf_addf(sql, "%s%c%zu", i == 0 ? "" : ", ",
                 dialect == DIALECT_SQLITE ? '?' : '$', i + 1);
    buf_char(sql, ')');
}

/* Writes the COPY, or the INSERT of one row. */
static void compile(lua_State *L, struct script *script, struct copy *copy)
{
    enum dialect dialect = script->db->dialect;
    const struct names *columns = &copy->columns;
    struct buf sql;

    buf_init(&sql, &script->arena);
    buf_add(&sql, copy->gathers ? "COPY " : "INSERT INTO ");
    ddl_qualified(&sql, dialect, read_schema(L), lua_tostring(L, TABLE));
    for (size_t i = 0; i < columns->count; i++) {
        buf_add(&sql, i == 0 ? " (" : ", ");
        ddl_name(&sql, dialect, columns->items[i]);
    }
    buf_char(&sql, ')');
    if (copy->gathers)
        buf_add(&sql, " FROM STDIN");
    else
        add_values(&sql, dialect, columns->count);
    copy->sql = lua_pushlstring(L, sql.data, sql.size);
    copy->size = sql.size;
    lua_setiuservalue(L, BOX, (int)columns->count + 1);
}

/* Raises for a key of a row by position, at the top of the stack. */
static void check_position(lua_State *L, const struct names *columns,
                           lua_Integer number)
{
    if (lua_isinteger(L, -1) && lua_tointeger(L, -1) >= 1 &&
        lua_tointeger(L, -1) <= (lua_Integer)columns->count)
        return;
    bridge_fail(L, NAME ": row %lld has a value at [%s], with %zu columns",
                (long long)number, luaL_tolstring(L, -1, NULL), columns->count);
}

/* Raises for a key of a row by name, at the top of the stack. */
static void check_name(lua_State *L, const struct names *columns,
                       lua_Integer number)
{
    const char *key, *near;

    if (lua_type(L, -1) != LUA_TSTRING)
        bridge_fail(L, NAME ": row %lld has names and positions",
                    (long long)number);
    key = lua_tostring(L, -1);
    for (size_t i = 0; i < columns->count; i++)
        if (str_equal(columns->items[i], key))
            return;
    near = str_suggest(key, columns->items, columns->count);
    if (near != NULL)
        bridge_fail(L,
                    NAME ": row %lld: '%s' is not one of the columns (did "
                         "you mean '%s'?)",
                    (long long)number, key, near);
    bridge_fail(L, NAME ": row %lld: '%s' is not one of the columns",
                (long long)number, key);
}

/* Whether the row at ROW goes by name; raises for keys beside the columns. */
static bool check_row(lua_State *L, const struct names *columns,
                      lua_Integer number)
{
    bool by_name;

    if (lua_type(L, ROW) != LUA_TTABLE)
        bridge_fail(L,
                    NAME ": the iterator returned a %s; expected a list of "
                         "values, a row or nil",
                    luaL_typename(L, ROW));
    if (statement_is_row(L, ROW))
        return true;
    lua_pushnil(L);
    if (!lua_next(L, ROW))
        return false;
    by_name = lua_type(L, -2) == LUA_TSTRING;
    do {
        lua_pop(L, 1);
        if (by_name)
            check_name(L, columns, number);
        else
            check_position(L, columns, number);
    } while (lua_next(L, ROW));
    return by_name;
}

/* Reads the row at ROW into copy->values. */
static void read_row(lua_State *L, struct copy *copy)
{
    bool by_name = check_row(L, &copy->columns, copy->count + 1);

    for (size_t i = 0; i < copy->columns.count; i++) {
        if (by_name) {
            lua_getiuservalue(L, BOX, (int)i + 1);
            lua_rawget(L, ROW);
        } else {
            lua_rawgeti(L, ROW, (lua_Integer)i + 1);
        }
        statement_value(L, NAME, "column", copy->columns.items[i], false,
                        &copy->values[i]);
    }
}

static void insert(lua_State *L, struct script *script, struct copy *copy)
{
    struct db_statement statement = {
        .sql = copy->sql,
        .size = copy->size,
        .params = copy->values,
        .param_count = copy->columns.count,
    };
    struct db_result result;

    script_away(script);
    if (script_back(script, db_execute(script->db, &statement, &result,
                                       &script->err)) < 0) {
        error_context(&script->err, "row %lld", (long long)copy->count);
        statement_raise(L, copy->sql);
    }
}

static int copy_lines(struct script *script, const struct copy *copy,
                      int64_t *rows)
{
    struct db_statement statement = {.sql = copy->sql, .size = copy->size};
    struct db_copy *lines;

    *rows = 0;
    if (script->db->driver->copy_in(script->db, &statement, &lines,
                                    &script->err) != 0)
        return -1;
    if (lines->put(lines, copy->lines.data, copy->lines.size, &script->err) ==
        0)
        return lines->end(lines, rows, &script->err);
    lines->give_up(lines, NULL);
    return -1;
}

/* Loads the rows that were gathered. */
static void load(lua_State *L, struct script *script, struct copy *copy)
{
    lua_Integer before = copy->loaded;
    int64_t rows;
    int result;

    if (copy->loaded == copy->count)
        return;
    copy->loaded = copy->count;
    script_away(script);
    result = script_back(script, copy_lines(script, copy, &rows));
    arena_clear(&copy->arena);
    buf_init(&copy->lines, &copy->arena);
    if (result == 0)
        return;
    if (rows > 0)
        error_context(&script->err, "row %lld", (long long)(before + rows));
    bridge_raise(L);
}

void copy_in_settle(lua_State *L)
{
    struct script *script = script_of(L);

    load(L, script, script->copying);
}

static void gather(lua_State *L, struct script *script, struct copy *copy)
{
    for (size_t i = 0; i < copy->columns.count; i++) {
        if (i > 0)
            buf_char(&copy->lines, '\t');
        pg_text_field(&copy->lines, &copy->values[i]);
    }
    buf_char(&copy->lines, '\n');
    if (copy->lines.size >= CHUNK)
        load(L, script, copy);
}

/* Takes the rows of the iterator; the stack is as copy_in_run has it. */
static void loop(lua_State *L, struct copy *copy)
{
    for (;;) {
        struct script *script;

        lua_pushvalue(L, ITERATOR);
        lua_call(L, 0, 1);
        if (lua_isnil(L, ROW))
            return;
        script = script_go_on(L, NAME);
        read_row(L, copy);
        copy->count++;
        if (copy->gathers)
            gather(L, script, copy);
        else
            insert(L, script, copy);
        script_leave(script);
        lua_settop(L, BOX);
    }
}

static int l_loop(lua_State *L)
{
    loop(L, lua_touserdata(L, BOX));
    return 0;
}

/* The loop with COPY. When it fails the rows before are inserted, and what the
 * database says of them comes first: as if each had been inserted at once. */
static void loop_gathering(lua_State *L, struct script *script,
                           struct copy *copy)
{
    bool failed = script->failed;
    int status;

    copy->outer = script->copying;
    script->copying = copy;
    lua_pushcfunction(L, l_loop);
    for (int i = 1; i <= BOX; i++)
        lua_pushvalue(L, i);
    status = bridge_call(L, BOX, 0);
    script->copying = copy->outer;
    if (script->failed == failed && script->limit == SCRIPT_LIMIT_NONE)
        load(L, script, copy);
    if (status != LUA_OK)
        lua_error(L);
}

int copy_in_run(lua_State *L, struct script *script)
{
    struct copy *copy;

    check_count(L);
    lua_settop(L, OPTIONS);
    check_arguments(L, script);
    copy = push_copy(L, script);
    compile(L, script, copy);
    script_leave(script);
    if (copy->gathers)
        loop_gathering(L, script, copy);
    else
        loop(L, copy);
    lua_pushinteger(L, copy->count);
    return 1;
}
