/* The watch over running scripts (guarantees.md G15): a timer, since an
 * instruction hook costs speed and never fires inside string.find. */
#ifndef SCRIPT_WATCH_H
#define SCRIPT_WATCH_H

#include "base/error.h"
#include "script/state.h"

#include <lua.h>
#include <stdbool.h>

/* Makes a watch without a timer; NULL when memory ended. */
struct watch *watch_open(void);
void watch_close(struct script *script);

/* Starts the timer, for the calling thread. It ticks until watch_stop, and
 * counts only while script->in_lua is set. Calls nest: the outermost counts.
 * Errors: ERROR_INTERNAL when the system gives no timer. */
int watch_start(struct script *script, struct error *err);
void watch_stop(struct script *script);

/* Marks a limit as hit; the first one stays. */
void watch_hit(struct script *script, enum script_limit limit);

/* Raises the limit that was hit, and sees to it that no line of Lua runs any
 * more in `L`. Never returns. */
int watch_raise(lua_State *L);

/* After a protected call of a script: notes that memory ended, and raises a
 * limit again, so that no `pcall` of a script holds it. `status` is the one
 * of the call, its error value is on top of `from`. */
void watch_hold(lua_State *L, lua_State *from, int status);
/* As watch_hold, but returns whether a limit was hit. */
bool watch_caught(struct script *script, lua_State *from, int status);

/* Raises when options.cancel is set. */
void watch_cancel(lua_State *L);

/* Sets `err` to ERROR_LIMIT or ERROR_SIGNAL, for the limit that was hit. */
void watch_error(struct script *script, struct error *err);

#endif
