#include "api/rewrite.h"

#include "api/handle.h"
#include "base/buf.h"
#include "base/fs.h"
#include "base/str.h"
#include "script/header.h"
#include "script/header_edit.h"
#include "script/tree.h"

#include <string.h>

int rewrite_check(struct luamigrate *migrate, const struct revision *old,
                  const char *file, const char *text, size_t size,
                  struct error *err)
{
    const struct graph *tree = &migrate->tree;
    size_t count = tree->revision_count;
    struct revision *revisions =
        arena_array(&migrate->arena, struct revision, count + 1);
    struct revision *place = &revisions[count];
    graph_problems problems = {0};
    struct graph graph;

    memcpy(revisions, tree->revisions, count * sizeof *revisions);
    if (old != NULL)
        place = &revisions[old - tree->revisions];
    place->file = file;
    header_read(text, size, file, &migrate->arena, place, &problems);
    if (place->id != NULL)
        graph_build(&migrate->arena, revisions, count + (old == NULL), &graph,
                    &problems);
    if (graph_report(&problems, err) == 0)
        return 0;
    return error_hint(err, "nothing was written");
}

int rewrite_find(struct luamigrate *migrate, const char *symbol,
                 const struct graph_node **node, struct error *err)
{
    const struct graph_node **nodes;
    size_t count;

    if (graph_symbol(&migrate->graph, &migrate->arena, NULL, symbol, &nodes,
                     &count, err) < 0)
        return -1;
    *node = nodes[0];
    if (count == 1)
        return 0;
    error_set(err, ERROR_USAGE, "\"%s\" names %zu revisions", symbol, count);
    for (size_t i = 0; i < count; i++)
        error_candidate(err, nodes[i]->revision->id);
    return error_hint(err, "name one of them");
}

/* Rebasing */

static int check_applied(struct luamigrate *migrate, const char *id,
                         struct error *err)
{
    const struct graph_node *node;
    struct names rows;
    const bool *applied;

    if (luamigrate_rows(migrate, true, &rows, err) < 0 ||
        luamigrate_applied(migrate, &applied, err) < 0)
        return -1;
    /* inside a squashed range the new revision is no node */
    node = graph_find(&migrate->graph, id);
    if (node != NULL && str_equal(node->revision->id, id) &&
        !applied[node - migrate->graph.nodes])
        return 0;
    error_set(err, ERROR_REFUSED, "%s is applied in the database%s%s", id,
              rows.count == 1 ? ", which is at " : "",
              rows.count == 1 ? rows.items[0] : "");
    return error_hint(err,
                      "revert it first (`luamigrate downgrade`); a revision "
                      "that others may have applied keeps its place");
}

/* Whether `to` is `node` or needs it. */
static int check_cycle(struct luamigrate *migrate,
                       const struct graph_node *node,
                       const struct graph_node *to, struct error *err)
{
    const struct graph *graph = &migrate->graph;
    bool *above = arena_array(&migrate->arena, bool, graph->count);

    above[node - graph->nodes] = true;
    for (uint32_t i = 0; i < graph->count; i++) {
        const struct graph_node *from = &graph->nodes[graph->order[i]];

        for (uint32_t j = 0;
             above[graph->order[i]] && j < from->dependents_count; j++)
            above[from->dependents[j]] = true;
    }
    if (to == node)
        return error_set(err, ERROR_USAGE, "%s cannot be put onto itself",
                         node->revision->id);
    if (!above[to - graph->nodes])
        return 0;
    return error_set(err, ERROR_USAGE,
                     "%s cannot be put onto %s, which needs it: that would be "
                     "a cycle",
                     node->revision->id, to->revision->id);
}

static int rewrite_down(struct luamigrate *migrate,
                        const struct revision *revision,
                        const struct names *down, struct error *err)
{
    struct fs_text text;
    struct buf out;

    if (fs_read(revision->path, TREE_FILE_LIMIT, &migrate->arena, &text, err) <
        0)
        return -1;
    buf_init(&out, &migrate->arena);
    header_edit_down(&out, text.data, text.size, down);
    /* the bytes may be others than those that were read before */
    if (rewrite_check(migrate, revision, revision->file, out.data, out.size,
                      err) < 0)
        return -1;
    return fs_replace(revision->path, out.data, out.size, err);
}

int luamigrate_rebase(struct luamigrate *migrate, const char *symbol,
                      const char *onto, struct luamigrate_file *file,
                      struct error *err)
{
    const struct graph_node *node, *to = NULL;
    const struct revision *revision;
    struct names down = {arena_new(&migrate->arena, const char *), 0};
    const struct graph *graph;

    if (luamigrate_graph(migrate, &graph, err) < 0 ||
        rewrite_find(migrate, symbol, &node, err) < 0)
        return -1;
    symbol = node->revision->id;
    if (!str_equal(onto, "base") && rewrite_find(migrate, onto, &to, err) < 0)
        return -1;
    if (to != NULL)
        down.items[down.count++] = to->revision->id;
    if (node->down_count > 1) {
        error_set(err, ERROR_USAGE, "%s is a merge: its parents are several",
                  symbol);
        return error_hint(err, "to undo a merge that is not applied, remove "
                               "its file");
    }
    if (to != NULL && check_cycle(migrate, node, to, err) < 0)
        return -1;
    revision = node->revision;
    *file = (struct luamigrate_file){symbol, revision->file, revision->path};
    if (check_applied(migrate, symbol, err) < 0)
        return -1;
    return rewrite_down(migrate, revision, &down, err);
}
