#include "script/conn_api.h"

#include "base/str.h"
#include "script/bridge.h"
#include "script/copy_in.h"
#include "script/queue.h"
#include "script/rows.h"
#include "script/statement.h"
#include "script/step.h"

#include <lauxlib.h>
#include <string.h>

/* keys in the registry: only their addresses count */
static const char conn_key = 'c';
static const char meta_key = 'm';
static const char result_key = 'r';

/* copy_in counts by itself */
enum { ANY_COUNT = 250 };

/* What op.get_bind() returns: good for one step. */
struct conn {
    unsigned generation;
};

/* What execute returns while the statement may wait in the queue: it looks
 * like the table { rowcount = } and waits when it is read. */
struct result {
    struct db *db;
    unsigned generation;
    struct db_ticket ticket;
};

/* Enters the method `name` ("db:rows"), called with the connection at 1 and at
 * most `most` arguments behind it. */
static struct script *enter(lua_State *L, const char *name, int most)
{
    struct script *script;
    const struct conn *conn;

    if (!bridge_is_box(L, 1, &meta_key))
        bridge_fail(L, "%s: call it with a colon, as in %s(...)", name, name);
    script = script_enter(L, name);
    conn = lua_touserdata(L, 1);
    if (conn->generation != script->generation)
        bridge_fail(L, "%s: this connection belongs to a step that has ended",
                    name);
    statement_check_count(L, name, 2, most);
    return script;
}

/* Of several statements the driver knows which one failed. */
static int raise_failed(lua_State *L, const struct script *script, int index)
{
    if (lua_isnoneornil(L, index + 1) && script->err.sql[0] != '\0')
        return bridge_raise(L);
    return statement_raise(L, lua_tostring(L, index));
}

/* Pushes the result of a statement that was answered. */
static int push_answer(lua_State *L, const struct script *script,
                       const struct db_result *result)
{
    lua_createtable(L, 0, 2);
    lua_pushinteger(L, result->rowcount);
    lua_setfield(L, -2, "rowcount");
    if (script->db->dialect == DIALECT_SQLITE) {
        lua_pushinteger(L, result->last_insert_id);
        lua_setfield(L, -2, "last_insert_id");
    }
    return 1;
}

/* --- results of statements that wait in the queue --- */

/* The answer of a statement that was written and not run. */
static void check_ran(lua_State *L)
{
    const struct script *script = script_of(L);

    if (script->db == NULL || !script->db->prints)
        return;
    error_set(&script_of(L)->err, ERROR_FAILED,
              "rowcount: the statement of this result is only written as SQL");
    error_hint(&script_of(L)->err,
               "ask op.is_offline() before reading the result");
    bridge_raise(L);
}

/* Waits for the answer of the result at 1. */
static const struct result *answered(lua_State *L)
{
    const struct result *result = lua_touserdata(L, 1);
    struct script *script;

    if (result->ticket.answered)
        return result;
    check_ran(L);
    script = script_enter(L, "rowcount");
    if (result->generation != script->generation)
        bridge_fail(L, "rowcount: this result belongs to a step that has "
                       "ended");
    queue_collect(L);
    script_leave(script);
    if (!result->ticket.answered)
        bridge_fail(L, "rowcount: the statement of this result did not run");
    return result;
}

static int l_result_index(lua_State *L)
{
    if (lua_type(L, 2) != LUA_TSTRING)
        return 0;
    if (str_equal(lua_tostring(L, 2), "last_insert_id"))
        check_ran(L);
    if (!str_equal(lua_tostring(L, 2), "rowcount"))
        return 0;
    lua_pushinteger(L, answered(L)->ticket.result.rowcount);
    return 1;
}

static int l_result_next(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    return lua_next(L, 1) ? 2 : 0;
}

/* pairs(result) goes over what a table would have. */
static int l_result_pairs(lua_State *L)
{
    const struct result *result = answered(L);

    lua_pushcfunction(L, l_result_next);
    push_answer(L, script_of(L), &result->ticket.result);
    return 2;
}

static int l_result_newindex(lua_State *L)
{
    return bridge_fail(L, "the result of a statement cannot be changed");
}

static int l_result_gc(lua_State *L)
{
    struct result *result = lua_touserdata(L, 1);

    if (result->ticket.entry != NULL)
        result->db->driver->forget(result->db, &result->ticket);
    return 0;
}

static void push_result_metatable(lua_State *L)
{
    static const luaL_Reg functions[] = {{"__index", l_result_index},
                                         {"__newindex", l_result_newindex},
                                         {"__pairs", l_result_pairs},
                                         {"__gc", l_result_gc},
                                         {NULL, NULL}};

    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &result_key) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    luaL_setfuncs(L, functions, 0);
    lua_pushliteral(L, "result");
    lua_setfield(L, -2, "__name");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &result_key);
}

static struct result *push_result(lua_State *L, const struct script *script)
{
    struct result *result = lua_newuserdatauv(L, sizeof *result, 0);

