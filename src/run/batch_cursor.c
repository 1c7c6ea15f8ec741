#include "run/batch_cursor.h"

#include "base/buf.h"
#include "base/json_write.h"
#include "base/str.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What JSON has no value for, as a string behind such a word. */
#define TEXT_WORD "text:"
#define BYTES_WORD "bytes:"

void batch_cursor_init(struct batch_key *key)
{
    arena_init(&key->arena, NULL, NULL);
    key->values = NULL;
    key->count = 0;
}

void batch_cursor_clear(struct batch_key *key)
{
    arena_clear(&key->arena);
    key->values = NULL;
    key->count = 0;
}

static bool has_text(const struct value *value)
{
    return value->kind == VALUE_TEXT || value->kind == VALUE_BYTES;
}

void batch_cursor_set(struct batch_key *key, const struct value *values,
                      size_t count)
{
    struct arena old = key->arena;
    struct value *copy = NULL;

    arena_init(&key->arena, NULL, NULL);
    if (values != NULL)
        copy = arena_array(&key->arena, struct value, count);
    for (size_t i = 0; copy != NULL && i < count; i++) {
        copy[i] = values[i];
        if (has_text(&values[i]))
            copy[i].text.data = arena_strndup(&key->arena, values[i].text.data,
                                              values[i].text.size);
    }
    key->values = copy;
    key->count = copy != NULL ? count : 0;
    arena_clear(&old);
}

/* --- writing --- */

static void write_hex(struct buf *out, const char *word,
                      const struct value *value)
{
    buf_addf(out, "{\"%.*s\":\"", (int)strlen(word) - 1, word);
    for (size_t i = 0; i < value->text.size; i++)
        buf_addf(out, "%02x", (unsigned char)value->text.data[i]);
    buf_add(out, "\"}");
}

/* Infinity and NaN are no numbers of JSON. */
static void write_float(struct buf *out, double number)
{
    if (isfinite(number))
        json_write_number(out, number);
    else
        buf_addf(out, "{\"float\":\"%s\"}",
                 isnan(number) ? "nan"
                 : number > 0  ? "inf"
                               : "-inf");
}

static void write_value(struct buf *out, const struct value *value)
{
    switch (value->kind) {
    case VALUE_BOOLEAN:
        buf_add(out, value->boolean ? "true" : "false");
        break;
    case VALUE_INTEGER:
        json_write_integer(out, value->integer);
        break;
    case VALUE_FLOAT:
        write_float(out, value->number);
        break;
    case VALUE_TEXT:
        if (str_utf8_valid(value->text.data, value->text.size))
            json_write_string(out, value->text.data, value->text.size);
        else
            write_hex(out, TEXT_WORD, value);
        break;
    case VALUE_BYTES:
        write_hex(out, BYTES_WORD, value);
        break;
    default:
        buf_add(out, "null");
    }
}

static void write_key(struct buf *out, const char *name,
                      const struct batch_key *key)
{
    if (key->values == NULL)
        return;
    buf_addf(out, "%s\"%s\":[", out->size > 1 ? "," : "", name);
    for (size_t i = 0; i < key->count; i++) {
        buf_add(out, i > 0 ? "," : "");
        write_value(out, &key->values[i]);
    }
    buf_char(out, ']');
}

const char *batch_cursor_write(const char *of, const struct batch_key *after,
                               const struct batch_key *until,
                               struct arena *arena)
{
    struct buf out;

    buf_init(&out, arena);
    buf_char(&out, '{');
    if (after->values != NULL || until->values != NULL) {
        buf_add(&out, "\"of\":");
        json_write_string(&out, of, strlen(of));
    }
    write_key(&out, "after", after);
    write_key(&out, "until", until);
    buf_char(&out, '}');
    return out.data;
}

/* --- reading: what is written above --- */

struct reader {
    const char *at;
    struct arena *arena;
};

