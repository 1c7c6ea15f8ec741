#include "script/bridge.h"

#include "script/rows.h"
#include "script/watch.h"

#include <ctype.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How far up the place of an error is looked for. */
#define FRAMES 64

/* Registry: error value (weak key) to userdata with its struct error. */
static const char errors_key = 0;

/* What may be in an error value besides message and where. */
static const struct {
    const char *key;
    size_t offset;
} texts[] = {
    {"sqlstate", offsetof(struct error, sqlstate)},
    {"constraint", offsetof(struct error, constraint)},
    {"table", offsetof(struct error, table)},
    {"column", offsetof(struct error, column)},
    {"sql", offsetof(struct error, sql)},
};

/* Pushes the `message` field; a script may have put another thing there. */
static int error_tostring(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TTABLE) {
        lua_pushliteral(L, "message");
        if (lua_rawget(L, 1) == LUA_TSTRING)
            return 1;
    }
    lua_pushliteral(L, "error");
    return 1;
}

static int error_concat(lua_State *L)
{
    luaL_tolstring(L, 1, NULL);
    luaL_tolstring(L, 2, NULL);
    lua_concat(L, 2);
    return 1;
}

static void lock(lua_State *L)
{
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
}

void bridge_open(lua_State *L)
{
    static const luaL_Reg methods[] = {{"__tostring", error_tostring},
                                       {"__concat", error_concat},
                                       {NULL, NULL}};

    luaL_newmetatable(L, BRIDGE_ERROR);
    luaL_setfuncs(L, methods, 0);
    lock(L);
    luaL_newmetatable(L, BRIDGE_SQL);
    lock(L);
    luaL_newmetatable(L, BRIDGE_BYTES);
    lock(L);
    lua_newtable(L);
    lua_newtable(L);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &errors_key);
    lua_pop(L, 3);
}

/* Whether the function at `level` is a line of a user's file. */
static bool script_frame(lua_State *L, lua_Debug *ar)
{
    return lua_getinfo(L, "Sl", ar) && ar->source[0] == '@' &&
           ar->currentline > 0;
}

bool bridge_place(lua_State *L, struct script_place *place)
{
    lua_Debug ar;

    for (int level = 0; level < FRAMES && lua_getstack(L, level, &ar);
         level++) {
        size_t size;

        if (!script_frame(L, &ar))
            continue;
        /* each statement asks: not by snprintf */
        size = strnlen(ar.source + 1, sizeof place->file - 1);
        memcpy(place->file, ar.source + 1, size);
        place->file[size] = '\0';
        place->line = ar.currentline;
        return true;
    }
    return false;
}

static size_t after_line(const char *message, size_t at, int *line)
{
    char *end;
    long number;

    if (message[at] != ':' || !isdigit((unsigned char)message[at + 1]))
        return 0;
    number = strtol(message + at + 1, &end, 10);
    if (end[0] != ':' || end[1] != ' ')
        return 0;
    *line = (int)number;
    return (size_t)(end + 2 - message);
}

size_t bridge_prefix(const char *message, const char *source, int *line)
{
    const char *file = source + 1;
    size_t size = strlen(file), shown = LUA_IDSIZE - 1;

    if (size <= shown)
        return strncmp(message, file, size) == 0
                   ? after_line(message, size, line)
                   : 0;
    if (strncmp(message, "...", 3) != 0 ||
        strncmp(message + 3, file + size - (shown - 3), shown - 3) != 0)
        return 0;
    return after_line(message, shown, line);
}

static void push_text(lua_State *L, const char *key, const char *text)
{
    if (text[0] == '\0')
        return;
    lua_pushstring(L, text);
    lua_setfield(L, -2, key);
}

