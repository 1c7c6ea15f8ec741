#include "script/config_fields.h"

#include "base/fs.h"
#include "base/str.h"
#include "script/bridge.h"
#include "script/config_value.h"

#include <lauxlib.h>
#include <string.h>
#include <strings.h>

/* Seconds and counts beyond this are mistakes. */
#define LARGEST 1e9

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

/* --- keys whose work a later version does --- */

static void add_later(struct config_reader *reader,
                      const struct config_field *field)
{
    struct names *later = &reader->config->later;
    const char **items =
        arena_array(reader->source->arena, const char *, later->count + 1);

    for (size_t i = 0; i < later->count; i++) {
        items[i] = later->items[i];
        if (strcmp(items[i], field->key) == 0)
            return;
    }
    items[later->count] = field->key;
    later->items = items;
    later->count++;
}

static void later_text(struct config_reader *reader,
                       const struct config_field *field)
{
    config_value_text(reader, field->key, "a string");
    add_later(reader, field);
}

static void later_flag(struct config_reader *reader,
                       const struct config_field *field)
{
    if (!lua_isboolean(reader->L, -1))
        config_value_fail_type(reader, field->key, "true or false");
    if (lua_toboolean(reader->L, -1))
        add_later(reader, field);
}

/* A flag or a function; `true` is the default and asks for nothing. */
static void later_compare(struct config_reader *reader,
                          const struct config_field *field)
{
    if (!lua_isboolean(reader->L, -1) && !lua_isfunction(reader->L, -1))
        config_value_fail_type(reader, field->key, "true, false or a function");
    if (!lua_isboolean(reader->L, -1) || !lua_toboolean(reader->L, -1))
        add_later(reader, field);
}

static void later_function(struct config_reader *reader,
                           const struct config_field *field)
{
    if (!lua_isfunction(reader->L, -1))
        config_value_fail_type(reader, field->key, "a function");
    add_later(reader, field);
}

static void later_names(struct config_reader *reader,
                        const struct config_field *field)
{
    config_value_names(reader, field);
    add_later(reader, field);
}

/* --- tables --- */

static void read_table(struct config_reader *reader,
                       const struct config_field *fields, size_t count,
                       const char *key);

#define FIELD(key, read, member)                                               \
    {                                                                          \
        key, read, offsetof(struct config, member), 0, LARGEST,                \
        {                                                                      \
            NULL                                                               \
        }                                                                      \
    }
#define RANGE(key, read, member, min, max)                                     \
    {                                                                          \
        key, read, offsetof(struct config, member), min, max,                  \
        {                                                                      \
            NULL                                                               \
        }                                                                      \
    }
#define OTHER(key, read)                                                       \
    {                                                                          \
        key, read, 0, 0, 0,                                                    \
        {                                                                      \
            NULL                                                               \
        }                                                                      \
    }
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void read_limits(struct config_reader *reader,
                        const struct config_field *field)
{
    static const struct config_field fields[] = {
        RANGE("memory", config_value_read_number, limit_memory, 1, 1e6),
        RANGE("stall", config_value_read_number, limit_stall, 0.1, LARGEST),
    };

    read_table(reader, fields, COUNT(fields), field->key);
}

static void read_convention(struct config_reader *reader,
                            const struct config_field *field)
{
    static const struct config_field fields[] = {
        OTHER("ix", later_text), OTHER("uq", later_text),
        OTHER("ck", later_text), OTHER("fk", later_text),
        OTHER("pk", later_text),
    };
    struct names later = reader->config->later;

    read_table(reader, fields, COUNT(fields), field->key);
    reader->config->later = later; /* the whole table is named, once */
    add_later(reader, field);
}

static void read_hooks(struct config_reader *reader,
                       const struct config_field *field)
{
    static const struct config_field fields[] = {
        OTHER("before_upgrade", later_function),
        OTHER("after_upgrade", later_function),
        OTHER("before_revision", later_function),
        OTHER("after_revision", later_function),
        OTHER("on_error", later_function),
        OTHER("process_revision", later_function),
        OTHER("after_write", later_names),
    };
    struct names later = reader->config->later;

    read_table(reader, fields, COUNT(fields), field->key);
    reader->config->later = later;
    add_later(reader, field);
}

static void add_pair(struct config_reader *reader, struct names *keys,
                     struct names *values, const char *key, const char *value)
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

static const char *pair_key(struct config_reader *reader,
                            const struct config_field *field)
{
    if (lua_type(reader->L, -2) != LUA_TSTRING)
        config_value_fail(reader, field->key, "expected names as keys");
    return lua_tostring(reader->L, -2);
}

