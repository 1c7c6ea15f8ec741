/* core.base.arena, for its spec. */
#include "base/buf.h"
#include "core/core_base.h"

#include <lauxlib.h>
#include <lua.h>
#include <string.h>

/* turns(count): grows two texts by turns; returns both, to be compared with
 * what was put in, and the text that arena_release left alone. */
static int l_turns(lua_State *L)
{
    lua_Integer count = luaL_checkinteger(L, 1);
    struct arena arena;
    struct arena_mark mark;
    struct buf first, second;
    char *kept;

    arena_init(&arena, NULL, NULL);
    kept = arena_printf(&arena, "%s-%d", "kept", 42);
    mark = arena_mark(&arena);
    buf_init(&first, &arena);
    buf_init(&second, &arena);
    for (lua_Integer i = 0; i < count; i++) {
        buf_addf(&first, "%d,", (int)i);
        buf_char(&second, (char)('a' + i % 26));
    }
    lua_pushlstring(L, first.data, first.size);
    lua_pushlstring(L, second.data, second.size);
    arena_release(&arena, mark);
    memset(arena_alloc(&arena, 1000), 'x', 1000);
    lua_pushstring(L, kept);
    arena_clear(&arena);
    return 3;
}

/* Pushes how many of the bytes are not zero, and sets them. */
static void push_dirty(lua_State *L, char *data, size_t size)
{
    lua_Integer count = 0;

    for (size_t i = 0; i < size; i++)
        count += data[i] != 0;
    memset(data, 'x', size);
    lua_pushinteger(L, count);
}

/* dirty(size): how many bytes are not zero of what is allocated where `size`
 * bytes were set and given back: at first, by shrinking, by a release. */
static int l_dirty(lua_State *L)
{
    size_t size = (size_t)luaL_checkinteger(L, 1);
    struct arena arena;
    struct arena_mark mark;
    char *data;

    arena_init(&arena, NULL, NULL);
    data = arena_alloc(&arena, size);
    push_dirty(L, data, size);
    arena_grow(&arena, data, size, 1);
    mark = arena_mark(&arena);
    push_dirty(L, arena_alloc(&arena, size / 2), size / 2);
    arena_release(&arena, mark);
    push_dirty(L, arena_alloc(&arena, size / 2), size / 2);
    arena_clear(&arena);
    return 3;
}

int core_arena_open(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"turns", l_turns}, {"dirty", l_dirty}, {NULL, NULL}};

    luaL_newlib(L, functions);
    return 1;
}
