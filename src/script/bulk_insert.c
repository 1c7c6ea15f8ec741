#include "script/bulk_insert.h"

#include "base/str.h"
#include "db/pg_text.h"
#include "ddl/ddl.h"
#include "script/bridge.h"
#include "script/marshal.h"
#include "script/queue.h"
#include "script/statement.h"
#include "script/watch.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "op.bulk_insert"

enum { SETS_MAX = 256, WATCH_ROWS = 256 };

/* What a statement with several rows has at most: parameters (the protocol
 * counts them in 16 bits), rows and bytes. */
enum { CHUNK_PARAMS = 65535, CHUNK_ROWS = 500, CHUNK_BYTES = 1 << 20 };

/* places on the stack: the arguments, the texts by their set of columns, the
 * columns of the current set, the row */
enum { TABLE = 1, ROWS, OPTIONS, SETS, COLUMNS, ROW };

struct bulk {
    struct script *script;
    const char *schema;
    const char *sql; /* for rows with the current columns; held by SETS */
    size_t size;
    const char **columns; /* sorted; held by COLUMNS */
    struct value *values;
    size_t count;
    size_t capacity; /* of columns and values */
    size_t sets;
    bool inlined;    /* a value of the row is `sql` */
    lua_Integer row; /* from 1, for messages */

    /* PostgreSQL, and where SQL is only written: rows with the current columns,
     * for one statement */
    bool gathers;
    struct value *chunk;
    size_t chunk_capacity, chunk_rows, chunk_bytes;
    struct arena_mark chunk_mark; /* what the chunk has in the arena */
    size_t text_rows;             /* rows of the text in SETS[1] */
};

static void check_name(lua_State *L, const char *what, const char *name,
                       size_t size)
{
    if (size == 0)
        bridge_fail(L, NAME ": %s: the name is empty", what);
    if (strlen(name) != size)
        bridge_fail(L, NAME ": %s: the name has a NUL byte", what);
    if (!str_utf8_valid(name, size))
        bridge_fail(L, NAME ": %s: the name is not valid UTF-8", what);
}

static const char *read_name(lua_State *L, const char *what, int index)
{
    size_t size;
    const char *name;

    if (lua_type(L, index) != LUA_TSTRING)
        bridge_fail(L, NAME ": %s: expected string, got %s", what,
                    marshal_got(L, index));
    name = lua_tolstring(L, index, &size);
    check_name(L, what, name, size);
    return name;
}

/* The key below the value on top, for messages; no metamethod is called. */
static const char *key_text(lua_State *L)
{
    return lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2)
                                          : luaL_typename(L, -2);
}

/* The schema, from the options. Its text stays in the table of options. */
static const char *read_schema(lua_State *L)
{
    const char *schema = NULL;

    if (lua_isnil(L, OPTIONS))
        return NULL;
    if (strcmp(marshal_got(L, OPTIONS), "table") != 0)
        bridge_fail(L, NAME ": argument 3 (options): expected table, got %s",
                    marshal_got(L, OPTIONS));
    for (lua_pushnil(L); lua_next(L, OPTIONS) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING ||
            !str_equal(lua_tostring(L, -2), "schema"))
            bridge_fail(L, NAME ": %s: unknown option (there is 'schema')",
                        key_text(L));
        schema = read_name(L, "schema", -1);
    }
    return schema;
}

