#include "run/unfinished.h"

#include "base/str.h"
#include "base/vec.h"
#include "run/progress.h"
#include "run/txn_parts.h"

#include <stdio.h>

struct unfinished {
    const char *revision;
    const struct graph_node *node; /* NULL: no file knows it */
    size_t done;                   /* steps */
    const char *step;              /* the one that stands, else the last one */
    bool standing;
};

typedef VEC(struct unfinished) list;

static struct unfinished *find(list *found, const char *revision)
{
    for (size_t i = 0; i < found->count; i++)
        if (str_equal(found->items[i].revision, revision))
            return &found->items[i];
    return NULL;
}

/* The node of a full id; not the one that a squashed revision became. */
static const struct graph_node *own_node(const struct graph *graph,
                                         const char *id)
{
    const struct graph_node *node = graph_find(graph, id);

    return node != NULL && str_equal(node->revision->id, id) ? node : NULL;
}

static void add_row(struct txn *txn, list *found,
                    const struct progress_row *row)
{
    struct unfinished *item = find(found, row->revision);
    struct unfinished new = {.revision = row->revision};

    if (item == NULL) {
        new.node = own_node(txn->graph, row->revision);
        vec_push(txn->arena, found, new);
        item = &found->items[found->count - 1];
    }
    if (!item->standing || !row->done)
        item->step = row->step;
    item->standing = item->standing || !row->done;
    item->done += row->done;
}

