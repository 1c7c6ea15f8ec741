/* print, log.* and sleep of the sandbox. */
#include "script/bridge.h"
#include "script/queue.h"
#include "script/sandbox.h"
#include "script/state.h"
#include "script/watch.h"

#include <lauxlib.h>
#include <math.h>

/* Where log.* finds string.format as Lua made it. */
#define FORMAT lua_upvalueindex(1)
#define LEVEL lua_upvalueindex(2)

/* A day longer than any pause that is meant. */
#define SLEEP_LIMIT (366.0 * 24 * 3600)

/* Hands over the text on top. A reader that is slow (a stopped terminal) is
 * not the script's fault; a loop of prints is. */
static void hand_over(lua_State *L, enum script_level level, bool print)
{
    struct script *script = script_of(L);
    int64_t start = clock_ms();
    size_t size;
    const char *text = lua_tolstring(L, -1, &size);

    queue_collect(L);
    if (script->options.log == NULL || script->mute)
        return;
    script->in_lua = 0;
    script->options.log(script->options.context, level, print, text, size);
    script->last_call_ms += clock_ms() - start;
    script->in_lua = 1;
}

static int l_print(lua_State *L)
{
    int count = lua_gettop(L);
    luaL_Buffer text;

    luaL_buffinit(L, &text);
    for (int i = 1; i <= count; i++) {
        if (i > 1)
            luaL_addchar(&text, '\t');
        luaL_tolstring(L, i, NULL);
        luaL_addvalue(&text);
    }
    luaL_pushresult(&text);
    hand_over(L, SCRIPT_INFO, true);
    return 0;
}

static int l_log(lua_State *L)
{
    int count = lua_gettop(L);

    if (count <= 1) {
        lua_settop(L, 1);
        luaL_tolstring(L, 1, NULL);
    } else {
        luaL_checkstring(L, 1);
        lua_pushvalue(L, FORMAT);
        lua_insert(L, 1);
        lua_call(L, count, 1);
    }
    hand_over(L, (enum script_level)lua_tointeger(L, LEVEL), false);
    return 0;
}

static int l_sleep(lua_State *L)
{
    struct script *script = script_of(L);
    lua_Number seconds = luaL_checknumber(L, 1);
    int result;

    luaL_argcheck(L, seconds >= 0 && isfinite(seconds), 1,
                  "a number of seconds, not negative, expected");
    if (seconds > SLEEP_LIMIT)
        seconds = SLEEP_LIMIT;
    queue_collect(L);
    script->in_lua = 0;
    result = clock_sleep((int64_t)ceil(seconds * 1000), script->options.cancel);
    script_leave(script);
    if (result != 0)
        watch_cancel(L);
    return 0;
}

void log_push(lua_State *L)
{
    static const struct {
        const char *name;
        enum script_level level;
    } levels[] = {{"debug", SCRIPT_DEBUG},
                  {"info", SCRIPT_INFO},
                  {"warn", SCRIPT_WARN},
                  {"error", SCRIPT_ERROR}};

    lua_createtable(L, 0, 4);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "string");
    lua_getfield(L, -1, "format");
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        lua_pushvalue(L, -1);
        lua_pushinteger(L, levels[i].level);
        lua_pushcclosure(L, l_log, 2);
        lua_setfield(L, -5, levels[i].name);
    }
    lua_pop(L, 3);
}

void log_set_globals(lua_State *L)
{
    static const luaL_Reg globals[] = {
        {"print", l_print}, {"sleep", l_sleep}, {NULL, NULL}};

    luaL_setfuncs(L, globals, 0);
}
