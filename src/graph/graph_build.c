#include "graph/graph_internal.h"

#include "base/str.h"

#include <stdlib.h>

/* Suggestions cost a look at every name; no more problems are shown. */
#define MAX_SUGGESTIONS 50
/* How many revisions further on are fetched into the caches meanwhile. */
#define AHEAD 16

struct build {
    struct arena *arena;
    const struct graph_source *source;
    struct graph_node *nodes;
    uint32_t count;
    struct graph_index *index;
    graph_problems *problems;
    uint32_t *needs; /* of node i from needs[first[i]] to needs[first[i + 1]] */
    uint32_t *first;
    uint32_t *work; /* by node: what the step at hand keeps of it */
    int suggestions;
};

/* The arrays of struct graph with these names. */
struct sorted {
    uint32_t *order, *needs, *first;
};

/* The file and line of a name that is in the index already. */
static const char *place_of(struct build *build, const struct graph_name *name)
{
    const struct revision *revision = build->nodes[name->node].revision;
    int line = name->is_label ? revision->labels_line : revision->revision_line;

    return arena_printf(build->arena, "%s:%d", revision->file, line);
}

/* What is wrong with the name; lines and files are looked up for faults only,
 * since they lie far away from what every revision needs. */
static void refuse_name(struct build *build, const struct graph_name *name,
                        const struct graph_name *other,
                        const struct graph_name *similar)
{
    const struct revision *revision = build->nodes[name->node].revision;
    const char *kind = name->is_label ? "label" : "revision";
    int line = name->is_label ? revision->labels_line : revision->revision_line;

    if (other != NULL)
        graph_problem_add(build->problems, build->arena, revision->file, line,
                          "%s \"%s\" is already a %s, at %s", kind, name->text,
                          other->is_label ? "label" : "revision",
                          place_of(build, other));
    else if (similar != NULL)
        graph_problem_add(build->problems, build->arena, revision->file, line,
                          "%s \"%s\" differs only in case from \"%s\", at %s",
                          kind, name->text, similar->text,
                          place_of(build, similar));
    else
        graph_problem_add(build->problems, build->arena, revision->file, line,
                          "%s \"%s\": this word is reserved (head, heads, "
                          "base, current)",
                          kind, name->text);
}

/* Enters the name at a place of the index. */
static void enter(struct build *build, uint32_t place)
{
    const struct graph_name *name = &build->index->names[place];
    const struct graph_name *other = NULL, *similar = NULL;
    bool is_reserved = graph_is_reserved(name->text);

    if (!is_reserved)
        other = graph_index_enter(build->index, place, &similar);
    if (is_reserved || other != NULL || similar != NULL)
        refuse_name(build, name, other, similar);
}

static void enter_labels(struct build *build)
{
    struct graph_index *index = build->index;

    for (uint32_t i = 0; i < build->count; i++) {
        const struct names *labels = &build->nodes[i].revision->labels;

        for (size_t j = 0; j < labels->count; j++) {
            index->names[index->count] = (struct graph_name){
                .text = labels->items[j], .node = i, .is_label = true};
            enter(build, index->count++);
        }
    }
}

/* Ids come first, so that a label equal to an id is the one at fault. */
static void index_names(struct build *build)
{
    const struct graph_source *source = build->source;
    const struct graph_name *unused;

    graph_index_init(build->index, build->arena, source->ids, source->count,
                     source->count + source->labels + source->other_count);
    for (uint32_t i = 0; i < build->count; i++)
        enter(build, i);
    if (source->labels > 0)
        enter_labels(build);
    for (size_t i = 0; i < source->other_count; i++)
        graph_index_add(build->index, &source->others[i], &unused);
}

