/* A table as the catalog describes it, pushed as plain Lua tables with the
 * field names of SQLAlchemy's inspector. Each function pushes one table. */
#ifndef SCRIPT_REFLECTED_H
#define SCRIPT_REFLECTED_H

#include "model/schema.h"

#include <lua.h>

/* { "a", "b" } */
void reflected_names(lua_State *L, const struct names *names);

/* { { name type nullable default autoincrement primary_key comment
 *     computed = { sqltext, persisted } } } */
void reflected_columns(lua_State *L, enum dialect dialect,
                       const struct table *table);
/* { name, constrained_columns }, the list empty when there is no key */
void reflected_primary_key(lua_State *L, enum dialect dialect,
                           const struct table *table);
/* { { name constrained_columns referred_schema referred_table
 *     referred_columns options } } */
void reflected_foreign_keys(lua_State *L, enum dialect dialect,
                            const struct table *table);
/* { { name column_names } } */
void reflected_uniques(lua_State *L, enum dialect dialect,
                       const struct table *table);
/* { { name sqltext } } */
void reflected_checks(lua_State *L, enum dialect dialect,
                      const struct table *table);
/* { { name column_names unique expressions column_sorting
 *     dialect_options } } */
void reflected_indexes(lua_State *L, enum dialect dialect,
                       const struct table *table);
/* { text } */
void reflected_comment(lua_State *L, enum dialect dialect,
                       const struct table *table);

#endif
