#include "db/db_postgres.h"

#include "base/str.h"
#include "ddl/sql_kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KNOWN_MAX (16 * 1024) /* longer texts do not come again */

static bool is_known(const struct pg_db *db,
                     const struct db_statement *statement)
{
    return db->known != NULL && db->known_size == statement->size &&
           memcmp(db->known, statement->sql, statement->size) == 0;
}

static bool is_text(const struct db_statement *statement)
{
    return str_utf8_valid(statement->sql, statement->size) &&
           memchr(statement->sql, '\0', statement->size) == NULL;
}

enum sql_kind db_postgres_kind(struct pg_db *db,
                               const struct db_statement *statement)
{
    enum sql_kind kind;

    if (is_known(db, statement))
        return db->known_kind;
    kind = sql_kind(SQL_LEX_POSTGRESQL, statement->sql, statement->size,
                    db->db.server_version);
    if (statement->param_count == 0 || statement->size > KNOWN_MAX ||
        !is_text(statement))
        return kind;
    free(db->known);
    db->known = strndup(statement->sql, statement->size);
    db->known_size = statement->size;
    db->known_kind = kind;
    return kind;
}

/* The server would refuse it too, after it was read in another way. */
static int check_text(const struct pg_db *db,
                      const struct db_statement *statement, struct error *err)
{
    if (is_known(db, statement) || is_text(statement))
        return 0;
    error_set(err, ERROR_FAILED,
              "the statement is not UTF-8 text, or has a NUL byte");
    error_hint(err, "binary data is sent as a parameter: bytes(s)");
    return statement->file != NULL
               ? error_at(err, statement->file, statement->line)
               : -1;
}

int db_postgres_check(struct pg_db *db, const struct db_statement *statement,
                      enum sql_kind kind, struct error *err)
{
    if (db_postgres_io_check(db, err) != 0 ||
        check_text(db, statement, err) != 0 ||
        db_postgres_guard_check(db, statement, kind, err) != 0)
        return -1;
    if (kind != SQL_KIND_READ && kind != SQL_KIND_WRITE &&
        kind != SQL_KIND_SHOW)
        db->prepared_stale = true;
    if (!db->begun)
        return 0;
    /* a table with an open cursor cannot be changed */
    if (kind == SQL_KIND_DDL && db->cursors != NULL &&
        db_postgres_cursor_drain(db, err) != 0)
        return -1;
    return db_postgres_session_timeouts(db, statement, err);
}

/* Statements that travel alone */

static int refuse_copy(struct pg_db *db, PGresult *result, struct error *err)
{
    if (libpq.PQresultStatus(result) == PGRES_COPY_IN) {
        (void)libpq.PQputCopyEnd(db->conn, "not asked for");
        error_set(err, ERROR_FAILED,
                  "COPY FROM STDIN has no rows to read here");
        return error_hint(err, "load rows with db:copy_in");
    }
    /* what comes cannot be stopped but by the end of the connection */
    error_set(err, ERROR_FAILED, "COPY TO STDOUT is refused");
    db_postgres_error_lost(db, err);
    db_postgres_disconnect(db);
    return -1;
}

/* Judges one result, and keeps it if it is wanted. */
static int judge(struct pg_db *db, const struct db_statement *statement,
                 PGresult *result, struct error *err)
{
    switch (libpq.PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
    case PGRES_EMPTY_QUERY:
        return 0;
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
        return refuse_copy(db, result, err);
    default:
        db_postgres_queue_error(db, result, statement->sql, statement->file,
                                statement->line, err);
        if (statement->shown != NULL && !db->lost)
            snprintf(err->sql, sizeof err->sql, "%s", statement->shown);
        return -1;
    }
}

/* Reads the answer: into `ticket`, or as a whole. */
static int read_alone(struct pg_db *db, const struct db_statement *statement,
                      struct db_ticket *ticket, PGresult **out,
                      struct error *err)
{
    PGresult *result;
    bool first = true;
    int status = 0;

    for (;;) {
        if (db_postgres_io_result(db, &result, err) != 0)
            return -1;
        if (result == NULL)
            return status;
        if (status == 0)
            status = judge(db, statement, result, err);
        if (ticket != NULL && status == 0)
            db_postgres_answer_fill(ticket, result, first, statement->own);
        first = false;
        if (out != NULL) {
            libpq.PQclear(*out);
            *out = result;
        } else {
            libpq.PQclear(result);
        }
        if (db->lost)
            return -1;
    }
}

