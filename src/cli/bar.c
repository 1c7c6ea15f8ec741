#include "cli/bar.h"

#include "base/clock.h"
#include "base/str.h"
#include "cli/cli.h"
#include "cli/object.h"
#include "cli/text.h"
#include "run/journal.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

/* milliseconds between two drawings, two lines, two objects */
#define DRAW_MS 100
#define LINE_MS 3000
#define OBJECT_MS 500

#define COLUMNS 80
enum { CELLS = 20, CELLS_MIN = 5 };

static void add_count(struct buf *out, int64_t number)
{
    char count[JOURNAL_COUNT_SIZE];

    buf_add(out, journal_count(number, count));
}

/* "18 s", "2 min 3 s", "1 h 5 min" */
static void add_left(struct buf *out, double seconds)
{
    int64_t whole = (int64_t)(seconds + 0.5);

    if (whole < 60)
        buf_addf(out, "%d s", (int)whole);
    else if (whole < 3600)
        buf_addf(out, "%d min %d s", (int)(whole / 60), (int)(whole % 60));
    else
        buf_addf(out, "%lld h %d min", (long long)(whole / 3600),
                 (int)(whole % 3600 / 60));
}

/* Adds "41,000 of about 1,000,000 rows, 52,000 rows/s, 18 s left". `seconds`
 * is how long the last `recent` rows took. */
static void add_text(struct buf *out, int64_t done, int64_t total,
                     int64_t recent, double seconds)
{
    double rate = recent > 0 && seconds > 0 ? (double)recent / seconds : 0;

    add_count(out, done);
    if (total > done) {
        buf_add(out, " of about ");
        add_count(out, total);
    }
    buf_add(out, " rows");
    if (rate <= 0)
        return;
    buf_add(out, ", ");
    add_count(out, (int64_t)(rate + 0.5));
    buf_add(out, " rows/s");
    if (total <= done)
        return;
    buf_add(out, ", ");
    add_left(out, (double)(total - done) / rate);
    buf_add(out, " left");
}

/* Adds "[####......]" of `cells`. */
static void add_cells(struct buf *out, int64_t done, int64_t total, int cells)
{
    int64_t full = total > 0 ? done * cells / total : 0;

    buf_char(out, '[');
    for (int i = 0; i < cells; i++)
        buf_char(out, i < full ? '#' : '.');
    buf_char(out, ']');
}

static size_t columns(const struct cli *cli)
{
    struct winsize size;

    if (ioctl(cli->err_out.fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return COLUMNS;
    return size.ws_col;
}

/* What a line of the terminal has room for, from the most to the least. */
static void draw(struct cli *cli, const struct luamigrate_event *event,
                 const struct buf *text)
{
    size_t room = columns(cli) - 1, used = text_width(text->data);
    struct buf line = cli_buf(cli), name = cli_buf(cli);

    buf_add(&line, "\r\033[K");
    str_escape(&name, event->text, event->size, false);
    if (text_width(name.data) + used + 4 <= room) {
        buf_addn(&line, name.data, name.size);
        buf_add(&line, "  ");
        used += text_width(name.data) + 2;
    }
    if (event->total > 0 && used + CELLS_MIN + 4 <= room) {
        size_t cells = room - used - 4;

        add_cells(&line, event->done, event->total,
                  cells < CELLS ? (int)cells : CELLS);
        buf_add(&line, "  ");
    }
    if (text_width(text->data) <= room)
        buf_addn(&line, text->data, text->size);
    cli->err_out.bar = false;
    cli_note(cli, &line);
    cli->err_out.bar = !cli->options.quiet;
}

static void print(struct cli *cli, const struct luamigrate_event *event,
                  const struct buf *text)
{
    struct buf line = cli_buf(cli);

    buf_add(&line, "  ");
    str_escape(&line, event->text, event->size, false);
    buf_addf(&line, ": %s\n", text->data);
    cli_note(cli, &line);
}

static void show(struct cli *cli, const struct luamigrate_event *event,
                 int64_t now)
{
    struct bar *bar = &cli->bar;
    int64_t since = now - bar->shown_ms;
    struct buf text = cli_buf(cli);

    if (event->ended ? !bar->shown : since < (cli->tty_err ? DRAW_MS : LINE_MS))
        return;
    add_text(&text, event->done, event->total, event->done - bar->first,
             (double)(now - bar->began_ms) / 1000);
    bar->shown_ms = now;
    bar->shown = true;
    if (!cli->tty_err)
        print(cli, event, &text);
    else if (event->ended)
        out_wipe(&cli->err_out);
    else
        draw(cli, event, &text);
}

static void print_object(struct cli *cli, const struct luamigrate_event *event,
                         int64_t now)
{
    struct bar *bar = &cli->bar;
    struct buf object;

    if (!event->ended && bar->object_ms != 0 &&
        now - bar->object_ms < OBJECT_MS)
        return;
    bar->object_ms = now;
    object = cli_buf(cli);
    object_open(&object, '{');
    object_text(&object, "event", "progress");
    object_text(&object, "revision", event->revision);
    object_text(&object, "step", event->text);
    object_integer(&object, "done", event->done);
    if (event->total >= 0)
        object_integer(&object, "total", event->total);
    else
        object_null(&object, "total");
    cli_print_object(cli, &object);
}

void bar_show(struct cli *cli, const struct luamigrate_event *event)
{
    struct bar *bar = &cli->bar;
    int64_t now = clock_ms();

    if (!str_equal(bar->step, event->text)) {
        memset(bar, 0, sizeof *bar);
        snprintf(bar->step, sizeof bar->step, "%s", event->text);
        bar->began_ms = bar->shown_ms = now;
        bar->first = event->done;
    }
    show(cli, event, now);
    if (cli->options.json && cli->streams)
        print_object(cli, event, now);
    if (event->ended)
        bar->step[0] = '\0';
}
