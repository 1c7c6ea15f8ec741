#include "db/db_sqlite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The words of declared types; the first one that is known decides. */
static const struct {
    const char *word;
    enum sqlite_class class;
} words[] = {
    {"bool", SQLITE_CLASS_BOOLEAN},
    {"boolean", SQLITE_CLASS_BOOLEAN},
    {"int", SQLITE_CLASS_INTEGER},
    {"integer", SQLITE_CLASS_INTEGER},
    {"int2", SQLITE_CLASS_INTEGER},
    {"int4", SQLITE_CLASS_INTEGER},
    {"int8", SQLITE_CLASS_INTEGER},
    {"bigint", SQLITE_CLASS_INTEGER},
    {"biginteger", SQLITE_CLASS_INTEGER},
    {"smallint", SQLITE_CLASS_INTEGER},
    {"smallinteger", SQLITE_CLASS_INTEGER},
    {"mediumint", SQLITE_CLASS_INTEGER},
    {"tinyint", SQLITE_CLASS_INTEGER},
    {"serial", SQLITE_CLASS_INTEGER},
    {"bigserial", SQLITE_CLASS_INTEGER},
    {"smallserial", SQLITE_CLASS_INTEGER},
    {"real", SQLITE_CLASS_REAL},
    {"float", SQLITE_CLASS_REAL},
    {"float4", SQLITE_CLASS_REAL},
    {"float8", SQLITE_CLASS_REAL},
    {"double", SQLITE_CLASS_REAL},
    {"numeric", SQLITE_CLASS_DECIMAL},
    {"decimal", SQLITE_CLASS_DECIMAL},
    {"json", SQLITE_CLASS_JSON},
    {"jsonb", SQLITE_CLASS_JSON},
    {"date", SQLITE_CLASS_TEXT},
    {"time", SQLITE_CLASS_TEXT},
    {"timetz", SQLITE_CLASS_TEXT},
    {"timestamp", SQLITE_CLASS_TEXT},
    {"timestamptz", SQLITE_CLASS_TEXT},
    {"datetime", SQLITE_CLASS_TEXT},
    {"interval", SQLITE_CLASS_TEXT},
    {"uuid", SQLITE_CLASS_TEXT},
    {"blob", SQLITE_CLASS_BYTES},
    {"binary", SQLITE_CLASS_BYTES},
    {"varbinary", SQLITE_CLASS_BYTES},
    {"bytea", SQLITE_CLASS_BYTES},
    {"longblob", SQLITE_CLASS_BYTES},
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (c >= '0' && c <= '9');
}

enum sqlite_class db_sqlite_value_class(const char *declared)
{
    const char *at = declared;

    while (at != NULL && *at != '\0' && *at != '(') {
        size_t size = 0;

        while (is_letter(at[size]))
            size++;
        for (size_t i = 0; size > 0 && i < sizeof words / sizeof words[0]; i++)
            if (strlen(words[i].word) == size &&
                strncasecmp(at, words[i].word, size) == 0)
                return words[i].class;
        at += size > 0 ? size : 1;
    }
    return SQLITE_CLASS_VALUE;
}

enum db_class db_sqlite_value_db_class(enum sqlite_class class)
{
    switch (class) {
    case SQLITE_CLASS_BOOLEAN:
        return DB_CLASS_BOOLEAN;
    case SQLITE_CLASS_INTEGER:
    case SQLITE_CLASS_REAL:
        return DB_CLASS_NUMBER;
    case SQLITE_CLASS_DECIMAL:
    case SQLITE_CLASS_JSON:
    case SQLITE_CLASS_TEXT:
        return DB_CLASS_TEXT;
    case SQLITE_CLASS_BYTES:
        return DB_CLASS_BYTES;
    default:
        return DB_CLASS_VALUE;
    }
}

