#include "db/reflect_postgres.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int reflect_postgres_open(struct db *db, const char *sql,
                          const char *const *params, size_t count,
                          struct db_cursor **cursor, struct error *err)
{
    struct value values[4];
    struct db_statement statement = {.sql = sql,
                                     .size = strlen(sql),
                                     .params = values,
                                     .param_count = count,
                                     .own = true};

    memset(values, 0, sizeof values);
    for (size_t i = 0; i < count; i++) {
        values[i].kind = params[i] != NULL ? VALUE_TEXT : VALUE_NULL;
        values[i].text.data = params[i];
        values[i].text.size = params[i] != NULL ? strlen(params[i]) : 0;
    }
    return db_query(db, &statement, cursor, err);
}

/* Reads one element of an array's text at `*at`; `*at` is behind it. */
static const char *read_element(const char **at, struct arena *arena)
{
    bool quoted = **at == '"';
    struct buf out;

    buf_init(&out, arena);
    if (quoted)
        ++*at;
    while (**at != '\0' && (quoted ? **at != '"' : !strchr(",}", **at))) {
        if (**at == '\\' && (*at)[1] != '\0')
            ++*at;
        buf_char(&out, *(*at)++);
    }
    if (quoted && **at == '"')
        ++*at;
    if (!quoted && strcmp(out.data, "NULL") == 0)
        return NULL;
    return out.data;
}

int reflect_postgres_array(struct arena *arena, const char *text,
                           struct names *out, struct error *err)
{
    VEC(const char *) items = {0};
    const char *at = text;

    out->items = NULL;
    out->count = 0;
    if (*at++ != '{')
        return error_set(err, ERROR_INTERNAL, "not an array: %s", text);
    while (*at != '}' && *at != '\0') {
        vec_push(arena, &items, read_element(&at, arena));
        if (*at == ',')
            at++;
        else if (*at != '}')
            break;
    }
    if (*at != '}' || at[1] != '\0')
        return error_set(err, ERROR_INTERNAL, "not an array: %s", text);
    out->items = items.items;
    out->count = items.count;
    return 0;
}

struct names reflect_postgres_names(struct arena *arena, const char *text)
{
    struct names names = {NULL, 0};
    struct error ignored;

    if (text != NULL)
        (void)reflect_postgres_array(arena, text, &names, &ignored);
    return names;
}

bool reflect_postgres_flag(const char *text)
{
    return text != NULL && *text == 't';
}

/* Whether one pair of parentheses holds the whole text. */
static bool is_wrapped(const char *sql, size_t size)
{
    char quote = '\0';
    int depth = 0;

    if (size < 2 || sql[0] != '(')
        return false;
    for (size_t i = 0; i < size; i++) {
        if (quote != '\0')
            quote = sql[i] == quote ? '\0' : quote;
        else if (sql[i] == '\'' || sql[i] == '"')
            quote = sql[i];
        else if (sql[i] == '(')
            depth++;
        else if (sql[i] == ')' && --depth == 0)
            return i + 1 == size;
    }
    return false;
}

const char *reflect_postgres_unwrap(struct arena *arena, const char *sql)
{
    size_t size;

    if (sql == NULL)
        return NULL;
    size = strlen(sql);
    while (is_wrapped(sql, size)) {
        sql++;
        size -= 2;
    }
    return arena_strndup(arena, sql, size);
}

const char *reflect_postgres_expression(struct arena *arena, const char *sql)
{
    if (!is_wrapped(sql, strlen(sql)))
        return sql;
    return arena_printf(arena, "(%s)", reflect_postgres_unwrap(arena, sql));
}

static void read_number(const char *text, struct value *value)
{
    char *end;
    long long number;

    value->kind = VALUE_TEXT;
    value->text.data = text;
    value->text.size = strlen(text);
    errno = 0;
    number = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0')
        return;
    value->kind = VALUE_INTEGER;
    value->integer = number;
}

struct settings reflect_postgres_settings(struct arena *arena, const char *text)
{
    struct names names = reflect_postgres_names(arena, text);
    struct setting *items = arena_array(arena, struct setting, names.count + 1);
    struct settings settings = {items, 0};

    for (size_t i = 0; i < names.count; i++) {
        const char *at =
            names.items[i] != NULL ? strchr(names.items[i], '=') : NULL;

        if (at == NULL)
            continue;
        items[settings.count].name =
            arena_strndup(arena, names.items[i], (size_t)(at - names.items[i]));
        read_number(at + 1, &items[settings.count++].value);
    }
    return settings;
}

const char *reflect_postgres_schema(const struct pg_reflection *reflection,
                                    const char *schema)
{
    if (schema == NULL ||
        (reflection->usual != NULL && strcmp(schema, reflection->usual) == 0))
        return NULL;
    return schema;
}

/* Reads the first column of every row. */
static int read_names(struct db *db, const char *sql, const char *schema,
                      struct arena *arena, struct names *out, struct error *err)
{
    VEC(const char *) names = {0};
    struct db_cursor *cursor;
    const struct value *row;
    int status;

    if (reflect_postgres_open(db, sql, &schema, strstr(sql, "$1") != NULL,
                              &cursor, err) != 0)
        return -1;
    while ((status = db_next(cursor, &row, err)) == 1)
        if (row[0].kind == VALUE_TEXT)
            vec_push(arena, &names, arena_strdup(arena, row[0].text.data));
    db_cursor_close(cursor);
    out->items = names.items;
    out->count = names.count;
    return status;
}

#define RELATIONS(kinds)                                                       \
    "SELECT c.relname::text FROM pg_catalog.pg_class c "                       \
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "                \
    "WHERE n.nspname = COALESCE($1, pg_catalog.current_schema()) "             \
    "AND c.relkind IN (" kinds ") ORDER BY c.relname"

int reflect_postgres_relations(struct db *db, enum db_relation kind,
                               const char *schema, struct arena *arena,
                               struct names *out, struct error *err)
{
    return read_names(db,
                      kind == DB_TABLES ? RELATIONS("'r', 'p', 'f'")
                                        : RELATIONS("'v', 'm'"),
                      schema, arena, out, err);
}

int reflect_postgres_sequences(struct db *db, const char *schema,
                               struct arena *arena, struct names *out,
                               struct error *err)
{
    return read_names(db, RELATIONS("'S'"), schema, arena, out, err);
}

int reflect_postgres_schemas(struct db *db, struct arena *arena,
                             struct names *out, struct error *err)
{
    return read_names(db,
                      "SELECT n.nspname::text FROM pg_catalog.pg_namespace n "
                      "WHERE n.nspname NOT LIKE 'pg\\_%' ORDER BY n.nspname",
                      NULL, arena, out, err);
}
