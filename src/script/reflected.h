/* A table as the catalog describes it, pushed as plain Lua tables with the
 * field names of SQLAlchemy's inspector. Each function pushes one table. */
#ifndef SCRIPT_REFLECTED_H
#define SCRIPT_REFLECTED_H

#include "model/schema.h"

#include <lua.h>

/* { "a", "b" } */
void reflected_names(lua_State *L, const struct names *names);

/* { { name schema visible labels } }, of enum types */
void reflected_enums(lua_State *L, const struct type *types, size_t count);

/* { { name type nullable default autoincrement primary_key comment
 *     computed = { sqltext, persisted }
 *     identity = { always start increment minvalue maxvalue cache cycle } } }
 */
void reflected_columns(lua_State *L, enum dialect dialect,
                       const struct table *table);
/* { name, constrained_columns }, the list empty when there is no key; keys
 * have `deferrable initially dialect_options` on PostgreSQL */
void reflected_primary_key(lua_State *L, enum dialect dialect,
                           const struct table *table);
/* { { name constrained_columns referred_schema referred_table
 *     referred_columns options } } */
void reflected_foreign_keys(lua_State *L, enum dialect dialect,
                            const struct table *table);
/* { { name column_names } } */
void reflected_uniques(lua_State *L, enum dialect dialect,
                       const struct table *table);
/* { { name sqltext dialect_options } } */
void reflected_checks(lua_State *L, enum dialect dialect,
                      const struct table *table);
/* { { name column_names unique expressions column_sorting include_columns
 *     dialect_options } }, `invalid` for a build that did not end. The index
 * of a constraint is told with the constraint only. */
void reflected_indexes(lua_State *L, enum dialect dialect,
                       const struct table *table);
/* { text } */
void reflected_comment(lua_State *L, enum dialect dialect,
                       const struct table *table);

#endif