/* Adds the digits of d.ddde+xx without an exponent. */
static char *plain(struct arena *arena, const char *digits, long exponent)
{
    char *out = arena_alloc(arena, 400), *at = out;
    size_t count;
    char number[32];
    size_t used = 0;

    if (*digits == '-')
        *at++ = *digits++;
    for (; *digits != '\0' && *digits != 'e'; digits++)
        if (*digits != '.')
            number[used++] = *digits;
    while (used > 1 && number[used - 1] == '0')
        used--;
    count = used;
    if (exponent < 0) {
        *at++ = '0';
        *at++ = '.';
        for (long i = exponent + 1; i < 0; i++)
            *at++ = '0';
        memcpy(at, number, count);
        return out;
    }
    for (long i = 0; i <= exponent || (size_t)i < count; i++) {
        if (i == exponent + 1)
            *at++ = '.';
        *at++ = (char)((size_t)i < count ? number[i] : '0');
    }
    return out;
}

/* The shortest decimal number that reads back the same, no exponent. */
static void decimal(double number, struct arena *arena, struct value *out)
{
    char text[40];
    const char *exponent;

    for (int precision = 14; precision <= 16; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, number);
        if (strtod(text, NULL) == number)
            break;
    }
    exponent = strchr(text, 'e');
    out->kind = VALUE_TEXT;
    out->text.data = exponent == NULL
                         ? arena_strdup(arena, text) /* inf */
                         : plain(arena, text, strtol(exponent + 1, NULL, 10));
    out->text.size = strlen(out->text.data);
}

static void read_integer(sqlite3_int64 number, enum sqlite_class class,
                         struct arena *arena, struct value *out)
{
    if (class == SQLITE_CLASS_BOOLEAN && (number == 0 || number == 1)) {
        out->kind = VALUE_BOOLEAN;
        out->boolean = number == 1;
    } else if (class == SQLITE_CLASS_REAL) {
        out->kind = VALUE_FLOAT;
        out->number = (double)number;
    } else if (class == SQLITE_CLASS_DECIMAL || class == SQLITE_CLASS_JSON) {
        out->kind = VALUE_TEXT;
        out->text.data = arena_printf(arena, "%lld", number);
        out->text.size = strlen(out->text.data);
    } else {
        out->kind = VALUE_INTEGER;
        out->integer = number;
    }
}

static int read_text(struct sqlite_db *db, sqlite3_stmt *stmt, int column,
                     struct value *out, struct error *err)
{
    const void *data = sqlite3_column_text(stmt, column);

    if (data == NULL)
        return db_sqlite_error(db, SQLITE_NOMEM, "", 0, err);
    out->kind = VALUE_TEXT;
    out->text.data = data;
    out->text.size = (size_t)sqlite3_column_bytes(stmt, column);
    return 0;
}

static int read_bytes(struct sqlite_db *db, sqlite3_stmt *stmt, int column,
                      struct arena *arena, struct value *out, struct error *err)
{
    const void *data = sqlite3_column_blob(stmt, column);
    size_t size = (size_t)sqlite3_column_bytes(stmt, column);

    if (data == NULL && size > 0)
        return db_sqlite_error(db, SQLITE_NOMEM, "", 0, err);
    out->kind = VALUE_BYTES;
    /* SQLite's own bytes have no NUL behind them */
    out->text.data = arena_strndup(arena, data, size);
    out->text.size = size;
    return 0;
}

int db_sqlite_value_read(struct sqlite_db *db, sqlite3_stmt *stmt, int column,
                         enum sqlite_class class, struct arena *arena,
                         struct value *out, struct error *err)
{
    switch (sqlite3_column_type(stmt, column)) {
    case SQLITE_INTEGER:
        read_integer(sqlite3_column_int64(stmt, column), class, arena, out);
        return 0;
    case SQLITE_FLOAT:
        out->kind = VALUE_FLOAT;
        out->number = sqlite3_column_double(stmt, column);
        if (class == SQLITE_CLASS_DECIMAL || class == SQLITE_CLASS_JSON)
            decimal(out->number, arena, out);
        return 0;
    case SQLITE_TEXT:
        return read_text(db, stmt, column, out, err);
    case SQLITE_BLOB:
        return read_bytes(db, stmt, column, arena, out, err);
    default:
        out->kind = VALUE_NULL;
        return 0;
    }
}
