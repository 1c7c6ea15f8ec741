#include "db/db_postgres.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLOW_SIZE (64 * 1024) /* what is handed to the socket at once */

struct pg_copy {
    struct db_copy copy;
    bool own;
    char *sql; /* for errors and the trace; NULL: no memory */
    char *file;
    int line;
    int64_t began; /* clock_us() */
};

static struct pg_db *owner(struct pg_copy *copy)
{
    return (struct pg_db *)copy->copy.db;
}

static void free_copy(struct pg_copy *copy)
{
    owner(copy)->copying = false;
    free(copy->sql);
    free(copy->file);
    free(copy);
}

static void trace(const struct pg_copy *copy)
{
    const struct db_options *options = &copy->copy.db->options;

    if (options->trace != NULL && copy->sql != NULL)
        options->trace(options->context, copy->sql, strlen(copy->sql),
                       clock_us() - copy->began);
}

static int put(struct db_copy *base, const char *data, size_t size,
               struct error *err)
{
    struct pg_db *db = (struct pg_db *)base->db;

    if (db_postgres_error_check(db, err) != 0 ||
        db_postgres_io_check(db, err) != 0)
        return -1;
    while (size > 0) {
        size_t part = size > 65536 ? 65536 : size;
        int status = libpq.PQputCopyData(db->conn, data, (int)part);

        if (status < 0)
            return db_postgres_error_lost(db, err);
        if (status == 0) { /* its buffer is full */
            if (db_postgres_io_flush(db, err) != 0)
                return -1;
            continue;
        }
        data += part;
        size -= part;
        db->unsent += part;
        if (db->unsent < FLOW_SIZE)
            continue;
        db->unsent = 0;
        if (db_postgres_io_flush(db, err) != 0)
            return -1;
    }
    return 0;
}

/* The row that the server's error is about ("COPY t, line 7, ..."), or 0. */
static int64_t failed_row(const PGresult *result)
{
    static const char mark[] = ", line ";
    const char *context = libpq.PQresultErrorField(result, PG_DIAG_CONTEXT);
    const char *line = NULL;

    if (context != NULL && strncmp(context, "COPY ", 5) == 0)
        line = strstr(context, mark);
    return line != NULL ? strtoll(line + sizeof mark - 1, NULL, 10) : 0;
}

/* Reads the answer. An error of the server fails the transaction. */
static int finish(struct pg_copy *copy, const char *why, int64_t *rowcount,
                  struct error *err)
{
    struct pg_db *db = owner(copy);
    PGresult *result;
    int status;

    while ((status = libpq.PQputCopyEnd(db->conn, why)) == 0)
        if (db_postgres_io_flush(db, err) != 0)
            return -1;
    if (status < 0)
        return db_postgres_error_lost(db, err);
    status = 0;
    for (;;) {
        if (db_postgres_io_result(db, &result, err) != 0)
            return -1;
        if (result == NULL)
            return status;
        if (libpq.PQresultStatus(result) == PGRES_COMMAND_OK)
            *rowcount = strtoll(libpq.PQcmdTuples(result), NULL, 10);
        else if (status == 0) {
            status = db_postgres_queue_error(db, result, copy->sql, copy->file,
                                             copy->line, err);
            *rowcount = failed_row(result);
        }
        libpq.PQclear(result);
    }
}

static int end(struct db_copy *base, int64_t *rowcount, struct error *err)
{
    struct pg_copy *copy = (struct pg_copy *)base;
    struct pg_db *db = owner(copy);
    int status;

    *rowcount = 0;
    status = db_postgres_error_check(db, err) != 0
                 ? -1
                 : finish(copy, NULL, rowcount, err);
    if (status == 0)
        trace(copy);
    else if (!db->lost && db->begun)
        db_postgres_queue_keep(db, err);
    free_copy(copy);
    return status;
}

static void give_up(struct db_copy *base, const char *why)
{
    struct pg_copy *copy = (struct pg_copy *)base;
    struct pg_db *db = owner(copy);
    struct error *err = malloc(sizeof *err);
    int64_t ignored;

    if (err == NULL || db->lost) {
        /* what comes next finds the connection in COPY, and fails */
    } else if (finish(copy, why != NULL ? why : "given up", &ignored, err) !=
                   0 &&
               !db->lost && db->begun) {
        db_postgres_queue_keep(db, err);
    }
    free(err);
    free_copy(copy);
}

/* Sends COPY and waits until the server wants the rows. */
static int start(struct pg_db *db, const struct db_statement *statement,
                 struct error *err)
{
    PGresult *result;
    int status = -1;

    if (libpq.PQsendQueryParams(db->conn, statement->sql, 0, NULL, NULL, NULL,
                                NULL, 0) == 0)
        return db_postgres_error_lost(db, err);
    if (db_postgres_io_result(db, &result, err) != 0)
        return -1;
    if (result != NULL && libpq.PQresultStatus(result) == PGRES_COPY_IN) {
        libpq.PQclear(result);
        return 0;
    }
    if (result == NULL)
        return error_set(err, ERROR_INTERNAL, "COPY did not begin");
    if (libpq.PQresultStatus(result) == PGRES_FATAL_ERROR)
        db_postgres_queue_error(db, result, statement->sql, statement->file,
                                statement->line, err);
    else
        error_set(err, ERROR_INTERNAL, "not a COPY FROM STDIN: %.200s",
                  statement->sql);
    while (result != NULL) {
        libpq.PQclear(result);
        if (db_postgres_io_result(db, &result, err) != 0)
            return -1;
    }
    if (db->begun)
        db_postgres_queue_keep(db, err);
    return status;
}

int db_postgres_copy_in(struct db *base, const struct db_statement *statement,
                        struct db_copy **out, struct error *err)
{
    struct pg_db *db = (struct pg_db *)base;
    struct pg_copy *copy;

    *out = NULL;
    if (db_postgres_io_check(db, err) != 0 ||
        (db->begun && db_postgres_session_timeouts(db, statement, err) != 0) ||
        db_postgres_queue_leave(db, err) != 0)
        return -1;
    if (db->guard == DB_GUARD_READ && !db->begun) {
        error_set(err, ERROR_FAILED,
                  "outside of a step this revision only reads");
        return error_hint(err, "put what changes something into op.step");
    }
    copy = calloc(1, sizeof *copy);
    if (copy == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    copy->copy.db = base;
    copy->copy.put = put;
    copy->copy.end = end;
    copy->copy.give_up = give_up;
    copy->sql = strdup(statement->sql);
    copy->file = statement->file != NULL ? strdup(statement->file) : NULL;
    copy->line = statement->line;
    copy->began = clock_us();
    if (start(db, statement, err) != 0) {
        free_copy(copy);
        return -1;
    }
    db->copying = true;
    *out = &copy->copy;
    return 0;
}
