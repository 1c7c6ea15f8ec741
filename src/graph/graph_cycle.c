#include "graph/graph_internal.h"

#include "base/buf.h"

#include <stdlib.h>

/* How many edges the search for shortest cycles may look at besides one walk
 * over everything: exact for trees of any usual size, linear for all. */
#define SEARCH_BUDGET 4000000
/* How many ids of a cycle are shown. */
#define SHOWN 30

struct search {
    struct arena *arena;
    const struct graph *graph;
    graph_problems *problems;
    uint32_t *component; /* of each node, 0: not in a knot yet */
    uint32_t *number;    /* by depth-first search, 0: not visited */
    uint32_t *low;
    uint32_t *next;  /* the next edge to look at */
    uint32_t *path;  /* the nodes being visited */
    uint32_t *stack; /* those without a component */
    uint32_t *from;  /* of a breadth-first search */
    uint32_t *queue;
    uint32_t *visit; /* the last breadth-first search that saw the node */
    uint32_t visits;
    size_t budget;
    VEC(uint32_t) best; /* the shortest so far, backwards */
};

/* A breadth-first search from `start` back to it, inside its component.
 * Puts it into search->best when it is shorter than that. */
static void find_from(struct search *search, uint32_t start)
{
    const struct graph_node *nodes = search->graph->nodes;
    uint32_t head = 0, tail = 0, at = start, length = 1;

    search->visits++;
    search->queue[tail++] = start;
    while (head < tail) {
        at = search->queue[head++];
        for (uint32_t j = 0; j < nodes[at].needs_count; j++) {
            uint32_t to = nodes[at].needs[j];

            search->budget -= search->budget > 0;
            if (to == start)
                goto closed;
            if (search->component[to] != search->component[start] ||
                search->visit[to] == search->visits)
                continue;
            search->visit[to] = search->visits;
            search->from[to] = at;
            search->queue[tail++] = to;
        }
    }
    return;
closed:
    for (uint32_t i = at; i != start; i = search->from[i])
        length++;
    if (search->best.count > 0 && length >= search->best.count)
        return;
    search->best.count = 0;
    for (uint32_t i = at; i != start; i = search->from[i])
        vec_push(search->arena, &search->best, i);
    vec_push(search->arena, &search->best, start);
}

/* best holds the cycle backwards, its start last. */
static void report(struct search *search)
{
    const struct graph *graph = search->graph;
    size_t count = search->best.count;
    const struct revision *first =
        graph->nodes[search->best.items[count - 1]].revision;
    struct buf text;

    buf_init(&text, search->arena);
    for (size_t i = count; i-- > 0 && count - i <= SHOWN;)
        buf_addf(&text, "%s -> ",
                 graph->nodes[search->best.items[i]].revision->id);
    if (count > SHOWN)
        buf_addf(&text, "(%zu more) -> ", count - SHOWN);
    buf_add(&text, first->id);
    graph_problem_add(search->problems, search->arena, first->file,
                      first->down_line > 0 ? first->down_line
                                           : first->depends_line,
                      "cycle: %s (each needs the next)", text.data);
}

static int compare_index(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* The component of more than one node on top of the stack. */
static void report_component(struct search *search, uint32_t *nodes,
                             size_t count)
{
    qsort(nodes, count, sizeof *nodes, compare_index);
    search->best.count = 0;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || search->budget > 0)
            find_from(search, nodes[i]);
    report(search);
}

/* Takes the finished component of `root` off the stack. */
static uint32_t pop_component(struct search *search, uint32_t root,
                              uint32_t height, uint32_t component)
{
    uint32_t top = height;

    do {
        search->component[search->stack[--height]] = component;
    } while (search->stack[height] != root);
    if (top - height > 1)
        report_component(search, search->stack + height, top - height);
    return height;
}

/* Tarjan's strongly connected components
 * (https://doi.org/10.1137/0201010), with a path instead of recursion. */
static void find_components(struct search *search, uint32_t start,
                            uint32_t *numbers, uint32_t *components)
{
    const struct graph_node *nodes = search->graph->nodes;
    uint32_t depth = 0, height = 0;

    search->path[depth++] = start;
    while (depth > 0) {
        uint32_t at = search->path[depth - 1];
        uint32_t to;

        if (search->number[at] == 0) {
            search->number[at] = search->low[at] = ++*numbers;
            search->stack[height++] = at;
        }
        if (search->next[at] < nodes[at].needs_count) {
            to = nodes[at].needs[search->next[at]++];
            if (search->number[to] == 0)
                search->path[depth++] = to;
            else if (search->component[to] == 0 &&
                     search->number[to] < search->low[at])
                search->low[at] = search->number[to];
            continue;
        }
        depth--;
        if (depth > 0 && search->low[at] < search->low[search->path[depth - 1]])
            search->low[search->path[depth - 1]] = search->low[at];
        if (search->low[at] == search->number[at])
            height = pop_component(search, at, height, ++*components);
    }
}

void graph_cycle_report(struct arena *arena, const struct graph *graph,
                        const uint32_t *waiting, graph_problems *problems)
{
    struct search search = {.arena = arena, .graph = graph};
    uint32_t **arrays[] = {&search.component, &search.number, &search.low,
                           &search.next,      &search.path,   &search.stack,
                           &search.from,      &search.queue,  &search.visit};
    uint32_t numbers = 0, components = 0;

    search.problems = problems;
    search.budget = SEARCH_BUDGET;
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        *arrays[i] = arena_array(arena, uint32_t, graph->count);
    for (uint32_t i = 0; i < graph->count; i++)
        if (waiting[i] > 0 && search.number[i] == 0)
            find_components(&search, i, &numbers, &components);
}
