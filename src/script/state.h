/* The Lua state that runs revisions. `lua.h` stays in script/; nothing
 * outside this folder is called by a function that may longjmp with C frames
 * of another layer below it. */
#ifndef SCRIPT_STATE_H
#define SCRIPT_STATE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include "db/db.h"
#include "graph/graph.h"
#include "script/pool.h"

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal;

enum script_level { SCRIPT_DEBUG, SCRIPT_INFO, SCRIPT_WARN, SCRIPT_ERROR };

/* How far a long step is. */
struct script_progress {
    const char *revision;
    const char *step;
    int64_t done;
    int64_t total; /* by statistics; negative: not known */
    bool ended;
};

struct script_options {
    size_t memory_limit;         /* bytes; 0: none */
    double stall;                /* seconds in Lua; 0: none */
    bool fatal;                  /* stage two ends the program (G15) */
    const struct cancel *cancel; /* may be NULL */
    /* `print` (SCRIPT_INFO, `print` true) and log.*; text as it was given */
    void (*log)(void *context, enum script_level level, bool print,
                const char *text, size_t size);
    /* After each batch; may be NULL. */
    void (*progress)(void *context, const struct script_progress *progress);
    void *context;
    /* Written to standard output before stage two ends the program (one JSON
     * line); may be NULL. */
    const char *fatal_line;
    /* what revisions see */
    const char *tag;         /* --tag, or NULL */
    const char *environment; /* -n, or NULL */
    struct names x_keys;     /* -x KEY=VALUE */
    struct names x_values;
    struct names roots;          /* folders whose modules `require` finds */
    struct names script_modules; /* rocks that revisions may require */
};

enum script_limit {
    SCRIPT_LIMIT_NONE,
    SCRIPT_LIMIT_MEMORY,
    SCRIPT_LIMIT_STALL,
    SCRIPT_LIMIT_SIGNAL /* options.cancel was set: no script may go on */
};

/* A line of a script. */
struct script_place {
    char file[512]; /* as displayed; "" when it is not known */
    int line;
};

/* One Lua state; reached from C functions by script_of(L). */
struct script {
    lua_State *L;
    struct script_options options;
    struct arena arena; /* of the call that runs; emptied by script_enter */
    struct error err;   /* of the call that runs; bridge_raise raises it */

    const struct settings *naming; /* naming_convention; NULL: none */
    bool hooks;                    /* the configuration has some */

    /* the box behind `op` and `db`: set while a step runs, emptied after */
    struct db *db;
    const struct revision *revision;
    enum direction direction;

    bool pipeline; /* the database in the box has one (queue.h) */
    int eager;     /* calls that may catch an error: nothing waits there */

    /* a revision with transaction = false (step.h) */
    struct journal *journal; /* NULL: one transaction */
    bool in_step;            /* a step runs: calls are a part of it */
    bool in_batch;           /* it commits in batches */
    bool alone;              /* op.autocommit_block */
    bool outside;            /* a statement runs outside any transaction */

    /* the first database error that no savepoint undid (G8) */
    bool failed;
    struct error *first;

    volatile int limit;            /* enum script_limit that was hit: sticky */
    volatile int64_t last_call_ms; /* clock_ms() when Lua last got control */
    volatile int in_lua;           /* the watch counts only then: a script
                                      runs, and no call of the database */
    lua_State *running;            /* the coroutine that runs, for the watch */
    size_t memory_used;
    size_t memory_kept;     /* after the last collection (revision.c) */
    struct pool pool;       /* small blocks of it */
    unsigned generation;    /* of the step: stale cursors see it */
    struct rows *open_rows; /* cursors of the step (rows.h) */
    struct copy *copying;   /* the db:copy_in whose iterator runs */

    bool memory_denied;              /* the allocator refused some bytes */
    struct script_place limit_place; /* where a limit was hit */
    struct script_place error_place; /* where the last error was raised */
    size_t error_prefix;             /* bytes of "file:line: " in its message */
    struct watch *watch;             /* watch.c: the timer */
    int *header_lines; /* sandbox.h: while a revision's top level runs */
    const struct revision *last; /* that ran; unloaded when one runs again */
    size_t waiting;              /* revisions that are loaded */
    bool mute; /* a top level runs once more: it prints nothing */
};

/* Makes a state with libraries but without any script environment.
 * `options` is copied (its texts must outlive). Owns: script_close. */
int script_open(const struct script_options *options, struct script **script,
                struct error *err);
void script_close(struct script *script); /* NULL is fine */

struct script *script_of(lua_State *L);

/* First call of every function that needs the database: empties the arena and
 * returns the state. Nothing that lies in script->arena may be used after a
 * call back into Lua.
 * Raises: "NAME is only available inside upgrade() and downgrade()"; a limit
 * that was hit; a signal that came (script->options.cancel). */
struct script *script_enter(lua_State *L, const char *name);
/* The same for what goes on with an earlier call (the next row): it does not
 * care for rows that copy_in has gathered. */
struct script *script_go_on(lua_State *L, const char *name);
/* Last call of such a function on success: the time of the stall watch begins
 * anew. (bridge_raise does it on failure.) */
void script_leave(struct script *script);
/* Around each call of the database: the stall watch does not count it.
 * Nothing between them may raise, so that no error leaves it off. */
void script_away(struct script *script);
int script_back(struct script *script, int result); /* returns `result` */

#endif
