/* What the specs see of script/: a state with small limits, revisions run
 * against an empty box, configuration files. */
#include "base/arena.h"
#include "base/vec.h"
#include "script/bridge.h"
#include "script/config.h"
#include "script/revision.h"
#include "script/sandbox.h"
#include "script/state.h"
#include "script/watch.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>
#include <string.h>

int core_script_open(lua_State *L);

#define STATE "luamigrate.core.script"

struct line {
    enum script_level level;
    bool print;
    const char *text;
    size_t size;
};

struct state {
    struct script *script;
    struct arena arena;
    struct cancel cancel;
    struct error *err;
    VEC(struct revision *) revisions;
    VEC(struct line) log;
};

/* In the box while a revision runs; the probe never calls it. */
static struct db box;

static struct state *check(lua_State *L)
{
    struct state *state = luaL_checkudata(L, 1, STATE);

    luaL_argcheck(L, state->script != NULL, 1, "closed");
    return state;
}

static void take_log(void *context, enum script_level level, bool print,
                     const char *text, size_t size)
{
    struct state *state = context;
    struct line line = {level, print, arena_strndup(&state->arena, text, size),
                        size};

    vec_push(&state->arena, &state->log, line);
}

/* --- reading the spec's tables --- */

static const char *text_field(lua_State *L, struct arena *arena, int index,
                              const char *key)
{
    const char *text = NULL;

    if (lua_getfield(L, index, key) != LUA_TNIL)
        text = arena_strdup(arena, luaL_checkstring(L, -1));
    lua_pop(L, 1);
    return text;
}

static double number_field(lua_State *L, int index, const char *key,
                           double missing)
{
    double number = missing;

    if (lua_getfield(L, index, key) != LUA_TNIL)
        number = luaL_checknumber(L, -1);
    lua_pop(L, 1);
    return number;
}

static bool flag_field(lua_State *L, int index, const char *key)
{
    bool flag;

    lua_getfield(L, index, key);
    flag = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return flag;
}

static enum tri tri_field(lua_State *L, int index, const char *key)
{
    enum tri tri = TRI_UNSET;

    if (lua_getfield(L, index, key) != LUA_TNIL)
        tri = lua_toboolean(L, -1) ? TRI_TRUE : TRI_FALSE;
    lua_pop(L, 1);
    return tri;
}

static struct names names_field(lua_State *L, struct arena *arena, int index,
                                const char *key)
{
    VEC(const char *) items = {0};
    struct names names;

    if (lua_getfield(L, index, key) == LUA_TTABLE)
        for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
            vec_push(arena, &items,
                     arena_strdup(arena, luaL_checkstring(L, -1)));
            lua_pop(L, 1);
        }
    else
        lua_pushnil(L);
    lua_pop(L, 2);
    names.items = items.items;
    names.count = items.count;
    return names;
}

/* --- writing results --- */

static void push_text(lua_State *L, const char *key, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    lua_pushstring(L, text);
    lua_setfield(L, -2, key);
}

static int push_error(lua_State *L, const struct error *err)
{
    lua_pushnil(L);
    lua_newtable(L);
    push_text(L, "code", error_word(err->code));
    push_text(L, "message", err->message);
    push_text(L, "file", err->file);
    push_text(L, "revision", err->revision);
    push_text(L, "hint", err->hint);
    push_text(L, "candidates", err->candidates);
    push_text(L, "sql", err->sql);
    push_text(L, "sqlstate", err->sqlstate);
    lua_pushinteger(L, error_exit_status(err));
    lua_setfield(L, -2, "exit");
    lua_pushinteger(L, err->line);
    lua_setfield(L, -2, "line");
    return 2;
}

static int push_result(lua_State *L, struct state *state, int result)
{
    if (result != 0)
        return push_error(L, state->err);
    lua_pushboolean(L, 1);
    return 1;
}

