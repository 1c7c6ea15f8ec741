#include "script/batch.h"

#include "base/str.h"
#include "run/exec.h"
#include "script/bridge.h"
#include "script/marshal.h"
#include "script/queue.h"
#include "script/step.h"

#include <lauxlib.h>
#include <string.h>

#define FUNCTION "op.batch_alter_table"

static const enum op_kind kinds[] = {OP_ADD_COLUMN,
                                     OP_DROP_COLUMN,
                                     OP_ALTER_COLUMN,
                                     OP_CREATE_INDEX,
                                     OP_DROP_INDEX,
                                     OP_CREATE_PRIMARY_KEY,
                                     OP_CREATE_UNIQUE_CONSTRAINT,
                                     OP_CREATE_CHECK_CONSTRAINT,
                                     OP_CREATE_FOREIGN_KEY,
                                     OP_CREATE_EXCLUDE_CONSTRAINT,
                                     OP_DROP_CONSTRAINT,
                                     OP_RENAME_CONSTRAINT,
                                     OP_VALIDATE_CONSTRAINT,
                                     OP_RENAME_TABLE,
                                     OP_CREATE_TABLE_COMMENT,
                                     OP_DROP_TABLE_COMMENT};
enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

/* Upvalues of the functions of `batch`. */
enum { UP_NAME = 1, UP_KIND, UP_LIST, UP_TABLE, UP_META };

/* Pushes what was told in this step: { [text] = true }. */
static void push_told(lua_State *L, const struct script *script)
{
    static const char key = 't';

    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key) == LUA_TTABLE) {
        lua_rawgeti(L, -1, 1);
        if (lua_tointeger(L, -1) == (lua_Integer)script->generation) {
            lua_pop(L, 1);
            return;
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    lua_createtable(L, 1, 4);
    lua_pushinteger(L, (lua_Integer)script->generation);
    lua_rawseti(L, -2, 1);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
}

void batch_tell(lua_State *L, const char *function, const struct names *notes)
{
    struct script *script = script_of(L);

    if (notes->count == 0 || script->options.log == NULL)
        return;
    luaL_checkstack(L, 6, NULL);
    push_told(L, script);
    for (size_t i = 0; i < notes->count; i++) {
        const char *note = notes->items[i];
        /* why it is broken may be told in other words by each change */
        const char *end = strstr(note, "': ");
        const char *text;

        lua_pushlstring(L, note,
                        end != NULL ? (size_t)(end - note) : strlen(note));
        lua_pushvalue(L, -1);
        if (lua_rawget(L, -3) != LUA_TNIL) {
            lua_pop(L, 2);
            continue;
        }
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
        lua_rawset(L, -3);
        text = arena_printf(&script->arena, "%s: %s", function, note);
        script->options.log(script->options.context, SCRIPT_WARN, false, text,
                            strlen(text));
    }
    lua_pop(L, 1);
}

/* Where the name of the table stands among the arguments of op.*. */
static int table_place(enum op_kind kind)
{
    static const char *const names[] = {"table", "source", "old"};
    const struct record *record = fields_ops[kind];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct field *field = fields_find(record, names[i]);

        if (field != NULL && field->position > 0)
            return field->position;
    }
    return 1;
}

static void insert_table(lua_State *L, enum op_kind kind)
{
    int place = table_place(kind);

    while (lua_gettop(L) < place - 1)
        lua_pushnil(L);
    lua_pushvalue(L, lua_upvalueindex(UP_TABLE));
    lua_insert(L, place);
}

static void check_self(lua_State *L, const char *name)
{
    if (lua_type(L, 1) != LUA_TTABLE || !lua_getmetatable(L, 1))
        return;
    lua_pushvalue(L, lua_upvalueindex(UP_META));
    if (lua_rawequal(L, -1, -2))
        bridge_fail(L, "%s: call it with a dot, not with a colon", name);
    lua_pop(L, 2);
}

/* Remembers what is asked for; it is read here too, so that a mistake is told
 * at its line. */
