#include "cli/cli.h"

#include "base/str.h"
#include "base/term.h"
#include "cli/events.h"
#include "cli/help.h"
#include "cli/object.h"
#include "cli/report.h"
#include "cli/signals.h"
#include "cli/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_USAGE 2
#define EXIT_OUTPUT 13
#define EXIT_PIPE (128 + 13) /* as if SIGPIPE had ended us */
#define WAIT_DEFAULT 60

struct buf cli_buf(struct cli *cli)
{
    struct buf buf;

    buf_init(&buf, &cli->arena);
    return buf;
}

void cli_print(struct cli *cli, const struct buf *text)
{
    out_wipe(&cli->err_out);
    out_write(&cli->out, text);
}

void cli_print_object(struct cli *cli, struct buf *text)
{
    buf_add(text, "}\n");
    cli_print(cli, text);
}

void cli_note(struct cli *cli, const struct buf *text)
{
    if (!cli->options.quiet)
        out_write(&cli->err_out, text);
}

struct view cli_view(struct cli *cli, const struct graph *graph,
                     const struct names *rows)
{
    struct view view = {.graph = graph,
                        .rows = rows,
                        .arena = &cli->arena,
                        .colored = cli->color_out,
                        .aligned = cli->tty_out};

    return view;
}

int cli_check_protected(struct cli *cli)
{
    const struct config *config = luamigrate_config(cli->migrate);

    if (!config->is_protected || cli->options.yes)
        return 0;
    if (config->environment != NULL)
        error_set(&cli->err, ERROR_USAGE,
                  "%s: the environment \"%s\" is protected", cli->command->name,
                  config->environment);
    else
        error_set(&cli->err, ERROR_USAGE, "%s: the database is protected",
                  cli->command->name);
    return error_hint(&cli->err, "add --yes if it is meant");
}

void cli_print_file(struct cli *cli, const char *what, const char *id,
                    const char *file)
{
    struct buf text = cli_buf(cli);

    if (cli->options.json) {
        object_open(&text, '{');
        object_text(&text, "revision", id);
        object_text(&text, "file", file);
        cli_print_object(cli, &text);
        return;
    }
    buf_addf(&text, "%s ", what);
    text_add(&text, cli->color_err, TEXT_YELLOW, id);
    buf_char(&text, '\n');
    cli_note(cli, &text);
    text = cli_buf(cli);
    text_add(&text, false, TEXT_PLAIN, file);
    buf_char(&text, '\n');
    cli_print(cli, &text);
}

/* Opening */

static int split_variables(struct cli *cli, struct luamigrate_options *out)
{
    const struct names *given = &cli->options.x;

    out->x_keys.items = arena_array(&cli->arena, const char *, given->count);
    out->x_values.items = arena_array(&cli->arena, const char *, given->count);
    for (size_t i = 0; i < given->count; i++) {
        const char *equal = strchr(given->items[i], '=');

        if (equal == NULL || equal == given->items[i])
            return error_set(&cli->err, ERROR_USAGE,
                             "-x '%s': expected KEY=VALUE", given->items[i]);
        out->x_keys.items[i] = arena_strndup(&cli->arena, given->items[i],
                                             (size_t)(equal - given->items[i]));
        out->x_values.items[i] = equal + 1;
    }
    out->x_keys.count = out->x_values.count = given->count;
    return 0;
}

static int read_wait(struct cli *cli, double *seconds)
{
    const char *text = cli->options.wait;
    char *end;

    *seconds = 0;
    if (text == NULL)
        return 0;
    if (text[0] == '\0') {
        *seconds = WAIT_DEFAULT;
        return 0;
    }
    *seconds = strtod(text, &end);
    if (*end != '\0' || strspn(text, "0123456789.") != strlen(text))
        return error_set(&cli->err, ERROR_USAGE,
                         "--wait=%s: expected a number of seconds", text);
    return 0;
}

static int check_transaction(struct cli *cli)
{
    const char *scope = cli->options.transaction;

    if (scope == NULL || str_equal(scope, "revision") ||
        str_equal(scope, "run"))
        return 0;
    return error_set(&cli->err, ERROR_USAGE,
                     "--transaction '%s': expected revision or run", scope);
}

/* The line that tells a program why the process had to end itself. */
static const char *stuck_line(struct cli *cli)
{
    struct error *err = arena_new(&cli->arena, struct error);
    struct buf line = cli_buf(cli);

    error_set(err, ERROR_LIMIT,
              "a script kept running beyond limits.stall and could not be "
              "stopped; the program ended itself");
    snprintf(err->state, sizeof err->state,
             "the database rolls back the revision that ran");
    report_object(&line, err);
    return line.data;
}

