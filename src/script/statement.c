#include "script/statement.h"

#include "base/str.h"
#include "db/params.h"
#include "script/bridge.h"
#include "script/marshal.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* parsed texts that are kept; a loop needs a few, generated SQL none */
#define CACHE_SIZE 256

/* keys in the registry: only their addresses count */
static const char cache_key = 'c';
static const char row_key = 'r';

/* A parsed text: a userdata whose user values keep the Lua strings it points
 * into: the text as given, the text for the database, the names. */
struct parsed {
    struct params params;
    const char *sql; /* with positions, where no parameter is a list */
    size_t size;
    struct value *values; /* of the call that runs, one for each name */
};

enum { KEEP_TEXT = 1, KEEP_SQL, KEEP_NAMES };

void statement_push_row_mark(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &row_key) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    /* a row behaves as a plain table; locked, for all revisions share it */
    lua_createtable(L, 0, 1);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &row_key);
}

bool statement_is_row(lua_State *L, int index)
{
    bool is_row;

    index = lua_absindex(L, index);
    if (!lua_getmetatable(L, index))
        return false;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &row_key);
    is_row = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return is_row;
}

static int refuse_value(lua_State *L, const char *name, const char *what,
                        const char *key)
{
    if (bridge_is_sql(L, -1))
        return bridge_fail(L,
                           "%s: %s '%s': an sql value cannot be a parameter; "
                           "write the expression into the SQL",
                           name, what, key);
    return bridge_fail(L,
                       "%s: %s '%s': expected nil, null, boolean, number, "
                       "string or bytes(s), got a %s",
                       name, what, key, marshal_got(L, -1));
}

/* SQLite would store NULL; PostgreSQL has it. */
static bool is_lost(lua_State *L, const struct value *value)
{
    return value->kind == VALUE_FLOAT && isnan(value->number) &&
           script_of(L)->db->dialect == DIALECT_SQLITE;
}

/* The kinds that bridge_value copies: bytes and lists. */
static void read_table(lua_State *L, const char *name, const char *what,
                       const char *key, bool lists, struct value *value)
{
    lists = lists && strcmp(marshal_got(L, -1), "table") == 0;
    if (bridge_is_sql(L, -1) || bridge_value(L, -1, lists, value) < 0)
        refuse_value(L, name, what, key);
    for (size_t i = 0; value->kind == VALUE_LIST && i < value->list.count;
         i++) {
        const struct value *item = &value->list.items[i];

        if (item->kind == VALUE_SQL || item->kind == VALUE_LIST)
            bridge_fail(L,
                        "%s: %s '%s': item %zu of the list is not a plain "
                        "value",
                        name, what, key, i + 1);
        if (is_lost(L, item))
            bridge_fail(L, "%s: %s '%s': item %zu of the list is not a number",
                        name, what, key, i + 1);
    }
}

void statement_value(lua_State *L, const char *name, const char *what,
                     const char *key, bool lists, struct value *value)
{
    switch (lua_type(L, -1)) {
    case LUA_TNIL:
        value->kind = VALUE_NULL;
        break;
    case LUA_TBOOLEAN:
        value->kind = VALUE_BOOLEAN;
        value->boolean = lua_toboolean(L, -1);
        break;
    case LUA_TNUMBER:
        if (lua_isinteger(L, -1)) {
            value->kind = VALUE_INTEGER;
            value->integer = lua_tointeger(L, -1);
            break;
        }
        value->kind = VALUE_FLOAT;
        value->number = lua_tonumber(L, -1);
        if (is_lost(L, value))
            bridge_fail(L,
                        "%s: %s '%s' is NaN (not a number), which "
                        "SQLite would store as NULL",
                        name, what, key);
        break;
    case LUA_TSTRING:
        value->kind = VALUE_TEXT;
        value->text.data = lua_tolstring(L, -1, &value->text.size);
        break;
    default:
        read_table(L, name, what, key, lists, value);
    }
    lua_pop(L, 1);
}

/* Copies `params` into a new userdata on the stack. `sql` is the text with
 * positions. */
