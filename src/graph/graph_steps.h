/* Turns sets of revisions into the steps of a plan, with the version rows
 * that each changes. */
#ifndef GRAPH_GRAPH_STEPS_H
#define GRAPH_GRAPH_STEPS_H

#include "graph/graph_internal.h"

/* Fills `plan` except `resolved` with the revisions of `set` as steps: in the
 * order for an upgrade, backwards for a downgrade. */
void graph_steps_run(const struct graph_state *state, const bool *set,
                     enum direction direction, struct plan *plan);

/* Fills `plan` except `resolved` with the changes of single rows that lead to
 * the rows `to`. */
void graph_steps_stamp(const struct graph_state *state, const bool *to,
                       struct plan *plan);

#endif
