/* Statements of a script whose result nobody reads: they travel without
 * waiting for each other, and their errors come later. No script can tell the
 * difference: where an error could be caught (pcall, xpcall, coroutines,
 * op.savepoint, op.step) statements wait for their answer, and what waits in
 * the queue is collected before, so that its error belongs to the outside. On
 * a database without a pipeline all this does nothing. */
#ifndef SCRIPT_QUEUE_H
#define SCRIPT_QUEUE_H

#include "db/db.h"
#include "script/state.h"

#include <lua.h>
#include <stdbool.h>

/* Whether the function that runs may leave statements in the queue. */
bool queue_allowed(lua_State *L);

/* Queues a statement with the line of the script that runs; executes it at
 * once where that is not allowed, or there is no pipeline. The answer goes to
 * `ticket` (or NULL). Returns 0, or -1 and script->err; raises nothing. */
int queue_send(lua_State *L, struct db_statement *statement,
               struct db_ticket *ticket);

/* The line of the script that runs, for statements that C queues for it. */
struct queue_place {
    struct script_place at;
    struct db_statement statement; /* only file and line */
};
/* Returns NULL where nothing waits: an error then gets the line anyway. */
const struct db_statement *queue_place(lua_State *L, struct queue_place *place);

/* Collects what the script has queued. Raises: the error of a statement, with
 * its own line and SQL. */
void queue_collect(lua_State *L);
/* The same where the queue must be empty, after a call of C that queues. */
void queue_settle(lua_State *L);

/* Around a call of a function of the script whose errors may be caught. The
 * first raises what queue_collect raises; then nothing may raise until the
 * second. */
void queue_enter(lua_State *L);
void queue_leave(lua_State *L);

#endif
