#include "script/step_hash.h"

#include "base/str.h"
#include "script/marshal.h"

#include <lauxlib.h>
#include <string.h>

/* how deep arguments are looked into */
#define DEPTH 40

static uint64_t hash_value(lua_State *L, int index, int depth);

/* 64-bit finalizer of MurmurHash3 (public domain), so that sums of hashes do
 * not fall together. */
static uint64_t mix(uint64_t hash)
{
    hash ^= hash >> 33;
    hash *= 0xff51afd7ed558ccdULL;
    hash ^= hash >> 33;
    hash *= 0xc4ceb9fe1a85ec53ULL;
    return hash ^ hash >> 33;
}

/* Pairs come in any order: their hashes are added. */
static uint64_t hash_table(lua_State *L, int index, int depth)
{
    uint64_t sum = 0;

    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        int key = lua_gettop(L) - 1;

        sum += mix(hash_value(L, key, depth + 1) * 31 +
                   hash_value(L, key + 1, depth + 1));
    }
    return sum;
}

static uint64_t hash_value(lua_State *L, int index, int depth)
{
    /* table, sql value, bytes, type, constraint, ... */
    const char *kind = marshal_got(L, index);
    uint64_t hash = str_hash(STR_HASH_START, kind, strlen(kind) + 1);
    lua_Integer integer;
    lua_Number number;
    const char *text;
    size_t size;
    int boolean;

    luaL_checkstack(L, 8, NULL);
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
        boolean = lua_toboolean(L, index);
        hash = str_hash(hash, &boolean, sizeof boolean);
        break;
    case LUA_TNUMBER:
        if (lua_isinteger(L, index)) {
            integer = lua_tointeger(L, index);
            hash = str_hash(hash, &integer, sizeof integer);
        } else {
            number = lua_tonumber(L, index);
            hash = str_hash(str_hash(hash, "f", 1), &number, sizeof number);
        }
        break;
    case LUA_TSTRING:
        text = lua_tolstring(L, index, &size);
        hash = str_hash(hash, text, size);
        break;
    case LUA_TTABLE:
        if (depth < DEPTH)
            hash += hash_table(L, index, depth);
        break;
    default: /* nil, null; what is no value is refused by the function */
        break;
    }
    return mix(hash);
}

uint64_t step_hash(lua_State *L, const char *name, int count)
{
    uint64_t hash = str_hash(STR_HASH_START, name, strlen(name) + 1);

    while (count > 0 && lua_isnil(L, count))
        count--;
    for (int i = 1; i <= count; i++)
        hash = mix(hash * 31 + hash_value(L, i, 0));
    return hash;
}
