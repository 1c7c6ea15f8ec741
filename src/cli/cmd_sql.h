/* `--sql` and `--dry-run` of upgrade, downgrade and stamp. */
#ifndef CLI_CMD_SQL_H
#define CLI_CMD_SQL_H

#include "cli/cli.h"

/* Sets mode, rows and targets of `request` by the options and words. Returns
 * 0, or -1 with cli->err: words that do not go together. */
int cmd_sql_read(struct cli *cli, struct run_request *request);

/* Prints the steps of a dry run, for people. */
void cmd_sql_show(struct cli *cli, enum direction direction,
                  const struct run_result *result);
/* Adds what a dry run shows of a step to its JSON object. */
void cmd_sql_object(struct buf *object, const struct run_shown *shown);

#endif
