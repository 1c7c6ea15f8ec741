/* What a downgrade reverts. */
#include "graph/graph_internal.h"

#include <string.h>

static const char *id_of(const struct graph_state *state, uint32_t at)
{
    return state->graph->nodes[at].revision->id;
}

/* "ID" or "BRANCH@ID", "base" for GRAPH_NONE. */
static const char *absolute(const struct graph_state *state,
                            const struct graph_target *target, uint32_t at)
{
    const char *id = at == GRAPH_NONE ? "base" : id_of(state, at);

    if (target->branch_node == NULL)
        return id;
    return arena_printf(state->arena, "%s@%s",
                        target->branch_node->revision->id, id);
}

/* The parent that implies the others, or comes last. */
static uint32_t last_parent(const struct graph_state *state, uint32_t at)
{
    const struct graph *graph = state->graph;
    const struct graph_node *node = &graph->nodes[at];

    for (uint32_t i = graph->count; i-- > 0;)
        for (uint32_t j = 0; j < node->down_count; j++)
            if (node->down[j] == graph->order[i])
                return graph->order[i];
    return GRAPH_NONE;
}

/* Refuses when an applied revision outside `allowed` needs one of `drop`;
 * adds to `drop` those inside. */
static int check_needed(const struct graph_state *state,
                        const struct graph_target *target, bool *drop,
                        const bool *allowed, struct error *err)
{
    const struct graph *graph = state->graph;
    bool *closed = arena_array(state->arena, bool, graph->count);
    uint32_t outside = GRAPH_NONE;

    memcpy(closed, drop, graph->count * sizeof *closed);
    graph_close_up(graph, closed, state->applied);
    for (uint32_t i = 0; i < graph->count; i++) {
        if (!closed[i] || allowed[i])
            continue;
        if (outside == GRAPH_NONE)
            error_set(err, ERROR_USAGE,
                      "\"%s\" would revert what %s needs, which is not asked "
                      "for",
                      target->text, id_of(state, i));
        outside = i;
        error_candidate(err, id_of(state, i));
    }
    if (outside == GRAPH_NONE) {
        memcpy(drop, closed, graph->count * sizeof *closed);
        return 0;
    }
    return error_hint(err, "revert the revisions that need it first, or name "
                           "the revision to go down to without a branch");
}

int graph_drop_relative(const struct graph_state *state,
                        const struct graph_target *target, bool **drop,
                        const char **resolved, struct error *err)
{
    const struct graph *graph = state->graph;
    bool *set = arena_array(state->arena, bool, graph->count);
    bool *allowed = arena_array(state->arena, bool, graph->count);
    uint32_t at;

    if (graph_target_start(state, target, &at, err) < 0)
        return -1;
    if (at == GRAPH_NONE)
        return error_set(err, ERROR_USAGE,
                         "\"%s\": nothing%s%s is applied, so there is nothing "
                         "to revert",
                         target->text, target->branch ? " of " : "",
                         target->branch ? target->branch : "");
    for (uint32_t i = 1; set[at] = true, i < target->steps; i++) {
        if (graph->nodes[at].down_count == 0)
            return graph_target_too_far(target, i, err);
        if (graph->nodes[at].down_count > 1)
            return graph_target_at_merge(state, target, at, err);
        at = graph->nodes[at].down[0];
    }
    memcpy(allowed, set, graph->count * sizeof *set);
    if (check_needed(state, target, set, allowed, err) < 0)
        return -1;
    *drop = set;
    *resolved = absolute(state, target, last_parent(state, at));
    return 0;
}

/* Everything, or of a branch what nothing outside it needs. */
static bool *drop_base(const struct graph_state *state,
                       const struct graph_target *target)
{
    const struct graph *graph = state->graph;
    bool *keep = arena_array(state->arena, bool, graph->count);
    bool *drop = arena_array(state->arena, bool, graph->count);

    for (uint32_t i = 0; i < graph->count && target->lineage; i++)
        keep[i] = state->applied[i] && !target->lineage[i];
    graph_close_down(graph, keep);
    for (uint32_t i = 0; i < graph->count; i++)
        drop[i] = state->applied[i] && !keep[i];
    return drop;
}

