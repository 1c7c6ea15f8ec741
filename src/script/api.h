/* The tables a revision sees, one opener for each; each pushes one table. */
#ifndef SCRIPT_API_H
#define SCRIPT_API_H

#include <lua.h>

int op_open(lua_State *L); /* op_api.c: `op` */

/* Pushes a table with the fields of the vocabulary: types, sql, null, bytes
 * and the constraint constructors (vocabulary.c). */
int vocabulary_open(lua_State *L);

#endif
