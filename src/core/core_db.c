/* What the specs see of connections: opening, statements, transactions. */
#include "core/core_db.h"

#include "db/db.h"
#include "db/db_print.h"
#include "db/url.h"

#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>
#include <string.h>

#define DB_NAME "core.db"
#define CURSOR_NAME "core.db.cursor"

/* A connection; `arena` holds its address and options. */
struct box {
    struct db *db;
    struct arena arena;
    struct db_url url;
    struct cancel cancel;
    struct error err;
};

struct cursor_box {
    struct db_cursor *cursor;
};

struct db *core_db_of(lua_State *L, int index, struct error **err)
{
    struct box *box = luaL_checkudata(L, index, DB_NAME);

    *err = &box->err;
    return box->db;
}

struct db *core_db_check(lua_State *L, struct error **err)
{
    struct db *db = core_db_of(L, 1, err);

    luaL_argcheck(L, db != NULL, 1, "closed");
    return db;
}

static struct box *check_box(lua_State *L)
{
    struct box *box = luaL_checkudata(L, 1, DB_NAME);

    luaL_argcheck(L, box->db != NULL, 1, "closed");
    return box;
}

static int done(lua_State *L, struct box *box, int status)
{
    if (status != 0)
        return core_db_push_error(L, &box->err);
    lua_pushboolean(L, 1);
    return 1;
}

static void read_attach(lua_State *L, int index, struct box *box,
                        struct db_options *options)
{
    lua_getfield(L, index, "attach");
    if (lua_istable(L, -1)) {
        options->attach_names.items = arena_array(&box->arena, const char *, 9);
        options->attach_paths.items = arena_array(&box->arena, const char *, 9);
        lua_pushnil(L);
        while (lua_next(L, -2) && options->attach_names.count < 9) {
            size_t i = options->attach_names.count++;

            options->attach_paths.count++;
            options->attach_names.items[i] =
                arena_strdup(&box->arena, lua_tostring(L, -2));
            options->attach_paths.items[i] =
                arena_strdup(&box->arena, lua_tostring(L, -1));
            lua_pop(L, 1);
        }
    }
    lua_pop(L, 1);
}

