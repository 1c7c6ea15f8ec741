/* op.update_in_batches and op.each_batch (op-api.md "Data in batches"). */
#ifndef SCRIPT_BATCHES_H
#define SCRIPT_BATCHES_H

#include <lua.h>

/* The rest of the C functions; the arguments are those of the script. */
int batches_update(lua_State *L);
int batches_each(lua_State *L);

#endif
