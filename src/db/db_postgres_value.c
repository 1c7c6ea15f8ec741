#include "db/db_postgres.h"

#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INTEGER_SIZE 24

/* Numbers of the types (pg_type.dat): they never change. */
enum {
    TYPE_OID_BOOL = 16,
    TYPE_OID_BYTEA = 17,
    TYPE_OID_INT8 = 20,
    TYPE_OID_INT2 = 21,
    TYPE_OID_INT4 = 23,
    TYPE_OID_OID = 26,
    TYPE_OID_FLOAT4 = 700,
    TYPE_OID_FLOAT8 = 701
};

static int refuse_text(size_t number, const char *what, struct error *err)
{
    error_set(err, ERROR_FAILED, "parameter $%zu %s", number, what);
    return error_hint(err, "binary data is sent with bytes(s)");
}

static int check_text(size_t number, const struct value *value,
                      struct error *err)
{
    const char *data = value->text.data;
    size_t size = value->text.size;

    if (memchr(data, '\0', size) != NULL)
        return refuse_text(number, "has a NUL byte, which no text can hold",
                           err);
    if (!str_utf8_valid(data, size))
        return refuse_text(number, "is not UTF-8", err);
    if (size > INT32_MAX / 2)
        return error_set(err, ERROR_LIMIT, "parameter $%zu is too long",
                         number);
    return 0;
}

/* Digits, in `out`. */
static const char *integer_text(int64_t integer, char out[INTEGER_SIZE])
{
    char *at = out + INTEGER_SIZE - 1;
    uint64_t left = integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer;

    *at = '\0';
    do
        *--at = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (integer < 0)
        *--at = '-';
    return at;
}

/* The shortest text that is read back as the same number. */
static const char *float_text(double number, struct arena *arena)
{
    char text[40];

    if (isnan(number))
        return "NaN";
    if (isinf(number))
        return number > 0 ? "Infinity" : "-Infinity";
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    return arena_strdup(arena, text);
}

/* An element of an array literal, in double quotes. */
static void add_quoted(struct buf *out, const char *data, size_t size)
{
    buf_char(out, '"');
    for (size_t i = 0; i < size; i++) {
        if (data[i] == '"' || data[i] == '\\')
            buf_char(out, '\\');
        buf_char(out, data[i]);
    }
    buf_char(out, '"');
}

static void add_bytes(struct buf *out, const char *data, size_t size)
{
    buf_add(out, "\"\\\\x");
    for (size_t i = 0; i < size; i++)
        buf_addf(out, "%02x", (unsigned char)data[i]);
    buf_char(out, '"');
}

/* Adds a list as an array literal, whose type the server finds. */
static int add_list(struct buf *out, const struct value *list, size_t number,
                    int depth, struct error *err)
{
    char digits[INTEGER_SIZE];

    if (depth > 6)
        return error_set(err, ERROR_FAILED,
                         "parameter $%zu: an array has at most six dimensions",
                         number);
    buf_char(out, '{');
    for (size_t i = 0; i < list->list.count; i++) {
        const struct value *item = &list->list.items[i];

        if (i > 0)
            buf_char(out, ',');
        switch (item->kind) {
        case VALUE_BOOLEAN:
            buf_char(out, item->boolean ? 't' : 'f');
            break;
        case VALUE_INTEGER:
            buf_add(out, integer_text(item->integer, digits));
            break;
        case VALUE_FLOAT:
            buf_add(out, float_text(item->number, out->arena));
            break;
        case VALUE_TEXT:
            if (check_text(number, item, err) != 0)
                return -1;
            add_quoted(out, item->text.data, item->text.size);
            break;
        case VALUE_BYTES:
            add_bytes(out, item->text.data, item->text.size);
            break;
        case VALUE_LIST:
            if (add_list(out, item, number, depth + 1, err) != 0)
                return -1;
            break;
        default:
            buf_add(out, "NULL");
            break;
        }
    }
    buf_char(out, '}');
    return 0;
}

static Oid integer_type(int64_t integer)
{
    if (integer >= INT16_MIN && integer <= INT16_MAX)
        return TYPE_OID_INT2;
    if (integer >= INT32_MIN && integer <= INT32_MAX)
        return TYPE_OID_INT4;
    return TYPE_OID_INT8;
}

static int add_param(struct pg_params *out, int i, const struct value *value,
                     struct arena *arena, struct error *err)
{
    char digits[INTEGER_SIZE];
    struct buf text;