static void on_trace(void *context, const char *sql, size_t size, int64_t us)
{
    lua_State *L = context;

    (void)us;
    if (lua_getfield(L, LUA_REGISTRYINDEX, "core.db.trace") == LUA_TTABLE) {
        lua_pushlstring(L, sql, size);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    lua_pop(L, 1);
}

static void add_line(lua_State *L, const char *list, const char *first,
                     const char *second)
{
    if (lua_getfield(L, LUA_REGISTRYINDEX, list) == LUA_TTABLE) {
        lua_pushfstring(L, "%s%s", first, second);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    lua_pop(L, 1);
}

static void on_notice(void *context, const char *severity, const char *text)
{
    lua_State *L = context;

    lua_pushfstring(L, "%s: ", severity);
    add_line(L, "core.db.notices", lua_tostring(L, -1), text);
    lua_pop(L, 1);
}

static void on_waiting(void *context, const char *text)
{
    add_line(context, "core.db.waiting", "", text);
}

static double read_seconds(lua_State *L, int index, const char *name)
{
    double seconds;

    lua_getfield(L, index, name);
    seconds = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return seconds;
}

/* Keeps the list `name` of the options as `key`. Returns whether there is one.
 */
static bool keep_list(lua_State *L, int index, const char *name,
                      const char *key)
{
    bool found = lua_getfield(L, index, name) == LUA_TTABLE;

    lua_setfield(L, LUA_REGISTRYINDEX, key);
    return found;
}

/* wait, ddl_lock_timeout, data_lock_timeout, statement_timeout, role; lists
 * that notices and waits are added to: notices, waiting */
static void read_postgres(lua_State *L, int index, struct box *box,
                          struct db_options *options)
{
    const char *role = core_db_field_text(L, index, "role");

    options->wait = read_seconds(L, index, "wait");
    options->ddl_lock_timeout = read_seconds(L, index, "ddl_lock_timeout");
    options->data_lock_timeout = read_seconds(L, index, "data_lock_timeout");
    options->statement_timeout = read_seconds(L, index, "statement_timeout");
    if (role != NULL)
        options->role = arena_strdup(&box->arena, role);
    options->context = L;
    if (keep_list(L, index, "notices", "core.db.notices"))
        options->notice = on_notice;
    if (keep_list(L, index, "waiting", "core.db.waiting"))
        options->waiting = on_waiting;
}

static void read_options(lua_State *L, int index, struct box *box,
                         struct db_options *options)
{
    options->cancel = &box->cancel;
    if (!lua_istable(L, index))
        return;
    lua_getfield(L, index, "create");
    options->create = lua_toboolean(L, -1);
    lua_getfield(L, index, "lock_timeout");
    options->lock_timeout = lua_tonumber(L, -1);
    lua_getfield(L, index, "memory_limit");
    options->memory_limit = (size_t)lua_tointeger(L, -1);
    lua_getfield(L, index, "signal");
    box->cancel.signal = (int)lua_tointeger(L, -1);
    lua_getfield(L, index, "trace");
    if (lua_istable(L, -1)) {
        options->trace = on_trace;
        options->context = L;
        lua_pushvalue(L, -1);
        lua_setfield(L, LUA_REGISTRYINDEX, "core.db.trace");
    }
    lua_pop(L, 5);
    read_postgres(L, index, box, options);
    read_attach(L, index, box, options);
}

/* open(url, { create, lock_timeout, memory_limit, attach, trace }) */
static int l_open(lua_State *L)
{
    const char *text = luaL_checkstring(L, 1);
    struct db_options options = {0};
    struct box *box = lua_newuserdatauv(L, sizeof *box, 0);
    struct db *live;
    bool print;

    memset(box, 0, sizeof *box);
    arena_init(&box->arena, NULL, NULL);
    luaL_setmetatable(L, DB_NAME);
    read_options(L, 2, box, &options);
    print = core_db_print_wanted(L, 2, &live);
    if (db_url_parse(text, ".", &box->arena, &box->url, &box->err) != 0 ||
        (print ? db_print_open(&box->url, &options, live, &box->db, &box->err)
               : db_open(&box->url, &options, &box->db, &box->err)) != 0)
        return core_db_push_error(L, &box->err);
    return 1;
}

static int l_close(lua_State *L)
{
    struct box *box = luaL_checkudata(L, 1, DB_NAME);

    db_close(box->db);
    box->db = NULL;
    arena_clear(&box->arena);
    return 0;
}

static int l_execute(lua_State *L)
{
    struct box *box = check_box(L);
    struct db_statement statement = core_db_read_statement(L, 2);
    struct db_result result;

    if (db_execute(box->db, &statement, &result, &box->err) != 0)
        return core_db_push_error(L, &box->err);
    lua_pushinteger(L, result.rowcount);
    lua_pushinteger(L, result.last_insert_id);
    return 2;
}

static int l_one(lua_State *L)
{
    struct box *box = check_box(L);
    struct db_statement statement = core_db_read_statement(L, 2);
    struct arena arena;
    struct value value;
    int status;

    arena_init(&arena, NULL, NULL);
    status = db_query_one(box->db, &statement, &arena, &value, &box->err);
    if (status == 0)
        core_db_push_value(L, &value);
    arena_clear(&arena);
    return status == 0 ? 2 : core_db_push_error(L, &box->err);
}

/* rows(sql, params) -> cursor, columns */
static int l_rows(lua_State *L)
{
    static const char *const classes[] = {"value", "boolean", "number", "text",
                                          "bytes"};
    struct box *box = check_box(L);
    struct db_statement statement = core_db_read_statement(L, 2);
    struct cursor_box *cursor = lua_newuserdatauv(L, sizeof *cursor, 1);

    cursor->cursor = NULL;
    luaL_setmetatable(L, CURSOR_NAME);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
    if (db_query(box->db, &statement, &cursor->cursor, &box->err) != 0)
        return core_db_push_error(L, &box->err);
    lua_newtable(L);
    for (size_t i = 0; i < cursor->cursor->column_count; i++) {
        lua_newtable(L);
        core_db_push_field(L, "name", cursor->cursor->columns[i].name);
        core_db_push_field(L, "class",
                           classes[cursor->cursor->columns[i].class]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 2;
}

/* next() -> { values }, { kinds } or nothing at the end */
static int l_next(lua_State *L)
{
    struct cursor_box *box = luaL_checkudata(L, 1, CURSOR_NAME);
    const struct value *row;
    struct error *err = lua_newuserdatauv(L, sizeof *err, 0);
    int status;

    luaL_argcheck(L, box->cursor != NULL, 1, "closed");
    status = db_next(box->cursor, &row, err);
    if (status <= 0)
        return status < 0 ? core_db_push_error(L, err) : 0;
    lua_newtable(L);
    lua_newtable(L);
    for (size_t i = 0; i < box->cursor->column_count; i++) {
        core_db_push_value(L, &row[i]);
        lua_rawseti(L, -3, (lua_Integer)i + 1);
        lua_rawseti(L, -3, (lua_Integer)i + 1);
    }
    return 2;
}

static int l_cursor_close(lua_State *L)
{
    struct cursor_box *box = luaL_checkudata(L, 1, CURSOR_NAME);

    db_cursor_close(box->cursor);
    box->cursor = NULL;
    return 0;
}

/* begin(foreign_keys, fence schema, fence table, lock_timeout,
 * statement_timeout) */
static int l_begin(lua_State *L)
{
    struct box *box = check_box(L);
    struct db_begin how = {.foreign_keys = lua_toboolean(L, 2),
                           .fence_schema = luaL_optstring(L, 3, NULL),
                           .fence_table = luaL_optstring(L, 4, NULL),
                           .lock_timeout = luaL_optnumber(L, 5, -1),
                           .statement_timeout = luaL_optnumber(L, 6, -1)};

    return done(L, box, box->db->driver->begin(box->db, &how, &box->err));
}

static int l_commit(lua_State *L)
{
    struct box *box = check_box(L);

    return done(L, box, box->db->driver->commit(box->db, &box->err));
}

static int l_rollback(lua_State *L)
{
    struct box *box = check_box(L);

    box->db->driver->rollback(box->db);
    return 0;
}

static int l_in_transaction(lua_State *L)
{
    struct box *box = check_box(L);

    lua_pushboolean(L, box->db->driver->in_transaction(box->db));
    return 1;
}

static int l_savepoint(lua_State *L)
{
    struct box *box = check_box(L);

    return done(L, box, box->db->driver->savepoint(box->db, &box->err));
}

static int l_release(lua_State *L)
{
    struct box *box = check_box(L);

    return done(L, box, box->db->driver->savepoint_release(box->db, &box->err));
}

static int l_undo(lua_State *L)
{
    struct box *box = check_box(L);

    return done(L, box,
                box->db->driver->savepoint_rollback(box->db, &box->err));
}

/* guard(true, false or "read") */
static int l_guard(lua_State *L)
{
    struct box *box = check_box(L);
    enum db_guard guard = lua_toboolean(L, 2) ? DB_GUARD_SCRIPT : DB_GUARD_OFF;

    if (lua_type(L, 2) == LUA_TSTRING)
        guard = DB_GUARD_READ;

    return done(L, box, box->db->driver->guard(box->db, guard, &box->err));
}

/* signal(number): as if the program had got it. */
static int l_signal(lua_State *L)
{
    check_box(L)->cancel.signal = (int)luaL_checkinteger(L, 2);
    return 0;
}

static const luaL_Reg methods[] = {{"close", l_close},
                                   {"execute", l_execute},
                                   {"one", l_one},
                                   {"rows", l_rows},
                                   {"begin", l_begin},
                                   {"commit", l_commit},
                                   {"rollback", l_rollback},
                                   {"in_transaction", l_in_transaction},
                                   {"savepoint", l_savepoint},
                                   {"release", l_release},
                                   {"undo", l_undo},
                                   {"guard", l_guard},
                                   {"signal", l_signal},
                                   {NULL, NULL}};

static const luaL_Reg cursor_methods[] = {
    {"next", l_next}, {"close", l_cursor_close}, {NULL, NULL}};

static const luaL_Reg functions[] = {{"open", l_open}, {NULL, NULL}};

static void new_class(lua_State *L, const char *name, const luaL_Reg *list,
                      lua_CFunction collect)
{
    luaL_newmetatable(L, name);
    lua_newtable(L);
    luaL_setfuncs(L, list, 0);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, collect);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
}

int core_db_open(lua_State *L)
{
    new_class(L, DB_NAME, methods, l_close);
    luaL_getmetatable(L, DB_NAME);
    lua_getfield(L, -1, "__index");
    core_db_add_queue(L);
    core_db_add_schema(L);
    core_db_add_print(L);
    lua_pop(L, 2);
    new_class(L, CURSOR_NAME, cursor_methods, l_cursor_close);
    luaL_newlib(L, functions);
    core_db_add_texts(L);
    core_db_add_line(L);
    return 1;
}
