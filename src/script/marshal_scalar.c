/* Single values: names, texts, SQL, numbers, defaults. */
#include "base/str.h"
#include "script/bridge.h"
#include "script/marshal_parts.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

static int expected(struct marshal *marshal, const struct marshal_place *place,
                    const char *what)
{
    return marshal_field_fail(marshal, place, "expected %s, got %s", what,
                              marshal_got(marshal->L, -1));
}

/* A string without NUL bytes, copied. */
static int text(struct marshal *marshal, const struct marshal_place *place,
                const char *what, const char **out)
{
    size_t size;
    const char *data;

    if (lua_type(marshal->L, -1) != LUA_TSTRING)
        return expected(marshal, place, "string");
    data = lua_tolstring(marshal->L, -1, &size);
    if (memchr(data, '\0', size) != NULL)
        return marshal_field_fail(marshal, place, "the %s has a NUL byte",
                                  what);
    *out = arena_strndup(marshal->arena, data, size);
    return 0;
}

int marshal_scalar_name(struct marshal *marshal,
                        const struct marshal_place *place, const char **out)
{
    if (text(marshal, place, "name", out) != 0)
        return -1;
    if (**out == '\0')
        return marshal_field_fail(marshal, place, "the name is empty");
    if (!str_utf8_valid(*out, strlen(*out)))
        return marshal_field_fail(marshal, place,
                                  "the name is not valid UTF-8");
    if (marshal->naming != NULL && marshal_is_final(marshal->L))
        *out = naming_final(marshal->naming, marshal->arena, *out);
    return 0;
}

int marshal_scalar_text(struct marshal *marshal,
                        const struct marshal_place *place, const char **out)
{
    if (text(marshal, place, "text", out) != 0)
        return -1;
    if (!str_utf8_valid(*out, strlen(*out)))
        return marshal_field_fail(marshal, place,
                                  "the text is not valid UTF-8");
    return 0;
}

/* The text of the `sql` value on top, or NULL. */
static const char *wrapped_text(struct marshal *marshal, const char *key,
                                size_t *size)
{
    lua_State *L = marshal->L;
    const char *copy = NULL;

    lua_pushstring(L, key);
    if (lua_rawget(L, -2) == LUA_TSTRING) {
        const char *data = lua_tolstring(L, -1, size);

        copy = arena_strndup(marshal->arena, data, *size);
    }
    lua_pop(L, 1);
    return copy;
}

int marshal_scalar_sql(struct marshal *marshal,
                       const struct marshal_place *place, const char **out)
{
    size_t size;

    if (bridge_is(marshal->L, -1, BRIDGE_SQL)) {
        *out = wrapped_text(marshal, "text", &size);
        if (*out == NULL)
            return marshal_field_fail(marshal, place,
                                      "the sql value has no text");
        if (strlen(*out) != size)
            return marshal_field_fail(marshal, place, "the SQL has a NUL byte");
    } else if (lua_type(marshal->L, -1) != LUA_TSTRING) {
        return expected(marshal, place, "string or sql");
    } else if (text(marshal, place, "SQL", out) != 0) {
        return -1;
    }
    if ((*out)[strspn(*out, " \t\r\n")] == '\0')
        return marshal_field_fail(marshal, place, "the SQL is empty");
    return 0;
}

/* "a, b" with the words in quotes. */
static const char *listed(struct marshal *marshal, const char *const *words)
{
    struct buf out;

    buf_init(&out, marshal->arena);
    for (const char *const *word = words; *word != NULL; word++)
        buf_addf(&out, "%s'%s'", word == words ? "" : ", ", *word);
    return out.data;
}

/* Whether `rest` is "(a, b)": columns behind SET NULL. */
static bool is_columns(const char *rest)
{
    size_t size;

    rest += strspn(rest, " ");
    size = strlen(rest);
    return size > 2 && rest[0] == '(' && rest[size - 1] == ')' &&
           strspn(rest + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"
                            "WXYZ0123456789_, ") == size - 2;
}

