/* Any graph of up to 24 revisions, with parents, dependencies, labels and
 * squashed ranges from the bytes: no crash; it is refused with problems, or
 * parents come first in its order and upgrades, downgrades and stamps over it
 * keep the rows minimal. */
#include "graph/graph.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_NODES 24

static const char *const names[MAX_NODES] = {
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l",
    "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x"};
static const char *const labels[] = {"L", "M", "a", "head", "l", "LL"};

struct input {
    const uint8_t *data;
    size_t size;
    struct arena *arena;
};

static uint8_t take(struct input *input)
{
    if (input->size == 0)
        return 0;
    input->size--;
    return *input->data++;
}

static void add(struct input *input, struct names *list, const char *name)
{
    const char **items =
        arena_array(input->arena, const char *, list->count + 1);

    for (size_t i = 0; i < list->count; i++)
        items[i] = list->items[i];
    items[list->count++] = name;
    list->items = items;
}

/* Pairs of bytes: what kind of thing the revision gets, and which. */
static void read_revision(struct input *input, struct revision *revision,
                          size_t number)
{
    unsigned things = take(input) % 5;

    revision->id = names[number];
    revision->file = names[number];
    for (unsigned i = 0; i < things; i++) {
        unsigned kind = take(input) % 8, which = take(input);

        if (kind < 4)
            add(input, &revision->down, names[which % MAX_NODES]);
        else if (kind < 6)
            add(input, &revision->depends_on,
                which > 200 ? labels[which % 6] : names[which % MAX_NODES]);
        else if (kind == 6)
            add(input, &revision->labels, labels[which % 6]);
        else
            add(input, &revision->replaces, names[which % MAX_NODES]);
    }
}

/* Every node has one place in the order, behind those of what it needs. */
static void check_order(const struct graph *graph)
{
    bool done[MAX_NODES] = {false};

    for (uint32_t i = 0; i < graph->count; i++) {
        const struct graph_node *node = &graph->nodes[graph->order[i]];

        if (done[graph->order[i]])
            abort();
        done[graph->order[i]] = true;
        for (uint32_t j = 0; j < node->needs_count; j++)
            if (!done[node->needs[j]])
                abort();
    }
}

/* No row of a plan's end may be needed by another one. */
static void check_minimal(const struct graph *graph, const struct names *rows)
{
    bool below[MAX_NODES] = {false};

    for (uint32_t i = graph->count; i-- > 0;) {
        const struct graph_node *node = &graph->nodes[graph->order[i]];
        bool is_row = false;

        for (size_t j = 0; j < rows->count; j++)
            is_row = is_row || strcmp(rows->items[j], node->revision->id) == 0;
        if (is_row && below[graph->order[i]])
            abort();
        for (uint32_t j = 0;
             (is_row || below[graph->order[i]]) && j < node->needs_count; j++)
            below[node->needs[j]] = true;
    }
}

static void check_plans(const struct graph *graph, struct input *input)
{
    static struct error err;
    struct names rows = {NULL, 0}, targets = {NULL, 0};
    struct graph view;
    struct plan plan;

    for (unsigned i = take(input) % 4; i > 0; i--)
        add(input, &rows, names[take(input) % MAX_NODES]);
    add(input, &targets, names[take(input) % MAX_NODES]);
    graph_view(graph, input->arena, &rows, &view);
    check_order(&view);
    if (graph_plan_upgrade(&view, input->arena, &rows, &targets, &plan, &err) ==
        0)
        check_minimal(&view, &plan.to);
    if (graph_plan_downgrade(&view, input->arena, &rows, targets.items[0],
                             &plan, &err) == 0)
        check_minimal(&view, &plan.to);
    if (graph_plan_stamp(&view, input->arena, &rows, &targets, &plan, &err) ==
        0)
        check_minimal(&view, &plan.to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct error err;
    struct arena arena;
    struct input input = {data, size, &arena};
    struct revision *revisions;
    graph_problems problems = {0};
    struct graph graph;
    size_t count;

    arena_init(&arena, NULL, NULL);
    count = take(&input) % (MAX_NODES + 1);
    revisions = arena_array(&arena, struct revision, MAX_NODES);
    for (size_t i = 0; i < count; i++)
        read_revision(&input, &revisions[i], i);
    graph_build(&arena, revisions, count, &graph, &problems);
    if (graph_report(&problems, &err) == 0) {
        check_order(&graph);
        graph_labels(&graph, &arena);
        check_plans(&graph, &input);
        check_plans(&graph, &input);
    } else if (err.code != ERROR_TREE || err.message[0] == '\0') {
        abort();
    }
    arena_clear(&arena);
    return 0;
}
