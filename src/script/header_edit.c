#include "script/header_edit.h"

#include "script/lua_lex.h"

#include <stdbool.h>
#include <string.h>

#define REVISES "Revises:"

/* A place in the text: empty at its beginning when nothing was found. */
struct place {
    size_t start, end;
};

/* What stands behind "Revises:" on a line of the comment token. */
static bool find_in_comment(const struct lua_lex *lex, struct place *place)
{
    size_t at = lex->start, last = lex->end;

    if (lex->brackets > 0)
        last -= lex->brackets;
    while (at < last) {
        size_t line = at, end = at;

        while (end < last && lex->text[end] != '\n' && lex->text[end] != '\r')
            end++;
        while (line < end && strchr("-[= \t", lex->text[line]) != NULL)
            line++;
        if (end - line >= strlen(REVISES) &&
            strncmp(lex->text + line, REVISES, strlen(REVISES)) == 0) {
            *place = (struct place){line + strlen(REVISES), end};
            return true;
        }
        at = end + 1;
    }
    return false;
}

/* Looks through the leading comment. */
static bool find_comment(const char *text, size_t size, struct place *place)
{
    struct lua_lex lex;

    lua_lex_init(&lex, text, size);
    lex.comments = true;
    while (lua_lex_next(&lex) == LUA_TOKEN_COMMENT)
        if (find_in_comment(&lex, place))
            return true;
    return false;
}

static bool is_symbol(const struct lua_lex *lex, const char *symbol)
{
    return lex->token == LUA_TOKEN_SYMBOL && lua_lex_is(lex, symbol);
}

/* The lexer stands at `=`: the literal behind it. */
static void read_value(struct lua_lex *lex, struct place *place)
{
    lua_lex_next(lex);
    place->start = lex->start;
    if (is_symbol(lex, "{"))
        while (lua_lex_next(lex) != LUA_TOKEN_END && !is_symbol(lex, "}"))
            ;
    place->end = lex->end;
}

/* Finds the value of a variable of the header, as script/header.c does: the
 * first plain assignment before the first function. */
static bool find_value(const char *text, size_t size, const char *name,
                       struct place *place)
{
    struct lua_lex lex;
    char previous = '\0';
    int depth = 0;

    lua_lex_init(&lex, text, size);
    lua_lex_next(&lex);
    while (lex.token != LUA_TOKEN_END && lex.token != LUA_TOKEN_ERROR &&
           !lua_lex_is(&lex, "function")) {
        bool is_name = depth == 0 && lex.token == LUA_TOKEN_NAME &&
                       lua_lex_is(&lex, name) && previous != '.' &&
                       previous != ':';
        char first = lex.token == LUA_TOKEN_SYMBOL ? text[lex.start] : '\0';

        depth += first == '{' || first == '(' || first == '[';
        depth -= first == '}' || first == ')' || first == ']';
        previous = first;
        lua_lex_next(&lex);
        if (is_name && is_symbol(&lex, "=")) {
            read_value(&lex, place);
            return true;
        }
    }
    return false;
}

static void add_value(struct buf *out, const struct names *down)
{
    if (down->count == 0)
        buf_add(out, "nil");
    if (down->count > 1)
        buf_add(out, "{ ");
    for (size_t i = 0; i < down->count; i++)
        buf_addf(out, "%s\"%s\"", i > 0 ? ", " : "", down->items[i]);
    if (down->count > 1)
        buf_add(out, " }");
}

static void add_comment(struct buf *out, const struct names *down)
{
    buf_add(out, down->count == 0 ? " base" : " ");
    for (size_t i = 0; i < down->count; i++)
        buf_addf(out, "%s%s", i > 0 ? ", " : "", down->items[i]);
}

void header_edit_down(struct buf *out, const char *text, size_t size,
                      const struct names *down)
{
    struct place comment = {0, 0}, value = {0, 0};
    size_t done = 0;

    if (find_comment(text, size, &comment)) {
        buf_addn(out, text, comment.start);
        add_comment(out, down);
        done = comment.end;
    }
    if (find_value(text, size, "down_revision", &value)) {
        buf_addn(out, text + done, value.start - done);
        add_value(out, down);
        done = value.end;
    } else if (find_value(text, size, "revision", &value)) {
        /* a root may leave it out */
        buf_addn(out, text + done, value.end - done);
        buf_add(out, "\ndown_revision = ");
        add_value(out, down);
        done = value.end;
    }
    buf_addn(out, text + done, size - done);
}
