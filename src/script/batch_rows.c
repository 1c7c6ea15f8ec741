#include "script/batch_rows.h"

#include "base/str.h"
#include "script/bridge.h"
#include "script/marshal.h"
#include "script/statement.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Pushes the names of the columns, one by one. */
static int push_names(lua_State *L, const struct batch_plan *plan)
{
    int first = lua_gettop(L) + 1;

    luaL_checkstack(L, (int)plan->count + 16, "too many columns");
    for (size_t i = 0; i < plan->count; i++)
        lua_pushstring(L, plan->columns[i].name);
    return first;
}

static void push_row(lua_State *L, const struct batch_plan *plan,
                     const struct value *row, int names)
{
    lua_createtable(L, 0, (int)plan->count);
    for (size_t i = 0; i < plan->count; i++) {
        if (row[i].kind == VALUE_NULL)
            continue;
        lua_pushvalue(L, names + (int)i);
        bridge_push(L, &row[i], true);
        lua_rawset(L, -3);
    }
}

void batch_rows_push(lua_State *L, const struct batch_plan *plan,
                     const struct batch_rows *rows)
{
    int list, names, mark;

    luaL_checkstack(L, 4, NULL);
    lua_createtable(L, (int)rows->count, 0);
    lua_createtable(L, (int)rows->count, 0);
    list = lua_gettop(L) - 1;
    names = push_names(L, plan);
    statement_push_row_mark(L);
    mark = lua_gettop(L);
    for (size_t i = 0; i < rows->count; i++) {
        push_row(L, plan, rows->values + i * rows->width, names);
        lua_pushvalue(L, mark);
        lua_setmetatable(L, -2);
        lua_pushvalue(L, -1);
        lua_rawseti(L, list + 1, (lua_Integer)i + 1);
        lua_rawseti(L, list, (lua_Integer)i + 1);
    }
    lua_settop(L, list + 1);
}

/* --- taking back --- */

struct taker {
    lua_State *L;
    const struct batch_plan *plan;
    const struct batch_rows *rows;
    int list;
    const char **names; /* as Lua has them: the same text, the same address */
    size_t *places;     /* of a column among the update columns */
    size_t row;
};

/* "the row with id = 5" */
static const char *shown(const struct taker *t, size_t row)
{
    const struct value *values = t->rows->values + row * t->rows->width;
    struct script *script = script_of(t->L);
    struct buf text;

    buf_init(&text, &script->arena);
    buf_add(&text, "the row with ");
    for (size_t i = 0; i < t->plan->key_count; i++) {
        buf_addf(&text, "%s%s = ", i > 0 ? ", " : "", t->plan->columns[i].name);
        bridge_push(t->L, &values[i], true);
        buf_add(&text, luaL_tolstring(t->L, -1, NULL));
        lua_pop(t->L, 2);
    }
    return text.data;
}

static int fail_field(const struct taker *t, size_t column)
{
    const struct batch_column *at = &t->plan->columns[column];

    if (at->key)
        return bridge_fail(t->L, "%s: %s: the key '%s' was changed",
                           t->plan->request->function, shown(t, t->row),
                           at->name);
    return bridge_fail(t->L,
                       "%s: %s: the field '%s' was changed, but it is not in "
                       "`update`",
                       t->plan->request->function, shown(t, t->row), at->name);
}

/* The key below the value on top is no column. */
static int fail_unknown(const struct taker *t)
{
    lua_State *L = t->L;
    const char *key, *near;

    lua_pop(L, 1);
    if (lua_type(L, -1) != LUA_TSTRING)
        return bridge_fail(L, "%s: %s: a field is a %s, not a name",
                           t->plan->request->function, shown(t, t->row),
                           luaL_typename(L, -1));
    key = lua_tostring(L, -1);
    near = str_suggest(key, t->names, t->plan->count);
    if (near != NULL)
        return bridge_fail(L, "%s: %s: unknown field '%s' (did you mean '%s'?)",
                           t->plan->request->function, shown(t, t->row), key,
                           near);
    return bridge_fail(L, "%s: %s: unknown field '%s'",
                       t->plan->request->function, shown(t, t->row), key);
}

