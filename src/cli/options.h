/* The command line: one table of commands, one of options for each; parsing,
 * help and suggestions are made from them. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/arena.h"
#include "base/error.h"
#include "model/schema.h"

#include <stdbool.h>
#include <stddef.h>

struct cli;

/* What was given; each option of the tables below has a field here. */
struct options {
    const char *config, *environment, *url, *color;
    const char *wait; /* "" without a number */
    struct names x;
    bool quiet, verbose, json, version, help;

    const char *message, *head, *branch_label, *version_path, *rev_id;
    const char *range, *tag, *transaction, *onto;
    struct names depends_on;
    bool splice, yes, indicate, no_graph, applied, check_heads, purge;
    bool resolve_dependencies, edit, targets, restart, sql, dry_run;
    bool later; /* where options that are not built yet point to */

    struct names words; /* what is no option */
};

enum option_kind {
    OPTION_FLAG,
    OPTION_TEXT,
    OPTION_SECRET, /* as text; blotted out of the process list */
    OPTION_LIST,   /* may be repeated */
    OPTION_MAYBE   /* --name or --name=VALUE */
};

struct option {
    const char *name; /* without dashes; NULL ends a table */
    char letter;      /* '\0': no short form */
    enum option_kind kind;
    size_t field; /* offsetof in struct options */
    const char *argument;
    const char *help;
    bool later; /* a known word that is refused */
};

struct command {
    const char *name; /* NULL ends the table */
    const char *arguments;
    const char *summary;
    const char *example;
    const struct option *options; /* NULL: only global ones */
    size_t min_words, max_words;
    /* Returns the exit status, or -1 with cli->err. */
    int (*run)(struct cli *cli);
    bool later;
};

#define OPTIONS_ANY_WORDS ((size_t)-1)

extern const struct command commands_table[];
extern const struct option commands_global[];

/* Reads argv. `*command` stays NULL when none was given. `*options` is filled
 * as far as reading came. Errors: ERROR_USAGE with a suggestion, ERROR_FAILED
 * for what is not built yet. Owns: `arena`. */
int options_parse(int argc, char **argv, struct arena *arena,
                  struct options *options, const struct command **command,
                  struct error *err);

#endif
