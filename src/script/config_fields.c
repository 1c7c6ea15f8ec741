#include "script/config_fields.h"

#include "base/fs.h"
#include "base/str.h"
#include "script/bridge.h"
#include "script/config_value.h"

#include <lauxlib.h>
#include <string.h>
#include <strings.h>

static void read_migrations(struct config_reader *reader,
                            const struct config_field *field)
{
    struct arena *arena = reader->source->arena;
    struct names names = config_value_names(reader, field);
    struct config *config = reader->config;

    if (names.count == 0)
        config_value_fail(reader, field->key, "is empty");
    config->migrations.items = arena_array(arena, const char *, names.count);
    config->migrations_shown.items =
        arena_array(arena, const char *, names.count);
    for (size_t i = 0; i < names.count; i++) {
        config->migrations.items[i] =
            fs_join(arena, config->folder, names.items[i]);
        config->migrations_shown.items[i] =
            fs_join(arena, reader->source->shown_folder, names.items[i]);
    }
    config->migrations.count = config->migrations_shown.count = names.count;
}

/* Names of tables that SQLite or the tool itself use. */
static void read_version_table(struct config_reader *reader,
                               const struct config_field *field)
{
    static const char *const taken[] = {"luamigrate_history",
                                        "luamigrate_progress"};
    const char *name = config_value_text(reader, field->key, "a string");

    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        if (strcasecmp(name, taken[i]) == 0)
            config_value_fail(reader, field->key,
                              "the tool has another table of this name");
    if (strncasecmp(name, "sqlite_", strlen("sqlite_")) == 0)
        config_value_fail(reader, field->key,
                          "names that begin with sqlite_ belong to SQLite");
    reader->config->version_table = name;
}

/* --- tables --- */

static void read_limits(struct config_reader *reader,
                        const struct config_field *field)
{
    static const struct config_field fields[] = {
        CONFIG_RANGE("memory", config_value_read_number, limit_memory, 1, 1e6),
        CONFIG_RANGE("stall", config_value_read_number, limit_stall, 0.1,
                     CONFIG_LARGEST),
    };

    config_fields_table(reader, fields, CONFIG_COUNT(fields), field->key);
}

/* Kept in the registry; an environment overlays name by name. */
static void read_vars(struct config_reader *reader,
                      const struct config_field *field)
{
    lua_State *L = reader->L;

    if (!lua_istable(L, -1))
        config_value_fail_type(reader, field->key, "a table");
    if (reader->is_environment && (reader->source->environment == NULL ||
                                   reader->config->environment == NULL))
        return; /* one that is only checked */
    luaL_getsubtable(L, LUA_REGISTRYINDEX, "luamigrate.vars");
    lua_pushnil(L);
    while (lua_next(L, -3)) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
    lua_pop(L, 1);
}

static void read_environments(struct config_reader *reader,
                              const struct config_field *field);

static const struct config_field keys[] = {
    CONFIG_OTHER("url", config_url_read),
    CONFIG_FIELD("migrations", read_migrations, migrations),
    CONFIG_OTHER("schema", config_later_text),
    CONFIG_OTHER("version_table", read_version_table),
    CONFIG_FIELD("version_table_schema", config_value_read_text,
                 version_table_schema),
    CONFIG_FIELD("file_template", config_value_read_text, file_template),
    CONFIG_RANGE("truncate_slug_length", config_value_read_count,
                 truncate_slug_length, 1, 200),
    CONFIG_FIELD("timezone", config_value_read_text, timezone),
    CONFIG_FIELD("recursive", config_value_read_flag, recursive),
    {"revision_id",
     config_value_read_choice,
     offsetof(struct config, revision_id),
     0,
     0,
     {"random", "sequential", "timestamp", NULL}},
    {"transaction",
     config_value_read_choice,
     offsetof(struct config, transaction),
     0,
     0,
     {"revision", "run", NULL}},
    CONFIG_FIELD("lock_timeout", config_value_read_number, lock_timeout),
    CONFIG_FIELD("ddl_lock_timeout", config_value_read_number,
                 ddl_lock_timeout),
    CONFIG_FIELD("data_lock_timeout", config_value_read_number,
                 data_lock_timeout),
    CONFIG_FIELD("statement_timeout", config_value_read_number,
                 statement_timeout),
    CONFIG_OTHER("attach", config_url_read_attach),
    CONFIG_OTHER("limits", read_limits),
    CONFIG_FIELD("foreign_keys", config_value_read_flag, foreign_keys),
    CONFIG_FIELD("role", config_value_read_text, role),
    CONFIG_OTHER("vars", read_vars),
    CONFIG_FIELD("script_modules", config_value_read_names, script_modules),
    CONFIG_OTHER("naming_convention", config_hooks_read_convention),
    CONFIG_OTHER("hooks", config_hooks_read),
    CONFIG_OTHER("compare_type", config_later_compare),
    CONFIG_OTHER("compare_server_default", config_later_compare),
    CONFIG_OTHER("render_as_batch", config_later_flag),
    CONFIG_OTHER("include_schemas", config_later_flag),
    CONFIG_OTHER("include_name", config_later_function),
    CONFIG_OTHER("include_object", config_later_function),
    CONFIG_FIELD("protected", config_value_read_flag, is_protected),
    /* last, so that an environment has no environments */
    CONFIG_OTHER("environments", read_environments),
};