static void push_names(lua_State *L, const char *key, const struct names *names)
{
    lua_newtable(L);
    for (size_t i = 0; i < names->count; i++) {
        lua_pushstring(L, names->items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, key);
}

/* --- the probe: what C functions of the API do, without a database --- */

static int probe_enter(lua_State *L)
{
    struct script *script = script_enter(L, luaL_checkstring(L, 1));

    script_leave(script);
    return 0;
}

/* (fields): fails as a statement does. */
static int probe_fail(lua_State *L)
{
    struct script *script = script_enter(L, "probe.fail");
    struct error *err = &script->err;
    const char *sql = text_field(L, &script->arena, 1, "sql");
    const char *hint = text_field(L, &script->arena, 1, "hint");

    error_set(err, ERROR_FAILED, "%s",
              text_field(L, &script->arena, 1, "message"));
    err->database = flag_field(L, 1, "database");
    err->sqlite_code = (int)number_field(L, 1, "sqlite_code", 0);
    if (sql != NULL)
        snprintf(err->sql, sizeof err->sql, "%s", sql);
    if (hint != NULL)
        error_hint(err, "%s", hint);
    return bridge_raise(L);
}

/* (value, lists): to C and back; nil and the type when it is no value. */
static int probe_value(lua_State *L)
{
    struct script *script = script_enter(L, "probe.value");
    struct value value;
    int result = bridge_value(L, 1, lua_toboolean(L, 2), &value);

    if (result == 0) {
        bridge_push(L, &value, false);
        lua_pushinteger(L, value.kind);
    }
    script_leave(script);
    return result == 0 ? 2 : 0;
}

/* (function): as op.savepoint, without a database. */
static int probe_call(lua_State *L)
{
    struct script *script = script_enter(L, "probe.call");
    int status;

    lua_settop(L, 1);
    status = bridge_call(L, 0, 0);
    script_leave(script);
    return status == LUA_OK ? 0 : lua_error(L);
}

static int probe_cancel(lua_State *L)
{
    struct state *state = script_of(L)->options.context;

    state->cancel.signal = (int)luaL_checkinteger(L, 1);
    return 0;
}

static int define_probe(lua_State *L)
{
    static const luaL_Reg probe[] = {
        {"enter", probe_enter},   {"fail", probe_fail},
        {"value", probe_value},   {"call", probe_call},
        {"cancel", probe_cancel}, {NULL, NULL}};

    luaL_newlib(L, probe);
    sandbox_define(L, "probe");
    return 0;
}

/* --- the functions of the specs --- */

static int l_open(lua_State *L)
{
    struct script_options options = {0};
    struct state *state;
    int result;

    luaL_checktype(L, 1, LUA_TTABLE);
    state = lua_newuserdatauv(L, sizeof *state, 0);
    memset(state, 0, sizeof *state);
    arena_init(&state->arena, NULL, NULL);
    luaL_setmetatable(L, STATE);
    state->err = arena_new(&state->arena, struct error);
    options.memory_limit = (size_t)number_field(L, 1, "memory", 0);
    options.stall = number_field(L, 1, "stall", 0);
    options.fatal = flag_field(L, 1, "fatal");
    options.fatal_line = text_field(L, &state->arena, 1, "fatal_line");
    options.roots = names_field(L, &state->arena, 1, "roots");
    options.script_modules = names_field(L, &state->arena, 1, "modules");
    options.x_keys = names_field(L, &state->arena, 1, "x_keys");
    options.x_values = names_field(L, &state->arena, 1, "x_values");
    options.cancel = &state->cancel;
    options.log = take_log;
    options.context = state;
    result = script_open(&options, &state->script, state->err);
    if (result != 0)
        return push_error(L, state->err);
    lua_pushcfunction(state->script->L, define_probe);
    if (lua_pcall(state->script->L, 0, 0, 0) != LUA_OK)
        return luaL_error(L, "cannot define the probe");
    return 1;
}

static int l_close(lua_State *L)
{
    struct state *state = luaL_checkudata(L, 1, STATE);

    script_close(state->script);
    state->script = NULL;
    arena_clear(&state->arena);
    return 0;
}

/* (revision): a number for load and run. */
static int l_add(lua_State *L)
{
    struct state *state = check(L);
    struct arena *arena = &state->arena;
    struct revision *revision = arena_new(arena, struct revision);

    luaL_checktype(L, 2, LUA_TTABLE);
    revision->id = text_field(L, arena, 2, "id");
    revision->path = text_field(L, arena, 2, "path");
    revision->file = text_field(L, arena, 2, "file");
    revision->down = names_field(L, arena, 2, "down");
    revision->depends_on = names_field(L, arena, 2, "depends_on");
    revision->labels = names_field(L, arena, 2, "labels");
    revision->replaces = names_field(L, arena, 2, "replaces");
    revision->irreversible = text_field(L, arena, 2, "irreversible");
    revision->transaction = tri_field(L, 2, "transaction");
    revision->foreign_keys = tri_field(L, 2, "foreign_keys");
    revision->lock_timeout = number_field(L, 2, "lock_timeout", -1);
    revision->statement_timeout = number_field(L, 2, "statement_timeout", -1);
    vec_push(arena, &state->revisions, revision);
    lua_pushinteger(L, (lua_Integer)state->revisions.count);
    return 1;
}

static const struct revision *check_revision(lua_State *L, struct state *state)
{
    lua_Integer number = luaL_checkinteger(L, 2);

    luaL_argcheck(L, number >= 1 && number <= (int)state->revisions.count, 2,
                  "no such revision");
    return state->revisions.items[number - 1];
}

static enum direction check_direction(lua_State *L)
{
    static const char *const names[] = {"upgrade", "downgrade", "stamp", NULL};

    return (enum direction)luaL_checkoption(L, 3, "upgrade", names);
}

static int l_load(lua_State *L)
{
    struct state *state = check(L);

    return push_result(L, state,
                       revision_load(state->script, check_revision(L, state),
                                     check_direction(L), state->err));
}

static int l_run(lua_State *L)
{
    struct state *state = check(L);

    return push_result(L, state,
                       revision_run(state->script, check_revision(L, state),
                                    check_direction(L), &box, state->err));
}

static int l_checksum(lua_State *L)
{
    struct state *state = check(L);

    lua_pushstring(L,
                   revision_checksum(state->script, check_revision(L, state)));
    return 1;
}

/* Pushes the lines since the last call: { level, print, text }. */
static int l_log(lua_State *L)
{
    struct state *state = check(L);

    lua_newtable(L);
    for (size_t i = 0; i < state->log.count; i++) {
        const struct line *line = &state->log.items[i];

        lua_newtable(L);
        lua_pushinteger(L, line->level);
        lua_setfield(L, -2, "level");
        lua_pushboolean(L, line->print);
        lua_setfield(L, -2, "print");
        lua_pushlstring(L, line->text, line->size);
        lua_setfield(L, -2, "text");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    state->log.count = 0;
    return 1;
}

static int l_memory(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)check(L)->script->memory_used);
    return 1;
}