int marshal_scalar_choice(struct marshal *marshal, const struct field *field,
                          const struct marshal_place *place, const char **out)
{
    const char *given;

    if (text(marshal, place, "text", &given) != 0)
        return -1;
    for (const char *const *word = field->words; *word != NULL; word++) {
        size_t size = strlen(*word);

        if (strncasecmp(given, *word, size) != 0)
            continue;
        if (given[size] == '\0') {
            *out = *word;
            return 0;
        }
        if (field->kind == FIELD_ACTION && strncmp(*word, "SET ", 4) == 0 &&
            is_columns(given + size)) {
            *out = arena_printf(marshal->arena, "%s%s", *word, given + size);
            return 0;
        }
    }
    return marshal_field_fail(marshal, place, "'%s' is none of %s", given,
                              listed(marshal, field->words));
}

int marshal_scalar_word(struct marshal *marshal,
                        const struct marshal_place *place, const char **out)
{
    if (text(marshal, place, "word", out) != 0)
        return -1;
    for (const char *c = *out; *c != '\0'; c++)
        if (!isalpha((unsigned char)*c) && *c != ' ')
            return marshal_field_fail(marshal, place,
                                      "'%s' is not an SQL key word", *out);
    if (**out == '\0')
        return marshal_field_fail(marshal, place, "the word is empty");
    return 0;
}

int marshal_scalar_integer(struct marshal *marshal,
                           const struct marshal_place *place, lua_Integer *out)
{
    int is_integer;

    if (lua_type(marshal->L, -1) != LUA_TNUMBER)
        return expected(marshal, place, "integer");
    *out = lua_tointegerx(marshal->L, -1, &is_integer);
    if (!is_integer)
        return marshal_field_fail(marshal, place, "expected integer, got %.14g",
                                  lua_tonumber(marshal->L, -1));
    return 0;
}

static int number(struct marshal *marshal, const struct marshal_place *place,
                  struct value *out)
{
    lua_State *L = marshal->L;

    if (lua_isinteger(L, -1)) {
        out->kind = VALUE_INTEGER;
        out->integer = lua_tointeger(L, -1);
        return 0;
    }
    out->kind = VALUE_FLOAT;
    out->number = lua_tonumber(L, -1);
    if (!isfinite(out->number))
        return marshal_field_fail(marshal, place, "%s is not a value",
                                  isnan(out->number) ? "NaN" : "infinity");
    return 0;
}

static int wrapped(struct marshal *marshal, const struct marshal_place *place,
                   const char *key, enum value_kind kind, struct value *out)
{
    out->kind = kind;
    out->text.data = wrapped_text(marshal, key, &out->text.size);
    if (out->text.data == NULL)
        return marshal_field_fail(marshal, place, "the value has no %s", key);
    if (kind == VALUE_SQL && strlen(out->text.data) != out->text.size)
        return marshal_field_fail(marshal, place, "the SQL has a NUL byte");
    if (kind == VALUE_SQL && out->text.size == 0)
        return marshal_field_fail(marshal, place, "the SQL is empty");
    return 0;
}

int marshal_scalar_value(struct marshal *marshal,
                         const struct marshal_place *place, struct value *out)
{
    lua_State *L = marshal->L;

    switch (lua_type(L, -1)) {
    case LUA_TBOOLEAN:
        out->kind = VALUE_BOOLEAN;
        out->boolean = lua_toboolean(L, -1);
        return 0;
    case LUA_TNUMBER:
        return number(marshal, place, out);
    case LUA_TSTRING:
        out->kind = VALUE_TEXT;
        if (text(marshal, place, "text", &out->text.data) != 0)
            return -1;
        out->text.size = strlen(out->text.data);
        return 0;
    case LUA_TLIGHTUSERDATA:
        out->kind = VALUE_NULL;
        return lua_touserdata(L, -1) == NULL
                   ? 0
                   : expected(marshal, place, "value");
    case LUA_TTABLE:
        if (bridge_is(L, -1, BRIDGE_SQL))
            return wrapped(marshal, place, "text", VALUE_SQL, out);
        if (bridge_is(L, -1, BRIDGE_BYTES))
            return wrapped(marshal, place, "data", VALUE_BYTES, out);
        break;
    default:
        break;
    }
    return expected(marshal, place, "string, number, boolean, sql or bytes");
}
