#include "cli/object.h"

#include "base/json_write.h"

#include <math.h>
#include <string.h>

/* A comma, unless something was just opened or named. */
static void separate(struct buf *out)
{
    char last = out->size > 0 ? out->data[out->size - 1] : '{';

    if (strchr("{[:\n", last) == NULL)
        buf_char(out, ',');
}

void object_open(struct buf *out, char bracket)
{
    separate(out);
    buf_char(out, bracket);
}

void object_close(struct buf *out, char bracket)
{
    buf_char(out, bracket);
}

void object_key(struct buf *out, const char *name)
{
    separate(out);
    json_write_text(out, name);
    buf_char(out, ':');
}

void object_text(struct buf *out, const char *name, const char *text)
{
    object_key(out, name);
    json_write_text(out, text);
}

void object_flag(struct buf *out, const char *name, bool value)
{
    object_key(out, name);
    buf_add(out, value ? "true" : "false");
}

void object_integer(struct buf *out, const char *name, int64_t value)
{
    object_key(out, name);
    json_write_integer(out, value);
}

void object_duration(struct buf *out, const char *name, double ms)
{
    object_key(out, name);
    json_write_number(out, round(ms * 1000) / 1000);
}

void object_names(struct buf *out, const char *name, const struct names *items)
{
    object_key(out, name);
    object_open(out, '[');
    for (size_t i = 0; i < items->count; i++) {
        separate(out);
        json_write_text(out, items->items[i]);
    }
    object_close(out, ']');
}

void object_null(struct buf *out, const char *name)
{
    object_key(out, name);
    buf_add(out, "null");
}
