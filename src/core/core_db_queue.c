/* What the specs see of queued statements, COPY and the ends of transactions.
 */
#include "core/core_db.h"

#include "db/db.h"

#include <lauxlib.h>
#include <lua.h>
#include <string.h>

#define TICKET_NAME "core.db.ticket"
#define COPY_NAME "core.db.copy"

struct copy_box {
    struct db_copy *copy;
};

static int done(lua_State *L, int status, const struct error *err)
{
    if (status != 0)
        return core_db_push_error(L, err);
    lua_pushboolean(L, 1);
    return 1;
}

/* (sql, params, { many, own, file, line }) from `index` on. */
static struct db_statement read_statement(lua_State *L, int index)
{
    struct db_statement statement = core_db_read_statement(L, index);

    statement.many = false;
    if (!lua_istable(L, index + 2))
        return statement;
    lua_getfield(L, index + 2, "many");
    lua_getfield(L, index + 2, "own");
    lua_getfield(L, index + 2, "line");
    statement.many = lua_toboolean(L, -3);
    statement.own = lua_toboolean(L, -2);
    statement.line = (int)lua_tointeger(L, -1);
    statement.file = core_db_field_text(L, index + 2, "file");
    lua_pop(L, 3);
    return statement;
}

/* queue(sql, params, options) -> ticket */
static int l_queue(lua_State *L)
{
    struct error *err;
    struct db *db = core_db_check(L, &err);
    struct db_statement statement;
    struct db_ticket *ticket;

    lua_settop(L, 4);
    statement = read_statement(L, 2);
    ticket = lua_newuserdatauv(L, sizeof *ticket, 1);
    memset(ticket, 0, sizeof *ticket);
    luaL_setmetatable(L, TICKET_NAME);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
    if (db->driver->queue(db, &statement, ticket, err) != 0)
        return core_db_push_error(L, err);
    return 1;
}

/* run(sql, params, options) -> rowcount */
static int l_run(lua_State *L)
{
    struct error *err;
    struct db *db = core_db_check(L, &err);
    struct db_statement statement;
    struct db_result result;

    lua_settop(L, 4);
    statement = read_statement(L, 2);
    if (db_execute(db, &statement, &result, err) != 0)
        return core_db_push_error(L, err);
    lua_pushinteger(L, result.rowcount);
    return 1;
}

/* answer() -> answered, rowcount, text */
static int l_answer(lua_State *L)
{
    struct db_ticket *ticket = luaL_checkudata(L, 1, TICKET_NAME);

    lua_pushboolean(L, ticket->answered);
    lua_pushinteger(L, ticket->result.rowcount);
    lua_pushstring(L, ticket->text);
    return 3;
}

static int l_forget(lua_State *L)
{
    struct db_ticket *ticket = luaL_checkudata(L, 1, TICKET_NAME);
    struct error *err;
    struct db *db;

    lua_getiuservalue(L, 1, 1);
    db = core_db_of(L, -1, &err);
    if (db != NULL)
        db->driver->forget(db, ticket);
    return 0;
}

static int l_collect(lua_State *L)
{
    struct error *err;
    struct db *db = core_db_check(L, &err);

    return done(L, db->driver->collect(db, err), err);
}

static int l_prove(lua_State *L)
{
    struct error *err;
    struct db *db = core_db_check(L, &err);

    return done(L, db->driver->prove(db, err), err);
}

/* resolve() -> "committed" or "aborted" */
static int l_resolve(lua_State *L)
{
    struct error *err;
    struct db *db = core_db_check(L, &err);
    bool committed = false;

    if (db->driver->resolve(db, &committed, err) != 0)
        return core_db_push_error(L, err);
    lua_pushstring(L, committed ? "committed" : "aborted");
    return 1;
}

static int l_lock(lua_State *L)
{
    struct error *err;
    struct db *db = core_db_check(L, &err);

    return done(L, db->driver->lock(db, luaL_checkstring(L, 2), err), err);
}

static int l_unlock(lua_State *L)
{
    struct error *err;
    struct db *db = core_db_check(L, &err);

    db->driver->unlock(db);
    return 0;
}

