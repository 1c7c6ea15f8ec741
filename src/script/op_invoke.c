/* op.invoke and op.register_operation. */
#include "base/str.h"
#include "model/fields.h"
#include "script/bridge.h"
#include "script/marshal.h"
#include "script/op_parts.h"

#include <ctype.h>
#include <lauxlib.h>
#include <string.h>

/* more arguments than any function takes */
#define ARGUMENTS_MAX 100

/* --- operations of a revision --- */

/* Registry: { [revision] = { [name] = function } }, by the address. Modules
 * share those of the revision that requires them. */
static const char operations_key = 0;

bool op_invoke_push(lua_State *L, const char *name)
{
    const struct script *script = script_of(L);
    int top = lua_gettop(L);

    luaL_checkstack(L, 6, NULL);
    if (script->revision == NULL ||
        lua_rawgetp(L, LUA_REGISTRYINDEX, &operations_key) != LUA_TTABLE ||
        lua_rawgetp(L, -1, script->revision) != LUA_TTABLE) {
        lua_settop(L, top);
        lua_pushnil(L);
        return false;
    }
    lua_pushstring(L, name);
    lua_rawget(L, -2);
    lua_replace(L, top + 1);
    lua_settop(L, top + 1);
    return !lua_isnil(L, -1);
}

void op_invoke_forget(lua_State *L, const struct revision *revision)
{
    int top = lua_gettop(L);

    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &operations_key) == LUA_TTABLE &&
        lua_rawgetp(L, -1, revision) != LUA_TNIL) {
        lua_pushnil(L); /* the key is there: allocates nothing */
        lua_rawsetp(L, top + 1, revision);
    }
    lua_settop(L, top);
}

/* Pushes the table of the revision's operations. */
static void push_operations(lua_State *L)
{
    const struct revision *revision = script_of(L)->revision;

    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &operations_key) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &operations_key);
    }
    if (lua_rawgetp(L, -1, revision) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, -3, revision);
    }
    lua_remove(L, -2);
}

static int return_all(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    (void)context;
    return lua_gettop(L);
}

/* op.NAME(...): function(op, ...). Upvalues: name, metatable of `op`, the
 * function, `op`. */
static int l_registered(lua_State *L)
{
    op_api_check_dot(L);
    lua_pushvalue(L, lua_upvalueindex(3));
    lua_insert(L, 1);
    lua_pushvalue(L, lua_upvalueindex(4));
    lua_insert(L, 2);
    lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, return_all);
    return return_all(L, LUA_OK, 0);
}

static bool is_name(const char *text, size_t size)
{
    if (size == 0 || isdigit((unsigned char)text[0]))
        return false;
    for (size_t i = 0; i < size; i++)
        if (!isalnum((unsigned char)text[i]) && text[i] != '_')
            return false;
    return true;
}

/* (name, function) */
int op_invoke_register(lua_State *L)
{
    size_t size;
    const char *name;

    op_api_check_dot(L);
    if (script_of(L)->revision == NULL)
        return bridge_fail(L, "%s is only available in a revision",
                           op_api_name(L));
    if (lua_gettop(L) > 2)
        return bridge_fail(L, "%s: too many arguments (%d, at most 2)",
                           op_api_name(L), lua_gettop(L));
    if (lua_type(L, 1) != LUA_TSTRING)
        return bridge_fail(L, "%s: argument 1 (name): expected string, got %s",
                           op_api_name(L), marshal_got(L, 1));
    if (lua_type(L, 2) != LUA_TFUNCTION)
        return bridge_fail(L, "%s: argument 2: expected function, got %s",
                           op_api_name(L), marshal_got(L, 2));
    name = lua_tolstring(L, 1, &size);
    if (!is_name(name, size))
        return bridge_fail(L, "%s: argument 1 (name): '%s' is no name of Lua",
                           op_api_name(L), name);
    if (op_api_is_built_in(name))
        return bridge_fail(L, "%s: op.%s is built in", op_api_name(L), name);
    push_operations(L);
    lua_pushvalue(L, 1);
    lua_pushfstring(L, "op.%s", name);
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_pushvalue(L, 2);
    lua_newtable(L); /* `op`: what it has is behind its metatable */
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_setmetatable(L, -2);
    lua_pushcclosure(L, l_registered, 4);
    lua_rawset(L, -3);
    return 0;
}