void bridge_push_error(lua_State *L, const struct error *err)
{
    struct error *copy;

    lua_createtable(L, 0, 8);
    lua_pushstring(L, err->message);
    lua_setfield(L, -2, "message");
    push_text(L, "code", error_word(err->code));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        push_text(L, texts[i].key, (const char *)err + texts[i].offset);
    if (err->sqlite_code != 0) {
        lua_pushinteger(L, err->sqlite_code);
        lua_setfield(L, -2, "sqlite_code");
    }
    if (err->file[0] != '\0') {
        lua_pushfstring(L, "%s:%d", err->file, err->line);
        lua_setfield(L, -2, "where");
    }
    luaL_setmetatable(L, BRIDGE_ERROR);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &errors_key);
    lua_pushvalue(L, -2);
    copy = lua_newuserdatauv(L, sizeof *copy, 0);
    *copy = *err;
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

/* PostgreSQL says the same again until the transaction ends. */
static void keep_first(struct script *script, const struct error *err)
{
    if (script->failed && strcmp(script->first->message, err->message) == 0)
        error_hint(script->first,
                   "the script caught this error; to go on after a failed "
                   "statement, run it inside op.savepoint");
    if (script->failed)
        return;
    script->failed = true;
    *script->first = *err;
}

int bridge_raise(lua_State *L)
{
    struct script *script = script_of(L);
    struct error *err = &script->err;
    struct script_place place;

    if (!script->in_lua)
        script_leave(script);
    if (err->code == ERROR_SIGNAL)
        watch_hit(script, SCRIPT_LIMIT_SIGNAL);
    if (script->limit != SCRIPT_LIMIT_NONE)
        return watch_raise(L);
    if (err->file[0] == '\0' && bridge_place(L, &place))
        error_at(err, place.file, place.line);
    if (err->database)
        rows_explain(script, err);
    if (err->database)
        keep_first(script, err);
    bridge_push_error(L, err);
    return lua_error(L);
}

static void set_text(struct error *err, enum error_code code,
                     const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void set_text(struct error *err, enum error_code code,
                     const char *format, va_list args)
{
    error_clear(err);
    err->code = code;
    if (vsnprintf(err->message, sizeof err->message, format, args) < 0)
        err->message[0] = '\0';
}

int bridge_fail(lua_State *L, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set_text(&script_of(L)->err, ERROR_FAILED, format, args);
    va_end(args);
    return bridge_raise(L);
}

int bridge_fault(lua_State *L, enum error_code code, const char *file, int line,
                 const char *format, ...)
{
    struct error *err = &script_of(L)->err;
    va_list args;

    va_start(args, format);
    set_text(err, code, format, args);
    va_end(args);
    error_at(err, file, line);
    return bridge_raise(L);
}

/* The message handler: notes the line, leaves the value as it is. A string
 * may come from another line than the one that runs (error(text, 2), or a
 * coroutine), which its prefix tells. */
static int keep_place(lua_State *L)
{
    struct script *script = script_of(L);
    struct script_place *place = &script->error_place;
    const char *message =
        lua_type(L, 1) == LUA_TSTRING ? lua_tostring(L, 1) : NULL;
    lua_Debug ar;
    int line;

    place->line = 0;
    place->file[0] = '\0';
    script->error_prefix = 0;
    for (int level = 0; level < FRAMES && lua_getstack(L, level, &ar);
         level++) {
        if (!script_frame(L, &ar))
            continue;
        line = ar.currentline;
        if (message != NULL)
            script->error_prefix = bridge_prefix(message, ar.source, &line);
        if (place->line == 0 || script->error_prefix > 0) {
            snprintf(place->file, sizeof place->file, "%s", ar.source + 1);
            place->line = line;
        }
        if (message == NULL || script->error_prefix > 0)
            break;
    }
    return 1;
}

int bridge_call(lua_State *L, int args, int results)
{
    struct script *script = script_of(L);
    int base = lua_gettop(L) - args, was = script->in_lua, status;
    lua_State *running = script->running;

    lua_pushcfunction(L, keep_place);
    lua_insert(L, base);
    script->running = L;
    if (!was)
        script_leave(script);
    status = lua_pcall(L, args, results, base);
    script->in_lua = was;
    script->running = running;
    lua_remove(L, base);
    if (status != LUA_OK)
        (void)watch_caught(script, L, status);
    return status;
}

struct caught {
    int status;
    enum error_code code;
    struct error *err;
};

/* Gives back what bridge_raise was given; a message that the script has
 * changed meanwhile is the user's word. */
static bool restore(lua_State *L, struct error *err)
{
    const struct error *saved;

    if (!bridge_is(L, 1, BRIDGE_ERROR))
        return false;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &errors_key);
    lua_pushvalue(L, 1);
    lua_rawget(L, -2);
    saved = lua_touserdata(L, -1);
    if (saved == NULL)
        return false;
    *err = *saved;
    lua_pushliteral(L, "message");
    if (lua_rawget(L, 1) == LUA_TSTRING &&
        strncmp(lua_tostring(L, -1), err->message, sizeof err->message - 1) !=
            0)
        snprintf(err->message, sizeof err->message, "%s", lua_tostring(L, -1));
    return true;
}

