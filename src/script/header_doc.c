#include "script/header_doc.h"

#include "base/buf.h"

#include <string.h>

#define DATE "Create Date:"

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

static void store(struct buf *doc, struct arena *arena,
                  struct revision *revision)
{
    const char *line = doc->data;

    while (doc->size > 0 && doc->data[doc->size - 1] == '\n')
        doc->data[--doc->size] = '\0';
    if (doc->size == 0)
        return;
    revision->doc = doc->data =
        arena_grow(arena, doc->data, doc->capacity, doc->size + 1);
    revision->message = arena_strndup(arena, line, strcspn(line, "\n"));
    for (; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, DATE, strlen(DATE)) != 0)
            continue;
        line += strlen(DATE);
        line += strspn(line, " \t");
        if (*line != '\0' && *line != '\n')
            revision->create_date =
                arena_strndup(arena, line, strcspn(line, "\n"));
        return;
    }
}

void header_doc_read(struct lua_lex *lex, struct arena *arena,
                     struct revision *revision)
{
    struct lua_lex ahead = *lex;
    struct buf doc = {.arena = NULL};
    int line = 0;

    ahead.comments = true;
    while (lua_lex_next(&ahead) == LUA_TOKEN_COMMENT) {
        if (doc.arena == NULL)
            buf_init(&doc, arena);
        else if (ahead.line > line + 1)
            break;
        add_comment(&doc, &ahead);
        line = ahead.next_line;
        lex->next = ahead.next;
        lex->next_line = ahead.next_line;
    }
    if (doc.arena != NULL)
        store(&doc, arena, revision);
}
