/* Splits SQL text of either database into tokens. Works on any bytes: what
 * cannot be a token is an operator of one byte, so nothing is ever lost. */
#ifndef DDL_SQL_LEX_H
#define DDL_SQL_LEX_H

#include "base/arena.h"
#include "model/schema.h"

#include <stdbool.h>
#include <stddef.h>

enum sql_token_kind {
    SQL_END,
    SQL_SPACE,
    SQL_COMMENT,
    SQL_WORD,   /* a keyword or a bare name */
    SQL_NAME,   /* a quoted name: "a", `a`, [a], U&"a" */
    SQL_STRING, /* 'a', E'a', X'00', $$a$$ */
    SQL_NUMBER,
    SQL_PARAM, /* ?, ?1, :name, @name, $name, $1 */
    SQL_OPERATOR
};

struct sql_token {
    enum sql_token_kind kind;
    bool open; /* a string, name or comment that never ends */
    size_t start, end;
};

enum sql_lex_dialect {
    SQL_LEX_SQLITE,
    SQL_LEX_POSTGRESQL,
    SQL_LEX_EITHER /* :name only; what is quoted in one of the two is quoted */
};

struct sql_lex {
    enum sql_lex_dialect dialect;
    const char *text;
    size_t size;
    size_t at;
};

void sql_lex_init(struct sql_lex *lex, enum sql_lex_dialect dialect,
                  const char *text, size_t size);

/* The next token, spaces and comments included; SQL_END at the end. */
struct sql_token sql_lex_next(struct sql_lex *lex);

/* The next token that is neither space nor comment. */
struct sql_token sql_lex_solid(struct sql_lex *lex);

/* As sql_lex_solid, without moving on. */
struct sql_token sql_lex_peek(const struct sql_lex *lex);

/* Whether two texts are the same but for spaces, comments and the case of
 * bare words. */
bool sql_lex_same(enum sql_lex_dialect dialect, const char *a, size_t a_size,
                  const char *b, size_t b_size);

/* Whether `token` is the bare word `word` (lower case), in any case. */
bool sql_lex_is(const struct sql_lex *lex, struct sql_token token,
                const char *word);

/* Whether `token` is the operator of the one byte `c`. */
bool sql_lex_is_char(const struct sql_lex *lex, struct sql_token token, char c);

/* Skips to behind the bracket that closes the one just read. Returns false
 * when the text ends before. */
bool sql_lex_close(struct sql_lex *lex);

/* Whether nothing but spaces, comments and semicolons follows. */
bool sql_lex_at_end(const struct sql_lex *lex);

/* The name that a word, a quoted name or a string stands for. */
char *sql_lex_name(const struct sql_lex *lex, struct sql_token token,
                   struct arena *arena);

#endif
