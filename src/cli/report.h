/* Errors, for people and as a JSON object. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "base/error.h"
#include "cli/cli.h"

/* Shows cli->err on standard error, with --json also as the last line of
 * standard output. Returns its exit status. */
int report_error(struct cli *cli);

/* Adds {"error": {...}} and a newline. */
void report_object(struct buf *out, const struct error *err);

#endif
