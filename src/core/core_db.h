/* The parts of core.db: helpers that its files share. */
#ifndef CORE_CORE_DB_H
#define CORE_CORE_DB_H

#include "base/error.h"
#include "model/schema.h"
#include "model/value.h"

#include <lua.h>

int core_db_open(lua_State *L);

/* Adds the functions of core_db_text.c to the table on top. */
void core_db_add_texts(lua_State *L);

/* Sets a field of the table on top, unless there is nothing to set. */
void core_db_push_field(lua_State *L, const char *name, const char *text);
void core_db_push_tri(lua_State *L, const char *name, enum tri tri);
void core_db_push_names(lua_State *L, const char *const *items, size_t count);
/* Pushes nil and the error as a table. Returns 2. */
int core_db_push_error(lua_State *L, const struct error *err);
const char *core_db_field_text(lua_State *L, int index, const char *name);
/* Values: nil, boolean, number, string, { bytes = s }. */
void core_db_read_value(lua_State *L, int index, struct value *value);
/* Pushes the value and the name of its kind. */
void core_db_push_value(lua_State *L, const struct value *value);

#endif