/* What is wrong with a parent or dependency; `name` is what was found. */
static void refuse_parent(struct build *build, const struct revision *from,
                          const char *text, bool is_dependency,
                          const struct graph_name *name)
{
    const char *word = is_dependency ? "depends_on" : "down_revision";
    int line = is_dependency ? from->depends_line : from->down_line;
    const char *nearest = NULL;

    if (name != NULL && name->is_label && !is_dependency)
        graph_problem_add(build->problems, build->arena, from->file, line,
                          "down_revision of %s: \"%s\" is a label; write the "
                          "id of its revision, \"%s\"",
                          from->id, text,
                          build->nodes[name->node].revision->id);
    else if (name != NULL)
        graph_problem_add(build->problems, build->arena, from->file, line,
                          "%s of %s: a revision cannot %s itself", word,
                          from->id, is_dependency ? "depend on" : "revise");
    if (name != NULL)
        return;
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
static uint32_t parent_of(struct build *build, uint32_t from, uint32_t which,
                          bool is_dependency)
{
    const struct revision *revision = build->nodes[from].revision;
    const char *text = is_dependency ? revision->depends_on.items[which]
                                     : revision->down.items[which];
    const struct graph_name *name = graph_index_find(build->index, text);

    if (name != NULL && name->node != from &&
        (is_dependency || !name->is_label))
        return name->node;
    refuse_parent(build, revision, text, is_dependency, name);
    return GRAPH_NONE;
}

/* Adds the parents of a node that are not there yet to the `used` edges;
 * `found` are those that are known. */
static uint32_t add_parents(struct build *build, uint32_t from,
                            const uint32_t *found, uint32_t count,
                            bool is_dependency, uint32_t used)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t to = found[i];

        if (to == GRAPH_NONE)
            to = parent_of(build, from, i, is_dependency);
        /* work: the last node that counted it, plus one */
        if (to == GRAPH_NONE || build->work[to] == from + 1)
            continue;
        build->work[to] = from + 1;
        build->needs[used++] = to;
        build->nodes[to].dependents_count++;
        build->nodes[to].children_count += !is_dependency;
    }
    return used;
}

/* Fills what each node needs, and counts what follows it. The edges stay
 * where they were found, closer together when one is said twice. */
static void link_parents(struct build *build)
{
    const uint32_t *found = build->needs;
    uint32_t used = 0;

    for (uint32_t i = 0; i < build->count; i++) {
        struct graph_node *node = &build->nodes[i];
        uint32_t down = node->down_count, all = node->needs_count;

        build->first[i] = used;
        used = add_parents(build, i, found, down, false, used);
        node->down_count = used - build->first[i];
        used = add_parents(build, i, found + down, all - down, true, used);
        node->needs_count = used - build->first[i];
        node->needs = build->needs + build->first[i];
        node->all = build->nodes;
        found += all;
    }
    build->first[build->count] = used;
}

/* How many of what a node needs are by down_revision. Where that is all of it
 * the node is left alone: of large trees it is not in the caches. */
static uint32_t down_count(const struct build *build, uint32_t node)
{
    if (build->source->dependencies > 0)
        return build->nodes[node].down_count;
    return build->first[node + 1] - build->first[node];
}

/* Fills what follows each node: by down_revision first; `next` is room for a
 * number of each. build->work is then how many each node waits for. */
