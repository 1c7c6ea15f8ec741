/* The inspector: what the database holds, as plain tables with SQLAlchemy's
 * field names (op-api.md "The inspector"). */
#ifndef SCRIPT_INSPECTOR_H
#define SCRIPT_INSPECTOR_H

#include <lua.h>

/* Lua: op.inspect() -> inspector. Raises: outside a step. */
int inspector_push(lua_State *L);

#endif
