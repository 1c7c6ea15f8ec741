/* The rows of a batch, handed to a function of the script and taken back. */
#ifndef SCRIPT_BATCH_ROWS_H
#define SCRIPT_BATCH_ROWS_H

#include "run/batch_pass.h"

#include <lua.h>

/* Pushes the list of rows, a table for each by column name, and a list of the
 * same tables that the script does not see. */
void batch_rows_push(lua_State *L, const struct batch_plan *plan,
                     const struct batch_rows *rows);

/* Reads the update columns into `values` (plan->update_count for each row);
 * the two lists are at `list` and `list` + 1, which keep the texts. Raises:
 * names the row that was added or removed, the field that was changed and is
 * not in `update`. */
void batch_rows_take(lua_State *L, const struct batch_plan *plan,
                     const struct batch_rows *rows, int list,
                     struct value *values);

#endif
