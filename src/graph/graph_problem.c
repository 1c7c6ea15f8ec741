#include "graph/graph_internal.h"

#include <stdarg.h>

void graph_problem_add(graph_problems *problems, struct arena *arena,
                       const char *file, int line, const char *format, ...)
{
    struct graph_problem problem = {.file = file, .line = line};
    va_list args;

    va_start(args, format);
    problem.text = arena_vprintf(arena, format, args);
    va_end(args);
    vec_push(arena, problems, problem);
}
