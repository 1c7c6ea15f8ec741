#include "run/txn.h"

#include "base/clock.h"
#include "run/history.h"
#include "run/journal.h"
#include "run/rows.h"
#include "run/txn_parts.h"
#include "run/unfinished.h"

#include <stdio.h>

/* Something done in one transaction, and again when there is a reason. */
struct attempt {
    /* `again`: it was rolled back and is to be repeated at once. Clears no
     * memory. */
    enum txn_outcome (*run)(struct txn *txn, struct attempt *attempt,
                            struct error *err);
    bool again;
    const struct revision *revision; /* or NULL */
    const struct names *rows;        /* expected at the begin */
    const struct plan_step *step;    /* of txn_step */
    const struct plan *plan;         /* of txn_tidy, txn_stamp, txn_run */
    struct names notes;              /* of txn_stamp */
    double *duration_ms;             /* of txn_step, txn_run */
};

static enum txn_outcome repeat(struct txn *txn, struct attempt *attempt,
                               struct error *err)
{
    enum txn_outcome outcome;
    struct txn_retry retry;

    txn_retry_init(&retry, txn, attempt->revision);
    do {
        attempt->again = false;
        txn_retry_begin(&retry);
        outcome = attempt->run(txn, attempt, err);
        if (outcome != TXN_DONE && txn->late.waits &&
            txn_settle(txn, &attempt->again, err) != TXN_DONE)
            outcome = TXN_BEFORE;
        if (outcome == TXN_ERROR && !attempt->again)
            attempt->again = txn_retry_wait(&retry, attempt->rows, err) > 0;
        arena_clear(&txn->scratch);
    } while (attempt->again);
    return outcome;
}

static void set_revision(struct error *err, const struct plan_step *step)
{
    if (err->revision[0] == '\0')
        snprintf(err->revision, sizeof err->revision, "%s",
                 step->node->revision->id);
}

/* Runs the script under the guard. */
static int run_script(struct txn *txn, const struct plan_step *step,
                      bool *again, struct error *err)
{
    struct db *db = txn->db;

    if (db->driver->guard(db, DB_GUARD_SCRIPT, err) < 0 ||
        txn->hooks->step(txn->hooks->context, step, db, err) < 0 ||
        db->driver->guard(db, DB_GUARD_OFF, err) < 0)
        return -1;
    return txn_keys_check(txn, again, err);
}

bool txn_foreign_keys(const struct txn *txn, const struct plan_step *step)
{
    if (step->direction == DIRECTION_STAMP)
        return false;
    if (step->node->revision->foreign_keys != TRI_UNSET)
        return step->node->revision->foreign_keys == TRI_TRUE;
    return txn->request->foreign_keys;
}

/* SQLite: by the own clock; else negative, by the server's. */
static double duration(const struct txn *txn, int64_t start_us)
{
    if (txn->db->dialect != DIALECT_SQLITE)
        return -1;
    return (double)(clock_us() - start_us) / 1000;
}

/* One revision */

static enum txn_outcome try_step(struct txn *txn, struct attempt *attempt,
                                 struct error *err)
{
    const struct plan_step *step = attempt->step;
    double started = clock_now();
    int64_t start_us = clock_us();
    enum txn_outcome outcome;

    outcome = txn_open(txn, step->node->revision, txn_foreign_keys(txn, step),
                       attempt->rows, err);
    if (outcome != TXN_DONE)
        return outcome;
    if (unfinished_recheck(txn, attempt->rows, step, err) < 0 ||
        run_script(txn, step, &attempt->again, err) < 0)
        return txn_fail(txn, attempt->rows, err);
    if (attempt->again)
        return TXN_DONE;
    if (txn_record(txn, step, attempt->rows, started, duration(txn, start_us),
                   err) < 0)
        return txn_fail(txn, attempt->rows, err);
    outcome = txn_commit(txn, step->node->revision->id, attempt->rows, err);
    *attempt->duration_ms =
        txn->duration_ms >= 0 ? txn->duration_ms : duration(txn, start_us);
    return outcome;
}

enum txn_outcome txn_step(struct txn *txn, const struct plan_step *step,
                          const struct names *rows, double *duration_ms,
                          struct error *err)
{
    struct attempt attempt = {.run = try_step,
                              .revision = step->node->revision,
                              .rows = rows,
                              .step = step,
                              .duration_ms = duration_ms};
    enum txn_outcome outcome;

    if (step->node->revision->transaction == TRI_FALSE)
        outcome = journal_step(txn, step, rows, duration_ms, err);
    else
        outcome = repeat(txn, &attempt, err);
    if (outcome == TXN_ERROR) {
        txn_blame(txn, attempt.revision->id, err);
        set_revision(err, step);
    }
    return outcome;
}

/* Redundant and renamed rows */

static int tidy_rows(struct txn *txn, const struct plan *plan,
                     const struct names *rows, struct error *err)
{
    double started = clock_now();

    if (version_change(txn->db, txn->tables, &txn->scratch, rows, rows,
                       &plan->from, &txn->changes, err) < 0)
        return -1;
    for (size_t i = 0; i < plan->renamed.count; i++) {
        const struct graph_node *node =
            graph_find(txn->graph, plan->renamed.items[i]);

        if (txn_history(txn, node->revision, DIRECTION_STAMP, HISTORY_SQUASHED,
                        started, 0, err) < 0)
            return -1;
    }
    return 0;
}

static enum txn_outcome try_tidy(struct txn *txn, struct attempt *attempt,
                                 struct error *err)
{
    enum txn_outcome outcome = txn_open(txn, NULL, false, attempt->rows, err);

