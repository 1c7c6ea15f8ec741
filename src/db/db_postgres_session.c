#include "db/db_postgres.h"

#include "ddl/sql_kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OLDEST 100000

/* What the driver reads relies on these. */
static const char *const fixed[][2] = {
    {"standard_conforming_strings", "on"},
    {"bytea_output", "hex"},
    {"default_transaction_isolation", "read committed"},
    {"DateStyle", "ISO"},
    {"IntervalStyle", "postgres"},
    {"extra_float_digits", "3"},
};

/* Whether it is not the server's own process that answers: behind a pooler the
 * connection was given another number. What is set there would stay in a
 * connection that others use too. $1: PQbackendPID */
#define POOLED "pg_catalog.pg_backend_pid() <> $1::pg_catalog.int4"

enum { ROLE, SCHEMA, PATH, IS_POOLED, CHECKS };

static const char *milliseconds(double seconds, char out[32])
{
    long long ms = (long long)(seconds * 1000 + 0.5);

    if (seconds > 0 && ms < 1)
        ms = 1;
    snprintf(out, 32, "%lld", ms > INT32_MAX ? (long long)INT32_MAX : ms);
    return out;
}

static int check_version(struct pg_db *db, struct error *err)
{
    int version = libpq.PQserverVersion(db->conn);

    db->db.server_version = version;
    if (version >= OLDEST)
        return 0;
    error_set(err, ERROR_CONNECTION,
              "the server is PostgreSQL %d.%d, which is not supported",
              version / 10000, version / 100 % 100);
    return error_hint(err, "luamigrate needs PostgreSQL 10 or newer");
}

static const char *text_of(struct pg_db *db, const PGresult *result, int column)
{
    if (libpq.PQgetisnull(result, 0, column))
        return NULL;
    return arena_strdup(&db->arena, libpq.PQgetvalue(result, 0, column));
}

/* One SELECT: what is to be known, and everything that is to be set. */
static const char *opening(struct pg_db *db)
{
    char ms[32];
    struct buf out;

    buf_init(&out, &db->arena);
    /* the role comes first: the search path may depend on it */
    buf_addf(&out,
             "SELECT %s, pg_catalog.current_schema(),"
             " pg_catalog.current_setting('search_path'), " POOLED,
             db->db.options.role != NULL
                 ? "pg_catalog.set_config('role', $2, " POOLED ")"
                 : "NULL");
    /* A dead client is noticed during a statement too. Not every system can
     * do that, and those refuse the setting. */
    if (db->db.server_version >= 140000)
        buf_add(&out,
                ", CASE WHEN pg_catalog.version() ~ 'linux' THEN"
                " pg_catalog.set_config("
                "'client_connection_check_interval', '1s', " POOLED ") END");
    else
        buf_add(&out, ", NULL");
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        buf_addf(&out, ", pg_catalog.set_config('%s', '%s', " POOLED ")",
                 fixed[i][0], fixed[i][1]);
    buf_addf(&out, ", pg_catalog.set_config('lock_timeout', '%s', " POOLED ")",
             milliseconds(db->db.options.ddl_lock_timeout, ms));
    buf_addf(&out,
             ", pg_catalog.set_config('statement_timeout', '%s', " POOLED ")",
             milliseconds(db->db.options.statement_timeout, ms));
    return out.data;
}

static int refused(struct pg_db *db, struct error *err)
{
    if (err->code != ERROR_FAILED)
        return -1;
    err->sql[0] = '\0';
    if (db->db.options.role != NULL && (strcmp(err->sqlstate, "22023") == 0 ||
                                        strcmp(err->sqlstate, "42501") == 0)) {
        err->code = ERROR_CONFIG;
        err->hint[0] = '\0';
        return error_hint(err, "`role` of the configuration is the role that "
                               "the user of the address changes to");
    }
    err->code = ERROR_CONNECTION;
    return error_context(err, "cannot prepare the session");
}

int db_postgres_session_open(struct pg_db *db, struct error *err)
{
    struct arena_mark mark = arena_mark(&db->arena);
    char pid[32];
    const char *params[2] = {pid, db->db.options.role};
    PGresult *result;
    int status;

    db->lock_timeout = db->statement_timeout = -1;
    db->data = db->dirty = db->timeouts = db->prepares = false;
    if (check_version(db, err) != 0)
        return -1;
    snprintf(pid, sizeof pid, "%d", libpq.PQbackendPID(db->conn));
    status = db_postgres_io_run(db, opening(db), params[1] != NULL ? 2 : 1,
                                params, &result, err);
    arena_release(&db->arena, mark);
    if (status != 0)
        return refused(db, err);
    db->db.schema = text_of(db, result, SCHEMA);
    db->search_path = text_of(db, result, PATH);
    db->db.pooled = strcmp(libpq.PQgetvalue(result, 0, IS_POOLED), "t") == 0;
    db->checks = !libpq.PQgetisnull(result, 0, CHECKS);
    libpq.PQclear(result);
    return 0;
}

/* Resetting */

/* Adds "set_config('name', 'value', local)" to a SELECT. */
static void add_setting(struct pg_db *db, struct buf *out, const char *name,
                        const char *value)
{
    buf_addf(out, "%s pg_catalog.set_config('%s', '",
             out->size > 0 ? "," : "SELECT", name);
    for (; *value != '\0'; value++) {
        if (*value == '\'')
            buf_char(out, '\'');
        buf_char(out, *value);
    }
    buf_addf(out, "', %s)", db->db.pooled ? "true" : "false");
}

