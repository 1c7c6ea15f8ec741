/* What the specs see of addresses, parameters, rows aside and SQL texts. */
#include "core/core_db.h"

#include "db/params.h"
#include "db/pg_text.h"
#include "db/spool.h"
#include "db/url.h"
#include "ddl/sql_kind.h"
#include "ddl/sql_lex.h"
#include "ddl/table_text.h"

#include <lauxlib.h>
#include <lua.h>
#include <string.h>

/* url_parse(text, base) -> table */
static int l_url_parse(lua_State *L)
{
    const char *text = luaL_checkstring(L, 1);
    const char *base = luaL_optstring(L, 2, ".");
    struct error *err = lua_newuserdatauv(L, sizeof *err, 0);
    struct arena arena;
    struct db_url url;
    int status;

    arena_init(&arena, NULL, NULL);
    status = db_url_parse(text, base, &arena, &url, err);
    if (status == 0) {
        lua_newtable(L);
        core_db_push_field(L, "dialect",
                           url.dialect == DIALECT_SQLITE ? "sqlite"
                                                         : "postgresql");
        core_db_push_field(L, "path", url.path);
        core_db_push_field(L, "display", url.display);
        core_db_push_field(L, "name", url.name);
        core_db_push_field(L, "host", url.host);
        core_db_push_tri(L, "memory", url.memory ? TRI_TRUE : TRI_FALSE);
        core_db_push_tri(L, "relative", url.relative ? TRI_TRUE : TRI_FALSE);
        lua_newtable(L);
        for (size_t i = 0; i < url.keys.count; i++) {
            lua_pushstring(L, url.values.items[i]);
            lua_setfield(L, -2, url.keys.items[i]);
        }
        lua_setfield(L, -2, "options");
    }
    arena_clear(&arena);
    return status == 0 ? 1 : core_db_push_error(L, err);
}

