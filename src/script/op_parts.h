/* What the files behind `op` share. Upvalue 1 of each function is its name,
 * 2 the metatable of `op`. */
#ifndef SCRIPT_OP_PARTS_H
#define SCRIPT_OP_PARTS_H

#include "script/state.h"

#include <lua.h>

/* "op.create_table": the function that runs. */
const char *op_api_name(lua_State *L);
/* First call: script_enter. Raises: called with a colon. */
struct script *op_api_enter(lua_State *L);
/* Raises: called with a colon, anywhere. */
void op_api_check_dot(lua_State *L);
/* Raises: more than `most` arguments. */
void op_api_check_count(lua_State *L, int most);
/* Whether a function of `op` has the name. */
bool op_api_is_built_in(const char *name);

/* op_savepoint.c */
int op_savepoint(lua_State *L);

/* op_invoke.c: functions of the revision's own, and ops as tables. */
int op_invoke_invoke(lua_State *L);
int op_invoke_register(lua_State *L);
/* Pushes the operation that the revision has registered as `name`, or nil. */
bool op_invoke_push(lua_State *L, const char *name);
/* The operations of the revision are gone. Raises nothing. */
void op_invoke_forget(lua_State *L, const struct revision *revision);

#endif
