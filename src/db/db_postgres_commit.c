/* COMMIT: believed only with proof (G6), and sent only when everything before
 * it was proven; the next transaction may follow without a wait (G7). */
#include "db/db_postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int unknown(struct error *err)
{
    char why[512];

    snprintf(why, sizeof why, "%.500s", err->message);
    error_set(err, ERROR_UNKNOWN_COMMIT,
              "the connection was lost while the transaction was being "
              "committed: %s",
              why);
    return error_hint(err, "run the command again: it finds out by itself");
}

/* Whether the server said goodbye instead of answering. */
static bool is_goodbye(const struct error *err)
{
    return strncmp(err->sqlstate, "57P0", 4) == 0 ||
           strncmp(err->sqlstate, "08", 2) == 0;
}

static void fail(struct pg_db *db)
{
    db->commit.failed = true;
    if (db->broken_error != NULL)
        *db->commit.error = *db->broken_error;
    else
        error_set(db->commit.error, ERROR_LIMIT, "out of memory");
    if (is_goodbye(db->commit.error))
        (void)unknown(db->commit.error);
}

void db_postgres_commit_answer(struct pg_db *db, PGresult *result)
{
    struct error err;

    db->commit.sent = false;
    if (result == NULL) {
        fail(db);
    } else if (strcmp(libpq.PQcmdStatus(result), "COMMIT") == 0) {
        db->commit.xid[0] = '\0';
        if (db->commit.proven != NULL)
            db->commit.proven(db->commit.context);
    } else {
        error_set(&err, ERROR_FAILED,
                  "the server answered COMMIT with %s: a statement had "
                  "failed before",
                  libpq.PQcmdStatus(result));
        db_postgres_queue_keep(db, &err);
        fail(db);
    }
}

/* What comes before it is answered, and the transaction over for us. */
static int send(struct pg_db *db, void (*proven)(void *context), void *context,
                struct error *err)
{
    struct pg_wants wants = {.commit = true};
    struct db_statement statement = {
        .sql = "COMMIT", .size = strlen("COMMIT"), .own = true};

    if (db_postgres_error_check(db, err) != 0)
        return -1;
    if (!db->begun)
        return error_set(err, ERROR_INTERNAL, "no transaction is open");
    if (db_postgres_cursor_drain(db, err) != 0 ||
        db_postgres_queue_collect(db, err) != 0)
        return -1;
    if (db->commit.error == NULL)
        db->commit.error = arena_new(&db->arena, struct error);
    snprintf(db->commit.xid, sizeof db->commit.xid, "%s", db->opened.text);
    db->commit.failed = false;
    db->commit.proven = proven;
    db->commit.context = context;
    db->commit.sent = true;
    if (db_postgres_queue_send(db, &statement, &wants, err) != 0) {
        db->commit.sent = false;
        unknown(err);
    }
    db->commit.open = db->commit.sent;
    db_postgres_txn_reset(db);
    return db->commit.sent ? 0 : -1;
}

int db_postgres_settle(struct db *base, struct error *err)
{
    struct pg_db *db = (struct pg_db *)base;

    if (db->commit.sent)
        (void)db_postgres_queue_drain(db, err);
    db->commit.open = false;
    if (db->commit.sent) { /* it will never be answered */
        db->commit.sent = false;
        return unknown(err);
    }
    if (!db->commit.failed)
        return 0;
    db->commit.failed = false;
    *err = *db->commit.error;
    if (!db->begun)
        db_postgres_queue_forgive(db);
    return -1;
}

int db_postgres_commit(struct db *base, struct error *err)
{
    struct pg_db *db = (struct pg_db *)base;

    if (send(db, NULL, NULL, err) != 0)
        return -1;
    return db_postgres_settle(base, err);
}

int db_postgres_commit_later(struct db *base, void (*proven)(void *context),
                             void *context, bool *later, struct error *err)
{
    struct pg_db *db = (struct pg_db *)base;

    *later = false;
    /* what puts the session back runs outside of a transaction, where it needs
     * a Sync of its own */
    if (db->dirty || db->db.pooled)
        return db_postgres_commit(base, err);
    if (send(db, proven, context, err) != 0)
        return -1;
    /* the server works on it meanwhile; a broken socket shows later */
    (void)db_postgres_queue_push(db, err);
    *later = true;
    return 0;
}

/* The connection was lost at COMMIT: what became of it? */

#define RESOLVE_MS 30000
#define RETRY_MS 250

static int not_found_out(struct error *err)
{
    char why[512];

    snprintf(why, sizeof why, "%.500s", err->message);
    error_set(err, ERROR_UNKNOWN_COMMIT,
              "it is not known whether the transaction was committed: %s", why);
    error_hint(err, "run the command again when the server can be reached");
    snprintf(err->state, sizeof err->state,
             "unknown; the next run finds out by itself");
    return -1;
}

static int reconnect(struct pg_db *db, int64_t end, struct error *err)
{
    for (;;) {
        db->lost = false;
        if (db_postgres_connect(db, err) == 0)
            return db_postgres_session_open(db, err);
        if (err->code != ERROR_CONNECTION || clock_ms() >= end)
            return -1;
        if (db_postgres_io_sleep(db, RETRY_MS, err) != 0)
            return -1;
    }
}

/* "committed", "aborted", "in progress", "" when it is too long ago. */
static int ask_status(struct pg_db *db, char out[32], struct error *err)
{
    const char *params[1] = {db->commit.xid};
    PGresult *result;

    if (db_postgres_io_run(db,
                           db->db.server_version >= 130000
                               ? "SELECT pg_catalog.pg_xact_status("
                                 "$1::pg_catalog.xid8)"
                               : "SELECT pg_catalog.txid_status("
                                 "$1::pg_catalog.int8)",
                           1, params, &result, err) != 0)
        return -1;
    snprintf(out, 32, "%s", libpq.PQgetvalue(result, 0, 0));
    libpq.PQclear(result);
    return 0;
}

static int find_out(struct pg_db *db, const char *key, bool *committed,
                    struct error *err)
{
    int64_t end = clock_ms() + RESOLVE_MS;
    char status[32];

    *committed = false;
    if (reconnect(db, end, err) != 0)
        return -1;
    /* had when the old session is gone */
    if (key != NULL && db_postgres_lock(&db->db, key, err) != 0)
        return -1;
    if (db->commit.xid[0] == '\0') /* COMMIT was not sent */
        return 0;
    for (;;) {
        if (ask_status(db, status, err) != 0)
            return -1;
        *committed = strcmp(status, "committed") == 0;
        if (*committed || strcmp(status, "aborted") == 0)
            return 0;
        if (strcmp(status, "in progress") != 0)
            return error_set(err, ERROR_UNKNOWN_COMMIT,
                             "the server does not remember it");
        if (clock_ms() >= end)
            return error_set(err, ERROR_UNKNOWN_COMMIT,
                             "the server has not decided yet");
        if (db_postgres_io_sleep(db, RETRY_MS, err) != 0)
            return -1;
    }
}

int db_postgres_resolve_commit(struct db *base, bool *committed,
                               struct error *err)
{
    struct pg_db *db = (struct pg_db *)base;
    const char *key = db->lock_key;

    db->lock_key = NULL;
    db_postgres_disconnect(db);
    db_postgres_cursor_end(db, -1);
    db_postgres_queue_clear(db);
    db_postgres_prepare_clear(db);
    db->commit.sent = db->commit.open = db->commit.failed = false;
    db_postgres_txn_reset(db);
    return find_out(db, key, committed, err) == 0 ? 0 : not_found_out(err);
}
