/* The table `op` of a revision. */
#include "base/str.h"
#include "ddl/ddl.h"
#include "run/exec.h"
#include "script/api.h"
#include "script/batch.h"
#include "script/batches.h"
#include "script/bridge.h"
#include "script/bulk_insert.h"
#include "script/conn_api.h"
#include "script/inspector.h"
#include "script/marshal.h"
#include "script/op_parts.h"
#include "script/queue.h"
#include "script/step.h"

#include <lauxlib.h>
#include <string.h>

#define OP_PREFIX "op."

enum { NAMES_MAX = 80 };

static const char *bare(const char *name)
{
    return name + sizeof OP_PREFIX - 1;
}

const char *op_api_name(lua_State *L)
{
    return lua_tostring(L, lua_upvalueindex(1));
}

/* Whether the value at 1 is `op`: called with a colon. */
static bool has_self(lua_State *L)
{
    bool same;

    if (lua_type(L, 1) != LUA_TTABLE || !lua_getmetatable(L, 1))
        return false;
    lua_pushvalue(L, lua_upvalueindex(2));
    same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same;
}

void op_api_check_dot(lua_State *L)
{
    if (has_self(L))
        bridge_fail(L, "%s: call it with a dot, not with a colon",
                    op_api_name(L));
}

struct script *op_api_enter(lua_State *L)
{
    struct script *script = script_enter(L, op_api_name(L));

    op_api_check_dot(L);
    return script;
}

/* Whether the op is a statement that cannot run in a transaction. It means
 * nothing on SQLite. */
static bool is_alone(const struct script *script, const struct op *op)
{
    if (script->db->dialect != DIALECT_POSTGRESQL)
        return false;
    return (op->kind == OP_CREATE_INDEX &&
            op->create_index.index.postgresql_concurrently == TRI_TRUE) ||
           (op->kind == OP_DROP_INDEX &&
            op->drop_index.postgresql_concurrently == TRI_TRUE);
}

static int run_op(lua_State *L)
{
    struct script *script = script_enter(L, op_api_name(L));
    enum op_kind kind = (enum op_kind)lua_tointeger(L, lua_upvalueindex(3));
    const struct record *record = fields_ops[kind];
    struct naming naming = {.dialect = script->db->dialect,
                            .usual = script->naming};
    struct marshal marshal = {.L = L,
                              .arena = &script->arena,
                              .err = &script->err,
                              .function = op_api_name(L),
                              .naming = &naming};
    struct queue_place place;
    struct names notes;
    struct op op;

    if (marshal_compose(&marshal, record->name, record, 1) != 0 ||
        marshal_op(&marshal, kind, -1, &op) != 0)
        return bridge_raise(L);
    if (!script->outside && is_alone(script, &op))
        return step_refuse(L, op_api_name(L), "postgresql_concurrently");
    script_away(script);
    if (script_back(script, exec_op(script->db, &op, queue_place(L, &place),
                                    &script->arena, &notes, &script->err)) != 0)
        return bridge_raise(L);
    queue_settle(L);
    batch_tell(L, op_api_name(L), &notes);
    script_leave(script);
    return 0;
}

/* Pushes the SQL of an op that runs outside a transaction, nil for any
 * other. */
static void push_alone(lua_State *L, struct script *script, enum op_kind kind)
{
    struct naming naming = {.dialect = script->db->dialect,
                            .usual = script->naming};
    struct marshal marshal = {.L = L,
                              .arena = &script->arena,
                              .err = &script->err,
                              .function = op_api_name(L),
                              .naming = &naming};
    struct names statements = {0};
    struct op op;

    lua_pushnil(L);
    if (kind != OP_CREATE_INDEX && kind != OP_DROP_INDEX)
        return;
    lua_pop(L, 1);
    if (marshal_compose(&marshal, fields_ops[kind]->name, fields_ops[kind],
                        1) != 0 ||
        marshal_op(&marshal, kind, -1, &op) != 0 ||
        (is_alone(script, &op) &&
         ddl_compile(&op, script->db->dialect, &script->arena, &statements,
                     &script->err) != 0))
        bridge_raise(L);
    lua_pushstring(L, statements.count > 0 ? statements.items[0] : NULL);
}

