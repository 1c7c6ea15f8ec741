/* Values as literals, and what counts as one. */
#include "base/str.h"
#include "ddl/ddl.h"
#include "ddl/ddl_parts.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int text_literal(struct buf *out, const char *data, size_t size,
                        enum dialect dialect, struct error *err)
{
    if (dialect == DIALECT_POSTGRESQL && !str_utf8_valid(data, size))
        return error_set(err, ERROR_FAILED,
                         "a text literal is not valid UTF-8");
    if (memchr(data, '\0', size) != NULL)
        return error_set(err, ERROR_FAILED,
                         "a text literal cannot hold a NUL byte");
    buf_char(out, '\'');
    for (size_t i = 0; i < size; i++) {
        if (data[i] == '\'')
            buf_char(out, '\'');
        buf_char(out, data[i]);
    }
    buf_char(out, '\'');
    return 0;
}

static void bytes_literal(struct buf *out, enum dialect dialect,
                          const char *data, size_t size)
{
    buf_add(out, dialect == DIALECT_SQLITE ? "X'" : "'\\x");
    for (size_t i = 0; i < size; i++)
        buf_addf(out, "%02X", (unsigned char)data[i]);
    buf_add(out, dialect == DIALECT_SQLITE ? "'" : "'::bytea");
}

/* The shortest text that reads back as the same number, always a float. */
static void float_text(struct buf *out, double number)
{
    char text[40];

    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    buf_add(out, text);
    if (strpbrk(text, ".e") == NULL)
        buf_add(out, ".0");
}

static int float_literal(struct buf *out, enum dialect dialect, double number,
                         struct error *err)
{
    if (isnan(number) && dialect == DIALECT_SQLITE)
        return error_set(err, ERROR_FAILED, "NaN is not a value of SQLite");
    if (isfinite(number))
        float_text(out, number);
    else if (dialect == DIALECT_SQLITE)
        buf_add(out, number > 0 ? "9e999" : "-9e999");
    else if (isnan(number))
        buf_add(out, "'NaN'::float8");
    else
        buf_add(out, number > 0 ? "'Infinity'::float8" : "'-Infinity'::float8");
    return 0;
}

int ddl_literal(struct buf *out, enum dialect dialect,
                const struct value *value, struct error *err)
{
    bool sqlite = dialect == DIALECT_SQLITE;

    switch (value->kind) {
    case VALUE_ABSENT:
    case VALUE_NULL:
        buf_add(out, "NULL");
        return 0;
    case VALUE_BOOLEAN:
        if (sqlite)
            buf_add(out, value->boolean ? "1" : "0");
        else
            buf_add(out, value->boolean ? "true" : "false");
        return 0;
    case VALUE_INTEGER:
        buf_addf(out, "%" PRId64, value->integer);
        return 0;
    case VALUE_FLOAT:
        return float_literal(out, dialect, value->number, err);
    case VALUE_TEXT:
        return text_literal(out, value->text.data, value->text.size, dialect,
                            err);
    case VALUE_BYTES:
        bytes_literal(out, dialect, value->text.data, value->text.size);
        return 0;
    case VALUE_SQL:
        buf_addn(out, value->text.data, value->text.size);
        return 0;
    case VALUE_LIST:
        break;
    }
    return error_set(err, ERROR_FAILED, "a list is not a literal");
}

int ddl_parts_text(struct buf *out, enum dialect dialect, const char *text,
                   struct error *err)
{
    return text_literal(out, text, strlen(text), dialect, err);
}

/* The text without blanks around it; returns its size. */
static size_t trim(const char **text, size_t size)
{
    while (size > 0 && isspace((unsigned char)**text)) {
        (*text)++;
        size--;
    }
    while (size > 0 && isspace((unsigned char)(*text)[size - 1]))
        size--;
    return size;
}

/* The size of a quoted text at the start, 0 when it does not end. */
static size_t quoted(const char *text, size_t size)
{
    for (size_t i = 1; i < size; i++) {
        if (text[i] != text[0])
            continue;
        if (i + 1 < size && text[i + 1] == text[0])
            i++;
        else
            return i + 1;
    }
    return 0;
}

