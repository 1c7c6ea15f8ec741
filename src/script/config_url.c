/* The address of a database as a table, and files to attach. */
#include "base/fs.h"
#include "script/config_value.h"

#include <lauxlib.h>
#include <string.h>
#include <strings.h>

void config_url_read_attach(struct config_reader *reader,
                            const struct config_field *field)
{
    lua_State *L = reader->L;
    struct config *config = reader->config;

    if (!lua_istable(L, -1))
        config_value_fail_type(reader, field->key,
                               "a table { name = \"file\" }");
    config->attach_names.count = config->attach_paths.count = 0;
    lua_pushnil(L);
    for (; lua_next(L, -2); lua_pop(L, 1)) {
        const char *key = config_value_pair_key(reader, field);
        const char *path =
            config_value_text(reader, field->key, "names of files");

        if (strcasecmp(key, "main") == 0 || strcasecmp(key, "temp") == 0)
            config_value_fail(
                reader, arena_printf(reader->source->arena, "attach.%s", key),
                "SQLite has a database of this name");
        if (strcmp(path, ":memory:") != 0)
            path = fs_join(reader->source->arena, config->folder, path);
        config_value_add_pair(reader, &config->attach_names,
                              &config->attach_paths, key, path);
    }
}

/* A part of the address: its value is never shown. */
static void url_part(struct config_reader *reader,
                     const struct config_field *field)
{
    const char *text;

    if (lua_isboolean(reader->L, -1))
        text = lua_toboolean(reader->L, -1) ? "1" : "0";
    else if (lua_type(reader->L, -1) == LUA_TNUMBER)
        text = arena_strdup(reader->source->arena,
                            luaL_tolstring(reader->L, -1, NULL)),
        lua_pop(reader->L, 1);
    else
        text = config_value_text(reader, field->key, "a string");
    config_value_add_pair(
        reader, &reader->config->url_keys, &reader->config->url_values,
        strcmp(field->key, "database") == 0 ? "dbname" : field->key, text);
}

static void url_port(struct config_reader *reader,
                     const struct config_field *field)
{
    if (lua_type(reader->L, -1) == LUA_TNUMBER) {
        double port = lua_tonumber(reader->L, -1);

        if (!lua_isinteger(reader->L, -1) || port < 1 || port > 65535)
            config_value_fail(reader, field->key,
                              "expected a port from 1 to 65535");
    }
    url_part(reader, field);
}

static void url_options(struct config_reader *reader,
                        const struct config_field *field)
{
    lua_State *L = reader->L;
    struct config_field option = {NULL, NULL, 0, 0, 0, {NULL}};

    if (!lua_istable(L, -1))
        config_value_fail_type(reader, field->key, "a table");
    lua_pushnil(L);
    for (; lua_next(L, -2); lua_pop(L, 1)) {
        option.key = config_value_pair_key(reader, field);
        url_part(reader, &option);
    }
}

void config_url_read(struct config_reader *reader,
                     const struct config_field *field)
{
    static const struct config_field fields[] = {
        {"dialect",
         config_value_read_choice,
         offsetof(struct config, dialect),
         0,
         0,
         {"postgresql", "sqlite", NULL}},
        CONFIG_OTHER("host", url_part),
        CONFIG_OTHER("port", url_port),
        CONFIG_OTHER("user", url_part),
        CONFIG_OTHER("password", url_part),
        CONFIG_OTHER("database", url_part),
        CONFIG_OTHER("options", url_options),
    };
    struct config *config = reader->config;

    config->url = NULL;
    config->url_is_table = false;
    config->dialect = NULL;
    config->url_keys.count = config->url_values.count = 0;
    if (!lua_istable(reader->L, -1)) {
        config->url =
            config_value_text(reader, field->key, "a string or a table");
        return;
    }
    config->url_is_table = true;
    config_fields_table(reader, fields, CONFIG_COUNT(fields), field->key);
    if (config->dialect == NULL)
        config_value_fail(reader, field->key,
                          "dialect is missing (\"sqlite\" or \"postgresql\")");
}
