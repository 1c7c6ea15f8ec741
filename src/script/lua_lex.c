#include "script/lua_lex.h"

#include <stdint.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           is_digit(c);
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* The byte at `at`, NUL behind the end. */
static char peek(const struct lua_lex *lex, size_t at)
{
    return at < lex->size ? lex->text[at] : '\0';
}

/* The place behind the line end at `at`: one of \n \r \r\n \n\r. */
static size_t skip_line_end(const struct lua_lex *lex, size_t at)
{
    char first = lex->text[at++];

    if (is_line_end(peek(lex, at)) && lex->text[at] != first)
        at++;
    return at;
}

void lua_lex_init(struct lua_lex *lex, const char *text, size_t size)
{
    *lex = (struct lua_lex){.text = text, .size = size, .next_line = 1};
    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        lex->next = 3;
    if (peek(lex, lex->next) == '#')
        while (lex->next < size && !is_line_end(text[lex->next]))
            lex->next++;
}

/* The length of "[[" or "[==[" at `at`, or 0. */
static size_t long_bracket(const struct lua_lex *lex, size_t at)
{
    size_t i = at + 1;

    while (peek(lex, i) == '=')
        i++;
    return peek(lex, i) == '[' ? i + 1 - at : 0;
}

static enum lua_token fault(struct lua_lex *lex, size_t end, const char *text)
{
    lex->fault = text;
    lex->end = lex->next = end;
    return lex->token = LUA_TOKEN_ERROR;
}

/* Reads to the closing bracket that fits; `at` is at the opening one. */
static enum lua_token read_long(struct lua_lex *lex, size_t at, size_t opening,
                                enum lua_token token)
{
    const char *what = token == LUA_TOKEN_COMMENT ? "unfinished long comment"
                                                  : "unfinished long string";

    lex->brackets = opening;
    at += opening;
    while (at < lex->size) {
        size_t i = 1;

        if (is_line_end(lex->text[at])) {
            at = skip_line_end(lex, at);
            lex->next_line++;
            continue;
        }
        if (lex->text[at++] != ']')
            continue;
        while (i + 1 < opening && peek(lex, at) == '=') {
            at++;
            i++;
        }
        if (i + 1 == opening && peek(lex, at) == ']') {
            lex->end = lex->next = at + 1;
            return lex->token = token;
        }
    }
    return fault(lex, lex->size, what);
}

/* The place behind an escape sequence whose backslash is at `at`. */
static size_t skip_escape(struct lua_lex *lex, size_t at)
{
    char c = peek(lex, at + 1);

    if (at + 1 < lex->size && is_line_end(c)) {
        lex->next_line++;
        return skip_line_end(lex, at + 1);
    }
    at += 2;
    while (c == 'z' && at < lex->size &&
           (lex->text[at] == ' ' ||
            (lex->text[at] >= '\t' && lex->text[at] <= '\r'))) {
        if (!is_line_end(lex->text[at])) {
            at++;
            continue;
        }
        lex->next_line++;
        at = skip_line_end(lex, at);
    }
    return at;
}

static enum lua_token read_string(struct lua_lex *lex)
{
    const char *text = lex->text;
    size_t at = lex->start + 1, size = lex->size;
    char quote = text[lex->start];

    lex->brackets = 0;
    while (at < size && text[at] != quote) {
        if (is_line_end(text[at]))
            return fault(lex, at, "unfinished string");
        at = text[at] == '\\' ? skip_escape(lex, at) : at + 1;
    }
    if (at >= size)
        return fault(lex, size, "unfinished string");
    lex->end = lex->next = at + 1;
    return lex->token = LUA_TOKEN_STRING;
}

/* The place of the line end behind `at`, or the text's end. */
static size_t line_end(const struct lua_lex *lex, size_t at)
{
    const char *start = lex->text + at;
    const char *newline = memchr(start, '\n', lex->size - at);
    size_t size = newline != NULL ? (size_t)(newline - start) : lex->size - at;
    const char *other = memchr(start, '\r', size);

    return at + (other != NULL ? (size_t)(other - start) : size);
}

/* Comment or long comment; its text starts behind the two dashes. */
static enum lua_token read_comment(struct lua_lex *lex)
{
    size_t at = lex->start + 2;
    size_t opening = peek(lex, at) == '[' ? long_bracket(lex, at) : 0;

