/* Lists and tables with free names. */
#include "base/str.h"
#include "base/vec.h"
#include "script/bridge.h"
#include "script/marshal_parts.h"

#include <stdlib.h>
#include <string.h>

/* Whether the value on top is a table that is none of ours. */
static bool is_plain_table(lua_State *L)
{
    return lua_type(L, -1) == LUA_TTABLE && !bridge_is(L, -1, BRIDGE_SQL) &&
           !bridge_is(L, -1, BRIDGE_BYTES) && !bridge_is(L, -1, MARSHAL_TYPE) &&
           !bridge_is(L, -1, MARSHAL_ITEM);
}

/* The first place that is nil. */
static lua_Integer hole(lua_State *L)
{
    for (lua_Integer i = 1;; i++) {
        int type = lua_rawgeti(L, -1, i);

        lua_pop(L, 1);
        if (type == LUA_TNIL)
            return i;
    }
}

static int refuse_key(struct marshal *marshal,
                      const struct marshal_place *place, const char *what)
{
    lua_State *L = marshal->L;

    if (lua_type(L, -1) == LUA_TSTRING)
        return marshal_field_fail(marshal, place,
                                  "expected %s, got a table with the field "
                                  "'%s'",
                                  what, lua_tostring(L, -1));
    return marshal_field_fail(marshal, place,
                              "expected %s, got a table with a key that is no "
                              "position",
                              what);
}

lua_Integer marshal_list_length(struct marshal *marshal,
                                const struct marshal_place *place,
                                const char *what)
{
    lua_State *L = marshal->L;
    lua_Integer count = 0, last = 0;

    if (!is_plain_table(L))
        return marshal_field_fail(marshal, place, "expected %s, got %s", what,
                                  marshal_got(L, -1));
    if (!lua_checkstack(L, 8))
        return marshal_field_fail(marshal, place, "the tables are too deep");
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        lua_pop(L, 1);
        if (!lua_isinteger(L, -1) || lua_tointeger(L, -1) < 1) {
            refuse_key(marshal, place, what);
            lua_pop(L, 1);
            return -1;
        }
        if (lua_tointeger(L, -1) > last)
            last = lua_tointeger(L, -1);
        count++;
    }
    if (last != count)
        return marshal_field_fail(marshal, place,
                                  "the list has a hole at [%lld]",
                                  (long long)hole(L));
    return count;
}

static int text_item(struct marshal *marshal, const struct field *field,
                     const struct marshal_place *place, const char **out)
{
    if (field->kind == FIELD_TEXTS)
        return marshal_scalar_text(marshal, place, out);
    if (field->kind == FIELD_WORDS)
        return marshal_scalar_word(marshal, place, out);
    return marshal_scalar_name(marshal, place, out);
}

static int check_once(struct marshal *marshal,
                      const struct marshal_place *place,
                      const struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(names->items[i], names->items[k]) == 0)
                return marshal_field_fail(marshal, place, "'%s' is there twice",
                                          names->items[i]);
    return 0;
}

int marshal_list_texts(struct marshal *marshal, const struct field *field,
                       const struct marshal_place *place, struct names *out)
{
    lua_State *L = marshal->L;
    struct marshal_place item = {.up = place};
    lua_Integer count;

    if (field->kind == FIELD_ONE_NAME && lua_type(L, -1) == LUA_TSTRING) {
        out->items = arena_array(marshal->arena, const char *, 1);
        out->count = 1;
        return marshal_scalar_name(marshal, place, &out->items[0]);
    }
    count = marshal_list_length(marshal, place,
                                field->kind == FIELD_TEXTS ||
                                        field->kind == FIELD_WORDS
                                    ? "list of strings"
                                    : "list of names");
    if (count < 0)
        return -1;
    if (count == 0 && field->kind != FIELD_WORDS)
        return marshal_field_fail(marshal, place, "the list is empty");
    out->items = arena_array(marshal->arena, const char *, (size_t)count);
    out->count = (size_t)count;
    for (item.index = 1; item.index <= count; item.index++) {
        int result;

        lua_rawgeti(L, -1, item.index);
        result = text_item(marshal, field, &item, &out->items[item.index - 1]);
        lua_pop(L, 1);
        if (result != 0)
            return -1;
    }
    if (field->max > 0 && (count < field->min || count > field->max))
        return marshal_field_fail(marshal, place, "expected %d to %d names",
                                  field->min, field->max);
    return field->max > 0 ? 0 : check_once(marshal, place, out);
}

static int element(struct marshal *marshal, const struct marshal_place *place,
                   struct element *out)
{
    if (bridge_is(marshal->L, -1, BRIDGE_SQL))
        return marshal_scalar_sql(marshal, place, &out->expression);
    if (lua_type(marshal->L, -1) != LUA_TSTRING)
        return marshal_field_fail(marshal, place,
                                  "expected name or sql, got %s",
                                  marshal_got(marshal->L, -1));
    return marshal_scalar_name(marshal, place, &out->column);
}

