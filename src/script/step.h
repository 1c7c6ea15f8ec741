/* The steps of a revision with transaction = false, as Lua sees them: every
 * call of `op` that changes something, and op.step (guarantees.md G9). In a
 * revision of one transaction nothing here does anything but refuse. */
#ifndef SCRIPT_STEP_H
#define SCRIPT_STEP_H

#include "script/state.h"

#include <lua.h>

/* What a function returns, also when its step was done by an earlier run. */
enum step_result {
    STEP_NOTHING,
    STEP_COUNT, /* a number of rows */
    STEP_RESULT /* the body returns a result and its rowcount, the function
                   only the result; not for calls that are part of a step */
};

/* Runs `body`, the rest of the C function that runs, with its first `count`
 * arguments and its upvalues: as a step, unless it is a part of one already or
 * the revision is one transaction. `name` is the function ("op.add_column").
 * `alone` (or NULL; it must lie on the stack behind the arguments) is the SQL
 * of a statement that runs outside any transaction. */
int step_call(lua_State *L, const char *name, enum step_result result,
              int count, const char *alone, lua_CFunction body);

/* Lua: op.execute, op.step, op.autocommit_block. */
int step_execute(lua_State *L);
int step_run(lua_State *L);
int step_autocommit_block(lua_State *L);

/* Forgets, for the time of a step, that a statement failed before it: returns
 * what step_errors_end gives back, which it pushes; NULL: there was none. */
struct error *step_errors_begin(lua_State *L);
void step_errors_end(lua_State *L, const struct error *kept);

/* Whether a call that runs now is no part of a step yet. */
bool step_wanted(const struct script *script);

/* Raises: `what` cannot run in a transaction, with the way out. */
int step_refuse(lua_State *L, const char *name, const char *what);
/* Raises between the steps: `name` writes, or needs a transaction. */
void step_check_write(lua_State *L, const char *name);
void step_check_savepoint(lua_State *L);

#endif
