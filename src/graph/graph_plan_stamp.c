#include "graph/graph_steps.h"

struct stamp {
    struct graph_state state;
    bool *gone; /* what the targets revert */
    bool *come; /* what they apply */
    VEC(const char *) resolved;
};

/* Whether the place is one that scripts would go down to. */
static bool is_below(const struct graph_state *state,
                     const struct graph_place *place)
{
    if (place->merge != GRAPH_NONE)
        return state->applied[place->merge];
    return place->count == 0 ||
           (place->count == 1 && state->applied[place->nodes[0]]);
}

static int go_down(struct stamp *stamp, const struct graph_target *target,
                   const struct graph_place *place, struct error *err)
{
    const struct graph_state *state = &stamp->state;
    const char *resolved = NULL;
    bool *drop = NULL;
    int status;

    if (target->symbol == NULL && target->sign == '-')
        status = graph_drop_relative(state, target, &drop, &resolved, err);
    else
        status = graph_drop_absolute(state, target, place, true, &drop,
                                     &resolved, err);
    if (status < 0)
        return -1;
    for (uint32_t i = 0; i < state->graph->count; i++)
        stamp->gone[i] = stamp->gone[i] || drop[i];
    vec_push(state->arena, &stamp->resolved, resolved);
    return 0;
}

static int add_target(struct stamp *stamp, const char *text, size_t count,
                      struct error *err)
{
    const struct graph_state *state = &stamp->state;
    struct graph_target target;
    struct graph_place place;

    if (graph_plan_place(state, text, count, &target, &place, err) < 0)
        return -1;
    if ((target.symbol == NULL && target.sign == '-') ||
        is_below(state, &place)) {
        if (go_down(stamp, &target, &place, err) < 0)
            return -1;
    } else {
        for (size_t i = 0; i < place.count; i++)
            vec_push(state->arena, &stamp->resolved,
                     state->graph->nodes[place.nodes[i]].revision->id);
    }
    for (size_t i = 0; i < place.count; i++)
        stamp->come[place.nodes[i]] = true;
    return 0;
}

int graph_plan_stamp(const struct graph *graph, struct arena *arena,
                     const struct names *rows, const struct names *targets,
                     struct plan *plan, struct error *err)
{
    struct stamp stamp = {.gone = arena_array(arena, bool, graph->count)};
    bool *to;

    stamp.come = to = arena_array(arena, bool, graph->count);
    if (graph_state_read(graph, arena, rows, &stamp.state, err) < 0)
        return -1;
    if (targets->count == 0)
        return error_set(err, ERROR_USAGE, "stamp needs a target");
    for (size_t i = 0; i < targets->count; i++)
        if (add_target(&stamp, targets->items[i], targets->count, err) < 0)
            return -1;
    graph_close_down(graph, to);
    for (uint32_t i = 0; i < graph->count; i++)
        to[i] = to[i] || (stamp.state.applied[i] && !stamp.gone[i]);
    graph_set_reduce(graph, arena, to);
    graph_steps_stamp(&stamp.state, to, plan);
    plan->resolved.items = stamp.resolved.items;
    plan->resolved.count = stamp.resolved.count;
    return 0;
}
