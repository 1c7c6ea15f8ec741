#include "script/bulk_parts.h"

#include "ddl/ddl.h"

#include <string.h>

enum { SETS_MAX = 256 };

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

void bulk_text_insert(lua_State *L, const struct bulk *bulk,
                      const struct value *values, size_t rows, struct buf *sql)
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

void bulk_text_find(lua_State *L, struct bulk *bulk)
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
        bulk_text_insert(L, bulk, NULL, 1, &text);
        lua_pushlstring(L, text.data, text.size);
        lua_pushvalue(L, -2);
        lua_pushvalue(L, -2);
        lua_rawset(L, SETS);
    }
    bulk->sql = lua_tolstring(L, -1, &bulk->size);
    lua_pop(L, 2);
    arena_release(arena, mark);
}
