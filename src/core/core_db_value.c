/* Values, statements and errors between Lua and C, for the files of core.db. */
#include "core/core_db.h"

#include <lauxlib.h>
#include <string.h>

void core_db_push_field(lua_State *L, const char *name, const char *text)
{
    if (text == NULL || *text == '\0')
        return;
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

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
    core_db_push_field(L, "sqlstate", err->sqlstate);
    core_db_push_field(L, "state", err->state);
    core_db_push_field(L, "file", err->file);
    lua_pushinteger(L, err->line);
    lua_setfield(L, -2, "line");
    lua_pushboolean(L, err->database);
    lua_setfield(L, -2, "database");
    lua_pushinteger(L, err->sqlite_code);
    lua_setfield(L, -2, "sqlite_code");
    lua_pushinteger(L, error_exit_status(err));
    lua_setfield(L, -2, "exit");
    return 2;
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

void core_db_push_tri(lua_State *L, const char *name, enum tri tri)
{
    if (tri == TRI_UNSET)
        return;
    lua_pushboolean(L, tri == TRI_TRUE);
    lua_setfield(L, -2, name);
}

void core_db_push_names(lua_State *L, const char *const *items, size_t count)
{
    lua_newtable(L);
    for (size_t i = 0; i < count; i++) {
        lua_pushstring(L, items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

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

struct db_statement core_db_read_statement(lua_State *L, int index)
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
