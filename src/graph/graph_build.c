#include "graph/graph_internal.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

/* Suggestions cost a look at every name; no more problems are shown. */
#define MAX_SUGGESTIONS 50

struct build {
    struct arena *arena;
    const struct revision *const *revisions;
    uint32_t count;
    struct graph *graph;
    struct graph_node *nodes;
    struct graph_index *index;
    graph_problems *problems;
    uint32_t *seen; /* by node: the last one that counted it, plus one */
    int suggestions;
};

/* The file and line of a name that is in the index already. */
static const char *place_of(struct build *build, const struct graph_name *name)
{
    const struct revision *revision = build->revisions[name->node];
    int line = name->is_label ? revision->labels_line : revision->revision_line;

    return arena_printf(build->arena, "%s:%d", revision->file, line);
}

static void add_name(struct build *build, uint32_t node, const char *text,
                     bool is_label)
{
    const struct revision *revision = build->revisions[node];
    const char *kind = is_label ? "label" : "revision";
    int line = is_label ? revision->labels_line : revision->revision_line;
    const struct graph_name *other, *similar;

    if (graph_is_reserved(text)) {
        graph_problem_add(build->problems, build->arena, revision->file, line,
                          "%s \"%s\": this word is reserved (head, heads, "
                          "base, current)",
                          kind, text);
        return;
    }
    other = graph_index_add(build->index, text, node, is_label, &similar);
    if (other != NULL) {
        graph_problem_add(build->problems, build->arena, revision->file, line,
                          "%s \"%s\" is already a %s, at %s", kind, text,
                          other->is_label ? "label" : "revision",
                          place_of(build, other));
        return;
    }
    if (similar != NULL)
        graph_problem_add(build->problems, build->arena, revision->file, line,
                          "%s \"%s\" differs only in case from \"%s\", at %s",
                          kind, text, similar->text, place_of(build, similar));
}

/* Ids come first, so that a label equal to an id is the one at fault. */
static void index_names(struct build *build, const struct graph_alias *aliases,
                        size_t alias_count)
{
    size_t count = build->count + alias_count;

    for (uint32_t i = 0; i < build->count; i++)
        count += build->revisions[i]->labels.count;
    graph_index_init(build->index, build->arena, count);
    for (uint32_t i = 0; i < build->count; i++)
        add_name(build, i, build->revisions[i]->id, false);
    for (uint32_t i = 0; i < build->count; i++)
        for (size_t j = 0; j < build->revisions[i]->labels.count; j++)
            add_name(build, i, build->revisions[i]->labels.items[j], true);
    for (size_t i = 0; i < alias_count; i++)
        if (graph_index_find(build->index, aliases[i].text) == NULL)
            graph_index_alias(build->index, &aliases[i]);
}

static void report_unknown(struct build *build, const struct revision *from,
                           const char *word, int line, const char *text)
{
    const char *nearest = NULL;

    if (build->suggestions++ < MAX_SUGGESTIONS)
        nearest = graph_index_suggest(build->index, build->arena, text);
    if (nearest != NULL)
        graph_problem_add(build->problems, build->arena, from->file, line,
                          "%s of %s: no revision \"%s\" (did you mean %s?)",
                          word, from->id, text, nearest);
    else
        graph_problem_add(build->problems, build->arena, from->file, line,
                          "%s of %s: no revision \"%s\"", word, from->id, text);
}

/* The node that a parent or dependency means, or GRAPH_NONE. */
static uint32_t parent_of(struct build *build, uint32_t from, const char *text,
                          bool is_dependency)
{
    const struct revision *revision = build->revisions[from];
    const char *word = is_dependency ? "depends_on" : "down_revision";
    int line = is_dependency ? revision->depends_line : revision->down_line;
    const struct graph_name *name = graph_index_find(build->index, text);

    if (name == NULL) {
        report_unknown(build, revision, word, line, text);
        return GRAPH_NONE;
    }
    if (name->is_label && !is_dependency) {
        graph_problem_add(build->problems, build->arena, revision->file, line,
                          "down_revision of %s: \"%s\" is a label; write the "
                          "id of its revision, \"%s\"",
                          revision->id, text, build->revisions[name->node]->id);
        return GRAPH_NONE;
    }
    if (name->node == from) {
        graph_problem_add(build->problems, build->arena, revision->file, line,
                          "%s of %s: a revision cannot %s itself", word,
                          revision->id, is_dependency ? "depend on" : "revise");
        return GRAPH_NONE;
    }
    return name->node;
}

static uint32_t add_parents(struct build *build, uint32_t from,
                            const struct names *names, bool is_dependency,
                            uint32_t *edges)
{
    uint32_t count = 0;

    for (size_t i = 0; i < names->count; i++) {
        uint32_t to = parent_of(build, from, names->items[i], is_dependency);

        if (to == GRAPH_NONE || build->seen[to] == from + 1)
            continue;
        build->seen[to] = from + 1;
        edges[count++] = to;
    }
    return count;
}

