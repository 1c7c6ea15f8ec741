/* luamigrate.core: what the specs see of the program, built from the same
 * objects. Each layer binds its functions in core/core_<layer>.c. */
#include <lauxlib.h>
#include <lua.h>
#include <stddef.h>

#pragma weak core_base_open
#pragma weak core_model_open
#pragma weak core_graph_open
#pragma weak core_ddl_open
#pragma weak core_db_open
#pragma weak core_run_open
#pragma weak core_script_open
int core_base_open(lua_State *L);
int core_model_open(lua_State *L);
int core_graph_open(lua_State *L);
int core_ddl_open(lua_State *L);
int core_db_open(lua_State *L);
int core_run_open(lua_State *L);
int core_script_open(lua_State *L);

__attribute__((visibility("default"))) int
luaopen_luamigrate_core(lua_State *L);

static const luaL_Reg layers[] = {
    {"base", core_base_open},     {"model", core_model_open},
    {"graph", core_graph_open},   {"ddl", core_ddl_open},
    {"db", core_db_open},         {"run", core_run_open},
    {"script", core_script_open},
};

int luaopen_luamigrate_core(lua_State *L)
{
    lua_newtable(L);
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
        if (layers[i].func == NULL)
            continue;
        layers[i].func(L);
        lua_setfield(L, -2, layers[i].name);
    }
    return 1;
}
