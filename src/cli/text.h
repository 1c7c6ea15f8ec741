/* Text for people: safe for a terminal, coloured when wanted. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include "base/buf.h"
#include "model/schema.h"

#include <stdbool.h>

enum text_color {
    TEXT_PLAIN,
    TEXT_BOLD,
    TEXT_DIM,
    TEXT_RED,
    TEXT_GREEN,
    TEXT_YELLOW,
    TEXT_CYAN
};

/* Adds `text` on one line, escaped; in `color` when `colored`. */
void text_add(struct buf *out, bool colored, enum text_color color,
              const char *text);

/* Adds `text` escaped; its further lines begin with `indent`. */
void text_lines(struct buf *out, const char *text, size_t size,
                const char *indent);

/* Adds the ids with ", " between, `empty` when there is none. */
void text_ids(struct buf *out, const struct names *ids, const char *empty);

/* Adds "12 ms", "1.5 s", "2 min 3 s". */
void text_duration(struct buf *out, double ms);

/* Columns that `text` takes when it is UTF-8. */
size_t text_width(const char *text);

/* Adds blanks up to `columns`. */
void text_pad(struct buf *out, size_t width, size_t columns);

#endif
