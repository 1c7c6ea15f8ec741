#include "graph/graph_steps.h"

#include <string.h>

/* The rows while steps are made: sorted by file. */
struct rows {
    const struct graph_state *state;
    uint32_t *items;
    size_t count;
    uint32_t *applied; /* downgrades: applied dependents of each node */
};

static void rows_init(struct rows *rows, const struct graph_state *state)
{
    const struct graph *graph = state->graph;

    rows->state = state;
    rows->count = 0;
    rows->items = arena_array(state->arena, uint32_t, graph->count);
    for (uint32_t i = 0; i < graph->count; i++)
        if (state->rows[i])
            rows->items[rows->count++] = i;
}

/* Counts the applied dependents, so that a downgrade sees when a revision
 * becomes a row again. */
static void rows_count_dependents(struct rows *rows)
{
    const struct graph *graph = rows->state->graph;

    rows->applied = arena_array(rows->state->arena, uint32_t, graph->count);
    for (uint32_t i = 0; i < graph->count; i++)
        for (uint32_t j = 0;
             rows->state->applied[i] && j < graph->nodes[i].needs_count; j++)
            rows->applied[graph->nodes[i].needs[j]]++;
}

/* The place of `at` in the rows, or the place where it belongs. */
static size_t rows_find(const struct rows *rows, uint32_t at)
{
    size_t low = 0, high = rows->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (rows->items[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void rows_add(struct rows *rows, uint32_t at)
{
    size_t place = rows_find(rows, at);

    memmove(rows->items + place + 1, rows->items + place,
            (rows->count - place) * sizeof *rows->items);
    rows->items[place] = at;
    rows->count++;
}

static void rows_remove(struct rows *rows, uint32_t at)
{
    size_t place = rows_find(rows, at);

    if (place == rows->count || rows->items[place] != at)
        return;
    rows->count--;
    memmove(rows->items + place, rows->items + place + 1,
            (rows->count - place) * sizeof *rows->items);
}

static struct names rows_names(const struct rows *rows)
{
    struct names names = {NULL, rows->count};

    names.items = arena_array(rows->state->arena, const char *, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        names.items[i] = rows->state->graph->nodes[rows->items[i]].revision->id;
    return names;
}

static void rows_step(struct rows *rows, uint32_t at, enum direction direction)
{
    const struct graph_node *node = &rows->state->graph->nodes[at];

    if (direction == DIRECTION_UPGRADE) {
        for (uint32_t i = 0; i < node->needs_count; i++)
            rows_remove(rows, node->needs[i]);
        rows_add(rows, at);
        return;
    }
    rows_remove(rows, at);
    for (uint32_t i = 0; i < node->needs_count; i++)
        if (--rows->applied[node->needs[i]] == 0)
            rows_add(rows, node->needs[i]);
}

static void plan_init(const struct graph_state *state, struct plan *plan,
                      enum direction direction, const struct rows *rows)
{
    *plan = (struct plan){.direction = direction};
    plan->from = plan->to = rows_names(rows);
    plan->redundant = state->redundant;
}

/* Adds a step that ends at the rows of now. */
static void plan_add(struct plan *plan, struct plan_step *steps, uint32_t at,
                     const struct rows *rows)
{
    struct plan_step *step = &steps[plan->count++];

    step->node = &rows->state->graph->nodes[at];
    step->direction = plan->direction;
    step->from = plan->to;
    step->to = plan->to = rows_names(rows);
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
    plan_init(state, plan, direction, &rows);
    plan->steps = steps;
    for (uint32_t i = 0; i < graph->count && plan->count < count; i++) {
        uint32_t at =
            graph->order[direction == DIRECTION_UPGRADE ? i
                                                        : graph->count - 1 - i];

        if (!set[at])
            continue;
        rows_step(&rows, at, direction);
        plan_add(plan, steps, at, &rows);
    }
}

void graph_steps_stamp(const struct graph_state *state, const bool *to,
                       struct plan *plan)
{
    const struct graph *graph = state->graph;
    uint32_t gone = 0, come = 0;
    size_t changes = 0;
    struct plan_step *steps;
    struct rows rows;

    for (uint32_t i = 0; i < graph->count; i++)
        changes += to[i] != state->rows[i];
    steps = arena_array(state->arena, struct plan_step, changes);
    rows_init(&rows, state);
    plan_init(state, plan, DIRECTION_STAMP, &rows);
    plan->steps = steps;
    while (changes > 0) {
        while (gone < graph->count && (to[gone] || !state->rows[gone]))
            gone++;
        while (come < graph->count && (!to[come] || state->rows[come]))
            come++;
        if (gone == graph->count && come == graph->count)
            break;
        if (gone < graph->count)
            rows_remove(&rows, gone);
        if (come < graph->count)
            rows_add(&rows, come);
        plan_add(plan, steps, come < graph->count ? come : gone, &rows);
        gone += gone < graph->count;
        come += come < graph->count;
    }
}
