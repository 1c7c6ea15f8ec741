/* What a table is made of: types, columns, constraints, indexes. */
#include "base/str.h"
#include "base/vec.h"
#include "model/table_check.h"
#include "script/bridge.h"
#include "script/marshal_parts.h"

#include <limits.h>

/* The string at [1] of the table at `index`, copied; NULL if it is none. */
static const char *head(struct marshal *marshal, int index)
{
    const char *name = NULL;

    if (lua_rawgeti(marshal->L, index, 1) == LUA_TSTRING)
        name = arena_strdup(marshal->arena, lua_tostring(marshal->L, -1));
    lua_pop(marshal->L, 1);
    return name;
}

/* Counts the numbers in parentheses behind the type's name. */
static int count_args(struct marshal *marshal,
                      const struct marshal_place *place, struct type *type)
{
    bool first = type->args[0] != INT_MIN, second = type->args[1] != INT_MIN;

    if (second && !first)
        return marshal_field_fail(marshal, place, "a scale needs a precision");
    type->arg_count = (int)first + (int)second;
    return 0;
}

int marshal_field_type(struct marshal *marshal,
                       const struct marshal_place *place,
                       const struct type **out)
{
    lua_State *L = marshal->L;
    struct type *type = arena_new(marshal->arena, struct type);
    struct marshal_place named = {0};
    const char *name;
    enum type_kind kind;

    if (!bridge_is(L, -1, MARSHAL_TYPE))
        return marshal_field_fail(marshal, place,
                                  "expected type (types.*), got %s",
                                  marshal_got(L, -1));
    name = head(marshal, lua_absindex(L, -1));
    kind = name != NULL ? fields_find_type(name) : TYPE_COUNT;
    if (kind == TYPE_COUNT)
        return marshal_field_fail(marshal, place, "unknown type");
    if (place != NULL) {
        named = *place;
        named.position = 0;
    }
    if (marshal_record_read(marshal, fields_types[kind],
                            place != NULL ? &named : NULL, lua_absindex(L, -1),
                            1, type) != 0)
        return -1;
    type->kind = kind;
    *out = type;
    return count_args(marshal, place, type);
}

int marshal_items_item(struct marshal *marshal,
                       const struct marshal_place *place, int index,
                       struct constraint *constraint, struct index *out,
                       bool *is_index)
{
    const char *name = head(marshal, index);

    for (size_t i = 0; name != NULL && i < FIELDS_ITEM_COUNT; i++) {
        const struct fields_item *item = &fields_items[i];

        if (!str_equal(item->record->name, name))
            continue;
        *is_index = item->index;
        return marshal_record_read(marshal, item->record, place, index, 1,
                                   item->index ? (void *)out
                                               : (void *)constraint);
    }
    return marshal_field_fail(marshal, place, "unknown constraint");
}

/* Sorted by kind, each in the order it was given. */
struct parts {
    VEC(struct column) columns;
    VEC(struct constraint) constraints;
    VEC(struct index) indexes;
};

/* The item on top of the stack. */
static int read_item(struct marshal *marshal, const struct marshal_place *place,
                     struct parts *parts)
{
    lua_State *L = marshal->L;
    struct constraint constraint = {0};
    struct column column = {0};
    struct index index = {0};
    bool is_index;

    if (lua_type(L, -1) != LUA_TTABLE || bridge_is(L, -1, MARSHAL_TYPE) ||
        bridge_is(L, -1, BRIDGE_SQL) || bridge_is(L, -1, BRIDGE_BYTES))
        return marshal_field_fail(marshal, place,
                                  "expected a column, constraint or index, "
                                  "got %s",
                                  marshal_got(L, -1));
    if (!bridge_is(L, -1, MARSHAL_ITEM)) {
        if (marshal_record_read(marshal, &fields_column, place,
                                lua_absindex(L, -1), 0, &column) != 0)
            return -1;
        vec_push(marshal->arena, &parts->columns, column);
        return 0;
    }
    if (marshal_items_item(marshal, place, lua_absindex(L, -1), &constraint,
                           &index, &is_index) != 0)
        return -1;
    if (is_index)
        vec_push(marshal->arena, &parts->indexes, index);
    else
        vec_push(marshal->arena, &parts->constraints, constraint);
    return 0;
}

int marshal_items_read(struct marshal *marshal,
                       const struct marshal_place *place, struct table *table)
{
    struct marshal_place named = *place;
    struct marshal_place item = {.up = &named};
    lua_Integer count = marshal_list_length(marshal, place, "list of columns");
    struct parts parts = {0};

    if (count < 0)
        return -1;
    named.position = 0;
    for (item.index = 1; item.index <= count; item.index++) {
        int result;

        lua_rawgeti(marshal->L, -1, item.index);
        result = read_item(marshal, &item, &parts);
        lua_pop(marshal->L, 1);
        if (result != 0)
            return -1;
    }
    table->columns = parts.columns.items;
    table->column_count = parts.columns.count;
    table->constraints = parts.constraints.items;
    table->constraint_count = parts.constraints.count;
    table->indexes = parts.indexes.items;
    table->index_count = parts.indexes.count;
    /* as an option they are parts of a table that is not here */
    if (place->position > 0 && table_check(table, marshal->err) != 0)
        return error_context(marshal->err, "%s", marshal->function);
    return 0;
}
