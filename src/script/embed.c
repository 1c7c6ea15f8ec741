#include "script/embed.h"

#include <lauxlib.h>
#include <string.h>

/* Registry: name to what the module returned. */
static const char modules_key = 0;

const struct embed_file *embed_find(const char *name)
{
    for (const struct embed_file *file = embed_files; file->name; file++)
        if (strcmp(file->name, name) == 0)
            return file;
    return NULL;
}

/* Pushes the compiled module. Its chunk name has no "@": its lines are not
 * the user's, and errors name the line that called. */
static void compile(lua_State *L, const struct embed_file *file)
{
    const char *chunk = lua_pushfstring(L, "=%s", file->name);

    if (luaL_loadbufferx(L, file->data, file->size, chunk, "t") != LUA_OK)
        lua_error(L);
    lua_remove(L, -2);
}

int embed_require(lua_State *L, const char *name)
{
    const struct embed_file *file;

    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &modules_key) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &modules_key);
    }
    if (lua_getfield(L, -1, name) == LUA_TNIL) {
        lua_pop(L, 1);
        file = embed_find(name);
        if (file == NULL)
            return luaL_error(L, "no baked module '%s'", name);
        compile(L, file);
        lua_pushstring(L, name);
        lua_call(L, 1, 1);
        lua_pushvalue(L, -1);
        lua_setfield(L, -3, name);
    }
    lua_remove(L, -2);
    return 1;
}

/* What `require` calls with the name and the value that the searcher gave. */
static int loader(lua_State *L)
{
    return embed_require(L, luaL_checkstring(L, 1));
}

static int searcher(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);

    if (embed_find(name) == NULL) {
        lua_pushfstring(L, "no baked module '%s'", name);
        return 1;
    }
    lua_pushcfunction(L, loader);
    lua_pushliteral(L, "(baked)");
    return 2;
}

void embed_install(lua_State *L)
{
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "searchers");
    /* behind package.preload, before any path of the system */
    for (lua_Integer i = (lua_Integer)lua_rawlen(L, -1); i >= 2; i--) {
        lua_rawgeti(L, -1, i);
        lua_rawseti(L, -2, i + 1);
    }
    lua_pushcfunction(L, searcher);
    lua_rawseti(L, -2, 2);
    lua_pop(L, 2);
}
