#include "cli/cmd_sql.h"

#include "cli/object.h"
#include "cli/text.h"

#include "base/json_write.h"
#include "base/str.h"
#include "db/db_print.h"

#include <string.h>

/* Reading */

static int usage(struct cli *cli, const char *message, const char *hint)
{
    error_set(&cli->err, ERROR_USAGE, "%s", message);
    return error_hint(&cli->err, "%s", hint);
}

/* A range is for SQL that is written without a database. */
static int check_online(struct cli *cli)
{
    const struct names *words = &cli->options.words;

    for (size_t i = 0; i < words->count; i++) {
        if (strchr(words->items[i], ':') == NULL)
            continue;
        error_set(&cli->err, ERROR_USAGE,
                  "'%s': a range is for --sql only; the database itself says "
                  "where it begins",
                  words->items[i]);
        return error_hint(&cli->err, "luamigrate %s %s", cli->command->name,
                          strchr(words->items[i], ':') + 1);
    }
    return 0;
}

static int bad_range(struct cli *cli, const char *word)
{
    error_set(&cli->err, ERROR_USAGE, "'%s': expected A:B, two revisions",
              word);
    return error_hint(&cli->err,
                      "A is one revision or base: luamigrate %s A:B --sql",
                      cli->command->name);
}

/* The one revision where a script begins: an id, or what names one ("head"). */
static int read_start(struct cli *cli, const char *start, const char **id)
{
    const struct graph_node **nodes;
    const struct graph *graph;
    size_t count;

    if (luamigrate_graph(cli->migrate, &graph, &cli->err) != 0 ||
        graph_symbol(graph, &cli->arena, NULL, start, &nodes, &count,
                     &cli->err) != 0)
        return -1;
    if (count == 1) {
        *id = nodes[0]->revision->id;
        return 0;
    }
    error_set(&cli->err, ERROR_USAGE, "'%s' names %zu revisions", start, count);
    return error_hint(&cli->err,
                      "a script begins at one revision or at base: "
                      "luamigrate %s A:B --sql",
                      cli->command->name);
}

/* Splits [A:]B. */
static int read_range(struct cli *cli, struct run_request *request,
                      const char *word)
{
    const char *colon = strchr(word, ':');
    const char *start;

    if (colon == NULL && request->direction == DIRECTION_DOWNGRADE)
        return bad_range(cli, word);
    if (colon == NULL)
        return 0;
    if (colon == word || colon[1] == '\0' || strchr(colon + 1, ':') != NULL)
        return bad_range(cli, word);
    start = arena_strndup(&cli->arena, word, (size_t)(colon - word));
    request->targets.items = arena_new(&cli->arena, const char *);
    request->targets.items[0] = colon + 1;
    if (str_equal(start, "base"))
        return 0;
    request->rows.items = arena_new(&cli->arena, const char *);
    request->rows.count = 1;
    return read_start(cli, start, &request->rows.items[0]);
}

static int read_sql(struct cli *cli, struct run_request *request)
{
    const struct options *options = &cli->options;

    request->mode = RUN_SCRIPT;
    if (options->dry_run)
        return usage(cli, "--sql and --dry-run cannot both be given",
                     "--sql writes a script without a database, --dry-run "
                     "looks at one");
    if (options->json)
        return usage(cli, "--sql prints SQL, not JSON",
                     "leave one of them out; --dry-run has JSON");
    if (options->purge)
        return usage(cli, "--purge needs a database, --sql opens none",
                     "name where it is: luamigrate stamp A:B --sql");
    if (options->words.count > 1)
        return usage(cli, "--sql takes one target",
                     "write a script for each of them, with [A:]B");
    if (options->words.count == 0 && request->direction == DIRECTION_DOWNGRADE)
        return usage(cli, "--sql needs to know where the downgrade begins",
                     "luamigrate downgrade A:B --sql");
    return options->words.count == 0
               ? 0
               : read_range(cli, request, options->words.items[0]);
}

int cmd_sql_read(struct cli *cli, struct run_request *request)
{
    if (cli->options.sql)
        return read_sql(cli, request);
    if (cli->options.dry_run)
        request->mode = RUN_DRY;
    return check_online(cli);
}

/* Showing a dry run */

static enum dialect dialect_of(struct cli *cli)
{
    const struct db_url *url;
    const char *source;
    struct error ignored;

    return luamigrate_url(cli->migrate, &url, &source, &ignored) == 0
               ? url->dialect
               : DIALECT_SQLITE;
}

static void add_title(struct buf *out, const struct plan_step *step)
{
    const struct revision *revision = step->node->revision;
    struct names own = {(const char *[]){revision->id}, 1};
    bool up = step->direction == DIRECTION_UPGRADE;

    buf_addf(out, "-- %s ", direction_name(step->direction));
    text_ids(out, up ? &revision->down : &own, "base");
    buf_add(out, " -> ");
    text_ids(out, up ? &own : &revision->down, "base");
    if (revision->message != NULL) {
        buf_add(out, "  ");
        text_add(out, false, TEXT_PLAIN, revision->message);
    }
    buf_char(out, '\n');
}

static void add_step(struct cli *cli, struct buf *out,
                     const struct plan_step *step,
                     const struct run_shown *shown)
{
    struct buf sql = cli_buf(cli);

    add_title(out, step);
    for (size_t i = 0; i < shown->sql.count; i++) {
        if (shown->writes[i])
            buf_add(out, "-- changes rows:\n");
        buf_reset(&sql);
        db_print_line(&sql, dialect_of(cli), shown->sql.items[i]);
        str_escape(out, sql.data, sql.size, true);
    }
    if (shown->sql.count == 0 && shown->note == NULL)
        buf_add(out, "-- (no statements)\n");
    if (shown->note != NULL) {
        buf_add(out, "-- note: ");
        text_add(out, false, TEXT_PLAIN, shown->note);
        buf_char(out, '\n');
    }
    buf_char(out, '\n');
}

void cmd_sql_show(struct cli *cli, enum direction direction,
                  const struct run_result *result)
{
    struct buf out = cli_buf(cli);

    for (size_t i = 0; i < result->count; i++)
        add_step(cli, &out, &result->steps[i], &result->shown[i]);
    buf_addf(&out, "-- dry run of the %s: ", direction_name(direction));
    text_ids(&out, &result->from, "base");
    buf_add(&out, " -> ");
    text_ids(&out, &result->to, "base");
    buf_addf(&out, ", %zu revision%s; nothing was changed\n", result->count,
             result->count == 1 ? "" : "s");
    cli_print(cli, &out);
}

void cmd_sql_object(struct buf *object, const struct run_shown *shown)
{
    bool writes = false;

    object_names(object, "sql", &shown->sql);
    for (size_t i = 0; i < shown->sql.count; i++)
        writes = writes || shown->writes[i];
    object_flag(object, "changes_rows", writes);
    object_text(object, "note", shown->note);
}
