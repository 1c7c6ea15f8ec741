#include "graph/graph_steps.h"

/* The rows while steps are made. */
struct rows {
    const struct graph_state *state;
    struct graph_name *ids; /* by node */
    bool *set;
    uint32_t *applied; /* downgrades: applied dependents of each node */
};

static void rows_init(struct rows *rows, const struct graph_state *state)
{
    const struct graph *graph = state->graph;
    const struct graph_index *index = graph->index;

    rows->state = state;
    rows->ids = index->names;
    rows->applied = NULL;
    rows->set = arena_array(state->arena, bool, graph->count);
    for (uint32_t i = 0; i < graph->count; i++)
        rows->set[i] = state->rows[i];
}

/* Counts the applied dependents, so that a downgrade sees when a revision
 * becomes a row again. */
static void rows_count_dependents(struct rows *rows)
{
    const struct graph *graph = rows->state->graph;

    rows->applied = arena_array(rows->state->arena, uint32_t, graph->count);
    for (uint32_t i = 0; i < graph->count; i++)
        for (uint32_t j = graph->first[i];
             rows->state->applied[graph->order[i]] && j < graph->first[i + 1];
             j++)
            rows->applied[graph->needs[j]]++;
}

/* Adds a row that changes. Most steps have room for one: then the id in the
 * index is the list, which takes no memory. */
static void rows_change(struct rows *rows, struct names *names, uint32_t at,
                        size_t room, bool is_row)
{
    const char **id = &rows->ids[at].text;

    if (rows->set[at] == is_row)
        return;
    rows->set[at] = is_row;
    if (room == 1) {
        *names = (struct names){id, 1};
        return;
    }
    if (names->count == 0)
        names->items = arena_array(rows->state->arena, const char *, room);
    names->items[names->count++] = *id;
}

/* Fills the step about the node at a place of the order. */
static void rows_step(struct rows *rows, uint32_t place, struct plan_step *step)
{
    const struct graph *graph = rows->state->graph;
    uint32_t at = graph->order[place];
    const uint32_t *needs = graph->needs + graph->first[place];
    size_t count = graph->first[place + 1] - graph->first[place];

    if (step->direction == DIRECTION_UPGRADE) {
        for (size_t i = 0; i < count; i++)
            rows_change(rows, &step->gone, needs[i], count, false);
        rows_change(rows, &step->come, at, 1, true);
        return;
    }
    rows_change(rows, &step->gone, at, 1, false);
    for (size_t i = 0; i < count; i++)
        if (--rows->applied[needs[i]] == 0)
            rows_change(rows, &step->come, needs[i], count, true);
}

static void plan_init(const struct graph_state *state, struct plan *plan,
                      enum direction direction)
{
    *plan = (struct plan){.direction = direction};
    plan->from = graph_set_names(state->graph, state->arena, state->rows);
    plan->redundant = state->redundant;
    plan->renamed = state->renamed;
}

/* The next step of the plan, about the node `at`. */
static struct plan_step *plan_add(const struct rows *rows, struct plan *plan,
                                  struct plan_step *steps, uint32_t at)
{
    struct plan_step *step = &steps[plan->count++];

    step->node = &rows->state->graph->nodes[at];
    step->direction = plan->direction;
    return step;
}

void graph_steps_run(const struct graph_state *state, const bool *set,
                     enum direction direction, struct plan *plan)
{
    const struct graph *graph = state->graph;
    struct plan_step *steps;
    struct rows rows;
    size_t count = 0;

    for (uint32_t i = 0; i < graph->count; i++)
        count += set[i];
    steps = arena_array(state->arena, struct plan_step, count);
    rows_init(&rows, state);
    if (direction == DIRECTION_DOWNGRADE)
        rows_count_dependents(&rows);
    plan_init(state, plan, direction);
    plan->steps = steps;
    for (uint32_t i = 0; i < graph->count && plan->count < count; i++) {
        uint32_t place =
            direction == DIRECTION_UPGRADE ? i : graph->count - 1 - i;
        uint32_t at = graph->order[place];

        if (set[at])
            rows_step(&rows, place, plan_add(&rows, plan, steps, at));
    }
    plan->to = graph_set_names(graph, state->arena, rows.set);
}

void graph_steps_stamp(const struct graph_state *state, const bool *to,
                       struct plan *plan)
{
    const struct graph *graph = state->graph;
    uint32_t gone = 0, come = 0;
    size_t changes = 0;
    struct plan_step *steps, *step;
    struct rows rows;

    for (uint32_t i = 0; i < graph->count; i++)
        changes += to[i] != state->rows[i];
    steps = arena_array(state->arena, struct plan_step, changes);
    rows_init(&rows, state);
    plan_init(state, plan, DIRECTION_STAMP);
    plan->steps = steps;
    while (changes > 0) {
        while (gone < graph->count && (to[gone] || !state->rows[gone]))
            gone++;
        while (come < graph->count && (!to[come] || state->rows[come]))
            come++;
        if (gone == graph->count && come == graph->count)
            break;
        step = plan_add(&rows, plan, steps, come < graph->count ? come : gone);
        if (gone < graph->count)
            rows_change(&rows, &step->gone, gone++, 1, false);
        if (come < graph->count)
            rows_change(&rows, &step->come, come++, 1, true);
    }
    plan->to = graph_set_names(graph, state->arena, rows.set);
}
