#include "db/db_postgres.h"

#include "base/json_number.h"
#include "base/str.h"
#include "db/pg_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* What pg_text_array does not look at; elements have no type of their own. */
static int check_list(const struct value *list, size_t number, int depth,
                      struct error *err)
{
    if (depth > 6)
        return error_set(err, ERROR_FAILED,
                         "parameter $%zu: an array has at most six dimensions",
                         number);
    for (size_t i = 0; i < list->list.count; i++) {
        const struct value *item = &list->list.items[i];

        if (item->kind == VALUE_TEXT && check_text(number, item, err) != 0)
            return -1;
        if (item->kind == VALUE_LIST &&
            check_list(item, number, depth + 1, err) != 0)
            return -1;
    }
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
    char digits[JSON_NUMBER_SIZE];
    struct buf text;

    switch (value->kind) {
    case VALUE_BOOLEAN:
        out->types[i] = TYPE_OID_BOOL;
        out->values[i] = value->boolean ? "t" : "f";
        return 0;
    case VALUE_INTEGER:
        out->types[i] = integer_type(value->integer);
        out->values[i] = arena_strndup(
            arena, digits, json_number_integer(digits, value->integer));
        return 0;
    case VALUE_FLOAT:
        out->types[i] = TYPE_OID_FLOAT8;
        buf_init(&text, arena);
        pg_text_number(&text, value->number);
        out->values[i] = text.data;
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
        if (check_list(value, (size_t)i + 1, 1, err) != 0)
            return -1;
        out->values[i] = pg_text_array(value, arena).text.data;
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
    if (count > UINT16_MAX) {
        error_set(err, ERROR_LIMIT,
                  "a statement with %zu parameters (at most 65535)", count);
        return error_hint(err,
                          "each item of a list in IN (:name) is one: write "
                          "= ANY (:name), where the list is a single array "
                          "(<> ALL (:name) for NOT IN), or do it in batches");
    }
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
