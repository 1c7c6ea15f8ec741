/* core.ddl: ops to SQL without a database, for the specs. */
#include "ddl/ddl.h"
#include "ddl/table_ops.h"
#include "script/api.h"
#include "script/marshal.h"

#include <lauxlib.h>
#include <string.h>

int core_ddl_open(lua_State *L);

struct box {
    struct arena arena;
    struct error err;
};

static int box_gc(lua_State *L)
{
    struct box *box = lua_touserdata(L, 1);

    arena_clear(&box->arena);
    return 0;
}

/* Pushes a box that frees its arena when it is collected. */
static struct box *push_box(lua_State *L)
{
    struct box *box = lua_newuserdatauv(L, sizeof *box, 0);

    memset(box, 0, sizeof *box);
    arena_init(&box->arena, NULL, NULL);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, box_gc);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    return box;
}

static enum dialect check_dialect(lua_State *L, int index)
{
    static const char *const names[] = {"sqlite", "postgresql", NULL};

    return luaL_checkoption(L, index, "sqlite", names) == 0
               ? DIALECT_SQLITE
               : DIALECT_POSTGRESQL;
}

static int fail(lua_State *L, const struct error *err)
{
    lua_pushnil(L);
    lua_pushstring(L, err->message);
    lua_pushstring(L, err->hint);
    return 3;
}

/* { uq = pattern, ... } at `index`, or nothing. */
static struct settings read_convention(lua_State *L, int index,
                                       struct arena *arena)
{
    static const char *const keys[] = {"ix", "uq", "ck", "fk", "pk"};
    enum { KEYS = sizeof keys / sizeof keys[0] };
    struct setting *items = arena_array(arena, struct setting, KEYS);
    struct settings settings = {items, 0};

    for (size_t i = 0; i < KEYS && lua_istable(L, index); i++) {
        struct setting *item = &items[settings.count];

        if (lua_getfield(L, index, keys[i]) != LUA_TNIL) {
            item->name = keys[i];
            item->value.kind = VALUE_TEXT;
            item->value.text.data = arena_strdup(arena, lua_tostring(L, -1));
            item->value.text.size = strlen(item->value.text.data);
            settings.count++;
        }
        lua_pop(L, 1);
    }
    return settings;
}

/* compile(op_table, dialect, naming convention) -> { sql ... }, or nil,
 * message, hint */
