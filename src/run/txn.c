#include "run/txn.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/str.h"
#include "run/history.h"
#include "run/version.h"

#include <stdio.h>
#include <string.h>

/* how many violated rows an error names */
#define SHOWN_VIOLATIONS 5

static void describe_state(struct error *err, const char *what,
                           const struct names *rows)
{
    size_t used;

    snprintf(err->state, sizeof err->state, "%s; the database is at ", what);
    if (rows->count == 0)
        strncat(err->state, "base", sizeof err->state - strlen(err->state) - 1);
    for (size_t i = 0; i < rows->count; i++) {
        used = strlen(err->state);
        snprintf(err->state + used, sizeof err->state - used, "%s%s",
                 i > 0 ? ", " : "", rows->items[i]);
    }
}

/* Rolls back; keeps `err` and adds what state the database is in. */
static enum txn_outcome fail(struct txn *txn, const struct names *rows,
                             struct error *err)
{
    struct error ignored;

    txn->db->driver->rollback(txn->db);
    if (txn->db->driver->guard(txn->db, DB_GUARD_OFF, &ignored) < 0)
        txn->db->driver->rollback(txn->db);
    if (err->state[0] == '\0')
        describe_state(err, "rolled back", rows);
    return TXN_ERROR;
}

/* Begins, makes the tables and compares the rows with those expected. */
static enum txn_outcome begin(struct txn *txn, bool foreign_keys,
                              const struct names *expected, struct error *err)
{
    struct db_begin how = {.foreign_keys = foreign_keys,
                           .lock_timeout = -1,
                           .statement_timeout = -1};
    struct names rows = {0};

    if (txn->db->driver->begin(txn->db, &how, err) < 0)
        return TXN_ERROR;
    if (!txn->tables_exist &&
        (version_create(txn->db, txn->tables, &txn->scratch, err) < 0 ||
         history_create(txn->db, txn->tables, &txn->scratch, err) < 0))
        return fail(txn, expected, err);
    if (version_rows(txn->db, txn->tables, &txn->scratch, &rows, err) < 0)
        return fail(txn, expected, err);
    if (!version_same(&rows, expected)) {
        txn->db->driver->rollback(txn->db);
        return TXN_MOVED;
    }
    return TXN_DONE;
}

static int commit(struct txn *txn, struct error *err)
{
    if (txn->db->driver->prove(txn->db, err) < 0)
        return -1;
    if (txn->db->driver->commit(txn->db, err) < 0)
        return -1;
    txn->tables_exist = true;
    return 0;
}

static int add_history(struct txn *txn, const struct plan_step *step,
                       double started, double duration_ms, struct error *err)
{
    const struct run_request *request = txn->request;
    const struct revision *revision = step->node->revision;
    char started_at[CLOCK_ISO_SIZE];
    struct history_row row = {
        .revision = revision->id,
        .direction = direction_name(step->direction),
        .started_at = started_at,
        .duration_ms = (int64_t)(duration_ms + 0.5),
        .actor = request->actor,
        .host = request->host,
        .version = request->version,
        .state = "done",
    };

    clock_iso((int64_t)started, started_at);
    row.checksum = txn->hooks->checksum(txn->hooks->context, revision);
    return history_add(txn->db, txn->tables, &txn->scratch, &row, err);
}

static bool known_violation(const struct db_violations *known, const char *text)
{
    for (size_t i = 0; i < known->count; i++)
        if (strcmp(known->items[i], text) == 0)
            return true;
    return false;
}

/* The violations of `all` that `known` does not have. */
static struct db_violations new_violations(struct arena *arena,
                                           const struct db_violations *all,
                                           const struct db_violations *known)
{
    struct db_violations fresh = {NULL, 0};

    if (all->count == 0)
        return fresh;
    fresh.items = arena_array(arena, const char *, all->count);
    for (size_t i = 0; i < all->count; i++)
        if (!known_violation(known, all->items[i]))
            fresh.items[fresh.count++] = all->items[i];
    return fresh;
}

static int report_violations(struct txn *txn, const struct db_violations *new,
                             struct error *err)
{
    struct buf text;

    buf_init(&text, &txn->scratch);
    for (size_t i = 0; i < new->count &&i < SHOWN_VIOLATIONS; i++)
        buf_addf(&text, "\n  %s", new->items[i]);
    if (new->count > SHOWN_VIOLATIONS)
        buf_addf(&text, "\n  and %zu more", new->count - SHOWN_VIOLATIONS);
    error_set(err, ERROR_FAILED, "foreign keys are violated by %zu row%s:%s",
              new->count, new->count == 1 ? "" : "s", text.data);
    return error_hint(err, "mend the rows in the revision, or change the "
                           "foreign key first");
}

/* Adds to txn->known what the rolled back database has of violations in the
 * tables that the script changed. */
static int learn_violations(struct txn *txn, struct error *err)
{
    struct db_violations before, fresh;
    const char **all;

    if (txn->db->driver->violations(txn->db, &txn->scratch, &before, err) < 0)
        return -1;
    fresh = new_violations(&txn->scratch, &before, &txn->known);
    all = arena_array(txn->arena, const char *,
                      txn->known.count + fresh.count + 1);
    for (size_t i = 0; i < txn->known.count; i++)
        all[i] = txn->known.items[i];
    for (size_t i = 0; i < fresh.count; i++)
        all[txn->known.count + i] = arena_strdup(txn->arena, fresh.items[i]);
    txn->known.items = all;
    txn->known.count += fresh.count;
    return 0;
}

