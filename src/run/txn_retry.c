/* When a transaction that failed is tried again (G5, G12). */
#include "run/txn_parts.h"

#include "base/clock.h"
#include "base/str.h"
#include "ddl/sql_kind.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* milliseconds */
#define FENCE_PAUSE 50
#define FENCE_SPREAD 200
#define FIRST_PAUSE 500
#define LAST_PAUSE 10000
#define TOTAL 300000
/* an attempt is not repeated when it ran for this part of it: 30 s */
#define LONG_PART 10

#define MAX_CONFLICTS 3
#define MAX_CREATIONS 10

void txn_retry_init(struct txn_retry *retry, struct txn *txn,
                    const struct revision *revision)
{
    memset(retry, 0, sizeof *retry);
    retry->txn = txn;
    retry->revision = revision;
    retry->pause_ms = FIRST_PAUSE;
    retry->random = (uint64_t)clock_us() * 2654435761U ^ (uint64_t)getpid();
    txn_retry_begin(retry);
}

void txn_retry_begin(struct txn_retry *retry)
{
    retry->attempt_ms = clock_ms();
}

/* xorshift64: a number below `limit`. */
static int64_t jitter(struct txn_retry *retry, int64_t limit)
{
    uint64_t x = retry->random != 0 ? retry->random : 1;

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    retry->random = x;
    return (int64_t)(x % (uint64_t)limit);
}

/* Returns 1, or -1 when a signal came. */
static int pause_for(struct txn_retry *retry, int64_t ms,
                     const struct names *rows, struct error *err)
{
    const struct cancel *cancel = retry->txn->db->options.cancel;
    int number;

    if (clock_sleep(ms, cancel) == 0)
        return 1;
    number = cancel->signal;
    error_set(err, ERROR_SIGNAL, "interrupted by signal %d", number);
    err->signal = number;
    txn_state(err, "rolled back", rows);
    return -1;
}

static int64_t milliseconds(double seconds)
{
    return (int64_t)(seconds * 1000);
}

/* The sessions in the way of what failed, "" when that is not known. */
static const char *blockers(struct txn_retry *retry, const char *sql)
{
    struct txn *txn = retry->txn;
    struct error ignored;
    const char *text = "";

    if (txn->db->driver->blockers == NULL || sql[0] == '\0' ||
        txn->db->driver->blockers(txn->db, sql, &txn->scratch, &text,
                                  &ignored) < 0)
        return "";
    return text;
}

/* Adds who is in the way to the message. */
static void add_blockers(struct txn_retry *retry, const char *text,
                         struct error *err)
{
    char *before;

    if (text[0] == '\0')
        return;
    before = arena_strdup(&retry->txn->scratch, err->message);
    snprintf(err->message, sizeof err->message, "%s\nblocked by %s", before,
             text);
}

/* The fence: another runner, or vacuum, has the version table. */
static int wait_fence(struct txn_retry *retry, const struct names *rows,
                      struct error *err)
{
    struct txn *txn = retry->txn;
    int64_t now = clock_ms();
    int64_t pause = FENCE_PAUSE + jitter(retry, FENCE_SPREAD);
    const char *text;
    struct error why;

    if (retry->fenced_ms == 0)
        retry->fenced_ms = now;
    if (now + pause - retry->fenced_ms <=
        milliseconds(txn->db->options.lock_timeout))
        return pause_for(retry, pause, rows, err);
    why = *err;
    text = blockers(retry, why.sql);
    error_set(err, ERROR_LOCKED,
              "the version table %s is locked by another session for longer "
              "than lock_timeout (%g s)",
              txn->tables->version_table, txn->db->options.lock_timeout);
    add_blockers(retry, text, err);
    snprintf(err->sqlstate, sizeof err->sqlstate, "%s", why.sqlstate);
    error_hint(err, "another runner may be at work: try again when it is "
                    "done");
    txn_state(err, "nothing was changed", rows);
    return -1;
}

