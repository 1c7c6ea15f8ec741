/* The parts of a run, for run.c and run_plan.c. */
#ifndef RUN_RUN_PARTS_H
#define RUN_RUN_PARTS_H

#include "base/vec.h"
#include "run/rows.h"
#include "run/run.h"
#include "run/txn_parts.h"

struct run {
    struct txn txn;
    struct run_tables tables; /* with their schema, once it is known */
    const struct graph *tree;
    struct graph graph;  /* as the rows see the tree */
    struct rows rows;    /* as they are in the table */
    struct names before; /* what a purge takes away, as far as it is legible */
    struct plan plan;
    size_t width; /* of the version table */
    /* the last step that was sent, and how long it took; the next one, whose
     * begin is told when that is proven */
    const struct plan_step *last, *held;
    double last_ms;
    VEC(struct plan_step) done;
    const struct run_shown *shown;
};

/* Reads the version rows, and which graph they make. */
int run_plan_read(struct run *run, struct error *err);

/* Plans what the request asks for. */
int run_plan_make(struct run *run, struct error *err);

/* Plans what is left after another runner changed the rows, and prepares
 * it. */
int run_plan_again(struct run *run, struct error *err);

/* Everything that can be refused before the first write, the caller's scripts
 * included. */
int run_plan_prepare(struct run *run, struct error *err);

/* Reads the rows again now that the lock is held, and plans again when who
 * held it before has changed them. */
int run_plan_look_again(struct run *run, struct error *err);

#endif
