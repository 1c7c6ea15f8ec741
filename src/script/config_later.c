/* Keys whose work a later version does: checked, and noted by name. */
#include "base/str.h"
#include "script/config_value.h"

#include <lauxlib.h>
#include <string.h>

static void add(struct config_reader *reader, const struct config_field *field)
{
    struct arena *arena = reader->source->arena;
    struct names *later = &reader->config->later;
    const char **items = arena_array(arena, const char *, later->count + 1);
    const char *name = field->key;

    if (str_ends(reader->path, "hooks."))
        name = arena_printf(arena, "hooks.%s", name);

    for (size_t i = 0; i < later->count; i++) {
        items[i] = later->items[i];
        if (strcmp(items[i], name) == 0)
            return;
    }
    items[later->count] = name;
    later->items = items;
    later->count++;
}

void config_later_text(struct config_reader *reader,
                       const struct config_field *field)
{
    config_value_text(reader, field->key, "a string");
    add(reader, field);
}

void config_later_flag(struct config_reader *reader,
                       const struct config_field *field)
{
    if (!lua_isboolean(reader->L, -1))
        config_value_fail_type(reader, field->key, "true or false");
    if (lua_toboolean(reader->L, -1))
        add(reader, field);
}

/* A flag or a function; `true` is the default and asks for nothing. */
void config_later_compare(struct config_reader *reader,
                          const struct config_field *field)
{
    if (!lua_isboolean(reader->L, -1) && !lua_isfunction(reader->L, -1))
        config_value_fail_type(reader, field->key, "true, false or a function");
    if (!lua_isboolean(reader->L, -1) || !lua_toboolean(reader->L, -1))
        add(reader, field);
}

void config_later_function(struct config_reader *reader,
                           const struct config_field *field)
{
    if (!lua_isfunction(reader->L, -1))
        config_value_fail_type(reader, field->key, "a function");
    add(reader, field);
}

void config_later_names(struct config_reader *reader,
                        const struct config_field *field)
{
    config_value_names(reader, field);
    add(reader, field);
}
