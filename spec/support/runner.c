/* Runs busted inside a program that carries the sanitizers' runtime:
 * spec-runner ARGUMENTS... does what `lua5.4 /usr/bin/busted ARGUMENTS...`
 * does. An LD_PRELOAD instead would reach every program that a spec starts. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>

static const char BUSTED[] = "/usr/bin/busted";

int main(int argc, char **argv)
{
    lua_State *L = luaL_newstate();
    if (L == NULL)
        return 70;
    luaL_openlibs(L);
    lua_newtable(L);
    lua_pushstring(L, BUSTED);
    lua_rawseti(L, -2, 0);
    for (int i = 1; i < argc; i++) {
        lua_pushstring(L, argv[i]);
        lua_rawseti(L, -2, i);
    }
    lua_setglobal(L, "arg");
    int status = luaL_dofile(L, BUSTED) ? 70 : 0;
    if (status != 0)
        (void)fprintf(stderr, "%s\n", lua_tostring(L, -1));
    lua_close(L);
    return status;
}