/* What the driver let the failed statement wait for its lock, in seconds. */
static double waited(const struct txn_retry *retry, const struct error *err)
{
    const struct db_options *options = &retry->txn->db->options;

    if (retry->revision != NULL && retry->revision->lock_timeout >= 0)
        return retry->revision->lock_timeout;
    switch (sql_kind(SQL_LEX_POSTGRESQL, err->sql, strlen(err->sql), 0)) {
    case SQL_KIND_READ:
    case SQL_KIND_WRITE:
    case SQL_KIND_COPY_STDIO:
        return options->data_lock_timeout;
    default:
        return options->ddl_lock_timeout;
    }
}

/* How long the attempt ran before it met the lock that it waited for. */
static int64_t ran_ms(const struct txn_retry *retry, const struct error *err)
{
    return clock_ms() - retry->attempt_ms - milliseconds(waited(retry, err));
}

/* A table lock was not had. */
static int wait_lock(struct txn_retry *retry, const struct names *rows,
                     struct error *err)
{
    const struct run_request *request = retry->txn->request;
    const char *id = retry->revision != NULL ? retry->revision->id : NULL;
    const char *text = blockers(retry, err->sql);
    int64_t now = clock_ms(), total = TOTAL;
    int64_t pause =
        retry->pause_ms * 3 / 4 + jitter(retry, retry->pause_ms / 2);

    if (request->retry_for > 0)
        total = milliseconds(request->retry_for);
    if (retry->locked_ms == 0)
        retry->locked_ms = now;
    if (ran_ms(retry, err) >= total / LONG_PART ||
        now + pause - retry->locked_ms > total) {
        err->code = ERROR_BUSY;
        add_blockers(retry, text, err);
        return error_hint(err, "end what holds the lock, or run this when "
                               "there is less to do; lock_timeout in the "
                               "header says how long to wait for a lock");
    }
    retry->pause_ms =
        retry->pause_ms * 2 < LAST_PAUSE ? retry->pause_ms * 2 : LAST_PAUSE;
    txn_tell(retry->txn, RUN_WAITING,
             arena_printf(&retry->txn->scratch,
                          "%s%sa table lock was not had, rolled back; the "
                          "next attempt is in %.1f s%s%s",
                          id != NULL ? id : "", id != NULL ? ": " : "",
                          (double)pause / 1000,
                          text[0] != '\0' ? "; blocked by " : "", text));
    return pause_for(retry, pause, rows, err);
}

static bool is_conflict(const struct error *err)
{
    return str_equal(err->sqlstate, "40P01") ||
           str_equal(err->sqlstate, "40001");
}

/* Two runners made the tables at the same time: IF NOT EXISTS does not know
 * of a transaction that is still open. */
static bool is_creation(const struct txn_retry *retry, const struct error *err)
{
    /* statements of a script have the place of their line */
    return retry->creations < MAX_CREATIONS && err->file[0] == '\0' &&
           (str_equal(err->sqlstate, "23505") ||
            str_equal(err->sqlstate, "42710") || /* the type of the rows */
            str_equal(err->sqlstate, "42P07")) &&
           strncmp(err->sql, "CREATE TABLE IF NOT EXISTS ", 27) == 0;
}

int txn_retry_wait(struct txn_retry *retry, const struct names *rows,
                   struct error *err)
{
    if (retry->txn->db->dialect == DIALECT_SQLITE)
        return -1;
    if (err->code == ERROR_LOCKED)
        return wait_fence(retry, rows, err);
    if (str_equal(err->sqlstate, "55P03"))
        return wait_lock(retry, rows, err);
    if (is_creation(retry, err)) {
        retry->creations++;
        return pause_for(retry, FENCE_PAUSE + jitter(retry, FENCE_SPREAD), rows,
                         err);
    }
    if (!is_conflict(err))
        return -1;
    if (retry->conflicts == MAX_CONFLICTS) {
        err->code = ERROR_BUSY;
        return error_hint(err,
                          "it was tried %d times: run it when there is "
                          "less to do",
                          MAX_CONFLICTS + 1);
    }
    retry->conflicts++;
    return pause_for(retry, FENCE_PAUSE + jitter(retry, FENCE_SPREAD), rows,
                     err);
}
