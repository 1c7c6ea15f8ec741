#include "script/state.h"

#include "script/bridge.h"
#include "script/copy_in.h"
#include "script/embed.h"
#include "script/sandbox.h"
#include "script/watch.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *allocate(void *context, void *old, size_t old_size, size_t size)
{
    struct script *script = context;
    size_t limit = script->options.memory_limit;
    void *new;

    if (old == NULL)
        old_size = 0; /* Lua passes a type here */
    if (size == 0) {
        (void)pool_resize(&script->pool, old, old_size, 0);
        script->memory_used -= old_size;
        return NULL;
    }
    if (size > old_size && limit > 0 &&
        (size - old_size > limit ||
         script->memory_used > limit - (size - old_size))) {
        script->memory_denied = true;
        return NULL;
    }
    new = pool_resize(&script->pool, old, old_size, size);
    if (new == NULL) {
        if (size <= old_size)
            return old; /* Lua relies on shrinking */
        script->memory_denied = true;
        return NULL;
    }
    script->memory_used += size - old_size; /* wraps round when it shrinks */
    return new;
}

/* Every entry is protected, so this is a fault of ours. */
static int panic(lua_State *L)
{
    const char *text =
        lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "no message";

    fprintf(stderr, "luamigrate: internal error: %s\n", text);
    _exit(1);
}

static int set_up(lua_State *L)
{
    struct script *script = script_of(L);

    /* LUA_PATH and its like belong to the user's shell, not to the project;
     * the configuration file may set package.path */
    lua_pushboolean(L, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
    luaL_openlibs(L);
    lua_pushliteral(L, "a limit was hit");
    lua_rawsetp(L, LUA_REGISTRYINDEX, script); /* watch_raise's value */
    bridge_open(L);
    embed_install(L);
    sandbox_open(L);
    return 0;
}

int script_open(const struct script_options *options, struct script **out,
                struct error *err)
{
    struct script *script = calloc(1, sizeof *script);
    lua_State *L;
    int status;

    if (script == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    script->options = *options;
    arena_init(&script->arena, NULL, NULL);
    script->first = calloc(1, sizeof *script->first);
    script->watch = watch_open();
    L = script->first != NULL && script->watch != NULL
            ? lua_newstate(allocate, script)
            : NULL;
    script->L = script->running = L;
    if (L == NULL) {
        script_close(script);
        return error_set(err, ERROR_LIMIT, "out of memory");
    }
    memcpy(lua_getextraspace(L), &script, sizeof script);
    lua_atpanic(L, panic);
    lua_pushcfunction(L, set_up);
    status = lua_pcall(L, 0, 0, 0);
    if (status != LUA_OK) {
        if (lua_type(L, -1) == LUA_TSTRING)
            error_set(err, ERROR_INTERNAL, "%s", lua_tostring(L, -1));
        else
            error_set(err, ERROR_INTERNAL, "cannot open the Lua state");
        if (status == LUA_ERRMEM) {
            watch_hit(script, SCRIPT_LIMIT_MEMORY);
            watch_error(script, err);
        }
        script_close(script);
        return -1;
    }
    *out = script;
    return 0;
}

void script_close(struct script *script)
{
    if (script == NULL)
        return;
    if (script->L != NULL)
        lua_close(script->L);
    watch_close(script);
    pool_clear(&script->pool);
    arena_clear(&script->arena);
    free(script->first);
    free(script);
}

struct script *script_of(lua_State *L)
{
    struct script *script;

    memcpy(&script, lua_getextraspace(L), sizeof script);
    return script;
}

struct script *script_go_on(lua_State *L, const char *name)
{
    struct script *script = script_of(L);

    watch_cancel(L);
    arena_clear(&script->arena);
    if (script->db == NULL)
        bridge_fail(L, "%s is only available inside upgrade() and downgrade()",
                    name);
    return script;
}

struct script *script_enter(lua_State *L, const char *name)
{
    struct script *script = script_go_on(L, name);

    if (script->copying != NULL)
        copy_in_settle(L);
    return script;
}

void script_leave(struct script *script)
{
    script->last_call_ms = clock_coarse_ms();
    script->in_lua = 1;
}

void script_away(struct script *script)
{
    script->in_lua = 0;
}

int script_back(struct script *script, int result)
{
    script_leave(script);
    return result;
}