/* The column that the key below the value on top names. */
static size_t find_column(const struct taker *t)
{
    const char *key;

    if (lua_type(t->L, -2) != LUA_TSTRING)
        return t->plan->count;
    key = lua_tostring(t->L, -2);
    for (size_t i = 0; i < t->plan->count; i++)
        if (t->names[i] == key)
            return i;
    for (size_t i = 0; i < t->plan->count; i++)
        if (str_equal(t->names[i], key))
            return i;
    return t->plan->count;
}

/* Whether the value on top is the one that was handed out. */
static bool is_same(lua_State *L, const struct value *value)
{
    const char *text;
    size_t size;

    switch (value->kind) {
    case VALUE_BOOLEAN:
        return lua_isboolean(L, -1) && lua_toboolean(L, -1) == value->boolean;
    case VALUE_INTEGER:
        return lua_isinteger(L, -1) && lua_tointeger(L, -1) == value->integer;
    case VALUE_FLOAT:
        lua_pushnumber(L, value->number);
        size = (size_t)lua_rawequal(L, -1, -2);
        lua_pop(L, 1);
        return size != 0 ||
               (isnan(value->number) && lua_type(L, -1) == LUA_TNUMBER &&
                isnan(lua_tonumber(L, -1)));
    case VALUE_TEXT:
    case VALUE_BYTES:
        if (lua_type(L, -1) != LUA_TSTRING)
            return false;
        text = lua_tolstring(L, -1, &size);
        return size == value->text.size &&
               memcmp(text, value->text.data, size) == 0;
    default:
        return false;
    }
}

/* The server would say so of a list, or of a line of COPY. */
static void check_text(const struct taker *t, size_t column,
                       const struct value *value)
{
    const char *what = NULL;

    if (script_of(t->L)->db->dialect != DIALECT_POSTGRESQL ||
        value->kind != VALUE_TEXT)
        return;
    if (memchr(value->text.data, '\0', value->text.size) != NULL)
        what = "a text cannot hold a NUL byte";
    else if (!str_utf8_valid(value->text.data, value->text.size))
        what = "a text must be UTF-8";
    if (what != NULL)
        bridge_fail(t->L, "%s: %s: column '%s': %s", t->plan->request->function,
                    shown(t, t->row), t->plan->columns[column].name, what);
}

/* Reads the value on top, and leaves it there. */
static void read_value(const struct taker *t, size_t column, struct value *out)
{
    const struct value *old = t->rows->values + t->row * t->rows->width;
    lua_State *L = t->L;

    if (lua_type(L, -1) == LUA_TSTRING) {
        out->kind = t->plan->columns[column].bytes ? VALUE_BYTES : VALUE_TEXT;
        /* SQLite: what was not touched stays what it is, text or binary */
        if (is_same(L, &old[column]))
            out->kind = old[column].kind;
        out->text.data = lua_tolstring(L, -1, &out->text.size);
        check_text(t, column, out);
    } else if (lua_isinteger(L, -1)) {
        out->kind = VALUE_INTEGER;
        out->integer = lua_tointeger(L, -1);
    } else {
        bool plain =
            lua_type(L, -1) <= LUA_TNUMBER && !isnan(lua_tonumber(L, -1));
        const char *what = "column";

        if (!plain)
            what = arena_printf(&script_of(L)->arena, "%s: column",
                                shown(t, t->row));
        lua_pushvalue(L, -1);
        statement_value(L, t->plan->request->function, what,
                        t->plan->columns[column].name, false, out);
    }
}

