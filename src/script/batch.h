/* op.batch_alter_table: several changes of one table, made together. */
#ifndef SCRIPT_BATCH_H
#define SCRIPT_BATCH_H

#include "script/state.h"

/* Lua: op.batch_alter_table(table, [opts,] function(batch) ... end). The
 * functions of `batch` are those of `op` without the name of the table; what
 * they ask for is done when the function has returned.
 * Call: after script_enter. */
int batch_alter_table(lua_State *L);

/* Writes the notes of an op to the log, as "FUNCTION: note"; what was told of
 * a view or trigger in this step is not told again.
 * Call: between script_back and script_leave. Raises: a memory error. */
void batch_tell(lua_State *L, const char *function, const struct names *notes);

#endif
