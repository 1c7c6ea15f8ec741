#include "db/db_sqlite.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *words; /* without arguments, single spaces */
    enum type_kind kind;
    int args; /* at most */
} types[] = {
    {"integer", TYPE_INTEGER, 0},
    {"int", TYPE_INTEGER, 0},
    {"bigint", TYPE_BIGINTEGER, 0},
    {"smallint", TYPE_SMALLINTEGER, 0},
    {"numeric", TYPE_NUMERIC, 2},
    {"decimal", TYPE_NUMERIC, 2},
    {"float", TYPE_FLOAT, 1},
    {"double", TYPE_DOUBLE, 0},
    {"double precision", TYPE_DOUBLE, 0},
    {"real", TYPE_REAL, 0},
    {"boolean", TYPE_BOOLEAN, 0},
    {"bool", TYPE_BOOLEAN, 0},
    {"varchar", TYPE_STRING, 1},
    {"char", TYPE_CHAR, 1},
    {"text", TYPE_TEXT, 0},
    {"date", TYPE_DATE, 0},
    {"time", TYPE_TIME, 0},
    {"datetime", TYPE_DATETIME, 0},
    {"timestamp", TYPE_TIMESTAMP, 0},
    {"blob", TYPE_BINARY, 0},
    {"json", TYPE_JSON, 0},
    {"uuid", TYPE_UUID, 0},
};

/* Whether `declared` up to its arguments is `words`; `*rest` is behind. */
static bool matches(const char *declared, const char *words, const char **rest)
{
    while (*words != '\0') {
        if (*words == ' ') {
            if (*declared != ' ')
                return false;
            while (*declared == ' ')
                declared++;
            words++;
        } else if (strncasecmp(declared++, words++, 1) != 0) {
            return false;
        }
    }
    while (*declared == ' ')
        declared++;
    *rest = declared;
    return *declared == '\0' || *declared == '(';
}

/* Reads "(10, 2)" with at most `most` numbers, or nothing. */
static bool read_args(const char *text, int most, struct type *type)
{
    char *end;

    if (*text == '\0')
        return true;
    do {
        long number = strtol(++text, &end, 10);

        if (end == text || type->arg_count == most || number < 0 ||
            number > 1000000000)
            return false;
        type->args[type->arg_count++] = (int)number;
        text = end + strspn(end, " ");
    } while (*text == ',');
    return *text == ')' && text[1] == '\0';
}

const struct type *reflect_sqlite_type(struct arena *arena,
                                       const char *declared)
{
    struct type *type = arena_new(arena, struct type);
    const char *rest;

    type->precision = -1;
    type->dimensions = 1;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (!matches(declared, types[i].words, &rest))
            continue;
        type->kind = types[i].kind;
        if (read_args(rest, types[i].args, type))
            return type;
        type->arg_count = 0;
        break;
    }
    type->kind = TYPE_RAW;
    type->name = declared;
    return type;
}
