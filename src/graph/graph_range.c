#include "graph/graph_internal.h"

#include "base/str.h"

static bool is_open(const char *text)
{
    return text == NULL || text[0] == '\0';
}

static int need_rows(const struct names *rows, const struct graph_target *end,
                     struct error *err)
{
    if (rows != NULL || end->symbol == NULL ||
        !str_equal(end->symbol, "current"))
        return 0;
    return error_set(err, ERROR_USAGE,
                     "\"current\" needs a database to ask for its rows");
}

static bool is_relative(const struct graph_target *end)
{
    return end->text != NULL && end->symbol == NULL;
}

/* The place of an end that stands for itself. */
static int find_end(const struct graph_state *state, const struct names *rows,
                    const struct graph_target *end, struct graph_place *place,
                    struct error *err)
{
    if (end->text == NULL || is_relative(end))
        return 0;
    if (need_rows(rows, end, err) < 0)
        return -1;
    return graph_target_place(state, end, true, place, err);
}

static int read_end(const struct graph_state *state, const char *text,
                    char sign, struct graph_target *end, struct error *err)
{
    *end = (struct graph_target){.text = NULL};
    if (is_open(text))
        return 0;
    if (graph_target_read(state, text, end, err) < 0)
        return -1;
    if (is_relative(end) && end->sign != sign) {
        error_set(err, ERROR_USAGE, "\"%s\" goes out of the range", text);
        return error_hint(err, "-N:B and A:+N count inwards");
    }
    return 0;
}

static void mark(const struct graph_place *place, bool *set)
{
    for (size_t i = 0; i < place->count; i++)
        set[place->nodes[i]] = true;
}

/* All heads: where an open range ends. */
static void heads(const struct graph *graph, struct arena *arena,
                  struct graph_place *place)
{
    place->count = 0;
    place->nodes = arena_array(arena, uint32_t, graph->count);
    for (uint32_t i = 0; i < graph->count; i++)
        if (graph->nodes[i].dependents_count == 0)
            place->nodes[place->count++] = i;
}

static int unrelated(const char *a, const char *b, struct error *err)
{
    error_set(err, ERROR_USAGE, "range %s:%s: %s is no ancestor of %s", a, b, a,
              b);
    return error_hint(err, "the older revision comes first");
}

static void collect(const struct graph *graph, struct arena *arena,
                    const bool *above, const bool *below,
                    const struct graph_node ***nodes, size_t *count)
{
    *count = 0;
    *nodes = arena_array(arena, const struct graph_node *, graph->count);
    for (uint32_t i = graph->count; i-- > 0;) {
        uint32_t at = graph->order[i];

        if (above[at] && below[at])
            (*nodes)[(*count)++] = &graph->nodes[at];
    }
}

int graph_range(const struct graph *graph, struct arena *arena,
                const struct names *rows, const char *a, const char *b,
                const struct graph_node ***nodes, size_t *count,
                struct error *err)
{
    static const struct names none = {NULL, 0};
    struct graph_place lower = {NULL, 0, GRAPH_NONE};
    struct graph_place upper = {NULL, 0, GRAPH_NONE};
    bool *above = arena_array(arena, bool, graph->count);
    bool *below = arena_array(arena, bool, graph->count);
    bool *all = arena_array(arena, bool, graph->count);
    bool is_related = false;
    struct graph_target from, to;
    struct graph_state state;

    if (graph_state_read(graph, arena, rows != NULL ? rows : &none, &state,
                         err) < 0 ||
        read_end(&state, a, '-', &from, err) < 0 ||
        read_end(&state, b, '+', &to, err) < 0)
        return -1;
    if (find_end(&state, rows, &from, &lower, err) < 0 ||
        find_end(&state, rows, &to, &upper, err) < 0)
        return -1;
    if (to.text == NULL)
        heads(graph, arena, &upper);
    if (is_relative(&to)) {
        upper = lower;
        if (graph_target_walk(&state, &to, true, &upper, err) < 0)
            return -1;
    }
    if (is_relative(&from)) {
        lower = upper;
        if (graph_target_walk(&state, &from, true, &lower, err) < 0)
            return -1;
    }
    mark(&upper, below);
    graph_close_down(graph, below);
    for (uint32_t i = 0; i < graph->count; i++)
        all[i] = true;
    mark(&lower, above);
    for (size_t i = 0; i < lower.count; i++)
        is_related = is_related || below[lower.nodes[i]];
    if (lower.count > 0 && !is_related)
        return unrelated(a, is_open(b) ? "heads" : b, err);
    graph_close_up(graph, lower.count > 0 ? above : all, all);
    collect(graph, arena, lower.count > 0 ? above : all, below, nodes, count);
    return 0;
}
