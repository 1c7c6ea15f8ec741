#include "cli/cli.h"
#include "cli/cmd.h"
#include "cli/object.h"
#include "cli/text.h"

#include "base/vec.h"

#include <string.h>

#define EXIT_PENDING 3
#define TITLE_COLUMNS 11

struct status {
    struct view view;
    const struct db_url *url;
    const char *source; /* where the address came from */
    int server_version;
    struct names rows;
    struct names unknown; /* rows that no file knows */
    VEC(const struct graph_node *) heads, pending;
    struct names edited;
    struct luamigrate_unfinished *unfinished;
    size_t unfinished_count;
    const struct history_row *last; /* NULL: nothing was ever run */
    bool up_to_date;
};

/* Gathering */

static void split_rows(struct cli *cli, struct status *status,
                       struct names *known)
{
    size_t count = status->rows.count + 1;

    known->items = arena_array(&cli->arena, const char *, count);
    status->unknown.items = arena_array(&cli->arena, const char *, count);
    for (size_t i = 0; i < status->rows.count; i++) {
        const char *id = status->rows.items[i];
        struct names *part = graph_find(status->view.graph, id) != NULL
                                 ? known
                                 : &status->unknown;

        part->items[part->count++] = id;
    }
}

/* Pending is what an upgrade to all heads would run. */
static int plan_pending(struct cli *cli, struct status *status,
                        const struct names *known)
{
    const char *target = "heads";
    struct names targets = {&target, 1};
    const struct graph *graph = status->view.graph;
    struct plan plan;

    if (graph_plan_upgrade(graph, &cli->arena, known, &targets, &plan,
                           &cli->err) != 0)
        return -1;
    for (size_t i = 0; i < plan.count; i++)
        vec_push(&cli->arena, &status->pending, plan.steps[i].node);
    for (uint32_t i = 0; i < graph->count; i++)
        if (graph_is_head(&graph->nodes[i]))
            vec_push(&cli->arena, &status->heads, &graph->nodes[i]);
    return 0;
}

static int read_history(struct cli *cli, struct status *status)
{
    struct history_row *rows;
    size_t count;

    if (luamigrate_history(cli->migrate, &rows, &count, &cli->err) != 0 ||
        luamigrate_edited(cli->migrate, &status->edited, &cli->err) != 0 ||
        luamigrate_unfinished(cli->migrate, &status->unfinished,
                              &status->unfinished_count, &cli->err) != 0)
        return -1;
    if (count > 0)
        status->last = &rows[0];
    return 0;
}

/* Whether something that is applied is half reverted. */
static bool is_reverting(const struct status *status)
{
    for (size_t i = 0; i < status->unfinished_count; i++)
        if (status->unfinished[i].direction == DIRECTION_DOWNGRADE)
            return true;
    return false;
}

static int gather(struct cli *cli, struct status *status)
{
    const struct graph *graph;
    struct names known = {0};

    if (luamigrate_graph(cli->migrate, &graph, &cli->err) != 0 ||
        luamigrate_url(cli->migrate, &status->url, &status->source,
                       &cli->err) != 0 ||
        luamigrate_rows(cli->migrate, false, &status->rows, &cli->err) != 0 ||
        luamigrate_server_version(cli->migrate, &status->server_version,
                                  &cli->err) != 0)
        return -1;
    status->view = cli_view(cli, graph, &status->rows);
    split_rows(cli, status, &known);
    if (plan_pending(cli, status, &known) != 0 ||
        read_history(cli, status) != 0)
        return -1;
    status->up_to_date = status->pending.count == 0 &&
                         status->unknown.count == 0 && !is_reverting(status);
    return 0;
}

/* For people */

static void add_title(struct buf *out, const char *title)
{
    buf_addf(out, "%s:", title);
    text_pad(out, strlen(title) + 1, TITLE_COLUMNS);
}

static void add_nodes(struct buf *out, const struct status *status,
                      const char *title, const struct graph_node *const *nodes,
                      size_t count)
{
    add_title(out, title);
    if (count == 0)
        buf_add(out, "none");
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add(out, ", ");
        text_add(out, status->view.colored, TEXT_YELLOW,
                 nodes[i]->revision->id);
    }
    buf_char(out, '\n');
}

static void add_version(struct buf *out, const struct status *status)
{
    int version = status->server_version;

    add_title(out, "Server");
    if (status->url->dialect == DIALECT_SQLITE)
        buf_addf(out, "SQLite %d.%d.%d\n", version / 1000000,
                 version / 1000 % 1000, version % 1000);
    else
        buf_addf(out, "PostgreSQL %d.%d\n", version / 10000, version % 10000);
}

static void add_current(struct buf *out, const struct status *status)
{
    add_title(out, "Current");
    text_ids(out, &status->rows, "base (nothing is applied)");
    buf_char(out, '\n');
    for (size_t i = 0; i < status->unknown.count; i++) {
        add_title(out, "Unknown");
        text_add(out, status->view.colored, TEXT_RED, status->unknown.items[i]);
        buf_add(out, ", a version row that no file knows\n");
    }
}

static void add_pending(struct buf *out, const struct status *status)
{
    add_title(out, "Pending");
    buf_addf(out, "%zu\n", status->pending.count);
    view_lines(out, &status->view, status->pending.items, status->pending.count,
               true, "  ");
}

