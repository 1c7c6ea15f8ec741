/* The folders of revision files: listed, read, checked, made a graph. */
#ifndef SCRIPT_TREE_H
#define SCRIPT_TREE_H

#include "base/arena.h"
#include "base/error.h"
#include "graph/graph.h"

struct tree_source {
    struct names folders; /* to open them */
    struct names shown;   /* as displayed */
    bool recursive;
};

#define TREE_FILE_LIMIT (1024 * 1024)

/* Reads every revision file (product.md section 2: which files count) and
 * builds the graph. Errors: ERROR_TREE with every problem, sorted;
 * ERROR_SECURITY for bytecode or a link that leads outside. */
int tree_load(const struct tree_source *source, struct arena *arena,
              struct graph *graph, struct error *err);

#endif
