#include "base/json_number.h"
#include "base/json_write.h"
#include "base/str.h"
#include "script/json_parts.h"

#include <lauxlib.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An error shows so many steps of the path, from the root. */
#define PATH_STEPS 8
/* An error shows so many bytes of a key. */
#define KEY_SHOWN 40
/* What a table needs on the Lua stack: a key, a value, a metatable, the new
 * buffer, and some for an error. */
#define SLOTS 12

/* A table that is being written, inside of another one. */
struct frame {
    const struct frame *parent;
    int key;           /* slot of the key, or 0 in an array */
    lua_Integer index; /* in an array */
};

/* A key of an object. The table keeps its text alive. */
struct key {
    const char *text; /* NULL: a number */
    size_t size;
    bool is_integer;
    lua_Integer integer;
    lua_Number number;
};

struct encoder {
    lua_State *L;
    const struct json_config *config;
    char *data;
    size_t size;
    size_t capacity;
    int slot;         /* on the stack: keeps a large buffer alive */
    struct key *keys; /* of the objects that are being written */
    size_t key_count;
    size_t key_capacity;
    int key_slot; /* as `slot` */
    lua_Integer depth;
    const struct frame *inner;
};

static void encode_value(struct encoder *e);

/* Adds one step of the path: .name, [7] or ["other key"]. */
static void add_step(luaL_Buffer *out, lua_State *L, const struct frame *frame)
{
    char text[JSON_NUMBER_SIZE];
    const char *key;
    size_t size;
    bool cut;

    if (frame->key == 0 || lua_type(L, frame->key) != LUA_TSTRING) {
        lua_Number number = frame->key == 0 ? 0 : lua_tonumber(L, frame->key);
        lua_Integer index = frame->index;

        luaL_addchar(out, '[');
        if (frame->key == 0 || lua_isinteger(L, frame->key)) {
            if (frame->key != 0)
                index = lua_tointeger(L, frame->key);
            size = json_number_integer(text, index);
        } else {
            size = json_number_float(text, number);
        }
        luaL_addlstring(out, text, size);
        luaL_addchar(out, ']');
        return;
    }
    key = lua_tolstring(L, frame->key, &size);
    cut = size > KEY_SHOWN;
    luaL_addstring(out, "[\"");
    for (size_t i = 0; i < (cut ? KEY_SHOWN : size); i++) {
        if (json_write_plain(key + i, 1) == 1) {
            luaL_addchar(out, key[i]);
            continue;
        }
        snprintf(text, sizeof text, "\\x%02x", (unsigned char)key[i]);
        luaL_addstring(out, text);
    }
    luaL_addstring(out, cut ? "...\"]" : "\"]");
}

/* Pushes the path of the value that is being written: `(at [1]["name"])`. */
static void push_path(struct encoder *e)
{
    luaL_Buffer out;
    int depth = 0;

    for (const struct frame *f = e->inner; f != NULL; f = f->parent)
        depth++;
    luaL_buffinit(e->L, &out);
    if (depth > 0)
        luaL_addstring(&out, " (at ");
    for (int i = 0; i < depth && i < PATH_STEPS; i++) {
        const struct frame *frame = e->inner;

        for (int up = depth - 1; up > i; up--)
            frame = frame->parent;
        add_step(&out, e->L, frame);
    }
    if (depth > 0)
        luaL_addstring(&out, depth > PATH_STEPS ? "...)" : ")");
    luaL_pushresult(&out);
}

static void fail(struct encoder *e, const char *format, ...)
    __attribute__((noreturn, format(printf, 2, 3)));

static void fail(struct encoder *e, const char *format, ...)
{
    va_list args;

    luaL_checkstack(e->L, LUA_MINSTACK, "json.encode");
    va_start(args, format);
    lua_pushvfstring(e->L, format, args);
    va_end(args);
    push_path(e);
    luaL_error(e->L, "json.encode: %s%s", lua_tostring(e->L, -2),
               lua_tostring(e->L, -1));
    abort(); /* luaL_error does not return */
}

/* `number` for an error: the formats of Lua have no conversion for it that
 * the compiler knows. */
