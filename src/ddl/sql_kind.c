#include "ddl/sql_kind.h"

#include <string.h>

const char *const sql_kind_names[] = {
    "empty", "read",        "write",      "ddl",   "setting",
    "show",  "transaction", "copy_stdio", "alone", "other"};

/* The first words and what they mean; what needs a closer look has a
 * function in kind_of. */
static const struct {
    const char *word;
    enum sql_kind kind;
} first_words[] = {
    {"abort", SQL_KIND_TRANSACTION},
    {"alter", SQL_KIND_DDL},
    {"analyze", SQL_KIND_WRITE},
    {"begin", SQL_KIND_TRANSACTION},
    {"cluster", SQL_KIND_DDL},
    {"comment", SQL_KIND_DDL},
    {"commit", SQL_KIND_TRANSACTION},
    {"create", SQL_KIND_DDL},
    {"delete", SQL_KIND_WRITE},
    {"drop", SQL_KIND_DDL},
    {"end", SQL_KIND_TRANSACTION},
    {"grant", SQL_KIND_DDL},
    {"import", SQL_KIND_DDL},
    {"insert", SQL_KIND_WRITE},
    {"lock", SQL_KIND_DDL},
    {"merge", SQL_KIND_WRITE},
    {"pragma", SQL_KIND_SETTING},
    {"reassign", SQL_KIND_DDL},
    {"refresh", SQL_KIND_DDL},
    {"reindex", SQL_KIND_DDL},
    {"release", SQL_KIND_TRANSACTION},
    {"replace", SQL_KIND_WRITE},
    {"reset", SQL_KIND_SETTING},
    {"revoke", SQL_KIND_DDL},
    {"rollback", SQL_KIND_TRANSACTION},
    {"savepoint", SQL_KIND_TRANSACTION},
    {"security", SQL_KIND_DDL},
    {"select", SQL_KIND_READ},
    {"set", SQL_KIND_SETTING},
    {"show", SQL_KIND_SHOW},
    {"start", SQL_KIND_TRANSACTION},
    {"table", SQL_KIND_READ},
    {"truncate", SQL_KIND_DDL},
    {"update", SQL_KIND_WRITE},
    {"vacuum", SQL_KIND_ALONE},
    {"values", SQL_KIND_READ},
    {"with", SQL_KIND_READ},
};

/* Whether `token` is one of the words, which spaces separate. */
static bool is_any(const struct sql_lex *lex, struct sql_token token,
                   const char *words)
{
    char word[32];

    while (*words != '\0') {
        size_t size = strcspn(words, " ");

        memcpy(word, words, size);
        word[size] = '\0';
        if (sql_lex_is(lex, token, word))
            return true;
        words += size + (words[size] == ' ');
    }
    return false;
}

static bool take(struct sql_lex *lex, const char *word)
{
    if (!sql_lex_is(lex, sql_lex_peek(lex), word))
        return false;
    sql_lex_solid(lex);
    return true;
}

static bool take_char(struct sql_lex *lex, char c)
{
    if (!sql_lex_is_char(lex, sql_lex_peek(lex), c))
        return false;
    sql_lex_solid(lex);
    return true;
}

/* Whether the word stands in what is left of the statement. */
static bool has(struct sql_lex lex, const char *word)
{
    struct sql_token token;

    while ((token = sql_lex_solid(&lex)).kind != SQL_END &&
           !sql_lex_is_char(&lex, token, ';'))
        if (sql_lex_is(&lex, token, word))
            return true;
    return false;
}

static bool locks_rows(const struct sql_lex *lex)
{
    struct sql_lex rest = *lex;

    if (take(&rest, "update") || take(&rest, "share"))
        return true;
    if (take(&rest, "no"))
        return take(&rest, "key");
    return take(&rest, "key") && take(&rest, "share");
}

/* SELECT and the like, from its start: whether it changes something. */
static enum sql_kind query_kind(struct sql_lex lex)
{
    struct sql_token token, before = {0};
    int depth = 0;

    while ((token = sql_lex_solid(&lex)).kind != SQL_END) {
        bool label = sql_lex_is(&lex, before, "as") ||
                     sql_lex_is_char(&lex, before, '.');

        if (sql_lex_is_char(&lex, token, '(')) {
            depth++;
        } else if (sql_lex_is_char(&lex, token, ')')) {
            depth--;
        } else if (sql_lex_is_char(&lex, token, ';')) {
            break;
        } else if (label) {
            /* a column may have any name */
        } else if (sql_lex_is(&lex, token, "for") && locks_rows(&lex)) {
            return SQL_KIND_WRITE;
        } else if (is_any(&lex, token, "insert update delete merge replace") &&
                   (depth == 0 || sql_lex_is_char(&lex, before, '(')) &&
                   !sql_lex_is_char(&lex, sql_lex_peek(&lex), '(')) {
            return SQL_KIND_WRITE;
        } else if (depth == 0 && sql_lex_is(&lex, token, "into")) {
            return SQL_KIND_DDL; /* SELECT INTO makes a table */
        }
        before = token;
    }
    return SQL_KIND_READ;
}

