/* Names by convention and hooks: what the configuration adds to revisions. */
#include "model/naming.h"
#include "script/config_value.h"
#include "script/hooks.h"

#include <lauxlib.h>
#include <string.h>

/* Puts the pattern in the place of one that is there: an environment
 * overlays key by key. */
static void set_pattern(struct config_reader *reader, const char *key,
                        const char *pattern)
{
    struct settings *settings = &reader->config->naming_convention;
    struct setting *items =
        arena_array(reader->source->arena, struct setting, settings->count + 1);
    size_t at = 0;

    for (size_t i = 0; i < settings->count; i++)
        items[i] = settings->items[i];
    while (at < settings->count && strcmp(items[at].name, key) != 0)
        at++;
    if (at == settings->count)
        settings->count++;
    items[at].name = key;
    items[at].value.kind = VALUE_TEXT;
    items[at].value.text.data = pattern;
    items[at].value.text.size = strlen(pattern);
    settings->items = items;
}

static void read_pattern(struct config_reader *reader,
                         const struct config_field *field)
{
    struct arena *arena = reader->source->arena;
    const char *pattern = config_value_text(reader, field->key, "a string");
    const char *unknown = naming_unknown(arena, field->key, pattern);

    if (unknown != NULL)
        config_value_fail(
            reader, field->key,
            arena_printf(arena, "unknown token '%%(%s)s'", unknown));
    set_pattern(reader, field->key, pattern);
}

void config_hooks_read_convention(struct config_reader *reader,
                                  const struct config_field *field)
{
    static const struct config_field fields[] = {
        CONFIG_OTHER("ix", read_pattern), CONFIG_OTHER("uq", read_pattern),
        CONFIG_OTHER("ck", read_pattern), CONFIG_OTHER("fk", read_pattern),
        CONFIG_OTHER("pk", read_pattern),
    };

    config_fields_table(reader, fields, CONFIG_COUNT(fields), field->key);
}

/* Kept in the registry; an environment overlays name by name. */
static void read_hook(struct config_reader *reader,
                      const struct config_field *field)
{
    lua_State *L = reader->L;

    if (!lua_isfunction(L, -1))
        config_value_fail_type(reader, field->key, "a function");
    if (reader->is_environment && (reader->source->environment == NULL ||
                                   reader->config->environment == NULL))
        return; /* one that is only checked */
    lua_pushvalue(L, -1);
    hooks_set(L, field->key);
}

void config_hooks_read(struct config_reader *reader,
                       const struct config_field *field)
{
    static const struct config_field fields[] = {
        CONFIG_OTHER("before_upgrade", read_hook),
        CONFIG_OTHER("after_upgrade", read_hook),
        CONFIG_OTHER("before_revision", read_hook),
        CONFIG_OTHER("after_revision", read_hook),
        CONFIG_OTHER("on_error", read_hook),
        CONFIG_OTHER("process_revision", config_later_function),
        CONFIG_OTHER("after_write", config_later_names),
    };

    config_fields_table(reader, fields, CONFIG_COUNT(fields), field->key);
}
