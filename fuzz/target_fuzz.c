/* Any text as a target, a range and a symbol, over a graph with branches,
 * merges, dependencies and a squashed range: no crash, and what is refused is
 * so by name; what is planned ends at rows that plan to themselves. */
#include "graph/graph.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NAMES(...)                                                             \
    {                                                                          \
        (const char *[]){__VA_ARGS__},                                         \
            sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)             \
    }

static const struct revision revisions[] = {
    {.id = "aaaa", .file = "1"},
    {.id = "bbbb", .file = "2", .down = NAMES("aaaa")},
    {.id = "c1c1",
     .file = "3",
     .down = NAMES("bbbb"),
     .labels = NAMES("c1branch")},
    {.id = "c2c2", .file = "4", .down = NAMES("bbbb"), .labels = NAMES("lab")},
    {.id = "d1d1", .file = "5", .down = NAMES("c1c1")},
    {.id = "mmmm", .file = "6", .down = NAMES("d1d1", "c2c2")},
    {.id = "net", .file = "7", .depends_on = NAMES("lab")},
    {.id = "n2", .file = "8", .down = NAMES("net")},
    {.id = "n3", .file = "9", .down = NAMES("n2")},
    {.id = "sq",
     .file = "a",
     .depends_on = NAMES("lab"),
     .replaces = NAMES("net", "n2")},
};

/* The bits of the first byte choose the version rows. */
static struct names choose_rows(struct arena *arena, unsigned bits)
{
    static const char *const ids[] = {"aaaa", "c1c1", "d1d1", "c2c2",
                                      "mmmm", "net",  "n2",   "n3"};
    struct names rows = {arena_array(arena, const char *, 8), 0};

    for (unsigned i = 0; i < 8; i++)
        if (bits & 1u << i)
            rows.items[rows.count++] = ids[i];
    return rows;
}

static void check_error(int status, const struct error *err)
{
    if (status < 0 && (err->message[0] == '\0' || (err->code != ERROR_USAGE &&
                                                   err->code != ERROR_REFUSED)))
        abort();
}

/* What a plan leads to is a state of its own. */
static void check_plan(const struct graph *graph, struct arena *arena,
                       const struct plan *plan, struct error *err)
{
    struct plan again;

    if (graph_plan_again(graph, arena, &plan->to, plan, &again, err) < 0 &&
        plan->direction == DIRECTION_UPGRADE)
        abort();
    if (plan->direction == DIRECTION_UPGRADE && again.count > 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct error err;
    struct arena arena;
    struct graph graph, view;
    graph_problems problems = {0};
    const struct graph_node **nodes;
    struct names rows, targets;
    struct plan plan;
    size_t count;
    char *text, *colon;
    int status;

    if (size == 0)
        return 0;
    arena_init(&arena, NULL, NULL);
    text = arena_strndup(&arena, (const char *)data + 1, size - 1);
    rows = choose_rows(&arena, data[0]);
    graph_build(&arena, revisions, sizeof revisions / sizeof revisions[0],
                &graph, &problems);
    if (problems.count > 0)
        abort();
    graph_view(&graph, &arena, &rows, &view);
    targets.items = (const char *[]){text, "head"};
    targets.count = data[0] % 2 + 1;

    status = graph_plan_upgrade(&view, &arena, &rows, &targets, &plan, &err);
    check_error(status, &err);
    if (status == 0)
        check_plan(&view, &arena, &plan, &err);
    status = graph_plan_downgrade(&view, &arena, &rows, text, &plan, &err);
    check_error(status, &err);
    if (status == 0)
        check_plan(&view, &arena, &plan, &err);
    status = graph_plan_stamp(&view, &arena, &rows, &targets, &plan, &err);
    check_error(status, &err);
    status = graph_symbol(&view, &arena, data[0] % 3 == 0 ? NULL : &rows, text,
                          &nodes, &count, &err);
    check_error(status, &err);
    colon = strchr(text, ':');
    if (colon != NULL)
        *colon = '\0';
    status =
        graph_range(&view, &arena, &rows, text,
                    colon != NULL ? colon + 1 : NULL, &nodes, &count, &err);
    check_error(status, &err);
    arena_clear(&arena);
    return 0;
}
