#include "script/config_value.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"
#include "script/bridge.h"

#include <ctype.h>
#include <lauxlib.h>
#include <math.h>
#include <string.h>

/* --- where a key stands --- */

/* The line of `key` followed by "=", from `*at` on, which moves behind it. A
 * guess for messages: strings and comments are not told apart. */
static int line_of(const char *text, const char **at, const char *key)
{
    size_t size = strlen(key);
    int line = 1;

    for (const char *c = *at; (c = strstr(c, key)) != NULL; c += size) {
        const char *end = c + size;

        if (c > text && (isalnum((unsigned char)c[-1]) || c[-1] == '_'))
            continue;
        end += *end == '"' || *end == '\'' ? 1 : 0;
        end += *end == ']' ? 1 : 0;
        end += strspn(end, " \t\r\n");
        if (*end != '=' || end[1] == '=')
            continue;
        for (const char *start = text; start < c; start++)
            line += *start == '\n';
        *at = end;
        return line;
    }
    return 0;
}

int config_value_line(const char *text, const char *path)
{
    const char *at = text;
    char key[64];
    int line = 0, found;

    while (*path != '\0') {
        size_t size = strcspn(path, ".");

        if (size < sizeof key) {
            memcpy(key, path, size);
            key[size] = '\0';
            found = line_of(text, &at, key);
            line = found > 0 ? found : line;
        }
        path += size + (path[size] == '.');
    }
    return line;
}

void config_value_fail(struct config_reader *reader, const char *key,
                       const char *text)
{
    const struct config_source *source = reader->source;
    const char *path = arena_printf(source->arena, "%s%s", reader->path, key);

    bridge_fault(reader->L, ERROR_CONFIG, source->shown,
                 config_value_line(source->text, path), "%s: %s", path, text);
}

void config_value_fail_type(struct config_reader *reader, const char *key,
                            const char *expected)
{
    config_value_fail(reader, key,
                      arena_printf(reader->source->arena, "expected %s, got %s",
                                   expected, luaL_typename(reader->L, -1)));
}

/* --- kinds of values --- */

static void *config_value_target(struct config_reader *reader,
                                 const struct config_field *field)
{
    return (char *)reader->config + field->offset;
}

/* A copy of the text on top. */
const char *config_value_text(struct config_reader *reader, const char *key,
                              const char *expected)
{
    size_t size;
    const char *text;

    if (lua_type(reader->L, -1) != LUA_TSTRING)
        config_value_fail_type(reader, key, expected);
    text = lua_tolstring(reader->L, -1, &size);
    if (size == 0)
        config_value_fail(reader, key, "is empty");
    if (strlen(text) != size)
        config_value_fail(reader, key, "has a NUL byte");
    return arena_strndup(reader->source->arena, text, size);
}

void config_value_read_text(struct config_reader *reader,
                            const struct config_field *field)
{
    *(const char **)config_value_target(reader, field) =
        config_value_text(reader, field->key, "a string");
}

/* "there are 'a', 'b'" */
static const char *choices(struct arena *arena, const char *const *names)
{
    struct buf out;

    buf_init(&out, arena);
    for (size_t i = 0; names[i] != NULL; i++)
        buf_addf(&out, "%s'%s'", i > 0 ? ", " : "there are ", names[i]);
    return out.data;
}

void config_value_read_choice(struct config_reader *reader,
                              const struct config_field *field)
{
    const char *text = config_value_text(reader, field->key, "a string"), *near;
    size_t count = 0;

    while (field->choices[count] != NULL)
        if (strcmp(field->choices[count++], text) == 0) {
            *(const char **)config_value_target(reader, field) =
                field->choices[count - 1];
            return;
        }
    near = str_suggest(text, field->choices, count);
    config_value_fail(
        reader, field->key,
        arena_printf(reader->source->arena, "unknown value '%s' (%s)", text,
                     near != NULL
                         ? arena_printf(reader->source->arena,
                                        "did you mean '%s'?", near)
                         : choices(reader->source->arena, field->choices)));
}

void config_value_read_flag(struct config_reader *reader,
                            const struct config_field *field)
{
    if (!lua_isboolean(reader->L, -1))
        config_value_fail_type(reader, field->key, "true or false");
    *(bool *)config_value_target(reader, field) = lua_toboolean(reader->L, -1);
}

static double number_at_top(struct config_reader *reader,
                            const struct config_field *field)
{
    double number;

    if (lua_type(reader->L, -1) != LUA_TNUMBER)
        config_value_fail_type(reader, field->key, "a number");
    number = lua_tonumber(reader->L, -1);
    if (!(number >= field->min && number <= field->max))
        config_value_fail(reader, field->key,
                          arena_printf(reader->source->arena,
                                       "expected a number from %g to %g",
                                       field->min, field->max));
    return number;
}

void config_value_read_number(struct config_reader *reader,
                              const struct config_field *field)
{
    *(double *)config_value_target(reader, field) =
        number_at_top(reader, field);
}

void config_value_read_count(struct config_reader *reader,
                             const struct config_field *field)
{
    double number = number_at_top(reader, field);

    if (floor(number) < number)
        config_value_fail(reader, field->key, "expected a whole number");
    *(int *)config_value_target(reader, field) = (int)number;
}

/* A string or a list of strings. */
struct names config_value_names(struct config_reader *reader,
                                const struct config_field *field)
{
    lua_State *L = reader->L;
    struct names names = {NULL, 0};
    VEC(const char *) items = {0};

    if (lua_type(L, -1) == LUA_TSTRING) {
        vec_push(reader->source->arena, &items,
                 config_value_text(reader, field->key, "a string"));
    } else if (lua_type(L, -1) == LUA_TTABLE) {
        lua_Integer count = (lua_Integer)lua_rawlen(L, -1), keys = 0;

        lua_pushnil(L);
        for (; lua_next(L, -2); lua_pop(L, 1))
            keys++;
        if (keys != count)
            config_value_fail(reader, field->key, "expected a list of strings");
        for (lua_Integer i = 1; i <= count; i++) {
            lua_rawgeti(L, -1, i);
            vec_push(
                reader->source->arena, &items,
                config_value_text(reader, field->key, "a list of strings"));
            lua_pop(L, 1);
        }
    } else {
        config_value_fail_type(reader, field->key,
                               "a string or a list of strings");
    }
    names.items = items.items;
    names.count = items.count;
    return names;
}

void config_value_read_names(struct config_reader *reader,
                             const struct config_field *field)
{
    *(struct names *)config_value_target(reader, field) =
        config_value_names(reader, field);
}

/* --- pairs --- */

void config_value_add_pair(struct config_reader *reader, struct names *keys,
                           struct names *values, const char *key,
                           const char *value)
{
    struct arena *arena = reader->source->arena;
    const char **k = arena_array(arena, const char *, keys->count + 1);
    const char **v = arena_array(arena, const char *, keys->count + 1);
    size_t at = 0;

    /* ordered by key: the order of a Lua table is not */
    while (at < keys->count && strcmp(keys->items[at], key) < 0)
        at++;
    for (size_t i = 0; i < keys->count; i++) {
        k[i + (i >= at)] = keys->items[i];
        v[i + (i >= at)] = values->items[i];
    }
    k[at] = arena_strdup(arena, key);
    v[at] = value;
    keys->items = k;
    values->items = v;
    values->count = ++keys->count;
}

const char *config_value_pair_key(struct config_reader *reader,
                                  const struct config_field *field)
{
    if (lua_type(reader->L, -2) != LUA_TSTRING)
        config_value_fail(reader, field->key, "expected names as keys");
    return lua_tostring(reader->L, -2);
}