static int run_alone(struct pg_db *db, const struct db_statement *statement,
                     struct db_ticket *ticket, PGresult **out,
                     struct error *err)
{
    struct pg_params params;
    struct arena arena;
    int sent = 0, status = -1;
    int64_t began;

    if (db_postgres_queue_leave(db, err) != 0)
        return -1;
    began = clock_us();
    arena_init(&arena, NULL, NULL);
    if (db_postgres_value_params(statement->params, statement->param_count,
                                 &arena, &params, err) == 0) {
        sent = libpq.PQsendQueryParams(db->conn, statement->sql, params.count,
                                       params.types, params.values,
                                       params.lengths, params.formats, 0);
        if (sent == 0)
            db_postgres_error_lost(db, err);
        else if (out == NULL)
            (void)libpq.PQsetSingleRowMode(db->conn);
    }
    arena_clear(&arena);
    if (sent == 0)
        return -1;
    status = read_alone(db, statement, ticket, out, err);
    if (db->db.options.trace != NULL)
        db->db.options.trace(db->db.options.context, statement->sql,
                             statement->size, clock_us() - began);
    if (ticket != NULL)
        ticket->answered = status == 0;
    return status;
}

int db_postgres_alone(struct pg_db *db, const struct db_statement *statement,
                      PGresult **out, struct error *err)
{
    *out = NULL;
    if (run_alone(db, statement, NULL, out, err) == 0)
        return 0;
    libpq.PQclear(*out);
    *out = NULL;
    return -1;
}

/* One statement: sent in a transaction, run outside of one. */
static int hand_over(struct pg_db *db, const struct db_statement *statement,
                     struct db_ticket *ticket, struct error *err)
{
    enum sql_kind kind = db_postgres_kind(db, statement);

    if (db_postgres_check(db, statement, kind, err) != 0)
        return -1;
    if (!db->begun)
        return run_alone(db, statement, ticket, NULL, err);
    if (db_postgres_queue_add(db, statement, ticket, NULL, false, err) != 0)
        return -1;
    /* the server works on it while the script goes on */
    return kind == SQL_KIND_DDL ? db_postgres_queue_push(db, err) : 0;
}

/* The next statement of several that is not empty, from `*at` on. */
static bool next_piece(struct pg_db *db, const struct db_statement *whole,
                       size_t *at, struct db_statement *piece)
{
    *piece = *whole;
    while (*at < whole->size) {
        if (strchr(" \t\r\n", whole->sql[*at]) != NULL) {
            (*at)++;
            continue;
        }
        piece->sql = whole->sql + *at;
        piece->size =
            sql_kind_split(SQL_LEX_POSTGRESQL, piece->sql, whole->size - *at);
        *at += piece->size;
        if (db_postgres_kind(db, piece) != SQL_KIND_EMPTY)
            return true;
    }
    return false;
}

/* Hands each statement over; the ticket is for the last. */
static int hand_over_many(struct pg_db *db, const struct db_statement *whole,
                          struct db_ticket *ticket, struct error *err)
{
    struct db_statement piece, following;
    struct arena arena;
    size_t at = 0;
    bool more = next_piece(db, whole, &at, &piece);
    int status = 0;

    if (!more && ticket != NULL)
        ticket->answered = true;
    arena_init(&arena, NULL, NULL);
    while (more && status == 0) {
        struct arena_mark mark = arena_mark(&arena);

        more = next_piece(db, whole, &at, &following);
        if (piece.sql[piece.size] != '\0')
            piece.sql = arena_strndup(&arena, piece.sql, piece.size);
        status = hand_over(db, &piece, more ? NULL : ticket, err);
        arena_release(&arena, mark);
        piece = following;
    }
    arena_clear(&arena);
    return status;
}

static int queue(struct db *base, const struct db_statement *statement,
                 struct db_ticket *ticket, struct error *err)
{
    struct pg_db *db = (struct pg_db *)base;

    if (ticket != NULL)
        memset(ticket, 0, sizeof *ticket);
    if (db_postgres_error_check(db, err) != 0)
        return -1;
    if (statement->many && statement->param_count == 0)
        return hand_over_many(db, statement, ticket, err);
    return hand_over(db, statement, ticket, err);
}

