/* One run of the program: what the commands share. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "cli/bar.h"
#include "cli/options.h"
#include "cli/out.h"
#include "cli/view.h"
#include "luamigrate.h"

#include <stdbool.h>

struct cli {
    struct arena arena;
    struct options options;
    const struct command *command;
    struct cancel *cancel;
    struct out out, err_out; /* standard output and standard error */
    bool color_out, color_err;
    bool tty_out, tty_err;
    struct luamigrate *migrate; /* after cli_open */
    bool streams;               /* a run: JSON events before the result */
    size_t columns;             /* of the edges of a run, when aligned */
    struct bar bar;             /* of the step that runs */
    int64_t asked_us;           /* how long questions waited for an answer */
    struct error err;
};

/* The whole program. Returns the exit status. */
int cli_main(int argc, char **argv);

/* Opens cli->migrate with the options given. */
int cli_open(struct cli *cli);

/* A buffer for output. */
struct buf cli_buf(struct cli *cli);
/* Writes a result to standard output. */
void cli_print(struct cli *cli, const struct buf *text);
/* Ends a JSON object with a newline and writes it. */
void cli_print_object(struct cli *cli, struct buf *text);
/* Writes to standard error, unless --quiet. */
void cli_note(struct cli *cli, const struct buf *text);

/* How revisions are shown on standard output; `rows` may be NULL. */
struct view cli_view(struct cli *cli, const struct graph *graph,
                     const struct names *rows);

/* Opens configuration and tree; `with_rows`: also the database, for the
 * version rows. Returns 0, or -1 with cli->err. */
int cli_open_view(struct cli *cli, bool with_rows, struct view *view);

/* A protected environment wants the word said, whoever runs it: without --yes
 * ERROR_USAGE. */
int cli_check_protected(struct cli *cli);

/* Prints what a command wrote or changed: the revision `id`, as `what` says
 * ("wrote revision"), in `file`. */
void cli_print_file(struct cli *cli, const char *what, const char *id,
                    const char *file);

#endif
