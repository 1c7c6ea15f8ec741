/* What is asked of a file as a whole: that it can be a script, and what its
 * tokens are. */
#include "script/header.h"

#include "base/str.h"
#include "script/header_value.h"
#include "script/lua_lex.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The line of the byte at `at`. */
static int line_of(const char *text, size_t at)
{
    int line = 1;

    for (size_t i = 0; i < at; i++)
        line += text[i] == '\n' ||
                (text[i] == '\r' && (i + 1 == at || text[i + 1] != '\n'));
    return line;
}

static int refuse_text(const struct header_sink *sink, enum error_code code,
                       int line, const char *text)
{
    header_fault(sink, line, "%s", text);
    sink->problems->items[sink->problems->count - 1].code = code;
    return -1;
}

/* The first byte that is not ASCII, or `size`; 32 at a time. */
static size_t ascii_length(const char *text, size_t size)
{
    size_t at = 0;
    uint64_t bytes[4];

    while (size - at >= sizeof bytes) {
        memcpy(bytes, text + at, sizeof bytes);
        if (((bytes[0] | bytes[1] | bytes[2] | bytes[3]) &
             UINT64_C(0x8080808080808080)) != 0)
            break;
        at += sizeof bytes;
    }
    while (at < size && (unsigned char)text[at] < 0x80)
        at++;
    return at;
}

int header_check(const char *text, size_t size, const char *file,
                 struct arena *arena, graph_problems *problems)
{
    struct header_sink sink = {file, arena, problems};
    size_t start = size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    size_t at = ascii_length(text, size);
    const char *nul;

    if (size == start)
        return refuse_text(&sink, ERROR_NONE, 0, "the file is empty");
    if (size >= 2 &&
        (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0))
        return refuse_text(&sink, ERROR_NONE, 0,
                           "the file is UTF-16: save it as UTF-8");
    if (text[start] == '#') /* lua skips this line before it looks */
        while (start < size && text[start] != '\n' && text[start] != '\r')
            start++;
    while (start < size && start > 0 &&
           (text[start] == '\n' || text[start] == '\r'))
        start++;
    if (start < size && text[start] == '\x1b')
        return refuse_text(&sink, ERROR_SECURITY, 0,
                           "the file is compiled Lua (bytecode), which is "
                           "never run");
    nul = memchr(text, '\0', size);
    if (nul != NULL)
        return refuse_text(&sink, ERROR_NONE,
                           line_of(text, (size_t)(nul - text)),
                           "the file holds a NUL byte");
    while (at < size) {
        uint32_t code;
        size_t length = str_utf8_next(text + at, size - at, &code);

        if (length == 0)
            return refuse_text(&sink, ERROR_NONE, line_of(text, at),
                               "the file is not UTF-8 here");
        at += length;
        at += ascii_length(text + at, size - at);
    }
    return 0;
}

/* Hashes a token; the four line ends inside are one. */
static uint64_t hash_token(uint64_t hash, const struct lua_lex *lex)
{
    const char *text = lex->text + lex->start;
    size_t size = lex->end - lex->start, from = 0;

    for (size_t i = 0; i < size; i++) {
        if (text[i] != '\r' && text[i] != '\n')
            continue;
        hash = str_hash(hash, text + from, i - from);
        hash = str_hash(hash, "\n", 1);
        if (i + 1 < size && (text[i + 1] == '\r' || text[i + 1] == '\n') &&
            text[i + 1] != text[i])
            i++;
        from = i + 1;
    }
    hash = str_hash(hash, text + from, size - from);
    return str_hash(hash, "", 1); /* the NUL: tokens stay apart */
}

void header_checksum(const char *text, size_t size, char out[17])
{
    uint64_t hash = STR_HASH_START;
    struct lua_lex lex;

    lua_lex_init(&lex, text, size);
    while (lua_lex_next(&lex) != LUA_TOKEN_END)
        hash = hash_token(hash, &lex);
    snprintf(out, 17, "%016" PRIx64, hash);
}