static void push_config(lua_State *L, const struct config *config)
{
    const struct {
        const char *key;
        double number;
    } numbers[] = {
        {"truncate_slug_length", config->truncate_slug_length},
        {"lock_timeout", config->lock_timeout},
        {"ddl_lock_timeout", config->ddl_lock_timeout},
        {"data_lock_timeout", config->data_lock_timeout},
        {"statement_timeout", config->statement_timeout},
        {"limit_memory", config->limit_memory},
        {"limit_stall", config->limit_stall},
    };
    const struct {
        const char *key, *text;
    } texts[] = {
        {"file", config->file},
        {"folder", config->folder},
        {"url", config->url},
        {"dialect", config->dialect},
        {"version_table", config->version_table},
        {"version_table_schema", config->version_table_schema},
        {"file_template", config->file_template},
        {"timezone", config->timezone},
        {"revision_id", config->revision_id},
        {"transaction", config->transaction},
        {"role", config->role},
        {"environment", config->environment},
    };

    lua_newtable(L);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        lua_pushnumber(L, numbers[i].number);
        lua_setfield(L, -2, numbers[i].key);
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        push_text(L, texts[i].key, texts[i].text);
    push_names(L, "migrations", &config->migrations);
    push_names(L, "migrations_shown", &config->migrations_shown);
    push_names(L, "url_keys", &config->url_keys);
    push_names(L, "url_values", &config->url_values);
    push_names(L, "attach_names", &config->attach_names);
    push_names(L, "attach_paths", &config->attach_paths);
    push_names(L, "script_modules", &config->script_modules);
    push_names(L, "later", &config->later);
    lua_pushboolean(L, config->recursive);
    lua_setfield(L, -2, "recursive");
    lua_pushboolean(L, config->foreign_keys);
    lua_setfield(L, -2, "foreign_keys");
    lua_pushboolean(L, config->is_protected);
    lua_setfield(L, -2, "protected");
    lua_pushboolean(L, config->url_is_table);
    lua_setfield(L, -2, "url_is_table");
}

/* (path, shown, environment) */
static int l_config(lua_State *L)
{
    struct state *state = check(L);
    const char *path = luaL_optstring(L, 2, NULL);
    const char *shown = luaL_optstring(L, 3, path);
    const char *environment = luaL_optstring(L, 4, NULL);
    struct config config;

    if (environment != NULL)
        environment = arena_strdup(&state->arena, environment);
    if (config_load(state->script, path, shown, environment, &state->arena,
                    &config, state->err) != 0)
        return push_error(L, state->err);
    push_config(L, &config);
    return 1;
}

static int make(lua_State *L)
{
    sandbox_push(L, 0);
    return 0;
}

/* (count): makes environments, returns the microseconds of one. */
static int l_time_environments(lua_State *L)
{
    struct state *state = check(L);
    lua_Integer count = luaL_checkinteger(L, 2);
    int64_t start = clock_us();

    for (lua_Integer i = 0; i < count; i++) {
        lua_pushcfunction(state->script->L, make);
        if (lua_pcall(state->script->L, 0, 0, 0) != LUA_OK)
            return luaL_error(L, "cannot make an environment");
    }
    lua_pushnumber(L, (double)(clock_us() - start) / (double)count);
    return 1;
}

int core_script_open(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"add", l_add},       {"load", l_load},
        {"run", l_run},       {"checksum", l_checksum},
        {"log", l_log},       {"memory", l_memory},
        {"config", l_config}, {"time_environments", l_time_environments},
        {"close", l_close},   {"__gc", l_close},
        {NULL, NULL}};
    static const luaL_Reg functions[] = {{"open", l_open}, {NULL, NULL}};

    luaL_newmetatable(L, STATE);
    luaL_setfuncs(L, methods, 0);
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    return 1;
}
