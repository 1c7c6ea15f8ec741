#include "script/header_doc.h"

#include "base/buf.h"

#include <string.h>

#define DATE "Create Date:"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Adds lines without the spaces at their ends and with \n between. */
static void add_lines(struct buf *doc, const char *text, size_t size)
{
    size_t at = 0;

    for (;;) {
        size_t end = at, trimmed;

        while (end < size && text[end] != '\n' && text[end] != '\r')
            end++;
        for (trimmed = end; trimmed > at && is_blank(text[trimmed - 1]);)
            trimmed--;
        /* no empty lines at the beginning */
        if (trimmed > at || doc->size > 0) {
            buf_addn(doc, text + at, trimmed - at);
            buf_char(doc, '\n');
        }
        if (end >= size)
            return;
        at = end + 1;
        if (at < size && text[end] == '\r' && text[at] == '\n')
            at++;
    }
}

static void add_comment(struct buf *doc, const struct lua_lex *lex)
{
    const char *text = lex->text + lex->start;
    size_t size = lex->end - lex->start, from = 0;

    if (lex->brackets > 0) {
        from = 2 + lex->brackets;
        size -= lex->brackets;
        while (from < size && is_blank(text[from]))
            from++;
    } else {
        while (from < size && text[from] == '-')
            from++;
        if (from < size && text[from] == ' ')
            from++;
    }
    add_lines(doc, text + from, size - from);
}

static void store(struct buf *doc, struct arena *arena,
                  struct revision *revision)
{
    const char *line = doc->data;

    while (doc->size > 0 && doc->data[doc->size - 1] == '\n')
        doc->data[--doc->size] = '\0';
    if (doc->size == 0)
        return;
    revision->doc = doc->data;
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
        *lex = ahead;
    }
    lex->comments = false;
    if (doc.arena != NULL)
        store(&doc, arena, revision);
}