    switch (value->kind) {
    case VALUE_BOOLEAN:
        out->types[i] = TYPE_OID_BOOL;
        out->values[i] = value->boolean ? "t" : "f";
        return 0;
    case VALUE_INTEGER:
        out->types[i] = integer_type(value->integer);
        out->values[i] =
            arena_strdup(arena, integer_text(value->integer, digits));
        return 0;
    case VALUE_FLOAT:
        out->types[i] = TYPE_OID_FLOAT8;
        out->values[i] = float_text(value->number, arena);
        return 0;
    case VALUE_TEXT:
        out->values[i] = value->text.data;
        return check_text((size_t)i + 1, value, err);
    case VALUE_BYTES:
        if (value->text.size > INT32_MAX / 2)
            return error_set(err, ERROR_LIMIT, "parameter $%d is too long",
                             i + 1);
        out->types[i] = TYPE_OID_BYTEA;
        out->values[i] = value->text.data != NULL ? value->text.data : "";
        out->lengths[i] = (int)value->text.size;
        out->formats[i] = 1;
        return 0;
    case VALUE_LIST:
        buf_init(&text, arena);
        if (add_list(&text, value, (size_t)i + 1, 1, err) != 0)
            return -1;
        out->values[i] = text.data;
        return 0;
    case VALUE_SQL:
        return error_set(err, ERROR_INTERNAL,
                         "parameter $%d is an SQL expression", i + 1);
    default:
        return 0;
    }
}

int db_postgres_value_params(const struct value *params, size_t count,
                             struct arena *arena, struct pg_params *out,
                             struct error *err)
{
    memset(out, 0, sizeof *out);
    if (count == 0)
        return 0;
    if (count > UINT16_MAX)
        return error_set(err, ERROR_LIMIT,
                         "a statement with %zu parameters (at most 65535)",
                         count);
    out->count = (int)count;
    out->types = arena_array(arena, Oid, count);
    out->values = arena_array(arena, const char *, count);
    out->lengths = arena_array(arena, int, count);
    out->formats = arena_array(arena, int, count);
    for (int i = 0; i < out->count; i++)
        if (add_param(out, i, &params[i], arena, err) != 0)
            return -1;
    return 0;
}

enum db_class db_postgres_value_class(Oid type)
{
    switch (type) {
    case TYPE_OID_BOOL:
        return DB_CLASS_BOOLEAN;
    case TYPE_OID_INT2:
    case TYPE_OID_INT4:
    case TYPE_OID_INT8:
    case TYPE_OID_OID:
    case TYPE_OID_FLOAT4:
    case TYPE_OID_FLOAT8:
        return DB_CLASS_NUMBER;
    case TYPE_OID_BYTEA:
        return DB_CLASS_BYTES;
    default:
        return DB_CLASS_TEXT;
    }
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

/* bytea as text: \x and hexadecimal digits, or (bytea_output = escape) the
 * older form. */
static int read_bytes(const char *data, size_t size, struct arena *arena,
                      struct value *out, struct error *err)
{
    size_t count;

    out->kind = VALUE_BYTES;
    if (size >= 2 && data[0] == '\\' && data[1] == 'x') {
        char *bytes = arena_alloc(arena, size / 2);

        count = (size - 2) / 2;
        for (size_t i = 0; i < count; i++) {
            int high = hex_digit(data[2 + 2 * i]);
            int low = hex_digit(data[3 + 2 * i]);

            if (high < 0 || low < 0)
                return error_set(err, ERROR_INTERNAL, "not a bytea value");
            bytes[i] = (char)(high << 4 | low);
        }
        out->text.data = bytes;
    } else {
        unsigned char *bytes =
            libpq.PQunescapeBytea((const unsigned char *)data, &count);

        if (bytes == NULL)
            return error_set(err, ERROR_LIMIT, "out of memory");
        out->text.data = arena_strndup(arena, (const char *)bytes, count);
        libpq.PQfreemem(bytes);
    }
    out->text.size = count;
    return 0;
}

int db_postgres_value_read(const PGresult *result, int row, int column,
                           struct arena *arena, struct value *out,
                           struct error *err)
{
    const char *data;

    memset(out, 0, sizeof *out);
    out->kind = VALUE_NULL;
    if (libpq.PQgetisnull(result, row, column))
        return 0;
    data = libpq.PQgetvalue(result, row, column);
    switch (libpq.PQftype(result, column)) {
    case TYPE_OID_BOOL:
        out->kind = VALUE_BOOLEAN;
        out->boolean = data[0] == 't';
        return 0;
    case TYPE_OID_INT2:
    case TYPE_OID_INT4:
    case TYPE_OID_INT8:
    case TYPE_OID_OID:
        out->kind = VALUE_INTEGER;
        out->integer = strtoll(data, NULL, 10);
        return 0;
    case TYPE_OID_FLOAT4:
    case TYPE_OID_FLOAT8:
        out->kind = VALUE_FLOAT;
        out->number = strtod(data, NULL);
        return 0;
    case TYPE_OID_BYTEA:
        return read_bytes(data, (size_t)libpq.PQgetlength(result, row, column),
                          arena, out, err);
    default:
        out->kind = VALUE_TEXT;
        out->text.data = data;
        out->text.size = (size_t)libpq.PQgetlength(result, row, column);
        return 0;
    }
}
