#include "script/header.h"

#include "base/str.h"
#include "script/header_doc.h"
#include "script/header_value.h"
#include "script/lua_lex.h"

#include <string.h>

struct header {
    struct lua_lex lex;
    struct header_sink sink;
    struct revision *revision;
    bool is_part; /* more text follows behind lex.size */
    bool is_cut;  /* ... and it is needed */
    bool is_module;
    bool is_over;  /* the header's end was seen */
    int depth;     /* of brackets */
    int blocks;    /* of do, then, repeat */
    char previous; /* the symbol before this token, or 0 */
    int lines[HEADER_VARIABLE_COUNT];
};

static bool at_end(const struct header *header)
{
    return header->lex.token == LUA_TOKEN_END ||
           header->lex.token == LUA_TOKEN_ERROR;
}

static void advance(struct header *header)
{
    struct lua_lex *lex = &header->lex;

    header->previous =
        lex->token == LUA_TOKEN_SYMBOL ? lex->text[lex->start] : '\0';
    lua_lex_next(lex);
    if (header->is_part && lex->end == lex->size) {
        header->is_cut = true;
        lex->token = LUA_TOKEN_END;
    }
}

static bool is_symbol(const struct header *header, char symbol)
{
    const struct lua_lex *lex = &header->lex;

    return lex->token == LUA_TOKEN_SYMBOL && lex->end - lex->start == 1 &&
           lex->text[lex->start] == symbol;
}

/* The variable of the header that the token names, or -1. */
static int variable_at(const struct header *header)
{
    if (header->lex.token != LUA_TOKEN_NAME)
        return -1;
    for (int i = 0; i < HEADER_VARIABLE_COUNT; i++)
        if (header->lex.text[header->lex.start] == header_variables[i][0] &&
            lua_lex_is(&header->lex, header_variables[i]))
            return i;
    return -1;
}

/* After a fault in the way of assigning nothing else is said of them. */
static void forgive(struct header *header, int line)
{
    for (int i = 0; i < HEADER_VARIABLE_COUNT; i++)
        if (header->lines[i] == 0)
            header->lines[i] = -line;
}

/* `{` was read: strings up to `}`. Returns 0, or -1 at what is none. */
static int read_list(struct header *header, struct header_value *value)
{
    VEC(const char *) items = {0};

    while (!is_symbol(header, '}')) {
        size_t size;
        char *text;

        if (header->lex.token != LUA_TOKEN_STRING)
            return -1;
        text = lua_lex_string(&header->lex, header->sink.arena, &size);
        if (text == NULL)
            return -1;
        if (strlen(text) != size)
            value->has_nul = true;
        vec_push(header->sink.arena, &items, text);
        advance(header);
        if (is_symbol(header, ',') || is_symbol(header, ';'))
            advance(header);
        else if (!is_symbol(header, '}'))
            return -1;
    }
    advance(header);
    value->list.items = items.items;
    value->list.count = items.count;
    return 0;
}

static int read_string(struct header *header, struct header_value *value)
{
    size_t size;

    value->kind = HEADER_STRING;
    value->text = lua_lex_string(&header->lex, header->sink.arena, &size);
    if (value->text == NULL)
        return -1;
    value->has_nul = strlen(value->text) != size;
    advance(header);
    return 0;
}

/* Reads a literal and leaves the token behind it. Returns 0, or -1 when
 * there is none (value->kind tells how far it came). */
static int read_literal(struct header *header, struct header_value *value)
{
    struct lua_lex *lex = &header->lex;
    bool is_negative = is_symbol(header, '-');

    value->kind = HEADER_COMPUTED;
    if (is_negative)
        advance(header);
    if (lex->token == LUA_TOKEN_NUMBER)
        return header_value_number(lex->text + lex->start,
                                   lex->end - lex->start, is_negative,
                                   value) < 0
                   ? -1
                   : (advance(header), 0);
    if (is_negative)
        return -1;
    if (lex->token == LUA_TOKEN_STRING)
        return read_string(header, value);
    if (is_symbol(header, '{')) {
        value->kind = HEADER_LIST;
        header->depth++;
        advance(header);
        if (read_list(header, value) < 0)
            return -1;
        header->depth--;
        return 0;
    }
    value->boolean = lua_lex_is(lex, "true");
    if (lua_lex_is(lex, "nil"))
        value->kind = HEADER_NIL;
    else if (value->boolean || lua_lex_is(lex, "false"))
        value->kind = HEADER_BOOLEAN;
    else
        return -1;
    advance(header);
    return 0;
}

