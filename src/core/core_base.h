/* The parts of core.base: helpers that its files share. */
#ifndef CORE_CORE_BASE_H
#define CORE_CORE_BASE_H

#include "base/arena.h"
#include "base/error.h"

#include <lua.h>

int core_arena_open(lua_State *L);
int core_base_open(lua_State *L);

/* core_fs.c, core_memory.c: add their functions to the table on top. */
void core_base_add_fs(lua_State *L);
void core_base_add_memory(lua_State *L);

/* Pushes an arena, an error that the collector frees, also when Lua raises. */
struct arena *core_base_arena(lua_State *L);
struct error *core_base_error(lua_State *L);
/* Returns nil, message, { code, status, file, line, hint, candidates }. */
int core_base_push_error(lua_State *L, const struct error *err);

#endif
