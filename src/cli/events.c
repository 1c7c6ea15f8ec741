#include "cli/events.h"

#include "base/json_write.h"
#include "base/str.h"
#include "cli/cli.h"
#include "cli/object.h"
#include "cli/text.h"
#include "script/state.h"

#include <string.h>

/* "a -> b": parents and revision, or the row that a stamp changes. */
static void add_edge(struct buf *out, const struct plan_step *step)
{
    const struct revision *revision = step->node->revision;
    struct names own = {(const char *[]){revision->id}, 1};

    switch (step->direction) {
    case DIRECTION_UPGRADE:
        text_ids(out, &revision->down, "base");
        buf_add(out, " -> ");
        text_ids(out, &own, "");
        break;
    case DIRECTION_DOWNGRADE:
        text_ids(out, &own, "");
        buf_add(out, " -> ");
        text_ids(out, &revision->down, "base");
        break;
    case DIRECTION_STAMP:
        text_ids(out, &step->gone, "base");
        buf_add(out, " -> ");
        text_ids(out, &step->come, "base");
        break;
    }
}

size_t events_width(const struct plan_step *step, struct arena *arena)
{
    struct buf edge;

    buf_init(&edge, arena);
    add_edge(&edge, step);
    return text_width(edge.data);
}

static void step_line(struct cli *cli, const struct luamigrate_event *event)
{
    const struct plan_step *step = event->step;
    const char *message = step->node->revision->message;
    struct buf line = cli_buf(cli);

    buf_add(&line, "  ");
    add_edge(&line, step);
    text_pad(&line, events_width(step, &cli->arena), cli->columns);
    if (message != NULL) {
        buf_add(&line, "  ");
        text_add(&line, cli->color_err, TEXT_BOLD, message);
    }
    buf_add(&line, "  ");
    if (cli->color_err)
        buf_add(&line, "\033[2m");
    text_duration(&line, event->duration_ms);
    buf_add(&line, cli->color_err ? "\033[0m\n" : "\n");
    cli_note(cli, &line);
}

static void step_object(struct cli *cli, const struct luamigrate_event *event)
{
    const struct plan_step *step = event->step;
    struct buf object = cli_buf(cli);

    object_open(&object, '{');
    object_text(&object, "event", "step");
    object_text(&object, "revision", step->node->revision->id);
    object_text(&object, "direction", direction_name(step->direction));
    object_names(&object, "from", event->from);
    object_names(&object, "to", event->to);
    object_duration(&object, "duration_ms", event->duration_ms);
    cli_print_object(cli, &object);
}

/* As the functions of `log` are called. */
static const char *level_name(int level)
{
    static const char *const names[] = {
        [SCRIPT_DEBUG] = "debug",
        [SCRIPT_INFO] = "info",
        [SCRIPT_WARN] = "warn",
        [SCRIPT_ERROR] = "error",
    };

    return names[level];
}

static void log_line(struct cli *cli, const struct luamigrate_event *event)
{
    struct buf line = cli_buf(cli);

    if (event->print) {
        str_escape(&line, event->text, event->size, true);
    } else {
        text_add(&line, cli->color_err,
                 event->level == SCRIPT_ERROR  ? TEXT_RED
                 : event->level == SCRIPT_WARN ? TEXT_YELLOW
                                               : TEXT_DIM,
                 event->level == SCRIPT_WARN ? "warning"
                                             : level_name(event->level));
        buf_add(&line, ": ");
        /* one line, so that no text can look like another message */
        str_escape(&line, event->text, event->size, false);
    }
    buf_char(&line, '\n');
    if (event->level == SCRIPT_ERROR && !event->print)
        out_write(&cli->err_out, &line);
    else
        cli_note(cli, &line);
}