static lua_Integer count_rows(lua_State *L)
{
    lua_Integer count = (lua_Integer)lua_rawlen(L, ROWS), seen = 0;

    if (strcmp(marshal_got(L, ROWS), "table") != 0)
        bridge_fail(L,
                    NAME ": argument 2 (rows): expected list of rows, got "
                         "%s",
                    marshal_got(L, ROWS));
    for (lua_pushnil(L); lua_next(L, ROWS) != 0; lua_pop(L, 1)) {
        if (!lua_isinteger(L, -2))
            bridge_fail(L,
                        NAME ": argument 2 (rows): expected list of rows, got "
                             "a table with the key '%s' (write { { %s = ... } "
                             "} for one row)",
                        key_text(L), key_text(L));
        seen++;
    }
    if (seen != count)
        bridge_fail(L, NAME ": argument 2 (rows): the list has a hole");
    return count;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void grow(struct bulk *bulk, size_t count)
{
    struct arena *arena = &bulk->script->arena;

    if (count <= bulk->capacity)
        return;
    bulk->capacity = count * 2;
    bulk->columns = arena_array(arena, const char *, bulk->capacity);
    bulk->values = arena_array(arena, struct value, bulk->capacity);
}

/* Adds "(?1, ?2)" for the columns; `values` NULL for parameters everywhere,
 * else `sql` values are written and the others numbered. */
static void write_row(const struct bulk *bulk, const struct value *values,
                      size_t *number, struct buf *sql)
{
    char sign = bulk->script->db->dialect == DIALECT_POSTGRESQL ? '$' : '?';

    for (size_t i = 0; i < bulk->count; i++) {
        buf_add(sql, i == 0 ? "(" : ", ");
        if (values != NULL && values[i].kind == VALUE_SQL)
            buf_addf(sql, "(%s\n)", values[i].text.data);
        else
            buf_addf(sql, "%c%zu", sign, ++*number);
    }
    buf_char(sql, ')');
}

/* Adds "INSERT INTO t (a, b) VALUES (?1, ...)" for `rows` rows. */
static void write_insert(lua_State *L, const struct bulk *bulk,
                         const struct value *values, size_t rows,
                         struct buf *sql)
{
    enum dialect dialect = bulk->script->db->dialect;
    size_t number = 0;

    buf_add(sql, "INSERT INTO ");
    ddl_qualified(sql, dialect, bulk->schema, lua_tostring(L, TABLE));
    if (bulk->count == 0) {
        buf_add(sql, " DEFAULT VALUES");
        return;
    }
    for (size_t i = 0; i < bulk->count; i++) {
        buf_add(sql, i == 0 ? " (" : ", ");
        ddl_name(sql, dialect, bulk->columns[i]);
    }
    buf_add(sql, ") VALUES ");
    for (size_t i = 0; i < rows; i++) {
        if (i > 0)
            buf_add(sql, ", ");
        write_row(bulk, values, &number, sql);
    }
}

/* Finds the text for the current columns, or writes it. */
static void find_text(lua_State *L, struct bulk *bulk)
{
    struct arena *arena = &bulk->script->arena;
    struct arena_mark mark = arena_mark(arena);
    struct buf text;

    buf_init(&text, arena);
    for (size_t i = 0; i < bulk->count; i++)
        buf_addn(&text, bulk->columns[i], strlen(bulk->columns[i]) + 1);
    lua_pushlstring(L, text.data, text.size);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, SETS) != LUA_TSTRING) {
        lua_pop(L, 1);
        if (bulk->sets++ == SETS_MAX) {
            lua_newtable(L);
            lua_replace(L, SETS);
            bulk->sets = 1;
        }
        buf_reset(&text);
        write_insert(L, bulk, NULL, 1, &text);
        lua_pushlstring(L, text.data, text.size);
        lua_pushvalue(L, -2);
        lua_pushvalue(L, -2);
        lua_rawset(L, SETS);
    }
    bulk->sql = lua_tolstring(L, -1, &bulk->size);
    lua_pop(L, 2);
    arena_release(arena, mark);
}