static struct parsed *push_parsed(lua_State *L, int text,
                                  const struct params *params, const char *sql,
                                  size_t size)
{
    size_t count = params->names.count;
    size_t places = params->place_count * sizeof *params->places;
    struct parsed *parsed;
    struct params_place *copy;
    const char **names;

    parsed = lua_newuserdatauv(L,
                               sizeof *parsed + count * sizeof *parsed->values +
                                   count * sizeof *names + places,
                               KEEP_NAMES + (int)count);
    parsed->values = (struct value *)(parsed + 1);
    names = (const char **)(parsed->values + count);
    copy = (struct params_place *)(names + count);
    if (places > 0)
        memcpy(copy, params->places, places);
    parsed->params = *params;
    parsed->params.places = copy;
    parsed->params.names.items = names;
    lua_pushvalue(L, text);
    parsed->params.sql = lua_tostring(L, -1);
    lua_setiuservalue(L, -2, KEEP_TEXT);
    parsed->sql = lua_pushlstring(L, sql, size);
    parsed->size = size;
    lua_setiuservalue(L, -2, KEEP_SQL);
    for (size_t i = 0; i < count; i++) {
        names[i] = lua_pushstring(L, params->names.items[i]);
        lua_setiuservalue(L, -2, KEEP_NAMES + (int)i);
    }
    return parsed;
}

/* Pushes the cache, emptied when it is full. The count of its entries is in
 * its first field. */
static void push_cache(lua_State *L)
{
    lua_Integer count = CACHE_SIZE;

    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &cache_key) == LUA_TTABLE) {
        lua_rawgeti(L, -1, 1);
        count = lua_tointeger(L, -1);
        lua_pop(L, 1);
    }
    if (count >= CACHE_SIZE) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &cache_key);
        count = 0;
    }
    lua_pushinteger(L, count + 1);
    lua_rawseti(L, -2, 1);
}

/* Parses the text at `text` and pushes it, after it went into the cache. */
static struct parsed *parse(lua_State *L, struct script *script, int text)
{
    struct params params;
    struct parsed *parsed;
    struct value *nulls;
    const struct value *out;
    const char *sql;
    size_t size, count;

    sql = lua_tolstring(L, text, &size);
    params_parse(&script->arena, sql, size, &params);
    if (params.names.count > INT16_MAX)
        bridge_fail(L, "a statement with %zu parameters", params.names.count);
    nulls = arena_array(&script->arena, struct value, params.names.count + 1);
    for (size_t i = 0; i < params.names.count; i++)
        nulls[i].kind = VALUE_NULL;
    if (params_bind(&params, script->db->dialect, nulls, &script->arena, &sql,
                    &size, &out, &count, &script->err) < 0)
        bridge_raise(L);
    push_cache(L);
    parsed = push_parsed(L, text, &params, sql, size);
    lua_pushvalue(L, text);
    lua_pushvalue(L, -2);
    lua_rawset(L, -4);
    lua_remove(L, -2);
    return parsed;
}

static struct parsed *find_parsed(lua_State *L, struct script *script, int text)
{
    struct parsed *parsed = NULL;

    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &cache_key) == LUA_TTABLE) {
        lua_pushvalue(L, text);
        lua_rawget(L, -2);
        lua_remove(L, -2);
        parsed = lua_touserdata(L, -1);
    }
    if (parsed != NULL)
        return parsed;
    lua_pop(L, 1);
    return parse(L, script, text);
}

/* Raises for a key of the table at `index` that no `:name` uses. */
static void refuse_unused(lua_State *L, const char *name, int index,
                          const struct names *names)
{
    lua_pushnil(L);
    while (lua_next(L, index)) {
        const char *key, *near;

        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING) {
            luaL_tolstring(L, -1, NULL);
            bridge_fail(L,
                        "%s: parameter [%s]: parameters have names: write "
                        ":name in the SQL and name = value in the table",
                        name, lua_tostring(L, -1));
        }
        key = lua_tostring(L, -1);
        if (names_have(names, key))
            continue;
        near = str_suggest(key, names->items, names->count);
        if (near != NULL)
            bridge_fail(L,
                        "%s: parameter '%s' is not used by the statement "
                        "(did you mean '%s'?)",
                        name, key, near);
        bridge_fail(L, "%s: parameter '%s' is not used by the statement", name,
                    key);
    }
}