/* Whether a statement may begin here: the literal was the whole value. */
static bool at_statement(const struct header *header)
{
    const struct lua_lex *lex = &header->lex;

    if (at_end(header) || is_symbol(header, ';') || lua_lex_is(lex, "::"))
        return true;
    return lex->token == LUA_TOKEN_NAME && !lua_lex_is(lex, "and") &&
           !lua_lex_is(lex, "or");
}

/* The fault of a value that is no literal. */
static void refuse_value(struct header *header, int variable, int line,
                         const struct header_value *value)
{
    const char *name = header_variables[variable];

    if (header->lex.token == LUA_TOKEN_ERROR)
        return; /* said at the end */
    if (header->lex.token == LUA_TOKEN_STRING && header->lex.fault != NULL)
        header_fault(&header->sink, header->lex.line, "%s: %s", name,
                     header->lex.fault);
    else if (value->kind == HEADER_MALFORMED)
        header_fault(&header->sink, line, "%s: malformed number", name);
    else if (value->kind == HEADER_LIST && is_symbol(header, '{'))
        header_fault(&header->sink, line,
                     "%s must be a list of strings without other tables", name);
    else if (value->kind == HEADER_LIST &&
             header->lex.token == LUA_TOKEN_NUMBER)
        header_fault(&header->sink, line,
                     "%s must be a list of strings, not of numbers: put them "
                     "into quotes",
                     name);
    else
        header_fault(&header->sink, line,
                     "%s is computed: the header is read without running it "
                     "and takes literal values only",
                     name);
}

/* The `=` behind a variable was seen. */
static void assign(struct header *header, int variable, int line)
{
    struct header_value value = {.kind = HEADER_NIL};
    const char *name = header_variables[variable];
    int before = header->lines[variable];
    bool is_literal;

    advance(header);
    header->lines[variable] = line;
    if (header->blocks > 0) {
        header_fault(&header->sink, line,
                     "%s is assigned inside a block: the header is read "
                     "without running it and takes plain assignments only",
                     name);
        return;
    }
    if (before > 0)
        header_fault(&header->sink, line,
                     "%s is assigned twice (first on line %d)", name, before);
    is_literal = read_literal(header, &value) == 0;
    if (header->is_cut || before > 0)
        return;
    if (!is_literal || !at_statement(header))
        refuse_value(header, variable, line, &value);
    else
        header_value_store(&header->sink, header->revision, variable, line,
                           &value);
}

/* A variable of the header as a word of the code. */
static void read_variable(struct header *header, int variable)
{
    int line = header->lex.line;
    char previous = header->previous;

    advance(header);
    if (header->depth > 0 || previous == '.' || previous == ':')
        return;
    if (is_symbol(header, '=') && previous != ',') {
        assign(header, variable, line);
    } else if (is_symbol(header, '=') ||
               (is_symbol(header, ',') && previous != '=' && previous != ',')) {
        header_fault(&header->sink, line,
                     "%s is assigned together with others: write one "
                     "assignment for each variable",
                     header_variables[variable]);
        forgive(header, line);
        while (is_symbol(header, ',')) {
            advance(header);
            advance(header);
        }
    }
}

/* `local` was read. */
static void read_local(struct header *header)
{
    header->is_module = true;
    advance(header);
    while (header->lex.token == LUA_TOKEN_NAME) {
        int variable = variable_at(header);

        if (lua_lex_is(&header->lex, "function"))
            return;
        if (variable >= 0) {
            header_fault(&header->sink, header->lex.line,
                         "local %s: the header's variables are globals; leave "
                         "\"local\" out",
                         header_variables[variable]);
            if (header->lines[variable] == 0)
                header->lines[variable] = -header->lex.line;
        }
        advance(header);
        if (is_symbol(header, '<')) {
            advance(header);
            advance(header);
            if (is_symbol(header, '>'))
                advance(header);
        }
        if (!is_symbol(header, ','))
            return;
        advance(header);
    }
}

/* `return` was read: a table with a revision in it, or the end of a module. */
static void read_return(struct header *header)
{
    int line = header->lex.line;
    bool is_table;

    advance(header);
    is_table = is_symbol(header, '{');
    while (is_table && !at_end(header)) {
        bool is_revision = lua_lex_is(&header->lex, "revision") ||
                           lua_lex_is(&header->lex, "upgrade");

        advance(header);
        if (!is_revision || !is_symbol(header, '='))
            continue;
        header_fault(&header->sink, line,
                     "the file returns a table: write its fields as "
                     "assignments (revision = \"...\") and functions "
                     "(function upgrade() ... end)");
        forgive(header, line);
        break;
    }
    header->is_module = true;
    header->is_over = true;
}