static void link_children(struct build *build, uint32_t *next)
{
    const uint32_t *first = build->first;
    uint32_t *dependents =
        arena_array(build->arena, uint32_t, first[build->count]);
    uint32_t used = 0;

    for (uint32_t i = 0; i < build->count; i++) {
        build->nodes[i].dependents = dependents + used;
        build->work[i] = build->nodes[i].dependents_count;
        next[i] = used;
        used += build->work[i];
    }
    for (uint32_t i = 0; i < build->count; i++)
        for (uint32_t j = first[i]; j < first[i] + down_count(build, i); j++)
            dependents[next[build->needs[j]]++] = i;
    if (build->source->dependencies == 0)
        return;
    for (uint32_t i = 0; i < build->count; i++)
        for (uint32_t j = first[i] + down_count(build, i); j < first[i + 1];
             j++)
            dependents[next[build->needs[j]]++] = i;
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
 * backwards. Returns how many have no place in it: some mean a cycle. */
static uint32_t sort_nodes(struct build *build, struct sorted *sorted)
{
    uint32_t *waiting = build->work;
    /* fills from the start, the order from the end */
    uint32_t *stack = sorted->order;
    uint32_t height = 0, place = build->count;

    sorted->first[place] = build->first[place];
    for (uint32_t i = build->count; i-- > 0;)
        if (waiting[i] == 0)
            stack[height++] = i;
    while (height > 0) {
        uint32_t at = stack[--height];
        const uint32_t *needs = build->needs + build->first[at];
        uint32_t count = build->first[at + 1] - build->first[at];
        uint32_t down = down_count(build, at);

        place--;
        sorted->order[place] = at;
        sorted->first[place] = sorted->first[place + 1] - count;
        for (uint32_t i = 0; i < count; i++)
            sorted->needs[sorted->first[place] + i] = needs[i];
        height = push_ready(stack, height, needs + down, count - down, waiting);
        height = push_ready(stack, height, needs, down, waiting);
    }
    return place;
}

void graph_build_view(struct arena *arena, const struct graph_source *source,
                      struct graph *graph, graph_problems *problems)
{
    struct build build = {
        .arena = arena, .source = source, .problems = problems};
    struct sorted sorted;
    uint32_t count = source->count;

    sorted.order = arena_array(arena, uint32_t, count);
    sorted.first = arena_array(arena, uint32_t, count + 1);
    build.nodes = source->nodes;
    build.count = count;
    build.index = arena_new(arena, struct graph_index);
    build.needs = source->needs.items;
    build.first = arena_array(arena, uint32_t, count + 1);
    build.work = arena_array(arena, uint32_t, count);
    index_names(&build);
    link_parents(&build);
    link_children(&build, sorted.order);
    sorted.needs = arena_array(arena, uint32_t, build.first[count]);
    *graph = (struct graph){.nodes = source->nodes,
                            .count = count,
                            .order = sorted.order,
                            .needs = sorted.needs,
                            .first = sorted.first,
                            .index = build.index};
    if (sort_nodes(&build, &sorted) > 0)
        graph_cycle_report(arena, graph, build.work, problems);
}

void graph_source_init(struct graph_source *source, struct arena *arena,
                       size_t count)
{
    *source = (struct graph_source){
        .arena = arena,
        .nodes = arena_array(arena, struct graph_node, count),
        .ids = arena_array(arena, struct graph_name, count)};
    source->needs.items = arena_array(arena, uint32_t, count);
    source->needs.capacity = count;
}

/* Adds the nodes that `names` are, as far as they are near. */
static void add_needs(struct graph_source *source, const struct names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        uint32_t found = GRAPH_NONE;

        for (uint32_t j = source->near;
             found == GRAPH_NONE && j < source->count && j - source->near < 2;
             j++)
            if (str_equal(source->ids[j].text, names->items[i]))
                found = source->near = j;
        vec_push(source->arena, &source->needs, found);
    }
}

void graph_source_add(struct graph_source *source,
                      const struct revision *revision)
{
    struct graph_node *node = &source->nodes[source->count];

    node->revision = revision;
    node->down_count = (uint32_t)revision->down.count;
    node->needs_count =
        (uint32_t)(revision->down.count + revision->depends_on.count);
    add_needs(source, &revision->down);
    add_needs(source, &revision->depends_on);
    source->labels += revision->labels.count;
    source->dependencies += revision->depends_on.count;
    source->ids[source->count] =
        (struct graph_name){.text = revision->id, .node = source->count};
    source->count++;
}

void graph_build(struct arena *arena, const struct revision *revisions,
                 size_t count, struct graph *graph, graph_problems *problems)
{
    struct graph_source source;
    bool is_squashed = false;

    graph_source_init(&source, arena, count);
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count) {
            __builtin_prefetch(&revisions[i + AHEAD].down);
            __builtin_prefetch(&revisions[i + AHEAD].replaces);
        }
        graph_source_add(&source, &revisions[i]);
        is_squashed = is_squashed || revisions[i].replaces.count > 0;
    }
    if (is_squashed)
        graph_squash_build(arena, revisions, &source, graph, problems);
    else
        graph_build_view(arena, &source, graph, problems);
    graph->revisions = revisions;
    graph->revision_count = count;
}
