/* Help texts, made from the tables of options.h. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "base/buf.h"
#include "cli/options.h"

/* Adds the help of `command`, or of the program when it is NULL. */
void help_add(struct buf *out, const struct command *command);

#endif