    if (outcome != TXN_DONE)
        return outcome;
    if (tidy_rows(txn, attempt->plan, attempt->rows, err) < 0)
        return txn_fail(txn, attempt->rows, err);
    return txn_commit(txn, "the version rows", attempt->rows, err);
}

enum txn_outcome txn_tidy(struct txn *txn, const struct names *rows,
                          const struct plan *plan, struct error *err)
{
    struct attempt attempt = {.run = try_tidy, .rows = rows, .plan = plan};

    return repeat(txn, &attempt, err);
}

/* All steps in one transaction */

static int tidy_within(struct txn *txn, const struct plan *plan,
                       struct rows *rows, struct error *err)
{
    if (tidy_rows(txn, plan, &rows->now, err) < 0)
        return -1;
    rows_set(rows, &plan->from);
    return 0;
}

/* One step of several: it is over, and all it queued was answered, before the
 * next one begins. */
static int step_within(struct txn *txn, const struct plan_step *step,
                       const struct names *rows, bool *again,
                       double *duration_ms, struct error *err)
{
    double started = clock_now();
    int64_t start_us = clock_us();

    if (run_script(txn, step, again, err) < 0)
        return -1;
    if (*again)
        return 0;
    if (txn->db->driver->collect(txn->db, err) < 0)
        return -1;
    *duration_ms = (double)(clock_us() - start_us) / 1000;
    return txn_record(txn, step, rows, started, *duration_ms, err);
}

static int steps_within(struct txn *txn, struct attempt *attempt,
                        struct rows *rows, struct error *err)
{
    const struct plan *plan = attempt->plan;

    if (tidy_within(txn, plan, rows, err) < 0)
        return -1;
    for (size_t i = 0; i < plan->count && !attempt->again; i++) {
        const struct plan_step *step = &plan->steps[i];

        if (step_within(txn, step, &rows->now, &attempt->again,
                        &attempt->duration_ms[i], err) < 0) {
            set_revision(err, step);
            return -1;
        }
        rows_apply(rows, step);
    }
    return 0;
}

static enum txn_outcome try_run(struct txn *txn, struct attempt *attempt,
                                struct error *err)
{
    struct rows rows = {.arena = &txn->scratch};
    bool foreign_keys = attempt->plan->count > 0 &&
                        txn_foreign_keys(txn, &attempt->plan->steps[0]);
    enum txn_outcome outcome =
        txn_open(txn, attempt->revision, foreign_keys, attempt->rows, err);

    if (outcome != TXN_DONE)
        return outcome;
    rows_set(&rows, attempt->rows);
    if (steps_within(txn, attempt, &rows, err) < 0)
        return txn_fail(txn, attempt->rows, err);
    if (attempt->again)
        return TXN_DONE;
    return txn_commit(txn, "the whole run", attempt->rows, err);
}

/* The longest timeout that a header asks for; 0 is none at all. */
static double longest(double a, double b)
{
    if (a == 0 || b == 0)
        return 0;
    return a > b ? a : b;
}

enum txn_outcome txn_run(struct txn *txn, const struct names *rows,
                         const struct plan *plan, double *durations_ms,
                         struct error *err)
{
    struct revision timeouts = {.lock_timeout = -1, .statement_timeout = -1};
    struct attempt attempt = {
        .run = try_run, .revision = &timeouts, .rows = rows, .plan = plan};
    enum txn_outcome outcome;

    attempt.duration_ms = durations_ms;
    for (size_t i = 0; i < plan->count; i++) {
        const struct revision *revision = plan->steps[i].node->revision;

        timeouts.lock_timeout =
            longest(timeouts.lock_timeout, revision->lock_timeout);
        timeouts.statement_timeout =
            longest(timeouts.statement_timeout, revision->statement_timeout);
    }
    outcome = repeat(txn, &attempt, err);
    if (outcome == TXN_ERROR)
        txn_blame(txn, err->revision[0] != '\0' ? err->revision : "a revision",
                  err);
    return outcome;
}

/* A stamp */

static int stamp_steps(struct txn *txn, const struct plan *plan,
                       struct rows *rows, struct error *err)
{
    double started = clock_now();

    if (txn->request->purge) {
        if (version_purge(txn->db, txn->tables, &txn->scratch, err) < 0)
            return -1;
        rows->now.count = 0;
    } else if (tidy_within(txn, plan, rows, err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < plan->count; i++) {
        if (txn_record(txn, &plan->steps[i], &rows->now, started, 0, err) < 0)
            return -1;
        rows_apply(rows, &plan->steps[i]);
    }
    return 0;
}

static enum txn_outcome try_stamp(struct txn *txn, struct attempt *attempt,
                                  struct error *err)
{
    struct rows rows = {.arena = &txn->scratch};
    bool purge = txn->request->purge;
    enum txn_outcome outcome =
        txn_open(txn, NULL, false, purge ? NULL : attempt->rows, err);

    if (outcome != TXN_DONE)
        return outcome;
    rows_set(&rows, attempt->rows);
    if (stamp_steps(txn, attempt->plan, &rows, err) < 0 ||
        unfinished_stamp(txn, attempt->rows, &rows.now, &attempt->notes, err) <
            0)
        return txn_fail(txn, attempt->rows, err);
    return txn_commit(txn, "the stamp", attempt->rows, err);
}

enum txn_outcome txn_stamp(struct txn *txn, const struct names *rows,
                           const struct plan *plan, struct error *err)
{
    struct attempt attempt = {.run = try_stamp, .rows = rows, .plan = plan};
    enum txn_outcome outcome = repeat(txn, &attempt, err);

    for (size_t i = 0; outcome == TXN_DONE && i < attempt.notes.count; i++)
        txn_tell(txn, RUN_NOTE, attempt.notes.items[i]);
    return outcome;
}
