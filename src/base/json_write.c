#include "base/json_write.h"

#include "base/json_number.h"
#include "base/str.h"

#include <string.h>

/* `byte` in every byte of a word. */
#define ALL(byte) (UINT64_C(0x0101010101010101) * (byte))
/* The high bit of each byte of `word` that is below `limit`, for bytes below
 * 0x80; a byte above a set one may be set wrongly. */
#define BELOW(word, limit) (((word)-ALL(limit)) & ~(word)&ALL(0x80))

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

/* The length of the valid sequence of two bytes or more at `data`, 0 if none;
 * those of most texts without a call. */
static inline size_t wide(const char *data, size_t size)
{
    const unsigned char *s = (const unsigned char *)data;
    uint32_t code;

    if (size == 0 || s[0] < 0xC2)
        return 0;
    if (s[0] < 0xE0)
        return size > 1 && (s[1] & 0xC0) == 0x80 ? 2 : 0;
    if (s[0] > 0xE0 && s[0] < 0xED)
        return size > 2 && (s[1] & 0xC0) == 0x80 && (s[2] & 0xC0) == 0x80 ? 3
                                                                          : 0;
    return str_utf8_next(data, size, &code);
}

/* How many bytes of `data` are plain ASCII, eight at a time and the rest. */
static inline size_t ascii(const char *data, size_t size)
{
    size_t i = 0;

    for (; size - i >= sizeof(uint64_t); i += sizeof(uint64_t)) {
        uint64_t word;

        memcpy(&word, data + i, sizeof word);
        if (((word & ALL(0x80)) | BELOW(word, 0x20) |
             BELOW(word ^ ALL('"'), 1) | BELOW(word ^ ALL('\\'), 1) |
             BELOW(word ^ ALL(0x7F), 1)) != 0)
            break;
    }
    while (i < size && is_plain((unsigned char)data[i]))
        i++;
    return i;
}

size_t json_write_plain(const char *data, size_t size)
{
    size_t i = ascii(data, size);
    size_t length;

    while ((length = wide(data + i, size - i)) > 0) {
        size_t near;

        i += length;
        /* in other languages than English the next one is seldom far */
        near = size - i < 8 ? size : i + 8;
        while (i < near && is_plain((unsigned char)data[i]))
            i++;
        if (i == near)
            i += ascii(data + i, size - i);
    }
    return i;
}

size_t json_write_escape(char out[JSON_WRITE_ESCAPE_SIZE], char c)
{
    static const char hex[] = "0123456789abcdef";
    static const char plain[] = "\"\\\b\f\n\r\t";
    static const char names[] = "\"\\bfnrt";
    const char *found = c != '\0' ? strchr(plain, c) : NULL;

    out[0] = '\\';
    if (found != NULL) {
        out[1] = names[found - plain];
        return 2;
    }
    memcpy(out + 1, "u00", 3);
    out[4] = hex[(unsigned char)c >> 4];
    out[5] = hex[(unsigned char)c & 15];
    return 6;
}

void json_write_string(struct buf *out, const char *data, size_t size)
{
    if (data == NULL) {
        buf_add(out, "null");
        return;
    }
    buf_char(out, '"');
    for (size_t i = 0; i < size;) {
        size_t length = json_write_plain(data + i, size - i);
        char escape[JSON_WRITE_ESCAPE_SIZE];

        buf_addn(out, data + i, length);
        i += length;
        if (i == size)
            break;
        if ((unsigned char)data[i] < 0x80)
            buf_addn(out, escape, json_write_escape(escape, data[i]));
        else
            buf_add(out, "\xEF\xBF\xBD"); /* U+FFFD */
        i++;
    }
    buf_char(out, '"');
}

void json_write_text(struct buf *out, const char *text)
{
    json_write_string(out, text, text != NULL ? strlen(text) : 0);
}

void json_write_integer(struct buf *out, int64_t number)
{
    char text[JSON_NUMBER_SIZE];

    buf_addn(out, text, json_number_integer(text, number));
}

void json_write_number(struct buf *out, double number)
{
    char text[JSON_NUMBER_SIZE];
    size_t size = json_number_float(text, number);

    if (size > 0)
        buf_addn(out, text, size);
    else
        buf_add(out, "null");
}
