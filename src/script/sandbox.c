#include "script/sandbox.h"

#include "base/clock.h"
#include "base/str.h"
#include "script/api.h"
#include "script/bridge.h"
#include "script/json.h"
#include "script/queue.h"
#include "script/state.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

/* An environment is three tables: an empty one that the script has (so that
 * every assignment is seen), its metatable, and the globals, which that names
 * as __index. Libraries come into the globals when they are first read: a
 * revision pays for what it uses. */

const char *const sandbox_header[SANDBOX_HEADER_COUNT + 1] = {
    "revision",
    "down_revision",
    "branch_labels",
    "depends_on",
    "replaces",
    "transaction",
    "foreign_keys",
    "irreversible",
    "lock_timeout",
    "statement_timeout",
    NULL};

static const char *const base_names[] = {
    "_VERSION", "assert",   "error",    "getmetatable", "ipairs", "next",
    "pairs",    "pcall",    "rawequal", "rawget",       "rawlen", "rawset",
    "select",   "tonumber", "tostring", "type",         "xpcall", NULL};

static const struct {
    const char *name;
    const char *fields[24];
} libraries[] = {
    {"string",
     {"byte", "char", "find", "format", "gmatch", "gsub", "len", "lower",
      "match", "pack", "packsize", "rep", "reverse", "sub", "unpack", "upper"}},
    {"table", {"concat", "insert", "move", "pack", "remove", "sort", "unpack"}},
    {"utf8", {"char", "charpattern", "codepoint", "codes", "len", "offset"}},
    {"coroutine",
     {"create", "isyieldable", "resume", "running", "status", "wrap", "yield"}},
    {"os", {"clock", "date", "difftime", "time"}},
};
#define LIBRARIES (sizeof libraries / sizeof libraries[0])

/* Known to every user of Lua, and not here. */
static const char *const refused[] = {
    "load",    "loadstring", "loadfile", "dofile",  "io",   "debug",
    "package", "module",     "setfenv",  "getfenv", "warn", NULL};

/* Registry keys. */
static const char prototypes_key = 0, globals_meta_key = 0, strings_key = 0;
/* In the globals: the modules that were required. */
static const char loaded_key = 0;
/* In what was required: the json of the revision. */
static const char json_key = 0;

/* Who measures time means that of the statements before. */
static int os_now(lua_State *L)
{
    queue_collect(L);
    lua_pushnumber(L, clock_now());
    return 1;
}

static int set_metatable(lua_State *L)
{
    int type = lua_type(L, 2);

    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2,
                     "nil or table");
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
        return luaL_error(L, "cannot change a protected metatable");
    if (type == LUA_TTABLE) {
        lua_pushliteral(L, "__gc");
        if (lua_rawget(L, 2) != LUA_TNIL)
            return luaL_error(L, "setmetatable: __gc is not available in "
                                 "revisions (use a <close> variable)");
    }
    lua_settop(L, 2);
    lua_setmetatable(L, 1);
    return 1;
}

static int collect_garbage(lua_State *L)
{
    const char *what = luaL_optstring(L, 1, "collect");

    if (strcmp(what, "count") != 0)
        return luaL_error(L, "collectgarbage: only \"count\" is available in "
                             "revisions");
    lua_pushnumber(L, (lua_Number)lua_gc(L, LUA_GCCOUNT) +
                          (lua_Number)lua_gc(L, LUA_GCCOUNTB) / 1024);
    return 1;
}

/* Pushes the allow-listed part of a pristine library. */
static void push_library(lua_State *L, size_t number)
{
    lua_createtable(L, 0, 24);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, libraries[number].name);
    for (const char *const *field = libraries[number].fields; *field; field++) {
        lua_getfield(L, -1, *field);
        lua_setfield(L, -4, *field);
    }
    lua_pop(L, 2);
}

/* The first half of the prototypes. Made before any file of the user runs,
 * which could change the libraries. */
static void push_prototypes(lua_State *L)
{
    static const luaL_Reg own[] = {{"setmetatable", set_metatable},
                                   {"collectgarbage", collect_garbage},
                                   {NULL, NULL}};

    lua_createtable(L, 0, 64);
    lua_pushglobaltable(L);
    for (const char *const *name = base_names; *name != NULL; name++) {
        lua_getfield(L, -1, *name);
        lua_setfield(L, -3, *name);
    }
    lua_pop(L, 1);
    luaL_setfuncs(L, own, 0);
    log_set_globals(L);
    for (size_t i = 0; i < LIBRARIES; i++) {
        push_library(L, i);
        lua_setfield(L, -2, libraries[i].name);
    }
    lua_getfield(L, -1, "os");
    lua_pushcfunction(L, os_now);
    lua_setfield(L, -2, "now");
    lua_pop(L, 1);
    log_push(L);
    lua_setfield(L, -2, "log");
}

