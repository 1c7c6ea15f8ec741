#include "graph/graph_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SHOWN 50
/* room for the line that says how many more there are */
#define TAIL_SIZE 48

static int compare(const void *left, const void *right)
{
    const struct graph_problem *a = left, *b = right;
    int difference = strcmp(a->file, b->file);

    if (difference != 0)
        return difference;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return strcmp(a->text, b->text);
}

/* Adds the problem as one line of the message; false when it has no room. */
static bool add_line(struct error *err, size_t *used,
                     const struct graph_problem *problem)
{
    size_t room = sizeof err->message - TAIL_SIZE - *used;
    const char *start = *used > 0 ? "\n" : "";
    char line[16] = "";
    int size;

    if (problem->line > 0)
        snprintf(line, sizeof line, ":%d", problem->line);
    size = snprintf(err->message + *used, room, "%s%s%s: %s", start,
                    problem->file, line, problem->text);
    if (size < 0 || ((size_t)size >= room && *used > 0)) {
        err->message[*used] = '\0';
        return false;
    }
    *used += (size_t)size < room ? (size_t)size : room - 1;
    return true;
}

/* The first problem of the weightiest kind. */
static const struct graph_problem *weightiest(const graph_problems *problems)
{
    for (size_t i = 0; i < problems->count; i++)
        if (problems->items[i].code == ERROR_SECURITY)
            return &problems->items[i];
    return &problems->items[0];
}

int graph_report(graph_problems *problems, struct error *err)
{
    const struct graph_problem *first;
    size_t used = 0, shown = 0;

    if (problems->count == 0)
        return 0;
    qsort(problems->items, problems->count, sizeof *problems->items, compare);
    first = weightiest(problems);
    error_set(err, first->code == ERROR_NONE ? ERROR_TREE : first->code, "%s",
              "");
    while (shown < problems->count && shown < MAX_SHOWN &&
           add_line(err, &used, &problems->items[shown]))
        shown++;
    if (shown < problems->count)
        snprintf(err->message + used, sizeof err->message - used,
                 "\nand %zu more", problems->count - shown);
    return error_at(err, first->file, first->line);
}