static bool skip(struct reader *reader, const char *text)
{
    size_t size = strlen(text);

    reader->at += strspn(reader->at, " \t\r\n");
    if (strncmp(reader->at, text, size) != 0)
        return false;
    reader->at += size;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \u00XX: control characters are all that is written so. */
static int read_escape(struct reader *reader, struct buf *out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *found;

    if (strncmp(reader->at, "u00", 3) == 0) {
        int high = hex_digit(reader->at[3]);
        int low = high < 0 ? -1 : hex_digit(reader->at[4]);

        if (low < 0)
            return -1;
        buf_char(out, (char)(high << 4 | low));
        reader->at += 5;
        return 0;
    }
    found = *reader->at != '\0' ? strchr(from, *reader->at) : NULL;
    if (found == NULL)
        return -1;
    buf_char(out, to[found - from]);
    reader->at++;
    return 0;
}

/* Behind the first quote. */
static int read_text(struct reader *reader, struct value *out)
{
    struct buf text;

    buf_init(&text, reader->arena);
    while (*reader->at != '"') {
        if (*reader->at == '\0')
            return -1;
        if (*reader->at != '\\') {
            buf_char(&text, *reader->at++);
            continue;
        }
        reader->at++;
        if (read_escape(reader, &text) < 0)
            return -1;
    }
    reader->at++;
    out->kind = VALUE_TEXT;
    out->text.data = text.data;
    out->text.size = text.size;
    return 0;
}

/* Behind {"text":" or {"bytes":" */
static int read_hex(struct reader *reader, enum value_kind kind,
                    struct value *out)
{
    struct buf text;

    buf_init(&text, reader->arena);
    while (*reader->at != '"') {
        int high = hex_digit(reader->at[0]);
        int low = high < 0 ? -1 : hex_digit(reader->at[1]);

        if (low < 0)
            return -1;
        buf_char(&text, (char)(high << 4 | low));
        reader->at += 2;
    }
    reader->at++;
    out->kind = kind;
    out->text.data = text.data;
    out->text.size = text.size;
    return skip(reader, "}") ? 0 : -1;
}

static int read_number(struct reader *reader, struct value *out)
{
    size_t size = strspn(reader->at, "+-.0123456789eE");
    char *end;

    if (size == 0)
        return -1;
    if (strcspn(reader->at, ".eE") < size) {
        out->kind = VALUE_FLOAT;
        out->number = strtod(reader->at, &end);
    } else {
        out->kind = VALUE_INTEGER;
        out->integer = strtoll(reader->at, &end, 10);
    }
    if (end != reader->at + size)
        return -1;
    reader->at = end;
    return 0;
}

/* Behind {"float":" */
static int read_float(struct reader *reader, struct value *out)
{
    char *end;

    out->kind = VALUE_FLOAT;
    out->number = strtod(reader->at, &end);
    reader->at = end;
    return skip(reader, "\"}") ? 0 : -1;
}

static int read_value(struct reader *reader, struct value *out)
{
    if (skip(reader, "{\"text\":\""))
        return read_hex(reader, VALUE_TEXT, out);
    if (skip(reader, "{\"bytes\":\""))
        return read_hex(reader, VALUE_BYTES, out);
    if (skip(reader, "{\"float\":\""))
        return read_float(reader, out);
    if (skip(reader, "\""))
        return read_text(reader, out);
    if (skip(reader, "true") || skip(reader, "false")) {
        out->kind = VALUE_BOOLEAN;
        out->boolean = reader->at[-2] == 'u';
        return 0;
    }
    return read_number(reader, out);
}

static int read_key(struct reader *reader, size_t count, struct batch_key *key)
{
    struct value *values = arena_array(reader->arena, struct value, count + 1);

    if (!skip(reader, "["))
        return -1;
    for (size_t i = 0; i < count; i++)
        if ((i > 0 && !skip(reader, ",")) || read_value(reader, &values[i]) < 0)
            return -1;
    if (!skip(reader, "]"))
        return -1;
    batch_cursor_set(key, values, count);
    return 0;
}

/* Cursors of earlier versions do not say what they are of. */
static int read_of(struct reader *reader, const char *of)
{
    struct value known;

    if (!skip(reader, "\"of\":"))
        return 0;
    if (!skip(reader, "\"") || read_text(reader, &known) < 0 ||
        !str_equal(known.text.data, of))
        return -1;
    (void)skip(reader, ",");
    return 0;
}

static int read_all(struct reader *reader, const char *of, size_t count,
                    struct batch_key *after, struct batch_key *until)
{
    if (!skip(reader, "{") || read_of(reader, of) < 0)
        return -1;
    if (skip(reader, "\"after\":") && read_key(reader, count, after) < 0)
        return -1;
    (void)skip(reader, ",");
    if (skip(reader, "\"until\":") && read_key(reader, count, until) < 0)
        return -1;
    return skip(reader, "}") && *reader->at == '\0' ? 0 : -1;
}

int batch_cursor_read(const char *text, const char *of, size_t count,
                      struct batch_key *after, struct batch_key *until,
                      struct error *err)
{
    struct arena arena;
    struct reader reader = {.at = text, .arena = &arena};
    int status;

    batch_cursor_set(after, NULL, 0);
    batch_cursor_set(until, NULL, 0);
    arena_init(&arena, NULL, NULL);
    status = read_all(&reader, of, count, after, until);
    arena_clear(&arena);
    if (status == 0)
        return 0;
    return error_set(err, ERROR_REFUSED,
                     "the place where it stopped is not one of %.120s: %.200s",
                     of, text);
}