static void log_object(struct cli *cli, const struct luamigrate_event *event)
{
    struct buf object = cli_buf(cli);

    object_open(&object, '{');
    object_text(&object, "event", "log");
    object_text(&object, "level", level_name(event->level));
    object_key(&object, "message");
    json_write_string(&object, event->text, event->size);
    cli_print_object(cli, &object);
}

static void show_log(struct cli *cli, const struct luamigrate_event *event)
{
    if (event->level == SCRIPT_DEBUG && !cli->options.verbose)
        return;
    log_line(cli, event);
    if (cli->options.json && cli->streams)
        log_object(cli, event);
}

static void notice_line(struct cli *cli, const struct luamigrate_event *event)
{
    bool warning = str_equal(event->severity, "WARNING");
    struct buf line = cli_buf(cli);

    text_add(&line, cli->color_err, warning ? TEXT_YELLOW : TEXT_DIM,
             warning ? "warning" : "notice");
    buf_add(&line, ": ");
    str_escape(&line, event->text, event->size, false);
    buf_char(&line, '\n');
    cli_note(cli, &line);
}

static void notice_object(struct cli *cli, const struct luamigrate_event *event)
{
    struct buf object = cli_buf(cli);

    object_open(&object, '{');
    object_text(&object, "event", "notice");
    object_text(&object, "severity", event->severity);
    object_key(&object, "message");
    json_write_string(&object, event->text, event->size);
    cli_print_object(cli, &object);
}

static void show_notice(struct cli *cli, const struct luamigrate_event *event)
{
    notice_line(cli, event);
    if (cli->options.json && cli->streams)
        notice_object(cli, event);
}

static void show_sql(struct cli *cli, const struct luamigrate_event *event)
{
    struct buf text = cli_buf(cli);
    size_t size = event->size;

    while (size > 0 && strchr(" \t\r\n", event->text[size - 1]) != NULL)
        size--;
    buf_add(&text, "    ");
    if (cli->color_err)
        buf_add(&text, "\033[2m");
    text_lines(&text, event->text, size, "    ");
    if (text.size > 0)
        text.data[--text.size] = '\0'; /* the newline: the time follows */
    buf_addf(&text, "  -- %.3f ms", event->duration_ms);
    buf_add(&text, cli->color_err ? "\033[0m\n" : "\n");
    cli_note(cli, &text);
}

/* SQL for a file or another program: as it is. */
static void show_script(struct cli *cli, const struct luamigrate_event *event)
{
    struct buf text = cli_buf(cli);

    buf_addn(&text, event->text, event->size);
    cli_print(cli, &text);
}

static void show_text(struct cli *cli, const char *title,
                      const struct luamigrate_event *event)
{
    struct buf line = cli_buf(cli);

    text_add(&line, cli->color_err, TEXT_DIM, title);
    buf_add(&line, ": ");
    str_escape(&line, event->text, event->size, false);
    buf_char(&line, '\n');
    cli_note(cli, &line);
}

void events_show(void *context, const struct luamigrate_event *event)
{
    struct cli *cli = context;
    struct arena_mark mark = arena_mark(&cli->arena);

    switch (event->kind) {
    case LUAMIGRATE_DATABASE:
        show_text(cli, "database", event);
        break;
    case LUAMIGRATE_STEP_BEGIN:
        break;
    case LUAMIGRATE_STEP_END:
        step_line(cli, event);
        if (cli->options.json)
            step_object(cli, event);
        break;
    case LUAMIGRATE_NOTE:
        show_text(cli, "note", event);
        break;
    case LUAMIGRATE_PROGRESS:
        bar_show(cli, event);
        break;
    case LUAMIGRATE_LOG:
        show_log(cli, event);
        break;
    case LUAMIGRATE_NOTICE:
        show_notice(cli, event);
        break;
    case LUAMIGRATE_SCRIPT:
        show_script(cli, event);
        break;
    case LUAMIGRATE_SQL:
        if (cli->options.verbose)
            show_sql(cli, event);
        break;
    }
    arena_release(&cli->arena, mark);
}
