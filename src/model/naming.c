#include "model/naming.h"

#include "base/buf.h"
#include "base/md5.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

/* What stays of a name that is too long, and how many digits follow "_". */
enum { KEPT = NAMING_MAX - 8, DIGITS = 4 };

const char *naming_index(struct arena *arena, const char *table,
                         const struct index *index)
{
    if (index->name != NULL)
        return index->name;
    if (index->elements.count == 0 || index->elements.items[0].column == NULL)
        return NULL;
    return arena_printf(arena, "ix_%s_%s", table,
                        index->elements.items[0].column);
}

struct index naming_column_index(struct arena *arena, const char *table,
                                 const struct column *column)
{
    struct element *element = arena_new(arena, struct element);
    struct index index = {0};

    element->column = column->name;
    index.elements.items = element;
    index.elements.count = 1;
    index.unique = column->unique;
    index.name = column->index_name;
    index.name = naming_index(arena, table, &index);
    return index;
}

const char *naming_shorten(struct arena *arena, enum dialect dialect,
                           const char *name)
{
    size_t size = strlen(name), kept = KEPT;
    char hex[MD5_HEX_SIZE];

    if (dialect != DIALECT_POSTGRESQL || size <= NAMING_MAX)
        return name;
    while (kept > 0 && ((unsigned char)name[kept] & 0xC0) == 0x80)
        kept--; /* not in the middle of a character */
    md5_hex(name, size, hex);
    return arena_printf(arena, "%.*s_%s", (int)kept, name,
                        hex + MD5_HEX_SIZE - 1 - DIGITS);
}

/* --- patterns --- */

/* A token: "column_0_N_name" and the like, or one of the fixed words. */
enum word { WORD_TABLE, WORD_REFERENT, WORD_NAME, WORD_COLUMN };

struct token {
    enum word word;
    bool referred; /* columns of the table that a foreign key refers to */
    bool all;      /* 0N, 0_N: every column, with `between` */
    const char *between;
    size_t number;
    bool label; /* with schema and table before it */
};

static bool ends_in(const char *rest, bool referred, bool *label)
{
    *label = str_equal(rest, "_label");
    return str_equal(rest, "_name") ||
           (!referred && (*label || str_equal(rest, "_key")));
}

static bool read_column(const char *text, struct token *token)
{
    token->word = WORD_COLUMN;
    token->referred = str_starts(text, "referred_");
    if (token->referred)
        text += strlen("referred_");
    if (!str_starts(text, "column_"))
        return false;
    text += strlen("column_");
    if (!isdigit((unsigned char)*text))
        return false;
    while (isdigit((unsigned char)*text) && token->number < 10000)
        token->number = token->number * 10 + (size_t)(*text++ - '0');
    token->between = str_starts(text, "_N_") ? "_" : "";
    token->all = str_starts(text, "_N_") || str_starts(text, "N_");
    if (token->all && token->number != 0)
        return false;
    if (token->all)
        text = strchr(text, 'N') + 1;
    return ends_in(text, token->referred, &token->label);
}

static bool read_token(const char *text, struct token *token)
{
    static const struct {
        const char *text;
        enum word word;
    } words[] = {{"table_name", WORD_TABLE},
                 {"referred_table_name", WORD_REFERENT},
                 {"constraint_name", WORD_NAME}};

    memset(token, 0, sizeof *token);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_equal(text, words[i].text)) {
            token->word = words[i].word;
            return true;
        }
    return read_column(text, token);
}

static void add_column(struct buf *out, const struct naming_subject *subject,
                       const struct token *token, const char *column)
{
    if (token->label && subject->schema != NULL)
        buf_addf(out, "%s_", subject->schema);
    if (token->label)
        buf_addf(out, "%s_", subject->table);
    buf_add(out, column);
}

