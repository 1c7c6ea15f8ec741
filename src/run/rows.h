/* The version rows as a run changes them: sorted as the table is read, since
 * a plan has them in the order of the files. */
#ifndef RUN_ROWS_H
#define RUN_ROWS_H

#include "base/arena.h"
#include "graph/graph.h"

#include <stddef.h>

struct rows {
    struct arena *arena;
    struct names now;
    struct names before; /* the last step */
    size_t capacity;     /* of either */
};

/* Sets the rows to a copy of `names`, in any order. Owns: rows->arena. */
void rows_set(struct rows *rows, const struct names *names);

/* Changes the rows as `step` does. Memory is taken only for more rows than
 * there ever were. */
void rows_apply(struct rows *rows, const struct plan_step *step);

#endif
