/* core.base: files, also where there is no room for them. */
#include "core/core_base.h"

#include "base/fs.h"

#include <lauxlib.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* fs_read(path [, limit]) -> data, or nil, message, details */
static int l_fs_read(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    lua_Integer limit = luaL_optinteger(L, 2, 1 << 20);
    struct arena *arena = core_base_arena(L);
    struct error *err = core_base_error(L);
    struct fs_text text;

    if (fs_read(path, (size_t)limit, arena, &text, err) != 0)
        return core_base_push_error(L, err);
    luaL_argcheck(L, text.data[text.size] == '\0', 1, "no NUL at the end");
    lua_pushlstring(L, text.data, text.size);
    return 1;
}

/* fs_write_new(path, data) -> true, or nil, message, details */
static int l_fs_write_new(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    size_t size;
    const char *data = luaL_checklstring(L, 2, &size);
    struct error *err = core_base_error(L);

    if (fs_write_new(path, data, size, err) != 0)
        return core_base_push_error(L, err);
    lua_pushboolean(L, 1);
    return 1;
}

/* fs_replace(path, data) -> true, or nil, message, details */
static int l_fs_replace(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    size_t size;
    const char *data = luaL_checklstring(L, 2, &size);
    struct error *err = core_base_error(L);

    if (fs_replace(path, data, size, err) != 0)
        return core_base_push_error(L, err);
    lua_pushboolean(L, 1);
    return 1;
}

/* Calls `write` while no file may be larger than the bytes of argument 3; the
 * full disk that every machine has. */
static int limited(lua_State *L, lua_CFunction write)
{
    struct rlimit old, less;
    void (*handler)(int);
    int results;

    luaL_checkstring(L, 2);
    if (getrlimit(RLIMIT_FSIZE, &old) != 0)
        return luaL_error(L, "getrlimit failed");
    less = old;
    less.rlim_cur = (rlim_t)luaL_checkinteger(L, 3);
    handler = signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &less) != 0)
        return luaL_error(L, "setrlimit failed");
    results = write(L);
    if (setrlimit(RLIMIT_FSIZE, &old) != 0)
        return luaL_error(L, "setrlimit failed");
    signal(SIGXFSZ, handler);
    return results;
}

/* fs_write_limited(path, data, limit) */
static int l_fs_write_limited(lua_State *L)
{
    return limited(L, l_fs_write_new);
}

/* fs_replace_limited(path, data, limit) */
static int l_fs_replace_limited(lua_State *L)
{
    return limited(L, l_fs_replace);
}

/* fs_race(path, count): as many processes write the file, each its own
 * number; returns how many of them could, and the number of the last. */
static int l_fs_race(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    int count = (int)luaL_checkinteger(L, 2);
    struct error *err = core_base_error(L);
    int won = 0, winner = 0;

    for (int i = 1; i <= count; i++) {
        pid_t child = fork();

        if (child < 0)
            return luaL_error(L, "fork failed");
        if (child == 0) {
            char digit = (char)('0' + i);

            _exit(fs_write_new(path, &digit, 1, err) == 0 ? i : 0);
        }
    }
    for (int i = 1; i <= count; i++) {
        int status;

        if (wait(&status) < 0 || !WIFEXITED(status))
            return luaL_error(L, "a process died");
        if (WEXITSTATUS(status) != 0) {
            winner = WEXITSTATUS(status);
            won++;
        }
    }
    lua_pushinteger(L, won);
    lua_pushinteger(L, winner);
    return 2;
}

static int l_fs_make_dir(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    struct error *err = core_base_error(L);

    if (fs_make_dir(path, err) != 0)
        return core_base_push_error(L, err);
    lua_pushboolean(L, 1);
    return 1;
}

static int l_fs_exists(lua_State *L)
{
    lua_pushboolean(L, fs_exists(luaL_checkstring(L, 1)));
    return 1;
}

static int l_fs_is_dir(lua_State *L)
{
    lua_pushboolean(L, fs_is_dir(luaL_checkstring(L, 1)));
    return 1;
}

static int l_fs_join(lua_State *L)
{
    const char *dir = luaL_checkstring(L, 1);
    const char *name = luaL_checkstring(L, 2);

    lua_pushstring(L, fs_join(core_base_arena(L), dir, name));
    return 1;
}

static int l_fs_dirname(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);

    lua_pushstring(L, fs_dirname(core_base_arena(L), path));
    return 1;
}

void core_base_add_fs(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"fs_read", l_fs_read},
        {"fs_write_new", l_fs_write_new},
        {"fs_write_limited", l_fs_write_limited},
        {"fs_race", l_fs_race},
        {"fs_replace", l_fs_replace},
        {"fs_replace_limited", l_fs_replace_limited},
        {"fs_make_dir", l_fs_make_dir},
        {"fs_exists", l_fs_exists},
        {"fs_is_dir", l_fs_is_dir},
        {"fs_join", l_fs_join},
        {"fs_dirname", l_fs_dirname},
        {NULL, NULL},
    };

    luaL_setfuncs(L, functions, 0);
}
