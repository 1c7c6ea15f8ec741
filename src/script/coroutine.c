/* pcall, xpcall and coroutines. They do what Lua's own do, and raise a limit
 * that was hit again, so that no script can hold it. */
#include "script/bridge.h"
#include "script/queue.h"
#include "script/sandbox.h"
#include "script/state.h"
#include "script/watch.h"

#include <lauxlib.h>

/* The end of pcall and xpcall; `extra` values below the results stay away. */
static int finish(lua_State *L, int status, lua_KContext extra)
{
    queue_leave(L);
    if (status != LUA_OK && status != LUA_YIELD) {
        watch_hold(L, L, status);
        lua_pushboolean(L, 0);
        lua_insert(L, -2);
        return 2;
    }
    return lua_gettop(L) - (int)extra;
}

static int call_protected(lua_State *L)
{
    int status;

    luaL_checkany(L, 1);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    queue_enter(L);
    status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, finish);
    return finish(L, status, 0);
}

/* The message handler of xpcall, over the script's. A limit is raised in a
 * hook, and in what Lua calls from there no hook fires: a script's handler
 * could loop for ever. */
static int handle(lua_State *L)
{
    if (script_of(L)->limit != SCRIPT_LIMIT_NONE)
        return 1;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

static int call_handled(lua_State *L)
{
    int args = lua_gettop(L) - 2, status;

    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, handle, 1);
    lua_replace(L, 2);
    lua_pushboolean(L, 1);
    lua_pushvalue(L, 1);
    lua_rotate(L, 3, 2); /* function, handler, true, function, arguments */
    queue_enter(L);
    status = lua_pcallk(L, args, LUA_MULTRET, 2, 2, finish);
    return finish(L, status, 2);
}

/* Returns the number of values that came, or -1 with the error on top. */
static int resume(lua_State *L, lua_State *co, int args)
{
    struct script *script = script_of(L);
    int status, count = 0;

    if (!lua_checkstack(co, args)) {
        lua_pushliteral(L, "too many arguments to resume");
        return -1;
    }
    queue_collect(L);
    lua_xmove(L, co, args);
    script->running = co;
    status = lua_resume(co, L, args, &count);
    script->running = L;
    if (status != LUA_OK && status != LUA_YIELD) {
        watch_hold(L, co, status);
        lua_xmove(co, L, 1);
        return -1;
    }
    if (script->limit != SCRIPT_LIMIT_NONE)
        watch_raise(L);
    if (!lua_checkstack(L, count + 1)) {
        lua_pop(co, count);
        lua_pushliteral(L, "too many results to resume");
        return -1;
    }
    lua_xmove(co, L, count);
    return count;
}

static int l_resume(lua_State *L)
{
    lua_State *co = lua_tothread(L, 1);
    int count;

    luaL_argexpected(L, co != NULL, 1, "coroutine");
    count = resume(L, co, lua_gettop(L) - 1);
    lua_pushboolean(L, count >= 0);
    count = count < 0 ? 1 : count;
    lua_insert(L, -(count + 1));
    return count + 1;
}

static int wrapped(lua_State *L)
{
    lua_State *co = lua_tothread(L, lua_upvalueindex(1));
    int count = resume(L, co, lua_gettop(L));

    return count < 0 ? lua_error(L) : count;
}

static int l_wrap(lua_State *L)
{
    lua_State *co;

    luaL_checktype(L, 1, LUA_TFUNCTION);
    co = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
    lua_pushcclosure(L, wrapped, 1);
    return 1;
}

void coroutine_install(lua_State *L)
{
    static const luaL_Reg calls[] = {
        {"pcall", call_protected}, {"xpcall", call_handled}, {NULL, NULL}};
    static const luaL_Reg own[] = {
        {"resume", l_resume}, {"wrap", l_wrap}, {NULL, NULL}};

    lua_pushglobaltable(L);
    luaL_setfuncs(L, calls, 0);
    lua_getfield(L, -1, "coroutine");
    luaL_setfuncs(L, own, 0);
    lua_pop(L, 2);
}