static enum sql_kind copy_kind(struct sql_lex *lex)
{
    struct sql_token token;
    bool from = false;

    while ((token = sql_lex_solid(lex)).kind != SQL_END) {
        if (sql_lex_is_char(lex, token, '(') && !sql_lex_close(lex))
            break;
        if (!is_any(lex, token, "from to"))
            continue;
        from = sql_lex_is(lex, token, "from");
        token = sql_lex_peek(lex);
        if (is_any(lex, token, "stdin stdout"))
            return SQL_KIND_COPY_STDIO;
        break;
    }
    return from ? SQL_KIND_WRITE : SQL_KIND_OTHER;
}

/* Behind CREATE or DROP. */
static enum sql_kind object_kind(struct sql_lex *lex, bool create)
{
    if (create)
        take(lex, "unique");
    if (take(lex, "index"))
        return take(lex, "concurrently") ? SQL_KIND_ALONE : SQL_KIND_DDL;
    if (is_any(lex, sql_lex_peek(lex), "database tablespace subscription"))
        return SQL_KIND_ALONE;
    return SQL_KIND_DDL;
}

static enum sql_kind alter_kind(struct sql_lex *lex, int server_version)
{
    struct sql_lex rest = *lex;

    if (take(lex, "system"))
        return SQL_KIND_ALONE;
    if (take(lex, "database"))
        return has(*lex, "tablespace") ? SQL_KIND_ALONE : SQL_KIND_DDL;
    if (take(lex, "subscription"))
        return has(*lex, "refresh") || has(*lex, "publication") ? SQL_KIND_ALONE
                                                                : SQL_KIND_DDL;
    if (take(lex, "table") && has(rest, "detach") && has(rest, "concurrently"))
        return SQL_KIND_ALONE;
    if (take(lex, "type") && server_version > 0 && server_version < 120000 &&
        has(rest, "add") && has(rest, "value"))
        return SQL_KIND_ALONE;
    return SQL_KIND_DDL;
}

static enum sql_kind reindex_kind(struct sql_lex *lex)
{
    if (take_char(lex, '(')) {
        struct sql_lex inside = *lex;

        if (!sql_lex_close(lex))
            return SQL_KIND_DDL;
        inside.size = lex->at;
        if (has(inside, "concurrently"))
            return SQL_KIND_ALONE;
    }
    if (is_any(lex, sql_lex_peek(lex), "database system schema"))
        return SQL_KIND_ALONE;
    if (take(lex, "index") || take(lex, "table"))
        return sql_lex_is(lex, sql_lex_peek(lex), "concurrently")
                   ? SQL_KIND_ALONE
                   : SQL_KIND_DDL;
    return SQL_KIND_DDL;
}

/* CLUSTER without a table is of all of them. */
static enum sql_kind cluster_kind(struct sql_lex *lex)
{
    if (take_char(lex, '(') && !sql_lex_close(lex))
        return SQL_KIND_DDL;
    take(lex, "verbose");
    if (sql_lex_is_char(lex, sql_lex_peek(lex), ';') || sql_lex_at_end(lex))
        return SQL_KIND_ALONE;
    return SQL_KIND_DDL;
}

static enum sql_kind kind_of(struct sql_lex *lex, int server_version);

static enum sql_kind explain_kind(struct sql_lex *lex, int server_version)
{
    bool run = false;

    if (take_char(lex, '(')) {
        struct sql_lex inside = *lex;

        if (!sql_lex_close(lex))
            return SQL_KIND_OTHER;
        inside.size = lex->at;
        run = has(inside, "analyze");
    } else {
        run = take(lex, "analyze");
        take(lex, "verbose");
        take(lex, "query"); /* SQLite: EXPLAIN QUERY PLAN */
        take(lex, "plan");
    }
    if (run) {
        enum sql_kind inner = kind_of(lex, server_version);

        return inner == SQL_KIND_READ ? SQL_KIND_SHOW : inner;
    }
    return SQL_KIND_SHOW;
}

