/* What the specs see of the driver that writes SQL. */
#include "core/core_db.h"

#include "base/buf.h"
#include "base/str.h"
#include "db/db_print.h"

#include <lauxlib.h>
#include <string.h>

/* Whether the options at `index` ask for it: print = true, or a live
 * connection. */
bool core_db_print_wanted(lua_State *L, int index, struct db **live)
{
    struct error *err;
    bool wanted;

    *live = NULL;
    if (!lua_istable(L, index))
        return false;
    wanted = lua_getfield(L, index, "print") != LUA_TNIL;
    if (lua_isuserdata(L, -1))
        *live = core_db_of(L, lua_gettop(L), &err);
    lua_pop(L, 1);
    return wanted;
}

/* A list of { sql =, writes = }. */
static int l_printed(lua_State *L)
{
    struct error *err;
    struct db_printed_list list = db_print_take(core_db_of(L, 1, &err));

    lua_createtable(L, (int)list.count, 0);
    for (size_t i = 0; i < list.count; i++) {
        lua_createtable(L, 0, 2);
        lua_pushstring(L, list.items[i].sql);
        lua_setfield(L, -2, "sql");
        lua_pushboolean(L, list.items[i].writes);
        lua_setfield(L, -2, "writes");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int l_unread(lua_State *L)
{
    struct error *err;

    lua_pushstring(L, db_print_unread(core_db_of(L, 1, &err)));
    return 1;
}

static int l_stale(lua_State *L)
{
    struct error *err;

    lua_pushboolean(L, db_print_stale(core_db_of(L, 1, &err)));
    return 1;
}

/* (dialect, sql) */
static int l_print_line(lua_State *L)
{
    enum dialect dialect = str_equal(luaL_checkstring(L, 1), "sqlite")
                               ? DIALECT_SQLITE
                               : DIALECT_POSTGRESQL;
    struct arena arena;
    struct buf out;

    arena_init(&arena, NULL, NULL);
    buf_init(&out, &arena);
    db_print_line(&out, dialect, luaL_checkstring(L, 2));
    lua_pushlstring(L, out.data, out.size);
    arena_clear(&arena);
    return 1;
}

void core_db_add_print(lua_State *L)
{
    static const luaL_Reg methods[] = {{"printed", l_printed},
                                       {"unread", l_unread},
                                       {"stale", l_stale},
                                       {NULL, NULL}};

    luaL_setfuncs(L, methods, 0);
}

void core_db_add_line(lua_State *L)
{
    lua_pushcfunction(L, l_print_line);
    lua_setfield(L, -2, "print_line");
}
