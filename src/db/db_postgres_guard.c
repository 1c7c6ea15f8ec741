#include "db/db_postgres.h"

#include "ddl/sql_kind.h"

#include <string.h>
#include <strings.h>

/* Settings that the driver depends on. */
static const struct {
    const char *name;
    const char *why;
} fixed[] = {
    {"client_encoding", "luamigrate speaks UTF-8"},
    {"names", "luamigrate speaks UTF-8"},
    {"standard_conforming_strings", "it decides where a statement ends"},
    {"default_transaction_isolation", "the version table is read under a lock"},
    {"session characteristics", "transaction control belongs to luamigrate"},
    {"transaction_isolation", "transaction control belongs to luamigrate"},
    {"transaction_read_only", "transaction control belongs to luamigrate"},
    {"transaction_deferrable", "transaction control belongs to luamigrate"},
};

static int refuse(const struct db_statement *statement, const char *message,
                  const char *hint, struct error *err)
{
    size_t size = statement->size;

    error_set(err, ERROR_FAILED, "%s", message);
    error_hint(err, "%s", hint);
    if (size >= sizeof err->sql)
        size = sizeof err->sql - 1;
    memcpy(err->sql, statement->sql, size);
    err->sql[size] = '\0';
    err->database = true; /* pcall cannot keep it, as on SQLite */
    if (statement->file != NULL)
        error_at(err, statement->file, statement->line);
    return -1;
}

static int check_setting(struct pg_db *db, const struct db_statement *statement,
                         struct error *err)
{
    struct arena arena;
    const char *name;
    int status = 0;

    arena_init(&arena, NULL, NULL);
    name = sql_kind_setting(SQL_LEX_POSTGRESQL, statement->sql, statement->size,
                            &arena);
    for (size_t i = 0; name != NULL && i < sizeof fixed / sizeof fixed[0]; i++)
        if (strcmp(name, fixed[i].name) == 0)
            status = refuse(
                statement,
                arena_printf(&arena, "%s may not be set by a revision", name),
                fixed[i].why, err);
    if (name != NULL && status == 0 && db->guard == DB_GUARD_READ &&
        (strcmp(name, "default_transaction_read_only") == 0 ||
         strcmp(name, "all") == 0))
        status = refuse(statement, "outside of a step this revision only reads",
                        "put what changes something into op.step", err);
    if (name != NULL &&
        (strcmp(name, "lock_timeout") == 0 || strcmp(name, "all") == 0)) {
        db->timeouts = true;
        db->kept = db->kept || db->guard == DB_GUARD_READ;
    }
    arena_clear(&arena);
    return status;
}

/* What ends with the session's own things: prepared statements, cursors, the
 * lock of the runner. */
static bool discards(const struct db_statement *statement)
{
    const char *sql = statement->sql;
    size_t size = statement->size;
    struct sql_token first;
    struct sql_lex lex;

    sql_lex_init(&lex, SQL_LEX_POSTGRESQL, sql, size);
    first = sql_lex_solid(&lex);
    if (sql_lex_is(&lex, first, "discard"))
        return true;
    return (sql_lex_is(&lex, first, "deallocate") ||
            sql_lex_is(&lex, first, "close")) &&
           sql_kind_has_word(SQL_LEX_POSTGRESQL, sql, size, "all");
}

static int check_script(struct pg_db *db, const struct db_statement *statement,
                        enum sql_kind kind, struct error *err)
{
    switch (kind) {
    case SQL_KIND_TRANSACTION:
        return refuse(statement, "transaction control belongs to luamigrate",
                      "a revision is one transaction; part of it can be undone "
                      "with op.savepoint",
                      err);
    case SQL_KIND_COPY_STDIO:
        return refuse(statement,
                      "COPY FROM STDIN and TO STDOUT are refused in a revision",
                      "load rows with db:copy_in", err);
    case SQL_KIND_ALONE:
        if (!db->begun)
            return 0;
        return refuse(statement,
                      "this statement cannot run inside a transaction",
                      "put `transaction = false` into the header, and keep it "
                      "out of op.step",
                      err);
    case SQL_KIND_SETTING:
        return check_setting(db, statement, err);
    case SQL_KIND_OTHER:
        if (discards(statement))
            return refuse(
                statement, "what belongs to the session may not be discarded",
                "drop temporary tables and close cursors by name", err);
        return 0;
    default:
        return 0;
    }
}