/* Takes the keys of the row as the columns. */
static void take_columns(lua_State *L, struct bulk *bulk)
{
    char what[48];
    size_t count = 0;

    snprintf(what, sizeof what, "rows[%lld]", (long long)bulk->row);
    for (lua_pushnil(L); lua_next(L, ROW) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            bridge_fail(L,
                        NAME ": %s: a row is a table by column name, but "
                             "it has a key that is a %s",
                        what, luaL_typename(L, -2));
        count++;
    }
    grow(bulk, count);
    bulk->count = 0;
    for (lua_pushnil(L); lua_next(L, ROW) != 0; lua_pop(L, 1))
        bulk->columns[bulk->count++] = read_name(L, what, -2);
    if (count > 0)
        qsort(bulk->columns, count, sizeof *bulk->columns, compare);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushstring(L, bulk->columns[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_replace(L, COLUMNS);
    find_text(L, bulk);
}

/* Whether the row has the current columns and no others. */
static bool same_columns(lua_State *L, const struct bulk *bulk)
{
    size_t count = 0;

    for (size_t i = 0; i < bulk->count; i++) {
        int type;

        lua_rawgeti(L, COLUMNS, (lua_Integer)i + 1);
        type = lua_rawget(L, ROW);
        lua_pop(L, 1);
        if (type == LUA_TNIL)
            return false;
    }
    for (lua_pushnil(L); lua_next(L, ROW) != 0; lua_pop(L, 1))
        count++;
    return count == bulk->count;
}

static void read_values(lua_State *L, struct bulk *bulk)
{
    char what[48];

    snprintf(what, sizeof what, "rows[%lld], column", (long long)bulk->row);
    bulk->inlined = false;
    for (size_t i = 0; i < bulk->count; i++) {
        struct value *value = &bulk->values[i];

        lua_rawgeti(L, COLUMNS, (lua_Integer)i + 1);
        if (lua_rawget(L, ROW) == LUA_TTABLE && bridge_is_sql(L, -1)) {
            if (bridge_value(L, -1, false, value) != 0 ||
                strlen(value->text.data) != value->text.size)
                bridge_fail(L, NAME ": %s '%s': the sql value is not valid",
                            what, bulk->columns[i]);
            bulk->inlined = true;
            lua_pop(L, 1);
        } else {
            statement_value(L, NAME, what, bulk->columns[i], false, value);
        }
    }
}

/* The text of a row with `sql` values; the others move together. */
static void write_inlined(lua_State *L, struct bulk *bulk,
                          struct db_statement *statement)
{
    struct value *params =
        arena_array(&bulk->script->arena, struct value, bulk->count);
    struct buf sql;
    size_t count = 0;

    buf_init(&sql, &bulk->script->arena);
    write_insert(L, bulk, bulk->values, 1, &sql);
    for (size_t i = 0; i < bulk->count; i++)
        if (bulk->values[i].kind != VALUE_SQL)
            params[count++] = bulk->values[i];
    statement->sql = sql.data;
    statement->size = sql.size;
    statement->params = params;
    statement->param_count = count;
}

/* Runs a statement that holds the rows from `first` to bulk->row. */
static void run(lua_State *L, struct bulk *bulk, lua_Integer first,
                struct db_statement *statement)
{
    struct script *script = bulk->script;
    bool waits = !queue_allowed(L);

    if (queue_send(L, statement, NULL) == 0)
        return;
    if (waits && first == bulk->row)
        error_context(&script->err, NAME ": rows[%lld]", (long long)first);
    else if (waits)
        error_context(&script->err, NAME ": one of rows[%lld] to rows[%lld]",
                      (long long)first, (long long)bulk->row);
    bridge_raise(L);
}

/* Inserts the row by a statement of its own. */
static void insert_one(lua_State *L, struct bulk *bulk)
{
    struct db_statement statement = {.sql = bulk->sql,
                                     .size = bulk->size,
                                     .params = bulk->values,
                                     .param_count = bulk->count};

    if (bulk->inlined)
        write_inlined(L, bulk, &statement);
    run(L, bulk, bulk->row, &statement);
}

/* --- PostgreSQL: several rows in a statement --- */

/* The text for the rows of the chunk: kept for the next chunk, which mostly
 * is as large. */
static const char *chunk_text(lua_State *L, struct bulk *bulk, size_t *size)
{
    const char *text;
    struct buf sql;

    if (bulk->text_rows != bulk->chunk_rows) {
        buf_init(&sql, &bulk->script->arena);
        write_insert(L, bulk, NULL, bulk->chunk_rows, &sql);
        lua_pushlstring(L, sql.data, sql.size);
        lua_rawseti(L, SETS, 1);
        bulk->text_rows = bulk->chunk_rows;
    }
    lua_rawgeti(L, SETS, 1);
    text = lua_tolstring(L, -1, size);
    lua_pop(L, 1);
    return text;
}

/* What an error shows in the place of a long list of numbers. */
static const char *chunk_shown(const struct bulk *bulk, lua_Integer first)
{
    return arena_printf(&bulk->script->arena,
                        "%s -- op.bulk_insert, rows[%lld] to rows[%lld]",
                        bulk->sql, (long long)first,
                        (long long)first + (lua_Integer)bulk->chunk_rows - 1);
}

static void flush(lua_State *L, struct bulk *bulk, lua_Integer last)
{
    struct db_statement statement = {
        .params = bulk->chunk, .param_count = bulk->chunk_rows * bulk->count};
    lua_Integer first = last - (lua_Integer)bulk->chunk_rows + 1;
    lua_Integer row = bulk->row;

    if (bulk->chunk_rows == 0)
        return;
    statement.sql = chunk_text(L, bulk, &statement.size);
    statement.shown = chunk_shown(bulk, first);
    bulk->row = last;
    run(L, bulk, first, &statement);
    bulk->row = row;
    bulk->chunk_rows = 0;
    bulk->chunk_bytes = 0;
    arena_release(&bulk->script->arena, bulk->chunk_mark);
}

/* A float as text keeps all its digits in a numeric column. */
static void keep_digits(struct bulk *bulk, struct value *value)
{
    struct buf text;

    if (value->kind != VALUE_FLOAT)
        return;
    buf_init(&text, &bulk->script->arena);
    pg_text_number(&text, value->number);
    value->kind = VALUE_TEXT;
    value->text.data = text.data;
    value->text.size = text.size;
}

static void gather(lua_State *L, struct bulk *bulk)
{
    size_t most = CHUNK_PARAMS / (bulk->count > 0 ? bulk->count : 1);
    struct value *row = bulk->chunk + bulk->chunk_rows * bulk->count;

    for (size_t i = 0; i < bulk->count; i++) {
        row[i] = bulk->values[i];
        if (!bulk->script->db->prints)
            keep_digits(bulk, &row[i]);
        if (row[i].kind == VALUE_TEXT || row[i].kind == VALUE_BYTES)
            bulk->chunk_bytes += row[i].text.size;
    }
    bulk->chunk_rows++;
    if (bulk->chunk_rows >= (most < CHUNK_ROWS ? most : CHUNK_ROWS) ||
        bulk->chunk_bytes >= CHUNK_BYTES)
        flush(L, bulk, bulk->row);
}

/* Makes room for a chunk of the columns that come now. */
static void begin_chunk(struct bulk *bulk)
{
    size_t most = CHUNK_ROWS * bulk->count;

    if (most > CHUNK_PARAMS)
        most = CHUNK_PARAMS;
    if (most > bulk->chunk_capacity) {
        bulk->chunk = arena_array(&bulk->script->arena, struct value, most);
        bulk->chunk_capacity = most;
    }
    bulk->text_rows = 0;
    bulk->chunk_mark = arena_mark(&bulk->script->arena);
}

/* Whether the row goes by itself: `sql` values are text of the statement, and
 * a row without columns has no list. */
static bool is_single(const struct bulk *bulk)
{
    return !bulk->gathers || bulk->inlined || bulk->count == 0 ||
           bulk->count > CHUNK_PARAMS;
}

static void insert(lua_State *L, struct bulk *bulk)
{
    struct arena *arena = &bulk->script->arena;
    struct arena_mark mark;

    if (strcmp(marshal_got(L, ROW), "table") != 0)
        bridge_fail(L, NAME ": rows[%lld]: expected table, got %s",
                    (long long)bulk->row, marshal_got(L, ROW));
    if (bulk->sql == NULL || !same_columns(L, bulk)) {
        flush(L, bulk, bulk->row - 1);
        take_columns(L, bulk);
        if (bulk->gathers)
            begin_chunk(bulk);
    }
    mark = arena_mark(arena);
    read_values(L, bulk);
    if (!is_single(bulk)) {
        gather(L, bulk);
        return;
    }
    if (bulk->chunk_rows > 0) {
        flush(L, bulk, bulk->row - 1); /* takes the row's values with it */
        mark = arena_mark(arena);
        read_values(L, bulk);
    }
    insert_one(L, bulk);
    arena_release(arena, mark);
}

int bulk_insert_run(lua_State *L)
{
    struct bulk bulk = {.script = script_enter(L, NAME)};
    lua_Integer count;

    if (lua_gettop(L) > OPTIONS)
        bridge_fail(L, NAME ": too many arguments (%d, at most 3)",
                    lua_gettop(L));
    lua_settop(L, OPTIONS);
    read_name(L, "argument 1 (table)", TABLE);
    bulk.schema = read_schema(L);
    bulk.gathers = bulk.script->db->dialect == DIALECT_POSTGRESQL ||
                   bulk.script->db->prints;
    count = count_rows(L);
    lua_newtable(L);
    lua_newtable(L);
    for (bulk.row = 1; bulk.row <= count; bulk.row++) {
        lua_rawgeti(L, ROWS, bulk.row);
        insert(L, &bulk);
        lua_settop(L, COLUMNS);
        if (bulk.row % WATCH_ROWS == 0)
            watch_cancel(L);
    }
    flush(L, &bulk, count);
    script_leave(bulk.script);
    lua_pushinteger(L, count);
    return 1;
}