static void add_unfinished(struct buf *out, const struct status *status)
{
    for (size_t i = 0; i < status->unfinished_count; i++) {
        const struct luamigrate_unfinished *item = &status->unfinished[i];

        add_title(out, "Stopped");
        text_add(out, status->view.colored, TEXT_RED, item->revision);
        if (item->direction == DIRECTION_DOWNGRADE)
            buf_add(out, " in its downgrade");
        if (item->total >= 0)
            buf_addf(out, ", %lld of %lld rows in the step ",
                     (long long)item->done, (long long)item->total);
        else
            buf_addf(out, ", %lld step%s done, the last one is ",
                     (long long)item->done, item->done == 1 ? "" : "s");
        text_add(out, false, TEXT_PLAIN, item->step);
        buf_char(out, '\n');
    }
}

static void add_last_run(struct buf *out, const struct status *status)
{
    const struct history_row *last = status->last;

    if (last == NULL)
        return;
    add_title(out, "Last run");
    text_add(out, false, TEXT_PLAIN, last->direction);
    buf_char(out, ' ');
    text_add(out, false, TEXT_PLAIN, last->revision);
    buf_add(out, " at ");
    text_add(out, false, TEXT_PLAIN,
             last->started_at != NULL ? last->started_at : "?");
    buf_add(out, ", ");
    text_duration(out, (double)last->duration_ms);
    if (last->actor != NULL && last->host != NULL) {
        buf_add(out, ", by ");
        text_add(out, false, TEXT_PLAIN, last->actor);
        buf_char(out, '@');
        text_add(out, false, TEXT_PLAIN, last->host);
    }
    buf_char(out, '\n');
}

static void print_text(struct cli *cli, const struct status *status)
{
    struct buf text = cli_buf(cli);

    add_title(&text, "Database");
    text_add(&text, status->view.colored, TEXT_BOLD, status->url->display);
    buf_add(&text, " (from ");
    text_add(&text, false, TEXT_PLAIN, status->source);
    buf_add(&text, ")\n");
    add_version(&text, status);
    add_current(&text, status);
    add_nodes(&text, status, status->heads.count > 1 ? "Heads" : "Target",
              status->heads.items, status->heads.count);
    add_pending(&text, status);
    if (status->edited.count > 0) {
        add_title(&text, "Edited");
        text_ids(&text, &status->edited, "");
        buf_add(&text, " (changed after it was applied; "
                       "`luamigrate accept REV` takes it as it is)\n");
    }
    add_unfinished(&text, status);
    add_last_run(&text, status);
    cli_print(cli, &text);
}

/* For programs */

static void object_database(struct buf *out, const struct status *status)
{
    object_key(out, "database");
    object_open(out, '{');
    object_text(out, "dialect", dialect_name(status->url->dialect));
    object_integer(out, "server_version", status->server_version);
    object_text(out, "name", status->url->name);
    object_text(out, "host", status->url->host);
    object_text(out, "source", status->source);
    object_close(out, '}');
}

static void object_last_run(struct buf *out, const struct history_row *last)
{
    if (last == NULL) {
        object_null(out, "last_run");
        return;
    }
    object_key(out, "last_run");
    object_open(out, '{');
    object_text(out, "revision", last->revision);
    object_text(out, "direction", last->direction);
    object_text(out, "started_at", last->started_at);
    object_integer(out, "duration_ms", last->duration_ms);
    object_text(out, "actor", last->actor);
    object_text(out, "host", last->host);
    object_text(out, "version", last->version);
    object_text(out, "state", last->state);
    object_close(out, '}');
}

static void object_unfinished(struct buf *out, const struct status *status)
{
    object_key(out, "unfinished");
    object_open(out, '[');
    for (size_t i = 0; i < status->unfinished_count; i++) {
        const struct luamigrate_unfinished *item = &status->unfinished[i];

        object_open(out, '{');
        object_text(out, "revision", item->revision);
        object_text(out, "direction", direction_name(item->direction));
        object_text(out, "step", item->step);
        object_integer(out, "done", item->done);
        if (item->total >= 0)
            object_integer(out, "total", item->total);
        else
            object_null(out, "total");
        object_close(out, '}');
    }
    object_close(out, ']');
}

static void print_json(struct cli *cli, const struct status *status)
{
    struct buf object = cli_buf(cli);

    object_open(&object, '{');
    object_database(&object, status);
    view_id_list(&object, &status->view, "current", &status->rows);
    view_list(&object, &status->view, "heads", status->heads.items,
              status->heads.count);
    view_list(&object, &status->view, "pending", status->pending.items,
              status->pending.count);
    object_integer(&object, "pending_count", (int64_t)status->pending.count);
    object_flag(&object, "up_to_date", status->up_to_date);
    object_names(&object, "edited", &status->edited);
    object_unfinished(&object, status);
    object_last_run(&object, status->last);
    cli_print_object(cli, &object);
}

int cmd_status(struct cli *cli)
{
    struct status status = {0};

    if (cli_open(cli) != 0 || gather(cli, &status) != 0)
        return -1;
    if (cli->options.json)
        print_json(cli, &status);
    else
        print_text(cli, &status);
    return status.up_to_date ? 0 : EXIT_PENDING;
}