/* { "room", "=" } */
static int exclude(struct marshal *marshal, const struct marshal_place *place,
                   struct element *out)
{
    static const char signs[] = "+-*/<>=~!@#%^&|`?";
    struct marshal_place item = {.up = place, .index = 1};
    lua_Integer count =
        marshal_list_length(marshal, place, "{ name or sql, operator }");
    int result;

    if (count < 0)
        return -1;
    if (count != 2)
        return marshal_field_fail(marshal, place,
                                  "expected { name or sql, operator }");
    lua_rawgeti(marshal->L, -1, 1);
    result = element(marshal, &item, out);
    lua_pop(marshal->L, 1);
    if (result != 0)
        return -1;
    item.index = 2;
    lua_rawgeti(marshal->L, -1, 2);
    result = marshal_scalar_name(marshal, &item, &out->operator);
    lua_pop(marshal->L, 1);
    if (result != 0)
        return -1;
    if (out->operator[strspn(out->operator, signs)] != '\0')
        return marshal_field_fail(marshal, &item, "'%s' is not an operator",
                                  out->operator);
    return 0;
}

static int elements(struct marshal *marshal, const struct marshal_place *place,
                    const char *what, struct elements *out,
                    int (*read)(struct marshal *marshal,
                                const struct marshal_place *place,
                                struct element *element))
{
    struct marshal_place item = {.up = place};
    lua_Integer count = marshal_list_length(marshal, place, what);
    struct element *items;

    if (count < 0)
        return -1;
    if (count == 0)
        return marshal_field_fail(marshal, place, "the list is empty");
    items = arena_array(marshal->arena, struct element, (size_t)count);
    for (item.index = 1; item.index <= count; item.index++) {
        int result;

        lua_rawgeti(marshal->L, -1, item.index);
        result = read(marshal, &item, &items[item.index - 1]);
        lua_pop(marshal->L, 1);
        if (result != 0)
            return -1;
    }
    out->items = items;
    out->count = (size_t)count;
    return 0;
}

int marshal_list_elements(struct marshal *marshal,
                          const struct marshal_place *place,
                          struct elements *out)
{
    return elements(marshal, place, "list of names and sql", out, element);
}

int marshal_list_excludes(struct marshal *marshal,
                          const struct marshal_place *place,
                          struct elements *out)
{
    return elements(marshal, place, "list of { name, operator }", out, exclude);
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct setting *)a)->name,
                  ((const struct setting *)b)->name);
}

int marshal_list_settings(struct marshal *marshal,
                          const struct marshal_place *place,
                          struct settings *out)
{
    VEC(struct setting) settings = {0};
    lua_State *L = marshal->L;

    if (!is_plain_table(L))
        return marshal_field_fail(marshal, place, "expected table, got %s",
                                  marshal_got(L, -1));
    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        struct setting setting = {0};
        struct marshal_place item = {.up = place};
        size_t size;
        const char *name;

        if (lua_type(L, -2) != LUA_TSTRING) {
            lua_pop(L, 2);
            return marshal_field_fail(marshal, place,
                                      "expected a table by names");
        }
        name = lua_tolstring(L, -2, &size);
        item.name = arena_strndup(marshal->arena, name, size);
        setting.name = item.name;
        if (!str_utf8_valid(name, size) || strlen(item.name) != size ||
            size == 0) {
            lua_pop(L, 2);
            return marshal_field_fail(marshal, place, "a name is not valid");
        }
        if (marshal_scalar_value(marshal, &item, &setting.value) != 0) {
            lua_pop(L, 2);
            return -1;
        }
        vec_push(marshal->arena, &settings, setting);
        lua_pop(L, 1);
    }
    if (settings.count > 0)
        qsort(settings.items, settings.count, sizeof *settings.items, compare);
    out->items = settings.items;
    out->count = settings.count;
    return 0;
}

int marshal_list_orders(struct marshal *marshal, const struct field *field,
                        const struct marshal_place *place, struct orders *out)
{
    lua_Integer count = marshal_list_length(marshal, place, "list of lists");
    struct marshal_place item = {.up = place};
    struct names *items;

    if (count < 0)
        return -1;
    items = arena_array(marshal->arena, struct names, (size_t)count + 1);
    for (item.index = 1; item.index <= count; item.index++) {
        int result;

        lua_rawgeti(marshal->L, -1, item.index);
        result =
            marshal_list_texts(marshal, field, &item, &items[item.index - 1]);
        lua_pop(marshal->L, 1);
        if (result != 0)
            return -1;
    }
    out->items = items;
    out->count = (size_t)count;
    return 0;
}
