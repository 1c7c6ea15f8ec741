#include "base/str.h"

#include <stdio.h>
#include <string.h>

/* Names are short; longer words are nobody's typing mistake. */
#define SUGGEST_MAX 64
/* Fewer letters are the beginning of too much. */
#define BEGINNING_MIN 3

bool str_equal(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

bool str_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool str_ends(const char *text, const char *suffix)
{
    size_t size = strlen(text);
    size_t end = strlen(suffix);

    return size >= end && memcmp(text + size - end, suffix, end) == 0;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, replacements and swaps of neighbours that make `b`
 * of `a`: the restricted Damerau-Levenshtein distance, with the three newest
 * rows of its table. */
static size_t distance(const char *a, size_t a_size, const char *b,
                       size_t b_size)
{
    size_t rows[3][SUGGEST_MAX + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];

    for (size_t j = 0; j <= b_size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        size_t *oldest = before;

        before = above;
        above = row;
        row = oldest;
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t replace = above[j - 1] + (a[i - 1] != b[j - 1]);

            row[j] = least(replace, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return row[b_size];
}

const char *str_suggest(const char *word, const char *const *names,
                        size_t count)
{
    size_t size = strlen(word);
    const char *best = NULL;
    size_t best_distance = SUGGEST_MAX;

    if (size > SUGGEST_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t name_size = strlen(names[i]);
        size_t longer = size > name_size ? size : name_size;
        size_t found;

        if (name_size > SUGGEST_MAX)
            continue;
        found = distance(word, size, names[i], name_size);
        if (size >= BEGINNING_MIN && str_starts(names[i], word))
            found = least(found, 1);
        if (found * 3 <= longer && found < best_distance) {
            best = names[i];
            best_distance = found;
        }
    }
    return best;
}

static bool is_tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

void str_cut(char *out, size_t room, const char *text, size_t size)
{
    if (size >= room) {
        size = room - 1;
        while (size > 0 && is_tail((unsigned char)text[size]))
            size--;
    }
    memcpy(out, text, size);
    out[size] = '\0';
}

/* The table of RFC 3629 section 4: only the second byte of a sequence has
 * narrower bounds than 80..BF. */
size_t str_utf8_next(const char *data, size_t size, uint32_t *code)
{
    const unsigned char *s = (const unsigned char *)data;
    unsigned char low = 0x80, high = 0xBF;

    if (size == 0)
        return 0;
    if (s[0] < 0x80) {
        *code = s[0];
        return 1;
    }
    if (s[0] < 0xC2 || s[0] > 0xF4 || size < 2)
        return 0;
    if (s[0] == 0xE0)
        low = 0xA0;
    else if (s[0] == 0xED)
        high = 0x9F;
    else if (s[0] == 0xF0)
        low = 0x90;
    else if (s[0] == 0xF4)
        high = 0x8F;
    if (s[1] < low || s[1] > high)
        return 0;
    if (s[0] < 0xE0) {
        *code = (s[0] & 0x1Fu) << 6 | (s[1] & 0x3Fu);
        return 2;
    }
    if (size < 3 || !is_tail(s[2]))
        return 0;
    if (s[0] < 0xF0) {
        *code = (s[0] & 0x0Fu) << 12 | (s[1] & 0x3Fu) << 6 | (s[2] & 0x3Fu);
        return 3;
    }
    if (size < 4 || !is_tail(s[3]))
        return 0;
    *code = (s[0] & 0x07u) << 18 | (s[1] & 0x3Fu) << 12 | (s[2] & 0x3Fu) << 6 |
            (s[3] & 0x3Fu);
    return 4;
}

bool str_utf8_valid(const char *data, size_t size)
{
    uint32_t code;

    for (size_t i = 0; i < size;) {
        size_t length = str_utf8_next(data + i, size - i, &code);

        if (length == 0)
            return false;
        i += length;
    }
    return true;
}

/* Whether a terminal may act on `code` instead of showing it. */
static bool is_unsafe(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x061C ||
           code == 0x200E || code == 0x200F ||
           (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

void str_escape(struct buf *out, const char *data, size_t size, bool multiline)
{
    size_t start = 0; /* of what is safe and not added yet */

    for (size_t i = 0; i < size;) {
        uint32_t code = 0;
        size_t length;
        bool stays;

        if (data[i] >= ' ' && data[i] < 0x7f) {
            i++;
            continue;
        }
        length = str_utf8_next(data + i, size - i, &code);
        stays = multiline && (code == '\n' || code == '\t');
        if (length > 0 && (stays || !is_unsafe(code))) {
            i += length;
            continue;
        }
        buf_addn(out, data + start, i - start);
        if (length == 0)
            buf_addf(out, "\\x%02x", (unsigned char)data[i]);
        else
            buf_addf(out, code < 0x80 ? "\\x%02x" : "\\u%04x", (unsigned)code);
        i += length > 0 ? length : 1;
        start = i;
    }
    buf_addn(out, data + start, size - start);
}

char *str_safe(struct arena *arena, const char *text)
{
    struct buf out;

    buf_init(&out, arena);
    str_escape(&out, text, strlen(text), false);
    return out.data;
}

uint64_t str_hash(uint64_t hash, const void *data, size_t size)
{
    const unsigned char *bytes = data;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 1099511628211u;
    return hash;
}

int str_to_number(const char *text, long max, long *number)
{
    long value = 0;

    if (text[0] == '\0')
        return -1;
    for (size_t i = 0; text[i] != '\0'; i++) {
        long digit = text[i] - '0';

        if (digit < 0 || digit > 9 || digit > max || value > (max - digit) / 10)
            return -1;
        value = value * 10 + digit;
    }
    *number = value;
    return 0;
}
