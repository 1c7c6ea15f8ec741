#include "script/inspector.h"

#include "base/str.h"
#include "ddl/ddl.h"
#include "script/bridge.h"
#include "script/reflected.h"
#include "script/statement.h"

#include <lauxlib.h>
#include <string.h>
#include <strings.h>

/* keys in the registry: only their addresses count */
static const char inspector_key = 'i';
static const char meta_key = 'm';

/* What op.inspect() returns: good for one step. */
struct inspector {
    unsigned generation;
};

/* A running call of a method. */
struct call {
    struct script *script;
    const char *name; /* "inspector:get_columns" */
    const char *schema;
    const char *table;
};

/* Reads { schema = } at `index`, the last argument. */
static const char *read_options(lua_State *L, const char *name, int index)
{
    const char *schema = NULL;

    if (lua_isnoneornil(L, index))
        return NULL;
    statement_check_table(L, name, "options", index);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING ||
            !str_equal(lua_tostring(L, -2), "schema"))
            bridge_fail(L, "%s: %s: unknown option (there is 'schema')", name,
                        luaL_tolstring(L, -2, NULL));
        if (lua_type(L, -1) != LUA_TSTRING)
            bridge_fail(L, "%s: schema: expected a string, got a %s", name,
                        luaL_typename(L, -1));
        schema = lua_tostring(L, -1);
    }
    return schema;
}

static const char *read_name(lua_State *L, const char *name, const char *what,
                             int index)
{
    if (lua_type(L, index) != LUA_TSTRING)
        bridge_fail(L, "%s: expected the name of a %s, got %s", name, what,
                    lua_isnoneornil(L, index) ? "nothing"
                                              : luaL_typename(L, index));
    if (strlen(lua_tostring(L, index)) != lua_rawlen(L, index))
        bridge_fail(L, "%s: the name of the %s has a NUL byte", name, what);
    return lua_tostring(L, index);
}

/* Enters the method `name`, called with the inspector at 1 and `names` names
 * (a table, a column) before the options. */
static struct call enter(lua_State *L, const char *name, int names)
{
    struct call call = {NULL, name, NULL, NULL};
    const struct inspector *inspector;

    if (!bridge_is_box(L, 1, &meta_key))
        bridge_fail(L, "%s: call it with a colon, as in %s(...)", name, name);
    call.script = script_enter(L, name);
    inspector = lua_touserdata(L, 1);
    if (inspector->generation != call.script->generation)
        bridge_fail(L, "%s: this inspector belongs to a step that has ended",
                    name);
    statement_check_count(L, name, 2, names + 1);
    if (names > 0)
        call.table = read_name(L, name, "table", 2);
    call.schema = read_options(L, name, 2 + names);
    return call;
}

static struct names relations(lua_State *L, const struct call *call,
                              enum db_relation kind)
{
    struct script *script = call->script;
    struct names names = {NULL, 0};

    script_away(script);
    if (script_back(script, script->db->driver->relations(
                                script->db, kind, call->schema, &script->arena,
                                &names, &script->err)) < 0)
        bridge_raise(L);
    return names;
}

/* Reads the table of the call; NULL when there is none. */
static const struct table *find_table(lua_State *L, const struct call *call)
{
    struct script *script = call->script;
    struct table *table = NULL;

    script_away(script);
    if (script_back(script, script->db->driver->reflect(
                                script->db, call->schema, call->table,
                                &script->arena, &table, &script->err)) < 0)
        bridge_raise(L);
    return table;
}

/* As find_table; raises when there is none. */
static const struct table *get_table(lua_State *L, const struct call *call)
{
    const struct table *table = find_table(L, call);
    struct names tables;
    const char *near;

    if (table != NULL)
        return table;
    tables = relations(L, call, DB_TABLES);
    near = str_suggest(call->table, tables.items, tables.count);
    if (near != NULL)
        bridge_fail(L, "%s: there is no table '%s' (did you mean '%s'?)",
                    call->name, call->table, near);
    if (call->schema != NULL)
        bridge_fail(L, "%s: there is no table '%s' in a schema '%s'",
                    call->name, call->table, call->schema);
    bridge_fail(L, "%s: there is no table '%s'", call->name, call->table);
    return NULL;
}