static enum sql_kind set_kind(struct sql_lex *lex)
{
    if (take(lex, "local") || take(lex, "session"))
        return SQL_KIND_SETTING;
    return take(lex, "transaction") ? SQL_KIND_TRANSACTION : SQL_KIND_SETTING;
}

/* The kind by the first word, which has been read. */
static enum sql_kind word_kind(struct sql_lex *lex, struct sql_token word,
                               int server_version)
{
    if (sql_lex_is(lex, word, "copy"))
        return copy_kind(lex);
    if (sql_lex_is(lex, word, "create") || sql_lex_is(lex, word, "drop"))
        return object_kind(lex, sql_lex_is(lex, word, "create"));
    if (sql_lex_is(lex, word, "alter"))
        return alter_kind(lex, server_version);
    if (sql_lex_is(lex, word, "set"))
        return set_kind(lex);
    if (sql_lex_is(lex, word, "explain"))
        return explain_kind(lex, server_version);
    if (sql_lex_is(lex, word, "prepare"))
        return take(lex, "transaction") ? SQL_KIND_TRANSACTION : SQL_KIND_OTHER;
    if (lex->dialect != SQL_LEX_SQLITE && sql_lex_is(lex, word, "reindex"))
        return reindex_kind(lex);
    if (sql_lex_is(lex, word, "cluster"))
        return cluster_kind(lex);
    for (size_t i = 0; i < sizeof first_words / sizeof first_words[0]; i++)
        if (sql_lex_is(lex, word, first_words[i].word))
            return first_words[i].kind;
    return SQL_KIND_OTHER;
}

static enum sql_kind kind_of(struct sql_lex *lex, int server_version)
{
    struct sql_lex start;
    struct sql_token token;
    enum sql_kind kind;

    while (take_char(lex, ';'))
        continue;
    start = *lex;
    token = sql_lex_solid(lex);
    if (token.kind == SQL_END)
        return SQL_KIND_EMPTY;
    if (sql_lex_is_char(lex, token, '('))
        return query_kind(start);
    kind = word_kind(lex, token, server_version);
    return kind == SQL_KIND_READ ? query_kind(start) : kind;
}

enum sql_kind sql_kind(enum sql_lex_dialect dialect, const char *sql,
                       size_t size, int server_version)
{
    struct sql_lex lex;

    sql_lex_init(&lex, dialect, sql, size);
    return kind_of(&lex, server_version);
}

/* A body, where semicolons end nothing: BEGIN ATOMIC of a function, BEGIN of
 * a trigger on SQLite; its CASE has an END of its own. */
struct body {
    bool create, trigger;
    int depth;
};

static void note_word(struct sql_lex *lex, struct sql_token token,
                      struct body *body)
{
    if (body->depth > 0) {
        if (sql_lex_is(lex, token, "case"))
            body->depth++;
        else if (sql_lex_is(lex, token, "end"))
            body->depth--;
    } else if (sql_lex_is(lex, token, "trigger")) {
        body->trigger = true;
    } else if (sql_lex_is(lex, token, "begin") &&
               (sql_lex_is(lex, sql_lex_peek(lex), "atomic") ||
                (body->trigger && lex->dialect != SQL_LEX_POSTGRESQL))) {
        body->depth = 1;
    }
}

size_t sql_kind_split(enum sql_lex_dialect dialect, const char *sql,
                      size_t size)
{
    struct sql_token token, before = {0};
    struct body body = {0};
    struct sql_lex lex;
    bool first = true;
    int brackets = 0;

    sql_lex_init(&lex, dialect, sql, size);
    while ((token = sql_lex_solid(&lex)).kind != SQL_END) {
        if (sql_lex_is_char(&lex, token, ';') && brackets <= 0 &&
            body.depth == 0) {
            if (!first)
                return token.end;
            continue; /* before the statement */
        }
        if (first)
            body.create = sql_lex_is(&lex, token, "create");
        first = false;
        if (sql_lex_is_char(&lex, token, '('))
            brackets++;
        else if (sql_lex_is_char(&lex, token, ')'))
            brackets--;
        else if (body.create && !sql_lex_is_char(&lex, before, '.'))
            note_word(&lex, token, &body);
        before = token;
    }
    return size;
}

bool sql_kind_has_word(enum sql_lex_dialect dialect, const char *sql,
                       size_t size, const char *word)
{
    struct sql_token token;
    struct sql_lex lex;

    sql_lex_init(&lex, dialect, sql, size);
    while ((token = sql_lex_solid(&lex)).kind != SQL_END)
        if (sql_lex_is(&lex, token, word))
            return true;
    return false;
}

