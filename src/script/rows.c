#include "script/rows.h"

#include "db/db.h"
#include "script/bridge.h"
#include "script/statement.h"

#include <lauxlib.h>
#include <string.h>

/* the metatable of the userdata, in the registry */
#define ROWS "luamigrate.rows"

/* SQLSTATE of a table that a cursor reads */
#define IN_USE "55006"

/* the userdata for all, one and scalar: only its address counts */
static const char holder_key = 'h';

/* A userdata that owns a cursor: made before it is opened, so that no error
 * of Lua leaks it. While it is open it is a member of script->open_rows. */
struct rows {
    struct db_cursor *cursor; /* NULL: closed */
    unsigned generation;      /* of the step */
    struct rows *next;
    struct rows **link;        /* what points to this one */
    struct script_place place; /* of the loop; PostgreSQL */
};

static void close_rows(struct rows *rows)
{
    if (rows->cursor == NULL)
        return;
    db_cursor_close(rows->cursor);
    rows->cursor = NULL;
    *rows->link = rows->next;
    if (rows->next != NULL)
        rows->next->link = rows->link;
}

void rows_explain(const struct script *script, struct error *err)
{
    const struct rows *rows = script->open_rows;

    if (strcmp(err->sqlstate, IN_USE) != 0)
        return;
    while (rows != NULL && rows->place.line == 0)
        rows = rows->next;
    if (rows != NULL)
        error_hint(err,
                   "the loop over db:rows at %s:%d still reads from it; do "
                   "this behind the loop",
                   rows->place.file, rows->place.line);
}

void rows_close_all(struct script *script)
{
    while (script->open_rows != NULL)
        close_rows(script->open_rows);
}

static int l_close(lua_State *L)
{
    close_rows(luaL_checkudata(L, 1, ROWS));
    return 0;
}

static struct rows *push_rows(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"__gc", l_close}, {"__close", l_close}, {NULL, NULL}};
    struct rows *rows = lua_newuserdatauv(L, sizeof *rows, 0);

    memset(rows, 0, sizeof *rows);
    if (luaL_newmetatable(L, ROWS)) {
        luaL_setfuncs(L, functions, 0);
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
    }
    lua_setmetatable(L, -2);
    return rows;
}

/* Opens the statement at 2, 3 of the stack. */
static void open_rows(lua_State *L, struct script *script, const char *name,
                      struct rows *rows)
{
    struct db_statement statement;

    statement_read(L, script, name, 2, &statement);
    script_away(script);
    if (script_back(script, db_query(script->db, &statement, &rows->cursor,
                                     &script->err)) < 0) {
        rows->cursor = NULL;
        statement_raise(L, lua_tostring(L, 2));
    }
    rows->generation = script->generation;
    rows->next = script->open_rows;
    rows->link = &script->open_rows;
    if (rows->next != NULL)
        rows->next->link = &rows->next;
    script->open_rows = rows;
}