/* How many keys the table at `index` has. */
static size_t count_keys(lua_State *L, int index)
{
    size_t count = 0;

    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1))
        count++;
    return count;
}

/* Reads the table at `index` into one value for each name of `parsed`, which
 * is on top of the stack. Returns whether one is a list. */
static bool read_params(lua_State *L, const char *name, int index,
                        struct parsed *parsed)
{
    const struct names *names = &parsed->params.names;
    size_t found = 0;
    int box = lua_gettop(L);
    bool lists = false;

    for (size_t i = 0; i < names->count; i++) {
        lua_getiuservalue(L, box, KEEP_NAMES + (int)i);
        if (lua_rawget(L, index) != LUA_TNIL)
            found++;
        statement_value(L, name, "parameter", names->items[i], true,
                        &parsed->values[i]);
        if (parsed->values[i].kind == VALUE_LIST)
            lists = true;
    }
    if (count_keys(L, index) > found && !statement_is_row(L, index))
        refuse_unused(L, name, index, names);
    return lists;
}

/* Replaces a `sql` value at `index` by its text. */
static void check_sql(lua_State *L, const char *name, int index)
{
    const char *sql;
    size_t size;

    if (bridge_is_sql(L, index)) {
        lua_getfield(L, index, "text");
        lua_replace(L, index);
    }
    if (lua_type(L, index) != LUA_TSTRING)
        bridge_fail(L, "%s: expected the SQL as a string, got %s", name,
                    lua_isnoneornil(L, index) ? "nothing"
                                              : luaL_typename(L, index));
    sql = lua_tolstring(L, index, &size);
    if (memchr(sql, '\0', size) != NULL)
        bridge_fail(L, "%s: the SQL has a NUL byte", name);
}

void statement_check_table(lua_State *L, const char *name, const char *what,
                           int index)
{
    const char *got;

    /* each statement asks: the two common kinds of tables at once */
    if (lua_istable(L, index)) {
        if (!lua_getmetatable(L, index))
            return;
        lua_pop(L, 1);
        if (statement_is_row(L, index))
            return;
    }
    got = marshal_got(L, index);
    if (strcmp(got, "table") != 0)
        bridge_fail(L, "%s: expected a table of %s, got a %s", name, what, got);
}

void statement_check_count(lua_State *L, const char *name, int first, int most)
{
    int count = lua_gettop(L) - first + 1;

    if (count > most)
        bridge_fail(L, "%s: too many arguments (%d, at most %d)", name, count,
                    most);
}

void statement_read(lua_State *L, struct script *script, const char *name,
                    int index, struct db_statement *statement)
{
    struct parsed *parsed;
    bool lists;

    memset(statement, 0, sizeof *statement);
    check_sql(L, name, index);
    statement->sql = lua_tolstring(L, index, &statement->size);
    if (lua_isnoneornil(L, index + 1)) {
        lua_pushnil(L);
        return;
    }
    statement_check_table(L, name, "parameters", index + 1);
    statement->shown = statement->sql;
    parsed = find_parsed(L, script, index);
    lists = read_params(L, name, index + 1, parsed);
    statement->sql = parsed->sql;
    statement->size = parsed->size;
    statement->params = parsed->values;
    statement->param_count = parsed->params.names.count;
    if (lists && params_bind(&parsed->params, script->db->dialect,
                             parsed->values, &script->arena, &statement->sql,
                             &statement->size, &statement->params,
                             &statement->param_count, &script->err) < 0)
        bridge_raise(L);
}

int statement_raise(lua_State *L, const char *sql)
{
    struct script *script = script_of(L);
    struct error *err = &script->err;

    /* the error may be that of a statement before this one */
    if (script->pipeline && err->sql[0] != '\0')
        return bridge_raise(L);
    snprintf(err->sql, sizeof err->sql, "%s", sql);
    return bridge_raise(L);
}