static const char *as_text(char out[JSON_NUMBER_SIZE + 1], int64_t number)
{
    out[json_number_integer(out, number)] = '\0';
    return out;
}

/* Moves the buffer to a larger one; the old one is the collector's. */
static void grow(struct encoder *e, size_t more)
{
    size_t capacity = e->capacity;
    char *data;

    while (capacity - e->size < more) {
        if (capacity > SIZE_MAX / 4)
            fail(e, "the text is too long");
        capacity *= 2;
    }
    data = lua_newuserdatauv(e->L, capacity, 0);
    memcpy(data, e->data, e->size);
    lua_replace(e->L, e->slot);
    e->data = data;
    e->capacity = capacity;
}

static inline char *reserve(struct encoder *e, size_t more)
{
    if (e->capacity - e->size < more)
        grow(e, more);
    return e->data + e->size;
}

static inline void put(struct encoder *e, char c)
{
    *reserve(e, 1) = c;
    e->size++;
}

static inline void put_text(struct encoder *e, const char *text, size_t size)
{
    memcpy(reserve(e, size), text, size);
    e->size += size;
}

static void put_string(struct encoder *e, const char *data, size_t size)
{
    size_t i = 0;

    reserve(e, size + 2);
    put(e, '"');
    for (;;) {
        size_t length = json_write_plain(data + i, size - i);
        char place[JSON_NUMBER_SIZE + 1];

        put_text(e, data + i, length);
        i += length;
        if (i == size)
            break;
        if ((unsigned char)data[i] >= 0x80)
            fail(e,
                 "invalid UTF-8 in a string (byte %d at position %s); JSON "
                 "holds text only",
                 (unsigned char)data[i], as_text(place, (int64_t)i + 1));
        e->size +=
            json_write_escape(reserve(e, JSON_WRITE_ESCAPE_SIZE), data[i]);
        i++;
    }
    put(e, '"');
}

/* Writes the number at `index`. Returns its length. */
static size_t put_number(struct encoder *e, int index)
{
    char *out = reserve(e, JSON_NUMBER_SIZE);
    size_t size;

    if (lua_isinteger(e->L, index))
        size = json_number_integer(out, lua_tointeger(e->L, index));
    else
        size = json_number_float(out, lua_tonumber(e->L, index));
    if (size == 0)
        fail(e, "JSON has no NaN and no infinity");
    e->size += size;
    return size;
}

/* Writes the key below the value on top, as a string. */
static void put_key(struct encoder *e, int table)
{
    lua_State *L = e->L;
    size_t size;

    if (lua_type(L, -2) == LUA_TSTRING) {
        const char *key = lua_tolstring(L, -2, &size);

        put_string(e, key, size);
    } else {
        put(e, '"');
        size = put_number(e, -2);
        lua_pushlstring(L, e->data + e->size - size, size);
        if (lua_rawget(L, table) != LUA_TNIL)
            fail(e, "a table has this key as a number and as a string");
        lua_pop(L, 1);
        put(e, '"');
    }
    put(e, ':');
}

/* Notes the key below the value on top. */
static void note_key(struct encoder *e)
{
    lua_State *L = e->L;
    struct key *key;

    if (e->key_count == e->key_capacity) {
        size_t capacity = e->key_capacity * 2;

        key = lua_newuserdatauv(L, capacity * sizeof *key, 0);
        memcpy(key, e->keys, e->key_count * sizeof *key);
        lua_replace(L, e->key_slot);
        e->keys = key;
        e->key_capacity = capacity;
    }
    key = &e->keys[e->key_count];
    *key = (struct key){0};
    if (lua_type(L, -2) == LUA_TSTRING) {
        key->text = lua_tolstring(L, -2, &key->size);
    } else if (lua_type(L, -2) == LUA_TNUMBER) {
        key->is_integer = lua_isinteger(L, -2);
        key->integer = key->is_integer ? lua_tointeger(L, -2) : 0;
        key->number = lua_tonumber(L, -2);
    } else {
        e->inner = e->inner->parent; /* the path of the table */
        fail(e, "a %s cannot be a key", luaL_typename(L, -2));
    }
    e->key_count++;
}