    if (opening > 0)
        return read_long(lex, at, opening, LUA_TOKEN_COMMENT);
    lex->brackets = 0;
    lex->end = lex->next = line_end(lex, at);
    return lex->token = LUA_TOKEN_COMMENT;
}

/* As greedy as Lua's own lexer: "3x" is one, malformed, number. */
static enum lua_token read_number(struct lua_lex *lex)
{
    size_t at = lex->start;
    bool hexadecimal = lex->text[at] == '0' && (peek(lex, at + 1) | 32) == 'x';

    while (at < lex->size) {
        char c = lex->text[at] | 32;

        if (!is_word(lex->text[at]) && lex->text[at] != '.')
            break;
        at++;
        if (c == (hexadecimal ? 'p' : 'e') &&
            (peek(lex, at) == '+' || peek(lex, at) == '-'))
            at++;
    }
    lex->end = lex->next = at;
    return lex->token = LUA_TOKEN_NUMBER;
}

/* The length of the symbol at `at`. */
static size_t symbol_length(const struct lua_lex *lex, size_t at)
{
    static const char *const symbols[] = {
        "...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>"};
    char second = peek(lex, at + 1);

    if (second != '.' && (second < '/' || second > '>'))
        return 1;
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        size_t length = strlen(symbols[i]);

        if (lex->size - at >= length &&
            memcmp(lex->text + at, symbols[i], length) == 0)
            return length;
    }
    return 1;
}

static enum lua_token read_symbol(struct lua_lex *lex)
{
    lex->end = lex->next = lex->start + symbol_length(lex, lex->start);
    return lex->token = LUA_TOKEN_SYMBOL;
}

static void skip_space(struct lua_lex *lex)
{
    size_t at = lex->next, size = lex->size;

    while (at < size) {
        char c = lex->text[at];

        if (is_line_end(c)) {
            at = skip_line_end(lex, at);
            lex->next_line++;
        } else if (c == ' ' || c == '\t' || c == '\f' || c == '\v') {
            at++;
        } else {
            break;
        }
    }
    lex->next = at;
}

static enum lua_token read_name(struct lua_lex *lex)
{
    const char *text = lex->text;
    size_t at = lex->start + 1, size = lex->size;

    while (at < size && is_word(text[at]))
        at++;
    lex->end = lex->next = at;
    return lex->token = LUA_TOKEN_NAME;
}

static enum lua_token read_token(struct lua_lex *lex)
{
    char c, second;

    skip_space(lex);
    lex->start = lex->end = lex->next;
    lex->line = lex->next_line;
    if (lex->next >= lex->size)
        return lex->token = LUA_TOKEN_END;
    c = lex->text[lex->start];
    second = peek(lex, lex->start + 1);
    if (is_digit(c) || (c == '.' && is_digit(second)))
        return read_number(lex);
    if (is_word(c))
        return read_name(lex);
    if (c == '"' || c == '\'')
        return read_string(lex);
    if (c == '[' && long_bracket(lex, lex->start) > 0)
        return read_long(lex, lex->start, long_bracket(lex, lex->start),
                         LUA_TOKEN_STRING);
    if (c == '-' && second == '-')
        return read_comment(lex);
    return read_symbol(lex);
}

enum lua_token lua_lex_next(struct lua_lex *lex)
{
    do {
        read_token(lex);
    } while (lex->token == LUA_TOKEN_COMMENT && !lex->comments);
    return lex->token;
}

bool lua_lex_is(const struct lua_lex *lex, const char *text)
{
    size_t size = lex->end - lex->start;

    /* most words differ in their first byte */
    return (lex->token == LUA_TOKEN_NAME || lex->token == LUA_TOKEN_SYMBOL) &&
           lex->text[lex->start] == text[0] &&
           strncmp(lex->text + lex->start, text, size) == 0 &&
           text[size] == '\0';
}

/* A string token being read into bytes. */
struct reader {
    struct lua_lex *lex;
    size_t at;
    char *out;
    size_t size;
};

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* UTF-8 as Lua writes it: up to 2^31, in at most six bytes. */
static void put_utf8(struct reader *reader, uint32_t code)
{
    char bytes[6];
    int count = 0;
    uint32_t limit = 0x3f;

    if (code < 0x80) {
        reader->out[reader->size++] = (char)code;
        return;
    }
    do {
        bytes[count++] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
        limit >>= 1;
    } while (code > limit);
    reader->out[reader->size++] = (char)((~limit << 1) | code);
    while (count > 0)
        reader->out[reader->size++] = bytes[--count];
}