static int read_all(struct txn *txn, list *found, struct error *err)
{
    struct progress_row *rows;
    size_t count;
    bool exists = false;

    if (!txn->no_progress &&
        progress_look(txn->db, txn->tables, txn->arena, &exists, err) < 0)
        return -1;
    if (!exists)
        return 0;
    if (progress_read(txn->db, txn->tables, txn->arena, NULL, NULL, &rows,
                      &count, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (rows[i].revision != NULL)
            add_row(txn, found, &rows[i]);
    return 0;
}

static uint32_t index_of(const struct txn *txn, const struct graph_node *node)
{
    return (uint32_t)(node - txn->graph->nodes);
}

/* Adds what the set needs, by any edge. */
static void close_down(const struct graph *graph, bool *set)
{
    for (uint32_t i = graph->count; i-- > 0;) {
        const struct graph_node *node = &graph->nodes[graph->order[i]];

        for (uint32_t j = 0; set[graph->order[i]] && j < node->needs_count; j++)
            set[node->needs[j]] = true;
    }
}

/* What is applied in a database at `rows`. */
static bool *applied_at(const struct txn *txn, const struct names *rows)
{
    bool *set = arena_array(txn->arena, bool, txn->graph->count + 1);

    for (size_t i = 0; i < rows->count; i++) {
        const struct graph_node *node = graph_find(txn->graph, rows->items[i]);

        if (node != NULL)
            set[index_of(txn, node)] = true;
    }
    close_down(txn->graph, set);
    return set;
}

/* "r1 has stopped in its downgrade: 2 steps are done, the last one is ..." */
static const char *describe(struct txn *txn, const struct unfinished *item,
                            bool applied)
{
    return arena_printf(
        txn->arena, "%s has stopped in its %s: %zu step%s %s done, %s %s",
        item->revision, applied ? "downgrade" : "upgrade", item->done,
        item->done == 1 ? "" : "s", item->done == 1 ? "is" : "are",
        item->standing ? "it stands in" : "the last one is",
        str_safe(txn->arena, item->step));
}

static const char *way_on(struct txn *txn, const struct unfinished *item,
                          bool applied)
{
    if (item->node->revision->transaction != TRI_FALSE)
        return "with `transaction = false` in its header it goes on";
    return applied ? "`luamigrate downgrade` goes on with it"
                   : arena_printf(txn->arena,
                                  "`luamigrate upgrade %s` goes on with it",
                                  item->revision);
}

static int refuse(struct txn *txn, const struct unfinished *item, bool applied,
                  const struct names *rows, const char *why, struct error *err)
{
    error_set(err, ERROR_REFUSED, "%s; %s", describe(txn, item, applied), why);
    snprintf(err->revision, sizeof err->revision, "%s", item->revision);
    error_hint(err,
               "%s; or undo by hand what its steps did, then `luamigrate "
               "accept --restart %s` forgets them",
               way_on(txn, item, applied), item->revision);
    txn_state(err, "nothing was changed", rows);
    return -1;
}

/* Adds what needs the set, by any edge. */
static void close_up(const struct graph *graph, bool *set)
{
    for (uint32_t i = 0; i < graph->count; i++) {
        uint32_t at = graph->order[i];

        for (uint32_t j = 0; j < graph->nodes[at].needs_count; j++)
            set[at] = set[at] || set[graph->nodes[at].needs[j]];
    }
}

/* The first step of the plan that cannot run beside `item`: an upgrade above
 * one that is half reverted, a downgrade below one that is half applied. */
static const struct plan_step *first_clash(const struct txn *txn,
                                           const struct unfinished *item,
                                           bool applied,
                                           const struct plan *plan)
{
    bool *set;

    if (applied != (plan->direction == DIRECTION_UPGRADE))
        return NULL;
    set = arena_array(txn->arena, bool, txn->graph->count + 1);
    set[index_of(txn, item->node)] = true;
    if (applied)
        close_up(txn->graph, set);
    else
        close_down(txn->graph, set);
    for (size_t i = 0; i < plan->count; i++)
        if (set[index_of(txn, plan->steps[i].node)])
            return &plan->steps[i];
    return NULL;
}

static bool is_planned(const struct unfinished *item, const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan->steps[i].node == item->node)
            return true;
    return false;
}

static int check_one(struct txn *txn, const struct unfinished *item,
                     bool applied, const struct names *rows,
                     const struct plan *plan, struct error *err)
{
    const struct plan_step *clash;
    const char *id;

    if (is_planned(item, plan)) {
        if (item->node->revision->transaction == TRI_FALSE)
            return 0;
        return refuse(txn, item, applied, rows,
                      "its header says `transaction = false` no more", err);
    }
    clash = first_clash(txn, item, applied, plan);
    if (clash == NULL) {
        txn_tell(txn, RUN_NOTE,
                 arena_printf(txn->arena, "%s; %s",
                              describe(txn, item, applied),
                              way_on(txn, item, applied)));
        return 0;
    }
    id = clash->node->revision->id;
    return refuse(txn, item, applied, rows,
                  arena_printf(txn->arena,
                               applied ? "%s builds on it"
                                       : "it builds on %s, which would be "
                                         "reverted",
                               id),
                  err);
}

/* Of another branch, perhaps: nobody can tell what its steps stand on. */
static int refuse_unknown(struct txn *txn, const struct unfinished *item,
                          const struct names *rows, struct error *err)
{
    error_set(err, ERROR_REFUSED, "%s, and no file knows it",
              describe(txn, item, false));
    snprintf(err->revision, sizeof err->revision, "%s", item->revision);
    error_hint(err,
               "get its file back; or undo by hand what its steps did, then "
               "`luamigrate accept --restart %s` forgets them",
               item->revision);
    txn_state(err, "nothing was changed", rows);
    return -1;
}

static bool has_steps(const struct graph *graph)
{
    for (uint32_t i = 0; i < graph->count; i++)
        if (graph->nodes[i].revision->transaction == TRI_FALSE)
            return true;
    return false;
}

int unfinished_check(struct txn *txn, const struct names *rows,
                     const struct plan *plan, struct error *err)
{
    list found = {0};
    bool *applied;

    /* a revision may have had steps when it stopped, and none now */
    if (!txn->version_exists || (plan->count == 0 && !has_steps(txn->graph)))
        return 0;
    if (read_all(txn, &found, err) < 0) {
        snprintf(err->state, sizeof err->state,
                 "this run changed nothing; steps that earlier ones have done "
                 "stay done");
        return -1;
    }
    if (found.count == 0)
        return 0;
    applied = applied_at(txn, rows);
    for (size_t i = 0; i < found.count; i++) {
        const struct unfinished *item = &found.items[i];
        int status =
            item->node != NULL
                ? check_one(txn, item, applied[index_of(txn, item->node)], rows,
                            plan, err)
            : plan->count > 0 ? refuse_unknown(txn, item, rows, err)
                              : 0;

        if (status < 0)
            return -1;
    }
    return 0;
}

int unfinished_recheck(struct txn *txn, const struct names *rows,
                       const struct plan_step *step, struct error *err)
{
    static const char sql[] = "PRAGMA data_version";
    struct db_statement query = {
        .sql = sql, .size = sizeof sql - 1, .own = true};
    struct plan plan = {
        .direction = step->direction, .steps = step, .count = 1};
    struct value version;

    if (txn->db->dialect != DIALECT_SQLITE)
        return 0;
    if (db_query_one(txn->db, &query, &txn->scratch, &version, err) < 0)
        return -1;
    if (version.integer == txn->data_version)
        return 0;
    txn->data_version = version.integer;
    return unfinished_check(txn, rows, &plan, err);
}

/* Whether the revision could have stopped in between: nothing that is applied
 * needs it, or all that it needs is applied. */
static bool is_edge(const struct txn *txn, const struct graph_node *node,
                    const bool *applied)
{
    bool is = applied[index_of(txn, node)];
    const uint32_t *next = is ? node->dependents : node->needs;
    uint32_t count = is ? node->dependents_count : node->needs_count;

    for (uint32_t i = 0; i < count; i++)
        if (applied[next[i]] == is) /* not between what is and what is not */
            return false;
    return true;
}

static bool stands(const struct txn *txn, const struct unfinished *item,
                   const bool *before, const bool *after)
{
    uint32_t at;

    if (item->node == NULL)
        return !txn->request->purge;
    at = index_of(txn, item->node);
    return before[at] == after[at] && is_edge(txn, item->node, after);
}

static const char *forgotten(struct txn *txn, const struct unfinished *item,
                             const bool *before)
{
    bool applied = item->node != NULL && before[index_of(txn, item->node)];

    return arena_printf(txn->arena,
                        "%s; the stamp leaves it behind, its steps are "
                        "forgotten",
                        describe(txn, item, applied));
}

int unfinished_stamp(struct txn *txn, const struct names *before,
                     const struct names *after, struct names *notes,
                     struct error *err)
{
    bool *old = applied_at(txn, before), *new = applied_at(txn, after);
    VEC(const char *) texts = {0};
    list found = {0};
    int64_t count;

    notes->count = 0;
    if (read_all(txn, &found, err) < 0)
        return -1;
    for (size_t i = 0; i < found.count; i++) {
        const struct unfinished *item = &found.items[i];

        if (stands(txn, item, old, new))
            continue;
        if (progress_forget(txn->db, txn->tables, &txn->scratch, item->revision,
                            NULL, &count, err) < 0)
            return -1;
        vec_push(txn->arena, &texts, forgotten(txn, item, old));
    }
    notes->items = texts.items;
    notes->count = texts.count;
    return 0;
}
