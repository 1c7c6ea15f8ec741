#include "ddl/table_text.h"

#include "base/vec.h"
#include "ddl/sql_lex.h"

#include <string.h>

struct parser {
    struct arena *arena;
    struct sql_lex lex;
    struct sql_token token; /* the current one */
    size_t last;            /* end of the one before */
};

static void advance(struct parser *p)
{
    p->last = p->token.end;
    p->token = sql_lex_solid(&p->lex);
}

static bool at(const struct parser *p, const char *word)
{
    return sql_lex_is(&p->lex, p->token, word);
}

static bool at_char(const struct parser *p, char c)
{
    return sql_lex_is_char(&p->lex, p->token, c);
}

static bool at_name(const struct parser *p)
{
    return p->token.kind == SQL_WORD || p->token.kind == SQL_NAME ||
           p->token.kind == SQL_STRING;
}

static bool accept(struct parser *p, const char *word)
{
    if (!at(p, word))
        return false;
    advance(p);
    return true;
}

static int fail(const struct parser *p, struct error *err)
{
    return error_set(err, ERROR_FAILED,
                     "cannot read the stored table text at byte %zu",
                     p->token.start + 1);
}

static int expect(struct parser *p, const char *word, struct error *err)
{
    return accept(p, word) ? 0 : fail(p, err);
}

static int read_name(struct parser *p, const char **name,
                     struct table_range *range, struct error *err)
{
    if (!at_name(p) || p->token.open)
        return fail(p, err);
    *name = sql_lex_name(&p->lex, p->token, p->arena);
    if (range != NULL) {
        range->start = p->token.start;
        range->end = p->token.end;
    }
    advance(p);
    return 0;
}

/* Reads "( ... )"; `body` is what lies inside, spaces at its ends left out. */
static int read_group(struct parser *p, struct table_range *body,
                      struct error *err)
{
    size_t depth = 1;

    if (!at_char(p, '('))
        return fail(p, err);
    advance(p);
    body->start = body->end = p->token.start;
    while (depth > 0) {
        if (p->token.kind == SQL_END || p->token.open)
            return fail(p, err);
        if (at_char(p, '('))
            depth++;
        else if (at_char(p, ')'))
            depth--;
        if (depth > 0)
            body->end = p->token.end;
        advance(p);
    }
    return 0;
}

/* The first name of each item of a list in parentheses. */
static int read_columns(struct parser *p, struct names *names,
                        struct table_range *body, struct error *err)
{
    VEC(const char *) items = {0};
    struct parser list = *p;
    const char *name;

    if (read_group(p, body, err) != 0)
        return -1;
    advance(&list);
    for (;;) {
        if (read_name(&list, &name, NULL, err) != 0)
            return -1;
        vec_push(p->arena, &items, name);
        while (list.token.start < body->end && !at_char(&list, ','))
            advance(&list); /* COLLATE, ASC, AUTOINCREMENT */
        if (list.token.start >= body->end)
            break;
        advance(&list);
    }
    names->items = items.items;
    names->count = items.count;
    return 0;
}

static int read_conflict(struct parser *p, struct error *err)
{
    if (!at(p, "on"))
        return 0;
    advance(p);
    if (expect(p, "conflict", err) != 0)
        return -1;
    return read_name(p, &(const char *){NULL}, NULL, err);
}

/* ON DELETE ..., MATCH ..., [NOT] DEFERRABLE ... in any order. */
static int read_actions(struct parser *p, struct table_clause *clause,
                        struct error *err)
{
    for (;;) {
        struct sql_token next = sql_lex_peek(&p->lex);

        if (at(p, "on") && !sql_lex_is(&p->lex, next, "conflict")) {
            advance(p);
            advance(p);
            if (accept(p, "set") || accept(p, "no") || at_name(p))
                advance(p);
            else
                return fail(p, err);
        } else if (accept(p, "match")) {
            if (read_name(p, &clause->match, NULL, err) != 0)
                return -1;
        } else if (at(p, "deferrable") ||
                   (at(p, "not") && sql_lex_is(&p->lex, next, "deferrable"))) {
            clause->deferrable = accept(p, "not") ? TRI_FALSE : TRI_TRUE;
            advance(p);
            if (accept(p, "initially")) {
                clause->initially =
                    at(p, "deferred") ? "DEFERRED" : "IMMEDIATE";
                advance(p);
            }
        } else {
            return 0;
        }
    }
}

