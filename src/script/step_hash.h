/* What makes two calls the same step: the hash of their arguments. */
#ifndef SCRIPT_STEP_HASH_H
#define SCRIPT_STEP_HASH_H

#include <lua.h>
#include <stdint.h>

/* The hash of the function `name` and the first `count` values of the stack:
 * the same for tables whose keys were written in another order, and without
 * trailing nils. Raises nothing but for want of memory. */
uint64_t step_hash(lua_State *L, const char *name, int count);

#endif