/* What the session had after connecting. Behind a pooler it is set for one
 * transaction only: the server's process is lent to others after it. */
static const char *own_settings(struct pg_db *db)
{
    char ms[32];
    const struct db_options *options = &db->db.options;
    struct buf out;

    buf_init(&out, &db->arena);
    if (options->role != NULL)
        add_setting(db, &out, "role", options->role);
    if (db->search_path != NULL)
        add_setting(db, &out, "search_path", db->search_path);
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        add_setting(db, &out, fixed[i][0], fixed[i][1]);
    add_setting(db, &out, "lock_timeout",
                milliseconds(db->lock_timeout >= 0 ? db->lock_timeout
                                                   : options->ddl_lock_timeout,
                             ms));
    add_setting(db, &out, "statement_timeout",
                milliseconds(db->statement_timeout >= 0
                                 ? db->statement_timeout
                                 : options->statement_timeout,
                             ms));
    if (db->checks)
        add_setting(db, &out, "client_connection_check_interval", "1s");
    return out.data;
}

/* Ends what PREPARE has made, which no RESET does. Statements of the protocol,
 * such as our own, stay. */
#define FORGET                                                                 \
    "DO $$ DECLARE prepared pg_catalog.name; BEGIN FOR prepared IN"            \
    " SELECT name FROM pg_catalog.pg_prepared_statements WHERE from_sql LOOP"  \
    " EXECUTE pg_catalog.format('DEALLOCATE %I', prepared);"                   \
    " END LOOP; END $$"

/* Undoes what a script may have set, then sets what is our own. */
static int restore(struct pg_db *db, bool undo, struct error *err)
{
    static const char *const undone[] = {"RESET SESSION AUTHORIZATION",
                                         "RESET ROLE", "RESET ALL",
                                         "DISCARD TEMP"};
    struct arena_mark mark = arena_mark(&db->arena);
    int status = 0;

    for (size_t i = 0; i < sizeof undone / sizeof undone[0]; i++)
        if (status == 0 && undo)
            status = db_postgres_queue_own(db, undone[i], NULL, NULL, err);
    if (status == 0 && undo && db->prepares) {
        status = db_postgres_queue_own(db, FORGET, NULL, NULL, err);
        db->prepares = false;
    }
    if (status == 0)
        status = db_postgres_queue_own(db, own_settings(db), NULL, NULL, err);
    arena_release(&db->arena, mark);
    return status;
}

int db_postgres_session_reset(struct pg_db *db, struct error *err)
{
    int status;

    db->notices = 0;
    if (!db->dirty && !db->db.pooled)
        return 0;
    /* the memory of others is no business of ours behind a pooler */
    status = restore(db, !db->db.pooled, err);
    db->dirty = db->data = db->timeouts = db->kept = false;
    return status;
}

int db_postgres_session_between(struct pg_db *db, struct error *err)
{
    if (!db->dirty)
        return 0;
    db->data = db->timeouts = false;
    /* it stays dirty: what is the transaction's own, like a timeout of its
     * header, is set for the session now */
    return restore(db, true, err);
}

int db_postgres_session_regain(struct pg_db *db, struct error *err)
{
    struct arena_mark mark = arena_mark(&db->arena);
    const char *role = db->db.options.role;
    struct buf sql;
    int status;

    if (!db->dirty)
        return 0;
    /* what the script set for its session goes, with the server's process, to
     * whoever is lent it next: undone before COMMIT makes it stay */
    if (db->db.pooled)
        return restore(db, true, err);
    buf_init(&sql, &db->arena);
    if (role != NULL)
        add_setting(db, &sql, "role", role);
    else
        buf_add(&sql, "RESET ROLE");
    status = db_postgres_queue_own(db, "RESET SESSION AUTHORIZATION", NULL,
                                   NULL, err);
    if (status == 0)
        status = db_postgres_queue_own(db, sql.data, NULL, NULL, err);
    arena_release(&db->arena, mark);
    return status;
}

/* What a statement waits for: rows (1), tables (0), nothing (-1). */
static int waits_for_data(struct pg_db *db,
                          const struct db_statement *statement)
{
    switch (db_postgres_kind(db, statement)) {
    case SQL_KIND_READ:
    case SQL_KIND_WRITE:
    case SQL_KIND_COPY_STDIO:
        return 1;
    case SQL_KIND_DDL:
    case SQL_KIND_ALONE:
    case SQL_KIND_OTHER:
        return 0;
    default:
        return -1;
    }
}

int db_postgres_session_timeouts(struct pg_db *db,
                                 const struct db_statement *statement,
                                 struct error *err)
{
    char text[64], ms[32];
    int data;

    if (db->timeouts || statement->own || db->lock_timeout >= 0)
        return 0;
    data = waits_for_data(db, statement);
    if (data < 0 || (data == 1) == db->data)
        return 0;
    snprintf(text, sizeof text, "SET LOCAL lock_timeout = %s",
             milliseconds(data == 1 ? db->db.options.data_lock_timeout
                                    : db->db.options.ddl_lock_timeout,
                          ms));
    if (db_postgres_queue_own(db, text, NULL, NULL, err) != 0)
        return -1;
    db->data = data == 1;
    return 0;
}
