#include "ddl/sql_lex.h"

#include <string.h>
#include <strings.h>

void sql_lex_init(struct sql_lex *lex, enum sql_lex_dialect dialect,
                  const char *text, size_t size)
{
    lex->dialect = dialect;
    lex->text = text;
    lex->size = size;
    lex->at = 0;
}

static bool is_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word_start(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c >= 0x80;
}

static bool is_word(unsigned char c)
{
    return is_word_start(c) || is_digit(c) || c == '$';
}

/* The byte at `at`, NUL behind the end. */
static unsigned char byte(const struct sql_lex *lex, size_t at)
{
    return at < lex->size ? (unsigned char)lex->text[at] : 0;
}

static size_t skip_word(const struct sql_lex *lex, size_t at)
{
    while (at < lex->size && is_word((unsigned char)lex->text[at]))
        at++;
    return at;
}

static size_t skip_digits(const struct sql_lex *lex, size_t at)
{
    while (is_digit(byte(lex, at)))
        at++;
    return at;
}

/* Behind the quote that ends what starts at `at`; a doubled one is content. */
static size_t skip_quoted(const struct sql_lex *lex, size_t at, char quote,
                          bool backslash, bool *open)
{
    for (at++; at < lex->size; at++) {
        if (backslash && lex->text[at] == '\\') {
            at++;
        } else if (lex->text[at] == quote) {
            if (quote == ']' || byte(lex, at + 1) != (unsigned char)quote)
                return at + 1;
            at++;
        }
    }
    *open = true;
    return lex->size;
}

static size_t skip_line(const struct sql_lex *lex, size_t at)
{
    const char *end = memchr(lex->text + at, '\n', lex->size - at);

    return end != NULL ? (size_t)(end - lex->text) : lex->size;
}

static size_t skip_block(const struct sql_lex *lex, size_t at, bool nested,
                         bool *open)
{
    size_t depth = 1;

    for (at += 2; at + 1 < lex->size; at++) {
        if (lex->text[at] == '*' && lex->text[at + 1] == '/') {
            at++;
            if (--depth == 0)
                return at + 1;
        } else if (nested && lex->text[at] == '/' && lex->text[at + 1] == '*') {
            at++;
            depth++;
        }
    }
    *open = true;
    return lex->size;
}

static size_t skip_comment(const struct sql_lex *lex, size_t at, bool *open)
{
    size_t end = skip_block(lex, at, lex->dialect != SQL_LEX_SQLITE, open);

    /* what SQLite ends at the first mark, nested or not */
    if (*open && lex->dialect == SQL_LEX_EITHER) {
        *open = false;
        end = skip_block(lex, at, false, open);
    }
    return end;
}

/* $$...$$ or $tag$...$tag$; returns `at` when none starts there. */
static size_t skip_dollar(const struct sql_lex *lex, size_t at, bool *open)
{
    size_t tag = at + 1, size;

    if (is_word_start(byte(lex, tag)))
        while (is_word_start(byte(lex, tag)) || is_digit(byte(lex, tag)))
            tag++;
    if (byte(lex, tag) != '$')
        return at;
    size = tag + 1 - at;
    for (size_t i = tag + 1; i + size <= lex->size; i++) {
        const char *next = memchr(lex->text + i, '$', lex->size - i);

        if (next == NULL)
            break;
        i = (size_t)(next - lex->text);
        if (i + size <= lex->size && memcmp(next, lex->text + at, size) == 0)
            return i + size;
    }
    *open = true;
    return lex->size;
}

static size_t skip_number(const struct sql_lex *lex, size_t at)
{
    size_t end;

    if (byte(lex, at) == '0' && (byte(lex, at + 1) | 0x20) == 'x')
        return skip_word(lex, at);
    end = skip_digits(lex, at);
    /* 1..2 is a range in PL/pgSQL, not two numbers */
    if (byte(lex, end) == '.' && byte(lex, end + 1) != '.')
        end = skip_digits(lex, end + 1);
    if ((byte(lex, end) | 0x20) == 'e') {
        size_t sign = end + 1;

        if (byte(lex, sign) == '+' || byte(lex, sign) == '-')
            sign++;
        if (is_digit(byte(lex, sign)))
            end = skip_digits(lex, sign);
    }
    return end;
}

/* A string or name with letters before its quote: E'', X'', U&"". Returns
 * `at` when it is only a word. */
