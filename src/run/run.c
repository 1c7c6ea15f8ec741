#include "run/run.h"

#include "base/str.h"
#include "run/print.h"
#include "run/run_parts.h"
#include "run/unfinished.h"

#include <stdio.h>
#include <string.h>

/* How often a run plans again because another runner was faster; each time
 * that runner made progress, so this is only a guard against a script that
 * moves rows by itself. */
#define MAX_PLANS 10000

static void emit(const struct run *run, enum run_event_kind kind,
                 const struct plan_step *step, double duration_ms,
                 const char *text)
{
    struct run_event event = {.kind = kind,
                              .step = step,
                              .duration_ms = duration_ms,
                              .text = text,
                              .from = &run->rows.before,
                              .to = &run->rows.now};

    run->txn.hooks->event(run->txn.hooks->context, &event);
}

static int confirm(struct run *run, struct error *err)
{
    const struct run_request *request = run->txn.request;

    if (request->confirm == NULL || run->plan.count == 0 ||
        request->confirm(request->confirm_context, &run->plan))
        return 0;
    return error_set(err, ERROR_USAGE, "not confirmed: nothing was changed");
}

/* Tells of the rows that were removed or got another id. */
static void emit_tidied(struct run *run)
{
    for (size_t i = 0; i < run->plan.renamed.count; i++)
        emit(run, RUN_RENAMED, NULL, 0, run->plan.renamed.items[i]);
    for (size_t i = 0; i < run->plan.redundant.count; i++)
        emit(run, RUN_REDUNDANT, NULL, 0, run->plan.redundant.items[i]);
}

static bool is_tidy(const struct plan *plan)
{
    return plan->redundant.count == 0 && plan->renamed.count == 0;
}

/* Removes redundant rows and renames old ones; TXN_MOVED when the rows are
 * others by now. */
static enum txn_outcome tidy(struct run *run, struct error *err)
{
    enum txn_outcome outcome;

    if (is_tidy(&run->plan))
        return TXN_DONE;
    outcome = txn_tidy(&run->txn, &run->rows.now, &run->plan, err);
    if (outcome != TXN_DONE)
        return outcome;
    rows_set(&run->rows, &run->plan.from);
    emit_tidied(run);
    return TXN_DONE;
}

/* A step is done: its COMMIT was proven. */
static void on_done(void *context)
{
    struct run *run = context;

    vec_push(run->txn.arena, &run->done, *run->last);
    emit(run, RUN_STEP_END, run->last, run->last_ms, NULL);
    if (run->held != NULL)
        emit(run, RUN_STEP_BEGIN, run->held, 0, NULL);
    run->held = NULL;
}

/* Whether the COMMIT of step `i` may open the flight of the next one. */
static bool may_wait(const struct run *run, size_t i)
{
    const struct plan *plan = &run->plan;

    return i + 1 < plan->count && !run->txn.request->at_once &&
           plan->steps[i].node->revision->transaction != TRI_FALSE &&
           plan->steps[i + 1].node->revision->transaction != TRI_FALSE;
}

static enum txn_outcome run_step(struct run *run, const struct plan_step *step,
                                 struct error *err)
{
    enum txn_outcome outcome;
    double duration_ms = 0;

    outcome = txn_step(&run->txn, step, &run->rows.now, &duration_ms, err);
    if (outcome != TXN_DONE)
        return outcome;
    rows_apply(&run->rows, step);
    run->last = step;
    run->last_ms = duration_ms;
    if (!run->txn.late.waits)
        on_done(run);
    return TXN_DONE;
}

/* The COMMIT of the step before failed: so neither was done. Returns whether
 * it may be tried again, with its answer waited for. */
static bool step_back(struct run *run, struct error *err)
{
    const char *id = run->last->node->revision->id;
    struct names before = run->rows.before;

    run->held = NULL;
    rows_set(&run->rows, &before);
    if (str_equal(err->sqlstate, "40001") || str_equal(err->sqlstate, "40P01"))
        return true;
    if (err->state[0] == '\0')
        txn_state(err, "rolled back", &run->rows.now);
    snprintf(err->revision, sizeof err->revision, "%s", id);
    return false;
}

static enum txn_outcome run_steps(struct run *run, struct error *err)
{
    const struct plan *plan = &run->plan;
    struct txn_late *late = &run->txn.late;
    bool again = false;

    late->proven = on_done;
    late->context = run;
    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_step *step = &plan->steps[i];
        enum txn_outcome outcome;

        late->allowed = may_wait(run, i) && !again;
        if (late->waits)
            run->held = step; /* its turn comes with the proof */
        else if (!again)
            emit(run, RUN_STEP_BEGIN, step, 0, NULL);
        outcome = run_step(run, step, err);
        again = outcome == TXN_BEFORE && step_back(run, err);
        if (again)
            i -= 2;
        else if (outcome != TXN_DONE)
            return outcome == TXN_BEFORE ? TXN_ERROR : outcome;
    }
    return TXN_DONE;
}

