/* upgrade, downgrade, stamp. */
#include "cli/cli.h"
#include "cli/cmd.h"
#include "cli/cmd_sql.h"
#include "cli/events.h"
#include "cli/object.h"
#include "cli/prompt.h"
#include "cli/text.h"

#include <string.h>
#include <strings.h>

/* Aligning */

static void measure(struct cli *cli, const struct plan *plan)
{
    cli->columns = 0;
    for (size_t i = 0; cli->tty_err && i < plan->count; i++) {
        size_t width = events_width(&plan->steps[i], &cli->arena);

        if (width > cli->columns)
            cli->columns = width;
    }
}

static bool start(void *context, const struct plan *plan)
{
    measure(context, plan);
    return true;
}

/* Asking */

static void show_loss(struct cli *cli, const struct plan *plan)
{
    struct buf text = cli_buf(cli);

    text_add(&text, cli->color_err, TEXT_BOLD, "to be reverted:");
    buf_char(&text, '\n');
    for (size_t i = 0; i < plan->count; i++) {
        const struct revision *revision = plan->steps[i].node->revision;

        buf_add(&text, "  ");
        text_add(&text, cli->color_err, TEXT_YELLOW, revision->id);
        if (revision->message != NULL) {
            buf_add(&text, "  ");
            text_add(&text, false, TEXT_PLAIN, revision->message);
        }
        buf_char(&text, '\n');
    }
    text_add(&text, cli->color_err, TEXT_RED, "warning:");
    buf_add(&text, " data in the tables and columns that are dropped is "
                   "lost\n");
    if (prompt_possible(cli) && !cli->options.yes)
        out_write(&cli->err_out, &text);
    else
        cli_note(cli, &text);
}

static bool agree(void *context, const struct plan *plan)
{
    struct cli *cli = context;
    const char *answer;

    measure(cli, plan);
    if (plan->count == 0)
        return true;
    show_loss(cli, plan);
    if (cli->options.yes || !prompt_possible(cli))
        return true;
    answer = prompt_ask(cli, "Go on? [y/N] ");
    return strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0;
}

/* Telling */

static void result_object(struct cli *cli, enum direction direction,
                          const struct graph *graph,
                          const struct run_result *result)
{
    bool dry = result->shown != NULL;
    /* where the database is: a dry run leaves it where it was */
    struct view view = cli_view(cli, graph, dry ? &result->from : &result->to);
    struct buf object = cli_buf(cli);

    object_open(&object, '{');
    object_text(&object, "event", "result");
    object_text(&object, "direction", direction_name(direction));
    object_flag(&object, "dry_run", dry);
    object_names(&object, "from", &result->from);
    object_names(&object, "to", &result->to);
    object_key(&object, "steps");
    object_open(&object, '[');
    for (size_t i = 0; i < result->count; i++) {
        object_open(&object, '{');
        view_fields(&object, &view, result->steps[i].node);
        if (dry)
            cmd_sql_object(&object, &result->shown[i]);
        object_close(&object, '}');
    }
    object_close(&object, ']');
    cli_print_object(cli, &object);
}

static void nothing_text(struct cli *cli, enum direction direction,
                         const struct run_result *result, struct buf *text)
{
    switch (direction) {
    case DIRECTION_UPGRADE:
        buf_add(text, "nothing to do: already at or past ");
        text_ids(text, &cli->options.words, "head");
        break;
    case DIRECTION_DOWNGRADE:
        buf_add(text, "nothing to revert");
        break;
    case DIRECTION_STAMP:
        buf_add(text, "nothing to do: already there");
        break;
    }
    buf_add(text, " (at ");
    text_ids(text, &result->to, "base");
    buf_add(text, ")\n");
}

static void result_text(struct cli *cli, enum direction direction,
                        const struct run_result *result, double ms)
{
    static const char *const done[] = {
        [DIRECTION_UPGRADE] = "upgraded",
        [DIRECTION_DOWNGRADE] = "downgraded",
        [DIRECTION_STAMP] = "stamped",
    };
    struct buf text = cli_buf(cli);

    if (result->count == 0) {
        nothing_text(cli, direction, result, &text);
        cli_print(cli, &text);
        return;
    }
    text_add(&text, cli->color_out, TEXT_GREEN, done[direction]);
    buf_add(&text, ": ");
    text_ids(&text, &result->from, "base");
    buf_add(&text, " -> ");
    text_ids(&text, &result->to, "base");
    if (direction != DIRECTION_STAMP) {
        buf_addf(&text, ", %zu revision%s, ", result->count,
                 result->count == 1 ? "" : "s");
        text_duration(&text, ms);
    }
    buf_char(&text, '\n');
    cli_print(cli, &text);
}

/* A script with nothing in it is said to people only. */
static void nothing_written(struct cli *cli, const struct run_result *result)
{
    struct buf text = cli_buf(cli);

    if (result->count > 0)
        return;
    buf_add(&text, "nothing to do: no SQL was written\n");
    cli_note(cli, &text);
}

/* Whether the command changes nothing, so that nobody is asked. */
static bool only_shows(const struct cli *cli)
{
    return cli->options.sql || cli->options.dry_run;
}

static int run(struct cli *cli, struct run_request *request)
{
    int64_t begin = clock_us();
    struct run_result result;
    const struct graph *graph;

    if (cmd_sql_read(cli, request) != 0 ||
        luamigrate_run(cli->migrate, request, &result, &cli->err) != 0 ||
        luamigrate_graph(cli->migrate, &graph, &cli->err) != 0)
        return -1;
    if (cli->options.json)
        result_object(cli, request->direction, graph, &result);
    else if (request->mode == RUN_SCRIPT)
        nothing_written(cli, &result);
    else if (request->mode == RUN_DRY && result.count > 0)
        cmd_sql_show(cli, request->direction, &result);
    else
        result_text(cli, request->direction, &result,
                    (double)(clock_us() - begin - cli->asked_us) / 1000);
    return 0;
}

static int open_run(struct cli *cli)
{
    cli->streams = !cli->options.dry_run; /* that prints one line only */
    return cli_open(cli);
}

int cmd_upgrade(struct cli *cli)
{
    struct run_request request = {.direction = DIRECTION_UPGRADE,
                                  .targets = cli->options.words,
                                  .confirm = start,
                                  .confirm_context = cli};

    if (open_run(cli) != 0)
        return -1;
    return run(cli, &request);
}

int cmd_downgrade(struct cli *cli)
{
    struct run_request request = {.direction = DIRECTION_DOWNGRADE,
                                  .targets = cli->options.words,
                                  .confirm = agree,
                                  .confirm_context = cli};

    if (open_run(cli) != 0 ||
        (!only_shows(cli) && cli_check_protected(cli) != 0))
        return -1;
    return run(cli, &request);
}

int cmd_stamp(struct cli *cli)
{
    struct run_request request = {.direction = DIRECTION_STAMP,
                                  .targets = cli->options.words,
                                  .purge = cli->options.purge,
                                  .confirm = start,
                                  .confirm_context = cli};

    if (open_run(cli) != 0 ||
        (!only_shows(cli) && cli_check_protected(cli) != 0))
        return -1;
    return run(cli, &request);
}
