/* core.base: the bottom layer and the json library, for the specs. */
#include "core/core_base.h"

#include "base/clock.h"
#include "base/json_write.h"
#include "base/str.h"
#include "base/vec.h"
#include "script/json.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#define ARENA "luamigrate.core.arena"

static int arena_gc(lua_State *L)
{
    arena_clear(lua_touserdata(L, 1));
    return 0;
}

struct arena *core_base_arena(lua_State *L)
{
    struct arena *arena = lua_newuserdatauv(L, sizeof *arena, 0);

    arena_init(arena, NULL, NULL);
    if (luaL_newmetatable(L, ARENA)) {
        lua_pushcfunction(L, arena_gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return arena;
}

int core_base_push_error(lua_State *L, const struct error *err)
{
    lua_pushnil(L);
    lua_pushstring(L, err->message);
    lua_createtable(L, 0, 6);
    lua_pushstring(L, error_word(err->code));
    lua_setfield(L, -2, "code");
    lua_pushinteger(L, error_exit_status(err));
    lua_setfield(L, -2, "status");
    lua_pushstring(L, err->file);
    lua_setfield(L, -2, "file");
    lua_pushinteger(L, err->line);
    lua_setfield(L, -2, "line");
    lua_pushstring(L, err->hint);
    lua_setfield(L, -2, "hint");
    lua_pushstring(L, err->candidates);
    lua_setfield(L, -2, "candidates");
    return 3;
}

struct error *core_base_error(lua_State *L)
{
    struct error *err = lua_newuserdatauv(L, sizeof *err, 0);

    error_clear(err);
    return err;
}

/* suggest(word, names) */
static int l_suggest(lua_State *L)
{
    const char *word = luaL_checkstring(L, 1);
    size_t count = (size_t)luaL_len(L, 2);
    struct arena *arena = core_base_arena(L);
    const char **names = arena_array(arena, const char *, count + 1);

    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        names[i] = arena_strdup(arena, luaL_checkstring(L, -1));
        lua_pop(L, 1);
    }
    lua_pushstring(L, str_suggest(word, names, count));
    return 1;
}

static int l_utf8_valid(lua_State *L)
{
    size_t size;
    const char *data = luaL_checklstring(L, 1, &size);

    lua_pushboolean(L, str_utf8_valid(data, size));
    return 1;
}

/* utf8_next(text) -> length, code */
static int l_utf8_next(lua_State *L)
{
    size_t size;
    const char *data = luaL_checklstring(L, 1, &size);
    uint32_t code = 0;

    lua_pushinteger(L, (lua_Integer)str_utf8_next(data, size, &code));
    lua_pushinteger(L, code);
    return 2;
}

/* escape(text [, multiline]) */
static int l_escape(lua_State *L)
{
    size_t size;
    const char *data = luaL_checklstring(L, 1, &size);
    bool multiline = lua_toboolean(L, 2);
    struct buf out;

    buf_init(&out, core_base_arena(L));
    str_escape(&out, data, size, multiline);
    lua_pushlstring(L, out.data, out.size);
    return 1;
}

static int l_safe(lua_State *L)
{
    const char *text = luaL_checkstring(L, 1);

    lua_pushstring(L, str_safe(core_base_arena(L), text));
    return 1;
}

static int l_equal(lua_State *L)
{
    lua_pushboolean(
        L, str_equal(luaL_optstring(L, 1, NULL), luaL_optstring(L, 2, NULL)));
    return 1;
}

static int l_starts(lua_State *L)
{
    lua_pushboolean(L,
                    str_starts(luaL_checkstring(L, 1), luaL_checkstring(L, 2)));
    return 1;
}

static int l_ends(lua_State *L)
{
    lua_pushboolean(L,
                    str_ends(luaL_checkstring(L, 1), luaL_checkstring(L, 2)));
    return 1;
}

/* cut(text, room) */
static int l_cut(lua_State *L)
{
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    char out[64];

    str_cut(out, (size_t)luaL_checkinteger(L, 2), text, size);
    lua_pushstring(L, out);
    return 1;
}

/* hash(text [, hash]): as an integer */
static int l_hash(lua_State *L)
{
    size_t size;
    const char *data = luaL_checklstring(L, 1, &size);
    uint64_t start =
        lua_isnoneornil(L, 2) ? STR_HASH_START : (uint64_t)lua_tointeger(L, 2);

    lua_pushinteger(L, (lua_Integer)str_hash(start, data, size));
    return 1;
}

/* to_number(text, max) */
static int l_to_number(lua_State *L)
{
    long number;

    if (str_to_number(luaL_checkstring(L, 1), (long)luaL_checkinteger(L, 2),
                      &number) != 0)
        return 0;
    lua_pushinteger(L, number);
    return 1;
}

/* json_string(text), json_text(text or nil), json_integer(n), json_number(n) */
static int l_json_string(lua_State *L)
{
    size_t size = 0;
    const char *data = luaL_optlstring(L, 1, NULL, &size);
    struct buf out;

    buf_init(&out, core_base_arena(L));
    json_write_string(&out, data, size);
    lua_pushlstring(L, out.data, out.size);
    return 1;
}

static int l_json_text(lua_State *L)
{
    const char *text = luaL_optstring(L, 1, NULL);
    struct buf out;

    buf_init(&out, core_base_arena(L));
    json_write_text(&out, text);
    lua_pushlstring(L, out.data, out.size);
    return 1;
}

static int l_json_integer(lua_State *L)
{
    lua_Integer number = luaL_checkinteger(L, 1);
    struct buf out;

    buf_init(&out, core_base_arena(L));
    json_write_integer(&out, number);
    lua_pushlstring(L, out.data, out.size);
    return 1;
}

static int l_json_number(lua_State *L)
{
    lua_Number number = luaL_checknumber(L, 1);
    struct buf out;

    buf_init(&out, core_base_arena(L));
    json_write_number(&out, number);
    lua_pushlstring(L, out.data, out.size);
    return 1;
}

/* error_codes() -> a list of { word, status } in the order of the enum */
static int l_error_codes(lua_State *L)
{
    struct error *err = core_base_error(L);

    lua_newtable(L);
    for (int code = 0; code < ERROR_CODE_COUNT; code++) {
        err->code = (enum error_code)code;
        err->signal = 2;
        lua_createtable(L, 2, 0);
        lua_pushstring(L, error_word(err->code));
        lua_rawseti(L, -2, 1);
        lua_pushinteger(L, error_exit_status(err));
        lua_rawseti(L, -2, 2);
        lua_rawseti(L, -2, code + 1);
    }
    return 1;
}

/* error_chain(message, { context... }, { hint... }, { file... },
 * { candidate... }) -> nil, message, details */
static int l_error_chain(lua_State *L)
{
    const char *message = luaL_checkstring(L, 1);
    struct error *err = core_base_error(L);

    error_set(err, ERROR_TREE, "%s", message);
    for (int list = 2; list <= 5; list++) {
        for (lua_Integer i = 1; i <= luaL_len(L, list); i++) {
            const char *text;

            lua_rawgeti(L, list, i);
            text = luaL_checkstring(L, -1);
            if (list == 2)
                error_context(err, "%s", text);
            else if (list == 3)
                error_hint(err, "%s", text);
            else if (list == 4)
                error_at(err, text, (int)i);
            else
                error_candidate(err, text);
            lua_pop(L, 1);
        }
    }
    return core_base_push_error(L, err);
}

static int l_error_errno(lua_State *L)
{
    struct error *err = core_base_error(L);

    error_errno(err, ERROR_IO, (int)luaL_checkinteger(L, 2), "%s",
                luaL_checkstring(L, 1));
    return core_base_push_error(L, err);
}

/* buf(parts): adds each part, then adds all again behind a reset; returns the
 * text and its size before and after. A part is a text (buf_addn), a list
 * { text } (buf_add), a number (buf_addf), or true (buf_char). */
static int l_buf(lua_State *L)
{
    lua_Integer count = luaL_len(L, 1);
    struct buf buf;

    buf_init(&buf, core_base_arena(L));
    for (int turn = 0; turn < 2; turn++) {
        luaL_argcheck(L, buf.size == 0 && buf.data[0] == '\0', 1, "not empty");
        for (lua_Integer i = 1; i <= count; i++) {
            size_t size;
            const char *text;

            switch (lua_rawgeti(L, 1, i)) {
            case LUA_TTABLE:
                lua_rawgeti(L, -1, 1);
                buf_add(&buf, luaL_checkstring(L, -1));
                lua_pop(L, 1);
                break;
            case LUA_TNUMBER:
                buf_addf(&buf, "%0*d", (int)lua_tointeger(L, -1), 7);
                break;
            case LUA_TBOOLEAN:
                buf_char(&buf, '!');
                break;
            default:
                text = luaL_checklstring(L, -1, &size);
                buf_addn(&buf, text, size);
            }
            lua_pop(L, 1);
            luaL_argcheck(L, buf.data[buf.size] == '\0', 1, "no NUL behind");
            luaL_argcheck(L, buf.size < buf.capacity, 1, "too small");
        }
        lua_pushlstring(L, buf.data, buf.size);
        buf_reset(&buf);
    }
    return 2;
}

/* vec(count): pushes 1 .. count by turns with a second vector, returns the
 * items and the capacity. */
static int l_vec(lua_State *L)
{
    lua_Integer count = luaL_checkinteger(L, 1);
    struct arena *arena = core_base_arena(L);
    VEC(lua_Integer) vec = {0};
    VEC(char) other = {0};

    for (lua_Integer i = 1; i <= count; i++) {
        vec_push(arena, &vec, i);
        vec_push(arena, &other, 'x');
    }
    lua_createtable(L, (int)vec.count, 0);
    for (size_t i = 0; i < vec.count; i++) {
        lua_pushinteger(L, vec.items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_pushinteger(L, (lua_Integer)vec.capacity);
    lua_pushlstring(L, other.items != NULL ? other.items : "", other.count);
    return 3;
}

static int l_clock_iso(lua_State *L)
{
    char text[CLOCK_ISO_SIZE];

    clock_iso(luaL_checkinteger(L, 1), text);
    lua_pushstring(L, text);
    return 1;
}

/* clock_parse(text) -> seconds, or nothing */
static int l_clock_parse(lua_State *L)
{
    int64_t seconds;

    if (clock_parse(luaL_checkstring(L, 1), &seconds) != 0)
        return 0;
    lua_pushinteger(L, seconds);
    return 1;
}

/* clock_sleep(ms [, signal]) -> result, milliseconds it took */
static int l_clock_sleep(lua_State *L)
{
    struct cancel cancel = {.signal = (sig_atomic_t)luaL_optinteger(L, 2, 0)};
    int64_t start = clock_us();
    int result = clock_sleep(luaL_checkinteger(L, 1), &cancel);

    lua_pushinteger(L, result);
    lua_pushnumber(L, (lua_Number)(clock_us() - start) / 1000);
    return 2;
}

static int l_clock_now(lua_State *L)
{
    lua_pushnumber(L, clock_now());
    return 1;
}

static const luaL_Reg functions[] = {
    {"suggest", l_suggest},
    {"utf8_valid", l_utf8_valid},
    {"utf8_next", l_utf8_next},
    {"escape", l_escape},
    {"safe", l_safe},
    {"equal", l_equal},
    {"starts", l_starts},
    {"ends", l_ends},
    {"cut", l_cut},
    {"hash", l_hash},
    {"to_number", l_to_number},
    {"json_string", l_json_string},
    {"json_text", l_json_text},
    {"json_integer", l_json_integer},
    {"json_number", l_json_number},
    {"error_codes", l_error_codes},
    {"error_chain", l_error_chain},
    {"error_errno", l_error_errno},
    {"buf", l_buf},
    {"vec", l_vec},
    {"clock_iso", l_clock_iso},
    {"clock_parse", l_clock_parse},
    {"clock_sleep", l_clock_sleep},
    {"clock_now", l_clock_now},
    {NULL, NULL},
};

int core_base_open(lua_State *L)
{
    luaL_newlib(L, functions);
    core_base_add_fs(L);
    core_base_add_memory(L);
    json_open(L);
    lua_setfield(L, -2, "json");
    core_arena_open(L);
    lua_setfield(L, -2, "arena");
    return 1;
}
