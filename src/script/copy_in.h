/* db:copy_in: bulk load of the rows that an iterator returns. */
#ifndef SCRIPT_COPY_IN_H
#define SCRIPT_COPY_IN_H

#include "script/state.h"

#include <lua.h>

/* Lua: db:copy_in(table, columns, iterator [, { schema = }]) -> count. Called
 * with the connection at 1; `script` has been entered. */
int copy_in_run(lua_State *L, struct script *script);

/* Loads the rows that script->copying has gathered. Raises: what the database
 * says, with the number of the row. */
void copy_in_settle(lua_State *L);

#endif