/* What costs more to make: when a script first wants it. */
static void add_vocabulary(lua_State *L, int prototypes)
{
    lua_pushboolean(L, 1);
    lua_rawsetp(L, prototypes, &prototypes_key);
    op_open(L);
    lua_setfield(L, prototypes, "op");
    vocabulary_open(L);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_settable(L, prototypes);
    }
    lua_pop(L, 1);
}

/* Pushes what environments of this state get as the global that is at `key`,
 * nil for none. */
static int push_prototype(lua_State *L, int key)
{
    int prototypes;
    bool whole;

    lua_rawgetp(L, LUA_REGISTRYINDEX, &prototypes_key);
    prototypes = lua_gettop(L);
    lua_pushvalue(L, key);
    if (lua_rawget(L, prototypes) == LUA_TNIL) {
        whole = lua_rawgetp(L, prototypes, &prototypes_key) != LUA_TNIL;
        lua_settop(L, prototypes);
        if (!whole)
            add_vocabulary(L, prototypes);
        lua_pushvalue(L, key);
        lua_rawget(L, prototypes);
    }
    lua_remove(L, prototypes);
    return lua_type(L, -1);
}

/* Replaces the table on top by a copy with the same metatable. Tables inside
 * (a type, json.array_mt) keep what they are. */
static void copy_table(lua_State *L)
{
    int from = lua_gettop(L);

    lua_createtable(L, 0, 32);
    lua_pushnil(L);
    while (lua_next(L, from)) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, from + 1);
    }
    if (lua_getmetatable(L, from))
        lua_setmetatable(L, from + 1);
    lua_remove(L, from);
}

/* json has settings and marks. A revision shares them with its modules, so
 * that an array that one marks is one for the other, and with nobody else. */
static void push_json(lua_State *L)
{
    lua_rawgetp(L, 1, &loaded_key);
    if (lua_rawgetp(L, -1, &json_key) != LUA_TTABLE) {
        lua_pop(L, 1);
        json_open(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, -3, &json_key);
    }
    lua_remove(L, -2);
    copy_table(L);
}

/* Things with a state of their own are made anew for each environment. */
static bool push_special(lua_State *L, const char *name)
{
    if (strcmp(name, "math") == 0) {
        luaopen_math(L); /* its random numbers too */
    } else if (strcmp(name, "config") == 0) {
        config_push(L);
    } else if (strcmp(name, "json") == 0) {
        push_json(L);
    } else if (strcmp(name, "require") == 0) {
        lua_rawgetp(L, 1, &loaded_key);
        require_push(L);
    } else {
        return false;
    }
    return true;
}

static const char *suggest(lua_State *L, const char *word)
{
    const char *names[160] = {"config", "json", "math", "require"};
    size_t count = 4;

    lua_rawgetp(L, LUA_REGISTRYINDEX, &prototypes_key);
    lua_pushvalue(L, 1);
    for (int table = lua_gettop(L); table > lua_gettop(L) - 2; table--) {
        lua_pushnil(L);
        while (lua_next(L, table)) {
            lua_pop(L, 1);
            if (lua_type(L, -1) == LUA_TSTRING &&
                count < sizeof names / sizeof names[0])
                names[count++] = lua_tostring(L, -1);
        }
    }
    return str_suggest(word, names, count);
}

static int refuse_unknown(lua_State *L, const char *name)
{
    const char *near;

    for (const char *const *known = refused; *known != NULL; known++)
        if (strcmp(name, *known) == 0)
            return bridge_fail(L, "'%s' is not available in revisions", name);
    near = suggest(L, name);
    if (near != NULL)
        return bridge_fail(L, "unknown global '%s' (did you mean '%s'?)", name,
                           near);
    return bridge_fail(L, "unknown global '%s'", name);
}

/* __index of the globals: (globals, key). */
static int globals_index(lua_State *L)
{
    const char *name;

    if (lua_type(L, 2) != LUA_TSTRING) {
        lua_pushnil(L);
        return 1;
    }
    name = lua_tostring(L, 2);
    lua_settop(L, 2);
    if (!push_special(L, name)) {
        if (push_prototype(L, 2) == LUA_TTABLE) {
            copy_table(L);
        } else if (lua_isnil(L, -1)) {
            for (const char *const *known = sandbox_header; *known; known++)
                if (strcmp(name, *known) == 0)
                    return 1; /* `down_revision = nil` is a value */
            return refuse_unknown(L, name);
        }
    }
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 1);
    return 1;
}

static void note_line(struct script *script, const char *name, int line)
{
    for (int i = 0; sandbox_header[i] != NULL; i++)
        if (strcmp(sandbox_header[i], name) == 0)
            script->header_lines[i] = line;
}

