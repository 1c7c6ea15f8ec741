/* What the specs see of the run layer: plain SQL in the place of scripts, and
 * limits that no configuration has. */
#include "core/core_db.h"

#include "db/db.h"
#include "db/url.h"
#include "run/run.h"

#include <lauxlib.h>
#include <lua.h>
#include <string.h>

int core_run_open(lua_State *L);

/* A run; the Lua state is lent to the hooks. */
struct box {
    lua_State *L;
    struct arena arena;
    struct db *db;
    struct db_url url;
    struct cancel cancel;
    struct graph graph;
    graph_problems problems;
    const char **sql; /* of the revisions */
    const struct revision *revisions;
    struct error err;
};

static int collect(lua_State *L)
{
    struct box *box = lua_touserdata(L, 1);

    db_close(box->db);
    box->db = NULL;
    arena_clear(&box->arena);
    return 0;
}

static double number_field(lua_State *L, int index, const char *name,
                           double missing)
{
    double value;

    lua_getfield(L, index, name);
    value = luaL_optnumber(L, -1, missing);
    lua_pop(L, 1);
    return value;
}

/* A copy of a field that must be a text. */
static const char *text_field(lua_State *L, int index, const char *name,
                              struct box *box)
{
    const char *text;

    lua_getfield(L, index, name);
    text = arena_strdup(&box->arena, luaL_checkstring(L, -1));
    lua_pop(L, 1);
    return text;
}

/* revisions = { { id, sql, lock_timeout } ... }, each on top of the last. */
static void read_revisions(lua_State *L, int index, struct box *box)
{
    struct revision *revisions;
    size_t count;

    lua_getfield(L, index, "revisions");
    luaL_checktype(L, -1, LUA_TTABLE);
    count = lua_rawlen(L, -1);
    revisions = arena_array(&box->arena, struct revision, count + 1);
    box->sql = arena_array(&box->arena, const char *, count + 1);
    box->revisions = revisions;
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        revisions[i].id = text_field(L, -1, "id", box);
        box->sql[i] = text_field(L, -1, "sql", box);
        revisions[i].file = revisions[i].path = revisions[i].id;
        revisions[i].lock_timeout = number_field(L, -1, "lock_timeout", -1);
        revisions[i].statement_timeout = -1;
        if (i > 0) {
            revisions[i].down.items = arena_array(&box->arena, const char *, 1);
            revisions[i].down.items[0] = revisions[i - 1].id;
            revisions[i].down.count = 1;
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    graph_build(&box->arena, revisions, count, &box->graph, &box->problems);
}

static int on_prepare(void *context, const struct plan *plan, struct error *err)
{
    (void)context;
    (void)plan;
    (void)err;
    return 0;
}

static int on_step(void *context, const struct plan_step *step, struct db *db,
                   struct error *err)
{
    struct box *box = context;
    struct db_statement statement = {
        .sql = box->sql[step->node->revision - box->revisions]};

    statement.size = strlen(statement.sql);
    return db->driver->queue(db, &statement, NULL, err);
}

static const char *on_checksum(void *context, const struct revision *revision)
{
    (void)context;
    (void)revision;
    return NULL;
}

/* Calls the function `event` of the options, at 2, with the text. */
static void on_event(void *context, const struct run_event *event)
{
    struct box *box = context;

    if (event->text == NULL || !lua_istable(box->L, 2))
        return;
    if (lua_getfield(box->L, 2, "event") == LUA_TFUNCTION) {
        lua_pushstring(box->L, event->text);
        if (lua_pcall(box->L, 1, 0, 0) == LUA_OK)
            return;
    }
    lua_pop(box->L, 1);
}

/* pooled = true: as if a pooler were between. */
static int set_pooled(lua_State *L, int index, struct box *box)
{
    lua_getfield(L, index, "pooled");
    if (lua_toboolean(L, -1))
        box->db->pooled = true;
    lua_pop(L, 1);
    return 0;
}

/* upgrade(url, { revisions, event, retry_for, lock_timeout, ddl_lock_timeout,
 * data_lock_timeout, whole, pooled, signal }): the number of steps, or nil and
 * the error. */
static int l_upgrade(lua_State *L)
{
    const char *text = luaL_checkstring(L, 1);
    struct box *box = lua_newuserdatauv(L, sizeof *box, 0);
    struct run_hooks hooks = {.context = box,
                              .prepare = on_prepare,
                              .step = on_step,
                              .checksum = on_checksum,
                              .event = on_event};
    struct run_request request = {
        .direction = DIRECTION_UPGRADE, .actor = "spec", .version = "0"};
    struct run_tables tables = {.version_table = "luamigrate_version"};
    struct db_options options = {.create = true};
    const char *targets[] = {"heads"};
    struct run_result result;

    memset(box, 0, sizeof *box);
    arena_init(&box->arena, NULL, NULL);
    box->L = L;
    luaL_setmetatable(L, "core.run");
    luaL_checktype(L, 2, LUA_TTABLE);
    read_revisions(L, 2, box);
    request.targets = (struct names){targets, 1};
    request.retry_for = number_field(L, 2, "retry_for", 0);
    lua_getfield(L, 2, "whole");
    request.whole = lua_toboolean(L, -1);
    lua_pop(L, 1);
    options.lock_timeout = number_field(L, 2, "lock_timeout", 5);
    options.ddl_lock_timeout = number_field(L, 2, "ddl_lock_timeout", 1);
    options.data_lock_timeout = number_field(L, 2, "data_lock_timeout", 1);
    box->cancel.signal = (int)number_field(L, 2, "signal", 0);
    options.cancel = &box->cancel;
    if (db_url_parse(text, ".", &box->arena, &box->url, &box->err) != 0 ||
        db_open(&box->url, &options, &box->db, &box->err) != 0 ||
        set_pooled(L, 2, box) != 0 ||
        run_execute(box->db, &box->graph, &tables, &request, &hooks,
                    &box->arena, &result, &box->err) != 0) {
        core_db_push_error(L, &box->err);
        core_db_push_field(L, "state", box->err.state);
        core_db_push_field(L, "revision", box->err.revision);
        core_db_push_field(L, "sqlstate", box->err.sqlstate);
        return 2;
    }
    lua_pushinteger(L, (lua_Integer)result.count);
    return 1;
}

int core_run_open(lua_State *L)
{
    static const luaL_Reg functions[] = {{"upgrade", l_upgrade}, {NULL, NULL}};

    luaL_newmetatable(L, "core.run");
    lua_pushcfunction(L, collect);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    return 1;
}