/* A column that is not there is the empty text, as in SQLAlchemy. */
static void add_columns(struct buf *out, const struct naming_subject *subject,
                        const struct token *token)
{
    const struct names *names =
        token->referred ? &subject->referent_columns : &subject->columns;
    size_t first = token->all ? 0 : token->number;
    size_t end = token->all ? names->count : token->number + 1;

    for (size_t i = first; i < end && i < names->count; i++) {
        if (i > first)
            buf_add(out, token->between);
        add_column(out, subject, token, names->items[i]);
    }
}

/* Returns false when the token stands for nothing. */
static bool add_token(struct buf *out, const struct naming_subject *subject,
                      const struct token *token)
{
    const char *text = subject->table;

    if (token->word == WORD_COLUMN) {
        if (token->referred && subject->referent == NULL)
            return false;
        add_columns(out, subject, token);
        return true;
    }
    if (token->word == WORD_REFERENT)
        text = subject->referent;
    else if (token->word == WORD_NAME)
        text = subject->name;
    if (text != NULL)
        buf_add(out, text);
    return text != NULL;
}

/* The next piece of a pattern: plain text up to `*end`, or a token (its text
 * in `arena`). "%%" is one sign. */
static const char *next_token(struct arena *arena, const char *pattern,
                              const char **end)
{
    const char *close;

    *end = pattern + 1;
    if (str_starts(pattern, "%%"))
        *end = pattern + 2;
    if (!str_starts(pattern, "%("))
        return NULL;
    close = strstr(pattern, ")s");
    *end = close != NULL ? close + 2 : pattern + strlen(pattern);
    return arena_strndup(arena, pattern + 2,
                         (size_t)((close != NULL ? close : *end) - pattern) -
                             2);
}

const char *naming_fill(struct arena *arena, const char *pattern,
                        const struct naming_subject *subject)
{
    struct buf out;

    buf_init(&out, arena);
    for (const char *end; *pattern != '\0'; pattern = end) {
        const char *text = next_token(arena, pattern, &end);
        struct token token;

        if (text == NULL)
            buf_char(&out, *pattern);
        else if (!read_token(text, &token) || !add_token(&out, subject, &token))
            return NULL;
    }
    return out.size > 0 ? out.data : NULL;
}

const char *naming_unknown(struct arena *arena, const char *key,
                           const char *pattern)
{
    for (const char *end; *pattern != '\0'; pattern = end) {
        const char *text = next_token(arena, pattern, &end);
        struct token token;

        if (text == NULL)
            continue;
        if (end[-1] != 's' || !read_token(text, &token))
            return text; /* or it has no end */
        if ((token.referred || token.word == WORD_REFERENT) &&
            !str_equal(key, "fk"))
            return text;
    }
    return NULL;
}

const char *naming_pattern(const struct settings *convention, const char *key)
{
    for (size_t i = 0; convention != NULL && i < convention->count; i++)
        if (str_equal(convention->items[i].name, key) &&
            convention->items[i].value.kind == VALUE_TEXT)
            return convention->items[i].value.text.data;
    return NULL;
}

const char *naming_key(enum constraint_kind kind)
{
    static const char *const keys[] = {
        [CONSTRAINT_PRIMARY_KEY] = "pk", [CONSTRAINT_UNIQUE] = "uq",
        [CONSTRAINT_FOREIGN_KEY] = "fk", [CONSTRAINT_CHECK] = "ck",
        [CONSTRAINT_EXCLUDE] = "ex",
    };

    return keys[kind];
}

const char *naming_constraint(struct arena *arena,
                              const struct settings *convention,
                              const char *key, const char *table,
                              const struct names *columns, const char *referent,
                              const struct names *referent_columns)
{
    struct naming_subject subject = {.table = table,
                                     .columns = *columns,
                                     .referent = referent,
                                     .referent_columns = *referent_columns};
    const char *pattern = naming_pattern(convention, key);

    return pattern != NULL ? naming_fill(arena, pattern, &subject) : NULL;
}
