/* op.bulk_insert: many rows, one prepared statement per set of columns. */
#ifndef SCRIPT_BULK_INSERT_H
#define SCRIPT_BULK_INSERT_H

#include <lua.h>

/* Lua: op.bulk_insert(table, rows [, opts]) -> count. A column that a row
 * lacks gets its default, null is NULL, `sql` values are written inline.
 * Raises: with the number of the row. */
int bulk_insert_run(lua_State *L);

#endif
