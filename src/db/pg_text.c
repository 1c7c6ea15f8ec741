#include "db/pg_text.h"

#include "base/json_number.h"

#include <math.h>

/* Below it every whole number is exact and has less than 16 digits. */
#define WHOLE_LIMIT 1e15

void pg_text_number(struct buf *out, double number)
{
    char text[JSON_NUMBER_SIZE];

    if (isnan(number))
        buf_add(out, "NaN");
    else if (isinf(number))
        buf_add(out, number > 0 ? "Infinity" : "-Infinity");
    else if (number == 0 && signbit(number))
        buf_add(out, "-0");
    else if (fabs(number) < WHOLE_LIMIT && number == floor(number))
        buf_addn(out, text, json_number_integer(text, (int64_t)number));
    else
        buf_addn(out, text, json_number_float(text, number));
}

static void add_hex(struct buf *out, const char *data, size_t size)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)data[i];
        char pair[2] = {digits[byte >> 4], digits[byte & 15]};

        buf_addn(out, pair, 2);
    }
}

/* The letter behind the backslash, 0 for a byte that stands for itself. */
static char escape(char byte)
{
    switch (byte) {
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    case '\v':
        return 'v';
    case '\\':
        return '\\';
    default:
        return 0;
    }
}

static void add_escaped(struct buf *out, const char *data, size_t size)
{
    size_t start = 0;

    for (size_t i = 0; i < size; i++) {
        char letter = escape(data[i]);

        if (letter == 0)
            continue;
        buf_addn(out, data + start, i - start);
        buf_char(out, '\\');
        buf_char(out, letter);
        start = i + 1;
    }
    buf_addn(out, data + start, size - start);
}

static void add_integer(struct buf *out, int64_t number)
{
    char text[JSON_NUMBER_SIZE];

    buf_addn(out, text, json_number_integer(text, number));
}

void pg_text_field(struct buf *out, const struct value *value)
{
    switch (value->kind) {
    case VALUE_BOOLEAN:
        buf_add(out, value->boolean ? "true" : "false");
        break;
    case VALUE_INTEGER:
        add_integer(out, value->integer);
        break;
    case VALUE_FLOAT:
        pg_text_number(out, value->number);
        break;
    case VALUE_TEXT:
        add_escaped(out, value->text.data, value->text.size);
        break;
    case VALUE_BYTES:
        buf_add(out, "\\\\x");
        add_hex(out, value->text.data, value->text.size);
        break;
    case VALUE_ABSENT:
    case VALUE_NULL:
    case VALUE_SQL:
    case VALUE_LIST:
        buf_add(out, "\\N");
    }
}

static void add_quoted(struct buf *out, const char *data, size_t size)
{
    size_t start = 0;

    buf_char(out, '"');
    for (size_t i = 0; i < size; i++) {
        if (data[i] != '"' && data[i] != '\\')
            continue;
        buf_addn(out, data + start, i - start);
        buf_char(out, '\\');
        start = i;
    }
    buf_addn(out, data + start, size - start);
    buf_char(out, '"');
}

static void add_array(struct buf *out, const struct value *list);

static void add_item(struct buf *out, const struct value *item)
{
    switch (item->kind) {
    case VALUE_BOOLEAN:
        buf_add(out, item->boolean ? "true" : "false");
        break;
    case VALUE_INTEGER:
        add_integer(out, item->integer);
        break;
    case VALUE_FLOAT:
        pg_text_number(out, item->number);
        break;
    case VALUE_TEXT:
        add_quoted(out, item->text.data, item->text.size);
        break;
    case VALUE_BYTES:
        buf_add(out, "\"\\\\x");
        add_hex(out, item->text.data, item->text.size);
        buf_char(out, '"');
        break;
    case VALUE_LIST:
        add_array(out, item);
        break;
    case VALUE_ABSENT:
    case VALUE_NULL:
    case VALUE_SQL:
        buf_add(out, "NULL");
    }
}

static void add_array(struct buf *out, const struct value *list)
{
    buf_char(out, '{');
    for (size_t i = 0; i < list->list.count; i++) {
        if (i > 0)
            buf_char(out, ',');
        add_item(out, &list->list.items[i]);
    }
    buf_char(out, '}');
}

struct value pg_text_array(const struct value *list, struct arena *arena)
{
    struct value array = {.kind = VALUE_TEXT};
    struct buf text;

    buf_init(&text, arena);
    add_array(&text, list);
    array.text.data = text.data;
    array.text.size = text.size;
    return array;
}