/* __newindex of an environment: (environment, key, value). */
static int environment_newindex(lua_State *L)
{
    struct script *script = script_of(L);
    lua_Debug ar;

    if (!lua_getstack(L, 1, &ar) || !lua_getinfo(L, "Sl", &ar) ||
        ar.what[0] != 'm') {
        const char *name = luaL_tolstring(L, 2, NULL);

        return bridge_fail(L,
                           "assignment to the global '%s' inside a function "
                           "(write `local %s`, or assign it at the top level)",
                           name, name);
    }
    if (script->header_lines != NULL && lua_type(L, 2) == LUA_TSTRING)
        note_line(script, lua_tostring(L, 2), ar.currentline);
    lua_getmetatable(L, 1);
    lua_pushliteral(L, "__index");
    lua_rawget(L, -2);
    lua_replace(L, 1);
    lua_settop(L, 3);
    lua_rawset(L, 1);
    return 0;
}

void sandbox_push(lua_State *L, int loaded)
{
    if (loaded != 0)
        lua_pushvalue(L, loaded);
    else
        lua_newtable(L);
    lua_newtable(L);          /* loaded, environment */
    lua_createtable(L, 0, 4); /* its metatable */
    lua_createtable(L, 0, 8); /* globals */
    lua_rotate(L, -4, -1);    /* environment, metatable, globals, loaded */
    lua_rawsetp(L, -2, &loaded_key);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "_G");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &globals_meta_key);
    lua_setmetatable(L, -2);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, environment_newindex);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
}

int sandbox_get(lua_State *L, int index, const char *name)
{
    if (!lua_getmetatable(L, index)) {
        lua_pushnil(L);
        return LUA_TNIL;
    }
    lua_pushliteral(L, "__index");
    lua_rawget(L, -2);
    lua_pushstring(L, name);
    lua_rawget(L, -2);
    lua_replace(L, -3);
    lua_pop(L, 1);
    return lua_type(L, -1);
}

void sandbox_define(lua_State *L, const char *name)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &prototypes_key);
    lua_insert(L, -2);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

void sandbox_strings(lua_State *L, bool full)
{
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    if (full) {
        luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
        lua_getfield(L, -1, "string");
        lua_remove(L, -2);
        lua_pushnil(L);
    } else {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &strings_key);
        lua_pushboolean(L, 0);
    }
    lua_setfield(L, -3, "__metatable");
    lua_setfield(L, -2, "__index");
    lua_pop(L, 2);
}

/* In plain Lua this would be nil, and a condition silently false. */
static int strings_index(lua_State *L)
{
    const char *name = luaL_tolstring(L, 2, NULL);

    if (strcmp(name, "name") == 0)
        return bridge_fail(L, "a string has no field 'name' (a dialect is "
                              "its name: dialect == \"sqlite\")");
    return bridge_fail(L, "a string has no field '%s'", name);
}

void sandbox_open(lua_State *L)
{
    coroutine_install(L);
    push_prototypes(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &prototypes_key);
    push_library(L, 0);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, strings_index);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &strings_key);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, globals_index);
    lua_setfield(L, -2, "__index");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &globals_meta_key);
    sandbox_strings(L, false);
}

/* Raises what the compiler says ("file:3: ... near 'x'"), with the place in
 * fields of its own. */
static int raise_syntax(lua_State *L, const char *chunk)
{
    const char *message = lua_tostring(L, -1);
    int line = 0;
    size_t prefix = bridge_prefix(message, chunk, &line);

    if (strcmp(message, "C stack overflow") == 0) /* without a line */
        message = "brackets or blocks are nested too deep";
    return bridge_fault(L, ERROR_SCRIPT, chunk + 1, line, "%s",
                        message + prefix);
}

void sandbox_compile(lua_State *L, const char *text, size_t size,
                     const char *file)
{
    const char *end = text + size, *chunk;
    int status;

    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    if (text < end && *text == '#')
        while (text < end && *text != '\n' && *text != '\r')
            text++; /* the line end stays: lines keep their numbers */
    if (text < end && *text == LUA_SIGNATURE[0]) {
        bridge_fault(L, ERROR_SECURITY, file, 0,
                     "%s is Lua bytecode; only source text is run", file);
    }
    chunk = lua_pushfstring(L, "@%s", file);
    status = luaL_loadbufferx(L, text, (size_t)(end - text), chunk, "t");
    if (status == LUA_ERRMEM)
        lua_error(L);
    if (status != LUA_OK)
        raise_syntax(L, chunk);
    lua_rotate(L, -3, -1);          /* chunk name, function, environment */
    (void)lua_setupvalue(L, -2, 1); /* of every chunk the first is _ENV */
    lua_remove(L, -2);
}