/* Pushes any other value as text: a string behind its `prefix`, a table with
 * `message`, what __tostring says, else the type alone. */
static void push_words(lua_State *L, size_t prefix)
{
    if (lua_type(L, 1) == LUA_TSTRING) {
        size_t size;
        const char *text = lua_tolstring(L, 1, &size);

        if (prefix > size)
            prefix = 0;
        lua_pushlstring(L, text + prefix, size - prefix);
        return;
    }
    if (lua_type(L, 1) == LUA_TTABLE) {
        lua_pushliteral(L, "message");
        if (lua_rawget(L, 1) == LUA_TSTRING)
            return;
    }
    if (lua_type(L, 1) == LUA_TNUMBER ||
        luaL_getmetafield(L, 1, "__tostring") != LUA_TNIL)
        luaL_tolstring(L, 1, NULL);
    else
        lua_pushfstring(L,
                        "the script raised an error that is no text but "
                        "a %s value",
                        luaL_typename(L, 1));
}

/* The text on top, which a NUL byte would end. */
static const char *whole_text(lua_State *L)
{
    size_t size;
    const char *text = lua_tolstring(L, -1, &size), *end;
    luaL_Buffer out;

    if (strlen(text) == size)
        return text;
    luaL_buffinit(L, &out);
    for (; (end = memchr(text, '\0', size)) != NULL; text = end + 1) {
        luaL_addlstring(&out, text, (size_t)(end - text));
        luaL_addstring(&out, "\\0");
        size -= (size_t)(end - text) + 1;
    }
    luaL_addlstring(&out, text, size);
    luaL_pushresult(&out);
    return lua_tostring(L, -1);
}

static int convert(lua_State *L)
{
    struct script *script = script_of(L);
    struct caught *caught = lua_touserdata(L, 2);
    struct script_place place = script->error_place;

    lua_settop(L, 1);
    if (restore(L, caught->err))
        return 0;
    if (caught->status == LUA_ERRERR) {
        error_set(caught->err, caught->code,
                  "error while an error was handled");
    } else {
        push_words(L, script->error_prefix);
        error_set(caught->err, caught->code, "%s", whole_text(L));
    }
    if (place.line > 0)
        error_at(caught->err, place.file, place.line);
    return 0;
}

void bridge_catch(lua_State *L, int status, enum error_code code,
                  struct error *err)
{
    struct script *script = script_of(L);
    struct caught caught = {status, code, err};
    struct script_place place = script->error_place;

    if (!watch_caught(script, L, status)) {
        /* protected: __tostring is the script's */
        lua_pushcfunction(L, convert);
        lua_insert(L, -2);
        lua_pushlightuserdata(L, &caught);
        status = bridge_call(L, 2, 0);
        if (status != LUA_OK && script->limit == SCRIPT_LIMIT_NONE) {
            error_set(err, code,
                      "an error whose own text cannot be made "
                      "(its __tostring fails)");
            if (place.line > 0)
                error_at(err, place.file, place.line);
        }
    }
    if (script->limit != SCRIPT_LIMIT_NONE)
        watch_error(script, err);
    if (status != LUA_OK)
        lua_pop(L, 1);
}
