/* Carries out a plan: lock, transaction, step callback, version and history
 * rows. One transaction per revision (guarantees.md G1-G6, G13). */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "graph/graph.h"

#include <stdbool.h>
#include <stdint.h>

struct run_tables {
    const char *version_table; /* "luamigrate_version" */
    const char *schema;        /* or NULL */
};

enum run_event_kind {
    RUN_STEP_BEGIN,
    RUN_STEP_END,  /* duration_ms, from, to: the version rows, sorted */
    RUN_REDUNDANT, /* text: the row that was removed */
    RUN_RENAMED,   /* text: the row whose revision was squashed */
    RUN_NOTE,      /* text, for people */
    RUN_WAITING,   /* what is waited for; text says so */
    RUN_SQL        /* RUN_SCRIPT: text is the SQL of a revision, complete */
};

struct run_event {
    enum run_event_kind kind;
    const struct plan_step *step;
    double duration_ms;
    const char *text;
    const struct names *from, *to; /* valid until the call returns */
};

struct journal;

/* What runs the scripts and watches; the run layer knows no Lua. */
struct run_hooks {
    void *context;
    /* Before the first write: every script of the plan is loaded. */
    int (*prepare)(void *context, const struct plan *plan, struct error *err);
    /* Inside the transaction: runs the revision's function. */
    int (*step)(void *context, const struct plan_step *step, struct db *db,
                struct error *err);
    /* Runs the function of a revision with transaction = false: its steps are
     * those of `journal` (journal.h). */
    int (*journal)(void *context, const struct plan_step *step,
                   struct journal *journal, struct error *err);
    /* The checksum of a revision's Lua tokens, as text; NULL: unknown. */
    const char *(*checksum)(void *context, const struct revision *revision);
    void (*event)(void *context, const struct run_event *event);
};

enum run_mode {
    RUN_APPLY,
    RUN_SCRIPT, /* written as SQL; the driver is one that needs no database */
    RUN_DRY     /* shown as SQL, from the database as it is (db_print.h) */
};

/* What is asked. `targets` of a downgrade has at most one item. */
struct run_request {
    enum direction direction;
    struct names targets;
    bool purge; /* stamp */
    enum run_mode mode;
    struct names rows; /* RUN_SCRIPT: the version rows to begin from */
    /* for the history rows */
    const char *actor, *host, *version;
    bool foreign_keys; /* the configuration's default (G13) */
    bool whole;        /* one transaction for the whole run */
    bool at_once;      /* RUN_STEP_END may do anything: it comes before the next
                          revision is begun, not while that is being sent */
    double retry_for;  /* seconds that a table lock is tried for, if an attempt
                          takes less than a tenth of it (G12); 0: 300 */
    /* Asked with the plan before the first write; false: ERROR_USAGE. */
    bool (*confirm)(void *context, const struct plan *plan);
    void *confirm_context;
};

/* RUN_DRY: what a step would do. */
struct run_shown {
    struct names sql;
    const bool *writes; /* for each statement: it changes rows */
    const char *note;   /* what could not be shown and why, or NULL */
};

/* What was carried out: steps in their order, rows before and after. */
struct run_result {
    const struct plan_step *steps;
    size_t count;
    struct names from;
    struct names to;
    const struct run_shown *shown; /* RUN_DRY: one for each step */
};

/* Plans and carries out `request`; re-plans when another runner was faster.
 * On failure `result` holds what was done before. */
int run_execute(struct db *db, const struct graph *graph,
                const struct run_tables *tables,
                const struct run_request *request,
                const struct run_hooks *hooks, struct arena *arena,
                struct run_result *result, struct error *err);

#endif