/* Whether one pair of parentheses holds the whole text. */
static bool wrapped(const char *text, size_t size)
{
    int depth = 0;

    if (size < 2 || text[0] != '(')
        return false;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\'' || text[i] == '"') {
            size_t skip = quoted(text + i, size - i);

            if (skip == 0)
                return false;
            i += skip - 1;
        } else if (text[i] == '(') {
            depth++;
        } else if (text[i] == ')' && --depth == 0) {
            return i + 1 == size;
        } else if (text[i] == '-' || text[i] == '/') {
            if (i + 1 < size && (text[i + 1] == '-' || text[i + 1] == '*'))
                return false; /* a comment may hide anything */
        }
    }
    return false;
}

static bool is_number(const char *text, size_t size)
{
    char copy[64];
    char *end;

    if (size == 0 || size >= sizeof copy ||
        !(isdigit((unsigned char)text[0]) || text[0] == '.'))
        return false;
    memcpy(copy, text, size);
    copy[size] = '\0';
    if (strspn(copy, "0123456789.eE+-") != size &&
        strncasecmp(copy, "0x", 2) != 0)
        return false;
    (void)strtod(copy, &end);
    return end == copy + size;
}

static bool is_word(const char *text, size_t size, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strlen(*words) == size && strncasecmp(text, *words, size) == 0)
            return true;
    return false;
}

static bool is_blob(const char *text, size_t size)
{
    if (size < 3 || (text[0] != 'x' && text[0] != 'X') || text[1] != '\'' ||
        quoted(text + 1, size - 1) != size - 1 || size % 2 == 0)
        return false;
    for (size_t i = 2; i + 1 < size; i++)
        if (!isxdigit((unsigned char)text[i]))
            return false;
    return true;
}

/* One literal without parentheses. */
static bool is_bare(const char *text, size_t size)
{
    static const char *const words[] = {"NULL", "TRUE", "FALSE", NULL};

    if (size > 0 && text[0] == '\'')
        return quoted(text, size) == size;
    if (is_word(text, size, words) || is_blob(text, size))
        return true;
    if (size > 0 && (text[0] == '+' || text[0] == '-')) {
        text++;
        size--;
    }
    return is_number(text, size);
}

/* The text without the parentheses around the whole; returns its size. */
static size_t unwrap(const char **sql)
{
    size_t size = trim(sql, strlen(*sql));

    while (wrapped(*sql, size)) {
        (*sql)++;
        size = trim(sql, size - 2);
    }
    return size;
}

bool ddl_literal_is(const char *sql)
{
    size_t size = unwrap(&sql);

    return is_bare(sql, size);
}

bool ddl_literal_is_null(const struct value *value)
{
    static const char *const words[] = {"NULL", NULL};
    const char *sql = value->text.data;
    size_t size;

    if (value->kind != VALUE_SQL)
        return value->kind == VALUE_ABSENT || value->kind == VALUE_NULL;
    size = unwrap(&sql);
    return is_word(sql, size, words);
}

/* Whether `sql` is CURRENT_TIME, CURRENT_DATE or CURRENT_TIMESTAMP. */
static bool is_current(const char *sql)
{
    static const char *const words[] = {"CURRENT_TIME", "CURRENT_DATE",
                                        "CURRENT_TIMESTAMP", NULL};
    size_t size = trim(&sql, strlen(sql));

    return is_word(sql, size, words);
}

int ddl_literal_default(struct buf *out, enum dialect dialect,
                        const struct value *value, struct error *err)
{
    const char *sql;
    size_t size;

    if (value->kind != VALUE_SQL || dialect != DIALECT_SQLITE)
        return ddl_literal(out, dialect, value, err);
    sql = value->text.data;
    size = trim(&sql, value->text.size);
    if (is_bare(sql, size) || is_current(value->text.data) ||
        wrapped(sql, size)) {
        buf_addn(out, sql, size);
    } else {
        ddl_parts_expression(out, arena_strndup(out->arena, sql, size));
    }
    return 0;
}
