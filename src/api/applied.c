/* What is applied, and whether its files are still the same. */
#include "api/handle.h"

#include "base/fs.h"
#include "base/str.h"
#include "base/vec.h"
#include "script/header.h"
#include "script/tree.h"

/* Marks the ancestors of `rows` by any edge, themselves included. */
static bool *mark_applied(const struct graph *graph, struct arena *arena,
                          const struct names *rows)
{
    bool *applied = arena_array(arena, bool, graph->count + 1);

    for (size_t i = 0; i < rows->count; i++) {
        const struct graph_node *node = graph_find(graph, rows->items[i]);

        if (node != NULL)
            applied[node - graph->nodes] = true;
    }
    /* children come before their parents in this direction */
    for (uint32_t i = graph->count; i-- > 0;) {
        const struct graph_node *node = &graph->nodes[graph->order[i]];

        if (!applied[graph->order[i]])
            continue;
        for (uint32_t j = 0; j < node->needs_count; j++)
            applied[node->needs[j]] = true;
    }
    return applied;
}

int luamigrate_applied(struct luamigrate *migrate, const bool **applied,
                       struct error *err)
{
    const struct graph *graph;
    struct names rows;

    if (luamigrate_graph(migrate, &graph, err) < 0 ||
        luamigrate_rows(migrate, false, &rows, err) < 0)
        return -1;
    *applied = mark_applied(graph, &migrate->arena, &rows);
    return 0;
}

int handle_checksum(struct luamigrate *migrate, const struct revision *revision,
                    char checksum[17], struct error *err)
{
    struct arena_mark mark = arena_mark(&migrate->arena);
    struct fs_text text;

    if (fs_read(revision->path, TREE_FILE_LIMIT, &migrate->arena, &text, err) <
        0)
        return -1;
    header_checksum(text.data, text.size, checksum);
    arena_release(&migrate->arena, mark);
    return 0;
}

/* The newest history row of each revision that put it there. */
static const char **recorded(const struct graph *graph, struct arena *arena,
                             const struct history_row *rows, size_t count)
{
    const char **checksums = arena_array(arena, const char *, graph->count + 1);

    for (size_t i = count; i-- > 0;) {
        const struct graph_node *node =
            rows[i].revision != NULL ? graph_find(graph, rows[i].revision)
                                     : NULL;

        /* the file of a squashed revision says nothing of the new one */
        if (node != NULL && str_equal(node->revision->id, rows[i].revision))
            checksums[node - graph->nodes] = rows[i].checksum;
    }
    return checksums;
}

int luamigrate_edited(struct luamigrate *migrate, struct names *ids,
                      struct error *err)
{
    VEC(const char *) edited = {0};
    struct history_row *rows;
    const struct graph *graph;
    const char **checksums;
    const bool *applied;
    size_t count;

    if (luamigrate_applied(migrate, &applied, err) < 0 ||
        luamigrate_graph(migrate, &graph, err) < 0 ||
        luamigrate_history(migrate, &rows, &count, err) < 0)
        return -1;
    checksums = recorded(graph, &migrate->arena, rows, count);
    for (uint32_t i = 0; i < graph->count; i++) {
        const struct revision *revision = graph->nodes[i].revision;
        char checksum[17];

        if (!applied[i] || checksums[i] == NULL)
            continue;
        if (handle_checksum(migrate, revision, checksum, err) < 0)
            return -1;
        if (!str_equal(checksum, checksums[i]))
            vec_push(&migrate->arena, &edited, revision->id);
    }
    ids->items = edited.items;
    ids->count = edited.count;
    return 0;
}
