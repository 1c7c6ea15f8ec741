/* Symbols outside of plans and ranges: show, revision --head. */
#include "graph/graph_internal.h"

#include "base/str.h"

#include <string.h>

bool graph_names_current(const char *text)
{
    static const char symbol[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789_.";

    while (text != NULL && *text != '\0') {
        size_t size = strspn(text, symbol);

        if (size == strlen("current") && strncmp(text, "current", size) == 0)
            return true;
        text += size > 0 ? size : 1;
    }
    return false;
}

int graph_symbol(const struct graph *graph, struct arena *arena,
                 const struct names *rows, const char *symbol,
                 const struct graph_node ***nodes, size_t *count,
                 struct error *err)
{
    static const struct names none = {NULL, 0};
    struct graph_target target;
    struct graph_place place = {NULL, 0, GRAPH_NONE};
    struct graph_state state;

    if (graph_state_read(graph, arena, rows != NULL ? rows : &none, &state,
                         err) < 0)
        return -1;
    state.has_current = rows != NULL;
    if (graph_target_read(&state, symbol, &target, err) < 0)
        return -1;
    if (target.symbol == NULL)
        return error_set(err, ERROR_USAGE,
                         "\"%s\" counts from what is applied: here it must be "
                         "a revision",
                         symbol);
    if (graph_target_place(&state, &target, false, &place, err) < 0)
        return -1;
    if (place.count == 0 && !str_equal(target.symbol, "current"))
        return error_set(err, ERROR_USAGE, "\"%s\" is base, not a revision",
                         symbol);
    *nodes = arena_array(arena, const struct graph_node *, place.count);
    *count = place.count;
    for (size_t i = 0; i < place.count; i++)
        (*nodes)[i] = &graph->nodes[place.nodes[i]];
    return 0;
}