/* Pushes the list of the names of the columns. */
static void push_names(lua_State *L, const struct db_cursor *cursor)
{
    lua_createtable(L, (int)cursor->column_count, 0);
    for (size_t i = 0; i < cursor->column_count; i++) {
        lua_pushstring(L, cursor->columns[i].name);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* Pushes a row; the names (0: as the cursor has them) and the mark of rows
 * are at these indexes. NULL is set too: of two columns with one name the
 * last one counts. */
static void push_row(lua_State *L, const struct db_cursor *cursor,
                     const struct value *row, int names, int mark)
{
    lua_createtable(L, 0, (int)cursor->column_count);
    for (size_t i = 0; i < cursor->column_count; i++) {
        if (names != 0)
            lua_rawgeti(L, names, (lua_Integer)i + 1);
        else
            lua_pushstring(L, cursor->columns[i].name);
        bridge_push(L, &row[i], true);
        lua_rawset(L, -3);
    }
    lua_pushvalue(L, mark);
    lua_setmetatable(L, -2);
}

/* The next row, NULL at the end; raises, with the SQL at index `sql`, after
 * the cursor was closed. */
static const struct value *next_row(lua_State *L, struct script *script,
                                    struct rows *rows, int sql)
{
    const struct value *row;
    int status;

    script_away(script);
    status = script_back(script, db_next(rows->cursor, &row, &script->err));
    if (status < 0) {
        rows_explain(script, &script->err);
        close_rows(rows);
        statement_raise(L, lua_tostring(L, sql));
    }
    return status > 0 ? row : NULL;
}

/* Upvalues: the userdata, the names, the mark of rows, the SQL. */
static int l_next(lua_State *L)
{
    struct rows *rows = lua_touserdata(L, lua_upvalueindex(1));
    struct script *script = script_go_on(L, "db:rows");
    const struct value *row;

    if (rows->generation != script->generation)
        return bridge_fail(L, "db:rows: the step that began this loop has "
                              "ended");
    if (rows->cursor == NULL)
        return bridge_fail(L, "db:rows: these rows have been read already; "
                              "call db:rows again");
    row = next_row(L, script, rows, lua_upvalueindex(4));
    script_leave(script);
    if (row == NULL) {
        close_rows(rows);
        return 0;
    }
    push_row(L, rows->cursor, row, lua_upvalueindex(2), lua_upvalueindex(3));
    return 1;
}

int rows_iterate(lua_State *L, struct script *script)
{
    struct rows *rows;
    int owner;

    lua_settop(L, 3);
    rows = push_rows(L);
    owner = lua_gettop(L);
    open_rows(L, script, "db:rows", rows);
    if (script->pipeline)
        (void)bridge_place(L, &rows->place);
    script_leave(script);
    lua_pushvalue(L, owner);
    push_names(L, rows->cursor);
    statement_push_row_mark(L);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, l_next, 4);
    lua_pushnil(L);
    lua_pushnil(L);
    lua_pushvalue(L, owner);
    return 4;
}

/* Pushes the userdata that the calls share which end before they return. */
static struct rows *push_holder(lua_State *L)
{
    struct rows *rows;

    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &holder_key) == LUA_TUSERDATA) {
        rows = lua_touserdata(L, -1);
        close_rows(rows); /* memory ended in an earlier call */
        return rows;
    }
    lua_pop(L, 1);
    rows = push_rows(L);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &holder_key);
    return rows;
}

/* Opens the statement, for a call that ends before it returns. */
static struct rows *open_held(lua_State *L, struct script *script,
                              const char *name)
{
    struct rows *rows;

    lua_settop(L, 3);
    rows = push_holder(L);
    open_rows(L, script, name, rows);
    return rows;
}

int rows_all(lua_State *L, struct script *script)
{
    struct rows *rows = open_held(L, script, "db:all");
    const struct value *row;
    lua_Integer count = 0;
    int names;

    lua_newtable(L);
    push_names(L, rows->cursor);
    statement_push_row_mark(L);
    names = lua_gettop(L) - 1;
    while ((row = next_row(L, script, rows, 2)) != NULL) {
        push_row(L, rows->cursor, row, names, names + 1);
        lua_rawseti(L, names - 1, ++count);
    }
    close_rows(rows);
    script_leave(script);
    lua_settop(L, names - 1);
    return 1;
}

int rows_one(lua_State *L, struct script *script)
{
    struct rows *rows = open_held(L, script, "db:one");
    const struct value *row = next_row(L, script, rows, 2);

    if (row != NULL) {
        statement_push_row_mark(L);
        push_row(L, rows->cursor, row, 0, lua_gettop(L));
    } else {
        lua_pushnil(L);
    }
    close_rows(rows);
    script_leave(script);
    return 1;
}

int rows_scalar(lua_State *L, struct script *script)
{
    struct rows *rows = open_held(L, script, "db:scalar");
    const struct value *row = next_row(L, script, rows, 2);

    if (row != NULL && rows->cursor->column_count > 0)
        bridge_push(L, &row[0], true);
    else
        lua_pushnil(L);
    close_rows(rows);
    script_leave(script);
    return 1;
}
