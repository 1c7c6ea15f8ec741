/* One record: which of its fields a table has, and that it has no others. */
#include "script/marshal_parts.h"

#include <string.h>

enum { DEPTH_MAX = 16, FIELDS_MAX = 64 };

/* The first unknown key by name, so that the message is always the same. */
struct unknown {
    const char *name;
    lua_Integer index; /* when name is NULL */
    const char *type;  /* of a key that is neither name nor position */
    bool any;
};

static void note_unknown(struct marshal *marshal, struct unknown *unknown,
                         int shift)
{
    lua_State *L = marshal->L;

    unknown->any = true;
    if (lua_type(L, -2) == LUA_TSTRING) {
        const char *name = lua_tostring(L, -2);

        if (unknown->name == NULL || strcmp(name, unknown->name) < 0)
            unknown->name = arena_strdup(marshal->arena, name);
    } else if (lua_isinteger(L, -2)) {
        unknown->index = lua_tointeger(L, -2) - shift;
    } else {
        unknown->type = marshal_got(L, -2);
    }
}

/* Which field the key below the value on top means, or NULL. */
static const struct field *key_field(lua_State *L, const struct record *record,
                                     int shift)
{
    const struct field *field;
    lua_Integer position;

    if (lua_isinteger(L, -2)) {
        position = lua_tointeger(L, -2) - shift;
        return position >= 1 && position <= FIELDS_MAX
                   ? fields_position(record, (int)position)
                   : NULL;
    }
    if (lua_type(L, -2) != LUA_TSTRING)
        return NULL;
    field = fields_find(record, lua_tostring(L, -2));
    return field != NULL && field->position == 0 &&
                   strlen(field->name) == lua_rawlen(L, -2)
               ? field
               : NULL;
}

static int refuse_unknown(struct marshal *marshal, const struct record *record,
                          const struct marshal_place *place,
                          const struct unknown *unknown)
{
    struct marshal_place at = {.up = place, .name = unknown->name};
    const char *kind = place == NULL ? "option" : "field";
    const struct field *positional;
    const char *near;

    if (unknown->name == NULL && unknown->type != NULL)
        return marshal_field_fail(marshal, place, "a key is %s, not a name",
                                  unknown->type);
    if (unknown->name == NULL) {
        at.index = unknown->index;
        return marshal_field_fail(marshal, place, "unexpected value at [%lld]",
                                  (long long)unknown->index);
    }
    positional = fields_find(record, unknown->name);
    if (positional != NULL && positional->position > 0)
        return marshal_field_fail(
            marshal, &at,
            "unknown %s ('%s' is given by its place, "
            "number %d)",
            kind, unknown->name,
            place == NULL ? marshal_argument(marshal, positional->position)
                          : positional->position);
    near = fields_suggest(record, unknown->name);
    if (near != NULL)
        return marshal_field_fail(
            marshal, &at, "unknown %s (did you mean '%s'?)", kind, near);
    return marshal_field_fail(marshal, &at, "unknown %s", kind);
}

/* Marks the fields that the table on top has. */
static int find_fields(struct marshal *marshal, const struct record *record,
                       const struct marshal_place *place, int shift,
                       bool seen[FIELDS_MAX])
{
    lua_State *L = marshal->L;
    struct unknown unknown = {0};

    lua_pushnil(L);
    while (lua_next(L, -2) != 0) {
        const struct field *field = key_field(L, record, shift);
        bool head = lua_isinteger(L, -2) && lua_tointeger(L, -2) >= 1 &&
                    lua_tointeger(L, -2) <= shift;

        if (field != NULL)
            seen[field - record->fields] = true;
        else if (!head)
            note_unknown(marshal, &unknown, shift);
        lua_pop(L, 1);
    }
    return unknown.any ? refuse_unknown(marshal, record, place, &unknown) : 0;
}

static const char *expectation(const struct field *field)
{
    switch (field->kind) {
    case FIELD_NAMES:
        return "list of names";
    case FIELD_TEXTS:
        return "list of strings";
    case FIELD_ELEMENTS:
        return "list of names and sql";
    case FIELD_EXCLUDES:
        return "list of { name, operator }";
    case FIELD_ITEMS:
        return "list of columns";
    case FIELD_TYPE:
        return "type";
    default:
        return fields_takes_table(field) ? "table" : "string";
    }
}

static int read_field(struct marshal *marshal, const struct field *field,
                      const struct marshal_place *up, int shift, char *base)
{
    lua_State *L = marshal->L;
    struct marshal_place place = {
        .up = up, .name = field->name, .position = field->position};
    int result;

    if (field->position > 0) {
        lua_rawgeti(L, -1, field->position + shift);
    } else {
        lua_pushstring(L, field->name);
        lua_rawget(L, -2);
    }
    result = marshal_field_read(marshal, field, &place, base);
    lua_pop(L, 1);
    return result;
}

static int read_fields(struct marshal *marshal, const struct record *record,
                       const struct marshal_place *place, int shift, char *base)
{
    bool seen[FIELDS_MAX] = {false};

    if (find_fields(marshal, record, place, shift, seen) != 0)
        return -1;
    for (size_t i = 0; i < record->count; i++) {
        const struct field *field = &record->fields[i];

        if (seen[i]) {
            if (read_field(marshal, field, place, shift, base) != 0)
                return -1;
        } else if (field->required) {
            struct marshal_place missing = {
                .up = place, .name = field->name, .position = field->position};

            return marshal_field_fail(marshal, &missing, "expected %s, got nil",
                                      expectation(field));
        }
    }
    return 0;
}

int marshal_record_read(struct marshal *marshal, const struct record *record,
                        const struct marshal_place *place, int index, int shift,
                        void *base)
{
    lua_State *L = marshal->L;
    int result;

    if (marshal->depth >= DEPTH_MAX || !lua_checkstack(L, 8))
        return marshal_field_fail(marshal, place,
                                  "the tables are too deep, or one holds "
                                  "itself");
    if (record->initial != NULL)
        memcpy(base, record->initial, record->size);
    marshal->depth++;
    lua_pushvalue(L, index);
    result = read_fields(marshal, record, place, shift, base);
    lua_pop(L, 1);
    marshal->depth--;
    return result;
}
