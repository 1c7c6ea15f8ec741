/* One call of op.update_in_batches or op.each_batch: what batches.c (its
 * arguments) and batches_run.c (its batches) share. */
#ifndef SCRIPT_BATCHES_PARTS_H
#define SCRIPT_BATCHES_PARTS_H

#include "run/batch_pass.h"
#include "run/journal.h"
#include "script/state.h"

#include <lua.h>

struct options {
    const char *table, *schema, *name, *where;
    struct names key, columns, update;
    struct settings set;
    struct value batch_size, target_time, pause;
    bool sweep;
};

/* One call: a userdata, so that no error of Lua leaks its memory. */
struct batches {
    struct arena kept;   /* request and plan */
    struct arena arena;  /* of the batch that runs */
    struct arena cursor; /* the text of the last one */
    struct options options;
    struct batch_request request;
    struct batch_plan plan;
    struct batch_pass pass;
    double pause; /* seconds */
    struct journal_entry entry;
    struct journal_batch place;
    bool planned;
    bool asked;  /* for the total */
    bool within; /* the batches are part of a transaction */
    /* of the batch that runs */
    int64_t count;
    bool follows;
};

/* places on the stack: the userdata, the function; the lists of rows */
enum { BOX = 1, FUNCTION, LIST };

/* Plans and runs, with the userdata and the function (or nil) on the stack:
 * as part of a transaction, or each batch as a part of a step. Return the
 * number of rows. */
int batches_run_within(lua_State *L, struct batches *b);
int batches_run_journal(lua_State *L, struct batches *b);
/* Behind script_away(): raises when `result` is negative. */
void batches_run_check(lua_State *L, struct script *script, int result);

#endif
