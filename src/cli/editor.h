/* The user's editor. */
#ifndef CLI_EDITOR_H
#define CLI_EDITOR_H

#include "cli/cli.h"

/* The command of $VISUAL, else of $EDITOR, or NULL with cli->err
 * (ERROR_USAGE): a file can be made without one only. */
const char *editor_find(struct cli *cli);

/* Opens `file` in the editor and waits for its end. Returns 0, or -1 with
 * cli->err when it failed. */
int editor_open(struct cli *cli, const char *file);

#endif
