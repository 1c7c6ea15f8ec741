#include "script/bulk_parts.h"

#include "db/pg_text.h"

/* What a statement with several rows has at most, besides parameters. */
enum { CHUNK_ROWS = 500, CHUNK_BYTES = 1 << 20 };

/* The text for the rows of the chunk: kept for the next chunk, which mostly
 * is as large. */
static const char *chunk_text(lua_State *L, struct bulk *bulk, size_t *size)
{
    const char *text;
    struct buf sql;

    if (bulk->text_rows != bulk->chunk_rows) {
        buf_init(&sql, &bulk->script->arena);
        bulk_text_insert(L, bulk, NULL, bulk->chunk_rows, &sql);
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

void bulk_chunk_flush(lua_State *L, struct bulk *bulk, lua_Integer last)
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
    bulk_insert_send(L, bulk, first, &statement);
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

void bulk_chunk_add(lua_State *L, struct bulk *bulk)
{
    size_t most = BULK_PARAMS / (bulk->count > 0 ? bulk->count : 1);
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
        bulk_chunk_flush(L, bulk, bulk->row);
}

void bulk_chunk_begin(struct bulk *bulk)
{
    size_t most = CHUNK_ROWS * bulk->count;

    if (most > BULK_PARAMS)
        most = BULK_PARAMS;
    if (most > bulk->chunk_capacity) {
        bulk->chunk = arena_array(&bulk->script->arena, struct value, most);
        bulk->chunk_capacity = most;
    }
    bulk->text_rows = 0;
    bulk->chunk_mark = arena_mark(&bulk->script->arena);
}
