/* The table `op` of a revision. */
#ifndef SCRIPT_OP_API_H
#define SCRIPT_OP_API_H

#include <stddef.h>

/* Finds the first use of a function of `op` that a later version builds, by
 * the tokens of a script. Returns its name ("op.alter_column") and `*line`,
 * or NULL. */
const char *op_later_in_source(const char *text, size_t size, int *line);

#endif
