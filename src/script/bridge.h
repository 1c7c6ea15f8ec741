/* The border between C and Lua: exactly two converters of errors, and the
 * values both sides share. */
#ifndef SCRIPT_BRIDGE_H
#define SCRIPT_BRIDGE_H

#include "base/error.h"
#include "model/value.h"
#include "script/state.h"

#include <lua.h>

/* Metatables in the registry. A `sql` value is a table { text = "now()" }, a
 * `bytes` value { data = "..." }; null is lua_pushlightuserdata(L, NULL). */
#define BRIDGE_SQL "luamigrate.sql"
#define BRIDGE_BYTES "luamigrate.bytes"
#define BRIDGE_ERROR "luamigrate.error"

/* Makes the metatables above. Called by script_open. */
void bridge_open(lua_State *L);

/* C to Lua: raises script_of(L)->err as an error value (op-api.md: message
 * code sqlstate sqlite_code constraint table column sql where), `where` being
 * the line of the script that called. Keeps the first database error. The
 * last statement of an l_ function: `return bridge_raise(L);` */
int bridge_raise(lua_State *L);

/* Pushes `err` as such a value, without raising it. */
void bridge_push_error(lua_State *L, const struct error *err);

/* Sets script_of(L)->err to ERROR_FAILED with this text and raises it. */
int bridge_fail(lua_State *L, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* As bridge_fail, with a code and a place of its own (`file` NULL: the line
 * that runs). */
int bridge_fault(lua_State *L, enum error_code code, const char *file, int line,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Lua to C, after the one protected call: turns the error value on top of
 * the stack and `status` of lua_pcall into `err`, and pops it. `code` is the
 * code of an error that is not a bridge error (ERROR_FAILED, ERROR_SCRIPT,
 * ERROR_CONFIG). */
void bridge_catch(lua_State *L, int status, enum error_code code,
                  struct error *err);

/* lua_pcall with a message handler that keeps the script's place. The
 * function and its `args` arguments are on the stack. */
int bridge_call(lua_State *L, int args, int results);

/* Reads the Lua value at `index` into `value`: nil is VALUE_ABSENT, null is
 * VALUE_NULL, a list (only when `lists`) VALUE_LIST. Copies into
 * script_of(L)->arena. Returns 0, or -1 for a function, plain table, userdata
 * or coroutine (nothing set): the caller says what was expected. */
int bridge_value(lua_State *L, int index, bool lists, struct value *value);

/* Pushes `value`: NULL and absent are nil when `null_as_nil`, else null. */
void bridge_push(lua_State *L, const struct value *value, bool null_as_nil);

/* The line of a user's file that runs, from the innermost frame of `L` on.
 * Returns false, and leaves `place`, when there is none. Raises nothing. */
bool bridge_place(lua_State *L, struct script_place *place);

/* The length of the "file:line: " before the Lua error text `message`, where
 * `file` is `source` (a chunk name with its "@") as Lua shortens it; 0 when
 * there is none. Sets `line`. */
size_t bridge_prefix(const char *message, const char *source, int *line);

/* Whether the value is a table with the metatable `name` of the registry. */
bool bridge_is(lua_State *L, int index, const char *name);
/* Whether it is a userdata with the metatable at `key` of the registry. */
bool bridge_is_box(lua_State *L, int index, const void *key);
bool bridge_is_sql(lua_State *L, int index);
bool bridge_is_null(lua_State *L, int index);

#endif
