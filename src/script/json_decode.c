#include "script/json_scan.h"

#include <lauxlib.h>
#include <string.h>

/* So many items are collected on the stack, to make the table at once in its
 * right size; growing it item by item costs more than the parsing. */
#define CHUNK 32

static void decode_value(struct json_scan *d);

static inline void skip_space(struct json_scan *d)
{
    while (*d->at == ' ' || *d->at == '\n' || *d->at == '\t' || *d->at == '\r')
        d->at++;
}

static void enter(struct json_scan *d)
{
    if (++d->depth > d->config->decode_depth)
        json_scan_fail(d, d->at,
                       "nested deeper than %d levels (decode_max_depth)",
                       (int)d->config->decode_depth);
    luaL_checkstack(d->L, 2 * CHUNK + LUA_MINSTACK, "json.decode");
}

/* Makes the array at `base` of the `count` values above it. */
static void make_array(lua_State *L, int base, int count, int room)
{
    lua_createtable(L, room, 0);
    lua_replace(L, base);
    for (int i = count; i > 0; i--)
        lua_rawseti(L, base, i);
}

static void decode_array(struct json_scan *d)
{
    lua_State *L = d->L;
    int base = lua_gettop(L) + 1;
    lua_Integer count = 0;

    enter(d);
    lua_pushnil(L); /* the place of the table */
    d->at++;
    skip_space(d);
    while (*d->at != ']' || count > 0) {
        decode_value(d);
        if (++count > CHUNK)
            lua_rawseti(L, base, count);
        else if (count == CHUNK)
            make_array(L, base, CHUNK, 2 * CHUNK);
        skip_space(d);
        if (*d->at == ']')
            break;
        if (*d->at != ',')
            json_scan_unexpected(d, "',' or ']'");
        d->at++;
        skip_space(d);
    }
    d->at++;
    if (count < CHUNK)
        make_array(L, base, (int)count, (int)count);
    lua_pushvalue(L, JSON_ARRAY_MT);
    lua_setmetatable(L, base);
    d->depth--;
}

/* Makes the object at `base` of the `count` keys and values above it, in
 * their order: the last one of a key wins. */
static void make_object(lua_State *L, int base, int count, int room)
{
    lua_createtable(L, 0, room);
    lua_replace(L, base);
    for (int i = 0; i < count; i++) {
        lua_pushvalue(L, base + 1 + 2 * i);
        lua_pushvalue(L, base + 2 + 2 * i);
        lua_rawset(L, base);
    }
    lua_settop(L, base);
}

static void decode_member(struct json_scan *d)
{
    if (*d->at != '"')
        json_scan_unexpected(d, "a string as the key");
    json_scan_string(d);
    skip_space(d);
    if (*d->at != ':')
        json_scan_unexpected(d, "':'");
    d->at++;
    skip_space(d);
    decode_value(d);
    skip_space(d);
}

static void decode_object(struct json_scan *d)
{
    lua_State *L = d->L;
    int base = lua_gettop(L) + 1;
    size_t count = 0;

    enter(d);
    lua_pushnil(L); /* the place of the table */
    d->at++;
    skip_space(d);
    while (*d->at != '}' || count > 0) {
        decode_member(d);
        if (++count > CHUNK)
            lua_rawset(L, base);
        else if (count == CHUNK)
            make_object(L, base, CHUNK, 2 * CHUNK);
        if (*d->at == '}')
            break;
        if (*d->at != ',')
            json_scan_unexpected(d, "',' or '}'");
        d->at++;
        skip_space(d);
    }
    d->at++;
    if (count < CHUNK)
        make_object(L, base, (int)count, (int)count);
    d->depth--;
}

/* Whether `word` stands here; if so it is skipped. */
static bool accept(struct json_scan *d, const char *word, size_t size)
{
    if ((size_t)(d->end - d->at) < size || memcmp(d->at, word, size) != 0)
        return false;
    d->at += size;
    return true;
}

static void decode_value(struct json_scan *d)
{
    switch (*d->at) {
    case '"':
        json_scan_string(d);
        return;
    case '{':
        decode_object(d);
        return;
    case '[':
        decode_array(d);
        return;
    case 't':
        if (!accept(d, "true", 4))
            break;
        lua_pushboolean(d->L, 1);
        return;
    case 'f':
        if (!accept(d, "false", 5))
            break;
        lua_pushboolean(d->L, 0);
        return;
    case 'n':
        if (!accept(d, "null", 4))
            break;
        lua_pushlightuserdata(d->L, NULL);
        return;
    default:
        if (*d->at != '-' && (*d->at < '0' || *d->at > '9'))
            break;
        json_scan_number(d);
        return;
    }
    json_scan_unexpected(d, "a value");
}

static enum json_big read_options(lua_State *L, int index)
{
    static const char *const names[] = {"float", "string", NULL};
    enum json_big big = JSON_BIG_ERROR;

    if (lua_isnoneornil(L, index))
        return big;
    luaL_checktype(L, index, LUA_TTABLE);
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        const char *name =
            lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        const char *value =
            lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "?";

        if (strcmp(name, "big_integers") != 0)
            luaL_error(L,
                       "json.decode: unknown option \"%s\" (there is "
                       "big_integers)",
                       name);
        if (strcmp(value, names[0]) == 0)
            big = JSON_BIG_FLOAT;
        else if (strcmp(value, names[1]) == 0)
            big = JSON_BIG_STRING;
        else
            luaL_error(L, "json.decode: big_integers is \"float\" or "
                          "\"string\"");
        lua_pop(L, 1);
    }
    return big;
}

int json_decode(lua_State *L)
{
    char small[512];
    struct json_scan d = {
        .L = L, .scratch = small, .scratch_size = sizeof small};
    size_t size;

    luaL_argcheck(L, lua_gettop(L) <= 2, 3, "two arguments expected");
    if (lua_isnil(L, 1)) { /* of a NULL in a row */
        lua_pushnil(L);
        return 1;
    }
    d.start = d.at = luaL_checklstring(L, 1, &size);
    d.end = d.start + size;
    d.config = lua_touserdata(L, JSON_CONFIG);
    d.big = read_options(L, 2);
    lua_settop(L, 1);
    lua_pushnil(L);
    d.scratch_slot = 2;
    skip_space(&d);
    decode_value(&d);
    skip_space(&d);
    if (d.at != d.end)
        json_scan_unexpected(&d, "the end of the text");
    return 1;
}
