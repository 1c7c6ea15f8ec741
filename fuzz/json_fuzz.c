/* libFuzzer target: whatever the decoder accepts must survive encode and
 * decode unchanged, and whatever it refuses must be refused with an error.
 * Build: clang -fsanitize=fuzzer,address,undefined with json*.c of script/
 * and base/. */
#include "script/json.h"

#include <lauxlib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(lua_State *L, int a, int b);

static bool same_number(lua_State *L, int a, int b)
{
    lua_Number x = lua_tonumber(L, a), y = lua_tonumber(L, b);

    if (lua_isinteger(L, a) != lua_isinteger(L, b))
        return false;
    if (lua_isinteger(L, a))
        return lua_tointeger(L, a) == lua_tointeger(L, b);
    return memcmp(&x, &y, sizeof x) == 0; /* tells -0.0 from 0.0 */
}

/* Whether all of `a` is in `b`. */
static bool within(lua_State *L, int a, int b)
{
    lua_pushnil(L);
    while (lua_next(L, a) != 0) {
        lua_pushvalue(L, -2);
        lua_rawget(L, b);
        if (!same(L, lua_gettop(L) - 1, lua_gettop(L)))
            return false;
        lua_pop(L, 2);
    }
    return true;
}

static bool same(lua_State *L, int a, int b)
{
    bool marked;

    luaL_checkstack(L, 10, NULL);
    if (lua_type(L, a) != lua_type(L, b))
        return false;
    if (lua_type(L, a) == LUA_TNUMBER)
        return same_number(L, a, b);
    if (lua_type(L, a) != LUA_TTABLE)
        return lua_rawequal(L, a, b) == 1;
    marked = lua_getmetatable(L, a) == 1;
    lua_pop(L, marked);
    if (lua_getmetatable(L, b) != marked)
        return false;
    lua_pop(L, marked);
    return within(L, a, b) && within(L, b, a);
}

static void die(const char *what)
{
    fprintf(stderr, "json_fuzz: %s\n", what);
    abort();
}

/* [library, value] -> [library, value, decode(encode(value))] */
static void there_and_back(lua_State *L)
{
    lua_getfield(L, 1, "encode");
    lua_pushvalue(L, 2);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK)
        die(lua_tostring(L, -1));
    lua_getfield(L, 1, "decode");
    lua_insert(L, -2);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK)
        die(lua_tostring(L, -1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lua_State *L = luaL_newstate();

    if (L == NULL)
        return 0;
    json_open(L);
    lua_getfield(L, 1, "decode");
    lua_pushlstring(L, (const char *)data, size);
    if (lua_pcall(L, 1, 1, 0) == LUA_OK) {
        there_and_back(L);
        if (!same(L, 2, 3))
            die("the value changed");
    } else if (strncmp(lua_tostring(L, -1), "json.decode: line ", 18) != 0) {
        die(lua_tostring(L, -1));
    }
    lua_close(L);
    return 0;
}