    memset(result, 0, sizeof *result);
    result->db = script->db;
    result->generation = script->generation;
    push_result_metatable(L);
    lua_setmetatable(L, -2);
    return result;
}

/* Runs the statement at `index` and pushes its result. */
static int execute(lua_State *L, struct script *script, const char *name,
                   int index)
{
    struct db_statement statement;
    struct db_result answer = {0, 0};
    struct result *result;

    statement_read(L, script, name, index, &statement);
    statement.many = statement.param_count == 0;
    if (queue_allowed(L)) {
        result = push_result(L, script);
        if (queue_send(L, &statement, &result->ticket) < 0)
            return raise_failed(L, script, index);
        script_leave(script);
        return 1;
    }
    if (script->db->prints)
        push_result(L, script);
    script_away(script);
    if (script_back(script, db_execute(script->db, &statement, &answer,
                                       &script->err)) < 0)
        return raise_failed(L, script, index);
    script_leave(script);
    if (script->db->prints)
        return 1;
    return push_answer(L, script, &answer);
}

/* Refuses options at `index`, for a function that has none. */
static void no_options(lua_State *L, const char *name, int index)
{
    if (lua_isnoneornil(L, index))
        return;
    statement_check_table(L, name, "options", index);
    lua_pushnil(L);
    if (!lua_next(L, index))
        return;
    luaL_tolstring(L, -2, NULL);
    bridge_fail(L, "%s: %s: unknown option; it has none", name,
                lua_tostring(L, -1));
}

int conn_execute(lua_State *L)
{
    struct script *script = script_enter(L, "op.execute");

    statement_check_count(L, "op.execute", 1, 3);
    no_options(L, "op.execute", 3);
    lua_settop(L, 2);
    return execute(L, script, "op.execute", 1);
}

static int l_execute(lua_State *L)
{
    struct script *script = enter(L, "db:execute", 2);

    lua_settop(L, 3);
    return execute(L, script, "db:execute", 2);
}

static int l_rows(lua_State *L)
{
    return rows_iterate(L, enter(L, "db:rows", 2));
}

static int l_all(lua_State *L)
{
    return rows_all(L, enter(L, "db:all", 2));
}

static int l_one(lua_State *L)
{
    return rows_one(L, enter(L, "db:one", 2));
}

static int l_scalar(lua_State *L)
{
    return rows_scalar(L, enter(L, "db:scalar", 2));
}

static int l_copy_in(lua_State *L)
{
    struct script *script = enter(L, "db:copy_in", ANY_COUNT);

    step_check_write(L, "db:copy_in");
    return copy_in_run(L, script);
}

static const luaL_Reg methods[] = {
    {"execute", l_execute}, {"rows", l_rows},     {"all", l_all},
    {"one", l_one},         {"scalar", l_scalar}, {"copy_in", l_copy_in},
    {NULL, NULL},
};

static int l_unknown(lua_State *L)
{
    static const char *const names[] = {"execute", "rows",          "all",
                                        "one",     "scalar",        "copy_in",
                                        "dialect", "server_version"};
    const char *key = luaL_tolstring(L, 2, NULL);
    const char *near = str_suggest(key, names, sizeof names / sizeof names[0]);

    if (near != NULL)
        return bridge_fail(L, "db.%s: unknown name (did you mean '%s'?)", key,
                           near);
    return bridge_fail(L, "db.%s: unknown name", key);
}

static int l_readonly(lua_State *L)
{
    return bridge_fail(L, "db.%s: the connection cannot be changed",
                       luaL_tolstring(L, 2, NULL));
}

/* Pushes the metatable of connections: one for a state. */
static void push_metatable(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &meta_key) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    luaL_newlib(L, methods);
    lua_newtable(L);
    lua_pushcfunction(L, l_unknown);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, l_readonly);
    lua_setfield(L, -2, "__newindex");
    lua_pushliteral(L, "connection");
    lua_setfield(L, -2, "__name");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &meta_key);
}

/* Pushes a connection for the step that runs. */
static void push_conn(lua_State *L, const struct script *script)
{
    struct conn *conn = lua_newuserdatauv(L, sizeof *conn, 0);

    conn->generation = script->generation;
    push_metatable(L);
    lua_getfield(L, -1, "__index");
    lua_pushstring(L, dialect_name(script->db->dialect));
    lua_setfield(L, -2, "dialect");
    lua_pushinteger(L, script->db->server_version);
    lua_setfield(L, -2, "server_version");
    lua_pop(L, 1);
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &conn_key);
}

int conn_push(lua_State *L)
{
    struct script *script = script_enter(L, "op.get_bind");
    const struct conn *conn = NULL;

    script_leave(script);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &conn_key) == LUA_TUSERDATA)
        conn = lua_touserdata(L, -1);
    if (conn != NULL && conn->generation == script->generation)
        return 1;
    lua_pop(L, 1);
    push_conn(L, script);
    return 1;
}
