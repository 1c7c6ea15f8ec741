/* The hooks of the configuration: functions of the user's own code, called
 * with one table while a run goes on. They have the full Lua library, and the
 * limits of a script. */
#ifndef SCRIPT_HOOKS_H
#define SCRIPT_HOOKS_H

#include "script/state.h"

#include <lua.h>

/* What a hook is told; absent parts are left out. */
struct hook_facts {
    const struct revision *revision;
    enum direction direction;
    const struct names *plan; /* ids in order */
    const struct error *error;
};

/* Keeps the function on top of the stack as the hook `name`, and pops it. */
void hooks_set(lua_State *L, const char *name);

/* Calls the hook outside of a revision, where `op` does nothing. Without such
 * a hook it does nothing. Errors: what it raised, ERROR_FAILED. */
int hooks_run(struct script *script, const char *name,
              const struct hook_facts *facts, struct error *err);

/* Calls before_revision in the revision that runs, with `op`. Raises. */
void hooks_before_revision(lua_State *L);

#endif
