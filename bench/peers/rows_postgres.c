/* The fastest way to change every row of `users` through a client of
 * PostgreSQL: one transaction, a cursor read in batches of 10,000, each
 * written back with one UPDATE from arrays, all in a pipeline: while the
 * server works on a batch, the next one is made.
 * rows_postgres CONNINFO */
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DECLARE                                                                \
    "DECLARE c NO SCROLL CURSOR FOR "                                          \
    "SELECT id, first_name, last_name FROM users ORDER BY id"
#define FETCH "FETCH 10000 FROM c"
#define UPDATE                                                                 \
    "UPDATE users SET full_name = v.full_name "                                \
    "FROM unnest($1::bigint[], $2::text[]) AS v (id, full_name) "              \
    "WHERE users.id = v.id"

struct text {
    char *data;
    size_t used, size;
};

static void add(struct text *text, const char *data, size_t size)
{
    if (text->used + size + 1 > text->size) {
        text->size = 2 * (text->used + size + 1);
        text->data = realloc(text->data, text->size);
        if (text->data == NULL)
            abort();
    }
    memcpy(text->data + text->used, data, size);
    text->used += size;
    text->data[text->used] = '\0';
}

static void add_quoted(struct text *text, const char *data)
{
    for (; *data != '\0'; data++) {
        if (*data == '"' || *data == '\\')
            add(text, "\\", 1);
        add(text, data, 1);
    }
}

static int flush(PGconn *conn)
{
    for (;;) {
        struct pollfd wait = {.fd = PQsocket(conn), .events = POLLIN | POLLOUT};
        int left = PQflush(conn);

        if (left <= 0)
            return left;
        if (poll(&wait, 1, -1) < 0 || PQconsumeInput(conn) == 0)
            return -1;
    }
}

/* Sends a statement, and asks for its answer. */
static int send(PGconn *conn, const char *sql, int count,
                const char *const *values)
{
    if (PQsendQueryParams(conn, sql, count, NULL, values, NULL, NULL, 0) == 0 ||
        PQsendFlushRequest(conn) == 0)
        return -1;
    return flush(conn);
}

/* The answer of the next statement. */
static PGresult *answer(PGconn *conn, ExecStatusType status)
{
    PGresult *result = PQgetResult(conn);

    if (PQresultStatus(result) != status) {
        PQclear(result);
        return NULL;
    }
    PQclear(PQgetResult(conn)); /* NULL, which ends it */
    return result;
}

static int ended(PGconn *conn, ExecStatusType status)
{
    PGresult *result = answer(conn, status);

    PQclear(result);
    return result != NULL ? 0 : -1;
}

static int send_update(PGconn *conn, const PGresult *rows, struct text *ids,
                       struct text *names)
{
    const char *values[2];

    ids->used = names->used = 0;
    for (int i = 0; i < PQntuples(rows); i++) {
        add(ids, i == 0 ? "{" : ",", 1);
        add(ids, PQgetvalue(rows, i, 0), (size_t)PQgetlength(rows, i, 0));
        add(names, i == 0 ? "{\"" : ",\"", 2);
        add_quoted(names, PQgetvalue(rows, i, 1));
        add(names, " ", 1);
        add_quoted(names, PQgetvalue(rows, i, 2));
        add(names, "\"", 1);
    }
    add(ids, "}", 1);
    add(names, "}", 1);
    values[0] = ids->data;
    values[1] = names->data;
    return send(conn, UPDATE, 2, values);
}

static int change(PGconn *conn)
{
    struct text ids = {NULL, 0, 0}, names = {NULL, 0, 0};
    int status = -1;

    if (PQenterPipelineMode(conn) == 0 || send(conn, "BEGIN", 0, NULL) != 0 ||
        send(conn, DECLARE, 0, NULL) != 0 || send(conn, FETCH, 0, NULL) != 0 ||
        ended(conn, PGRES_COMMAND_OK) != 0 ||
        ended(conn, PGRES_COMMAND_OK) != 0)
        return -1;
    for (int updates = 0;; updates = 1) {
        PGresult *rows = answer(conn, PGRES_TUPLES_OK);
        int count = PQntuples(rows), failed;

        failed = rows == NULL ||
                 (count > 0 && (send(conn, FETCH, 0, NULL) != 0 ||
                                send_update(conn, rows, &ids, &names) != 0));
        PQclear(rows);
        /* the update of the batch before came to the server behind FETCH */
        if (failed || (updates > 0 && ended(conn, PGRES_COMMAND_OK) != 0))
            break;
        if (count == 0) {
            status = 0;
            break;
        }
    }
    if (status == 0 && (send(conn, "COMMIT", 0, NULL) != 0 ||
                        ended(conn, PGRES_COMMAND_OK) != 0))
        status = -1;
    free(ids.data);
    free(names.data);
    return status;
}

int main(int argc, char **argv)
{
    PGconn *conn = PQconnectdb(argc > 1 ? argv[1] : "");
    int status = 1;

    if (PQstatus(conn) == CONNECTION_OK && PQsetnonblocking(conn, 1) == 0 &&
        change(conn) == 0)
        status = 0;
    if (status != 0)
        (void)fprintf(stderr, "rows_postgres: %s\n", PQerrorMessage(conn));
    PQfinish(conn);
    return status;
}
