/* Labels as they are shown: a label belongs to what follows its revision, and
 * to what leads to it without a branch or merge between. */
#include "graph/graph_internal.h"

/* Adds what `more` has and `names` has not. Lists are shared where they are
 * the same, so that a long branch takes one list. */
static void join(struct arena *arena, struct names *names,
                 const struct names *more)
{
    const char **items;
    size_t count = names->count;

    if (names->count == 0 || names->items == more->items) {
        *names = names->count > more->count ? *names : *more;
        return;
    }
    for (size_t i = 0; i < more->count; i++)
        count += !names_have(names, more->items[i]);
    if (count == names->count)
        return;
    items = arena_array(arena, const char *, count);
    for (size_t i = 0; i < names->count; i++)
        items[i] = names->items[i];
    count = names->count;
    for (size_t i = 0; i < more->count; i++)
        if (!names_have(names, more->items[i]))
            items[count++] = more->items[i];
    names->items = items;
    names->count = count;
}

const struct names *graph_labels(const struct graph *graph, struct arena *arena)
{
    struct names *labels = arena_array(arena, struct names, graph->count);
    bool found = false;

    for (uint32_t i = 0; i < graph->count && !found; i++)
        found = graph->nodes[i].revision->labels.count > 0;
    if (!found)
        return labels;
    for (uint32_t i = 0; i < graph->count; i++)
        labels[i] = graph->nodes[i].revision->labels;
    for (uint32_t i = graph->count; i-- > 0;) {
        const struct graph_node *node = &graph->nodes[graph->order[i]];

        if (node->down_count == 1 &&
            graph->nodes[node->down[0]].children_count == 1 &&
            graph->nodes[node->down[0]].down_count < 2)
            join(arena, &labels[node->down[0]], &labels[graph->order[i]]);
    }
    for (uint32_t i = 0; i < graph->count; i++) {
        const struct graph_node *node = &graph->nodes[graph->order[i]];

        for (uint32_t j = 0; j < node->down_count; j++)
            join(arena, &labels[graph->order[i]], &labels[node->down[j]]);
    }
    return labels;
}
