#include "run/alone.h"

#include "base/buf.h"
#include "ddl/ddl.h"
#include "ddl/sql_kind.h"

#include <string.h>

enum alone_kind {
    ALONE_CREATE_INDEX,
    ALONE_DROP_INDEX,
    ALONE_REPEATABLE,
    ALONE_PROGRAM, /* DO, CALL: may commit by itself */
    ALONE_OTHER
};

/* What of a statement the catalog is asked for. */
struct alone {
    enum alone_kind kind;
    bool hides;        /* CREATE INDEX ... IF NOT EXISTS */
    const char *index; /* CREATE INDEX: its name, or NULL */
    const char *name;  /* the table, the index to be dropped: as written */
};

static enum sql_lex_dialect lex_of(const struct db *db)
{
    return db->dialect == DIALECT_SQLITE ? SQL_LEX_SQLITE : SQL_LEX_POSTGRESQL;
}

/* A name as to_regclass() reads it. */
static const char *written(const struct db *db, const char *schema,
                           const char *name, struct arena *arena)
{
    struct buf out;

    buf_init(&out, arena);
    if (name != NULL)
        ddl_qualified(&out, db->dialect, schema, name);
    return name != NULL ? out.data : NULL;
}

static bool read_index(const struct db *db, const char *sql,
                       struct arena *arena, struct alone *alone)
{
    struct sql_kind_index index;

    if (!sql_kind_index(lex_of(db), sql, strlen(sql), arena, &index) ||
        !index.concurrently || index.verb == SQL_KIND_REINDEX)
        return false;
    if (index.verb == SQL_KIND_CREATE_INDEX) {
        alone->kind = ALONE_CREATE_INDEX;
        alone->hides = index.if_exists;
        alone->index = index.name;
        alone->name = written(db, index.table_schema, index.table, arena);
    } else {
        alone->kind = ALONE_DROP_INDEX;
        alone->name = written(db, index.schema, index.name, arena);
    }
    return true;
}

static struct alone parse(const struct db *db, const char *sql,
                          struct arena *arena)
{
    static const char *const repeatable[] = {"vacuum", "analyze", "reindex",
                                             "cluster", "checkpoint"};
    struct alone alone = {.kind = ALONE_OTHER};
    struct sql_token token;
    struct sql_lex lex;

    if (read_index(db, sql, arena, &alone))
        return alone;
    sql_lex_init(&lex, lex_of(db), sql, strlen(sql));
    token = sql_lex_solid(&lex);
    for (size_t i = 0; i < sizeof repeatable / sizeof repeatable[0]; i++)
        if (sql_lex_is(&lex, token, repeatable[i]))
            alone.kind = ALONE_REPEATABLE;
    if (sql_lex_is(&lex, token, "alter") &&
        sql_lex_is(&lex, sql_lex_peek(&lex), "system"))
        alone.kind = ALONE_REPEATABLE;
    if (sql_lex_is(&lex, token, "do") || sql_lex_is(&lex, token, "call"))
        alone.kind = ALONE_PROGRAM;
    return alone;
}

static struct value text_value(const char *text)
{
    struct value value = {.kind = VALUE_TEXT};

    value.text.data = text;
    value.text.size = strlen(text);
    return value;
}

/* Asks the catalog: the first column of the first row, NULL for none. */
static int ask(struct db *db, const char *sql, const struct value *params,
               size_t count, struct arena *arena, const char **answer,
               struct error *err)
{
    struct db_statement query = {.sql = sql,
                                 .size = strlen(sql),
                                 .params = params,
                                 .param_count = count,
                                 .own = true};
    struct value value;

    if (db_query_one(db, &query, arena, &value, err) < 0)
        return -1;
    *answer = value.kind == VALUE_TEXT ? value.text.data : NULL;
    return 0;
}

/* An index lies in the schema of its table. The answer is "" for one that is
 * whole, else how to drop it. */
