#include "script/config.h"

#include "base/fs.h"
#include "script/bridge.h"
#include "script/config_fields.h"
#include "script/execute.h"
#include "script/sandbox.h"
#include "script/tree.h"
#include "script/watch.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#define VARS "luamigrate.vars"

struct load {
    struct config_source source;
    size_t size;
    struct config *config;
};

void config_defaults(struct config *config)
{
    static const char *migrations[] = {"migrations"};

    memset(config, 0, sizeof *config);
    config->folder = ".";
    config->migrations.items = config->migrations_shown.items = migrations;
    config->migrations.count = config->migrations_shown.count = 1;
    config->version_table = "luamigrate_version";
    config->file_template = "{rev}_{slug}";
    config->truncate_slug_length = 40;
    config->timezone = "UTC";
    config->revision_id = "random";
    config->transaction = "revision";
    config->lock_timeout = 60;
    config->ddl_lock_timeout = 2;
    config->data_lock_timeout = 60;
    config->limit_memory = 512;
    config->limit_stall = 60;
}

/* os.exit: a success that did nothing must not be taken for one. */
static int l_exit(lua_State *L)
{
    bool success = lua_isnoneornil(L, 1) ||
                   (lua_isboolean(L, 1) && lua_toboolean(L, 1)) ||
                   (lua_isinteger(L, 1) && lua_tointeger(L, 1) == 0);

    if (success)
        return bridge_fault(L, ERROR_CONFIG, NULL, 0,
                            "os.exit ends the program as a success before "
                            "anything was done: give it another status");
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 0);
    return 0;
}

/* Standard output belongs to the results: what the file prints goes where
 * the messages go. */
static void guard_library(lua_State *L)
{
    lua_newtable(L);
    log_set_globals(L);
    lua_getfield(L, -1, "print");
    lua_setglobal(L, "print");
    lua_getglobal(L, LUA_IOLIBNAME);
    lua_getfield(L, -1, "output");
    lua_getfield(L, -2, "stderr");
    lua_pushvalue(L, -1);
    lua_setfield(L, -4, "stdout");
    lua_call(L, 1, 0);
    lua_getglobal(L, LUA_OSLIBNAME);
    lua_getfield(L, -1, "exit");
    lua_pushcclosure(L, l_exit, 1);
    lua_setfield(L, -2, "exit");
    lua_pushcfunction(L, execute_command);
    lua_setfield(L, -2, "execute");
    lua_pop(L, 3);
}

/* (load): everything of config_load that may raise. */
static int load_body(lua_State *L)
{
    struct load *load = lua_touserdata(L, 1);

    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, VARS);
    sandbox_strings(L, true);
    guard_library(L);
    lua_pushglobaltable(L);
    sandbox_compile(L, load->source.text, load->size, load->source.shown);
    lua_call(L, 0, 1);
    if (!lua_istable(L, -1)) {
        return bridge_fault(L, ERROR_CONFIG, load->source.shown, 0,
                            "the configuration file returns %s, not a table",
                            lua_isnil(L, -1) ? "nothing"
                                             : luaL_typename(L, -1));
    }
    config_fields_read(L, &load->source, load->config);
    return 0;
}

static int run(struct script *script, struct load *load, struct error *err)
{
    lua_State *L = script->L;
    int status;

    if (watch_start(script, err) != 0)
        return -1;
    lua_pushcfunction(L, load_body);
    lua_pushlightuserdata(L, load);
    status = bridge_call(L, 1, 0);
    if (status != LUA_OK)
        bridge_catch(L, status, ERROR_CONFIG, err);
    watch_stop(script);
    if (status == LUA_OK)
        return 0;
    if (err->code == ERROR_SCRIPT || err->code == ERROR_FAILED)
        err->code = ERROR_CONFIG;
    return error_at(err, load->source.shown, 0);
}

int config_load(struct script *script, const char *path, const char *shown,
                const char *environment, struct arena *arena,
                struct config *config, struct error *err)
{
    struct load load = {.config = config};
    struct fs_text text;

    config_defaults(config);
    if (path == NULL) {
        if (environment == NULL)
            return 0;
        return error_set(err, ERROR_CONFIG,
                         "unknown environment '%s': there is no configuration "
                         "file",
                         environment);
    }
    if (fs_read(path, TREE_FILE_LIMIT, arena, &text, err) != 0) {
        err->code = ERROR_CONFIG;
        return -1;
    }
    config->file = arena_strdup(arena, shown);
    config->folder = fs_dirname(arena, path);
    load.size = text.size;
    load.source.arena = arena;
    load.source.text = text.data;
    load.source.shown = config->file;
    load.source.shown_folder = fs_dirname(arena, shown);
    load.source.environment = environment;
    config->migrations.items = arena_array(arena, const char *, 1);
    config->migrations.items[0] = fs_join(arena, config->folder, "migrations");
    config->migrations_shown.items = arena_array(arena, const char *, 1);
    config->migrations_shown.items[0] =
        fs_join(arena, load.source.shown_folder, "migrations");
    return run(script, &load, err);
}

/* --- what revisions see of it --- */

#define VARS_DEPTH 100

/* Replaces the value on top by a copy; `seen` maps tables to copies. */
static void copy(lua_State *L, int seen, int depth)
{
    int from = lua_gettop(L);

    if (!lua_istable(L, from))
        return;
    if (depth == 0)
        bridge_fail(L, "config.vars is nested too deep");
    luaL_checkstack(L, 8, NULL);
    lua_pushvalue(L, from);
    if (lua_rawget(L, seen) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, from);
        lua_pushvalue(L, -2);
        lua_rawset(L, seen);
        lua_pushnil(L);
        while (lua_next(L, from)) {
            lua_pushvalue(L, -2);
            lua_insert(L, -2);
            copy(L, seen, depth - 1);
            lua_rawset(L, from + 1);
        }
    }
    lua_remove(L, from);
}

void config_push(lua_State *L)
{
    const struct script_options *options = &script_of(L)->options;

    lua_createtable(L, 0, 2);
    lua_createtable(L, 0, (int)options->x_keys.count);
    for (size_t i = 0; i < options->x_keys.count; i++) {
        lua_pushstring(L, options->x_values.items[i]);
        lua_setfield(L, -2, options->x_keys.items[i]);
    }
    lua_setfield(L, -2, "x");
    lua_newtable(L);
    if (lua_getfield(L, LUA_REGISTRYINDEX, VARS) == LUA_TTABLE) {
        copy(L, lua_gettop(L) - 1, VARS_DEPTH);
    } else {
        lua_pop(L, 1);
        lua_newtable(L);
    }
    lua_remove(L, -2);
    lua_setfield(L, -2, "vars");
}
