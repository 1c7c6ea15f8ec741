#include "script/json.h"

#include "script/json_parts.h"

#include <lauxlib.h>
#include <stdint.h>
#include <string.h>

/* lua-cjson's defaults. */
#define DEPTH 1000
#define SPARSE_RATIO 2
#define SPARSE_SAFE 10
/* Recursion takes C stack, so the depth has an end. */
#define DEPTH_MAX 4000
#define PRECISION 17

const char json_empty_array = 0;

/* The user value of the settings: their mark of empty arrays. */
enum { EMPTY_ARRAY_MT = 1 };

static struct json_config *config_of(lua_State *L)
{
    return lua_touserdata(L, JSON_CONFIG);
}

static int set_depth(lua_State *L, lua_Integer *depth)
{
    if (!lua_isnoneornil(L, 1)) {
        lua_Integer wanted = luaL_checkinteger(L, 1);

        luaL_argcheck(L, wanted >= 1 && wanted <= DEPTH_MAX, 1,
                      "expected 1 to 4000");
        *depth = wanted;
    }
    lua_pushinteger(L, *depth);
    return 1;
}

static int l_encode_max_depth(lua_State *L)
{
    return set_depth(L, &config_of(L)->encode_depth);
}

static int l_decode_max_depth(lua_State *L)
{
    return set_depth(L, &config_of(L)->decode_depth);
}

static int l_encode_sparse_array(lua_State *L)
{
    struct json_config *config = config_of(L);
    lua_Integer ratio = luaL_optinteger(L, 2, config->sparse_ratio);
    lua_Integer safe = luaL_optinteger(L, 3, config->sparse_safe);

    luaL_argcheck(L, ratio >= 0, 2, "expected 0 or more");
    luaL_argcheck(L, safe >= 0, 3, "expected 0 or more");
    if (!lua_isnoneornil(L, 1)) {
        luaL_checktype(L, 1, LUA_TBOOLEAN);
        config->sparse_convert = lua_toboolean(L, 1);
    }
    config->sparse_ratio = ratio;
    config->sparse_safe = safe;
    lua_pushboolean(L, config->sparse_convert);
    lua_pushinteger(L, ratio);
    lua_pushinteger(L, safe);
    return 3;
}

static int l_encode_keep_buffer(lua_State *L)
{
    struct json_config *config = config_of(L);

    if (!lua_isnoneornil(L, 1)) {
        luaL_checktype(L, 1, LUA_TBOOLEAN);
        config->keep_buffer = lua_toboolean(L, 1);
    }
    lua_pushboolean(L, config->keep_buffer);
    return 1;
}

static int l_encode_number_precision(lua_State *L)
{
    if (luaL_optinteger(L, 1, PRECISION) != PRECISION)
        return luaL_error(L, "json.encode_number_precision: numbers are always "
                             "written so that they read back the same; use "
                             "string.format to round one");
    lua_pushinteger(L, PRECISION);
    return 1;
}

static int l_encode_invalid_numbers(lua_State *L)
{
    if (lua_toboolean(L, 1))
        return luaL_error(L, "json.encode_invalid_numbers: JSON has no NaN and "
                             "no infinity; replace them, for instance by null");
    lua_pushboolean(L, 0);
    return 1;
}

static int l_decode_invalid_numbers(lua_State *L)
{
    if (lua_toboolean(L, 1))
        return luaL_error(L, "json.decode_invalid_numbers: only the numbers of "
                             "JSON are read");
    lua_pushboolean(L, 0);
    return 1;
}

static int l_decode_array_with_array_mt(lua_State *L)
{
    if (!lua_isnoneornil(L, 1) && !lua_toboolean(L, 1))
        return luaL_error(L, "json.decode_array_with_array_mt: arrays always "
                             "carry json.array_mt, otherwise [] would come "
                             "back as {}");
    lua_pushboolean(L, 1);
    return 1;
}

/* json.array(t): marks `t`, or a new table, and returns it. */
static int l_array(lua_State *L)
{
    const struct json_config *config = config_of(L);

    luaL_argcheck(L, lua_gettop(L) <= 1, 2, "one argument expected");
    lua_settop(L, 1);
    if (lua_isnil(L, 1)) {
        lua_newtable(L);
        lua_replace(L, 1);
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    if (lua_getmetatable(L, 1)) {
        const void *metatable = lua_topointer(L, -1);

        luaL_argcheck(L,
                      metatable == config->array_mt ||
                          metatable == config->empty_array_mt,
                      1, "the table has another metatable");
        lua_pop(L, 1);
    }
    lua_pushvalue(L, JSON_ARRAY_MT);
    lua_setmetatable(L, 1);
    return 1;
}

static struct json_config *push_config(lua_State *L)
{
    struct json_config *config = lua_newuserdatauv(L, sizeof *config, 1);

    memset(config, 0, sizeof *config);
    /* the C library's own constant: nothing to free */
    config->locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (config->locale == (locale_t)0)
        luaL_error(L, "json: the C library has no \"C\" locale");
    config->encode_depth = DEPTH;
    config->decode_depth = DEPTH;
    config->sparse_ratio = SPARSE_RATIO;
    config->sparse_safe = SPARSE_SAFE;
    config->keep_buffer = true;
    return config;
}

static int l_new(lua_State *L);

/* Replaces the marks of arrays and of empty arrays, on top, by a library
 * table. */
static int open_library(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"encode", json_encode},
        {"decode", json_decode},
        {"array", l_array},
        {"encode_max_depth", l_encode_max_depth},
        {"decode_max_depth", l_decode_max_depth},
        {"encode_sparse_array", l_encode_sparse_array},
        {"encode_keep_buffer", l_encode_keep_buffer},
        {"encode_number_precision", l_encode_number_precision},
        {"encode_invalid_numbers", l_encode_invalid_numbers},
        {"decode_invalid_numbers", l_decode_invalid_numbers},
        {"decode_array_with_array_mt", l_decode_array_with_array_mt},
        {"new", l_new},
        {NULL, NULL},
    };
    struct json_config *config;
    int empty = lua_gettop(L), array = empty - 1;

    luaL_checkstack(L, LUA_MINSTACK, "json");
    luaL_newlibtable(L, functions);
    lua_pushvalue(L, empty);
    lua_setfield(L, -2, "empty_array_mt");
    lua_pushvalue(L, array);
    lua_setfield(L, -2, "array_mt");
    config = push_config(L);
    config->empty_array_mt = lua_topointer(L, empty);
    config->array_mt = lua_topointer(L, array);
    lua_pushvalue(L, empty);
    lua_setiuservalue(L, -2, EMPTY_ARRAY_MT);
    lua_pushvalue(L, array);
    luaL_setfuncs(L, functions, 2);
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    /* only its address is used */
    lua_pushlightuserdata(L, (void *)(uintptr_t)&json_empty_array);
    lua_setfield(L, -2, "empty_array");
    lua_replace(L, array);
    lua_settop(L, array);
    return 1;
}

/* json.new(): settings of its own, the same marks. */
static int l_new(lua_State *L)
{
    lua_pushvalue(L, JSON_ARRAY_MT);
    lua_getiuservalue(L, JSON_CONFIG, EMPTY_ARRAY_MT);
    return open_library(L);
}

int json_open(lua_State *L)
{
    lua_newtable(L);
    lua_newtable(L);
    return open_library(L);
}
