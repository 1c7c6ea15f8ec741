/* core.model: lists of names, for their spec. */
#include "model/names.h"

#include <lauxlib.h>
#include <lua.h>

int core_model_open(lua_State *L);

/* The texts belong to the Lua table, the list to `arena`. */
static struct names read_names(lua_State *L, struct arena *arena, int index)
{
    lua_Unsigned count = lua_rawlen(L, index);
    struct names names = {arena_array(arena, const char *, count + 1), 0};

    for (; names.count < count; names.count++) {
        lua_rawgeti(L, index, (lua_Integer)names.count + 1);
        names.items[names.count] = lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    return names;
}

/* names_same(list, list, folded) */
static int l_names_same(lua_State *L)
{
    struct arena arena;
    struct names a, b;

    arena_init(&arena, NULL, NULL);
    a = read_names(L, &arena, 1);
    b = read_names(L, &arena, 2);
    lua_pushboolean(L, lua_toboolean(L, 3) ? names_same_folded(&a, &b)
                                           : names_same(&a, &b));
    arena_clear(&arena);
    return 1;
}

/* names_have(list, name, folded) */
static int l_names_have(lua_State *L)
{
    const char *name = lua_tostring(L, 2);
    struct arena arena;
    struct names names;

    arena_init(&arena, NULL, NULL);
    names = read_names(L, &arena, 1);
    lua_pushboolean(L, lua_toboolean(L, 3) ? names_have_folded(&names, name)
                                           : names_have(&names, name));
    arena_clear(&arena);
    return 1;
}

/* names_push(list, name) -> how many names a copy of the list has that was
 * made before, how many the list has, its last one, whether it is another */
static int l_names_push(lua_State *L)
{
    const char *name = lua_tostring(L, 2);
    struct arena arena;
    struct names names, before;

    arena_init(&arena, NULL, NULL);
    before = names = read_names(L, &arena, 1);
    names_push(&names, &arena, name);
    lua_pushinteger(L, (lua_Integer)before.count);
    lua_pushinteger(L, (lua_Integer)names.count);
    lua_pushstring(L, names.items[names.count - 1]);
    lua_pushboolean(L, names.items != before.items);
    arena_clear(&arena);
    return 4;
}

static const luaL_Reg functions[] = {{"names_same", l_names_same},
                                     {"names_have", l_names_have},
                                     {"names_push", l_names_push},
                                     {NULL, NULL}};

int core_model_open(lua_State *L)
{
    luaL_newlib(L, functions);
    return 1;
}