static void count_symbol(struct header *header)
{
    switch (header->lex.text[header->lex.start]) {
    case '(':
    case '{':
    case '[':
        header->depth++;
        break;
    case ')':
    case '}':
    case ']':
        header->depth -= header->depth > 0;
        break;
    default:
        break;
    }
    advance(header);
}

/* Another name: assigned like a variable of the header, a slip of the pen
 * such as `donw_revision` would quietly make a new root. */
static void read_other(struct header *header)
{
    size_t start = header->lex.start, end = header->lex.end;
    int line = header->lex.line;
    char previous = header->previous;
    const char *name, *near;

    advance(header);
    if (header->depth > 0 || header->blocks > 0 || previous == '.' ||
        previous == ':' || previous == ',' || !is_symbol(header, '='))
        return;
    name = arena_strndup(header->sink.arena, header->lex.text + start,
                         end - start);
    near = str_suggest(name, header_variables, HEADER_VARIABLE_COUNT);
    if (near != NULL)
        header_fault(&header->sink, line,
                     "'%s' is no variable of the header (did you mean '%s'? "
                     "for a variable of your own write local %s)",
                     name, near, name);
}

static void read_word(struct header *header)
{
    const struct lua_lex *lex = &header->lex;
    int variable = variable_at(header);

    if (variable >= 0) {
        read_variable(header, variable);
        return;
    }
    if (lua_lex_is(lex, "function")) {
        header->is_over = true;
        return;
    }
    if (lua_lex_is(lex, "local")) {
        read_local(header);
        return;
    }
    if (lua_lex_is(lex, "return") && header->blocks == 0) {
        read_return(header);
        return;
    }
    if (lua_lex_is(lex, "do") || lua_lex_is(lex, "then") ||
        lua_lex_is(lex, "repeat"))
        header->blocks++;
    else if (lua_lex_is(lex, "end") || lua_lex_is(lex, "until") ||
             lua_lex_is(lex, "elseif"))
        header->blocks -= header->blocks > 0;
    read_other(header);
}

static void check_revision(struct header *header)
{
    bool is_other = true;

    header->revision->revision_line = header->lines[HEADER_REVISION];
    if (header->lines[HEADER_REVISION] != 0)
        return;
    for (int i = 0; i < HEADER_VARIABLE_COUNT; i++)
        is_other = is_other && header->lines[i] == 0;
    if (is_other && header->is_module)
        header_fault(&header->sink, 0,
                     "no revision in the header: is this a module? Modules "
                     "that revisions require belong into a sub-folder");
    else
        header_fault(&header->sink, 0,
                     "no revision in the header: it needs revision = \"...\" "
                     "before the first function");
}

static void scan(struct header *header)
{
    header_doc_read(&header->lex, header->sink.arena, header->revision);
    advance(header);
    while (!header->is_over && !at_end(header)) {
        if (header->lex.token == LUA_TOKEN_NAME)
            read_word(header);
        else if (header->lex.token == LUA_TOKEN_SYMBOL)
            count_symbol(header);
        else
            advance(header);
    }
    if (header->is_cut)
        return;
    if (header->lex.token == LUA_TOKEN_ERROR)
        header_fault(&header->sink, header->lex.line, "%s", header->lex.fault);
    else
        check_revision(header);
}

static int read_header(const char *text, size_t size, bool is_part,
                       const char *file, struct arena *arena,
                       struct revision *revision, graph_problems *problems)
{
    struct header header = {.sink = {file, arena, problems}};
    struct revision empty = {.file = revision->file, .path = revision->path};
    size_t before = problems->count;

    empty.lock_timeout = empty.statement_timeout = -1;
    *revision = empty;
    if (header_check(text, size, file, arena, problems) < 0)
        return -1;
    header.revision = revision;
    header.is_part = is_part;
    lua_lex_init(&header.lex, text, size);
    scan(&header);
    revision->down_line = header.lines[HEADER_DOWN_REVISION];
    revision->depends_line = header.lines[HEADER_DEPENDS_ON];
    revision->labels_line = header.lines[HEADER_BRANCH_LABELS];
    revision->replaces_line = header.lines[HEADER_REPLACES];
    if (header.is_cut) {
        problems->count = before;
        return 1;
    }
    return problems->count > before ? -1 : 0;
}

int header_read(const char *text, size_t size, const char *file,
                struct arena *arena, struct revision *revision,
                graph_problems *problems)
{
    return read_header(text, size, false, file, arena, revision, problems);
}

int header_read_part(const char *text, size_t size, const char *file,
                     struct arena *arena, struct revision *revision,
                     graph_problems *problems)
{
    return read_header(text, size, true, file, arena, revision, problems);
}