static int read_references(struct parser *p, struct table_clause *clause,
                           struct error *err)
{
    struct table_range ignored;

    clause->kind = TABLE_CLAUSE_FOREIGN_KEY;
    if (read_name(p, &clause->referent, &clause->referent_range, err) != 0)
        return -1;
    if (at_char(p, '(') &&
        read_columns(p, &clause->referent_columns, &ignored, err) != 0)
        return -1;
    return read_actions(p, clause, err);
}

static int read_default(struct parser *p, struct table_clause *clause,
                        struct error *err)
{
    clause->kind = TABLE_CLAUSE_DEFAULT;
    if (at_char(p, '('))
        return read_group(p, &clause->body, err);
    clause->body.start = p->token.start;
    while (at_char(p, '+') || at_char(p, '-'))
        advance(p);
    if (p->token.kind == SQL_END || p->token.kind == SQL_OPERATOR)
        return fail(p, err);
    advance(p);
    clause->body.end = p->last;
    return 0;
}

static int read_generated(struct parser *p, struct table_clause *clause,
                          struct error *err)
{
    clause->kind = TABLE_CLAUSE_GENERATED;
    if (accept(p, "generated") && expect(p, "always", err) != 0)
        return -1;
    if (expect(p, "as", err) != 0 || read_group(p, &clause->body, err) != 0)
        return -1;
    if (at(p, "stored") || at(p, "virtual")) {
        clause->stored = at(p, "stored");
        advance(p);
    }
    return 0;
}

static int read_column_key(struct parser *p, struct table_clause *clause,
                           struct error *err)
{
    clause->kind = TABLE_CLAUSE_PRIMARY_KEY;
    if (expect(p, "key", err) != 0)
        return -1;
    if (!accept(p, "asc"))
        accept(p, "desc");
    if (read_conflict(p, err) != 0)
        return -1;
    clause->autoincrement = accept(p, "autoincrement");
    return 0;
}

static bool at_generated(const struct parser *p)
{
    return at(p, "as") ||
           (at(p, "generated") &&
            sql_lex_is(&p->lex, sql_lex_peek(&p->lex), "always"));
}

/* What follows CONSTRAINT name, if anything. */
static int read_column_rest(struct parser *p, struct table_clause *clause,
                            struct error *err)
{
    if (accept(p, "primary"))
        return read_column_key(p, clause, err);
    if (accept(p, "not")) {
        clause->kind = TABLE_CLAUSE_NOT_NULL;
        return expect(p, "null", err) != 0 ? -1 : read_conflict(p, err);
    }
    if (accept(p, "null")) {
        clause->kind = TABLE_CLAUSE_NULL;
        return read_conflict(p, err);
    }
    if (accept(p, "unique")) {
        clause->kind = TABLE_CLAUSE_UNIQUE;
        return read_conflict(p, err);
    }
    if (accept(p, "check")) {
        clause->kind = TABLE_CLAUSE_CHECK;
        return read_group(p, &clause->body, err);
    }
    if (accept(p, "default"))
        return read_default(p, clause, err);
    if (accept(p, "collate")) {
        clause->kind = TABLE_CLAUSE_COLLATE;
        return read_name(p, &clause->collation, &clause->body, err);
    }
    if (accept(p, "references"))
        return read_references(p, clause, err);
    if (at_generated(p))
        return read_generated(p, clause, err);
    return 0;
}

static int read_column_clause(struct parser *p, struct table_clause *clause,
                              struct error *err)
{
    size_t start = p->token.start;

    memset(clause, 0, sizeof *clause);
    if (accept(p, "constraint") &&
        read_name(p, &clause->name, &clause->name_range, err) != 0)
        return -1;
    if (read_column_rest(p, clause, err) != 0)
        return -1;
    clause->range.start = start;
    clause->range.end = p->last;
    /* neither a name nor anything known: no progress was made */
    return p->token.start == start ? fail(p, err) : 0;
}