/* params(sql, { name = value }, dialect) -> sql, { values }, { names } */
static int l_params(lua_State *L)
{
    size_t size, count;
    const char *sql = luaL_checklstring(L, 1, &size);
    bool postgresql = strcmp(luaL_optstring(L, 3, "sqlite"), "postgresql") == 0;
    struct error *err = lua_newuserdatauv(L, sizeof *err, 0);
    const struct value *out;
    struct params params;
    struct value *values;
    struct arena arena;
    int status;

    luaL_checktype(L, 2, LUA_TTABLE);
    arena_init(&arena, NULL, NULL);
    params_parse(&arena, sql, size, &params);
    values = arena_array(&arena, struct value, params.names.count + 1);
    for (size_t i = 0; i < params.names.count; i++) {
        lua_getfield(L, 2, params.names.items[i]);
        if (lua_istable(L, -1) && core_db_field_text(L, -1, "sql") != NULL) {
            values[i].kind = VALUE_SQL;
            values[i].text.data = core_db_field_text(L, -1, "sql");
            values[i].text.size = strlen(values[i].text.data);
        } else if (lua_istable(L, -1) &&
                   core_db_field_text(L, -1, "bytes") == NULL) {
            size_t items = lua_rawlen(L, -1);
            struct value *list = arena_array(&arena, struct value, items + 1);

            values[i].kind = VALUE_LIST;
            values[i].list.items = list;
            values[i].list.count = items;
            for (size_t j = 0; j < items; j++) {
                lua_rawgeti(L, -1, (lua_Integer)j + 1);
                core_db_read_value(L, -1, &list[j]);
                lua_pop(L, 1);
            }
        } else {
            core_db_read_value(L, -1, &values[i]);
        }
        lua_pop(L, 1);
    }
    status =
        params_bind(&params, postgresql ? DIALECT_POSTGRESQL : DIALECT_SQLITE,
                    values, &arena, &sql, &size, &out, &count, err);
    if (status == 0) {
        lua_pushlstring(L, sql, size);
        lua_newtable(L);
        for (size_t i = 0; i < count; i++) {
            struct value value = out[i].kind == VALUE_LIST
                                     ? pg_text_array(&out[i], &arena)
                                     : out[i];

            core_db_push_value(L, &value);
            lua_pop(L, 1);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        core_db_push_names(L, params.names.items, params.names.count);
    }
    arena_clear(&arena);
    return status == 0 ? 3 : core_db_push_error(L, err);
}

/* lex(sql, "sqlite" | "postgresql" | "either") -> { { kind, text } } */
static int l_lex(lua_State *L)
{
    static const char *const kinds[] = {"end",    "space", "comment",
                                        "word",   "name",  "string",
                                        "number", "param", "operator"};
    static const char *const dialects[] = {"sqlite", "postgresql", "either",
                                           NULL};
    size_t size;
    const char *sql = luaL_checklstring(L, 1, &size);
    int dialect = luaL_checkoption(L, 2, "sqlite", dialects);
    struct sql_token token;
    struct sql_lex lex;

    sql_lex_init(&lex, (enum sql_lex_dialect)dialect, sql, size);
    lua_newtable(L);
    while ((token = sql_lex_next(&lex)).kind != SQL_END) {
        lua_newtable(L);
        lua_pushstring(L, kinds[token.kind]);
        lua_rawseti(L, -2, 1);
        lua_pushlstring(L, sql + token.start, token.end - token.start);
        lua_rawseti(L, -2, 2);
        core_db_push_tri(L, "open", token.open ? TRI_TRUE : TRI_UNSET);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    return 1;
}

static void push_range(lua_State *L, const char *name, const char *sql,
                       struct table_range range)
{
    if (range.end <= range.start)
        return;
    lua_pushlstring(L, sql + range.start, range.end - range.start);
    lua_setfield(L, -2, name);
}

static void push_clause(lua_State *L, const char *sql,
                        const struct table_clause *clause)
{
    static const char *const kinds[] = {
        "name",    "primary", "unique",  "check",   "foreign",
        "notnull", "null",    "default", "collate", "generated"};

    lua_newtable(L);
    core_db_push_field(L, "kind", kinds[clause->kind]);
    core_db_push_field(L, "name", clause->name);
    core_db_push_field(L, "referent", clause->referent);
    core_db_push_field(L, "initially", clause->initially);
    core_db_push_field(L, "collation", clause->collation);
    core_db_push_field(L, "match", clause->match);
    push_range(L, "text", sql, clause->range);
    push_range(L, "body", sql, clause->body);
    core_db_push_tri(L, "deferrable", clause->deferrable);
    core_db_push_tri(L, "stored", clause->stored ? TRI_TRUE : TRI_UNSET);
    core_db_push_tri(L, "autoincrement",
                     clause->autoincrement ? TRI_TRUE : TRI_UNSET);
    core_db_push_names(L, clause->columns.items, clause->columns.count);
    lua_setfield(L, -2, "columns");
    core_db_push_names(L, clause->referent_columns.items,
                       clause->referent_columns.count);
    lua_setfield(L, -2, "referent_columns");
}

static void push_clauses(lua_State *L, const char *name, const char *sql,
                         const struct table_clause *clauses, size_t count)
{
    lua_newtable(L);
    for (size_t i = 0; i < count; i++) {
        push_clause(L, sql, &clauses[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, name);
}

/* table_text(sql) -> table */
static int l_table_text(lua_State *L)
{
    size_t size;
    const char *sql = luaL_checklstring(L, 1, &size);
    struct error *err = lua_newuserdatauv(L, sizeof *err, 0);
    struct table_text text;
    struct arena arena;
    int status;

    arena_init(&arena, NULL, NULL);
    status = table_text_parse(&arena, sql, size, &text, err);
    if (status == 0) {
        lua_newtable(L);
        core_db_push_field(L, "name", text.name);
        push_range(L, "body", sql, text.body);
        push_range(L, "options", sql, text.options);
        core_db_push_tri(L, "strict", text.strict ? TRI_TRUE : TRI_FALSE);
        core_db_push_tri(L, "without_rowid",
                         text.without_rowid ? TRI_TRUE : TRI_FALSE);
        push_clauses(L, "constraints", sql, text.constraints,
                     text.constraint_count);
        lua_newtable(L);
        for (size_t i = 0; i < text.column_count; i++) {
            const struct table_column *column = &text.columns[i];

            lua_newtable(L);
            core_db_push_field(L, "name", column->name);
            push_range(L, "text", sql, column->range);
            push_range(L, "type", sql, column->type);
            push_clauses(L, "clauses", sql, column->clauses,
                         column->clause_count);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        lua_setfield(L, -2, "columns");
    }
    arena_clear(&arena);
    return status == 0 ? 1 : core_db_push_error(L, err);
}

static int spool_gc(lua_State *L)
{
    struct spool **spool = lua_touserdata(L, 1);

    spool_close(*spool);
    *spool = NULL;
    return 0;
}

/* Pushes a place for a spool, which the collector closes. */
static struct spool **push_spool(lua_State *L)
{
    struct spool **spool = lua_newuserdatauv(L, sizeof(struct spool *), 0);

    *spool = NULL;
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, spool_gc);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    return spool;
}

static int write_rows(lua_State *L, struct spool *spool, struct value *row,
                      size_t columns, struct error *err)
{
    lua_Integer count = (lua_Integer)lua_rawlen(L, 1);

    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, 1, i);
        for (size_t j = 0; j < columns; j++) {
            lua_rawgeti(L, -1, (lua_Integer)j + 1);
            core_db_read_value(L, -1, &row[j]);
            lua_pop(L, 1); /* the row keeps it */
        }
        if (spool_write(spool, row, columns, err) != 0)
            return -1;
        lua_pop(L, 1);
    }
    return 0;
}

/* spool({ row ... }, columns) -> { row ... }: puts the rows aside and reads
 * them again. */
static int l_spool(lua_State *L)
{
    size_t columns = (size_t)luaL_checkinteger(L, 2);
    struct error *err = lua_newuserdatauv(L, sizeof *err, 0);
    struct value *row = lua_newuserdatauv(L, (columns + 1) * sizeof *row, 0);
    struct spool **spool = push_spool(L);
    int status;

    luaL_checktype(L, 1, LUA_TTABLE);
    if (spool_open(spool, err) != 0 ||
        write_rows(L, *spool, row, columns, err) != 0)
        return core_db_push_error(L, err);
    lua_newtable(L);
    while ((status = spool_read(*spool, row, columns, err)) == 1) {
        lua_createtable(L, (int)columns, 0);
        for (size_t j = 0; j < columns; j++) {
            core_db_push_value(L, &row[j]);
            lua_pop(L, 1); /* its kind */
            lua_rawseti(L, -2, (lua_Integer)j + 1);
        }
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    return status == 0 ? 1 : core_db_push_error(L, err);
}

static enum sql_lex_dialect check_dialect(lua_State *L, int index)
{
    static const char *const names[] = {"sqlite", "postgresql", "either", NULL};

    return (enum sql_lex_dialect)luaL_checkoption(L, index, NULL, names);
}

/* sql_kind(dialect, sql, server_version) -> name */
static int l_sql_kind(lua_State *L)
{
    size_t size;
    const char *sql = luaL_checklstring(L, 2, &size);

    lua_pushstring(L, sql_kind_names[sql_kind(check_dialect(L, 1), sql, size,
                                              (int)luaL_optinteger(L, 3, 0))]);
    return 1;
}

/* sql_split(dialect, sql) -> { statement ... } */
static int l_sql_split(lua_State *L)
{
    enum sql_lex_dialect dialect = check_dialect(L, 1);
    size_t size, at = 0;
    const char *sql = luaL_checklstring(L, 2, &size);

    lua_newtable(L);
    while (at < size) {
        size_t piece = sql_kind_split(dialect, sql + at, size - at);

        lua_pushlstring(L, sql + at, piece);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
        at += piece;
    }
    return 1;
}

/* sql_setting(dialect, sql) -> name or nil */
static int l_sql_setting(lua_State *L)
{
    struct arena arena;
    size_t size;
    const char *sql = luaL_checklstring(L, 2, &size);
    enum sql_lex_dialect dialect = check_dialect(L, 1);

    arena_init(&arena, NULL, NULL);
    lua_pushstring(L, sql_kind_setting(dialect, sql, size, &arena));
    arena_clear(&arena);
    return 1;
}

/* sql_index(dialect, sql) -> { verb, schema, name, ... } or nil */
static int l_sql_index(lua_State *L)
{
    static const char *const verbs[] = {"create", "drop", "reindex"};
    enum sql_lex_dialect dialect = check_dialect(L, 1);
    struct sql_kind_index index;
    struct arena arena;
    size_t size;
    const char *sql = luaL_checklstring(L, 2, &size);

    arena_init(&arena, NULL, NULL);
    if (sql_kind_index(dialect, sql, size, &arena, &index)) {
        lua_newtable(L);
        core_db_push_field(L, "verb", verbs[index.verb]);
        core_db_push_field(L, "schema", index.schema);
        core_db_push_field(L, "name", index.name);
        core_db_push_field(L, "table_schema", index.table_schema);
        core_db_push_field(L, "table", index.table);
        core_db_push_tri(L, "concurrently",
                         index.concurrently ? TRI_TRUE : TRI_UNSET);
        core_db_push_tri(L, "unique", index.unique ? TRI_TRUE : TRI_UNSET);
        core_db_push_tri(L, "if_exists",
                         index.if_exists ? TRI_TRUE : TRI_UNSET);
    } else {
        lua_pushnil(L);
    }
    arena_clear(&arena);
    return 1;
}

static const luaL_Reg functions[] = {{"sql_kind", l_sql_kind},
                                     {"sql_split", l_sql_split},
                                     {"sql_setting", l_sql_setting},
                                     {"sql_index", l_sql_index},

                                     {"url_parse", l_url_parse},
                                     {"params", l_params},
                                     {"lex", l_lex},
                                     {"spool", l_spool},
                                     {"table_text", l_table_text},
                                     {NULL, NULL}};

void core_db_add_texts(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