static int l_record(lua_State *L)
{
    const char *name = lua_tostring(L, lua_upvalueindex(UP_NAME));
    enum op_kind kind =
        (enum op_kind)lua_tointeger(L, lua_upvalueindex(UP_KIND));
    struct script *script = script_enter(L, name);
    struct marshal marshal = {
        .L = L, .arena = &script->arena, .err = &script->err, .function = name};
    struct op op;

    check_self(L, name);
    if (lua_rawgeti(L, lua_upvalueindex(UP_LIST), 0) != LUA_TNIL)
        return bridge_fail(L, "%s: the batch is over", name);
    lua_pop(L, 1);
    luaL_checkstack(L, 8, NULL);
    insert_table(L, kind);
    marshal.inserted = table_place(kind);
    if (marshal_compose(&marshal, fields_ops[kind]->name, fields_ops[kind],
                        1) != 0 ||
        marshal_op(&marshal, kind, -1, &op) != 0)
        return bridge_raise(L);
    lua_rawseti(L, lua_upvalueindex(UP_LIST),
                (lua_Integer)lua_rawlen(L, lua_upvalueindex(UP_LIST)) + 1);
    script_leave(script);
    return 0;
}

/* A name that is final, as op.f has it. */
static int l_f(lua_State *L)
{
    const char *name = lua_tostring(L, lua_upvalueindex(UP_NAME));
    struct script *script = script_enter(L, name);

    check_self(L, name);
    if (lua_gettop(L) > 1)
        bridge_fail(L, "%s: too many arguments (%d, at most 1)", name,
                    lua_gettop(L));
    if (lua_type(L, 1) != LUA_TSTRING)
        bridge_fail(L, "%s: argument 1 (name): expected string, got %s", name,
                    marshal_got(L, 1));
    marshal_mark_final(L, 1);
    script_leave(script);
    return 1;
}

/* A statement between the changes would need the table as they leave it, and
 * a copy of the table for each part of the batch. */
static int l_execute(lua_State *L)
{
    const char *name = lua_tostring(L, lua_upvalueindex(UP_NAME));

    script_enter(L, name);
    check_self(L, name);
    return bridge_fail(L,
                       "%s: the changes of a batch are made together, when "
                       "its function has returned; call op.execute before or "
                       "after the batch",
                       name);
}

static int l_unknown(lua_State *L)
{
    const char *name = luaL_tolstring(L, 2, NULL);
    const char *names[KIND_COUNT];
    const char *near;

    for (size_t i = 0; i < KIND_COUNT; i++)
        names[i] = fields_ops[kinds[i]]->name;
    near = str_suggest(name, names, KIND_COUNT);
    if (near != NULL)
        return bridge_fail(L, "batch.%s: unknown function (did you mean '%s'?)",
                           name, near);
    return bridge_fail(L, "batch.%s: unknown function", name);
}

static int l_read_only(lua_State *L)
{
    return bridge_fail(L, "'batch' cannot be changed");
}

/* Sets a function in the table on top; the others are where UP_* says. */
static void set_function(lua_State *L, const char *name, lua_CFunction function,
                         int kind, const int up[3])
{
    lua_pushfstring(L, "batch.%s", name);
    lua_pushinteger(L, kind);
    for (int i = 0; i < 3; i++)
        lua_pushvalue(L, up[i]);
    lua_pushcclosure(L, function, UP_META);
    lua_setfield(L, -2, name);
}

/* Pushes `batch`; its list is at `list`, the table's name at `table`. */
static void push_batch(lua_State *L, int list, int table)
{
    int batch, meta, up[3];

    lua_newtable(L);
    batch = lua_gettop(L);
    lua_createtable(L, 0, 3);
    meta = batch + 1;
    lua_createtable(L, 0, KIND_COUNT + 2);
    up[0] = list;
    up[1] = table;
    up[2] = meta;
    for (size_t i = 0; i < KIND_COUNT; i++)
        set_function(L, fields_ops[kinds[i]]->name, l_record, (int)kinds[i],
                     up);
    set_function(L, "f", l_f, 0, up);
    set_function(L, "execute", l_execute, 0, up);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, l_unknown);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_setfield(L, meta, "__index");
    lua_pushcfunction(L, l_read_only);
    lua_setfield(L, meta, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, meta, "__metatable");
    lua_setmetatable(L, batch);
}