static int look_created(struct db *db, const struct alone *alone,
                        struct arena *arena, enum alone_state *state,
                        const char **drop, struct error *err)
{
    static const char sql[] =
        "SELECT CASE WHEN i.indisvalid AND i.indisready THEN '' "
        "ELSE pg_catalog.format('DROP INDEX CONCURRENTLY %I.%I', n.nspname, "
        "c.relname) END FROM pg_catalog.pg_index i "
        "JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
        "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relname = $1::pg_catalog.text "
        "AND i.indrelid = pg_catalog.to_regclass($2::pg_catalog.text)";
    struct value params[2];
    const char *answer;

    if (alone->index == NULL || alone->name == NULL)
        return 0;
    params[0] = text_value(alone->index);
    params[1] = text_value(alone->name);
    if (ask(db, sql, params, 2, arena, &answer, err) < 0)
        return -1;
    *state = answer == NULL      ? ALONE_REPEAT
             : answer[0] == '\0' ? ALONE_DONE
                                 : ALONE_INVALID;
    *drop = answer;
    return 0;
}

/* Whole or not: what is there is still to be dropped. */
static int look_dropped(struct db *db, const struct alone *alone,
                        struct arena *arena, enum alone_state *state,
                        struct error *err)
{
    static const char sql[] = "SELECT pg_catalog.to_regclass("
                              "$1::pg_catalog.text)::pg_catalog.text";
    struct value name;
    const char *answer;

    if (alone->name == NULL)
        return 0;
    name = text_value(alone->name);
    if (ask(db, sql, &name, 1, arena, &answer, err) < 0)
        return -1;
    *state = answer == NULL ? ALONE_DONE : ALONE_REPEAT;
    return 0;
}

int alone_look(struct db *db, const char *sql, struct arena *arena,
               enum alone_state *state, const char **drop, struct error *err)
{
    struct alone alone = parse(db, sql, arena);

    *state = ALONE_UNKNOWN;
    *drop = NULL;
    switch (alone.kind) {
    case ALONE_CREATE_INDEX:
        return look_created(db, &alone, arena, state, drop, err);
    case ALONE_DROP_INDEX:
        return look_dropped(db, &alone, arena, state, err);
    case ALONE_REPEATABLE:
        *state = ALONE_REPEAT;
        break;
    case ALONE_PROGRAM:
    case ALONE_OTHER:
        break;
    }
    return 0;
}

int alone_mark(struct db *db, const char *sql, struct arena *arena,
               const char **mark, struct error *err)
{
    static const char where[] =
        "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) "
        "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
        "ON n.oid = c.relnamespace "
        "WHERE c.oid = pg_catalog.to_regclass($1::pg_catalog.text)";
    struct alone alone = parse(db, sql, arena);
    const char *table = NULL;
    struct value name;
    struct buf out;

    *mark = NULL;
    if (alone.kind != ALONE_CREATE_INDEX || alone.index == NULL ||
        alone.name == NULL)
        return 0;
    name = text_value(alone.name);
    if (ask(db, where, &name, 1, arena, &table, err) < 0)
        return -1;
    if (table == NULL)
        return 0;
    buf_init(&out, arena);
    buf_add(&out, "CREATE INDEX CONCURRENTLY ");
    ddl_qualified(&out, db->dialect, NULL, alone.index);
    buf_addf(&out, " ON %s", table);
    *mark = out.data;
    return 0;
}

bool alone_same_index(const struct db *db, const char *sql, const char *mark,
                      struct arena *arena)
{
    struct alone a = parse(db, sql, arena), b = parse(db, mark, arena);

    return a.kind == ALONE_CREATE_INDEX && b.kind == ALONE_CREATE_INDEX &&
           a.index != NULL && b.index != NULL && strcmp(a.index, b.index) == 0;
}

bool alone_hides(const struct db *db, const char *sql, struct arena *arena)
{
    return parse(db, sql, arena).hides;
}

bool alone_leaves(const struct db *db, const char *sql, struct arena *arena,
                  const struct error *err)
{
    /* 42: syntax, access, or a name that is or is not there: nothing began */
    bool refused = strncmp(err->sqlstate, "42", 2) == 0;

    if (!err->database || err->code == ERROR_CONNECTION)
        return true;
    switch (parse(db, sql, arena).kind) {
    case ALONE_CREATE_INDEX:
    case ALONE_DROP_INDEX:
        return !refused;
    case ALONE_PROGRAM:
        return true;
    case ALONE_REPEATABLE:
    case ALONE_OTHER:
        break;
    }
    return false;
}