/* Fields that are gone now: NULL for an update column, else a change. */
static void check_gone(const struct taker *t, int row)
{
    const struct value *values = t->rows->values + t->row * t->rows->width;

    for (size_t i = 0; i < t->plan->count; i++) {
        if (t->plan->columns[i].update || values[i].kind == VALUE_NULL)
            continue;
        lua_pushstring(t->L, t->names[i]);
        if (lua_rawget(t->L, row) == LUA_TNIL)
            fail_field(t, i);
        lua_pop(t->L, 1);
    }
}

static void take_row(struct taker *t, int row, struct value *out)
{
    const struct batch_plan *plan = t->plan;
    const struct value *values = t->rows->values + t->row * t->rows->width;
    lua_State *L = t->L;
    size_t kept = 0, seen = 0;

    for (size_t i = 0; i < plan->count; i++)
        kept += !plan->columns[i].update && values[i].kind != VALUE_NULL;
    for (size_t i = 0; i < plan->update_count; i++)
        out[i].kind = VALUE_NULL;
    for (lua_pushnil(L); lua_next(L, row) != 0; lua_pop(L, 1)) {
        size_t column = find_column(t);

        if (column == plan->count)
            fail_unknown(t);
        if (plan->columns[column].update) {
            read_value(t, column, &out[t->places[column]]);
        } else {
            if (!is_same(L, &values[column]))
                fail_field(t, column);
            seen++;
        }
    }
    if (seen != kept)
        check_gone(t, row);
}

/* The list in another order: pushes nothing, raises for a row that was added
 * or removed. */
static void check_order(const struct taker *t)
{
    lua_State *L = t->L;
    lua_Integer count = (lua_Integer)t->rows->count;

    lua_createtable(L, 0, (int)count);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, t->list + 1, i);
        lua_pushinteger(L, i);
        lua_rawset(L, -3);
    }
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, t->list, i);
        lua_pushvalue(L, -1);
        if (lua_isnil(L, -1) || lua_rawget(L, -3) != LUA_TNUMBER)
            bridge_fail(L,
                        "%s: rows[%lld] is no row of this batch, or it is "
                        "there twice",
                        t->plan->request->function, (long long)i);
        lua_pop(L, 1);
        lua_pushnil(L);
        lua_rawset(L, -3);
    }
    lua_pop(L, 1);
}

static void check_list(const struct taker *t)
{
    lua_State *L = t->L;
    size_t count = (size_t)lua_rawlen(L, t->list);
    bool same = true;

    if (count != t->rows->count)
        bridge_fail(L,
                    "%s: the function got %zu rows and left %zu: rows cannot "
                    "be added or removed",
                    t->plan->request->function, t->rows->count, count);
    for (size_t i = 1; same && i <= count; i++) {
        lua_rawgeti(L, t->list, (lua_Integer)i);
        lua_rawgeti(L, t->list + 1, (lua_Integer)i);
        same = lua_rawequal(L, -1, -2);
        lua_pop(L, 2);
    }
    if (!same)
        check_order(t);
}

void batch_rows_take(lua_State *L, const struct batch_plan *plan,
                     const struct batch_rows *rows, int list,
                     struct value *values)
{
    struct arena *arena = &script_of(L)->arena;
    struct taker t = {.L = L, .plan = plan, .rows = rows, .list = list};
    int names = push_names(L, plan), row;

    t.names = arena_array(arena, const char *, plan->count + 1);
    t.places = arena_array(arena, size_t, plan->count + 1);
    for (size_t i = 0; i < plan->count; i++)
        t.names[i] = lua_tostring(L, names + (int)i);
    for (size_t i = 0; i < plan->update_count; i++)
        t.places[plan->updates[i]] = i;
    check_list(&t);
    row = lua_gettop(L) + 1;
    for (t.row = 0; t.row < rows->count; t.row++) {
        lua_rawgeti(L, list + 1, (lua_Integer)t.row + 1);
        take_row(&t, row, values + t.row * plan->update_count);
        lua_pop(L, 1);
    }
    lua_settop(L, list + 1);
}