/* The ops that the list at `list` holds. */
static int read_ops(struct marshal *marshal, int list,
                    struct op_batch_alter_table *batch)
{
    lua_State *L = marshal->L;
    size_t count = lua_rawlen(L, list);
    struct op *ops = arena_array(marshal->arena, struct op, count + 1);

    for (size_t i = 0; i < count; i++) {
        int status;

        lua_rawgeti(L, list, (lua_Integer)i + 1);
        status = marshal_named_op(marshal, -1, &ops[i]);
        lua_pop(L, 1);
        if (status != 0)
            return -1;
        /* the only ones that name their schema by themselves */
        if (ops[i].kind == OP_DROP_INDEX && ops[i].drop_index.schema == NULL)
            ops[i].drop_index.schema = batch->schema;
    }
    batch->ops = ops;
    batch->op_count = count;
    return 0;
}

/* Marks the list as one that takes nothing more. */
static void close_list(lua_State *L, int list)
{
    lua_pushboolean(L, 1);
    lua_rawseti(L, list, 0);
}

/* (table, composed, list): makes the changes. */
static int change(lua_State *L)
{
    enum { COMPOSED = 2, LIST };
    struct script *script = script_enter(L, FUNCTION);
    struct naming naming = {.dialect = script->db->dialect,
                            .usual = script->naming};
    struct marshal marshal = {.L = L,
                              .arena = &script->arena,
                              .err = &script->err,
                              .function = FUNCTION,
                              .naming = &naming};
    struct queue_place place;
    struct names notes;
    struct op op;

    if (marshal_op(&marshal, OP_BATCH_ALTER_TABLE, COMPOSED, &op) != 0)
        return bridge_raise(L);
    naming.before = &op.batch_alter_table.naming_convention;
    naming.schema = op.batch_alter_table.schema;
    if (read_ops(&marshal, LIST, &op.batch_alter_table) != 0)
        return bridge_raise(L);
    script_away(script);
    if (script_back(script, exec_op(script->db, &op, queue_place(L, &place),
                                    &script->arena, &notes, &script->err)) != 0)
        return bridge_raise(L);
    queue_settle(L);
    batch_tell(L, FUNCTION, &notes);
    script_leave(script);
    return 0;
}

int batch_alter_table(lua_State *L)
{
    struct script *script = script_of(L);
    struct marshal marshal = {.L = L,
                              .arena = &script->arena,
                              .err = &script->err,
                              .function = FUNCTION};
    const struct record *record = fields_ops[OP_BATCH_ALTER_TABLE];
    int top = lua_gettop(L), list, table, composed;
    struct op op;

    if (top < 2 || lua_type(L, top) != LUA_TFUNCTION)
        return bridge_fail(L,
                           FUNCTION ": the last argument: expected "
                                    "function, got %s",
                           marshal_got(L, top < 2 ? top + 1 : top));
    luaL_checkstack(L, 24, NULL);
    lua_insert(L, 1); /* the function, then the others */
    if (marshal_compose(&marshal, record->name, record, 2) != 0 ||
        marshal_op(&marshal, OP_BATCH_ALTER_TABLE, -1, &op) != 0)
        return bridge_raise(L);
    composed = lua_gettop(L);
    lua_rawgeti(L, composed, 2);
    table = composed + 1;
    lua_newtable(L);
    list = table + 1;
    lua_pushvalue(L, 1);
    push_batch(L, list, table);
    script_leave(script);
    if (bridge_call(L, 1, 0) != LUA_OK) {
        close_list(L, list);
        return lua_error(L);
    }
    script_enter(L, FUNCTION);
    close_list(L, list);
    lua_pushvalue(L, table);
    lua_replace(L, 1);
    lua_pushvalue(L, composed);
    lua_replace(L, 2);
    lua_pushvalue(L, list);
    lua_replace(L, 3);
    return step_call(L, FUNCTION, STEP_NOTHING, 3, NULL, change);
}
