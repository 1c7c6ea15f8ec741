/* Every wait of the driver. */
#include "db/db_postgres.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#define SLICE_MS 100  /* between two looks at the signal, if it wakes nobody */
#define CANCEL_MS 400 /* for the request to cancel */
#define ANSWER_MS 500 /* for an answer after a signal ... */
#define STOP_MS 900   /* ... and for all of them */
#define OWN_MS 60000  /* for the short questions of the driver itself */

static bool signalled(const struct pg_db *db)
{
    return clock_cancelled(db->db.options.cancel);
}

static int set_signal(const struct pg_db *db, struct error *err)
{
    int number = db->db.options.cancel->signal;

    error_set(err, ERROR_SIGNAL, "interrupted by signal %d", number);
    err->signal = number;
    return -1;
}

int db_postgres_io_check(struct pg_db *db, struct error *err)
{
    return signalled(db) ? set_signal(db, err) : 0;
}

/* Cancelling: PQcancel blocks (12 s were seen), so it runs in a thread of its
 * own, which may outlive us. */

struct request {
    PGcancel *cancel;
    atomic_bool done;
    atomic_int owners;
};

static void release(struct request *request)
{
    if (atomic_fetch_sub(&request->owners, 1) > 1)
        return;
    libpq.PQfreeCancel(request->cancel);
    free(request);
}

static void *send_cancel(void *context)
{
    struct request *request = context;
    char text[256];

    (void)libpq.PQcancel(request->cancel, text, sizeof text);
    atomic_store(&request->done, true);
    release(request);
    return NULL;
}

/* No signal may choose the new thread: it would wake nobody. */
static bool start(struct request *request)
{
    sigset_t all, before;
    pthread_t thread;
    bool started;

    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
        return false;
    started = pthread_create(&thread, NULL, send_cancel, request) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started && pthread_detach(thread) == 0;
}

void db_postgres_io_cancel(struct pg_db *db)
{
    int64_t end = clock_ms() + CANCEL_MS;
    struct request *request;

    if (db->conn == NULL || db->cancel == NULL)
        return;
    request = calloc(1, sizeof *request);
    if (request == NULL)
        return;
    request->cancel = db->cancel;
    atomic_init(&request->owners, 2);
    db->cancel = libpq.PQgetCancel(db->conn);
    if (!start(request)) {
        atomic_store(&request->owners, 1);
        release(request);
        return;
    }
    /* until it has arrived: a late one would hit the rollback */
    while (!atomic_load(&request->done) && clock_ms() < end)
        (void)clock_sleep(1, NULL);
    release(request);
}

/* Waiting */

/* A signal was seen: the server is asked to stop, once. Returns how long the
 * answer may take, as a time of clock_ms(). */
static int64_t stop(struct pg_db *db, int64_t start_ms)
{
    int64_t answer, all;

    if (db->signal_ms == 0) {
        db->signal_ms = clock_ms();
        if (libpq.PQtransactionStatus(db->conn) == PQTRANS_ACTIVE)
            db_postgres_io_cancel(db);
        start_ms = clock_ms();
    }
    answer = start_ms + ANSWER_MS;
    all = db->signal_ms + STOP_MS;
    return answer < all ? answer : all;
}

/* The server does not answer, and the signal's second is over: it rolls back
 * when it sees the socket closed. */
static int give_up(struct pg_db *db, struct error *err)
{
    set_signal(db, err);
    error_hint(err, "the server did not answer: the connection was closed");
    if (db->lost_error != NULL)
        *db->lost_error = *err;
    db->lost = true;
    db_postgres_disconnect(db);
    return -1;
}

static int wait_for(struct pg_db *db, short events, int64_t deadline,
                    struct error *err)
{
    int64_t begun = clock_ms();

    for (;;) {
        struct pollfd pollfd = {.fd = db->socket, .events = events};
        int64_t end = deadline, left;
        int ready;

        if (signalled(db)) {
            int64_t limit = stop(db, begun);

            end = limit < end ? limit : end;
        }
        left = end - clock_ms();
        ready = poll(&pollfd, 1,
                     left > SLICE_MS ? SLICE_MS
                     : left > 0      ? (int)left
                                     : 0);
        if (ready > 0)
            return 1;
        if (ready < 0 && errno != EINTR && errno != EAGAIN)
            return db_postgres_error_lost(db, err);
        if (left > 0)
            continue;
        return end == deadline ? 0 : give_up(db, err);
    }
}

int db_postgres_io_poll(struct pg_db *db, int fd, bool write, int64_t deadline,
                        struct error *err)
{
    for (;;) {
        struct pollfd pollfd = {.fd = fd, .events = write ? POLLOUT : POLLIN};
        int64_t left = deadline - clock_ms();
        int ready;

        if (signalled(db))
            return set_signal(db, err);
        ready = poll(&pollfd, 1,
                     left > SLICE_MS ? SLICE_MS
                     : left > 0      ? (int)left
                                     : 0);
        if (ready > 0)
            return 1;
        if (ready < 0 && errno != EINTR && errno != EAGAIN)
            return error_errno(err, ERROR_CONNECTION, errno, "poll");
        if (left <= 0)
            return 0;
    }
}

