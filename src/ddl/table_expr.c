#include "ddl/table_expr.h"

#include "base/buf.h"
#include "base/vec.h"
#include "ddl/ddl.h"
#include "ddl/sql_lex.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* A word that SQLite takes for a key word is no column where it is bare. */
static bool is_key_word(struct arena *arena, const char *word)
{
    char *lower = arena_strdup(arena, word);
    struct buf out;

    for (char *c = lower; *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    buf_init(&out, arena);
    ddl_name(&out, DIALECT_SQLITE, lower);
    return out.data[0] == '"';
}

static bool names_column(const struct sql_lex *lex, struct sql_token token,
                         const char *column, struct arena *arena)
{
    const char *name;

    if (token.kind != SQL_WORD && token.kind != SQL_NAME)
        return false;
    name = sql_lex_name(lex, token, arena);
    if (strcasecmp(name, column) != 0)
        return false;
    return token.kind == SQL_NAME || strchr(name, '$') != NULL ||
           (unsigned char)name[0] >= 0x80 || !is_key_word(arena, name);
}

static void start(struct sql_lex *lex, const char *sql,
                  struct table_range range)
{
    sql_lex_init(lex, SQL_LEX_SQLITE, sql, range.end);
    lex->at = range.start;
}

typedef VEC(struct table_range) range_list;

static void add(struct arena *arena, range_list *list, struct sql_token token)
{
    struct table_range range = {token.start, token.end};

    vec_push(arena, list, range);
}

void table_expr_find(struct arena *arena, const char *sql,
                     struct table_range range, const char *column,
                     struct table_expr_places *out)
{
    range_list list = {0};
    struct sql_token token;
    struct sql_lex lex;
    bool collation = false; /* behind COLLATE */
    bool type = false;      /* behind AS, in a CAST */

    start(&lex, sql, range);
    while ((token = sql_lex_solid(&lex)).kind != SQL_END) {
        struct sql_token next = sql_lex_peek(&lex);
        bool skip = collation || type || sql_lex_is_char(&lex, next, '(') ||
                    sql_lex_is_char(&lex, next, '.');

        if (!skip && names_column(&lex, token, column, arena))
            add(arena, &list, token);
        collation = sql_lex_is(&lex, token, "collate");
        if (sql_lex_is(&lex, token, "as"))
            type = true;
        else if (token.kind == SQL_OPERATOR)
            type = false;
    }
    out->items = list.items;
    out->count = list.count;
}

void table_expr_list(struct arena *arena, const char *sql,
                     struct table_range range, const char *column,
                     struct table_expr_places *out)
{
    range_list list = {0};
    struct sql_token token;
    struct sql_lex lex;
    bool first = true;

    start(&lex, sql, range);
    while ((token = sql_lex_solid(&lex)).kind != SQL_END) {
        if (first &&
            (token.kind == SQL_WORD || token.kind == SQL_NAME ||
             token.kind == SQL_STRING) &&
            strcasecmp(sql_lex_name(&lex, token, arena), column) == 0)
            add(arena, &list, token);
        first = sql_lex_is_char(&lex, token, ',');
    }
    out->items = list.items;
    out->count = list.count;
}

struct table_range table_expr_group(const char *sql, size_t at)
{
    struct table_range range = {at, at};
    struct sql_lex lex;

    sql_lex_init(&lex, SQL_LEX_SQLITE, sql, strlen(sql));
    lex.at = at;
    if (!sql_lex_is_char(&lex, sql_lex_solid(&lex), '('))
        return range;
    range.start = lex.at;
    if (!sql_lex_close(&lex))
        return (struct table_range){at, at};
    range.end = lex.at - 1;
    return range;
}