/* Every op that is data: upvalue 3 is its kind. */
static int l_op(lua_State *L)
{
    struct script *script = op_api_enter(L);
    enum op_kind kind = (enum op_kind)lua_tointeger(L, lua_upvalueindex(3));
    int count = lua_gettop(L);

    if (!step_wanted(script))
        return run_op(L);
    push_alone(L, script, kind);
    return step_call(L, op_api_name(L), STEP_NOTHING, count,
                     lua_tostring(L, -1), run_op);
}

/* The functions below have the arguments of one place at most. */
void op_api_check_count(lua_State *L, int most)
{
    if (lua_gettop(L) > most)
        bridge_fail(L, "%s: too many arguments (%d, at most %d)",
                    op_api_name(L), lua_gettop(L), most);
}

static int l_execute(lua_State *L)
{
    op_api_enter(L);
    return step_execute(L);
}

static int l_get_bind(lua_State *L)
{
    op_api_enter(L);
    op_api_check_count(L, 0);
    return conn_push(L);
}

static int l_inspect(lua_State *L)
{
    op_api_enter(L);
    op_api_check_count(L, 0);
    return inspector_push(L);
}

static void set_text(lua_State *L, const char *key, const char *text)
{
    if (text == NULL)
        return;
    lua_pushstring(L, text);
    lua_setfield(L, -2, key);
}

/* A field that the context does not have now is nil; any other is a mistake. */
static int context_index(lua_State *L)
{
    static const char *const names[] = {
        "dialect",  "server_version", "offline", "environment",
        "revision", "direction",      "tag"};
    const size_t count = sizeof names / sizeof names[0];
    const char *key = luaL_tolstring(L, 2, NULL);
    const char *near;

    for (size_t i = 0; i < count; i++)
        if (strcmp(key, names[i]) == 0)
            return 0;
    near =
        strcmp(key, "as_sql") == 0 ? "offline" : str_suggest(key, names, count);
    if (near != NULL)
        return bridge_fail(
            L, "op.get_context().%s: unknown name (did you mean '%s'?)", key,
            near);
    return bridge_fail(L, "op.get_context().%s: unknown name", key);
}

static int l_get_context(lua_State *L)
{
    struct script *script = op_api_enter(L);

    op_api_check_count(L, 0);
    script_leave(script);
    lua_createtable(L, 0, 8);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, context_index);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    set_text(L, "dialect", dialect_name(script->db->dialect));
    lua_pushinteger(L, script->db->server_version);
    lua_setfield(L, -2, "server_version");
    lua_pushboolean(L, script->db->offline);
    lua_setfield(L, -2, "offline");
    set_text(L, "environment", script->options.environment);
    set_text(L, "revision",
             script->revision != NULL ? script->revision->id : NULL);
    set_text(L, "direction", direction_name(script->direction));
    set_text(L, "tag", script->options.tag);
    return 1;
}

static int l_is_offline(lua_State *L)
{
    struct script *script = op_api_enter(L);

    op_api_check_count(L, 0);
    script_leave(script);
    lua_pushboolean(L, script->db->offline);
    return 1;
}

/* A name that is final: no naming convention changes it. */
static int l_f(lua_State *L)
{
    struct script *script = op_api_enter(L);

    op_api_check_count(L, 1);
    if (lua_type(L, 1) != LUA_TSTRING)
        bridge_fail(L, "op.f: argument 1 (name): expected string, got %s",
                    marshal_got(L, 1));
    marshal_mark_final(L, 1);
    script_leave(script);
    return 1;
}

static int l_inline_literal(lua_State *L)
{
    struct script *script = op_api_enter(L);
    struct value literal = {.kind = VALUE_SQL};
    struct value value;
    struct buf sql;

    op_api_check_count(L, 1);
    if (bridge_value(L, 1, false, &value) != 0)
        bridge_fail(L,
                    "op.inline_literal: argument 1 (value): expected value, "
                    "got %s",
                    marshal_got(L, 1));
    buf_init(&sql, &script->arena);
    if (ddl_literal(&sql, script->db->dialect, &value, &script->err) != 0)
        return bridge_raise(L);
    literal.text.data = sql.data;
    literal.text.size = sql.size;
    bridge_push(L, &literal, false);
    script_leave(script);
    return 1;
}

static int l_batch_alter_table(lua_State *L)
{
    op_api_enter(L);
    return batch_alter_table(L);
}

