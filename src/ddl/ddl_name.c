/* Identifiers: which need quotes, and how they are quoted. */
#include "ddl/ddl.h"
#include "ddl/ddl_parts.h"

#include <stdlib.h>
#include <string.h>

/* Sorted. SQLite: words it cannot take as a bare name everywhere, and the
 * words of joins and literals, which it takes in some places only. */
static const char *const sqlite_words[] = {
    "add",          "all",          "alter",
    "and",          "as",           "autoincrement",
    "between",      "case",         "cast",
    "check",        "collate",      "commit",
    "constraint",   "create",       "cross",
    "current_date", "current_time", "current_timestamp",
    "default",      "deferrable",   "delete",
    "distinct",     "drop",         "else",
    "end",          "escape",       "except",
    "exists",       "false",        "filter",
    "foreign",      "from",         "full",
    "group",        "having",       "if",
    "in",           "index",        "indexed",
    "inner",        "insert",       "intersect",
    "into",         "is",           "isnull",
    "join",         "left",         "limit",
    "natural",      "not",          "nothing",
    "notnull",      "null",         "on",
    "or",           "order",        "outer",
    "over",         "primary",      "raise",
    "references",   "returning",    "right",
    "select",       "set",          "table",
    "then",         "to",           "transaction",
    "true",         "union",        "unique",
    "update",       "using",        "values",
    "when",         "where",        "window",
    "with",
};

/* PostgreSQL 15: the words of its keyword table that are reserved, or allowed
 * only as the name of a function or type. */
static const char *const postgresql_words[] = {
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "similar",
    "some",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
};

static int compare_word(const void *name, const void *word)
{
    return strcmp(name, *(const char *const *)word);
}

static bool is_reserved(enum dialect dialect, const char *name)
{
    if (dialect == DIALECT_SQLITE)
        return bsearch(name, sqlite_words,
                       sizeof sqlite_words / sizeof sqlite_words[0],
                       sizeof sqlite_words[0], compare_word) != NULL;
    return bsearch(name, postgresql_words,
                   sizeof postgresql_words / sizeof postgresql_words[0],
                   sizeof postgresql_words[0], compare_word) != NULL;
}

static bool is_plain(const char *name)
{
    if (!((name[0] >= 'a' && name[0] <= 'z') || name[0] == '_'))
        return false;
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

void ddl_name_quoted(struct buf *out, const char *name)
{
    buf_char(out, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"')
            buf_char(out, '"');
        buf_char(out, *name);
    }
    buf_char(out, '"');
}

void ddl_name(struct buf *out, enum dialect dialect, const char *name)
{
    if (is_plain(name) && !is_reserved(dialect, name))
        buf_add(out, name);
    else
        ddl_name_quoted(out, name);
}

void ddl_qualified(struct buf *out, enum dialect dialect, const char *schema,
                   const char *name)
{
    if (schema != NULL) {
        ddl_name(out, dialect, schema);
        buf_char(out, '.');
    }
    ddl_name(out, dialect, name);
}

int ddl_check_name(enum dialect dialect, const char *name, struct error *err)
{
    if (name[0] == '\0')
        return error_set(err, ERROR_FAILED, "a name is empty");
    if (dialect == DIALECT_POSTGRESQL && strlen(name) > DDL_NAME_MAX)
        return error_set(err, ERROR_FAILED,
                         "the name '%s' has %zu bytes, PostgreSQL takes %d",
                         name, strlen(name), DDL_NAME_MAX);
    return 0;
}

int ddl_parts_name(struct buf *out, enum dialect dialect, const char *name,
                   struct error *err)
{
    if (ddl_check_name(dialect, name, err) != 0)
        return -1;
    ddl_name(out, dialect, name);
    return 0;
}

int ddl_parts_qualified(struct buf *out, enum dialect dialect,
                        const char *schema, const char *name, struct error *err)
{
    if ((schema != NULL && ddl_check_name(dialect, schema, err) != 0) ||
        ddl_check_name(dialect, name, err) != 0)
        return -1;
    ddl_qualified(out, dialect, schema, name);
    return 0;
}

int ddl_parts_names(struct buf *out, enum dialect dialect,
                    const struct names *names, struct error *err)
{
    for (size_t i = 0; i < names->count; i++) {
        if (i > 0)
            buf_add(out, ", ");
        if (ddl_parts_name(out, dialect, names->items[i], err) != 0)
            return -1;
    }
    return 0;
}