static int check_read(struct pg_db *db, const struct db_statement *statement,
                      enum sql_kind kind, struct error *err)
{
    switch (kind) {
    case SQL_KIND_EMPTY:
    case SQL_KIND_READ:
    case SQL_KIND_SHOW:
        return 0;
    case SQL_KIND_SETTING:
        return check_setting(db, statement, err);
    case SQL_KIND_TRANSACTION:
    case SQL_KIND_COPY_STDIO:
        return check_script(db, statement, kind, err);
    default:
        return refuse(statement, "outside of a step this revision only reads",
                      "put what changes something into op.step", err);
    }
}

/* Whether the text has such a part: "temp" is in TEMP, TEMPORARY, pg_temp. */
static bool has_part(const struct db_statement *statement, const char *part)
{
    size_t size = strlen(part);

    for (size_t i = 0; i + size <= statement->size; i++)
        if (strncasecmp(statement->sql + i, part, size) == 0)
            return true;
    return false;
}

/* Makes the session one that only reads, or not. */
static int set_reading(struct pg_db *db, bool reading, struct error *err)
{
    if (db->reading == reading)
        return 0;
    db->reading = reading;
    if (db_postgres_queue_own(db,
                              reading ? "SET default_transaction_read_only = on"
                                      : "RESET default_transaction_read_only",
                              NULL, NULL, err) != 0)
        return -1;
    return db->begun ? 0 : db_postgres_queue_sync(db, err);
}

int db_postgres_guard_check(struct pg_db *db,
                            const struct db_statement *statement,
                            enum sql_kind kind, struct error *err)
{
    int status;

    if (kind == SQL_KIND_COPY_STDIO) /* it would hang in a pipeline */
        return check_script(db, statement, kind, err);
    if (db->guard == DB_GUARD_OFF || statement->own)
        return 0;
    status = db->guard == DB_GUARD_READ
                 ? check_read(db, statement, kind, err)
                 : check_script(db, statement, kind, err);
    /* only now: between two steps there may be nothing of the script */
    if (status == 0 && db->guard == DB_GUARD_READ)
        status = set_reading(db, true, err);
    /* a function may set something, too; DDL calls none, but it may make what
     * stays in the session */
    if (status == 0 && kind != SQL_KIND_EMPTY &&
        (kind != SQL_KIND_DDL || has_part(statement, "temp")))
        db->dirty = true;
    /* PREPARE itself, DO, a function that does it */
    if (status == 0 && (kind == SQL_KIND_OTHER || kind == SQL_KIND_DDL) &&
        !db->prepares)
        db->prepares = has_part(statement, "prepare");
    return status;
}

int db_postgres_guard_set(struct db *base, enum db_guard guard,
                          struct error *err)
{
    struct pg_db *db = (struct pg_db *)base;
    bool reads = guard == DB_GUARD_READ;

    /* the steps of a revision leave the session alone: what is left of an
     * earlier one goes before them */
    if (reads && db->guard == DB_GUARD_OFF && !db->begun && !db->lost &&
        db_postgres_session_reset(db, err) != 0)
        return -1;
    if (guard == DB_GUARD_OFF && db->guard == DB_GUARD_SCRIPT && db->begun &&
        !db->failed && !db->lost && db_postgres_session_regain(db, err) != 0)
        return -1;
    if (guard == DB_GUARD_SCRIPT && db->guard == DB_GUARD_OFF && db->begun &&
        !db->failed && !db->lost && db_postgres_session_between(db, err) != 0)
        return -1;
    db->guard = guard;
    return reads || db->lost ? 0 : set_reading(db, false, err);
}