static int leave(const struct call *call)
{
    script_leave(call->script);
    return 1;
}

static int l_get_table_names(lua_State *L)
{
    struct call call = enter(L, "inspector:get_table_names", 0);
    struct names names = relations(L, &call, DB_TABLES);

    reflected_names(L, &names);
    return leave(&call);
}

static int l_get_view_names(lua_State *L)
{
    struct call call = enter(L, "inspector:get_view_names", 0);
    struct names names = relations(L, &call, DB_VIEWS);

    reflected_names(L, &names);
    return leave(&call);
}

static int l_get_schema_names(lua_State *L)
{
    struct call call = enter(L, "inspector:get_schema_names", 0);
    struct script *script = call.script;
    struct names names = {NULL, 0};

    script_away(script);
    if (script_back(script,
                    script->db->driver->schemas(script->db, &script->arena,
                                                &names, &script->err)) < 0)
        return bridge_raise(L);
    reflected_names(L, &names);
    return leave(&call);
}

/* SQLite has neither enum types nor sequences: there are none then. */
static int l_get_enums(lua_State *L)
{
    struct call call = enter(L, "inspector:get_enums", 0);
    struct script *script = call.script;
    const struct db_driver *driver = script->db->driver;
    struct db_types types = {NULL, 0};

    script_away(script);
    if (script_back(script, driver->enums == NULL
                                ? 0
                                : driver->enums(script->db, call.schema, NULL,
                                                &script->arena, &types,
                                                &script->err)) < 0)
        return bridge_raise(L);
    reflected_enums(L, types.items, types.count);
    return leave(&call);
}

static int l_get_sequence_names(lua_State *L)
{
    struct call call = enter(L, "inspector:get_sequence_names", 0);
    struct script *script = call.script;
    const struct db_driver *driver = script->db->driver;
    struct names names = {NULL, 0};

    script_away(script);
    if (script_back(script, driver->sequences == NULL
                                ? 0
                                : driver->sequences(script->db, call.schema,
                                                    &script->arena, &names,
                                                    &script->err)) < 0)
        return bridge_raise(L);
    reflected_names(L, &names);
    return leave(&call);
}

/* Whether SQLite lists the name: also that of a view which cannot be read. */
static bool is_listed(lua_State *L, const struct call *call,
                      enum db_relation kind)
{
    struct names names;

    if (call->script->db->dialect != DIALECT_SQLITE)
        return false;
    names = relations(L, call, kind);
    for (size_t i = 0; i < names.count; i++)
        if (strcasecmp(names.items[i], call->table) == 0)
            return true;
    return false;
}

static int l_has_table(lua_State *L)
{
    struct call call = enter(L, "inspector:has_table", 1);

    lua_pushboolean(L, is_listed(L, &call, DB_VIEWS) ||
                           find_table(L, &call) != NULL);
    return leave(&call);
}

static int l_has_column(lua_State *L)
{
    struct call call = enter(L, "inspector:has_column", 2);
    const char *column = read_name(L, call.name, "column", 3);
    const struct table *table = find_table(L, &call);
    bool sqlite = call.script->db->dialect == DIALECT_SQLITE, found = false;

    for (size_t i = 0; table != NULL && i < table->column_count; i++) {
        const char *name = table->columns[i].name;

        found = found || (sqlite ? strcasecmp(name, column) == 0
                                 : str_equal(name, column));
    }
    lua_pushboolean(L, found);
    return leave(&call);
}

/* A method that reads a table and pushes one thing of it. */
static int get(lua_State *L, const char *name,
               void (*push)(lua_State *L, enum dialect dialect,
                            const struct table *table))
{
    struct call call = enter(L, name, 1);

    push(L, call.script->db->dialect, get_table(L, &call));
    return leave(&call);
}

static int l_get_columns(lua_State *L)
{
    return get(L, "inspector:get_columns", reflected_columns);
}

static int l_get_pk_constraint(lua_State *L)
{
    return get(L, "inspector:get_pk_constraint", reflected_primary_key);
}

