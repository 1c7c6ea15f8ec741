/* Symbols outside of plans and ranges: show, revision --head. */
#include "graph/graph_internal.h"

int graph_symbol(const struct graph *graph, struct arena *arena,
                 const char *symbol, const struct graph_node ***nodes,
                 size_t *count, struct error *err)
{
    static const struct names none = {NULL, 0};
    struct graph_target target;
    struct graph_place place = {NULL, 0, GRAPH_NONE};
    struct graph_state state;

    if (graph_state_read(graph, arena, &none, &state, err) < 0 ||
        graph_target_read(&state, symbol, &target, err) < 0)
        return -1;
    if (target.symbol == NULL)
        return error_set(err, ERROR_USAGE,
                         "\"%s\" counts from what is applied: here it must be "
                         "a revision",
                         symbol);
    if (graph_target_place(&state, &target, false, &place, err) < 0)
        return -1;
    if (place.count == 0)
        return error_set(err, ERROR_USAGE, "\"%s\" is base, not a revision",
                         symbol);
    *nodes = arena_array(arena, const struct graph_node *, place.count);
    *count = place.count;
    for (size_t i = 0; i < place.count; i++)
        (*nodes)[i] = &graph->nodes[place.nodes[i]];
    return 0;
}
