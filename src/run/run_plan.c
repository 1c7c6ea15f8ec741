/* What a run plans, and what it refuses before the first write. */
#include "run/run_parts.h"

#include "run/history.h"
#include "run/progress.h"
#include "run/version.h"

#include <stdio.h>
#include <string.h>

int run_plan_make(struct run *run, struct error *err)
{
    const struct run_request *request = run->txn.request;
    const char *target =
        request->targets.count > 0 ? request->targets.items[0] : NULL;

    switch (request->direction) {
    case DIRECTION_UPGRADE:
        return graph_plan_upgrade(&run->graph, run->txn.arena, &run->rows.now,
                                  &request->targets, &run->plan, err);
    case DIRECTION_DOWNGRADE:
        return graph_plan_downgrade(&run->graph, run->txn.arena, &run->rows.now,
                                    target, &run->plan, err);
    case DIRECTION_STAMP:
        return graph_plan_stamp(&run->graph, run->txn.arena, &run->rows.now,
                                &request->targets, &run->plan, err);
    }
    return error_set(err, ERROR_INTERNAL, "unknown direction");
}

static int check_width(const struct run *run, const struct names *rows,
                       struct error *err)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (strlen(rows->items[i]) <= run->width)
            continue;
        error_set(err, ERROR_TREE,
                  "the id %s is too long for %s, which holds %zu bytes",
                  rows->items[i], run->txn.tables->version_table, run->width);
        return error_hint(err, "widen its column version_num, or give the "
                               "revision a shorter id");
    }
    return 0;
}

static int check_widths(const struct run *run, struct error *err)
{
    if (check_width(run, &run->plan.from, err) < 0)
        return -1;
    for (size_t i = 0; i < run->plan.count; i++)
        if (check_width(run, &run->plan.steps[i].come, err) < 0)
            return -1;
    return 0;
}

static int refuse_step(const struct plan_step *step, enum error_code code,
                       const char *why, const char *hint, struct error *err)
{
    const struct revision *revision = step->node->revision;

    error_set(err, code, "%s: %s", revision->id, why);
    snprintf(err->revision, sizeof err->revision, "%s", revision->id);
    error_at(err, revision->file, 0);
    return error_hint(err, "%s", hint);
}

/* Refuses revisions that cannot be carried out in this way. */
static int check_transactions(const struct run *run, struct error *err)
{
    const struct db *db = run->txn.db;
    const struct plan *plan = &run->plan;
    bool whole = run->txn.request->whole;

    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_step *step = &plan->steps[i];
        bool steps = step->node->revision->transaction == TRI_FALSE;

        if (steps && whole)
            return refuse_step(step, ERROR_TREE,
                               "transaction = false in the header, but "
                               "transaction = \"run\" is asked for",
                               "use --transaction revision", err);
        if (steps && db->pooled)
            return refuse_step(step, ERROR_REFUSED,
                               "transaction = false needs a connection of its "
                               "own, and this one comes through a pooler",
                               "connect to the server itself", err);
        if (whole && db->dialect == DIALECT_SQLITE &&
            txn_foreign_keys(&run->txn, step) !=
                txn_foreign_keys(&run->txn, &plan->steps[0]))
            return refuse_step(step, ERROR_TREE,
                               "foreign_keys is another than in the revisions "
                               "before, but transaction = \"run\" is asked "
                               "for",
                               "use --transaction revision", err);
    }
    return 0;
}

int run_plan_prepare(struct run *run, struct error *err)
{
    const struct run_hooks *hooks = run->txn.hooks;

    if (check_widths(run, err) < 0)
        return -1;
    if ((run->plan.count > 0 || run->plan.renamed.count > 0) &&
        run->txn.request->mode != RUN_SCRIPT &&
        history_look(run->txn.db, &run->tables, run->txn.arena,
                     &run->txn.history_exists, err) < 0)
        return -1;
    if (run->txn.request->direction == DIRECTION_STAMP)
        return 0;
    if (check_transactions(run, err) < 0)
        return -1;
    return hooks->prepare(hooks->context, &run->plan, err);
}

static void take_rows(struct run *run, const struct names *rows)
{
    rows_set(&run->rows, rows);
    graph_view(run->tree, run->txn.arena, &run->rows.now, &run->graph);
}

int run_plan_read(struct run *run, struct error *err)
{
    struct txn *txn = &run->txn;
    struct version_state state;
    struct error illegible;

    if (txn->request->mode == RUN_SCRIPT) {
        run->width = VERSION_WIDTH;
        take_rows(run, &txn->request->rows);
        return 0;
    }
    if (version_look(txn->db, &run->tables, txn->arena, &state, err) < 0)
        return -1;
    run->width = state.width;
    txn->version_exists = state.exists;
    if (txn->request->purge) {
        /* whatever the rows are, they go; another's table does not */
        if (state.exists && version_rows(txn->db, txn->tables, txn->arena,
                                         &run->before, &illegible) < 0)
            run->before.count = 0;
        return 0;
    }
    if (state.exists &&
        version_rows(txn->db, txn->tables, txn->arena, &state.rows, err) < 0)
        return -1;
    take_rows(run, &state.rows);
    return 0;
}

int run_plan_again(struct run *run, struct error *err)
{
    struct plan before = run->plan;

    if (run_plan_read(run, err) < 0)
        return -1;
    if (graph_plan_again(&run->graph, run->txn.arena, &run->rows.now, &before,
                         &run->plan, err) < 0)
        return -1;
    return run_plan_prepare(run, err);
}

int run_plan_look_again(struct run *run, struct error *err)
{
    struct txn *txn = &run->txn;
    struct names rows;
    bool progress;

    if (txn->request->purge)
        return run_plan_read(run, err);
    if (!txn->version_exists) {
        if (run_plan_read(run, err) < 0)
            return -1;
        if (!txn->version_exists)
            return 0;
        return run_plan_again(run, err);
    }
    if (version_rows_beside(txn->db, txn->tables, txn->arena, &rows,
                            PROGRESS_TABLE, &progress, err) < 0)
        return -1;
    txn->no_progress = !progress;
    if (names_same(&rows, &run->rows.now))
        return 0;
    return run_plan_again(run, err);
}
