/* Planning over COUNT revisions without files, once in a process as a command
 * does: building the graph, an upgrade of everything, its downgrade.
 * plan SHAPE COUNT prints how many ms it took. Shapes: line, ladder (pairs of
 * branches and merges), branches (1,000). */
#include "graph/graph.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BRANCHES 1000

static struct names parents(struct arena *arena, const struct revision *list,
                            size_t first, size_t count)
{
    struct names names = {arena_array(arena, const char *, count), count};

    for (size_t i = 0; i < count; i++)
        names.items[i] = list[first + i].id;
    return names;
}

static struct revision *make(struct arena *arena, const char *shape,
                             size_t count)
{
    struct revision *list = arena_array(arena, struct revision, count);
    size_t back = strcmp(shape, "branches") == 0 ? BRANCHES : 1;

    for (size_t i = 0; i < count; i++) {
        list[i].id = list[i].file = arena_printf(arena, "r%07zu", i);
        if (strcmp(shape, "ladder") == 0 && i > 0) {
            /* 0 <- 1, 2 <- 3 (merge) <- 4, 5 <- 6 ... */
            size_t start = (i - 1) / 3 * 3;

            list[i].down = i % 3 == 0 ? parents(arena, list, i - 2, 2)
                                      : parents(arena, list, start, 1);
        } else if (i >= back) {
            list[i].down = parents(arena, list, i - back, 1);
        }
    }
    return list;
}

static int plan(struct arena *arena, const struct revision *list, size_t count,
                struct error *err)
{
    static const struct names none = {NULL, 0};
    const char *heads = "heads";
    struct names targets = {&heads, 1};
    graph_problems problems = {0};
    struct graph graph;
    struct plan up, down;

    graph_build(arena, list, count, &graph, &problems);
    if (graph_report(&problems, err) < 0 ||
        graph_plan_upgrade(&graph, arena, &none, &targets, &up, err) < 0 ||
        graph_plan_downgrade(&graph, arena, &up.to, "base", &down, err) < 0)
        return -1;
    return up.count == count && down.count == count ? 0 : -1;
}

/* CPU time, which other programs change less than the time on the wall. */
static int64_t cpu_us(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0)
        exit(1);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static double run(const char *shape, size_t count)
{
    static struct error err;
    struct arena all, work;
    struct revision *list;
    int64_t start;
    int status;

    arena_init(&all, NULL, NULL);
    arena_init(&work, NULL, NULL);
    list = make(&all, shape, count);
    start = cpu_us();
    status = plan(&work, list, count, &err);
    start = cpu_us() - start;
    arena_clear(&work);
    arena_clear(&all);
    if (status < 0) {
        fprintf(stderr, "plan: %s\n", err.message);
        exit(1);
    }
    return (double)start / 1000;
}

int main(int argc, char **argv)
{
    size_t count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;

    if (count == 0)
        return 2;
    return printf("%.3f\n", run(argv[1], count)) > 0 ? 0 : 1;
}
