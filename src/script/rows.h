/* Rows of a result: the iterator of db:rows, and db:all, one, scalar. */
#ifndef SCRIPT_ROWS_H
#define SCRIPT_ROWS_H

#include "script/state.h"

#include <lua.h>

/* The methods, called with the connection at 1; `script` has been entered.
 * Each returns the number of its results. */
int rows_iterate(lua_State *L, struct script *script);
int rows_all(lua_State *L, struct script *script);
int rows_one(lua_State *L, struct script *script);
int rows_scalar(lua_State *L, struct script *script);

/* Closes the cursors that the step left open. Called at the end of every
 * step, before the database is committed, rolled back or closed. */
void rows_close_all(struct script *script);

/* Adds which loop is in the way of a statement that failed because a cursor
 * reads the table. */
void rows_explain(const struct script *script, struct error *err);

#endif
