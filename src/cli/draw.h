/* The graph of revisions in characters, one row for each, newest first. */
#ifndef CLI_DRAW_H
#define CLI_DRAW_H

#include "base/buf.h"
#include "graph/graph.h"

#include <stdbool.h>

struct draw;

/* Begins a drawing of `nodes`, which stand before their parents; lines lead
 * to those parents only that are among them. Owns: `arena`. */
struct draw *draw_new(struct arena *arena, const struct graph *graph,
                      const struct graph_node *const *nodes, size_t count);

/* Adds the rows between the node drawn last and `node`, whole lines, and then
 * the beginning of the line of `node` with `mark` in its place. */
void draw_node(struct draw *draw, struct buf *out,
               const struct graph_node *node, char mark);

#endif
