/* `require` of the sandbox: each revision has its own modules. */
#include "base/fs.h"
#include "base/str.h"
#include "script/bridge.h"
#include "script/embed.h"
#include "script/sandbox.h"
#include "script/state.h"
#include "script/tree.h"

#include <ctype.h>
#include <lauxlib.h>
#include <limits.h>
#include <lua-cjson.h>
#include <stdlib.h>
#include <string.h>

#define LOADED lua_upvalueindex(1)

/* In the table of modules: one whose top level is running. */
static const char loading_key = 0;

/* Words of letters, digits, "_" and "-", with single dots between. */
static bool valid(const char *name, size_t size)
{
    bool dot = true; /* none at the beginning */

    for (size_t i = 0; i < size; i++) {
        char c = name[i];

        if (c == '.' ? dot : !isalnum((unsigned char)c) && !strchr("_-", c))
            return false;
        if (c == '\0')
            return false;
        dot = c == '.';
    }
    return !dot;
}

/* Whether `path` lies in `root` when links are followed. */
static bool inside(const char *root, const char *path)
{
    char real_root[PATH_MAX], real[PATH_MAX];
    size_t size;

    if (realpath(root, real_root) == NULL || realpath(path, real) == NULL)
        return false;
    size = strlen(real_root);
    if (size == 1) /* "/" */
        return true;
    return strncmp(real, real_root, size) == 0 && real[size] == '/';
}

/* Finds the file of a module; NULL when there is none. */
static const char *find(lua_State *L, const char *name)
{
    struct script *script = script_of(L);
    const struct names *roots = &script->options.roots;
    char *file = arena_printf(&script->arena, "%s.lua", name);

    for (char *c = file; c + 4 < file + strlen(file); c++)
        if (*c == '.')
            *c = '/';
    for (size_t i = 0; i < roots->count; i++) {
        const char *path = fs_join(&script->arena, roots->items[i], file);

        if (!fs_exists(path))
            continue;
        if (!inside(roots->items[i], path))
            bridge_fault(L, ERROR_SECURITY, NULL, 0,
                         "module '%s': %s is a link that leads outside of the "
                         "migrations folder",
                         name, path);
        return path;
    }
    return NULL;
}

static void push_file(lua_State *L, const char *path)
{
    struct script *script = script_of(L);
    struct fs_text text;

    if (fs_read(path, TREE_FILE_LIMIT, &script->arena, &text, &script->err) !=
        0)
        bridge_raise(L);
    lua_pushvalue(L, LOADED);
    sandbox_push(L, lua_gettop(L));
    lua_remove(L, -2);
    sandbox_compile(L, text.data, text.size, path);
}

static void push_baked(lua_State *L, const char *name)
{
    const struct embed_file *file = embed_find(name);

    if (file == NULL)
        bridge_fail(L,
                    "module '%s' not found: names that begin with "
                    "luamigrate are the program's own",
                    name);
    lua_pushvalue(L, LOADED);
    sandbox_push(L, lua_gettop(L));
    lua_remove(L, -2);
    sandbox_compile(L, file->data, file->size, name);
}

/* Whether `name` is one of script_modules, or a part of one. */
static bool is_allowed(lua_State *L, const char *name)
{
    const struct names *modules = &script_of(L)->options.script_modules;

    for (size_t i = 0; i < modules->count; i++) {
        size_t size = strlen(modules->items[i]);

        if (strncmp(name, modules->items[i], size) == 0 &&
            (name[size] == '\0' || name[size] == '.'))
            return true;
    }
    return false;
}

/* Pushes the function that makes the module. */
static void push_maker(lua_State *L, const char *name)
{
    const char *path;

    if (strcmp(name, "cjson") == 0) {
        lua_pushcfunction(L, luaopen_cjson);
    } else if (strcmp(name, "luamigrate") == 0 ||
               str_starts(name, "luamigrate.")) {
        push_baked(L, name);
    } else if (is_allowed(L, name)) {
        lua_getglobal(L, "require");
    } else if ((path = find(L, name)) != NULL) {
        push_file(L, path);
    } else {
        bridge_fail(L,
                    "module '%s' not found in the migrations folder (other "
                    "modules are named in script_modules of the "
                    "configuration)",
                    name);
    }
}

static int l_require(lua_State *L)
{
    struct arena *arena = &script_of(L)->arena;
    struct arena_mark mark = arena_mark(arena);
    size_t size;
    const char *name = luaL_checklstring(L, 1, &size);

    lua_settop(L, 1);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, LOADED) != LUA_TNIL) {
        if (lua_touserdata(L, -1) == &loading_key)
            return bridge_fail(L, "module '%s' requires itself (a cycle)",
                               name);
        return 1;
    }
    if (!valid(name, size))
        return bridge_fault(
            L, ERROR_SECURITY, NULL, 0,
            "'%s' is not a name of a module (write a.b for a/b.lua)", name);
    lua_pushvalue(L, 1);
    push_maker(L, name);
    arena_release(arena, mark);
    lua_pushvalue(L, 1);
    lua_pushlightuserdata(L, (void *)(uintptr_t)&loading_key);
    lua_rawset(L, LOADED);
    lua_pushvalue(L, 1);
    lua_call(L, 1, 1);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
    }
    lua_pushvalue(L, 1);
    lua_pushvalue(L, -2);
    lua_rawset(L, LOADED);
    return 1;
}

void require_push(lua_State *L)
{
    lua_pushcclosure(L, l_require, 1);
}