static size_t skip_prefixed(const struct sql_lex *lex, size_t at,
                            struct sql_token *token)
{
    unsigned char letter = byte(lex, at) | 0x20;
    bool postgresql = lex->dialect != SQL_LEX_SQLITE;

    if (byte(lex, at + 1) == '\'' &&
        (letter == 'x' ||
         (postgresql && (letter == 'e' || letter == 'b' || letter == 'n')))) {
        token->kind = SQL_STRING;
        return skip_quoted(lex, at + 1, '\'', letter == 'e', &token->open);
    }
    if (postgresql && letter == 'u' && byte(lex, at + 1) == '&' &&
        (byte(lex, at + 2) == '\'' || byte(lex, at + 2) == '"')) {
        char quote = lex->text[at + 2];

        token->kind = quote == '"' ? SQL_NAME : SQL_STRING;
        return skip_quoted(lex, at + 2, quote, false, &token->open);
    }
    return at;
}

/* Where either database may be meant, [..] is a name only when it holds half
 * of a pair of quotes; an array subscript never does. */
static bool is_bracket_name(const struct sql_lex *lex, size_t at)
{
    const char *start = lex->text + at;
    const char *end = memchr(start, ']', lex->size - at);
    size_t quotes = 0;

    if (lex->dialect == SQL_LEX_SQLITE)
        return true;
    if (lex->dialect == SQL_LEX_POSTGRESQL || end == NULL)
        return false;
    for (; start < end; start++)
        quotes += *start == '\'';
    return quotes % 2 == 1;
}

static size_t skip_colon(const struct sql_lex *lex, size_t at,
                         struct sql_token *token)
{
    unsigned char next = byte(lex, at + 1);

    if (next == ':' || next == '=')
        return at + 2;
    /* a[1:n] is a slice */
    if (!is_word_start(next) || lex->dialect == SQL_LEX_POSTGRESQL ||
        (lex->dialect == SQL_LEX_EITHER && at > 0 &&
         is_word((unsigned char)lex->text[at - 1])))
        return at + 1;
    token->kind = SQL_PARAM;
    at++;
    if (lex->dialect == SQL_LEX_SQLITE)
        return skip_word(lex, at);
    while (is_word(byte(lex, at)) && byte(lex, at) != '$')
        at++;
    return at;
}

static size_t skip_variable(const struct sql_lex *lex, size_t at,
                            struct sql_token *token)
{
    char c = lex->text[at];
    bool sqlite = lex->dialect == SQL_LEX_SQLITE;
    size_t end = at;

    if (c == '$' && !sqlite)
        end = skip_dollar(lex, at, &token->open);
    if (end > at) {
        token->kind = SQL_STRING;
        return end;
    }
    if (c == '?' && sqlite)
        end = skip_digits(lex, at + 1);
    else if (c == '$' && !sqlite)
        end = skip_digits(lex, at + 1);
    else if (sqlite && is_word(byte(lex, at + 1)))
        end = skip_word(lex, at + 1);
    if (end > at + 1 || (end > at && c == '?'))
        token->kind = SQL_PARAM;
    return end > at ? end : at + 1;
}

static size_t skip_operator(const struct sql_lex *lex, size_t at)
{
    static const char *const pairs[] = {"->>", "||", "<=", ">=", "<>",
                                        "!=",  "==", "<<", ">>", "->"};

    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        size_t size = strlen(pairs[i]);

        if (lex->size - at >= size &&
            memcmp(lex->text + at, pairs[i], size) == 0)
            return at + size;
    }
    return at + 1;
}

static size_t skip_mark(const struct sql_lex *lex, size_t at,
                        struct sql_token *token)
{
    char c = lex->text[at];

    if (c == '\'') {
        token->kind = SQL_STRING;
        return skip_quoted(lex, at, c, false, &token->open);
    }
    if (c == '"' || (c == '`' && lex->dialect != SQL_LEX_POSTGRESQL)) {
        token->kind = SQL_NAME;
        return skip_quoted(lex, at, c, false, &token->open);
    }
    if (c == '[' && is_bracket_name(lex, at)) {
        token->kind = SQL_NAME;
        return skip_quoted(lex, at, ']', false, &token->open);
    }
    if (c == ':')
        return skip_colon(lex, at, token);
    if (c == '$' || c == '@' || c == '?')
        return skip_variable(lex, at, token);
    return skip_operator(lex, at);
}

