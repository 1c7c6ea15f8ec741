/* One field: what its row in the field table asks for. */
#include "base/str.h"
#include "script/bridge.h"
#include "script/marshal_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Writes the way to `place`, without the part of an argument. */
static void path(struct buf *out, const struct marshal_place *place)
{
    if (place == NULL)
        return;
    path(out, place->up);
    if (place->name != NULL)
        buf_addf(out, "%s%s", out->size > 0 ? "." : "", place->name);
    else
        buf_addf(out, "[%lld]", (long long)place->index);
}

/* "columns[2].type", "argument 2 (column)", "columns[2]: field 1 (name)". */
static const char *described(struct marshal *marshal,
                             const struct marshal_place *place)
{
    struct buf out;

    buf_init(&out, marshal->arena);
    if (place->position == 0) {
        path(&out, place);
        return out.data;
    }
    path(&out, place->up);
    if (out.size > 0)
        buf_addf(&out, ": field %d (%s)", place->position, place->name);
    else
        buf_addf(&out, "argument %d (%s)",
                 marshal_argument(marshal, place->position), place->name);
    return out.data;
}

int marshal_field_fail(struct marshal *marshal,
                       const struct marshal_place *place, const char *format,
                       ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    if (vsnprintf(text, sizeof text, format, args) < 0)
        text[0] = '\0';
    va_end(args);
    if (place == NULL)
        return error_set(marshal->err, ERROR_FAILED, "%s: %s",
                         marshal->function, text);
    return error_set(marshal->err, ERROR_FAILED, "%s: %s: %s",
                     marshal->function, described(marshal, place), text);
}

static int boolean(struct marshal *marshal, const struct marshal_place *place,
                   bool *out)
{
    if (!lua_isboolean(marshal->L, -1))
        return marshal_field_fail(marshal, place, "expected boolean, got %s",
                                  marshal_got(marshal->L, -1));
    *out = lua_toboolean(marshal->L, -1);
    return 0;
}

static int number(struct marshal *marshal, const struct field *field,
                  const struct marshal_place *place, int *out)
{
    lua_Integer integer;

    if (marshal_scalar_integer(marshal, place, &integer) != 0)
        return -1;
    if (integer < field->min || integer > field->max)
        return marshal_field_fail(marshal, place, "%lld is not from %d to %d",
                                  (long long)integer, field->min, field->max);
    *out = (int)integer;
    return 0;
}

static int plain_table(struct marshal *marshal,
                       const struct marshal_place *place)
{
    lua_State *L = marshal->L;

    if (lua_type(L, -1) != LUA_TTABLE || bridge_is(L, -1, BRIDGE_SQL) ||
        bridge_is(L, -1, BRIDGE_BYTES) || bridge_is(L, -1, MARSHAL_TYPE) ||
        bridge_is(L, -1, MARSHAL_ITEM))
        return marshal_field_fail(marshal, place, "expected table, got %s",
                                  marshal_got(L, -1));
    return 0;
}

static int record_pointer(struct marshal *marshal, const struct field *field,
                          const struct marshal_place *place, const void **out)
{
    const struct record *record = field->record;
    char *base;
    int type = lua_type(marshal->L, -1);

    if (field->null != NULL && bridge_is_null(marshal->L, -1)) {
        *out = field->null;
        return 0;
    }
    base = arena_alloc(marshal->arena, record->size);
    *out = base;
    if (field->shorthand &&
        (type == LUA_TSTRING || bridge_is(marshal->L, -1, BRIDGE_SQL))) {
        if (record->initial != NULL)
            memcpy(base, record->initial, record->size);
        return marshal_field_read(marshal, fields_position(record, 1), place,
                                  base);
    }
    if (plain_table(marshal, place) != 0)
        return -1;
    return marshal_record_read(marshal, record, place,
                               lua_absindex(marshal->L, -1), 0, base);
}

static int embedded(struct marshal *marshal, const struct field *field,
                    const struct marshal_place *place, void *out)
{
    struct marshal_place named = *place;

    if (plain_table(marshal, place) != 0)
        return -1;
    named.position = 0;
    return marshal_record_read(marshal, field->record, &named,
                               lua_absindex(marshal->L, -1), 0, out);
}