static int not_applied(const struct graph_state *state,
                       const struct graph_target *target, uint32_t at,
                       struct error *err)
{
    error_set(err, ERROR_USAGE,
              "cannot downgrade to %s: it is not applied (target \"%s\")",
              id_of(state, at), target->text);
    for (uint32_t i = 0; i < state->graph->count; i++)
        if (state->rows[i])
            error_candidate(err, id_of(state, i));
    return error_hint(err, "`luamigrate current` shows what is applied");
}

/* Nothing of R's own line is applied above R, but something else needs R. */
static int nothing_above(const struct graph_state *state,
                         const struct graph_target *target, uint32_t at,
                         struct error *err)
{
    const struct graph_node *node = &state->graph->nodes[at];

    error_set(err, ERROR_USAGE,
              "cannot downgrade to %s: nothing that follows it%s%s is "
              "applied, and it stays because others need it",
              id_of(state, at), target->branch ? " in " : "",
              target->branch ? target->branch : "");
    for (uint32_t i = 0; i < node->dependents_count; i++)
        if (state->applied[node->dependents[i]])
            error_candidate(err, id_of(state, node->dependents[i]));
    return error_hint(err, "to revert those, name a revision below them");
}

/* The rows above `at` go, with what only they need. */
static void collapse(const struct graph_state *state, uint32_t at, bool *drop)
{
    const struct graph *graph = state->graph;
    bool *above = arena_array(state->arena, bool, graph->count);
    bool *keep = arena_array(state->arena, bool, graph->count);

    above[at] = true;
    graph_close_up(graph, above, state->applied);
    for (uint32_t i = 0; i < graph->count; i++)
        keep[i] = i == at || (state->rows[i] && !above[i]);
    graph_close_down(graph, keep);
    for (uint32_t i = 0; i < graph->count; i++)
        drop[i] = state->applied[i] && !keep[i];
}

static int drop_above(const struct graph_state *state,
                      const struct graph_target *target, uint32_t at,
                      bool stamp, bool *drop, struct error *err)
{
    const struct graph_node *node = &state->graph->nodes[at];
    bool found = false;

    if (!state->applied[at])
        return not_applied(state, target, at, err);
    for (uint32_t i = 0; i < node->children_count; i++) {
        uint32_t child = node->children[i];

        if (!state->applied[child] ||
            (target->lineage != NULL && !target->lineage[child]))
            continue;
        drop[child] = found = true;
    }
    if (found)
        return check_needed(state, target, drop,
                            target->lineage ? target->lineage : state->applied,
                            err);
    if (state->rows[at])
        return 0;
    if (!stamp)
        return nothing_above(state, target, at, err);
    if (target->lineage == NULL)
        collapse(state, at, drop);
    return 0;
}

int graph_drop_absolute(const struct graph_state *state,
                        const struct graph_target *target,
                        const struct graph_place *place, bool stamp,
                        bool **drop, const char **resolved, struct error *err)
{
    uint32_t at = place->count == 0 ? GRAPH_NONE : place->nodes[0];

    *drop = arena_array(state->arena, bool, state->graph->count);
    if (place->merge != GRAPH_NONE) {
        *resolved = absolute(state, target, last_parent(state, place->merge));
        if (!state->applied[place->merge])
            return not_applied(state, target, place->merge, err);
        (*drop)[place->merge] = true;
        return check_needed(state, target, *drop,
                            target->lineage ? target->lineage : state->applied,
                            err);
    }
    *resolved = absolute(state, target, at);
    if (place->count == 0) {
        *drop = drop_base(state, target);
        return 0;
    }
    if (place->count == 1)
        return drop_above(state, target, at, stamp, *drop, err);
    error_set(err, ERROR_USAGE,
              "\"%s\" is not one revision: a downgrade goes to one",
              target->text);
    for (size_t i = 0; i < place->count; i++)
        error_candidate(err, id_of(state, place->nodes[i]));
    return error_hint(err, "name one of them");
}