/* Runs the script under the guard. `*again` when it left only violations
 * that were there before: they are known now and the step runs again. */
static int run_script(struct txn *txn, const struct plan_step *step,
                      bool *again, struct error *err)
{
    struct db *db = txn->db;
    struct db_violations all, new;

    if (db->driver->guard(db, DB_GUARD_SCRIPT, err) < 0 ||
        txn->hooks->step(txn->hooks->context, step, db, err) < 0 ||
        db->driver->collect(db, err) < 0 ||
        db->driver->guard(db, DB_GUARD_OFF, err) < 0 ||
        db->driver->violations(db, &txn->scratch, &all, err) < 0)
        return -1;
    new = new_violations(&txn->scratch, &all, &txn->known);
    if (new.count == 0)
        return 0;
    db->driver->rollback(db);
    if (learn_violations(txn, err) < 0)
        return -1;
    new = new_violations(&txn->scratch, &all, &txn->known);
    if (new.count > 0)
        return report_violations(txn, &new, err);
    *again = true;
    return 0;
}

static bool wants_foreign_keys(const struct txn *txn,
                               const struct plan_step *step)
{
    if (step->direction == DIRECTION_STAMP)
        return false;
    if (step->node->revision->foreign_keys != TRI_UNSET)
        return step->node->revision->foreign_keys == TRI_TRUE;
    return txn->request->foreign_keys;
}

static enum txn_outcome attempt(struct txn *txn, const struct plan_step *step,
                                const struct names *rows, bool *again,
                                double *duration_ms, struct error *err)
{
    double started = clock_now();
    int64_t start_us = clock_us();
    enum txn_outcome outcome;

    outcome = begin(txn, wants_foreign_keys(txn, step), rows, err);
    if (outcome != TXN_DONE)
        return outcome;
    if (step->direction != DIRECTION_STAMP &&
        run_script(txn, step, again, err) < 0)
        return fail(txn, rows, err);
    if (*again)
        return TXN_DONE;
    *duration_ms = (double)(clock_us() - start_us) / 1000;
    if (version_change(txn->db, txn->tables, &txn->scratch, &step->gone,
                       &step->come, err) < 0 ||
        add_history(txn, step, started, *duration_ms, err) < 0 ||
        commit(txn, err) < 0)
        return fail(txn, rows, err);
    *duration_ms = (double)(clock_us() - start_us) / 1000;
    return TXN_DONE;
}

enum txn_outcome txn_step(struct txn *txn, const struct plan_step *step,
                          const struct names *rows, double *duration_ms,
                          struct error *err)
{
    enum txn_outcome outcome;
    bool again;

    do {
        again = false;
        outcome = attempt(txn, step, rows, &again, duration_ms, err);
        arena_clear(&txn->scratch);
    } while (again && outcome == TXN_DONE);
    if (outcome == TXN_ERROR && err->revision[0] == '\0')
        snprintf(err->revision, sizeof err->revision, "%s",
                 step->node->revision->id);
    return outcome;
}

enum txn_outcome txn_tidy(struct txn *txn, const struct names *rows,
                          const struct names *minimal, struct error *err)
{
    enum txn_outcome outcome = begin(txn, false, rows, err);

    if (outcome == TXN_DONE &&
        (version_change(txn->db, txn->tables, &txn->scratch, rows, minimal,
                        err) < 0 ||
         commit(txn, err) < 0))
        outcome = fail(txn, rows, err);
    arena_clear(&txn->scratch);
    return outcome;
}

/* Begins a stamp that takes whatever rows there are away. */
static enum txn_outcome begin_purge(struct txn *txn, struct error *err)
{
    static const struct names none = {NULL, 0};
    struct db_begin how = {.lock_timeout = -1, .statement_timeout = -1};

    if (txn->db->driver->begin(txn->db, &how, err) < 0)
        return TXN_ERROR;
    if (version_create(txn->db, txn->tables, &txn->scratch, err) < 0 ||
        history_create(txn->db, txn->tables, &txn->scratch, err) < 0 ||
        version_purge(txn->db, txn->tables, &txn->scratch, err) < 0)
        return fail(txn, &none, err);
    return TXN_DONE;
}

static int stamp_steps(struct txn *txn, const struct plan *plan,
                       struct error *err)
{
    double started = clock_now();

    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_step *step = &plan->steps[i];

        if (version_change(txn->db, txn->tables, &txn->scratch, &step->gone,
                           &step->come, err) < 0 ||
            add_history(txn, step, started, 0, err) < 0)
            return -1;
    }
    return commit(txn, err);
}

enum txn_outcome txn_stamp(struct txn *txn, const struct names *rows,
                           const struct plan *plan, struct error *err)
{
    enum txn_outcome outcome = txn->request->purge
                                   ? begin_purge(txn, err)
                                   : begin(txn, false, rows, err);

    if (outcome != TXN_DONE)
        return outcome;
    if ((!txn->request->purge &&
         version_change(txn->db, txn->tables, &txn->scratch, rows, &plan->from,
                        err) < 0) ||
        stamp_steps(txn, plan, err) < 0)
        outcome = fail(txn, rows, err);
    arena_clear(&txn->scratch);
    return outcome;
}
