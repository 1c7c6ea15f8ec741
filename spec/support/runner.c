/* Lua's own program for a build with sanitizers, whose runtime must be there
 * before a library that needs it: spec-runner FILE ARGUMENTS... An LD_PRELOAD
 * instead would reach every program that a spec starts. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    lua_State *L = luaL_newstate();
    if (L == NULL || argc < 2)
        return 70;
    luaL_openlibs(L);
    lua_newtable(L);
    for (int i = 1; i < argc; i++) {
        lua_pushstring(L, argv[i]);
        lua_rawseti(L, -2, i - 1);
    }
    lua_setglobal(L, "arg");
    int status = luaL_dofile(L, argv[1]) ? 70 : 0;
    if (status != 0)
        (void)fprintf(stderr, "%s\n", lua_tostring(L, -1));
    lua_close(L);
    return status;
}
