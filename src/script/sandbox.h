/* What a revision sees: a fresh environment of allow-listed tables
 * (guarantees.md G15). */
#ifndef SCRIPT_SANDBOX_H
#define SCRIPT_SANDBOX_H

#include <lua.h>
#include <stdbool.h>

/* The variables of a revision's header (product.md section 2), in the order
 * of script->header_lines; ended by NULL. */
#define SANDBOX_HEADER_COUNT 10
extern const char *const sandbox_header[SANDBOX_HEADER_COUNT + 1];

/* Prepares the state: locks the metatable of strings. */
void sandbox_open(lua_State *L);

/* Pushes a fresh environment. `loaded` is the index of the table of modules
 * that `require` fills, 0: a new one. */
void sandbox_push(lua_State *L, int loaded);

/* Pushes the global `name` of the environment at `index`, nil when the
 * script has not set it; libraries do not count. */
int sandbox_get(lua_State *L, int index, const char *name);

/* Pops a value, which environments made from now on see as `name`; a table
 * is copied for each of them. */
void sandbox_define(lua_State *L, const char *name);

/* The methods of strings: those of the sandbox, or Lua's full library (for
 * the configuration file, which may add its own). */
void sandbox_strings(lua_State *L, bool full);

/* coroutine.c: puts functions that hold no limit into the full library, from
 * where the sandbox has them: pcall, xpcall, coroutine.resume and wrap. */
void coroutine_install(lua_State *L);

/* log.c: pushes `log`; `print` and `sleep` go into the table on top. */
void log_push(lua_State *L);
void log_set_globals(lua_State *L);

/* require.c: pushes `require` over the table of modules on top, and pops
 * that. */
void require_push(lua_State *L);

/* config.c: pushes `config`: x and a copy of vars. */
void config_push(lua_State *L);

/* revision.c and require.c: compiles `text` (a byte order mark and a #! line
 * are skipped) and pushes the function, its environment being the table on
 * top, which it pops. Raises: ERROR_SCRIPT with file and line,
 * ERROR_SECURITY for bytecode. */
void sandbox_compile(lua_State *L, const char *text, size_t size,
                     const char *file);

#endif
