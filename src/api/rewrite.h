/* Changing the tree: what a new text of a file would make of it. */
#ifndef API_REWRITE_H
#define API_REWRITE_H

#include "luamigrate.h"

/* Checks that the tree stays whole when the file of `old` (NULL: a new file,
 * `file`) has the text. Errors: ERROR_TREE with every problem. */
int rewrite_check(struct luamigrate *migrate, const struct revision *old,
                  const char *file, const char *text, size_t size,
                  struct error *err);

/* The one revision that `symbol` names. Errors: ERROR_USAGE. */
int rewrite_find(struct luamigrate *migrate, const char *symbol,
                 const struct graph_node **node, struct error *err);

#endif