static void push_key(lua_State *L, const struct key *key)
{
    if (key->text != NULL)
        lua_pushlstring(L, key->text, key->size);
    else if (key->is_integer)
        lua_pushinteger(L, key->integer);
    else
        lua_pushnumber(L, key->number);
}

/* Numbers first. */
static int compare_keys(const void *first, const void *second)
{
    const struct key *a = first, *b = second;
    int order;

    if (a->text == NULL || b->text == NULL) {
        if (a->text != NULL || b->text != NULL)
            return a->text == NULL ? -1 : 1;
        if (a->is_integer && b->is_integer)
            return (a->integer > b->integer) - (a->integer < b->integer);
        return (a->number > b->number) - (a->number < b->number);
    }
    order = memcmp(a->text, b->text, a->size < b->size ? a->size : b->size);
    return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

/* Writes the table at `table` as an object, its first key and value being on
 * top of the stack. Pops both. The keys are sorted, since their order in a
 * table differs from run to run, and a step is known by its arguments. */
static void put_object(struct encoder *e, int table)
{
    struct frame frame = {.parent = e->inner, .key = lua_gettop(e->L) - 1};
    size_t first = e->key_count;
    size_t last;

    e->inner = &frame;
    do {
        note_key(e);
        lua_pop(e->L, 1);
    } while (lua_next(e->L, table) != 0);
    last = e->key_count;
    qsort(e->keys + first, last - first, sizeof *e->keys, compare_keys);
    put(e, '{');
    for (size_t i = first; i < last; i++) {
        if (i > first)
            put(e, ',');
        push_key(e->L, &e->keys[i]);
        lua_pushvalue(e->L, -1);
        lua_rawget(e->L, table);
        put_key(e, table);
        encode_value(e);
        lua_pop(e->L, 2);
    }
    put(e, '}');
    e->key_count = first;
    e->inner = frame.parent;
}

static void put_array(struct encoder *e, int table, lua_Integer count)
{
    struct frame frame = {.parent = e->inner, .key = 0};

    e->inner = &frame;
    put(e, '[');
    for (lua_Integer i = 1; i <= count; i++) {
        frame.index = i;
        if (i > 1)
            put(e, ',');
        lua_rawgeti(e->L, table, i);
        encode_value(e);
        lua_pop(e->L, 1);
    }
    put(e, ']');
    e->inner = frame.parent;
}

/* What a table says it is. */
enum mark { MARK_NONE, MARK_ARRAY, MARK_EMPTY_ARRAY };

/* Finds the mark of the table on top of the stack. Values of this program
 * are tables too, and would lose what they are. */
static enum mark find_mark(struct encoder *e)
{
    lua_State *L = e->L;
    const void *metatable;

    if (!lua_getmetatable(L, -1))
        return MARK_NONE;
    metatable = lua_topointer(L, -1);
    if (metatable == e->config->array_mt ||
        metatable == e->config->empty_array_mt) {
        lua_pop(L, 1);
        return metatable == e->config->array_mt ? MARK_ARRAY : MARK_EMPTY_ARRAY;
    }
    lua_pushliteral(L, "__name");
    if (lua_rawget(L, -2) == LUA_TSTRING) {
        const char *name = lua_tostring(L, -1);

        if (str_starts(name, "luamigrate."))
            fail(e, "a %s value has no JSON", name);
    }
    lua_pop(L, 2);
    return MARK_NONE;
}

/* Counts the keys of the table at `table`, the first key and value being on
 * top of the stack. Pops both. Returns the largest key, or -1 when one is no
 * positive integer. */
static lua_Integer count_items(lua_State *L, int table, lua_Integer *items)
{
    lua_Integer max = 0;

    do {
        lua_Integer key = lua_isinteger(L, -2) ? lua_tointeger(L, -2) : 0;

        if (key < 1) {
            lua_pop(L, 2);
            return -1;
        }
        if (key > max)
            max = key;
        ++*items;
        lua_pop(L, 1);
    } while (lua_next(L, table) != 0);
    return max;
}

/* lua-cjson's rule: many more holes than items are a mistake. */
static bool is_too_sparse(const struct json_config *config, lua_Integer max,
                          lua_Integer items)
{
    return config->sparse_ratio > 0 && max > config->sparse_safe &&
           max / config->sparse_ratio >= items &&
           (max / config->sparse_ratio > items ||
            max % config->sparse_ratio > 0);
}

/* Writes the table, the first key and value being on top of the stack. Pops
 * both. */
static void put_filled(struct encoder *e, int table, enum mark mark)
{
    lua_State *L = e->L;
    lua_Integer items = 0;
    lua_Integer max = -1;
    char last[JSON_NUMBER_SIZE + 1];

    if (mark != MARK_ARRAY && lua_type(L, -2) == LUA_TSTRING) {
        put_object(e, table);
        return;
    }
    max = count_items(L, table, &items);
    if (max < 0 && mark == MARK_ARRAY)
        fail(e, "a table marked as an array has other keys than 1, 2, 3...");
    if (max > 0 && is_too_sparse(e->config, max, items)) {
        if (!e->config->sparse_convert || mark == MARK_ARRAY)
            fail(e,
                 "an excessively sparse array (%s is its last item); "
                 "encode_sparse_array says what to do",
                 as_text(last, max));
        max = -1;
    }
    if (max > 0) {
        put_array(e, table, max);
        return;
    }
    lua_pushnil(L);
    if (lua_next(L, table) != 0)
        put_object(e, table);
    else
        put_text(e, "{}", 2);
}

static void put_table(struct encoder *e)
{
    lua_State *L = e->L;
    int table = lua_gettop(L);
    enum mark mark;

    if (++e->depth > e->config->encode_depth)
        fail(e,
             "nested deeper than %d levels (encode_max_depth), or a table "
             "that holds itself",
             (int)e->config->encode_depth);
    luaL_checkstack(L, SLOTS, "json.encode");
    mark = find_mark(e);
    lua_pushnil(L);
    if (lua_next(L, table) != 0)
        put_filled(e, table, mark);
    else
        put_text(e, mark == MARK_NONE ? "{}" : "[]", 2);
    e->depth--;
}

static void put_pointer(struct encoder *e)
{
    const void *pointer = lua_touserdata(e->L, -1);

    if (pointer == NULL)
        put_text(e, "null", 4);
    else if (pointer == &json_empty_array)
        put_text(e, "[]", 2);
    else
        fail(e, "a pointer has no JSON");
}

/* Writes the value on top of the stack. */
static void encode_value(struct encoder *e)
{
    lua_State *L = e->L;
    int type = lua_type(L, -1);
    size_t size;
    const char *text;

    switch (type) {
    case LUA_TSTRING:
        text = lua_tolstring(L, -1, &size);
        put_string(e, text, size);
        break;
    case LUA_TNUMBER:
        put_number(e, -1);
        break;
    case LUA_TTABLE:
        put_table(e);
        break;
    case LUA_TBOOLEAN:
        if (lua_toboolean(L, -1))
            put_text(e, "true", 4);
        else
            put_text(e, "false", 5);
        break;
    case LUA_TNIL:
        put_text(e, "null", 4);
        break;
    case LUA_TLIGHTUSERDATA:
        put_pointer(e);
        break;
    default:
        fail(e, "a %s has no JSON", lua_typename(L, type));
    }
}

int json_encode(lua_State *L)
{
    char small[1024];
    struct key few[16];
    struct encoder e = {.L = L,
                        .data = small,
                        .capacity = sizeof small,
                        .keys = few,
                        .key_capacity = 16};

    luaL_checkany(L, 1);
    luaL_argcheck(L, lua_gettop(L) == 1, 2, "one argument expected");
    e.config = lua_touserdata(L, JSON_CONFIG);
    lua_settop(L, 1);
    lua_pushnil(L);
    e.slot = 2;
    lua_pushnil(L);
    e.key_slot = 3;
    lua_pushvalue(L, 1);
    encode_value(&e);
    lua_pushlstring(L, e.data, e.size);
    return 1;
}