int db_postgres_io_wait(struct pg_db *db, bool write, int64_t deadline,
                        struct error *err)
{
    if (db_postgres_error_check(db, err) != 0)
        return -1;
    return wait_for(db, write ? POLLIN | POLLOUT : POLLIN, deadline, err);
}

int db_postgres_io_flush(struct pg_db *db, struct error *err)
{
    if (db_postgres_error_check(db, err) != 0)
        return -1;
    for (;;) {
        int left = libpq.PQflush(db->conn);

        if (left == 0)
            return 0;
        /* a broken socket shows when the answer is read: there may be one
         * that says why */
        if (left < 0 || wait_for(db, POLLIN | POLLOUT, INT64_MAX, err) < 0)
            return left < 0 ? db_postgres_error_lost(db, err) : -1;
        if (libpq.PQconsumeInput(db->conn) == 0)
            return db_postgres_error_lost(db, err);
    }
}

int db_postgres_io_peek(struct pg_db *db, bool *ready, struct error *err)
{
    if (db_postgres_error_check(db, err) != 0)
        return -1;
    if (libpq.PQconsumeInput(db->conn) == 0)
        return db_postgres_error_lost(db, err);
    *ready = libpq.PQisBusy(db->conn) == 0;
    return 0;
}

/* The socket is closed, but an answer may have come before: PQgetResult waits
 * for nothing any more. A result without SQLSTATE is libpq's own complaint. */
static int last_result(struct pg_db *db, PGresult **result, struct error *err)
{
    PGresult *last = libpq.PQgetResult(db->conn);

    if (last != NULL &&
        (libpq.PQresultStatus(last) != PGRES_FATAL_ERROR ||
         libpq.PQresultErrorField(last, PG_DIAG_SQLSTATE) != NULL)) {
        *result = last;
        return 0;
    }
    libpq.PQclear(last);
    return db_postgres_error_lost(db, err);
}

/* A short question got no answer: the server hangs, or something between. */
static int silent(struct pg_db *db, struct error *err)
{
    error_set(err, ERROR_CONNECTION, "the server did not answer for %d s",
              OWN_MS / 1000);
    error_hint(err, "check the server, and a pooler or proxy before it");
    if (db->lost_error != NULL)
        *db->lost_error = *err;
    db->lost = true;
    db_postgres_disconnect(db);
    return -1;
}

static int next_result(struct pg_db *db, int64_t deadline, PGresult **result,
                       struct error *err)
{
    *result = NULL;
    if (db_postgres_io_flush(db, err) != 0)
        return -1;
    while (libpq.PQisBusy(db->conn) != 0) {
        int ready = wait_for(db, POLLIN, deadline, err);

        if (ready <= 0)
            return ready == 0 ? silent(db, err) : -1;
        if (libpq.PQconsumeInput(db->conn) == 0)
            return last_result(db, result, err);
    }
    if (libpq.PQstatus(db->conn) == CONNECTION_BAD)
        return last_result(db, result, err);
    *result = libpq.PQgetResult(db->conn);
    return 0;
}

int db_postgres_io_result(struct pg_db *db, PGresult **result,
                          struct error *err)
{
    return next_result(db, INT64_MAX, result, err);
}

static bool succeeded(const PGresult *result)
{
    ExecStatusType status = libpq.PQresultStatus(result);

    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

int db_postgres_io_run(struct pg_db *db, const char *sql, int count,
                       const char *const *params, PGresult **result,
                       struct error *err)
{
    int64_t deadline = clock_ms() + OWN_MS;
    PGresult *next;
    int status = 0;

    *result = NULL;
    if (db_postgres_error_check(db, err) != 0 ||
        (db->pipeline && db_postgres_queue_leave(db, err) != 0))
        return -1;
    db->quiet = true;
    if (libpq.PQsendQueryParams(db->conn, sql, count, NULL, params, NULL, NULL,
                                0) == 0)
        return db_postgres_error_lost(db, err);
    for (;;) {
        if (next_result(db, deadline, &next, err) != 0) {
            status = -1;
            break;
        }
        if (next == NULL)
            break;
        if (status == 0 && !succeeded(next))
            status = db_postgres_error(db, next, sql, err);
        libpq.PQclear(*result);
        *result = next;
    }
    db->quiet = false;
    if (status == 0)
        return 0;
    libpq.PQclear(*result);
    *result = NULL;
    return -1;
}

int db_postgres_io_sleep(struct pg_db *db, int64_t ms, struct error *err)
{
    if (clock_sleep(ms, db->db.options.cancel) != 0)
        return set_signal(db, err);
    return 0;
}
