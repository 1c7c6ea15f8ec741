/* The values that C and Lua share. */
#include "script/bridge.h"

#include <lauxlib.h>

bool bridge_is(lua_State *L, int index, const char *name)
{
    bool same;

    if (lua_type(L, index) != LUA_TTABLE || !lua_getmetatable(L, index))
        return false;
    luaL_getmetatable(L, name);
    same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same;
}

bool bridge_is_box(lua_State *L, int index, const void *key)
{
    bool same;

    if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index))
        return false;
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
    same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same;
}

bool bridge_is_sql(lua_State *L, int index)
{
    return bridge_is(L, index, BRIDGE_SQL);
}

bool bridge_is_null(lua_State *L, int index)
{
    return lua_type(L, index) == LUA_TLIGHTUSERDATA &&
           lua_touserdata(L, index) == NULL;
}

static void copy_text(lua_State *L, int index, struct value *value)
{
    const char *data = lua_tolstring(L, index, &value->text.size);

    value->text.data =
        arena_strndup(&script_of(L)->arena, data, value->text.size);
}

/* The text inside a `sql` or `bytes` value. */
static int wrapped(lua_State *L, int index, const char *key,
                   enum value_kind kind, struct value *value)
{
    index = lua_absindex(L, index);
    lua_pushstring(L, key);
    if (lua_rawget(L, index) != LUA_TSTRING) {
        lua_pop(L, 1);
        return -1;
    }
    value->kind = kind;
    copy_text(L, -1, value);
    lua_pop(L, 1);
    return 0;
}

static int list(lua_State *L, int index, struct value *value)
{
    struct arena *arena = &script_of(L)->arena;
    lua_Unsigned count = lua_rawlen(L, index);
    struct value *items;

    index = lua_absindex(L, index);
    lua_pushnil(L);
    for (lua_Unsigned i = 0; lua_next(L, index); i++) {
        lua_pop(L, 1);
        if (i >= count) { /* a table with names, or with holes */
            lua_pop(L, 1);
            return -1;
        }
    }
    items = arena_array(arena, struct value, count);
    for (lua_Unsigned i = 0; i < count; i++) {
        lua_rawgeti(L, index, (lua_Integer)i + 1);
        int result = bridge_value(L, -1, false, &items[i]);
        bool hole = lua_isnil(L, -1);

        lua_pop(L, 1);
        if (result != 0 || hole)
            return -1;
    }
    value->kind = VALUE_LIST;
    value->list.items = items;
    value->list.count = count;
    return 0;
}

int bridge_value(lua_State *L, int index, bool lists, struct value *value)
{
    luaL_checkstack(L, 4, NULL);
    switch (lua_type(L, index)) {
    case LUA_TNIL:
    case LUA_TNONE:
        value->kind = VALUE_ABSENT;
        return 0;
    case LUA_TBOOLEAN:
        value->kind = VALUE_BOOLEAN;
        value->boolean = lua_toboolean(L, index);
        return 0;
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) {
            value->kind = VALUE_INTEGER;
            value->integer = lua_tointeger(L, index);
        } else {
            value->kind = VALUE_FLOAT;
            value->number = lua_tonumber(L, index);
        }
        return 0;
    case LUA_TSTRING:
        value->kind = VALUE_TEXT;
        copy_text(L, index, value);
        return 0;
    case LUA_TLIGHTUSERDATA:
        if (!bridge_is_null(L, index))
            return -1;
        value->kind = VALUE_NULL;
        return 0;
    case LUA_TTABLE:
        if (bridge_is_sql(L, index))
            return wrapped(L, index, "text", VALUE_SQL, value);
        if (bridge_is(L, index, BRIDGE_BYTES))
            return wrapped(L, index, "data", VALUE_BYTES, value);
        return lists ? list(L, index, value) : -1;
    default:
        return -1;
    }
}

static void push_wrapped(lua_State *L, const struct value *value,
                         const char *key, const char *metatable)
{
    lua_createtable(L, 0, 1);
    lua_pushlstring(L, value->text.data, value->text.size);
    lua_setfield(L, -2, key);
    luaL_setmetatable(L, metatable);
}

void bridge_push(lua_State *L, const struct value *value, bool null_as_nil)
{
    switch (value->kind) {
    case VALUE_ABSENT:
    case VALUE_NULL:
        if (null_as_nil)
            lua_pushnil(L);
        else
            lua_pushlightuserdata(L, NULL);
        break;
    case VALUE_BOOLEAN:
        lua_pushboolean(L, value->boolean);
        break;
    case VALUE_INTEGER:
        lua_pushinteger(L, value->integer);
        break;
    case VALUE_FLOAT:
        lua_pushnumber(L, value->number);
        break;
    case VALUE_TEXT:
    case VALUE_BYTES: /* a row gives binary values as strings of bytes */
        lua_pushlstring(L, value->text.data, value->text.size);
        break;
    case VALUE_SQL:
        push_wrapped(L, value, "text", BRIDGE_SQL);
        break;
    case VALUE_LIST:
        luaL_checkstack(L, 4, NULL);
        lua_createtable(L, (int)value->list.count, 0);
        for (size_t i = 0; i < value->list.count; i++) {
            bridge_push(L, &value->list.items[i], false);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        break;
    }
}