/* The first unknown key in the order of the alphabet, since the one of a Lua
 * table changes from run to run. */
static void check_keys(struct config_reader *reader,
                       const struct config_field *fields, size_t count)
{
    lua_State *L = reader->L;
    const char *names[CONFIG_COUNT(keys)], *unknown = NULL, *near;
    struct arena *arena = reader->source->arena;

    for (size_t i = 0; i < count; i++)
        names[i] = fields[i].key;
    lua_pushnil(L);
    for (; lua_next(L, -2); lua_pop(L, 1)) {
        const char *key;
        size_t i = 0;

        if (lua_type(L, -2) != LUA_TSTRING)
            config_value_fail(
                reader,
                arena_printf(arena, "[%s]", luaL_tolstring(L, -2, NULL)),
                "a value without a name");
        key = lua_tostring(L, -2);
        while (i < count && strcmp(key, names[i]) != 0)
            i++;
        if (i == count && (unknown == NULL || strcmp(key, unknown) < 0))
            unknown = key;
    }
    if (unknown == NULL)
        return;
    near = str_suggest(unknown, names, count);
    config_value_fail(
        reader, unknown,
        near != NULL
            ? arena_printf(arena, "unknown key (did you mean '%s'?)", near)
            : "unknown key");
}

static void read_fields(struct config_reader *reader,
                        const struct config_field *fields, size_t count)
{
    lua_State *L = reader->L;

    luaL_checkstack(L, 8, NULL);
    check_keys(reader, fields, count);
    for (size_t i = 0; i < count; i++) {
        lua_pushstring(L, fields[i].key);
        if (lua_rawget(L, -2) != LUA_TNIL)
            fields[i].read(reader, &fields[i]);
        lua_pop(L, 1);
    }
}

void config_fields_table(struct config_reader *reader,
                         const struct config_field *fields, size_t count,
                         const char *key)
{
    struct config_reader inner = *reader;

    if (!lua_istable(reader->L, -1))
        config_value_fail_type(reader, key, "a table");
    inner.path =
        arena_printf(reader->source->arena, "%s%s.", reader->path, key);
    read_fields(&inner, fields, count);
}

/* The keys of the table on top, sorted. */
static struct names environment_names(struct config_reader *reader,
                                      const struct config_field *field)
{
    struct names names = {NULL, 0}, unused = {NULL, 0};

    lua_pushnil(reader->L);
    for (; lua_next(reader->L, -2); lua_pop(reader->L, 1))
        config_value_add_pair(reader, &names, &unused,
                              config_value_pair_key(reader, field), "");
    return names;
}

/* Every environment is checked; only the wanted one counts. */
static void read_environments(struct config_reader *reader,
                              const struct config_field *field)
{
    lua_State *L = reader->L;
    const struct config_source *source = reader->source;
    struct config_reader inner = *reader;
    struct names names;

    if (!lua_istable(L, -1))
        config_value_fail_type(reader, field->key, "a table");
    inner.is_environment = true;
    inner.path = arena_printf(source->arena, "%senvironments.", reader->path);
    names = environment_names(reader, field);
    for (size_t i = 0; i < names.count; i++) {
        const char *name = names.items[i];
        bool wanted = str_equal(name, source->environment);
        struct config scratch = *reader->config;

        inner.config = wanted ? reader->config : &scratch;
        if (wanted)
            reader->config->environment = source->environment;
        else
            scratch.environment = NULL;
        lua_pushstring(L, name);
        lua_rawget(L, -2);
        config_fields_table(&inner, keys, CONFIG_COUNT(keys) - 1, name);
        lua_pop(L, 1);
    }
}

static void fail_environment(struct config_reader *reader)
{
    lua_State *L = reader->L;
    const struct config_source *source = reader->source;
    struct error *err = &script_of(L)->err;
    struct names names = {NULL, 0};
    const struct config_field field = CONFIG_OTHER("environments", NULL);
    const char *near;

    lua_pushliteral(L, "environments");
    if (lua_rawget(L, -2) == LUA_TTABLE)
        names = environment_names(reader, &field);
    near = str_suggest(source->environment, names.items, names.count);
    error_set(err, ERROR_CONFIG, "unknown environment '%s'",
              source->environment);
    if (near != NULL)
        error_hint(err, "did you mean '%s'?", near);
    else if (names.count == 0)
        error_hint(err, "the configuration file has no environments");
    for (size_t i = 0; i < names.count; i++)
        error_candidate(err, names.items[i]);
    error_at(err, source->shown,
             config_value_line(source->text, "environments"));
    bridge_raise(L);
}

void config_fields_read(lua_State *L, const struct config_source *source,
                        struct config *config)
{
    struct config_reader reader = {L, source, config, "", false};

    read_fields(&reader, keys, CONFIG_COUNT(keys));
    if (source->environment != NULL && config->environment == NULL)
        fail_environment(&reader);
}
