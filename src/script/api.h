/* The tables a revision sees, one opener for each; each pushes one table. */
#ifndef SCRIPT_API_H
#define SCRIPT_API_H

#include <lua.h>

int op_open(lua_State *L);        /* op_api.c: `op` */
int conn_open(lua_State *L);      /* conn_api.c: what op.get_bind returns */
int inspector_open(lua_State *L); /* inspector.c: what op.inspect returns */

/* Pushes a table with the fields of the vocabulary: types, sql, null, bytes
 * and the constraint constructors (lua/luamigrate/vocabulary.lua). */
int vocabulary_open(lua_State *L);

#endif