/* --- an op as a table --- */

/* Takes a function; its work cannot be written down as data. */
static bool takes_function(const char *name)
{
    static const char *const names[] = {
        "autocommit_block", "batch_alter_table",  "each_batch", "invoke",
        "savepoint",        "register_operation", "step"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_equal(name, names[i]))
            return true;
    return false;
}

/* Whether the last argument is a table of options. */
static bool has_options(const char *name)
{
    return fields_find_op(name) != OP_COUNT || str_equal(name, "bulk_insert") ||
           str_equal(name, "update_in_batches");
}

/* Looks at the keys: positions up to `*last`, and whether there are names. */
static void look(lua_State *L, int table, lua_Integer *last, bool *named)
{
    *last = 1;
    *named = false;
    for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) == LUA_TSTRING) {
            *named = true;
            continue;
        }
        if (!lua_isinteger(L, -2) || lua_tointeger(L, -2) < 1 ||
            lua_tointeger(L, -2) > ARGUMENTS_MAX)
            bridge_fail(L,
                        "op.invoke: a key is neither a name nor a place "
                        "from 1 to %d",
                        ARGUMENTS_MAX);
        if (lua_tointeger(L, -2) > *last)
            *last = lua_tointeger(L, -2);
    }
}

/* Pushes the fields that have names as a table. */
static void push_options(lua_State *L, int table)
{
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            continue;
        lua_pushvalue(L, -2);
        lua_pushvalue(L, -2);
        lua_rawset(L, -5);
    }
}

/* Behind the table. */
static int return_results(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    (void)context;
    return lua_gettop(L) - 1;
}

/* ({ name, arguments ..., option = value ... }) */
int op_invoke_invoke(lua_State *L)
{
    enum { TABLE = 1, FUNCTION };
    lua_Integer last;
    const char *name;
    bool named;

    op_api_enter(L);
    if (lua_gettop(L) != 1 || lua_type(L, TABLE) != LUA_TTABLE ||
        !str_equal(marshal_got(L, TABLE), "table"))
        return bridge_fail(L, "op.invoke: expected one table, got %s",
                           lua_gettop(L) > 1 ? "more arguments"
                                             : marshal_got(L, TABLE));
    if (lua_rawgeti(L, TABLE, 1) != LUA_TSTRING)
        return bridge_fail(L,
                           "op.invoke: [1]: expected the name of a function, "
                           "got %s",
                           marshal_got(L, -1));
    name = lua_tostring(L, -1);
    if (takes_function(name))
        return bridge_fail(L,
                           "op.invoke: [1]: op.%s takes a function: call it "
                           "itself",
                           name);
    if (!op_invoke_push(L, name)) {
        lua_pop(L, 1);
        /* an unknown name raises here */
        lua_getfield(L, lua_upvalueindex(2), "__index");
        lua_getfield(L, -1, name);
        lua_remove(L, -2);
    }
    lua_remove(L, FUNCTION); /* the name: the table keeps it */
    look(L, TABLE, &last, &named);
    if (named && !has_options(name))
        return bridge_fail(L,
                           "op.invoke: op.%s takes no options: give its "
                           "arguments by their places",
                           name);
    luaL_checkstack(L, (int)last + 8, NULL);
    for (lua_Integer i = 2; i <= last; i++)
        lua_rawgeti(L, TABLE, i);
    if (named)
        push_options(L, TABLE);
    lua_callk(L, (int)last - 1 + (named ? 1 : 0), LUA_MULTRET, 0,
              return_results);
    return return_results(L, LUA_OK, 0);
}