/* Tells of all steps at once: they were committed together. */
static void emit_all(struct run *run, const double *durations_ms)
{
    emit_tidied(run);
    rows_set(&run->rows, &run->plan.from);
    for (size_t i = 0; i < run->plan.count; i++) {
        const struct plan_step *step = &run->plan.steps[i];

        vec_push(run->txn.arena, &run->done, *step);
        emit(run, RUN_STEP_BEGIN, step, 0, NULL);
        rows_apply(&run->rows, step);
        emit(run, RUN_STEP_END, step,
             durations_ms != NULL ? durations_ms[i] : 0, NULL);
    }
}

static bool has_work(const struct run *run)
{
    return run->plan.count > 0 || !is_tidy(&run->plan) ||
           run->txn.request->purge;
}

static enum txn_outcome run_whole(struct run *run, struct error *err)
{
    double *durations_ms =
        arena_array(run->txn.arena, double, run->plan.count + 1);
    enum txn_outcome outcome =
        txn_run(&run->txn, &run->rows.now, &run->plan, durations_ms, err);

    if (outcome == TXN_DONE)
        emit_all(run, durations_ms);
    return outcome;
}

static enum txn_outcome run_stamp(struct run *run, struct error *err)
{
    bool purge = run->txn.request->purge;
    enum txn_outcome outcome = txn_stamp(
        &run->txn, purge ? &run->before : &run->rows.now, &run->plan, err);

    if (outcome == TXN_DONE)
        emit_all(run, NULL);
    return outcome;
}

static enum txn_outcome carry_out(struct run *run, struct error *err)
{
    bool stamp = run->txn.request->direction == DIRECTION_STAMP;
    enum txn_outcome outcome;

    if ((!stamp || !has_work(run)) &&
        unfinished_check(&run->txn, &run->rows.now, &run->plan, err) < 0)
        return TXN_ERROR;
    if (!has_work(run))
        return TXN_DONE;
    if (stamp)
        return run_stamp(run, err);
    if (run->txn.request->whole)
        return run_whole(run, err);
    outcome = tidy(run, err);
    return outcome == TXN_DONE ? run_steps(run, err) : outcome;
}

/* Takes the runner's lock when there is work (G3). On SQLite it is the
 * file's, taken by each transaction. */
static int lock(struct run *run, struct error *err)
{
    struct txn *txn = &run->txn;

    if (txn->db->driver->lock == NULL || !has_work(run))
        return 0;
    if (txn->db->pooled) {
        txn_tell(txn, RUN_NOTE,
                 "connected through a pooler: no lock of a session holds "
                 "there, each revision runs under the fence alone");
        return 0;
    }
    if (txn->db->driver->lock(txn->db,
                              arena_printf(txn->arena, "%s.%s",
                                           run->tables.schema,
                                           run->tables.version_table),
                              err) < 0)
        return -1;
    txn->locked = true;
    return run_plan_look_again(run, err);
}

/* Writes the plan as SQL. */
static int print(struct run *run, struct error *err)
{
    struct txn *txn = &run->txn;
    int status;

    if (txn->request->mode == RUN_SCRIPT)
        status = print_script(txn, &txn->request->rows, &run->plan, err);
    else if (unfinished_check(txn, &run->rows.now, &run->plan, err) < 0)
        status = -1;
    else
        status = print_dry(txn, &run->plan, &run->shown, err);
    for (size_t i = 0; status == 0 && i < run->plan.count; i++) {
        vec_push(txn->arena, &run->done, run->plan.steps[i]);
        rows_apply(&run->rows, &run->plan.steps[i]);
    }
    return status;
}

/* Carries out until no other runner comes between. */
static int run_loop(struct run *run, struct error *err)
{
    if (run_plan_make(run, err) < 0 || run_plan_prepare(run, err) < 0)
        return -1;
    if (run->txn.request->mode != RUN_APPLY)
        return print(run, err);
    if (confirm(run, err) < 0 || lock(run, err) < 0)
        return -1;
    for (int plans = 0; plans < MAX_PLANS; plans++) {
        enum txn_outcome outcome = carry_out(run, err);

        if (outcome != TXN_MOVED)
            return outcome == TXN_DONE ? 0 : -1;
        if (run_plan_again(run, err) < 0)
            return -1;
    }
    return error_set(err, ERROR_REFUSED,
                     "the version rows keep changing: other runners?");
}

int run_execute(struct db *db, const struct graph *graph,
                const struct run_tables *tables,
                const struct run_request *request,
                const struct run_hooks *hooks, struct arena *arena,
                struct run_result *result, struct error *err)
{
    struct run run = {.tree = graph,
                      .graph = *graph,
                      .tables = *tables,
                      .rows = {.arena = arena}};
    struct rows from = {.arena = arena};
    int status;

    run.txn.db = db;
    run.txn.tables = &run.tables;
    run.txn.graph = &run.graph;
    run.txn.request = request;
    run.txn.hooks = hooks;
    run.txn.arena = arena;
    arena_init(&run.txn.scratch, arena->out_of_memory, arena->context);
    memset(result, 0, sizeof *result);
    if (run_plan_read(&run, err) < 0)
        return -1;
    from.arena = arena;
    rows_set(&from, request->purge ? &run.before : &run.rows.now);
    result->from = from.now;
    status = run_loop(&run, err);
    if (run.txn.locked)
        db->driver->unlock(db);
    arena_clear(&run.txn.scratch);
    result->steps = run.done.items;
    result->count = run.done.count;
    result->to = run.rows.now;
    result->shown = run.shown;
    return status;
}
