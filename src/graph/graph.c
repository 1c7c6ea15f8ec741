#include "graph/graph_internal.h"

#include "base/str.h"

const struct graph_node *graph_find(const struct graph *graph, const char *id)
{
    const struct graph_name *name = graph_index_find(graph->index, id);

    if (name == NULL || name->is_label || name->is_inner)
        return NULL;
    return &graph->nodes[name->node];
}

bool graph_is_head(const struct graph_node *node)
{
    return node->children_count == 0;
}

bool graph_is_branch_point(const struct graph_node *node)
{
    return node->children_count > 1;
}

bool graph_is_merge_point(const struct graph_node *node)
{
    return node->down_count > 1;
}

const char *const graph_reserved[GRAPH_RESERVED_COUNT] = {"head", "heads",
                                                          "base", "current"};

bool graph_is_reserved(const char *word)
{
    for (size_t i = 0; i < GRAPH_RESERVED_COUNT; i++)
        if (word[0] == graph_reserved[i][0] &&
            str_equal(word, graph_reserved[i]))
            return true;
    return false;
}

const char *direction_name(enum direction direction)
{
    static const char *const names[] = {
        [DIRECTION_UPGRADE] = "upgrade",
        [DIRECTION_DOWNGRADE] = "downgrade",
        [DIRECTION_STAMP] = "stamp",
    };

    return names[direction];
}

void graph_close_down(const struct graph *graph, bool *set)
{
    for (uint32_t i = graph->count; i-- > 0;) {
        if (!set[graph->order[i]])
            continue;
        for (uint32_t j = graph->first[i]; j < graph->first[i + 1]; j++)
            set[graph->needs[j]] = true;
    }
}

void graph_close_up(const struct graph *graph, bool *set, const bool *within)
{
    for (uint32_t i = 0; i < graph->count; i++) {
        const struct graph_node *node = &graph->nodes[graph->order[i]];

        if (!set[graph->order[i]])
            continue;
        for (uint32_t j = 0; j < node->dependents_count; j++)
            if (within[node->dependents[j]])
                set[node->dependents[j]] = true;
    }
}

bool *graph_lineage(const struct graph *graph, struct arena *arena,
                    uint32_t start)
{
    bool *set = arena_array(arena, bool, graph->count);
    uint32_t place = 0;

    while (graph->order[place] != start)
        place++;
    /* ancestors stand before `start` in the order, descendants behind it */
    set[start] = true;
    for (uint32_t i = place + 1; i-- > 0;) {
        const struct graph_node *node = &graph->nodes[graph->order[i]];

        for (uint32_t j = 0; set[graph->order[i]] && j < node->down_count; j++)
            set[node->down[j]] = true;
    }
    for (uint32_t i = place; i < graph->count; i++) {
        const struct graph_node *node = &graph->nodes[graph->order[i]];

        for (uint32_t j = 0; set[graph->order[i]] && j < node->children_count;
             j++)
            set[node->children[j]] = true;
    }
    return set;
}

struct names graph_set_names(const struct graph *graph, struct arena *arena,
                             const bool *set)
{
    struct names names = {NULL, 0};
    size_t count = 0;

    for (uint32_t i = 0; i < graph->count; i++)
        count += set[i];
    names.items = arena_array(arena, const char *, count);
    for (uint32_t i = 0; i < graph->count; i++)
        if (set[i])
            names.items[names.count++] = graph->nodes[i].revision->id;
    return names;
}

void graph_set_reduce(const struct graph *graph, struct arena *arena, bool *set)
{
    bool *below = arena_array(arena, bool, graph->count);

    for (uint32_t i = 0; i < graph->count; i++)
        for (uint32_t j = graph->first[i];
             set[graph->order[i]] && j < graph->first[i + 1]; j++)
            below[graph->needs[j]] = true;
    graph_close_down(graph, below);
    for (uint32_t i = 0; i < graph->count; i++)
        set[i] = set[i] && !below[i];
}

static int unknown_row(const struct graph *graph, struct arena *arena,
                       const char *row, struct error *err)
{
    const struct graph_name *name = graph_index_find(graph->index, row);

    if (name != NULL && name->is_inner) {
        error_set(err, ERROR_REFUSED,
                  "the database is at revision \"%s\", inside a range that "
                  "was squashed into %s, and files of the range are gone",
                  row, graph->nodes[name->node].revision->id);
        error_candidate(err, row);
        return error_hint(err, "bring the old files back: an upgrade finishes "
                               "the range first");
    }
    error_set(err, ERROR_REFUSED,
              "the database is at revision \"%s\", which no revision "
              "file has",
              str_safe(arena, row));
    error_candidate(err, row);
    return error_hint(err,
                      "bring its file back (is this the right branch of the "
                      "code, the right database?); or correct the version row "
                      "with `luamigrate stamp --purge REV`");
}

int graph_check_rows(const struct graph *graph, struct arena *arena,
                     const struct names *rows, struct error *err)
{
    for (size_t i = 0; i < rows->count; i++)
        if (graph_find(graph, rows->items[i]) == NULL)
            return unknown_row(graph, arena, rows->items[i], err);
    return 0;
}

/* Marks the rows; those by an old name are put into state->renamed. */
static int read_rows(struct graph_state *state, const struct names *rows,
                     struct error *err)
{
    const struct graph *graph = state->graph;

    state->renamed.items = arena_array(state->arena, const char *, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        const struct graph_node *node = graph_find(graph, rows->items[i]);

        if (node == NULL)
            return unknown_row(graph, state->arena, rows->items[i], err);
        state->rows[node - graph->nodes] = true;
        if (!str_equal(node->revision->id, rows->items[i]))
            state->renamed.items[state->renamed.count++] = rows->items[i];
    }
    return 0;
}

int graph_state_read(const struct graph *graph, struct arena *arena,
                     const struct names *rows, struct graph_state *state,
                     struct error *err)
{
    bool *implied = arena_array(arena, bool, graph->count);
    size_t redundant = 0;

    *state = (struct graph_state){.graph = graph, .arena = arena};
    state->rows = arena_array(arena, bool, graph->count);
    state->applied = arena_array(arena, bool, graph->count);
    if (read_rows(state, rows, err) < 0)
        return -1;
    for (uint32_t i = graph->count; i-- > 0;) {
        uint32_t at = graph->order[i];
        uint32_t end = graph->first[i + 1];

        state->applied[at] = state->rows[at] || implied[at];
        for (uint32_t j = graph->first[i]; state->applied[at] && j < end; j++)
            implied[graph->needs[j]] = true;
        redundant += state->rows[at] && implied[at];
        implied[at] = implied[at] && state->rows[at];
        state->rows[at] = state->rows[at] && !implied[at];
        state->row_count += state->rows[at];
    }
    if (redundant > 0)
        state->redundant = graph_set_names(graph, arena, implied);
    return 0;
}
