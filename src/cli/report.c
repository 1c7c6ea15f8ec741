#include "cli/report.h"

#include "cli/object.h"
#include "cli/text.h"

#include <string.h>

static void add_part(struct buf *out, const char *title, const char *text)
{
    if (text[0] == '\0')
        return;
    buf_addf(out, "  %s: ", title);
    text_lines(out, text, strlen(text), "    ");
}

static void add_place(struct buf *out, const struct error *err)
{
    if (err->file[0] == '\0')
        return;
    buf_add(out, "  at: ");
    text_add(out, false, TEXT_PLAIN, err->file);
    if (err->line > 0)
        buf_addf(out, ":%d", err->line);
    buf_char(out, '\n');
}

static void add_candidates(struct buf *out, const struct error *err)
{
    bool single = strchr(err->candidates, '\n') == NULL;

    if (err->candidates[0] == '\0')
        return;
    if (single && strstr(err->message, err->candidates) != NULL)
        return; /* "did you mean" has said it */
    buf_add(out, "  candidates:\n    ");
    text_lines(out, err->candidates, strlen(err->candidates), "    ");
}

/* Further lines of a message are indented, so that no text from elsewhere
 * can look like a message of ours. */
static void add_text(struct buf *out, bool colored, const struct error *err)
{
    text_add(out, colored, TEXT_RED, "luamigrate: error:");
    buf_char(out, ' ');
    text_lines(out, err->message, strlen(err->message), "  ");
    add_part(out, "revision", err->revision);
    add_place(out, err);
    add_part(out, "SQL", err->sql);
    add_part(out, "SQLSTATE", err->sqlstate);
    add_candidates(out, err);
    add_part(out, "state", err->state);
    add_part(out, "hint", err->hint);
}

static void object_part(struct buf *out, const char *name, const char *text)
{
    if (text[0] != '\0')
        object_text(out, name, text);
}

static void object_candidates(struct buf *out, const struct error *err)
{
    const char *at = err->candidates;
    struct names names = {0};
    size_t lines = 1;

    for (const char *c = at; *c != '\0'; c++)
        lines += *c == '\n';
    names.items = arena_array(out->arena, const char *, lines);
    while (*at != '\0') {
        size_t length = strcspn(at, "\n");

        names.items[names.count++] = arena_strndup(out->arena, at, length);
        at += length;
        at += *at == '\n';
    }
    object_names(out, "candidates", &names);
}

void report_object(struct buf *out, const struct error *err)
{
    object_open(out, '{');
    object_key(out, "error");
    object_open(out, '{');
    object_text(out, "code", error_word(err->code));
    object_integer(out, "exit", error_exit_status(err));
    object_text(out, "message", err->message);
    object_part(out, "revision", err->revision);
    object_part(out, "file", err->file);
    if (err->line > 0)
        object_integer(out, "line", err->line);
    object_part(out, "sql", err->sql);
    object_part(out, "sqlstate", err->sqlstate);
    object_part(out, "hint", err->hint);
    object_candidates(out, err);
    object_part(out, "state", err->state);
    object_close(out, '}');
    object_close(out, '}');
    buf_char(out, '\n');
}

int report_error(struct cli *cli)
{
    struct error *err = &cli->err;
    struct buf text = cli_buf(cli);

    if (err->code == ERROR_NONE)
        error_set(err, ERROR_INTERNAL, "an error without a description");
    add_text(&text, cli->color_err, err);
    out_write(&cli->err_out, &text);
    if (cli->options.json) {
        struct buf object = cli_buf(cli);

        report_object(&object, err);
        out_write(&cli->out, &object);
    }
    return error_exit_status(err);
}
