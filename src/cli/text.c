#include "cli/text.h"

#include "base/str.h"

#include <string.h>

static const char *const codes[] = {
    [TEXT_PLAIN] = "",   [TEXT_BOLD] = "1",   [TEXT_DIM] = "2",
    [TEXT_RED] = "1;31", [TEXT_GREEN] = "32", [TEXT_YELLOW] = "33",
    [TEXT_CYAN] = "36",
};

void text_add(struct buf *out, bool colored, enum text_color color,
              const char *text)
{
    bool painted = colored && color != TEXT_PLAIN;

    if (painted)
        buf_addf(out, "\033[%sm", codes[color]);
    str_escape(out, text, strlen(text), false);
    if (painted)
        buf_add(out, "\033[0m");
}

void text_lines(struct buf *out, const char *text, size_t size,
                const char *indent)
{
    while (size > 0 && text[size - 1] == '\n')
        size--;
    for (;;) {
        const char *end = memchr(text, '\n', size);
        size_t length = end != NULL ? (size_t)(end - text) : size;

        str_escape(out, text, length, true);
        buf_char(out, '\n');
        if (end == NULL)
            return;
        buf_add(out, indent);
        text += length + 1;
        size -= length + 1;
    }
}

void text_ids(struct buf *out, const struct names *ids, const char *empty)
{
    if (ids->count == 0)
        buf_add(out, empty);
    for (size_t i = 0; i < ids->count; i++) {
        if (i > 0)
            buf_add(out, ", ");
        str_escape(out, ids->items[i], strlen(ids->items[i]), false);
    }
}

void text_duration(struct buf *out, double ms)
{
    if (ms < 1000)
        buf_addf(out, "%.0f ms", ms);
    else if (ms < 60000)
        buf_addf(out, "%.1f s", ms / 1000);
    else
        buf_addf(out, "%ld min %ld s", (long)(ms / 60000),
                 (long)(ms / 1000) % 60);
}

size_t text_width(const char *text)
{
    size_t width = 0;

    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

void text_pad(struct buf *out, size_t width, size_t columns)
{
    for (; width < columns; width++)
        buf_char(out, ' ');
}
