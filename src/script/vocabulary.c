/* The predefined names of a revision beside `op`: types, sql, bytes, null and
 * the constructors of constraints. In C, since the names and their fields are
 * in the tables of model/; a wrong use is an error at the script's line, as
 * Lua's own functions raise it. */
#include "base/str.h"
#include "script/api.h"
#include "script/bridge.h"
#include "script/marshal.h"

#include <lauxlib.h>
#include <string.h>

/* What a check needs, kept in the registry so that nothing is lost when Lua
 * raises in the middle. */
struct scratch {
    struct arena arena;
    struct error err;
    char function[64];
};

static const char scratch_key;

static int scratch_gc(lua_State *L)
{
    struct scratch *scratch = lua_touserdata(L, 1);

    arena_clear(&scratch->arena);
    return 0;
}

static struct scratch *scratch_of(lua_State *L)
{
    struct scratch *scratch;

    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &scratch_key) != LUA_TUSERDATA) {
        lua_pop(L, 1);
        scratch = lua_newuserdatauv(L, sizeof *scratch, 0);
        memset(scratch, 0, sizeof *scratch);
        arena_init(&scratch->arena, NULL, NULL);
        lua_createtable(L, 0, 1);
        lua_pushcfunction(L, scratch_gc);
        lua_setfield(L, -2, "__gc");
        lua_setmetatable(L, -2);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &scratch_key);
    }
    scratch = lua_touserdata(L, -1);
    lua_pop(L, 1);
    arena_clear(&scratch->arena);
    return scratch;
}

static struct marshal begin(lua_State *L, const char *prefix, const char *name)
{
    struct scratch *scratch = scratch_of(L);
    struct marshal marshal = {
        .L = L, .arena = &scratch->arena, .err = &scratch->err};

    /* names are those of types and constructors: short */
    strcpy(scratch->function, prefix);
    strncat(scratch->function, name,
            sizeof scratch->function - strlen(prefix) - 1);
    marshal.function = scratch->function;
    return marshal;
}

static int refuse(lua_State *L, struct marshal *marshal)
{
    arena_clear(marshal->arena);
    if (marshal->err->hint[0] != '\0')
        return luaL_error(L, "%s (%s)", marshal->err->message,
                          marshal->err->hint);
    return luaL_error(L, "%s", marshal->err->message);
}

/* --- sql, bytes --- */

static int push_wrapped(lua_State *L, const char *key, const char *metatable)
{
    lua_createtable(L, 0, 1);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, key);
    luaL_setmetatable(L, metatable);
    return 1;
}

/* sql "text"; the first argument is `sql` itself. */
static int sql_call(lua_State *L)
{
    if (lua_gettop(L) != 2 || lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "sql: expected one string, got %s",
                          lua_gettop(L) > 2 ? "more" : marshal_got(L, 2));
    return push_wrapped(L, "text", BRIDGE_SQL);
}

static int sql_index(lua_State *L)
{
    if (lua_type(L, 2) != LUA_TSTRING || !str_equal(lua_tostring(L, 2), "now"))
        return luaL_error(L, "sql has one field, sql.now");
    lua_pushliteral(L, "CURRENT_TIMESTAMP");
    return push_wrapped(L, "text", BRIDGE_SQL);
}

static int bytes_call(lua_State *L)
{
    if (lua_gettop(L) != 1 || lua_type(L, 1) != LUA_TSTRING)
        return luaL_error(L, "bytes: expected one string, got %s",
                          lua_gettop(L) > 1 ? "more" : marshal_got(L, 1));
    return push_wrapped(L, "data", BRIDGE_BYTES);
}

static int read_only(lua_State *L)
{
    return luaL_error(L, "'%s' cannot be changed",
                      lua_tostring(L, lua_upvalueindex(1)));
}

/* --- constructors of constraints and indexes --- */

static int construct(lua_State *L)
{
    const struct fields_item *item =
        &fields_items[lua_tointeger(L, lua_upvalueindex(1))];
    struct marshal marshal = begin(L, "", item->record->name);

    if (marshal_compose(&marshal, item->record->name, item->record, 1) != 0)
        return refuse(L, &marshal);
    luaL_setmetatable(L, MARSHAL_ITEM);
    if (marshal_item(&marshal, -1) != 0)
        return refuse(L, &marshal);
    arena_clear(marshal.arena);
    return 1;
}

/* --- types --- */

/* The kind of the type at `index`. */
static enum type_kind kind_of(lua_State *L, int index)
{
    enum type_kind kind = TYPE_COUNT;

    if (bridge_is(L, index, MARSHAL_TYPE)) {
        if (lua_rawgeti(L, index, 1) == LUA_TSTRING)
            kind = fields_find_type(lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    return kind;
}

/* types.string(50): the first argument is the type itself. */
static int type_call(lua_State *L)
{
    enum type_kind kind = kind_of(L, 1);
    struct marshal marshal;

    if (kind == TYPE_COUNT)
        return luaL_error(L, "types: not a type");
    marshal = begin(L, "types.", type_names[kind]);
    if (lua_rawlen(L, 1) > 1) {
        marshal_fail(&marshal, "the type has its arguments already");
        return refuse(L, &marshal);
    }
    if (marshal_compose(&marshal, type_names[kind], fields_types[kind], 2) != 0)
        return refuse(L, &marshal);
    luaL_setmetatable(L, MARSHAL_TYPE);
    if (marshal_type(&marshal, -1) != 0)
        return refuse(L, &marshal);
    arena_clear(marshal.arena);
    return 1;
}

/* Replaces the table on top by a copy without a metatable. */
static void copy_top(lua_State *L)
{
    int from = lua_gettop(L);

    lua_newtable(L);
    lua_pushnil(L);
    while (lua_next(L, from) != 0) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, from + 1);
    }
    lua_remove(L, from);
}

