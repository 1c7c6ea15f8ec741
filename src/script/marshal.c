#include "script/marshal.h"

#include "script/bridge.h"
#include "script/marshal_parts.h"

#include <lauxlib.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *marshal_got(lua_State *L, int index)
{
    static const struct {
        const char *metatable;
        const char *word;
    } words[] = {{BRIDGE_SQL, "sql"},
                 {BRIDGE_BYTES, "bytes"},
                 {MARSHAL_TYPE, "type"},
                 {MARSHAL_ITEM, "constraint"}};
    int type = lua_type(L, index);

    if (type == LUA_TNONE)
        return "nil";
    if (type == LUA_TLIGHTUSERDATA && lua_touserdata(L, index) == NULL)
        return "null";
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (bridge_is(L, index, words[i].metatable))
            return words[i].word;
    return lua_typename(L, type);
}

int marshal_fail(struct marshal *marshal, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    if (vsnprintf(text, sizeof text, format, args) < 0)
        text[0] = '\0';
    va_end(args);
    return marshal_field_fail(marshal, NULL, "%s", text);
}

/* --- arguments to one table --- */

static bool is_plain_table(lua_State *L, int index)
{
    return lua_type(L, index) == LUA_TTABLE &&
           strcmp(marshal_got(L, index), "table") == 0;
}

/* How many of the `count` arguments are positions; the next one, if there is
 * any, is the table of options. An optional position that takes no table is
 * left out when the options come in its place. */
static int positions(lua_State *L, const struct record *record, int first,
                     int count)
{
    int last = fields_positions(record);

    for (int i = 1; i <= last && i <= count; i++) {
        const struct field *field = fields_position(record, i);

        if (!field->required && !fields_takes_table(field) && i == count &&
            is_plain_table(L, first + i - 1))
            return i - 1;
    }
    return count < last ? count : last;
}

/* For who gives the items of a list, such as columns, one by one. */
static const char *list_note(const struct marshal *marshal,
                             const struct record *record)
{
    int last = fields_positions(record);
    const struct field *field = last > 0 ? fields_position(record, last) : NULL;

    if (field == NULL || field->kind != FIELD_ITEMS)
        return "";
    return arena_printf(marshal->arena, "; argument %d (%s) is one list",
                        marshal_argument(marshal, last), field->name);
}

/* Copies the options at `index` into the table on top; positions in them
 * count only when no argument was one (types.bit { 8, varying = true }). */
static int copy_options(struct marshal *marshal, const struct record *record,
                        int index, bool bare)
{
    lua_State *L = marshal->L;

    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        if (lua_isinteger(L, -2) && bare && lua_tointeger(L, -2) >= 1 &&
            lua_tointeger(L, -2) < 64) {
            lua_rawseti(L, -3, lua_tointeger(L, -2) + 1);
            continue;
        }
        if (lua_type(L, -2) != LUA_TSTRING) {
            marshal_fail(marshal,
                         "the options have a key that is no name "
                         "(%s)%s",
                         lua_isinteger(L, -2) ? "a position"
                                              : marshal_got(L, -2),
                         list_note(marshal, record));
            lua_pop(L, 2);
            return -1;
        }
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
    return 0;
}

int marshal_argument(const struct marshal *marshal, int position)
{
    return marshal->inserted > 0 && position > marshal->inserted ? position - 1
                                                                 : position;
}

int marshal_compose(struct marshal *marshal, const char *name,
                    const struct record *record, int first)
{
    lua_State *L = marshal->L;
    int count = lua_gettop(L) - first + 1;
    int given = positions(L, record, first, count);

    if (!lua_checkstack(L, 8))
        return marshal_fail(marshal, "the stack is full");
    if (count > given + 1)
        return marshal_fail(marshal, "too many arguments (%d, at most %d)%s",
                            count - (marshal->inserted > 0),
                            fields_positions(record) + 1 -
                                (marshal->inserted > 0),
                            list_note(marshal, record));
    if (count > given && !lua_isnil(L, first + given) &&
        !is_plain_table(L, first + given))
        return marshal_fail(marshal,
                            "argument %d (options): expected table, got %s",
                            marshal_argument(marshal, given + 1),
                            marshal_got(L, first + given));
    lua_createtable(L, given + 1, 4);
    lua_pushstring(L, name);
    lua_rawseti(L, -2, 1);
    for (int i = 1; i <= given; i++) {
        lua_pushvalue(L, first + i - 1);
        lua_rawseti(L, -2, i + 1);
    }
    if (count > given && !lua_isnil(L, first + given) &&
        copy_options(marshal, record, first + given, given == 0) != 0) {
        lua_pop(L, 1);
        return -1;
    }
    return 0;
}

/* --- names that are final --- */

/* Registry: { [name] = true }. */
static const char finals_key = 0;

void marshal_mark_final(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    luaL_checkstack(L, 4, NULL);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &finals_key) != LUA_TTABLE) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &finals_key);
    }
    lua_pushvalue(L, index);
    lua_pushboolean(L, 1);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

void marshal_forget_finals(lua_State *L)
{
    lua_pushnil(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &finals_key);
}

bool marshal_is_final(lua_State *L)
{
    bool final = false;
    int top = lua_gettop(L);

    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &finals_key) == LUA_TTABLE) {
        lua_pushvalue(L, top);
        final = lua_rawget(L, -2) != LUA_TNIL;
    }
    lua_settop(L, top);
    return final;
}

/* --- ops, types, items --- */

/* An empty name or a hole in the data is found by the record; what belongs
 * together across fields is checked here. */
int marshal_op(struct marshal *marshal, enum op_kind kind, int index,
               struct op *op)
{
    memset(op, 0, sizeof *op);
    op->kind = kind;
    if (marshal_record_read(
            marshal, fields_ops[kind], NULL, lua_absindex(marshal->L, index), 1,
            (char *)op + offsetof(struct op, create_table)) != 0)
        return -1;
    if (marshal->naming == NULL ||
        naming_op(marshal->naming, marshal->arena, op, marshal->err) == 0)
        return 0;
    return error_context(marshal->err, "%s", marshal->function);
}

int marshal_named_op(struct marshal *marshal, int index, struct op *op)
{
    lua_State *L = marshal->L;
    enum op_kind kind;

    marshal->function = "op";
    index = lua_absindex(L, index);
    if (!is_plain_table(L, index))
        return marshal_fail(marshal, "expected table, got %s",
                            marshal_got(L, index));
    if (lua_rawgeti(L, index, 1) != LUA_TSTRING) {
        lua_pop(L, 1);
        return marshal_fail(marshal, "the table has no name at [1]");
    }
    kind = fields_find_op(lua_tostring(L, -1));
    if (kind == OP_COUNT) {
        marshal_fail(marshal, "unknown op '%s'", lua_tostring(L, -1));
        lua_pop(L, 1);
        return -1;
    }
    lua_pop(L, 1);
    marshal->function =
        arena_printf(marshal->arena, "op.%s", fields_ops[kind]->name);
    return marshal_op(marshal, kind, index, op);
}

int marshal_type(struct marshal *marshal, int index)
{
    const struct type *type;
    int result;

    lua_pushvalue(marshal->L, index);
    result = marshal_field_type(marshal, NULL, &type);
    lua_pop(marshal->L, 1);
    return result;
}

int marshal_item(struct marshal *marshal, int index)
{
    struct constraint constraint = {0};
    struct index out = {0};
    bool is_index;

    return marshal_items_item(marshal, NULL, lua_absindex(marshal->L, index),
                              &constraint, &out, &is_index);
}