struct sql_token sql_lex_next(struct sql_lex *lex)
{
    struct sql_token token = {SQL_OPERATOR, false, lex->at, lex->at};
    size_t at = lex->at;
    unsigned char c = byte(lex, at);

    if (at >= lex->size) {
        token.kind = SQL_END;
        return token;
    }
    if (is_space(c)) {
        token.kind = SQL_SPACE;
        while (is_space(byte(lex, at)))
            at++;
    } else if (c == '-' && byte(lex, at + 1) == '-') {
        token.kind = SQL_COMMENT;
        at = skip_line(lex, at);
    } else if (c == '/' && byte(lex, at + 1) == '*') {
        token.kind = SQL_COMMENT;
        at = skip_comment(lex, at, &token.open);
    } else if (is_word_start(c)) {
        token.kind = SQL_WORD;
        at = skip_prefixed(lex, at, &token);
        if (at == lex->at)
            at = skip_word(lex, at);
    } else if (is_digit(c) || (c == '.' && is_digit(byte(lex, at + 1)))) {
        token.kind = SQL_NUMBER;
        at = skip_number(lex, at);
    } else {
        at = skip_mark(lex, at, &token);
    }
    token.end = lex->at = at;
    return token;
}

struct sql_token sql_lex_solid(struct sql_lex *lex)
{
    struct sql_token token;

    do
        token = sql_lex_next(lex);
    while (token.kind == SQL_SPACE || token.kind == SQL_COMMENT);
    return token;
}

struct sql_token sql_lex_peek(const struct sql_lex *lex)
{
    struct sql_lex copy = *lex;

    return sql_lex_solid(&copy);
}

bool sql_lex_same(enum sql_lex_dialect dialect, const char *a, size_t a_size,
                  const char *b, size_t b_size)
{
    struct sql_lex left, right;

    sql_lex_init(&left, dialect, a, a_size);
    sql_lex_init(&right, dialect, b, b_size);
    for (;;) {
        struct sql_token one = sql_lex_solid(&left);
        struct sql_token other = sql_lex_solid(&right);
        size_t size = one.end - one.start;
        bool is_word = one.kind == SQL_WORD;

        if (one.kind != other.kind || size != other.end - other.start)
            return false;
        if (one.kind == SQL_END)
            return true;
        if (is_word ? strncasecmp(a + one.start, b + other.start, size) != 0
                    : memcmp(a + one.start, b + other.start, size) != 0)
            return false;
    }
}

bool sql_lex_is(const struct sql_lex *lex, struct sql_token token,
                const char *word)
{
    size_t size = token.end - token.start;

    return token.kind == SQL_WORD && strlen(word) == size &&
           strncasecmp(lex->text + token.start, word, size) == 0;
}

bool sql_lex_is_char(const struct sql_lex *lex, struct sql_token token, char c)
{
    return token.kind == SQL_OPERATOR && token.end - token.start == 1 &&
           lex->text[token.start] == c;
}

bool sql_lex_close(struct sql_lex *lex)
{
    size_t depth = 1;

    while (depth > 0) {
        struct sql_token token = sql_lex_solid(lex);

        if (token.kind == SQL_END)
            return false;
        if (sql_lex_is_char(lex, token, '('))
            depth++;
        else if (sql_lex_is_char(lex, token, ')'))
            depth--;
    }
    return true;
}

bool sql_lex_at_end(const struct sql_lex *lex)
{
    struct sql_lex copy = *lex;
    struct sql_token token;

    do
        token = sql_lex_solid(&copy);
    while (sql_lex_is_char(&copy, token, ';'));
    return token.kind == SQL_END;
}

char *sql_lex_name(const struct sql_lex *lex, struct sql_token token,
                   struct arena *arena)
{
    const char *text = lex->text + token.start;
    size_t size = token.end - token.start;
    size_t used = 0;
    char quote = text[0] == '[' ? ']' : text[0];
    char *name;

    if (size < 2 || token.kind == SQL_WORD)
        return arena_strndup(arena, text, size);
    name = arena_alloc(arena, size);
    for (size_t i = 1; i + 1 < size; i++) {
        name[used++] = text[i];
        if (text[i] == quote && quote != ']')
            i++;
    }
    return name;
}
