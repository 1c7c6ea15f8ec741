#include "script/template.h"

#include "script/bridge.h"
#include "script/embed.h"

#include <lauxlib.h>

struct call {
    const char *function;
    const struct template_field *fields;
    size_t count;
    struct arena *arena;
    struct names *texts;
    const char *reason; /* why the function gave nothing */
};

static void push_field(lua_State *L, const struct template_field *field)
{
    if (field->text != NULL) {
        lua_pushstring(L, field->text);
        return;
    }
    if (field->list == NULL) {
        lua_pushnil(L);
        return;
    }
    lua_newtable(L);
    for (size_t i = 0; i < field->list->count; i++) {
        lua_pushstring(L, field->list->items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static const char *copy_text(lua_State *L, int index, struct arena *arena)
{
    size_t size;
    const char *text = luaL_checklstring(L, index, &size);

    return arena_strndup(arena, text, size);
}

static int l_call(lua_State *L)
{
    struct call *call = lua_touserdata(L, 1);
    size_t count;

    embed_require(L, "luamigrate.template");
    lua_getfield(L, -1, call->function);
    lua_newtable(L);
    for (size_t i = 0; i < call->count; i++) {
        push_field(L, &call->fields[i]);
        lua_setfield(L, -2, call->fields[i].name);
    }
    lua_call(L, 1, 2);
    if (lua_isnil(L, -2)) {
        call->reason = copy_text(L, -1, call->arena);
        return 0;
    }
    count = lua_rawlen(L, -2);
    call->texts->items = arena_array(call->arena, const char *, count + 1);
    call->texts->count = count;
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, -2, (lua_Integer)i + 1);
        call->texts->items[i] = copy_text(L, -1, call->arena);
        lua_pop(L, 1);
    }
    return 0;
}

int template_call(struct script *script, const char *function,
                  const struct template_field *fields, size_t count,
                  struct arena *arena, struct names *texts, struct error *err)
{
    lua_State *L = script->L;
    struct call call = {function, fields, count, arena, texts, NULL};
    int status;

    if (!lua_checkstack(L, 8))
        return error_set(err, ERROR_LIMIT, "no memory for the template");
    lua_pushcfunction(L, l_call);
    lua_pushlightuserdata(L, &call);
    status = bridge_call(L, 1, 0);
    if (status != LUA_OK) {
        bridge_catch(L, status, ERROR_INTERNAL, err);
        return -1;
    }
    if (call.reason != NULL)
        return error_set(err, ERROR_CONFIG, "%s", call.reason);
    return 0;
}