static int l_bulk_insert(lua_State *L)
{
    op_api_enter(L);
    return step_call(L, op_api_name(L), STEP_COUNT, lua_gettop(L), NULL,
                     bulk_insert_run);
}

static int l_update_in_batches(lua_State *L)
{
    op_api_enter(L);
    return batches_update(L);
}

static int l_each_batch(lua_State *L)
{
    op_api_enter(L);
    return batches_each(L);
}

static int l_step(lua_State *L)
{
    op_api_enter(L);
    return step_run(L);
}

static int l_autocommit_block(lua_State *L)
{
    op_api_enter(L);
    return step_autocommit_block(L);
}

static const luaL_Reg functions[] = {
    {"op.autocommit_block", l_autocommit_block},
    {"op.batch_alter_table", l_batch_alter_table},
    {"op.bulk_insert", l_bulk_insert},
    {"op.each_batch", l_each_batch},
    {"op.execute", l_execute},
    {"op.f", l_f},
    {"op.get_bind", l_get_bind},
    {"op.get_context", l_get_context},
    {"op.inline_literal", l_inline_literal},
    {"op.inspect", l_inspect},
    {"op.invoke", op_invoke_invoke},
    {"op.is_offline", l_is_offline},
    {"op.register_operation", op_invoke_register},
    {"op.savepoint", op_savepoint},
    {"op.step", l_step},
    {"op.update_in_batches", l_update_in_batches},
};
enum { FUNCTION_COUNT = sizeof functions / sizeof functions[0] };

/* --- the table --- */

static const char *suggest(const char *word)
{
    const char *names[NAMES_MAX];
    size_t count = 0;

    for (size_t i = 0; i < OP_COUNT && count < NAMES_MAX; i++)
        names[count++] = fields_ops[i]->name;
    for (size_t i = 0; i < FUNCTION_COUNT && count < NAMES_MAX; i++)
        names[count++] = bare(functions[i].name);
    return str_suggest(word, names, count);
}

bool op_api_is_built_in(const char *name)
{
    if (fields_find_op(name) != OP_COUNT)
        return true;
    for (size_t i = 0; i < FUNCTION_COUNT; i++)
        if (str_equal(name, bare(functions[i].name)))
            return true;
    return false;
}

/* What the revision has registered, or nothing. */
static int l_unknown(lua_State *L)
{
    const char *name = luaL_tolstring(L, 2, NULL);
    const char *near;

    if (op_invoke_push(L, name))
        return 1;
    near = suggest(name);
    if (near != NULL)
        return bridge_fail(L, "op.%s: unknown function (did you mean '%s'?)",
                           name, near);
    return bridge_fail(L, "op.%s: unknown function", name);
}

static int l_read_only(lua_State *L)
{
    return bridge_fail(L, "'op' cannot be changed");
}

/* Sets a closure in the table at `index`; the metatable of `op` is at
 * `meta`. */
static void set_function(lua_State *L, int index, int meta, const char *name,
                         lua_CFunction function, int kind)
{
    lua_pushstring(L, name);
    lua_pushvalue(L, meta);
    lua_pushinteger(L, kind);
    lua_pushcclosure(L, function, 3);
    lua_setfield(L, index, bare(name));
}

static void set_functions(lua_State *L, int index, int meta)
{
    for (int i = 0; i < OP_COUNT; i++) {
        const char *name =
            lua_pushfstring(L, OP_PREFIX "%s", fields_ops[i]->name);

        set_function(L, index, meta, name, l_op, i);
        lua_pop(L, 1);
    }
    for (size_t i = 0; i < FUNCTION_COUNT; i++)
        set_function(L, index, meta, functions[i].name, functions[i].func, 0);
}

/* `op` itself is empty, so that a script cannot change what another sees. */
int op_open(lua_State *L)
{
    int op, meta, index;

    lua_newtable(L);
    op = lua_gettop(L);
    lua_createtable(L, 0, 4);
    meta = op + 1;
    lua_createtable(L, 0, NAMES_MAX);
    index = op + 2;
    set_functions(L, index, meta);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, l_unknown);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, index);
    lua_setfield(L, meta, "__index");
    lua_pushcfunction(L, l_read_only);
    lua_setfield(L, meta, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, meta, "__metatable");
    lua_setmetatable(L, op);
    return 1;
}
