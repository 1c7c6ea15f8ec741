/* What the specs see of a database's tables, types and broken rows. */
#include "core/core_db.h"

#include <lauxlib.h>
#include <string.h>

static int l_violations(lua_State *L)
{
    struct error *err;
    struct db *db = core_db_check(L, &err);
    struct db_violations found;
    struct arena arena;
    int status;

    arena_init(&arena, NULL, NULL);
    status = db->driver->violations(db, &arena, &found, err);
    if (status == 0)
        lua_newtable(L);
    for (size_t i = 0; status == 0 && i < found.count; i++) {
        lua_pushstring(L, found.items[i].text);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    arena_clear(&arena);
    return status == 0 ? 1 : core_db_push_error(L, err);
}

/* relations("tables" | "views", schema) */
static int l_relations(lua_State *L)
{
    struct error *err;
    struct db *db = core_db_check(L, &err);
    bool views = strcmp(luaL_checkstring(L, 2), "views") == 0;
    const char *schema = luaL_optstring(L, 3, NULL);
    struct names names;
    struct arena arena;
    int status;

    arena_init(&arena, NULL, NULL);
    status = db->driver->relations(db, views ? DB_VIEWS : DB_TABLES, schema,
                                   &arena, &names, err);
    if (status == 0)
        core_db_push_names(L, names.items, names.count);
    arena_clear(&arena);
    return status == 0 ? 1 : core_db_push_error(L, err);
}

static int l_schemas(lua_State *L)
{
    struct error *err;
    struct db *db = core_db_check(L, &err);
    struct names names;
    struct arena arena;
    int status;

    arena_init(&arena, NULL, NULL);
    status = db->driver->schemas(db, &arena, &names, err);
    if (status == 0)
        core_db_push_names(L, names.items, names.count);
    arena_clear(&arena);
    return status == 0 ? 1 : core_db_push_error(L, err);
}

/* reflect(name, schema, "shape" | "ddl") -> table, false when there is none;
 * the shape only; the statements that create the table again. */
static int l_reflect(lua_State *L)
{
    struct error *err;
    struct db *db = core_db_check(L, &err);
    const char *name = luaL_checkstring(L, 2);
    const char *schema = luaL_optstring(L, 3, NULL);
    const char *what = luaL_optstring(L, 4, "");
    struct table *table;
    struct arena arena;
    int status;

    arena_init(&arena, NULL, NULL);
    if (strcmp(what, "shape") == 0)
        status = db->driver->shape(db, schema, name, &arena, &table, err);
    else
        status = db->driver->reflect(db, schema, name, &arena, &table, err);
    if (status == 0 && table == NULL)
        lua_pushboolean(L, 0);
    else if (status == 0 && strcmp(what, "ddl") == 0)
        status = core_db_push_ddl(L, table, db->dialect, &arena, err);
    else if (status == 0)
        core_db_push_table(L, table);
    arena_clear(&arena);
    return status == 0 ? 1 : core_db_push_error(L, err);
}

/* enums(schema, name) -> list of types */
static int l_enums(lua_State *L)
{
    struct error *err;
    struct db *db = core_db_check(L, &err);
    struct db_types types;
    struct arena arena;
    int status;

    arena_init(&arena, NULL, NULL);
    status = db->driver->enums(db, luaL_optstring(L, 2, NULL),
                               luaL_optstring(L, 3, NULL), &arena, &types, err);
    lua_newtable(L);
    for (size_t i = 0; status == 0 && i < types.count; i++) {
        core_db_push_type(L, &types.items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    arena_clear(&arena);
    return status == 0 ? 1 : core_db_push_error(L, err);
}

/* sequences(schema) -> list of names */
static int l_sequences(lua_State *L)
{
    struct error *err;
    struct db *db = core_db_check(L, &err);
    struct names names;
    struct arena arena;
    int status;

    arena_init(&arena, NULL, NULL);
    status = db->driver->sequences(db, luaL_optstring(L, 2, NULL), &arena,
                                   &names, err);
    if (status == 0)
        core_db_push_names(L, names.items, names.count);
    arena_clear(&arena);
    return status == 0 ? 1 : core_db_push_error(L, err);
}

void core_db_add_schema(lua_State *L)
{
    static const luaL_Reg methods[] = {{"violations", l_violations},
                                       {"relations", l_relations},
                                       {"schemas", l_schemas},
                                       {"reflect", l_reflect},
                                       {"enums", l_enums},
                                       {"sequences", l_sequences},
                                       {NULL, NULL}};

    luaL_setfuncs(L, methods, 0);
}