/* Behind "\u": "{XXX}". */
static int read_utf8(struct reader *reader)
{
    const char *text = reader->lex->text;
    uint32_t code = 0;

    if (text[reader->at++] != '{' || hex_digit(text[reader->at]) < 0)
        return -1;
    while (hex_digit(text[reader->at]) >= 0) {
        if (code > (0x7FFFFFFFu >> 4))
            return -1;
        code = code * 16 + (uint32_t)hex_digit(text[reader->at++]);
    }
    if (text[reader->at++] != '}')
        return -1;
    put_utf8(reader, code);
    return 0;
}

static int read_number_escape(struct reader *reader)
{
    const char *text = reader->lex->text;
    int code = 0;

    if (text[reader->at] == 'x') {
        int high = hex_digit(text[reader->at + 1]);
        int low = high < 0 ? -1 : hex_digit(text[reader->at + 2]);

        if (low < 0)
            return -1;
        code = high * 16 + low;
        reader->at += 3;
    } else {
        for (int i = 0; i < 3 && is_digit(text[reader->at]); i++)
            code = code * 10 + (text[reader->at++] - '0');
    }
    if (code > 255)
        return -1;
    reader->out[reader->size++] = (char)code;
    return 0;
}

/* reader->at is behind the backslash; the closing quote is further on, so no
 * read goes past the text. */
static int read_escape(struct reader *reader)
{
    static const char letters[] = "abfnrtv\\\"'";
    static const char meanings[] = "\a\b\f\n\r\t\v\\\"'";
    const char *text = reader->lex->text;
    char c = text[reader->at];
    const char *letter = c == '\0' ? NULL : strchr(letters, c);

    if (letter != NULL) {
        reader->out[reader->size++] = meanings[letter - letters];
        reader->at++;
        return 0;
    }
    if (is_line_end(c)) {
        reader->out[reader->size++] = '\n';
        reader->at = skip_line_end(reader->lex, reader->at);
        return 0;
    }
    if (c == 'z') {
        reader->at++;
        while (text[reader->at] == ' ' ||
               (text[reader->at] >= '\t' && text[reader->at] <= '\r'))
            reader->at++;
        return 0;
    }
    if (c == 'u') {
        reader->at++;
        return read_utf8(reader);
    }
    return c == 'x' || is_digit(c) ? read_number_escape(reader) : -1;
}

static void read_long_text(struct reader *reader)
{
    struct lua_lex *lex = reader->lex;
    size_t end = lex->end - lex->brackets;

    reader->at = lex->start + lex->brackets;
    if (is_line_end(lex->text[reader->at]))
        reader->at = skip_line_end(lex, reader->at);
    while (reader->at < end) {
        if (is_line_end(lex->text[reader->at])) {
            reader->out[reader->size++] = '\n';
            reader->at = skip_line_end(lex, reader->at);
        } else {
            reader->out[reader->size++] = lex->text[reader->at++];
        }
    }
}

/* A string without escape sequences is its bytes. */
static bool is_plain(const struct lua_lex *lex)
{
    return lex->brackets == 0 &&
           memchr(lex->text + lex->start, '\\', lex->end - lex->start) == NULL;
}

char *lua_lex_string(struct lua_lex *lex, struct arena *arena, size_t *size)
{
    struct reader reader = {lex, lex->start + 1, NULL, 0};

    if (is_plain(lex)) {
        *size = lex->end - lex->start - 2;
        return arena_strndup(arena, lex->text + lex->start + 1, *size);
    }
    /* the longest growth is "\u{X}" with six bytes out of nine */
    reader.out = arena_alloc(arena, lex->end - lex->start + 8);
    if (lex->brackets > 0)
        read_long_text(&reader);
    while (lex->brackets == 0 && reader.at < lex->end - 1) {
        char c = lex->text[reader.at++];

        if (c != '\\') {
            reader.out[reader.size++] = c;
        } else if (read_escape(&reader) < 0) {
            lex->fault = "invalid escape sequence";
            return NULL;
        }
    }
    reader.out[reader.size] = '\0';
    *size = reader.size;
    return reader.out;
}
