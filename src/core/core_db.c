/* What the specs see of connections. */
#include "core/core_db.h"

#include "db/db.h"
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

void core_db_push_field(lua_State *L, const char *name, const char *text)
{
    if (text == NULL || *text == '\0')
        return;
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

/* Pushes nil and the error as a table. */
int core_db_push_error(lua_State *L, const struct error *err)
{
    lua_pushnil(L);
    lua_newtable(L);
    core_db_push_field(L, "code", error_word(err->code));
    core_db_push_field(L, "message", err->message);
    core_db_push_field(L, "hint", err->hint);
    core_db_push_field(L, "sql", err->sql);
    core_db_push_field(L, "constraint", err->constraint);
    core_db_push_field(L, "table", err->table);
    core_db_push_field(L, "column", err->column);
    lua_pushboolean(L, err->database);
    lua_setfield(L, -2, "database");
    lua_pushinteger(L, err->sqlite_code);
    lua_setfield(L, -2, "sqlite_code");
    lua_pushinteger(L, error_exit_status(err));
    lua_setfield(L, -2, "exit");
    return 2;
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

const char *core_db_field_text(lua_State *L, int index, const char *name)
{
    const char *text = NULL;

    if (lua_istable(L, index)) {
        lua_getfield(L, index, name);
        text = lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    return text;
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
    read_attach(L, index, box, options);
}

/* open(url, { create, lock_timeout, memory_limit, attach, trace }) */
static int l_open(lua_State *L)
{
    const char *text = luaL_checkstring(L, 1);
    struct db_options options = {0};
    struct box *box = lua_newuserdatauv(L, sizeof *box, 0);

    memset(box, 0, sizeof *box);
    arena_init(&box->arena, NULL, NULL);
    luaL_setmetatable(L, DB_NAME);
    read_options(L, 2, box, &options);
    if (db_url_parse(text, ".", &box->arena, &box->url, &box->err) != 0 ||
        db_open(&box->url, &options, &box->db, &box->err) != 0)
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

/* Values: nil, boolean, number, string, { bytes = s }, { text = s }. */
void core_db_read_value(lua_State *L, int index, struct value *value)
{
    memset(value, 0, sizeof *value);
    value->kind = VALUE_NULL;
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
        value->kind = VALUE_BOOLEAN;
        value->boolean = lua_toboolean(L, index);
        break;
    case LUA_TNUMBER:
        value->kind = lua_isinteger(L, index) ? VALUE_INTEGER : VALUE_FLOAT;
        if (value->kind == VALUE_INTEGER)
            value->integer = lua_tointeger(L, index);
        else
            value->number = lua_tonumber(L, index);
        break;
    case LUA_TSTRING:
        value->kind = VALUE_TEXT;
        value->text.data = lua_tolstring(L, index, &value->text.size);
        break;
    case LUA_TTABLE:
        lua_getfield(L, index, "bytes");
        value->kind = VALUE_BYTES;
        value->text.data = lua_tolstring(L, -1, &value->text.size);
        lua_pop(L, 1); /* the table keeps it */
        break;
    default:
        break;
    }
}

/* Pushes the value and the name of its kind. */
void core_db_push_value(lua_State *L, const struct value *value)
{
    static const char *const kinds[] = {
        [VALUE_ABSENT] = "absent",   [VALUE_NULL] = "null",
        [VALUE_BOOLEAN] = "boolean", [VALUE_INTEGER] = "integer",
        [VALUE_FLOAT] = "float",     [VALUE_TEXT] = "text",
        [VALUE_BYTES] = "bytes",     [VALUE_SQL] = "sql",
        [VALUE_LIST] = "list"};

    switch (value->kind) {
    case VALUE_BOOLEAN:
        lua_pushboolean(L, value->boolean);
        break;
    case VALUE_INTEGER:
        lua_pushinteger(L, value->integer);
        break;
    case VALUE_FLOAT:
        lua_pushnumber(L, value->number);
        break;
    case VALUE_TEXT:
    case VALUE_BYTES:
    case VALUE_SQL:
        lua_pushlstring(L, value->text.data, value->text.size);
        if (value->text.data[value->text.size] != '\0')
            luaL_error(L, "a text without NUL behind it");
        break;
    default:
        lua_pushnil(L);
        break;
    }
    lua_pushstring(L, kinds[value->kind]);
}

/* Reads (sql, { params, n = count }, many) from `index` on. The array stays
 * on the stack as a userdata. */
static struct db_statement read_statement(lua_State *L, int index)
{
    struct db_statement statement = {0};
    struct value *params;

    statement.sql = luaL_checklstring(L, index, &statement.size);
    if (lua_istable(L, index + 1)) {
        lua_getfield(L, index + 1, "n");
        statement.param_count = (size_t)luaL_optinteger(
            L, -1, (lua_Integer)lua_rawlen(L, index + 1));
        params = lua_newuserdatauv(
            L, (statement.param_count + 1) * sizeof *params, 0);
        for (size_t i = 0; i < statement.param_count; i++) {
            lua_rawgeti(L, index + 1, (lua_Integer)i + 1);
            core_db_read_value(L, -1, &params[i]);
            lua_pop(L, 1); /* the table keeps it */
        }
        statement.params = params;
    }
    statement.many = lua_toboolean(L, index + 2);
    return statement;
}

static int l_execute(lua_State *L)
{
    struct box *box = check_box(L);
    struct db_statement statement = read_statement(L, 2);
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
    struct db_statement statement = read_statement(L, 2);
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
    struct db_statement statement = read_statement(L, 2);
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

static int l_begin(lua_State *L)
{
    struct box *box = check_box(L);
    struct db_begin how = {.foreign_keys = lua_toboolean(L, 2),
                           .fence_schema = luaL_optstring(L, 3, NULL),
                           .fence_table = luaL_optstring(L, 4, NULL),
                           .lock_timeout = -1,
                           .statement_timeout = -1};

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

static int l_guard(lua_State *L)
{
    struct box *box = check_box(L);
    enum db_guard guard =
        lua_toboolean(L, 2) ? DB_GUARD_SCRIPT : DB_GUARD_OFF;

    return done(L, box, box->db->driver->guard(box->db, guard, &box->err));
}

/* signal(number): as if the program had got it. */
static int l_signal(lua_State *L)
{
    check_box(L)->cancel.signal = (int)luaL_checkinteger(L, 2);
    return 0;
}

void core_db_push_names(lua_State *L, const char *const *items, size_t count)
{
    lua_newtable(L);
    for (size_t i = 0; i < count; i++) {
        lua_pushstring(L, items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static int l_violations(lua_State *L)
{
    struct box *box = check_box(L);
    struct db_violations found;
    struct arena arena;
    int status;

    arena_init(&arena, NULL, NULL);
    status = box->db->driver->violations(box->db, &arena, &found, &box->err);
    if (status == 0)
        core_db_push_names(L, found.items, found.count);
    arena_clear(&arena);
    return status == 0 ? 1 : core_db_push_error(L, &box->err);
}

/* relations("tables" | "views", schema) */
static int l_relations(lua_State *L)
{
    struct box *box = check_box(L);
    bool views = strcmp(luaL_checkstring(L, 2), "views") == 0;
    const char *schema = luaL_optstring(L, 3, NULL);
    struct names names;
    struct arena arena;
    int status;

    arena_init(&arena, NULL, NULL);
    status = box->db->driver->relations(box->db, views ? DB_VIEWS : DB_TABLES,
                                        schema, &arena, &names, &box->err);
    if (status == 0)
        core_db_push_names(L, names.items, names.count);
    arena_clear(&arena);
    return status == 0 ? 1 : core_db_push_error(L, &box->err);
}

static int l_schemas(lua_State *L)
{
    struct box *box = check_box(L);
    struct names names;
    struct arena arena;
    int status;

    arena_init(&arena, NULL, NULL);
    status = box->db->driver->schemas(box->db, &arena, &names, &box->err);
    if (status == 0)
        core_db_push_names(L, names.items, names.count);
    arena_clear(&arena);
    return status == 0 ? 1 : core_db_push_error(L, &box->err);
}

void core_db_push_tri(lua_State *L, const char *name, enum tri tri)
{
    if (tri == TRI_UNSET)
        return;
    lua_pushboolean(L, tri == TRI_TRUE);
    lua_setfield(L, -2, name);
}

static void push_column(lua_State *L, const struct column *column)
{
    lua_newtable(L);
    core_db_push_field(L, "name", column->name);
    core_db_push_field(L, "type_text", column->type_text);
    core_db_push_field(L, "type", type_names[column->type->kind]);
    lua_newtable(L);
    for (int i = 0; i < column->type->arg_count; i++) {
        lua_pushinteger(L, column->type->args[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "type_args");
    core_db_push_tri(L, "nullable", column->nullable);
    core_db_push_tri(L, "autoincrement", column->autoincrement);
    core_db_push_tri(L, "primary_key",
                     column->primary_key ? TRI_TRUE : TRI_UNSET);
    core_db_push_field(L, "collation", column->collation);
    if (column->server_default.kind == VALUE_SQL)
        core_db_push_field(L, "default", column->server_default.text.data);
    if (column->computed != NULL) {
        core_db_push_field(L, "computed", column->computed->expression);
        core_db_push_tri(L, "persisted", column->computed->persisted);
    }
}

static void push_constraint(lua_State *L, const struct constraint *constraint)
{
    static const char *const kinds[] = {"primary", "unique", "foreignkey",
                                        "check", "exclude"};

    lua_newtable(L);
    core_db_push_field(L, "kind", kinds[constraint->kind]);
    core_db_push_field(L, "name", constraint->name);
    core_db_push_names(L, constraint->columns.items, constraint->columns.count);
    lua_setfield(L, -2, "columns");
    core_db_push_field(L, "condition", constraint->condition);
    core_db_push_field(L, "referent", constraint->referent);
    core_db_push_names(L, constraint->referent_columns.items,
                       constraint->referent_columns.count);
    lua_setfield(L, -2, "referent_columns");
    core_db_push_field(L, "ondelete", constraint->ondelete);
    core_db_push_field(L, "onupdate", constraint->onupdate);
    core_db_push_field(L, "match", constraint->match);
    core_db_push_field(L, "initially", constraint->initially);
    core_db_push_tri(L, "deferrable", constraint->deferrable);
}

static void push_index(lua_State *L, const struct index *index)
{
    lua_newtable(L);
    core_db_push_field(L, "name", index->name);
    core_db_push_tri(L, "unique", index->unique);
    core_db_push_field(L, "where", index->where);
    lua_newtable(L);
    for (size_t i = 0; i < index->elements.count; i++) {
        const struct element *element = &index->elements.items[i];

        lua_newtable(L);
        core_db_push_field(L, "column", element->column);
        core_db_push_field(L, "expression", element->expression);
        core_db_push_field(L, "collation", element->collation);
        core_db_push_tri(L, "descending",
                         element->descending ? TRI_TRUE : TRI_UNSET);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "elements");
}

static void push_table(lua_State *L, const struct table *table)
{
    lua_newtable(L);
    core_db_push_field(L, "name", table->name);
    core_db_push_field(L, "schema", table->schema);
    core_db_push_tri(L, "strict", table->sqlite_strict);
    core_db_push_tri(L, "with_rowid", table->sqlite_with_rowid);
    core_db_push_tri(L, "autoincrement", table->sqlite_autoincrement);
    lua_newtable(L);
    for (size_t i = 0; i < table->column_count; i++) {
        push_column(L, &table->columns[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "columns");
    lua_newtable(L);
    for (size_t i = 0; i < table->constraint_count; i++) {
        push_constraint(L, &table->constraints[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "constraints");
    lua_newtable(L);
    for (size_t i = 0; i < table->index_count; i++) {
        push_index(L, &table->indexes[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "indexes");
}

/* reflect(name, schema) -> table, false when there is none */
static int l_reflect(lua_State *L)
{
    struct box *box = check_box(L);
    const char *name = luaL_checkstring(L, 2);
    const char *schema = luaL_optstring(L, 3, NULL);
    struct table *table;
    struct arena arena;
    int status;

    arena_init(&arena, NULL, NULL);
    status = box->db->driver->reflect(box->db, schema, name, &arena, &table,
                                      &box->err);
    if (status == 0 && table == NULL)
        lua_pushboolean(L, 0);
    else if (status == 0)
        push_table(L, table);
    arena_clear(&arena);
    return status == 0 ? 1 : core_db_push_error(L, &box->err);
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
                                   {"violations", l_violations},
                                   {"relations", l_relations},
                                   {"schemas", l_schemas},
                                   {"reflect", l_reflect},
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
    new_class(L, CURSOR_NAME, cursor_methods, l_cursor_close);
    luaL_newlib(L, functions);
    core_db_add_texts(L);
    return 1;
}
