/* core.base: the json library when memory ends. */
#include "core/core_base.h"

#include "script/json.h"

#include <lauxlib.h>
#include <stdint.h>
#include <stdlib.h>

/* An allocator that counts, and refuses the request number `fail_at` (and
 * all after it, unless `once`). */
struct counter {
    lua_Integer requests;
    lua_Integer fail_at;
    lua_Integer live; /* bytes */
    bool once;
};

static void *count_alloc(void *context, void *old, size_t old_size, size_t size)
{
    struct counter *counter = context;
    lua_Integer before = old != NULL ? (lua_Integer)old_size : 0;
    void *data;

    if (size == 0) {
        counter->live -= before;
        free(old);
        return NULL;
    }
    /* making a block smaller may not fail */
    if (old == NULL || size > old_size) {
        counter->requests++;
        if (counter->requests == counter->fail_at ||
            (counter->requests > counter->fail_at && counter->fail_at > 0 &&
             !counter->once))
            return NULL;
    }
    data = realloc(old, size);
    if (data != NULL)
        counter->live += (lua_Integer)size - before;
    return data;
}

/* The text (light userdata) through decode, encode and decode. */
static int run_json(lua_State *L)
{
    const char *text = lua_touserdata(L, 1);

    json_open(L);
    lua_getfield(L, -1, "encode");
    lua_getfield(L, -2, "decode");
    lua_pushvalue(L, -1);
    lua_pushstring(L, text);
    lua_call(L, 1, 1);
    lua_insert(L, -2);
    lua_pop(L, 1);
    lua_call(L, 1, 1);
    lua_getfield(L, -2, "decode");
    lua_insert(L, -2);
    lua_call(L, 1, 1);
    return 0;
}

/* json_memory(text, fail_at, once) -> status, requests, bytes left: json in
 * a state of its own, whose memory ends. Status is that of lua_pcall, or -1
 * when not even the state could be made. */
static int l_json_memory(lua_State *L)
{
    const char *text = luaL_checkstring(L, 1);
    struct counter counter = {.fail_at = luaL_checkinteger(L, 2),
                              .once = lua_toboolean(L, 3)};
    lua_State *fresh = lua_newstate(count_alloc, &counter);
    int status = -1;

    if (fresh != NULL) {
        lua_pushcfunction(fresh, run_json);
        lua_pushlightuserdata(fresh, (void *)(uintptr_t)text);
        status = lua_pcall(fresh, 1, 0, 0);
        lua_close(fresh);
    }
    lua_pushinteger(L, status);
    lua_pushinteger(L, counter.requests);
    lua_pushinteger(L, counter.live);
    return 3;
}

void core_base_add_memory(lua_State *L)
{
    lua_pushcfunction(L, l_json_memory);
    lua_setfield(L, -2, "json_memory");
}