static void read_attach(struct config_reader *reader,
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
        const char *key = pair_key(reader, field);
        const char *path =
            config_value_text(reader, field->key, "names of files");

        if (strcasecmp(key, "main") == 0 || strcasecmp(key, "temp") == 0)
            config_value_fail(
                reader, arena_printf(reader->source->arena, "attach.%s", key),
                "SQLite has a database of this name");
        if (strcmp(path, ":memory:") != 0)
            path = fs_join(reader->source->arena, config->folder, path);
        add_pair(reader, &config->attach_names, &config->attach_paths, key,
                 path);
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
    add_pair(reader, &reader->config->url_keys, &reader->config->url_values,
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
        option.key = pair_key(reader, field);
        url_part(reader, &option);
    }
}

static void read_url(struct config_reader *reader,
                     const struct config_field *field)
{
    static const struct config_field fields[] = {
        {"dialect",
         config_value_read_choice,
         offsetof(struct config, dialect),
         0,
         0,
         {"postgresql", "sqlite", NULL}},
        OTHER("host", url_part),
        OTHER("port", url_port),
        OTHER("user", url_part),
        OTHER("password", url_part),
        OTHER("database", url_part),
        OTHER("options", url_options),
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
    read_table(reader, fields, COUNT(fields), field->key);
    if (config->dialect == NULL)
        config_value_fail(reader, field->key,
                          "dialect is missing (\"sqlite\" or \"postgresql\")");
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
    OTHER("url", read_url),
    FIELD("migrations", read_migrations, migrations),
    OTHER("schema", later_text),
    OTHER("version_table", read_version_table),
    FIELD("version_table_schema", config_value_read_text, version_table_schema),
    FIELD("file_template", config_value_read_text, file_template),
    RANGE("truncate_slug_length", config_value_read_count, truncate_slug_length,
          1, 200),
    FIELD("timezone", config_value_read_text, timezone),
    FIELD("recursive", config_value_read_flag, recursive),
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
    FIELD("lock_timeout", config_value_read_number, lock_timeout),
    FIELD("ddl_lock_timeout", config_value_read_number, ddl_lock_timeout),
    FIELD("data_lock_timeout", config_value_read_number, data_lock_timeout),
    FIELD("statement_timeout", config_value_read_number, statement_timeout),
    OTHER("attach", read_attach),
    OTHER("limits", read_limits),
    FIELD("foreign_keys", config_value_read_flag, foreign_keys),
    FIELD("role", config_value_read_text, role),
    OTHER("vars", read_vars),
    FIELD("script_modules", config_value_read_names, script_modules),
    OTHER("naming_convention", read_convention),
    OTHER("hooks", read_hooks),
    OTHER("compare_type", later_compare),
    OTHER("compare_server_default", later_compare),
    OTHER("render_as_batch", later_flag),
    OTHER("include_schemas", later_flag),
    OTHER("include_name", later_function),
    OTHER("include_object", later_function),
    FIELD("protected", config_value_read_flag, is_protected),
    /* last, so that an environment has no environments */
    OTHER("environments", read_environments),
};

/* The first unknown key in the order of the alphabet, since the one of a Lua
 * table changes from run to run. */
static void check_keys(struct config_reader *reader,
                       const struct config_field *fields, size_t count)
{
    lua_State *L = reader->L;
    const char *names[COUNT(keys)], *unknown = NULL, *near;
    struct arena *arena = reader->source->arena;

    for (size_t i = 0; i < count; i++)
        names[i] = fields[i].key;
    lua_pushnil(L);
    for (; lua_next(L, -2); lua_pop(L, 1)) {
        const char *key;
        size_t i = 0;

        if (lua_type(L, -2) != LUA_TSTRING)
            config_value_fail(reader, "", "a value without a key");
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

/* The table on top, which is the value of `key`. */
static void read_table(struct config_reader *reader,
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
        add_pair(reader, &names, &unused, pair_key(reader, field), "");
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
        read_table(&inner, keys, COUNT(keys) - 1, name);
        lua_pop(L, 1);
    }
}

static void fail_environment(struct config_reader *reader)
{
    lua_State *L = reader->L;
    const struct config_source *source = reader->source;
    struct error *err = &script_of(L)->err;
    struct names names = {NULL, 0};
    const struct config_field field = OTHER("environments", NULL);
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

    read_fields(&reader, keys, COUNT(keys));
    if (source->environment != NULL && config->environment == NULL)
        fail_environment(&reader);
}