static int l_compile(lua_State *L)
{
    enum dialect dialect = check_dialect(L, 2);
    struct box *box = push_box(L);
    struct settings convention = read_convention(L, 3, &box->arena);
    struct naming naming = {.dialect = dialect, .usual = &convention};
    struct marshal marshal = {
        .L = L, .arena = &box->arena, .err = &box->err, .naming = &naming};
    struct names statements;
    struct op op;

    if (marshal_named_op(&marshal, 1, &op) != 0 ||
        ddl_compile(&op, dialect, &box->arena, &statements, &box->err) != 0)
        return fail(L, &box->err);
    lua_createtable(L, (int)statements.count, 0);
    for (size_t i = 0; i < statements.count; i++) {
        lua_pushstring(L, statements.items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* call(name, args ...): as op.name(args ...) marshals, -> true or nil, text */
static int l_call(lua_State *L)
{
    enum op_kind kind = fields_find_op(luaL_checkstring(L, 1));
    struct box *box = push_box(L);
    struct marshal marshal = {.L = L, .arena = &box->arena, .err = &box->err};
    struct op op;

    luaL_argcheck(L, kind != OP_COUNT, 1, "no such op");
    lua_insert(L, 1);
    marshal.function =
        arena_printf(&box->arena, "op.%s", fields_ops[kind]->name);
    if (marshal_compose(&marshal, fields_ops[kind]->name, fields_ops[kind],
                        3) != 0 ||
        marshal_op(&marshal, kind, -1, &op) != 0)
        return fail(L, &box->err);
    lua_pushboolean(L, 1);
    return 1;
}

/* name(text, dialect) -> identifier */
static int l_name(lua_State *L)
{
    enum dialect dialect = check_dialect(L, 2);
    struct box *box = push_box(L);
    struct buf out;

    buf_init(&out, &box->arena);
    if (ddl_check_name(dialect, luaL_checkstring(L, 1), &box->err) != 0)
        return fail(L, &box->err);
    ddl_name(&out, dialect, lua_tostring(L, 1));
    lua_pushstring(L, out.data);
    return 1;
}

static void read_value(lua_State *L, struct value *value)
{
    memset(value, 0, sizeof *value);
    switch (lua_type(L, 1)) {
    case LUA_TBOOLEAN:
        value->kind = VALUE_BOOLEAN;
        value->boolean = lua_toboolean(L, 1);
        break;
    case LUA_TNUMBER:
        value->kind = lua_isinteger(L, 1) ? VALUE_INTEGER : VALUE_FLOAT;
        if (value->kind == VALUE_INTEGER)
            value->integer = lua_tointeger(L, 1);
        else
            value->number = lua_tonumber(L, 1);
        break;
    case LUA_TSTRING:
        value->kind =
            luaL_optstring(L, 3, "")[0] == 'b' ? VALUE_BYTES : VALUE_TEXT;
        value->text.data = lua_tolstring(L, 1, &value->text.size);
        break;
    default:
        value->kind = VALUE_NULL;
    }
}

/* literal(value, dialect, "bytes" for a string of bytes) -> SQL */
static int l_literal(lua_State *L)
{
    enum dialect dialect = check_dialect(L, 2);
    struct value value;
    struct box *box;
    struct buf out;

    read_value(L, &value);
    box = push_box(L);
    buf_init(&out, &box->arena);
    if (ddl_literal(&out, dialect, &value, &box->err) != 0)
        return fail(L, &box->err);
    lua_pushlstring(L, out.data, out.size);
    return 1;
}

/* type_names() -> names, the number of the first that is PostgreSQL's own */
static int l_type_names(lua_State *L)
{
    int first = TYPE_COUNT;

    lua_createtable(L, TYPE_COUNT, 0);
    for (int kind = TYPE_COUNT - 1; kind >= 0; kind--) {
        lua_pushstring(L, type_names[kind]);
        lua_rawseti(L, -2, kind + 1);
        if (TYPE_IS_POSTGRESQL(kind))
            first = kind + 1;
    }
    lua_pushinteger(L, first);
    return 2;
}

static int l_vocabulary(lua_State *L)
{
    return vocabulary_open(L);
}

/* Sets [name] = { option ... }; records inside of it come by themselves. */
static void set_options(lua_State *L, const char *name,
                        const struct record *record)
{
    lua_newtable(L);
    for (size_t i = 0; i < record->count; i++) {
        const struct field *field = &record->fields[i];

        if (field->position > 0 || field->kind == FIELD_REFUSED ||
            field->kind == FIELD_VARIANTS)
            continue;
        lua_pushstring(L, field->name);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
        if (field->kind == FIELD_RECORD) {
            lua_pushvalue(L, -2);
            set_options(L, field->record->name, field->record);
            lua_pop(L, 1);
        }
    }
    lua_setfield(L, -2, name);
}

/* options() -> { [function, type, "column", ...] = { option ... } } */
static int l_options(lua_State *L)
{
    lua_newtable(L);
    for (int kind = 0; kind < OP_COUNT; kind++)
        set_options(L, fields_ops[kind]->name, fields_ops[kind]);
    for (int i = 0; i < FIELDS_ITEM_COUNT; i++)
        set_options(L, fields_items[i].record->name, fields_items[i].record);
    for (int kind = 0; kind < TYPE_COUNT; kind++)
        set_options(L, type_names[kind], fields_types[kind]);
    set_options(L, "column", &fields_column);
    return 1;
}

/* edit(sql, op_table ...) -> the text of the table after the ops, or nil,
 * message, hint */
static int l_edit(lua_State *L)
{
    const char *sql = luaL_checkstring(L, 1);
    int count = lua_gettop(L);
    struct box *box = push_box(L);
    struct marshal marshal = {.L = L, .arena = &box->arena, .err = &box->err};
    struct table_ops ops;

    memset(&ops, 0, sizeof ops);
    if (table_edit_open(&ops.edit, &box->arena, sql, &box->err) != 0)
        return fail(L, &box->err);
    for (int i = 2; i <= count; i++) {
        struct op op;

        if (marshal_named_op(&marshal, i, &op) != 0 ||
            table_ops_apply(&ops, &op, &box->err) != 0)
            return fail(L, &box->err);
    }
    lua_pushstring(L, ops.edit.sql);
    return 1;
}

int core_ddl_open(lua_State *L)
{
    static const luaL_Reg functions[] = {{"compile", l_compile},
                                         {"call", l_call},
                                         {"name", l_name},
                                         {"literal", l_literal},
                                         {"type_names", l_type_names},
                                         {"vocabulary", l_vocabulary},
                                         {"options", l_options},
                                         {"edit", l_edit},
                                         {NULL, NULL}};

    luaL_newlib(L, functions);
    return 1;
}