/* Fills needs and down, which is the beginning of needs. */
static size_t link_parents(struct build *build)
{
    size_t room = 0, used = 0;
    uint32_t *edges;

    for (uint32_t i = 0; i < build->count; i++)
        room += build->revisions[i]->down.count +
                build->revisions[i]->depends_on.count;
    edges = arena_array(build->arena, uint32_t, room);
    for (uint32_t i = 0; i < build->count; i++) {
        struct graph_node *node = &build->nodes[i];
        const struct revision *revision = build->revisions[i];
        uint32_t count;

        node->revision = revision;
        node->all = build->nodes;
        node->needs = node->down = edges + used;
        count = add_parents(build, i, &revision->down, false, edges + used);
        node->down_count = count;
        count += add_parents(build, i, &revision->depends_on, true,
                             edges + used + count);
        node->needs_count = count;
        used += count;
    }
    return used;
}

/* Fills children and dependents: counts first, then places. */
static void link_children(struct build *build, size_t edges)
{
    uint32_t *children = arena_array(build->arena, uint32_t, edges);
    uint32_t *dependents = arena_array(build->arena, uint32_t, edges);
    size_t children_used = 0, dependents_used = 0;

    for (uint32_t i = 0; i < build->count; i++)
        for (uint32_t j = 0; j < build->nodes[i].needs_count; j++) {
            build->nodes[build->nodes[i].needs[j]].dependents_count++;
            if (j < build->nodes[i].down_count)
                build->nodes[build->nodes[i].needs[j]].children_count++;
        }
    for (uint32_t i = 0; i < build->count; i++) {
        struct graph_node *node = &build->nodes[i];

        node->children = children + children_used;
        node->dependents = dependents + dependents_used;
        children_used += node->children_count;
        dependents_used += node->dependents_count;
        node->children_count = node->dependents_count = 0;
    }
    for (uint32_t i = 0; i < build->count; i++)
        for (uint32_t j = 0; j < build->nodes[i].needs_count; j++) {
            struct graph_node *node = &build->nodes[build->nodes[i].needs[j]];

            dependents[node->dependents - dependents +
                       node->dependents_count++] = i;
            if (j < build->nodes[i].down_count)
                children[node->children - children + node->children_count++] =
                    i;
        }
}

static int descending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x < y) - (x > y);
}

/* Pushes the nodes of `needs` that nothing waits for any more, so that the
 * first by file comes off the stack first. */
static uint32_t push_ready(uint32_t *stack, uint32_t height,
                           const uint32_t *needs, uint32_t count,
                           uint32_t *waiting)
{
    uint32_t start = height;

    for (uint32_t i = 0; i < count; i++)
        if (--waiting[needs[i]] == 0)
            stack[height++] = needs[i];
    if (height - start > 1)
        qsort(stack + start, height - start, sizeof *stack, descending);
    return height;
}

/* Orders the nodes from the heads down, going on along the branch just
 * entered, parents before dependencies, ties by file; graph->order is that
 * backwards. Returns how many there are in the order: less means a cycle. */
static uint32_t sort_nodes(struct build *build, bool *sorted)
{
    uint32_t *order = arena_array(build->arena, uint32_t, build->count);
    uint32_t *stack = arena_array(build->arena, uint32_t, build->count);
    uint32_t *waiting = arena_array(build->arena, uint32_t, build->count);
    uint32_t height = 0, done = 0;

    for (uint32_t i = build->count; i-- > 0;) {
        waiting[i] = build->nodes[i].dependents_count;
        if (waiting[i] == 0)
            stack[height++] = i;
    }
    while (height > 0) {
        uint32_t at = stack[--height];
        struct graph_node *node = &build->nodes[at];

        sorted[at] = true;
        done++;
        node->rank = build->count - done;
        order[node->rank] = at;
        height = push_ready(stack, height, node->needs + node->down_count,
                            node->needs_count - node->down_count, waiting);
        height =
            push_ready(stack, height, node->down, node->down_count, waiting);
    }
    build->graph->order = order;
    return done;
}

void graph_build_view(struct arena *arena, const struct revision *const *list,
                      uint32_t count, const struct graph_alias *aliases,
                      size_t alias_count, struct graph *graph,
                      graph_problems *problems)
{
    struct build build = {.arena = arena, .revisions = list, .count = count};
    bool *sorted = arena_array(arena, bool, count);

    build.graph = graph;
    build.problems = problems;
    build.nodes = arena_array(arena, struct graph_node, count);
    build.index = arena_new(arena, struct graph_index);
    build.seen = arena_array(arena, uint32_t, count);
    index_names(&build, aliases, alias_count);
    link_children(&build, link_parents(&build));
    *graph = (struct graph){.nodes = build.nodes, .count = build.count};
    graph->index = build.index;
    if (sort_nodes(&build, sorted) < build.count)
        graph_cycle_report(arena, graph, sorted, problems);
}

void graph_build(struct arena *arena, const struct revision *revisions,
                 size_t count, struct graph *graph, graph_problems *problems)
{
    const struct revision **list =
        arena_array(arena, const struct revision *, count);
    bool is_squashed = false;

    for (size_t i = 0; i < count; i++) {
        list[i] = &revisions[i];
        is_squashed = is_squashed || revisions[i].replaces.count > 0;
    }
    if (is_squashed)
        graph_squash_build(arena, list, (uint32_t)count, graph, problems);
    else
        graph_build_view(arena, list, (uint32_t)count, NULL, 0, graph,
                         problems);
    graph->revisions = revisions;
    graph->revision_count = count;
}