/* REFERENCES t without columns: SQLite means the primary key of t, as it is
 * by now. */
static struct names referred_key(lua_State *L, const struct call *call,
                                 const char *referent)
{
    const struct call other = {call->script, call->name, call->schema,
                               referent};
    const struct table *table = find_table(L, &other);
    struct names none = {NULL, 0};

    for (size_t i = 0; table != NULL && i < table->constraint_count; i++)
        if (table->constraints[i].kind == CONSTRAINT_PRIMARY_KEY)
            return table->constraints[i].columns;
    return none;
}

static int l_get_foreign_keys(lua_State *L)
{
    struct call call = enter(L, "inspector:get_foreign_keys", 1);
    struct table table = *get_table(L, &call);
    struct constraint *keys = arena_array(
        &call.script->arena, struct constraint, table.constraint_count + 1);

    for (size_t i = 0; i < table.constraint_count; i++) {
        keys[i] = table.constraints[i];
        if (keys[i].kind == CONSTRAINT_FOREIGN_KEY &&
            keys[i].referent_columns.count == 0)
            keys[i].referent_columns = referred_key(L, &call, keys[i].referent);
    }
    table.constraints = keys;
    reflected_foreign_keys(L, call.script->db->dialect, &table);
    return leave(&call);
}

static int l_get_unique_constraints(lua_State *L)
{
    return get(L, "inspector:get_unique_constraints", reflected_uniques);
}

static int l_get_check_constraints(lua_State *L)
{
    return get(L, "inspector:get_check_constraints", reflected_checks);
}

static int l_get_indexes(lua_State *L)
{
    return get(L, "inspector:get_indexes", reflected_indexes);
}

static int l_get_table_comment(lua_State *L)
{
    return get(L, "inspector:get_table_comment", reflected_comment);
}

static const luaL_Reg methods[] = {
    {"get_table_names", l_get_table_names},
    {"get_view_names", l_get_view_names},
    {"has_table", l_has_table},
    {"get_columns", l_get_columns},
    {"has_column", l_has_column},
    {"get_pk_constraint", l_get_pk_constraint},
    {"get_foreign_keys", l_get_foreign_keys},
    {"get_unique_constraints", l_get_unique_constraints},
    {"get_check_constraints", l_get_check_constraints},
    {"get_indexes", l_get_indexes},
    {"get_table_comment", l_get_table_comment},
    {"get_enums", l_get_enums},
    {"get_sequence_names", l_get_sequence_names},
    {"get_schema_names", l_get_schema_names},
    {NULL, NULL},
};

static int l_unknown(lua_State *L)
{
    const char *names[sizeof methods / sizeof methods[0]];
    const char *key = luaL_tolstring(L, 2, NULL);
    const char *near;
    size_t count = 0;

    for (; methods[count].name != NULL; count++)
        names[count] = methods[count].name;
    near = str_suggest(key, names, count);
    if (near != NULL)
        return bridge_fail(L,
                           "inspector:%s: unknown method (did you mean "
                           "'%s'?)",
                           key, near);
    return bridge_fail(L, "inspector:%s: unknown method", key);
}

/* Pushes the metatable of inspectors: one for a state. */
static void push_metatable(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &meta_key) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    luaL_newlib(L, methods);
    lua_newtable(L);
    lua_pushcfunction(L, l_unknown);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_setfield(L, -2, "__index");
    lua_pushliteral(L, "inspector");
    lua_setfield(L, -2, "__name");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &meta_key);
}

int inspector_push(lua_State *L)
{
    struct script *script = script_enter(L, "op.inspect");
    struct inspector *inspector = NULL;

    script_leave(script);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &inspector_key) == LUA_TUSERDATA)
        inspector = lua_touserdata(L, -1);
    if (inspector != NULL && inspector->generation == script->generation)
        return 1;
    lua_pop(L, 1);
    inspector = lua_newuserdatauv(L, sizeof *inspector, 0);
    inspector->generation = script->generation;
    push_metatable(L);
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &inspector_key);
    return 1;
}