static int dialect_of(const char *name, enum dialect *dialect)
{
    for (enum dialect d = DIALECT_SQLITE; d <= DIALECT_POSTGRESQL; d++)
        if (str_equal(name, dialect_name(d))) {
            *dialect = d;
            return 0;
        }
    return -1;
}

/* { postgresql = types.jsonb } */
static int variants(struct marshal *marshal, const struct marshal_place *place,
                    struct type *type)
{
    struct type_variant *items =
        arena_array(marshal->arena, struct type_variant, 2);
    lua_State *L = marshal->L;

    if (plain_table(marshal, place) != 0)
        return -1;
    type->variants = items;
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        struct marshal_place at = {.up = place};
        struct type_variant *item = &items[type->variant_count];
        int result = -1;

        if (type->variant_count == 2 || lua_type(L, -2) != LUA_TSTRING ||
            dialect_of(lua_tostring(L, -2), &item->dialect) != 0) {
            marshal_field_fail(marshal, place,
                               "expected 'sqlite' or 'postgresql' as keys");
        } else {
            at.name = dialect_name(item->dialect);
            type->variant_count++;
            result = marshal_field_type(marshal, &at, &item->type);
        }
        lua_pop(L, 1);
        if (result != 0) {
            lua_pop(L, 1);
            return -1;
        }
    }
    return 0;
}

/* What needs more than its own value. */
static int complex_field(struct marshal *marshal, const struct field *field,
                         const struct marshal_place *place, char *base,
                         void *out)
{
    switch (field->kind) {
    case FIELD_SETTINGS:
        return marshal_list_settings(marshal, place, out);
    case FIELD_ORDERS:
        return marshal_list_orders(marshal, field, place, out);
    case FIELD_ELEMENTS:
        return marshal_list_elements(marshal, place, out);
    case FIELD_EXCLUDES:
        return marshal_list_excludes(marshal, place, out);
    case FIELD_TYPE:
        return marshal_field_type(marshal, place, out);
    case FIELD_VARIANTS:
        return variants(marshal, place, (struct type *)(void *)base);
    case FIELD_RECORD:
        return record_pointer(marshal, field, place, out);
    case FIELD_EMBEDDED:
        return embedded(marshal, field, place, out);
    case FIELD_ITEMS:
        return marshal_items_read(marshal, place, out);
    case FIELD_REFUSED:
        return marshal_field_fail(marshal, place, "%s", field->hint);
    default:
        return marshal_field_fail(marshal, place, "unknown kind of field");
    }
}

int marshal_field_read(struct marshal *marshal, const struct field *field,
                       const struct marshal_place *place, char *base)
{
    void *out = base + field->offset;
    struct value *value = out;
    lua_Integer integer;
    bool flag;

    switch (field->kind) {
    case FIELD_NAME:
        return marshal_scalar_name(marshal, place, out);
    case FIELD_TEXT:
        return marshal_scalar_text(marshal, place, out);
    case FIELD_SQL:
        return marshal_scalar_sql(marshal, place, out);
    case FIELD_CHOICE:
    case FIELD_ACTION:
        return marshal_scalar_choice(marshal, field, place, out);
    case FIELD_FLAG:
        return boolean(marshal, place, out);
    case FIELD_TRI:
        if (boolean(marshal, place, &flag) != 0)
            return -1;
        *(enum tri *)out = flag ? TRI_TRUE : TRI_FALSE;
        return 0;
    case FIELD_INT:
        return number(marshal, field, place, out);
    case FIELD_INTEGER:
        if (marshal_scalar_integer(marshal, place, &integer) != 0)
            return -1;
        value->kind = VALUE_INTEGER;
        value->integer = integer;
        return 0;
    case FIELD_VALUE:
        return marshal_scalar_value(marshal, place, out);
    case FIELD_NAMES:
    case FIELD_ONE_NAME:
    case FIELD_TEXTS:
    case FIELD_WORDS:
        return marshal_list_texts(marshal, field, place, out);
    default:
        return complex_field(marshal, field, place, base, out);
    }
}
