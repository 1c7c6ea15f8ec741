/* Revisions as a line, as a block and as a JSON object. */
#ifndef CLI_VIEW_H
#define CLI_VIEW_H

#include "base/buf.h"
#include "graph/graph.h"

#include <stdbool.h>

struct view {
    const struct graph *graph;
    const struct names *rows; /* of the version table; NULL: not read */
    struct arena *arena;
    bool colored;
    bool aligned;
    const struct names *labels; /* of each node, as shown; NULL: its own */
    const bool *applied;        /* by node; NULL: not marked */
};

bool view_is_current(const struct view *view, const char *id);

/* Adds one line for each node: name and message; with `edges` "parent -> "
 * stands before. */
void view_lines(struct buf *out, const struct view *view,
                const struct graph_node *const *nodes, size_t count, bool edges,
                const char *indent);

/* Columns of what stands before the message. */
size_t view_columns(const struct view *view,
                    const struct graph_node *const *nodes, size_t count,
                    bool edges);
/* Adds one line of view_lines. */
void view_line(struct buf *out, const struct view *view,
               const struct graph_node *node, bool edges, size_t columns);

/* Adds everything that is known of a revision, several lines. */
void view_block(struct buf *out, const struct view *view,
                const struct graph_node *node);

/* Adds the fields of a revision object (output.md), without braces. */
void view_fields(struct buf *out, const struct view *view,
                 const struct graph_node *node);
/* As view_fields, for an id that may have no file. */
void view_id_fields(struct buf *out, const struct view *view, const char *id);

/* Adds "name": [revision objects]. */
void view_list(struct buf *out, const struct view *view, const char *name,
               const struct graph_node *const *nodes, size_t count);
/* As view_list, for ids that may have no file. */
void view_id_list(struct buf *out, const struct view *view, const char *name,
                  const struct names *ids);

#endif
