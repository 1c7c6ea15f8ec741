/* The tokens of Lua source text (Lua 5.4 manual, 3.1), without Lua: for the
 * static header and the checksum of a revision file. */
#ifndef SCRIPT_LUA_LEX_H
#define SCRIPT_LUA_LEX_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum lua_token {
    LUA_TOKEN_END,
    LUA_TOKEN_NAME, /* keywords too */
    LUA_TOKEN_NUMBER,
    LUA_TOKEN_STRING,
    LUA_TOKEN_SYMBOL,
    LUA_TOKEN_COMMENT, /* only with lex->comments */
    LUA_TOKEN_ERROR    /* lex->fault says what is wrong */
};

struct lua_lex {
    const char *text; /* need not be NUL-terminated */
    size_t size;
    size_t next;   /* where the next token is looked for */
    bool comments; /* whether comments are tokens */
    /* the token read last */
    enum lua_token token;
    size_t start, end; /* its bytes, quotes and brackets included */
    int line;          /* where it starts */
    int next_line;
    size_t brackets; /* strings, comments: length of the opening [==[, or 0 */
    const char *fault;
};

/* Starts behind a byte order mark and a first line with `#`. */
void lua_lex_init(struct lua_lex *lex, const char *text, size_t size);

/* Reads the next token. A token that the text's end cuts off is a
 * LUA_TOKEN_ERROR that ends at lex->size. */
enum lua_token lua_lex_next(struct lua_lex *lex);

/* Whether the token is exactly `text`. */
bool lua_lex_is(const struct lua_lex *lex, const char *text);

/* The bytes that the string token means, in `arena`, with a NUL behind.
 * Returns NULL and sets lex->fault for a bad escape sequence. */
char *lua_lex_string(struct lua_lex *lex, struct arena *arena, size_t *size);

#endif
