#include "graph/graph_steps.h"

static struct names single(struct arena *arena, const char *name)
{
    struct names names = {arena_new(arena, const char *), 1};

    names.items[0] = name;
    return names;
}

static int check_single(const struct graph_target *target, size_t count,
                        struct error *err)
{
    if (count < 2 || target->sign == 0)
        return 0;
    error_set(err, ERROR_USAGE,
              "\"%s\" is relative: it cannot stand beside other targets",
              target->text);
    return error_hint(err, "name the revisions, or run them one by one");
}

int graph_plan_place(const struct graph_state *state, const char *text,
                     size_t count, struct graph_target *target,
                     struct graph_place *place, struct error *err)
{
    if (graph_target_read(state, text, target, err) < 0 ||
        check_single(target, count, err) < 0)
        return -1;
    place->count = 0;
    if (target->symbol == NULL && target->sign == '-')
        return 0;
    return graph_target_place(state, target, false, place, err);
}

/* Which targets, counted from 1, name a node or lie above it: the first and
 * the last one, 0: none. Two are enough to see that one of them is another. */
struct owners {
    uint32_t first, last;
};

static void add_owners(struct owners *owners, const struct owners *more)
{
    if (more->first == 0)
        return;
    if (owners->first == 0 || more->first < owners->first)
        owners->first = more->first;
    if (more->last > owners->last)
        owners->last = more->last;
}

static int contained(const struct names *targets, uint32_t inner,
                     uint32_t outer, struct error *err)
{
    error_set(err, ERROR_USAGE, "target \"%s\" is contained in \"%s\"",
              targets->items[inner - 1], targets->items[outer - 1]);
    return error_hint(err, "leave \"%s\" out", targets->items[inner - 1]);
}

/* Finds a target that another one contains. */
static int check_overlap(const struct graph_state *state,
                         const struct names *targets,
                         const struct owners *named, struct error *err)
{
    const struct graph *graph = state->graph;
    struct owners *above;

    if (targets->count < 2)
        return 0;
    above = arena_array(state->arena, struct owners, graph->count);
    for (uint32_t i = graph->count; i-- > 0;) {
        uint32_t at = graph->order[i];
        const struct owners *own = &named[at], *from = &above[at];

        if (own->first > 0 && from->first > 0) {
            if (from->first != own->first)
                return contained(targets, own->first, from->first, err);
            if (from->last != own->last)
                return contained(targets, own->last, from->last, err);
        }
        add_owners(&above[at], own);
        for (uint32_t j = graph->first[i]; j < graph->first[i + 1]; j++)
            add_owners(&above[graph->needs[j]], &above[at]);
    }
    return 0;
}

static int upgrade_minus(const struct graph_target *target, struct error *err)
{
    error_set(err, ERROR_USAGE, "an upgrade cannot go down (target \"%s\")",
              target->text);
    return error_hint(err, "to revert, run `luamigrate downgrade %s`",
                      target->text);
}

int graph_plan_upgrade(const struct graph *graph, struct arena *arena,
                       const struct names *rows, const struct names *targets,
                       struct plan *plan, struct error *err)
{
    struct names wanted = *targets;
    struct graph_state state;
    struct owners *named;
    bool *set, *ends;

    if (graph_state_read(graph, arena, rows, &state, err) < 0)
        return -1;
    named = arena_array(arena, struct owners, graph->count);
    set = arena_array(arena, bool, graph->count);
    ends = arena_array(arena, bool, graph->count);
    if (wanted.count == 0)
        wanted = single(arena, "head");
    for (size_t i = 0; i < wanted.count; i++) {
        struct graph_target target;
        struct graph_place place;

        if (graph_plan_place(&state, wanted.items[i], wanted.count, &target,
                             &place, err) < 0)
            return -1;
        if (target.symbol == NULL && target.sign == '-')
            return upgrade_minus(&target, err);
        for (size_t j = 0; j < place.count; j++) {
            struct owners own = {(uint32_t)i + 1, (uint32_t)i + 1};

            add_owners(&named[place.nodes[j]], &own);
            set[place.nodes[j]] = ends[place.nodes[j]] = true;
        }
    }
    if (check_overlap(&state, &wanted, named, err) < 0)
        return -1;
    graph_close_down(graph, set);
    for (uint32_t i = 0; i < graph->count; i++)
        set[i] = set[i] && !state.applied[i];
    graph_steps_run(&state, set, DIRECTION_UPGRADE, plan);
    graph_set_reduce(graph, arena, ends);
    plan->resolved = graph_set_names(graph, arena, ends);
    if (plan->resolved.count == 0)
        plan->resolved = single(arena, "base");
    return 0;
}

