#include "graph/graph_internal.h"

#include "base/str.h"

/* How many candidates are listed. */
#define MAX_CANDIDATES 20

static int unknown(const struct graph *graph, const char *symbol,
                   struct error *err)
{
    const struct graph_index *index = graph->index;
    const char *nearest;
    struct arena scratch;

    arena_init(&scratch, NULL, NULL);
    nearest = graph_index_suggest(index, &scratch, symbol);
    if (nearest == NULL)
        nearest = str_suggest(symbol, graph_reserved, GRAPH_RESERVED_COUNT);
    error_set(err, ERROR_USAGE, "no revision or label \"%s\"",
              str_safe(&scratch, symbol));
    if (nearest != NULL) {
        error_candidate(err, nearest);
        error_hint(err, "did you mean %s?", nearest);
    } else {
        error_hint(err, "`luamigrate history` lists the revisions");
    }
    arena_clear(&scratch);
    return -1;
}

/* Whether a name of the node begins with `prefix`. */
static bool matches(const struct revision *revision, const char *prefix)
{
    if (str_starts(revision->id, prefix))
        return true;
    for (size_t i = 0; i < revision->labels.count; i++)
        if (str_starts(revision->labels.items[i], prefix))
            return true;
    return false;
}

static int ambiguous(const struct graph *graph, const char *symbol,
                     const bool *within, struct error *err)
{
    size_t count = 0;

    error_set(err, ERROR_USAGE, "\"%s\" is the beginning of several names",
              symbol);
    for (uint32_t i = 0; i < graph->count && count < MAX_CANDIDATES; i++) {
        const struct revision *revision = graph->nodes[i].revision;

        if ((within != NULL && !within[i]) || !matches(revision, symbol))
            continue;
        error_candidate(err, revision->id);
        count++;
    }
    return error_hint(err, "write more of the revision's id");
}

int graph_resolve_within(const struct graph *graph, const char *symbol,
                         const bool *within, uint32_t *at, struct error *err)
{
    const struct graph_name *name = graph_index_find(graph->index, symbol);

    if (graph_is_reserved(symbol))
        return error_set(err, ERROR_USAGE, "\"%s\" does not name one revision",
                         symbol);
    *at = GRAPH_NONE;
    if (name != NULL && name->is_inner) {
        error_set(err, ERROR_USAGE, "%s was squashed into %s", symbol,
                  graph->nodes[name->node].revision->id);
        error_candidate(err, graph->nodes[name->node].revision->id);
        return error_hint(err, "name %s instead",
                          graph->nodes[name->node].revision->id);
    }
    if (name != NULL) {
        *at = name->node;
        return 0;
    }
    for (uint32_t i = 0; i < graph->count && symbol[0] != '\0'; i++) {
        if ((within != NULL && !within[i]) ||
            !matches(graph->nodes[i].revision, symbol))
            continue;
        if (*at != GRAPH_NONE)
            return ambiguous(graph, symbol, within, err);
        *at = i;
    }
    return *at == GRAPH_NONE ? unknown(graph, symbol, err) : 0;
}

int graph_resolve(const struct graph *graph, const char *symbol,
                  const struct graph_node **node, struct error *err)
{
    uint32_t at;

    if (graph_resolve_within(graph, symbol, NULL, &at, err) < 0)
        return -1;
    *node = &graph->nodes[at];
    return 0;
}
