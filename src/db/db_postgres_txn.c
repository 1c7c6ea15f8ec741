#include "db/db_postgres.h"

#include "ddl/ddl.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRACE_MS 20       /* for statements that end soon */
#define AGAIN_MS 200      /* between two requests to cancel */
#define ROLLBACK_MS 10000 /* then the socket is closed, which does it too */

/* Sends SQL of the runner that the trace shows. */
static int send_shown(struct pg_db *db, const char *sql, PGresult **result,
                      struct error *err)
{
    struct db_statement statement = {
        .sql = sql, .size = strlen(sql), .own = true};

    return db_postgres_queue_add(db, &statement, NULL, result, false, err);
}

/* The id of the transaction, as text. */
static const char *xid_function(const struct pg_db *db)
{
    return db->db.server_version >= 130000
               ? "pg_catalog.pg_current_xact_id()::pg_catalog.text"
               : "pg_catalog.txid_current()::pg_catalog.text";
}

/* Asks for the id of the transaction, with more behind it or "". */
static int ask(struct pg_db *db, const char *more, struct db_ticket *ticket,
               struct error *err)
{
    struct pg_wants wants = {.ticket = ticket, .setup = true, .again = true};
    struct db_statement statement = {.own = true};
    char sql[256];

    statement.sql = sql;
    statement.size = (size_t)snprintf(sql, sizeof sql, "SELECT %s%s",
                                      xid_function(db), more);
    return db_postgres_queue_send(db, &statement, &wants, err);
}

static int set_timeout(struct pg_db *db, const char *name, double seconds,
                       struct error *err)
{
    double ms = ceil(seconds * 1000);
    char sql[80];

    if (seconds < 0)
        return 0;
    snprintf(sql, sizeof sql, "SET LOCAL %s = %.0f", name,
             ms > INT32_MAX ? INT32_MAX : ms);
    return db_postgres_queue_own(db, sql, NULL, NULL, err);
}

static int fence(struct pg_db *db, const struct db_begin *how,
                 struct error *err)
{
    struct pg_wants wants = {
        .ticket = &db->fenced, .setup = true, .fence = true};
    struct db_statement statement = {.own = true};
    struct arena arena;
    struct buf sql;
    int status;

    if (how->fence_table == NULL)
        return 0;
    arena_init(&arena, NULL, NULL);
    buf_init(&sql, &arena);
    buf_add(&sql, "LOCK TABLE ");
    if (how->fence_schema != NULL) {
        ddl_name_quoted(&sql, how->fence_schema);
        buf_char(&sql, '.');
    }
    ddl_name_quoted(&sql, how->fence_table);
    buf_add(&sql, " IN SHARE ROW EXCLUSIVE MODE NOWAIT");
    statement.sql = sql.data;
    statement.size = sql.size;
    status = db_postgres_queue_send(db, &statement, &wants, err);
    arena_clear(&arena);
    return status;
}

static int send_begin(struct pg_db *db, const struct db_begin *how,
                      struct error *err)
{
    if (!db->db.pooled && !how->keep && db_postgres_session_reset(db, err) != 0)
        return -1;
    db->timeouts = how->keep && db->kept;
    /* a Sync behind a COMMIT would let this one run when that failed */
    if (db->unsynced && !db->commit.open &&
        db_postgres_queue_sync(db, err) != 0)
        return -1;
    db->commit.open = false;
    db->begun = true;
    db->data = false;
    /* READ COMMITTED is the session's default, if the session is our own */
    if (send_shown(db,
                   db->db.pooled ? "BEGIN ISOLATION LEVEL READ COMMITTED"
                                 : "BEGIN",
                   NULL, err) != 0)
        return -1;
    if (db->db.pooled && db_postgres_session_reset(db, err) != 0)
        return -1;
    db->lock_timeout = how->lock_timeout;
    db->statement_timeout = how->statement_timeout;
    if (set_timeout(db, "lock_timeout", how->lock_timeout, err) != 0 ||
        set_timeout(db, "statement_timeout", how->statement_timeout, err) !=
            0 ||
        fence(db, how, err) != 0)
        return -1;
    return ask(db, "", &db->opened, err);
}

void db_postgres_txn_reset(struct pg_db *db)
{
    db_postgres_queue_forget(&db->db, &db->opened);
    db_postgres_queue_forget(&db->db, &db->fenced);
    db_postgres_queue_forget(&db->db, &db->proven);
    memset(&db->opened, 0, sizeof db->opened);
    memset(&db->fenced, 0, sizeof db->fenced);
    memset(&db->proven, 0, sizeof db->proven);
    db_postgres_queue_forgive(db);
    db->begun = db->data = db->timeouts = false;
    db->savepoints = 0;
    db->savepoint_data = 0;
    db->lock_timeout = db->statement_timeout = -1;
}

int db_postgres_begin(struct db *base, const struct db_begin *how,
                      struct error *err)
{
    struct pg_db *db = (struct pg_db *)base;