int cli_open(struct cli *cli)
{
    const struct options *given = &cli->options;
    struct luamigrate_options options = {
        .config = given->config,
        .environment = given->environment,
        .url = given->url,
        .tag = given->tag,
        .transaction = given->transaction,
        .trace = given->verbose,
        .fatal = true,
        .fatal_line = given->json ? stuck_line(cli) : NULL,
        .cancel = cli->cancel,
        .event = events_show,
        .context = cli,
    };

    if (split_variables(cli, &options) != 0 ||
        read_wait(cli, &options.wait) != 0 || check_transaction(cli) != 0)
        return -1;
    return luamigrate_open(&options, &cli->migrate, &cli->err);
}

int cli_open_view(struct cli *cli, bool with_rows, struct view *view)
{
    struct names *rows = NULL;
    const struct graph *graph;

    if (cli_open(cli) != 0 ||
        luamigrate_graph(cli->migrate, &graph, &cli->err) != 0)
        return -1;
    if (with_rows) {
        rows = arena_new(&cli->arena, struct names);
        if (luamigrate_rows(cli->migrate, true, rows, &cli->err) != 0)
            return -1;
    }
    *view = cli_view(cli, graph, rows);
    if (!cli->options.json)
        view->labels = graph_labels(graph, &cli->arena);
    return 0;
}

/* Running */

static int read_color(struct cli *cli)
{
    const char *when = cli->options.color;
    enum term_color mode = TERM_AUTO;

    if (when != NULL && str_equal(when, "always"))
        mode = TERM_ALWAYS;
    else if (when != NULL && str_equal(when, "never"))
        mode = TERM_NEVER;
    else if (when != NULL && !str_equal(when, "auto"))
        return error_set(&cli->err, ERROR_USAGE,
                         "--color '%s': expected auto, always or never", when);
    cli->tty_out = isatty(STDOUT_FILENO) == 1;
    cli->tty_err = isatty(STDERR_FILENO) == 1;
    cli->color_out = term_use_color(mode, stdout);
    cli->color_err = term_use_color(mode, stderr);
    return 0;
}

static int no_command(struct cli *cli)
{
    struct buf help = cli_buf(cli);

    if (cli->options.json)
        return error_set(&cli->err, ERROR_USAGE, "no command is given");
    help_add(&help, NULL);
    out_write(&cli->err_out, &help);
    return EXIT_USAGE;
}

/* Whether an error in argv, which keeps options behind it from being read,
 * has to be told as JSON. */
static bool wants_json(int argc, char **argv)
{
    for (int i = 1; i < argc && !str_equal(argv[i], "--"); i++)
        if (str_equal(argv[i], "--json"))
            return true;
    return false;
}

static int run(struct cli *cli, int argc, char **argv)
{
    struct options *options = &cli->options;
    struct buf text = cli_buf(cli);
    int parsed;

    parsed = options_parse(argc, argv, &cli->arena, options, &cli->command,
                           &cli->err);
    if (parsed != 0)
        options->json = wants_json(argc, argv);
    if (parsed == 0 && options->version) {
        if (options->json)
            buf_add(&text, "{\"version\":\"" LUAMIGRATE_VERSION "\"}\n");
        else
            buf_add(&text, "luamigrate " LUAMIGRATE_VERSION "\n");
        cli_print(cli, &text);
        return 0;
    }
    if (parsed == 0 && options->help) {
        help_add(&text, cli->command);
        cli_print(cli, &text);
        return 0;
    }
    if (read_color(cli) != 0 || parsed != 0)
        return -1;
    return cli->command != NULL ? cli->command->run(cli) : no_command(cli);
}

/* A signal may show as something else: a question that got no answer. */
static int error_status(struct cli *cli)
{
    struct error *err = &cli->err;

    if (cli->cancel->signal != 0 && err->code == ERROR_USAGE) {
        error_set(err, ERROR_SIGNAL, "interrupted");
        err->signal = cli->cancel->signal;
    }
    return report_error(cli);
}

/* The work is done, now the output must have arrived too (G20). */
static int output_status(struct cli *cli, int status)
{
    struct error *err = &cli->err;
    int number = cli->out.error;

    if (number == 0 || (status != 0 && status != 3))
        return status;
    if (number == EPIPE)
        return EXIT_PIPE;
    error_errno(err, ERROR_IO, number, "cannot write the output");
    cli->options.json = false; /* there is nowhere to write it */
    report_error(cli);
    return EXIT_OUTPUT;
}

int cli_main(int argc, char **argv)
{
    static struct cli cli;
    int status;

    out_setup();
    cli.out.fd = STDOUT_FILENO;
    cli.err_out.fd = STDERR_FILENO;
    arena_init(&cli.arena, NULL, NULL);
    cli.cancel = signals_setup();
    status = run(&cli, argc, argv);
    if (status < 0)
        status = error_status(&cli);
    luamigrate_close(cli.migrate);
    status = output_status(&cli, status);
    arena_clear(&cli.arena);
    return status;
}
