#include "script/header_doc.h"

#include "base/buf.h"

#include <string.h>

#define DATE "Create Date:"
/* What most leading comments need; the rest is given back. */
#define ROOM 1024

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Adds a line without the spaces at its end; no empty ones at the start. */
static void add_line(struct buf *doc, const char *text, size_t size)
{
    while (size > 0 && is_blank(text[size - 1]))
        size--;
    if (size == 0 && doc->size == 0)
        return;
    buf_addn(doc, text, size);
    buf_char(doc, '\n');
}

static void add_long_comment(struct buf *doc, const char *text, size_t size)
{
    size_t at = 0;

    while (size > 0 && is_blank(*text)) {
        text++;
        size--;
    }
    while (at <= size) {
        size_t end = at;

        while (end < size && text[end] != '\n' && text[end] != '\r')
            end++;
        add_line(doc, text + at, end - at);
        at = end + 1;
        if (at < size && text[end] == '\r' && text[at] == '\n')
            at++;
    }
}

static void add_comment(struct buf *doc, const struct lua_lex *lex)
{
    const char *text = lex->text + lex->start + 2;
    size_t size = lex->end - lex->start - 2;

    if (lex->brackets > 0) {
        add_long_comment(doc, text + lex->brackets, size - 2 * lex->brackets);
        return;
    }
    while (size > 0 && *text == '-') {
        text++;
        size--;
    }
    if (size > 0 && *text == ' ') {
        text++;
        size--;
    }
    add_line(doc, text, size);
}

/* The end of the line at `text`. */
static const char *line_end(const char *text, const char *end)
{
    const char *newline = memchr(text, '\n', (size_t)(end - text));

    return newline != NULL ? newline : end;
}

static void store(struct buf *doc, struct arena *arena,
                  struct revision *revision)
{
    const size_t prefix = sizeof DATE - 1;
    const char *line, *end, *next;

    while (doc->size > 0 && doc->data[doc->size - 1] == '\n')
        doc->size--;
    doc->data[doc->size] = '\0';
    line = arena_grow(arena, doc->data, doc->capacity, doc->size + 1);
    end = line + doc->size;
    if (line == end)
        return;
    revision->doc = line;
    next = line_end(line, end);
    revision->message = arena_strndup(arena, line, (size_t)(next - line));
    for (; line < end; line = next + 1) {
        next = line_end(line, end);
        if ((size_t)(next - line) <= prefix || memcmp(line, DATE, prefix) != 0)
            continue;
        line += prefix;
        while (line < next && is_blank(*line))
            line++;
        if (line < next)
            revision->create_date =
                arena_strndup(arena, line, (size_t)(next - line));
        return;
    }
}

void header_doc_read(struct lua_lex *lex, struct arena *arena,
                     struct revision *revision)
{
    size_t next = lex->next;
    int line = lex->next_line;
    struct buf doc = {.arena = NULL};

    lex->comments = true;
    while (lua_lex_next(lex) == LUA_TOKEN_COMMENT) {
        if (doc.arena == NULL)
            doc = (struct buf){.arena = arena,
                               .data = arena_grow(arena, NULL, 0, ROOM),
                               .capacity = ROOM};
        else if (lex->line > line + 1)
            break;
        add_comment(&doc, lex);
        next = lex->next;
        line = lex->next_line;
    }
    /* back to the end of the last of them */
    lex->comments = false;
    lex->token = LUA_TOKEN_END;
    lex->next = next;
    lex->next_line = line;
    if (doc.arena != NULL)
        store(&doc, arena, revision);
}
