/* The connection that a revision script sees (op-api.md "The connection"). */
#ifndef SCRIPT_CONN_API_H
#define SCRIPT_CONN_API_H

#include <lua.h>

/* Lua: op.get_bind() -> db. Pushes the connection of the running step; the
 * same object during the whole step. Raises: outside a step. */
int conn_push(lua_State *L);

/* Lua: op.execute(sql [, params [, opts]]) -> { rowcount, last_insert_id }.
 * The statement may wait in the queue; then reading the result waits for its
 * answer. Raises: what the database says, with the SQL. */
int conn_execute(lua_State *L);

#endif
