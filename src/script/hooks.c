#include "script/hooks.h"

#include "script/api.h"
#include "script/bridge.h"
#include "script/sandbox.h"
#include "script/watch.h"

#include <lauxlib.h>

/* Registry: { before_upgrade = function ... }. */
static const char hooks_key = 0;

void hooks_set(lua_State *L, const char *name)
{
    luaL_checkstack(L, 4, NULL);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &hooks_key) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &hooks_key);
    }
    lua_insert(L, -2);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
    script_of(L)->hooks = true;
}

/* Pushes the hook, or nil. */
static bool push(lua_State *L, const char *name)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &hooks_key) != LUA_TTABLE)
        return false;
    lua_pushstring(L, name);
    lua_rawget(L, -2);
    lua_remove(L, -2);
    return lua_isfunction(L, -1);
}

static void set_text(lua_State *L, const char *key, const char *text)
{
    if (text == NULL)
        return;
    lua_pushstring(L, text);
    lua_setfield(L, -2, key);
}

static void push_facts(lua_State *L, const struct hook_facts *facts)
{
    lua_createtable(L, 0, 6);
    set_text(L, "direction", direction_name(facts->direction));
    if (facts->revision != NULL) {
        set_text(L, "revision", facts->revision->id);
        set_text(L, "file", facts->revision->file);
    }
    if (facts->plan != NULL) {
        lua_createtable(L, (int)facts->plan->count, 0);
        for (size_t i = 0; i < facts->plan->count; i++) {
            lua_pushstring(L, facts->plan->items[i]);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        lua_setfield(L, -2, "plan");
    }
    if (facts->error != NULL) {
        if (facts->revision == NULL && facts->error->revision[0] != '\0')
            set_text(L, "revision", facts->error->revision);
        bridge_push_error(L, facts->error);
        lua_setfield(L, -2, "error");
    }
}

struct call {
    const char *name;
    const struct hook_facts *facts;
};

static int call_body(lua_State *L)
{
    const struct call *call = lua_touserdata(L, 1);

    luaL_checkstack(L, 16, NULL);
    if (!push(L, call->name))
        return 0;
    sandbox_strings(L, true);
    push_facts(L, call->facts);
    lua_call(L, 1, 0);
    return 0;
}

int hooks_run(struct script *script, const char *name,
              const struct hook_facts *facts, struct error *err)
{
    struct call call = {name, facts};
    lua_State *L = script->L;
    int status;

    if (script->limit != SCRIPT_LIMIT_NONE)
        return 0; /* nothing of the user's may run any more */
    if (watch_start(script, err) != 0)
        return -1;
    lua_pushcfunction(L, call_body);
    lua_pushlightuserdata(L, &call);
    status = bridge_call(L, 1, 0);
    if (status != LUA_OK)
        bridge_catch(L, status, ERROR_FAILED, err);
    watch_stop(script);
    if (status == LUA_OK)
        return 0;
    return error_context(err, "hooks.%s", name);
}

void hooks_before_revision(lua_State *L)
{
    const struct script *script = script_of(L);
    struct hook_facts facts = {.revision = script->revision,
                               .direction = script->direction};
    int top = lua_gettop(L);

    luaL_checkstack(L, 16, NULL);
    if (push(L, "before_revision")) {
        sandbox_strings(L, true);
        push_facts(L, &facts);
        op_open(L);
        lua_setfield(L, -2, "op");
        lua_call(L, 1, 0);
    }
    sandbox_strings(L, false);
    lua_settop(L, top);
}
