/* Questions on a terminal. */
#ifndef CLI_PROMPT_H
#define CLI_PROMPT_H

#include "cli/cli.h"

#include <stdbool.h>

/* Whether somebody is there to answer. */
bool prompt_possible(const struct cli *cli);

/* Asks on standard error. Returns the line, "" when there was none or a
 * signal came. Owns: cli->arena. */
const char *prompt_ask(struct cli *cli, const char *question);

#endif
