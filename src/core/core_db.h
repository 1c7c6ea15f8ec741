/* The parts of core.db: helpers that its files share. */
#ifndef CORE_CORE_DB_H
#define CORE_CORE_DB_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "model/schema.h"
#include "model/value.h"

#include <lua.h>

int core_db_open(lua_State *L);

/* Adds the functions of core_db_text.c to the table on top. */
void core_db_add_texts(lua_State *L);

/* core_db_schema.c: adds its methods of a connection to the table on top. */
void core_db_add_schema(lua_State *L);

/* core_db_queue.c: adds its methods of a connection to the table on top. */
void core_db_add_queue(lua_State *L);

/* core_db_print.c: the same, and its function to the table on top. */
void core_db_add_print(lua_State *L);
void core_db_add_line(lua_State *L);
/* Whether the options at `index` ask for a driver that writes SQL, round
 * `*live` or alone (NULL). */
bool core_db_print_wanted(lua_State *L, int index, struct db **live);

/* The connection at `index`, NULL when it is closed; `*err` is its own. */
struct db *core_db_of(lua_State *L, int index, struct error **err);
/* The open one at 1, of a method. */
struct db *core_db_check(lua_State *L, struct error **err);
/* Reads (sql, { params, n = count }, many) from `index` on. The array stays
 * on the stack as a userdata. */
struct db_statement core_db_read_statement(lua_State *L, int index);

/* Sets a field of the table on top, unless there is nothing to set. */
void core_db_push_field(lua_State *L, const char *name, const char *text);
void core_db_push_tri(lua_State *L, const char *name, enum tri tri);
void core_db_push_names(lua_State *L, const char *const *items, size_t count);
/* Pushes nil and the error as a table. Returns 2. */
int core_db_push_error(lua_State *L, const struct error *err);
const char *core_db_field_text(lua_State *L, int index, const char *name);
/* Values: nil, boolean, number, string, { bytes = s }, whose text the table
 * keeps. */
void core_db_read_value(lua_State *L, int index, struct value *value);
/* Pushes the value and the name of its kind. */
void core_db_push_value(lua_State *L, const struct value *value);

/* core_db_table.c: a reflected table, one type of it, and the statements of a
 * create_table made from it (-1 and `err` when there is none). */
void core_db_push_table(lua_State *L, const struct table *table);
void core_db_push_type(lua_State *L, const struct type *type);
int core_db_push_ddl(lua_State *L, const struct table *table,
                     enum dialect dialect, struct arena *arena,
                     struct error *err);

#endif