static int downgrade_plus(const struct graph_target *target, struct error *err)
{
    error_set(err, ERROR_USAGE, "a downgrade cannot go up (target \"%s\")",
              target->text);
    return error_hint(err, "to apply more, run `luamigrate upgrade %s`",
                      target->text);
}

int graph_plan_downgrade(const struct graph *graph, struct arena *arena,
                         const struct names *rows, const char *text,
                         struct plan *plan, struct error *err)
{
    struct graph_state state;
    struct graph_target target;
    struct graph_place place;
    const char *resolved = "base";
    bool *drop;

    if (graph_state_read(graph, arena, rows, &state, err) < 0 ||
        graph_target_read(&state, text != NULL ? text : "-1", &target, err) < 0)
        return -1;
    if (target.symbol == NULL && target.sign == '+')
        return downgrade_plus(&target, err);
    if (target.symbol == NULL) {
        if (graph_drop_relative(&state, &target, &drop, &resolved, err) < 0)
            return -1;
    } else if (graph_target_place(&state, &target, false, &place, err) < 0 ||
               graph_drop_absolute(&state, &target, &place, false, &drop,
                                   &resolved, err) < 0) {
        return -1;
    }
    graph_steps_run(&state, drop, DIRECTION_DOWNGRADE, plan);
    plan->resolved = single(arena, resolved);
    return 0;
}

/* What is left of the downgrade `before`: nothing that it did not revert is
 * reverted now. */
static int downgrade_again(const struct graph *graph, struct arena *arena,
                           const struct names *rows, const struct plan *before,
                           struct plan *plan, struct error *err)
{
    struct graph_state state;
    bool *asked, *drop;

    if (graph_state_read(graph, arena, rows, &state, err) < 0)
        return -1;
    asked = arena_array(arena, bool, graph->count);
    drop = arena_array(arena, bool, graph->count);
    for (size_t i = 0; i < before->count; i++) {
        const struct graph_node *node =
            graph_find(graph, before->steps[i].node->revision->id);
        size_t at = node != NULL ? (size_t)(node - graph->nodes) : 0;

        if (node == NULL)
            continue;
        asked[at] = drop[at] = state.applied[at];
    }
    graph_close_up(graph, drop, state.applied);
    for (uint32_t i = 0; i < graph->count; i++) {
        if (!drop[i] || asked[i])
            continue;
        error_set(err, ERROR_REFUSED,
                  "meanwhile %s was applied, which needs a revision that this "
                  "downgrade would revert",
                  graph->nodes[i].revision->id);
        return error_hint(err, "look at `luamigrate current`, then say again "
                               "where to go");
    }
    graph_steps_run(&state, drop, DIRECTION_DOWNGRADE, plan);
    return 0;
}

int graph_plan_again(const struct graph *graph, struct arena *arena,
                     const struct names *rows, const struct plan *before,
                     struct plan *plan, struct error *err)
{
    struct names resolved = before->resolved;
    int status = 0;

    switch (before->direction) {
    case DIRECTION_UPGRADE:
        status = graph_plan_upgrade(graph, arena, rows, &resolved, plan, err);
        break;
    case DIRECTION_DOWNGRADE:
        status = downgrade_again(graph, arena, rows, before, plan, err);
        break;
    case DIRECTION_STAMP:
        status = graph_plan_stamp(graph, arena, rows, &resolved, plan, err);
        break;
    }
    if (status == 0)
        plan->resolved = resolved;
    return status;
}