static bool at_column_clause(const struct parser *p)
{
    static const char *const words[] = {
        "constraint", "primary", "not",     "null",       "unique",
        "check",      "default", "collate", "references", "deferrable"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (at(p, words[i]))
            return true;
    return at_generated(p);
}

static int read_type(struct parser *p, struct table_range *type,
                     struct error *err)
{
    struct table_range ignored;

    type->start = type->end = p->token.start;
    while (at_name(p) && !at_column_clause(p)) {
        advance(p);
        type->end = p->last;
    }
    if (type->end == type->start || !at_char(p, '('))
        return 0;
    if (read_group(p, &ignored, err) != 0)
        return -1;
    type->end = p->last;
    return 0;
}

static int read_column(struct parser *p, struct table_column *column,
                       struct error *err)
{
    VEC(struct table_clause) clauses = {0};

    memset(column, 0, sizeof *column);
    column->range.start = p->token.start;
    if (read_name(p, &column->name, &column->name_range, err) != 0 ||
        read_type(p, &column->type, err) != 0)
        return -1;
    while (!at_char(p, ',') && !at_char(p, ')')) {
        struct table_clause clause;

        if (read_column_clause(p, &clause, err) != 0)
            return -1;
        vec_push(p->arena, &clauses, clause);
    }
    column->range.end = p->last;
    column->clauses = clauses.items;
    column->clause_count = clauses.count;
    return 0;
}

static bool at_constraint(const struct parser *p)
{
    return at(p, "constraint") || at(p, "primary") || at(p, "unique") ||
           at(p, "check") || at(p, "foreign");
}

static bool has_autoincrement(const struct parser *p, struct table_range body)
{
    struct sql_lex lex = p->lex;
    struct sql_token token;

    lex.at = body.start;
    do {
        token = sql_lex_solid(&lex);
        if (sql_lex_is(&lex, token, "autoincrement"))
            return true;
    } while (token.kind != SQL_END && token.end < body.end);
    return false;
}

static int read_table_rest(struct parser *p, struct table_clause *clause,
                           struct error *err)
{
    if (accept(p, "primary") || at(p, "unique")) {
        clause->kind = TABLE_CLAUSE_UNIQUE;
        if (!accept(p, "unique")) {
            clause->kind = TABLE_CLAUSE_PRIMARY_KEY;
            if (expect(p, "key", err) != 0)
                return -1;
        }
        if (read_columns(p, &clause->columns, &clause->body, err) != 0)
            return -1;
        clause->autoincrement = has_autoincrement(p, clause->body);
        return read_conflict(p, err);
    }
    if (accept(p, "check")) {
        clause->kind = TABLE_CLAUSE_CHECK;
        if (read_group(p, &clause->body, err) != 0)
            return -1;
        return read_conflict(p, err);
    }
    if (accept(p, "foreign")) {
        if (expect(p, "key", err) != 0 ||
            read_columns(p, &clause->columns, &clause->body, err) != 0 ||
            expect(p, "references", err) != 0)
            return -1;
        return read_references(p, clause, err);
    }
    return 0;
}

static int read_constraint(struct parser *p, struct table_clause *clause,
                           struct error *err)
{
    memset(clause, 0, sizeof *clause);
    clause->range.start = p->token.start;
    if (!at_constraint(p))
        return fail(p, err);
    if (accept(p, "constraint") &&
        read_name(p, &clause->name, &clause->name_range, err) != 0)
        return -1;
    if (read_table_rest(p, clause, err) != 0)
        return -1;
    clause->range.end = p->last;
    return 0;
}

static int read_head(struct parser *p, struct table_text *out,
                     struct error *err)
{
    if (expect(p, "create", err) != 0)
        return -1;
    if (!accept(p, "temp"))
        accept(p, "temporary");
    if (expect(p, "table", err) != 0)
        return -1;
    if (at(p, "if") && sql_lex_is(&p->lex, sql_lex_peek(&p->lex), "not")) {
        advance(p);
        advance(p);
        if (expect(p, "exists", err) != 0)
            return -1;
    }
    if (read_name(p, &out->name, &out->name_range, err) != 0)
        return -1;
    if (at_char(p, '.')) {
        advance(p);
        if (read_name(p, &out->name, &out->name_range, err) != 0)
            return -1;
    }
    return 0;
}

static int read_body(struct parser *p, struct table_text *out,
                     struct error *err)
{
    VEC(struct table_column) columns = {0};
    VEC(struct table_clause) constraints = {0};

    if (!at_char(p, '('))
        return fail(p, err);
    out->body.start = p->token.end;
    do {
        advance(p);
        if (at_constraint(p) && columns.count > 0) {
            /* commas between constraints may be left out */
            do {
                struct table_clause clause;

                if (read_constraint(p, &clause, err) != 0)
                    return -1;
                vec_push(p->arena, &constraints, clause);
            } while (!at_char(p, ',') && !at_char(p, ')'));
        } else {
            struct table_column column;

            if (constraints.count > 0 || read_column(p, &column, err) != 0)
                return fail(p, err);
            vec_push(p->arena, &columns, column);
        }
    } while (at_char(p, ','));
    out->body.end = p->token.start;
    out->columns = columns.items;
    out->column_count = columns.count;
    out->constraints = constraints.items;
    out->constraint_count = constraints.count;
    return at_char(p, ')') ? 0 : fail(p, err);
}

static int read_options(struct parser *p, struct table_text *out,
                        struct error *err)
{
    advance(p);
    out->options.start = out->options.end = p->token.start;
    while (p->token.kind != SQL_END && !at_char(p, ';')) {
        if (accept(p, "without")) {
            out->without_rowid = at(p, "rowid");
            if (!out->without_rowid)
                return fail(p, err);
        } else if (at(p, "strict")) {
            out->strict = true;
        } else if (!at_char(p, ',')) {
            return fail(p, err);
        }
        advance(p);
        out->options.end = p->last;
    }
    return 0;
}

static void start(struct parser *p, struct arena *arena, const char *sql,
                  size_t size)
{
    memset(p, 0, sizeof *p);
    p->arena = arena;
    sql_lex_init(&p->lex, SQL_LEX_SQLITE, sql, size);
    advance(p);
}

int table_text_parse(struct arena *arena, const char *sql, size_t size,
                     struct table_text *out, struct error *err)
{
    struct parser p;

    memset(out, 0, sizeof *out);
    out->sql = sql;
    out->size = size;
    start(&p, arena, sql, size);
    if (read_head(&p, out, err) != 0 || read_body(&p, out, err) != 0)
        return -1;
    return read_options(&p, out, err);
}

/* Reads one element of an index up to its comma or parenthesis. */
static int read_element(struct parser *p, struct element *element,
                        struct error *err)
{
    struct sql_token first = p->token;
    size_t begin = p->token.start, end = begin, count = 0;
    struct table_range group;

    memset(element, 0, sizeof *element);
    while (!at_char(p, ',') && !at_char(p, ')')) {
        if (p->token.kind == SQL_END)
            return fail(p, err);
        /* the first word may be a column of that name */
        if (count > 0 && (at(p, "asc") || at(p, "desc"))) {
            element->descending = at(p, "desc");
            advance(p);
            break;
        }
        if (at(p, "collate")) {
            advance(p);
            if (read_name(p, &element->collation, NULL, err) != 0)
                return -1;
            continue;
        }
        /* a collation inside a larger expression belongs to it */
        element->collation = NULL;
        count++;
        if (at_char(p, '(')) {
            if (read_group(p, &group, err) != 0)
                return -1;
        } else {
            advance(p);
        }
        end = p->last;
    }
    if (count == 1 && (first.kind == SQL_WORD || first.kind == SQL_NAME ||
                       first.kind == SQL_STRING))
        element->column = sql_lex_name(&p->lex, first, p->arena);
    else
        element->expression =
            arena_strndup(p->arena, p->lex.text + begin, end - begin);
    return count == 0 ? fail(p, err) : 0;
}

int table_text_index(struct arena *arena, const char *sql, size_t size,
                     struct index_text *out, struct error *err)
{
    VEC(struct element) elements = {0};
    struct parser p;

    memset(out, 0, sizeof *out);
    start(&p, arena, sql, size);
    while (p.token.kind != SQL_END && !at_char(&p, '('))
        advance(&p);
    do {
        struct element element;

        advance(&p);
        if (read_element(&p, &element, err) != 0)
            return -1;
        vec_push(arena, &elements, element);
    } while (at_char(&p, ','));
    out->elements.items = elements.items;
    out->elements.count = elements.count;
    if (!at_char(&p, ')'))
        return fail(&p, err);
    advance(&p);
    if (accept(&p, "where")) {
        size_t from = p.token.start;

        while (p.token.kind != SQL_END && !at_char(&p, ';'))
            advance(&p);
        if (p.last <= from)
            return fail(&p, err);
        out->where = arena_strndup(arena, sql + from, p.last - from);
    }
    return 0;
}

bool table_text_autoincrement(const struct table_text *text)
{
    for (size_t i = 0; i < text->constraint_count; i++)
        if (text->constraints[i].autoincrement)
            return true;
    for (size_t i = 0; i < text->column_count; i++)
        for (size_t j = 0; j < text->columns[i].clause_count; j++)
            if (text->columns[i].clauses[j].autoincrement)
                return true;
    return false;
}
