/* The transaction of one revision: lock, fence, script, rows, commit. */
#ifndef RUN_TXN_H
#define RUN_TXN_H

#include "run/run.h"
#include "run/version.h"

#include <stdbool.h>

/* A COMMIT whose answer may come while the next revision is being sent
 * (G7). */
struct txn_late {
    bool allowed;     /* of the coming transaction: another one follows it */
    bool waits;       /* it is sent, and not proven yet */
    const char *what; /* its revision */
    /* it is proven, and its revision done: called from within any call */
    void (*proven)(void *context);
    void *context;
};

/* What the transactions of one run share. */
struct txn {
    struct db *db;
    const struct run_tables *tables; /* on PostgreSQL with their schema */
    const struct graph *graph;       /* as the version rows see the tree */
    const struct run_request *request;
    const struct run_hooks *hooks;
    /* the tables were seen or made; the version table is the fence */
    bool version_exists, history_exists;
    bool locked; /* the runner's lock is held: nobody else moves the rows */
    bool reconnected; /* the connection came back while a commit was resolved:
                         what the session had is gone */
    bool keeps; /* a transaction leaves the session as the script has set it:
                   it is a step of a revision (journal.c) */
    double duration_ms; /* of the last commit, by the server's clock;
                           negative: it was not asked */
    struct txn_late late;
    /* of the open transaction: the rows are compared when they are changed, not
     * before; answers that are to come */
    bool trusts;
    struct db_ticket compared, recorded;
    bool compares, records;
    struct version_change *changes;
    int64_t data_version; /* SQLite: of unfinished_recheck */
    bool no_progress;     /* the progress table is known not to be there */
    /* violations of foreign keys that were there before the run (G13) */
    struct names known;
    struct arena *arena;  /* of the run */
    struct arena scratch; /* emptied after each transaction */
};

enum txn_outcome {
    TXN_ERROR = -1,
    TXN_DONE,
    TXN_MOVED, /* the rows are not the expected ones: nothing was done */
    TXN_BEFORE /* the COMMIT of the step before (txn->late) failed: neither was
                  done, `err` is its error */
};

/* Whether foreign keys are enforced while the step runs (SQLite, G13). */
bool txn_foreign_keys(const struct txn *txn, const struct plan_step *step);

/* Carries out one step in a transaction of its own: reads the rows under the
 * lock and compares them with `rows` (sorted), runs the script (unless it is a
 * stamp), checks foreign keys, changes the rows, adds the history row, commits.
 * On error everything is rolled back and `err` says so. `*duration_ms` is the
 * time it took. With txn->late.allowed the COMMIT may be left waiting
 * (txn->late.waits): the next step is the next thing to be done, and `rows`
 * are those after this one. */
enum txn_outcome txn_step(struct txn *txn, const struct plan_step *step,
                          const struct names *rows, double *duration_ms,
                          struct error *err);

/* Makes the rows those that the plan begins with (plan->from): redundant ones
 * are removed, without a history row; one whose revision was squashed is
 * rewritten, with one: it is a stamp of the new revision. */
enum txn_outcome txn_tidy(struct txn *txn, const struct names *rows,
                          const struct plan *plan, struct error *err);

/* Carries out the whole plan, its redundant and renamed rows included, in one
 * transaction; `durations_ms` has a place for each step. On error everything
 * is rolled back. */
enum txn_outcome txn_run(struct txn *txn, const struct names *rows,
                         const struct plan *plan, double *durations_ms,
                         struct error *err);

/* Carries out all steps of a stamp in one transaction, from `rows` as they
 * are in the table; with request->purge these are removed, whatever they are by
 * now. Deletes what unfinished_stamp() says, and tells of it. */
enum txn_outcome txn_stamp(struct txn *txn, const struct names *rows,
                           const struct plan *plan, struct error *err);

#endif