/* A name as the database knows it. */
static const char *fold(const struct sql_lex *lex, struct sql_token token,
                        bool lower, struct arena *arena)
{
    char *name = sql_lex_name(lex, token, arena);

    for (char *c = name; lower && token.kind == SQL_WORD && *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + 32);
    return name;
}

static bool is_name(struct sql_token token)
{
    return token.kind == SQL_WORD || token.kind == SQL_NAME;
}

const char *sql_kind_setting(enum sql_lex_dialect dialect, const char *sql,
                             size_t size, struct arena *arena)
{
    struct sql_token token;
    struct sql_lex lex;
    const char *name;

    sql_lex_init(&lex, dialect, sql, size);
    while (take_char(&lex, ';'))
        continue;
    if (!is_any(&lex, sql_lex_solid(&lex), "set reset pragma"))
        return NULL;
    if (!take(&lex, "local") && take(&lex, "session")) {
        if (take(&lex, "characteristics"))
            return "session characteristics";
        if (take(&lex, "authorization"))
            return "session authorization";
    }
    token = sql_lex_solid(&lex);
    if (!is_name(token))
        return NULL;
    name = fold(&lex, token, true, arena);
    if (strcmp(name, "time") == 0)
        return "time zone";
    while (take_char(&lex, '.')) {
        token = sql_lex_solid(&lex);
        if (!is_name(token))
            return NULL;
        if (dialect == SQL_LEX_SQLITE) /* PRAGMA schema.name */
            name = fold(&lex, token, true, arena);
        else
            name = arena_printf(arena, "%s.%s", name,
                                fold(&lex, token, true, arena));
    }
    return name;
}

/* A name with or without a schema. */
static bool read_name(struct sql_lex *lex, struct arena *arena,
                      const char **schema, const char **name)
{
    bool lower = lex->dialect != SQL_LEX_SQLITE;
    struct sql_token token = sql_lex_solid(lex);

    *schema = NULL;
    if (!is_name(token))
        return false;
    *name = fold(lex, token, lower, arena);
    if (!take_char(lex, '.'))
        return true;
    token = sql_lex_solid(lex);
    *schema = *name;
    *name = fold(lex, token, lower, arena);
    return is_name(token);
}

static bool read_created(struct sql_lex *lex, struct arena *arena,
                         struct sql_kind_index *out)
{
    out->verb = SQL_KIND_CREATE_INDEX;
    out->unique = take(lex, "unique");
    if (!take(lex, "index"))
        return false;
    out->concurrently = take(lex, "concurrently");
    out->if_exists = take(lex, "if") && take(lex, "not") && take(lex, "exists");
    if (!sql_lex_is(lex, sql_lex_peek(lex), "on") &&
        !read_name(lex, arena, &out->schema, &out->name))
        return false;
    if (!take(lex, "on"))
        return false;
    take(lex, "only");
    return read_name(lex, arena, &out->table_schema, &out->table);
}

static bool read_dropped(struct sql_lex *lex, struct arena *arena,
                         struct sql_kind_index *out)
{
    out->verb = SQL_KIND_DROP_INDEX;
    if (!take(lex, "index"))
        return false;
    out->concurrently = take(lex, "concurrently");
    out->if_exists = take(lex, "if") && take(lex, "exists");
    return read_name(lex, arena, &out->schema, &out->name) &&
           !take_char(lex, ',');
}

static bool read_reindexed(struct sql_lex *lex, struct arena *arena,
                           struct sql_kind_index *out)
{
    out->verb = SQL_KIND_REINDEX;
    if (take_char(lex, '(')) {
        struct sql_lex inside = *lex;

        if (!sql_lex_close(lex))
            return false;
        inside.size = lex->at;
        out->concurrently = has(inside, "concurrently");
    }
    if (!take(lex, "index"))
        return false;
    out->concurrently = take(lex, "concurrently") || out->concurrently;
    return read_name(lex, arena, &out->schema, &out->name);
}

bool sql_kind_index(enum sql_lex_dialect dialect, const char *sql, size_t size,
                    struct arena *arena, struct sql_kind_index *out)
{
    struct sql_lex lex;

    memset(out, 0, sizeof *out);
    sql_lex_init(&lex, dialect, sql, size);
    while (take_char(&lex, ';'))
        continue;
    if (take(&lex, "create"))
        return read_created(&lex, arena, out);
    if (take(&lex, "drop"))
        return read_dropped(&lex, arena, out);
    if (take(&lex, "reindex"))
        return read_reindexed(&lex, arena, out);
    return false;
}