static void check_dialect(lua_State *L, int index)
{
    const char *name = lua_type(L, index) == LUA_TSTRING
                           ? lua_tostring(L, index)
                           : marshal_got(L, index);

    if (!str_equal(name, dialect_name(DIALECT_SQLITE)) &&
        !str_equal(name, dialect_name(DIALECT_POSTGRESQL)))
        luaL_error(L,
                   "with_variant: expected \"sqlite\" or \"postgresql\", got "
                   "%s",
                   name);
}

/* type:with_variant(other, "postgresql" ...) */
static int with_variant(lua_State *L)
{
    int count = lua_gettop(L);

    if (kind_of(L, 1) == TYPE_COUNT)
        return luaL_error(L, "with_variant: call it with a colon, as in "
                             "types.json:with_variant(...)");
    if (kind_of(L, 2) == TYPE_COUNT)
        return luaL_error(L, "with_variant: expected type, got %s",
                          marshal_got(L, 2));
    if (count < 3)
        return luaL_error(L, "with_variant: which database is missing");
    for (int i = 3; i <= count; i++)
        check_dialect(L, i);
    lua_pushvalue(L, 1);
    copy_top(L);
    lua_pushliteral(L, "variants");
    if (lua_rawget(L, -2) == LUA_TTABLE) {
        copy_top(L);
    } else {
        lua_pop(L, 1);
        lua_newtable(L);
    }
    for (int i = 3; i <= count; i++) {
        lua_pushvalue(L, i);
        lua_pushvalue(L, 2);
        lua_rawset(L, -3);
    }
    lua_setfield(L, -2, "variants");
    luaL_setmetatable(L, MARSHAL_TYPE);
    return 1;
}

static int type_index(lua_State *L)
{
    if (lua_type(L, 2) == LUA_TSTRING &&
        str_equal(lua_tostring(L, 2), "with_variant")) {
        lua_pushcfunction(L, with_variant);
        return 1;
    }
    return luaL_error(L, "a type has no field '%s' (there is with_variant)",
                      luaL_tolstring(L, 2, NULL));
}

/* types.NAME: a new value each time, so that no revision can change what
 * another one sees. */
static int types_index(lua_State *L)
{
    const char *name = luaL_tolstring(L, 2, NULL);
    enum type_kind kind = fields_find_type(name);
    const char *near;

    if (kind == TYPE_COUNT) {
        near = str_suggest(name, type_names, TYPE_COUNT);
        if (near != NULL)
            return luaL_error(L, "types.%s: unknown type (did you mean '%s'?)",
                              name, near);
        return luaL_error(L, "types.%s: unknown type", name);
    }
    lua_createtable(L, 1, 0);
    lua_pushstring(L, type_names[kind]);
    lua_rawseti(L, -2, 1);
    luaL_setmetatable(L, MARSHAL_TYPE);
    return 1;
}

/* --- tables --- */

/* Locks the metatable on top and pops it. */
static void lock(lua_State *L)
{
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

static void open_metatables(lua_State *L)
{
    luaL_newmetatable(L, BRIDGE_SQL);
    lock(L);
    luaL_newmetatable(L, BRIDGE_BYTES);
    lock(L);
    luaL_newmetatable(L, MARSHAL_ITEM);
    lock(L);
    luaL_newmetatable(L, MARSHAL_TYPE);
    lua_pushcfunction(L, type_call);
    lua_setfield(L, -2, "__call");
    lua_pushcfunction(L, type_index);
    lua_setfield(L, -2, "__index");
    lock(L);
}

/* Pushes an empty table that gets its fields from `index`. */
static void push_proxy(lua_State *L, const char *name, lua_CFunction index,
                       lua_CFunction call)
{
    lua_newtable(L);
    lua_createtable(L, 0, 4);
    lua_pushcfunction(L, index);
    lua_setfield(L, -2, "__index");
    if (call != NULL) {
        lua_pushcfunction(L, call);
        lua_setfield(L, -2, "__call");
    }
    lua_pushstring(L, name);
    lua_pushcclosure(L, read_only, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
}

int vocabulary_open(lua_State *L)
{
    open_metatables(L);
    lua_createtable(L, 0, 16);
    push_proxy(L, "types", types_index, NULL);
    lua_setfield(L, -2, "types");
    push_proxy(L, "sql", sql_index, sql_call);
    lua_setfield(L, -2, "sql");
    lua_pushcfunction(L, bytes_call);
    lua_setfield(L, -2, "bytes");
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    for (int i = 0; i < FIELDS_ITEM_COUNT; i++) {
        lua_pushinteger(L, i);
        lua_pushcclosure(L, construct, 1);
        lua_setfield(L, -2, fields_items[i].record->name);
    }
    return 1;
}
