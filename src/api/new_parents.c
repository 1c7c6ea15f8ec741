#include "api/new.h"

static bool has_parent(const struct new_making *making,
                       const struct graph_node *node)
{
    for (size_t i = 0; i < making->parents.count; i++)
        if (making->parents.items[i] == node)
            return true;
    return false;
}

static int add_parent(struct new_making *making, const struct graph_node *node)
{
    if (has_parent(making, node))
        return error_set(making->err, ERROR_USAGE,
                         "%s is named twice as a parent", node->revision->id);
    if (!graph_is_head(node) && !making->request->splice) {
        error_set(making->err, ERROR_USAGE, "%s is not a head",
                  node->revision->id);
        return error_hint(making->err, "--splice starts a new branch there");
    }
    vec_push(making->arena, &making->parents, node);
    return 0;
}

static int add_heads(struct new_making *making)
{
    for (uint32_t i = 0; i < making->graph->count; i++)
        if (graph_is_head(&making->graph->nodes[i]) &&
            add_parent(making, &making->graph->nodes[i]) != 0)
            return -1;
    return 0;
}

static int several_heads(struct new_making *making)
{
    error_set(making->err, ERROR_USAGE,
              "there are several heads, which of them shall it follow?");
    for (size_t i = 0; i < making->parents.count; i++)
        error_candidate(making->err, making->parents.items[i]->revision->id);
    return error_hint(making->err, "name one with --head, or join them with "
                                   "`luamigrate merge heads`");
}

static int add_single_head(struct new_making *making)
{
    if (add_heads(making) != 0)
        return -1;
    return making->parents.count > 1 ? several_heads(making) : 0;
}

static int add_symbol(struct new_making *making, const char *symbol)
{
    const struct graph_node **nodes;
    size_t count;

    if (graph_symbol(making->graph, making->arena, NULL, symbol, &nodes, &count,
                     making->err) != 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (add_parent(making, nodes[i]) != 0)
            return -1;
    return 0;
}

static int check_merge(struct new_making *making)
{
    if (making->parents.count >= 2)
        return 0;
    error_set(making->err, ERROR_USAGE, "a merge needs two revisions");
    if (making->parents.count == 0)
        return error_hint(making->err, "name them, or `heads` for all heads");
    return error_hint(making->err, "there is nothing to merge with %s",
                      making->parents.items[0]->revision->id);
}

int new_parents(struct new_making *making)
{
    const struct luamigrate_new *request = making->request;

    if (request->root)
        return 0;
    if (request->down.count == 0 && !request->merge)
        return add_single_head(making);
    for (size_t i = 0; i < request->down.count; i++)
        if (add_symbol(making, request->down.items[i]) != 0)
            return -1;
    if (request->merge)
        return check_merge(making);
    return making->parents.count > 1 ? several_heads(making) : 0;
}