static int collect(struct db *base, struct error *err)
{
    return db_postgres_queue_collect((struct pg_db *)base, err);
}

static int execute(struct db *base, const struct db_statement *statement,
                   struct db_result *result, struct error *err)
{
    struct pg_db *db = (struct pg_db *)base;
    struct db_ticket ticket = {.answered = false};
    int status = queue(base, statement, &ticket, err);

    if (status == 0 && db->begun)
        status = collect(base, err);
    db_postgres_queue_forget(base, &ticket);
    *result = ticket.result;
    return status;
}

static int lock(struct db *base, const char *key, struct error *err)
{
    if (db_postgres_queue_leave((struct pg_db *)base, err) != 0)
        return -1;
    return db_postgres_lock(base, key, err);
}

static void unlock(struct db *base)
{
    struct pg_db *db = (struct pg_db *)base;
    struct error *ignored = malloc(sizeof *ignored);

    if (ignored != NULL && db_postgres_queue_leave(db, ignored) == 0)
        db_postgres_unlock(base);
    free(ignored);
}

static int blockers(struct db *base, const char *sql, struct arena *arena,
                    const char **text, struct error *err)
{
    *text = "";
    if (db_postgres_queue_leave((struct pg_db *)base, err) != 0)
        return -1;
    return db_postgres_blockers(base, sql, arena, text, err);
}

/* The server checks foreign keys itself. */
static int violations(struct db *base, struct arena *arena,
                      struct db_violations *out, struct error *err)
{
    (void)base;
    (void)arena;
    (void)err;
    memset(out, 0, sizeof *out);
    return 0;
}

static void close_db(struct db *base)
{
    struct pg_db *db = (struct pg_db *)base;

    db_postgres_cursor_end(db, -1);
    db_postgres_disconnect(db);
    db_postgres_queue_clear(db);
    db_postgres_queue_forgive(db);
    db_postgres_prepare_clear(db);
    free(db->known);
    arena_clear(&db->sending);
    arena_clear(&db->arena);
    free(db);
}

static const struct db_driver driver = {
    .name = "postgresql",
    .pipeline = true,
    .close = close_db,
    .execute = execute,
    .open = db_postgres_cursor_open,
    .copy_in = db_postgres_copy_in,
    .queue = queue,
    .collect = collect,
    .forget = db_postgres_queue_forget,
    .begin = db_postgres_begin,
    .prove = db_postgres_prove,
    .commit = db_postgres_commit,
    .commit_later = db_postgres_commit_later,
    .settle = db_postgres_settle,
    .resolve = db_postgres_resolve_commit,
    .rollback = db_postgres_rollback,
    .in_transaction = db_postgres_in_transaction,
    .savepoint = db_postgres_savepoint,
    .savepoint_release = db_postgres_savepoint_release,
    .savepoint_rollback = db_postgres_savepoint_rollback,
    .guard = db_postgres_guard_set,
    .lock = lock,
    .unlock = unlock,
    .blockers = blockers,
    .violations = violations,
    .relations = reflect_postgres_relations,
    .reflect = reflect_postgres_table,
    .shape = reflect_postgres_shape,
    .schemas = reflect_postgres_schemas,
    .enums = reflect_postgres_enums,
    .sequences = reflect_postgres_sequences,
};

int db_postgres_open(const struct db_url *url, const struct db_options *options,
                     struct db **out, struct error *err)
{
    struct pg_db *db;

    if (libpq_load(err) != 0)
        return -1;
    db = calloc(1, sizeof *db);
    if (db == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    db->db.driver = &driver;
    db->db.dialect = DIALECT_POSTGRESQL;
    db->db.options = *options;
    db->db.url = url;
    db->socket = -1;
    db->deadline = INT64_MAX;
    db->lock_timeout = db->statement_timeout = -1;
    arena_init(&db->arena, NULL, NULL);
    arena_init(&db->sending, NULL, NULL);
    (void)arena_alloc(&db->sending, 1); /* its block stays */
    if (db_postgres_connect(db, err) != 0 ||
        db_postgres_session_open(db, err) != 0) {
        close_db(&db->db);
        return -1;
    }
    *out = &db->db;
    return 0;
}