    if (db->begun)
        return error_set(err, ERROR_INTERNAL, "a transaction is open already");
    if (db_postgres_error_check(db, err) != 0 ||
        db_postgres_io_check(db, err) != 0)
        return -1;
    if (db->commit.failed) { /* settle() says it once more */
        *err = *db->commit.error;
        return -1;
    }
    db_postgres_txn_reset(db);
    if (!db->commit.sent)
        db->commit.xid[0] = '\0';
    if (send_begin(db, how, err) == 0)
        return 0;
    db_postgres_rollback(base);
    return -1;
}

bool db_postgres_in_transaction(struct db *base)
{
    return ((struct pg_db *)base)->begun;
}

/* Proving */

static int lost_lock(struct error *err)
{
    error_set(err, ERROR_FAILED,
              "the revision released the runner's lock: nothing was committed");
    return error_hint(err, "advisory locks of a revision are released one by "
                           "one, not by pg_advisory_unlock_all()");
}

static int ended(struct error *err)
{
    error_set(err, ERROR_FAILED,
              "the revision ended the transaction of luamigrate");
    return error_hint(err, "transaction control belongs to luamigrate; part of "
                           "a revision can be undone with op.savepoint");
}

int db_postgres_prove(struct db *base, struct error *err)
{
    struct pg_db *db = (struct pg_db *)base;
    const char *xid = db->opened.text;
    const char *more = "";

    if (db_postgres_error_check(db, err) != 0)
        return -1;
    if (!db->begun)
        return error_set(err, ERROR_INTERNAL, "no transaction is open");
    /* the runner's lock is the only advisory lock that is known to be there:
     * a revision that takes its own and drops all is not noticed. Looking at
     * all locks is slow, and DDL cannot release one */
    if (db->lock_key != NULL && db->dirty)
        more = " || CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_locks WHERE "
               "locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid()) "
               "THEN '' ELSE ' ' END";
    if (ask(db, more, &db->proven, err) != 0 ||
        db_postgres_queue_collect(db, err) != 0)
        return -1;
    if (!db->opened.answered || !db->proven.answered || xid[0] == '\0' ||
        strncmp(db->proven.text, xid, strlen(xid)) != 0 ||
        libpq.PQtransactionStatus(db->conn) != PQTRANS_INTRANS)
        return ended(err);
    switch (db->proven.text[strlen(xid)]) {
    case '\0':
        return 0;
    case ' ':
        return lost_lock(err);
    default:
        return ended(err);
    }
}

/* Rolling back */

/* Reads answers until all are there, or only that to the COMMIT before this
 * transaction, at most until `until`. */
static int read_until(struct pg_db *db, bool commit, int64_t until,
                      struct error *err)
{
    while ((commit ? db->commit.sent : db->queued > 0) && clock_ms() < until) {
        int left = libpq.PQflush(db->conn);

        if (db_postgres_io_wait(db, left > 0, until, err) < 0 ||
            db_postgres_queue_read(db, err) != 0)
            return -1;
    }
    return 0;
}

/* Ends what still runs; nobody wants its answer. A request to cancel that
 * comes before the statement has begun does nothing: it is repeated. */
static int stop(struct pg_db *db, struct error *err)
{
    if (db_postgres_queue_read(db, err) != 0)
        return -1;
    if (db->queued > 0 && db->unsynced && db_postgres_queue_sync(db, err) != 0)
        return -1;
    /* a COMMIT that is on its way is nobody's to cancel */
    if (read_until(db, true, db->deadline, err) != 0 ||
        read_until(db, false, clock_ms() + GRACE_MS, err) != 0)
        return -1;
    while (db->queued > 0 && clock_ms() < db->deadline) {
        db_postgres_io_cancel(db);
        if (read_until(db, false, clock_ms() + AGAIN_MS, err) != 0)
            return -1;
    }
    return db_postgres_queue_drain(db, err);
}

static int roll_back(struct pg_db *db, struct error *err)
{
    if (stop(db, err) != 0)
        return -1;
    db_postgres_queue_forgive(db);
    if (send_shown(db, "ROLLBACK", NULL, err) != 0 ||
        db_postgres_queue_drain(db, err) != 0)
        return -1;
    db_postgres_queue_forgive(db);
    return libpq.PQtransactionStatus(db->conn) == PQTRANS_IDLE ? 0 : 1;
}

void db_postgres_rollback(struct db *base)
{
    struct pg_db *db = (struct pg_db *)base;
    struct error *err = malloc(sizeof *err);
    int status = -1;

    db_postgres_cursor_end(db, db->begun ? 0 : -1);
    db->prepared_stale = true;
    db->deadline = clock_ms() + ROLLBACK_MS;
    if (db->begun && !db->lost && err != NULL) {
        status = roll_back(db, err);
        if (status > 0) /* a late request to cancel hit it */
            status = roll_back(db, err);
    } else if (!db->begun && !db->lost && err != NULL) {
        status = db_postgres_queue_drain(db, err);
    }
    if (status != 0 && !db->lost && err != NULL)
        db_postgres_error_lost(db, err);
    if (status != 0) {
        db_postgres_disconnect(db); /* the server rolls back */
        db_postgres_cursor_end(db, -1);
        db_postgres_queue_clear(db);
        db_postgres_prepare_clear(db);
    }
    db->deadline = INT64_MAX;
    db_postgres_txn_reset(db);
    free(err);
}