static int l_blockers(lua_State *L)
{
    struct error *err;
    struct db *db = core_db_check(L, &err);
    const char *text;
    struct arena arena;
    int status;

    arena_init(&arena, NULL, NULL);
    status =
        db->driver->blockers(db, luaL_checkstring(L, 2), &arena, &text, err);
    if (status == 0)
        lua_pushstring(L, text);
    arena_clear(&arena);
    return status == 0 ? 1 : core_db_push_error(L, err);
}

/* about() -> { dialect, server_version, schema, pooled } */
static int l_about(lua_State *L)
{
    struct error *err;
    struct db *db = core_db_check(L, &err);

    lua_newtable(L);
    core_db_push_field(L, "driver", db->driver->name);
    core_db_push_field(L, "schema", db->schema);
    lua_pushinteger(L, db->server_version);
    lua_setfield(L, -2, "server_version");
    lua_pushboolean(L, db->pooled);
    lua_setfield(L, -2, "pooled");
    return 1;
}

/* copy_in(sql) -> copy */
static int l_copy_in(lua_State *L)
{
    struct error *err;
    struct db *db = core_db_check(L, &err);
    struct db_statement statement;
    struct copy_box *box;

    lua_settop(L, 4);
    statement = read_statement(L, 2);
    box = lua_newuserdatauv(L, sizeof *box, 1);
    box->copy = NULL;
    luaL_setmetatable(L, COPY_NAME);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
    if (db->driver->copy_in(db, &statement, &box->copy, err) != 0)
        return core_db_push_error(L, err);
    return 1;
}

static struct copy_box *check_copy(lua_State *L)
{
    struct copy_box *box = luaL_checkudata(L, 1, COPY_NAME);

    luaL_argcheck(L, box->copy != NULL, 1, "ended");
    return box;
}

static int l_put(lua_State *L)
{
    struct copy_box *box = check_copy(L);
    size_t size;
    const char *data = luaL_checklstring(L, 2, &size);
    struct error *err = lua_newuserdatauv(L, sizeof *err, 0);

    return done(L, box->copy->put(box->copy, data, size, err), err);
}

static int l_finish(lua_State *L)
{
    struct copy_box *box = check_copy(L);
    struct error *err = lua_newuserdatauv(L, sizeof *err, 0);
    struct db_copy *copy = box->copy;
    int64_t rowcount;

    box->copy = NULL;
    if (copy->end(copy, &rowcount, err) != 0)
        return core_db_push_error(L, err);
    lua_pushinteger(L, rowcount);
    return 1;
}

static int l_abort(lua_State *L)
{
    struct copy_box *box = check_copy(L);
    struct db_copy *copy = box->copy;

    box->copy = NULL;
    copy->give_up(copy, luaL_optstring(L, 2, NULL));
    return 0;
}

static void new_class(lua_State *L, const char *name, const luaL_Reg *list,
                      lua_CFunction collect)
{
    luaL_newmetatable(L, name);
    lua_newtable(L);
    luaL_setfuncs(L, list, 0);
    lua_setfield(L, -2, "__index");
    if (collect != NULL) {
        lua_pushcfunction(L, collect);
        lua_setfield(L, -2, "__gc");
    }
    lua_pop(L, 1);
}

void core_db_add_queue(lua_State *L)
{
    static const luaL_Reg methods[] = {{"queue", l_queue},
                                       {"run", l_run},
                                       {"collect", l_collect},
                                       {"prove", l_prove},
                                       {"resolve", l_resolve},
                                       {"lock", l_lock},
                                       {"unlock", l_unlock},
                                       {"blockers", l_blockers},
                                       {"about", l_about},
                                       {"copy_in", l_copy_in},
                                       {NULL, NULL}};
    static const luaL_Reg ticket[] = {
        {"answer", l_answer}, {"forget", l_forget}, {NULL, NULL}};
    static const luaL_Reg copy[] = {
        {"put", l_put}, {"finish", l_finish}, {"abort", l_abort}, {NULL, NULL}};

    luaL_setfuncs(L, methods, 0);
    new_class(L, TICKET_NAME, ticket, l_forget);
    new_class(L, COPY_NAME, copy, NULL);
}
