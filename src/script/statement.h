/* The arguments (sql, params) of a call of the script, made a statement. */
#ifndef SCRIPT_STATEMENT_H
#define SCRIPT_STATEMENT_H

#include "db/db.h"
#include "script/state.h"

#include <lua.h>
#include <stdbool.h>

/* Reads the SQL (a string or a `sql` value) at `index` and the parameter
 * table, or nothing, behind it. `name` is the function for messages. Pushes
 * what keeps the statement alive; it is valid until the arena is emptied or
 * the C function returns. Parsed texts are kept in a cache of the state.
 * Raises: with the name of the parameter that is wrong. */
void statement_read(lua_State *L, struct script *script, const char *name,
                    int index, struct db_statement *statement);

/* Raises unless the value at `index` is a table of the script's own or a row,
 * and not `sql`, `bytes`, a type or a constraint; `what` is in it. */
void statement_check_table(lua_State *L, const char *name, const char *what,
                           int index);

/* Raises for more than `most` arguments, the first of which is at `first`. */
void statement_check_count(lua_State *L, const char *name, int first, int most);

/* Reads the value on top of the stack and pops it; a table must hold it while
 * `value` is used. `what` and `key` name it in messages: "column", "id".
 * Raises: for what is no value of a database. */
void statement_value(lua_State *L, const char *name, const char *what,
                     const char *key, bool lists, struct value *value);

/* Raises script->err with the SQL as the script wrote it (the driver knows it
 * with positions; one with a pipeline has statement->shown). The last
 * statement: `return statement_raise(L, sql);` */
int statement_raise(lua_State *L, const char *sql);

/* Pushes the metatable that marks rows of a result, which are free to have
 * keys that a statement does not use. */
void statement_push_row_mark(lua_State *L);
bool statement_is_row(lua_State *L, int index);

#endif
