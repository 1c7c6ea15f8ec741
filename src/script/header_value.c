#include "script/header_value.h"

#include "base/str.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NAME 255

const char *const header_variables[HEADER_VARIABLE_COUNT] = {
    [HEADER_REVISION] = "revision",
    [HEADER_DOWN_REVISION] = "down_revision",
    [HEADER_BRANCH_LABELS] = "branch_labels",
    [HEADER_DEPENDS_ON] = "depends_on",
    [HEADER_TRANSACTION] = "transaction",
    [HEADER_LOCK_TIMEOUT] = "lock_timeout",
    [HEADER_STATEMENT_TIMEOUT] = "statement_timeout",
    [HEADER_FOREIGN_KEYS] = "foreign_keys",
    [HEADER_IRREVERSIBLE] = "irreversible",
    [HEADER_REPLACES] = "replaces",
};

static const char *const kinds[] = {
    [HEADER_NIL] = "nil",         [HEADER_BOOLEAN] = "a boolean",
    [HEADER_NUMBER] = "a number", [HEADER_STRING] = "a string",
    [HEADER_LIST] = "a list",
};

void header_fault(const struct header_sink *sink, int line, const char *format,
                  ...)
{
    struct graph_problem problem = {.file = sink->file, .line = line};
    va_list args;

    va_start(args, format);
    problem.text = arena_vprintf(sink->arena, format, args);
    va_end(args);
    vec_push(sink->arena, sink->problems, problem);
}

int header_value_number(const char *text, size_t size, bool is_negative,
                        struct header_value *value)
{
    char copy[64];
    char *end;

    value->kind = HEADER_MALFORMED;
    if (size >= sizeof copy)
        return -1;
    memcpy(copy, text, size);
    copy[size] = '\0';
    value->number = strtod(copy, &end);
    if (end == copy || *end != '\0')
        return -1;
    value->kind = HEADER_NUMBER;
    if (is_negative)
        value->number = -value->number;
    return 0;
}

static bool is_name(const char *text)
{
    for (; *text != '\0'; text++)
        if (!((*text >= 'a' && *text <= 'z') ||
              (*text >= '0' && *text <= '9') ||
              (*text >= 'A' && *text <= 'Z') || *text == '_' || *text == '.'))
            return false;
    return true;
}

/* Checks an id or a label. */
static int check_name(const struct header_sink *sink, const char *name,
                      int line, const char *text, bool has_nul)
{
    size_t size = strlen(text);

    if (size == 0)
        header_fault(sink, line, "%s is empty", name);
    else if (has_nul || !is_name(text))
        header_fault(sink, line,
                     "%s \"%s\": only A-Z a-z 0-9 _ and . are allowed", name,
                     str_safe(sink->arena, text));
    else if (text[0] == '.')
        header_fault(sink, line, "%s \"%s\" begins with a dot", name, text);
    else if (size > MAX_NAME)
        header_fault(sink, line, "%s is longer than %d bytes: %.32s...", name,
                     MAX_NAME, text);
    else
        return 0;
    return -1;
}

static void expected(const struct header_sink *sink, int variable, int line,
                     const char *what, const struct header_value *value)
{
    header_fault(sink, line, "%s must be %s, not %s",
                 header_variables[variable], what, kinds[value->kind]);
}

/* A string or a list of strings, all of them names. */
static void store_names(const struct header_sink *sink, struct names *names,
                        int variable, int line,
                        const struct header_value *value)
{
    const char *name = header_variables[variable];
    struct names list = value->list;

    if (value->kind == HEADER_NIL)
        return;
    if (value->kind == HEADER_STRING) {
        list.items = arena_new(sink->arena, const char *);
        list.items[0] = value->text;
        list.count = 1;
    } else if (value->kind != HEADER_LIST) {
        expected(sink, variable, line, "a string or a list of strings", value);
        return;
    }
    for (size_t i = 0; i < list.count; i++)
        if (check_name(sink, name, line, list.items[i], value->has_nul) < 0)
            return;
    *names = list;
}

static void store_id(const struct header_sink *sink, struct revision *revision,
                     int line, const struct header_value *value)
{
    if (value->kind != HEADER_STRING) {
        expected(sink, HEADER_REVISION, line, "a string", value);
        return;
    }
    if (check_name(sink, "revision", line, value->text, value->has_nul) == 0)
        revision->id = value->text;
}

static void store_tri(const struct header_sink *sink, enum tri *tri,
                      int variable, int line, const struct header_value *value)
{
    if (value->kind == HEADER_BOOLEAN)
        *tri = value->boolean ? TRI_TRUE : TRI_FALSE;
    else if (value->kind != HEADER_NIL)
        expected(sink, variable, line, "true or false", value);
}

static void store_seconds(const struct header_sink *sink, double *seconds,
                          int variable, int line,
                          const struct header_value *value)
{
    if (value->kind == HEADER_NIL)
        return;
    if (value->kind != HEADER_NUMBER)
        expected(sink, variable, line, "a number of seconds", value);
    else if (!isfinite(value->number) || value->number < 0)
        header_fault(sink, line, "%s must be a number of seconds from 0 on",
                     header_variables[variable]);
    else
        *seconds = value->number;
}

static void store_reason(const struct header_sink *sink,
                         struct revision *revision, int line,
                         const struct header_value *value)
{
    if (value->kind == HEADER_NIL)
        return;
    if (value->kind != HEADER_STRING)
        expected(sink, HEADER_IRREVERSIBLE, line, "a string that says why",
                 value);
    else if (value->text[0] == '\0' || value->has_nul)
        header_fault(sink, line, "irreversible must say why");
    else
        revision->irreversible = value->text;
}

void header_value_store(const struct header_sink *sink,
                        struct revision *revision, int variable, int line,
                        const struct header_value *value)
{
    switch (variable) {
    case HEADER_REVISION:
        store_id(sink, revision, line, value);
        break;
    case HEADER_DOWN_REVISION:
        store_names(sink, &revision->down, variable, line, value);
        break;
    case HEADER_BRANCH_LABELS:
        store_names(sink, &revision->labels, variable, line, value);
        break;
    case HEADER_DEPENDS_ON:
        store_names(sink, &revision->depends_on, variable, line, value);
        break;
    case HEADER_REPLACES:
        store_names(sink, &revision->replaces, variable, line, value);
        break;
    case HEADER_TRANSACTION:
        store_tri(sink, &revision->transaction, variable, line, value);
        break;
    case HEADER_FOREIGN_KEYS:
        store_tri(sink, &revision->foreign_keys, variable, line, value);
        break;
    case HEADER_LOCK_TIMEOUT:
        store_seconds(sink, &revision->lock_timeout, variable, line, value);
        break;
    case HEADER_STATEMENT_TIMEOUT:
        store_seconds(sink, &revision->statement_timeout, variable, line,
                      value);
        break;
    case HEADER_IRREVERSIBLE:
        store_reason(sink, revision, line, value);
        break;
    default:
        break;
    }
}
