/* The parts of the PostgreSQL driver: what its files share.
 *
 * libpq is used in asynchronous mode only: every wait is in db_postgres_io.c,
 * is bounded and ends within a second of a signal (G11).
 *
 * Statements of a transaction travel in pipeline mode. Each has an entry in a
 * queue, in the order of the wire; db_postgres_queue.c sends them, reads the
 * answers and gives them to the entries. To execute is to queue, to send a
 * Sync and to wait for that entry. */
#ifndef DB_DB_POSTGRES_H
#define DB_DB_POSTGRES_H

#include "base/buf.h"
#include "db/db.h"
#include "db/libpq.h"
#include "db/spool.h"
#include "ddl/sql_kind.h"

#include <stdint.h>

/* A statement that was handed to libpq and waits for its answer. */
struct pg_entry {
    struct pg_entry *next;
    struct db_ticket *ticket; /* or NULL */
    PGresult **result;        /* who wants the rows; NULL: dropped */
    /* who wants them one by one; NULL, and no result either: nobody */
    void (*rows)(void *context, PGresult *result);
    void *context;
    bool own;
    bool sync;          /* no statement: the answer to a Sync */
    bool fence;         /* the lock on the version table */
    bool commit;        /* the runner's COMMIT */
    bool seen, skipped; /* it is its turn; it failed, or one before it */
    unsigned prepares;  /* the number of the statement that it prepares */
    int64_t row_count;  /* rows seen */
    int skip;           /* characters that were sent before `sql` */
    bool setup;         /* of the driver itself (BEGIN, SET): not traced */
    char *sql;          /* for errors and the trace; malloc, cut to 1 KB */
    char *shown;        /* the script's own text, for errors, or NULL */
    char *file;         /* the script's line, or NULL */
    int line;
    int64_t sent_us; /* clock_us() */
};

/* A COMMIT that was sent. */
struct pg_commit {
    char xid[DB_TICKET_SIZE]; /* of the transaction; kept for resolve() */
    bool sent;                /* and not answered yet */
    bool open; /* it was the last thing sent: no Sync is behind it */
    bool failed;
    struct error *error;           /* why */
    void (*proven)(void *context); /* or NULL */
    void *context;
};

/* Texts that no output may show (G17). */
struct pg_secrets {
    char *items[8];
    size_t count;
};

struct pg_db {
    struct db db;
    struct arena arena; /* of the connection: texts that live as long */
    PGconn *conn;       /* NULL: lost or not yet open */
    PGcancel *cancel;   /* prepared at connect */
    int socket;
    struct pg_secrets secrets;

    /* why there is no connection any more: every call says so again */
    bool lost;
    struct error *lost_error;

    int64_t signal_ms; /* when a wait saw the signal; 0: not yet */
    unsigned notices;  /* shown since the transaction began */
    bool quiet;        /* a question of the driver is being answered */

    /* --- session (db_postgres_session.c) --- */
    const char *search_path; /* as found at connect: pinned */
    bool checks;   /* the server looks whether we are still there (14) */
    bool dirty;    /* a script ran SQL of its own: reset before the next one */
    bool timeouts; /* the script set lock_timeout itself: leave it alone */
    bool kept;     /* it did so between the steps: to the end of the revision */
    bool prepares; /* a script may have made a prepared statement */
    double lock_timeout, statement_timeout; /* of this transaction; < 0: as in
                                               the options */
    bool data; /* lock_timeout is the one of data statements now */

    /* --- transaction (db_postgres_txn.c) --- */
    bool begun;
    bool failed; /* the server aborted it: only a rollback helps */
    int savepoints;
    uint64_t savepoint_data; /* `data` at each of the first 64 */
    struct db_ticket opened, fenced, proven; /* answers to BEGIN's flight */
    struct pg_commit commit;                 /* db_postgres_commit.c */
    enum db_guard guard;
    bool reading;         /* the session was told to read only */
    const char *lock_key; /* of the runner's lock that is held, or NULL */

    /* --- queue (db_postgres_queue.c) --- */
    bool pipeline; /* libpq is in pipeline mode */
    struct pg_entry *first, **last;
    size_t queued;          /* entries that wait */
    struct arena sending;   /* parameters of what is being sent; never empty */
    struct pg_entry *spare; /* entries to use again */
    bool broken;            /* an entry failed and nobody was told yet: */
    struct error *broken_error; /* ... the first one since `failed` is set */
    bool unsynced;              /* statements were sent behind the last Sync */
    size_t unsent;    /* bytes since libpq had nothing left to send, roughly */
    int64_t deadline; /* for answers, clock_ms(); INT64_MAX: none */
    bool copying;     /* db_postgres_copy.c has the connection */
    int skip;         /* characters before the text that an error is about */

    /* --- prepared statements (db_postgres_prepare.c) --- */
    struct pg_prepared *prepared;
    unsigned prepared_number, prepared_uses;
    bool prepared_stale; /* a table may have changed: all are dropped */

    /* the last text of a statement with parameters: loops send it again */
    char *known; /* NULL: none; valid UTF-8 */
    size_t known_size;
    enum sql_kind known_kind;

    struct pg_cursor *cursors; /* open ones */
    unsigned cursor_number;
};

/* db_postgres_io.c: the only file that waits. A signal (options.cancel) ends
 * a wait within a second: the running statement is cancelled (0.5 s at most,
 * then the socket is closed) and ERROR_SIGNAL is returned. A connection that
 * broke is ERROR_CONNECTION, and db->lost is set. */

/* Waits until the socket can be read (or written, with `write`), at most
 * until `deadline` (clock_ms(); INT64_MAX: none). Returns 1, 0 at the
 * deadline, -1. */
int db_postgres_io_wait(struct pg_db *db, bool write, int64_t deadline,
                        struct error *err);
/* The same for a socket that is no connection yet: a signal ends it at once. */
int db_postgres_io_poll(struct pg_db *db, int fd, bool write, int64_t deadline,
                        struct error *err);
/* Hands to the socket what libpq has buffered, reading meanwhile what comes,
 * so that neither side can block the other. */
int db_postgres_io_flush(struct pg_db *db, struct error *err);
/* Waits for the next result: PQgetResult, which may be NULL. */
int db_postgres_io_result(struct pg_db *db, PGresult **result,
                          struct error *err);
/* Reads what has come already, without waiting; then `*ready` says whether
 * PQgetResult would not block. */
int db_postgres_io_peek(struct pg_db *db, bool *ready, struct error *err);
/* Asks the server to cancel what runs, without blocking, 0.5 s at most. */
void db_postgres_io_cancel(struct pg_db *db);
/* ERROR_SIGNAL when a signal came: what sends a statement of a script asks
 * first. (What ends a transaction does not: its waits after a signal last half
 * a second at most, and a second in all; then the connection is closed.) */
int db_postgres_io_check(struct pg_db *db, struct error *err);
/* Runs one short statement of the driver itself outside of pipeline mode and
 * waits for its answer, a minute at most: then the connection is lost. The
 * parameters are texts. Nothing else may be on its way. Errors: those of the
 * statement too. */
int db_postgres_io_run(struct pg_db *db, const char *sql, int count,
                       const char *const *params, PGresult **result,
                       struct error *err);
/* Sleeps; ERROR_SIGNAL when a signal came. */
int db_postgres_io_sleep(struct pg_db *db, int64_t ms, struct error *err);

/* db_postgres_error.c */

/* Fills `err` from an error result: message (scrubbed), sqlstate, names; the
 * code is the class of the SQLSTATE (13: disk and read-only, 8: 55P03, ...).
 * `sql` may be NULL. Returns -1. */
int db_postgres_error(struct pg_db *db, const PGresult *result, const char *sql,
                      struct error *err);
/* The connection is gone: marks it lost, keeps why, fills `err`
 * (ERROR_CONNECTION). Returns -1. */
int db_postgres_error_lost(struct pg_db *db, struct error *err);
/* When the connection is lost: fills `err` with why and returns -1, else 0. */
int db_postgres_error_check(struct pg_db *db, struct error *err);
/* Replaces every secret in `text` (in place) by stars. */
void db_postgres_error_scrub(const struct pg_db *db, char *text);
/* Adds a text that no output may show; NULL and "" are none. */
void db_postgres_error_secret(struct pg_db *db, const char *text);

/* db_postgres_notice.c: hands the server's notices to options.notice. */
void db_postgres_notice_install(struct pg_db *db);

/* db_postgres_open.c, db_postgres_resolve.c (names of hosts) */

/* Connects with the keywords of the url; also used by resolve(). On failure
 * db->conn is NULL. */
int db_postgres_connect(struct pg_db *db, struct error *err);
void db_postgres_disconnect(struct pg_db *db);
/* The numeric addresses of the name `host`, without blocking, at most until
 * `deadline` (clock_ms()). Errors: ERROR_CONNECTION, ERROR_SIGNAL. */
int db_postgres_resolve(struct pg_db *db, const char *host, int64_t deadline,
                        struct names *addresses, struct error *err);

/* db_postgres_target.c: where to connect to, by the address, PG* variables and
 * service files */

/* One server to try: a host with one port, and one of its addresses. */
struct pg_endpoint {
    const char *host, *address, *port; /* NULL: libpq's default */
    bool failed;                       /* its name could not be resolved: */
    struct error *reason;              /* why */
};

struct pg_target {
    struct arena *arena;
    struct names keys, values;             /* but for host, hostaddr and port */
    const char *hosts, *addresses, *ports; /* lists with commas, or NULL */
    const char *passfile; /* that others may read, and so was left out */
    double timeout;       /* of one attempt, in seconds */
    bool tls_unsaid;      /* nobody named an sslmode */
};

/* Reads the settings; asks no name server. Errors: ERROR_CONFIG,
 * ERROR_CONNECTION. Owns: `arena`. */
int db_postgres_target(struct pg_db *db, struct arena *arena,
                       struct pg_target *target, struct error *err);
/* The servers to try, names resolved; one whose name is unknown is there too,
 * as failed. Errors: ERROR_SIGNAL. */
int db_postgres_target_endpoints(struct pg_db *db,
                                 const struct pg_target *target,
                                 struct pg_endpoint **endpoints, size_t *count,
                                 struct error *err);

/* db_postgres_session.c */

/* After connect: encoding, search path, timeouts, role, pooler; one round
 * trip. */
int db_postgres_session_open(struct pg_db *db, struct error *err);
/* Queues what puts the session back (RESET ALL, role, own settings) when a
 * script may have changed it; at the beginning of a transaction or outside
 * one. */
int db_postgres_session_reset(struct pg_db *db, struct error *err);
/* The same between two revisions of one transaction. */
int db_postgres_session_between(struct pg_db *db, struct error *err);
/* Queues what lets the runner write again in the transaction of a script that
 * may have changed the role. */
int db_postgres_session_regain(struct pg_db *db, struct error *err);
/* Queues SET LOCAL lock_timeout when the statement is of the other kind (DDL
 * or data) than the one before. */
int db_postgres_session_timeouts(struct pg_db *db,
                                 const struct db_statement *statement,
                                 struct error *err);

/* db_postgres_value.c */

/* The parameters in libpq's form; all in `arena`. */
struct pg_params {
    int count;
    Oid *types;
    const char **values;
    int *lengths;
    int *formats;
    char *name; /* of the prepared statement, or NULL */
};
int db_postgres_value_params(const struct value *params, size_t count,
                             struct arena *arena, struct pg_params *out,
                             struct error *err);
/* The class of a column by its type. */
enum db_class db_postgres_value_class(Oid type);
/* Reads one value of a result in text format. What it points to lies in the
 * result or in `arena`. */
int db_postgres_value_read(const PGresult *result, int row, int column,
                           struct arena *arena, struct value *out,
                           struct error *err);

/* db_postgres_queue.c */

/* What shall become of the answer to a statement; all may be left out. */
struct pg_wants {
    struct db_ticket *ticket;
    PGresult **result;
    void (*rows)(void *context, PGresult *result); /* not its own */
    void *context;
    bool setup, fence, commit;
    bool again; /* the same text comes with every transaction */
    const struct db_statement *shown; /* in errors and traces, instead */
    int skip; /* characters that are sent before `shown` */
};

/* Sends a statement, without waiting for the answer. */
int db_postgres_queue_send(struct pg_db *db,
                           const struct db_statement *statement,
                           const struct pg_wants *wants, struct error *err);
/* The same. `result`, when not NULL, gets the rows. */
int db_postgres_queue_add(struct pg_db *db,
                          const struct db_statement *statement,
                          struct db_ticket *ticket, PGresult **result,
                          bool setup, struct error *err);
/* The same for text without parameters of the driver itself. */
int db_postgres_queue_own(struct pg_db *db, const char *sql,
                          struct db_ticket *ticket, PGresult **result,
                          struct error *err);
/* Adds an entry for what was handed, or is about to be handed, to libpq. */
int db_postgres_queue_entry(struct pg_db *db,
                            const struct db_statement *statement, bool setup,
                            struct pg_entry **out, struct error *err);
/* Ends what was sent so far for the server: errors before it do not stop what
 * is behind it. Nobody waits. */
int db_postgres_queue_sync(struct pg_db *db, struct error *err);
/* Lets the server begin with what was sent so far. Nobody waits. */
int db_postgres_queue_push(struct pg_db *db, struct error *err);
/* Sends a Sync and waits for every answer. The first error of an entry is
 * returned, with the SQL and the place of that entry. */
int db_postgres_queue_collect(struct pg_db *db, struct error *err);
/* The same, but only the loss of the connection is an error. */
int db_postgres_queue_drain(struct pg_db *db, struct error *err);
/* Reads what has come, without waiting. */
int db_postgres_queue_read(struct pg_db *db, struct error *err);
/* Leaves pipeline mode (after a collect): COPY, statements that must travel
 * alone. */
int db_postgres_queue_leave(struct pg_db *db, struct error *err);
/* The transaction, or the savepoint, that failed was rolled back. */
void db_postgres_queue_forgive(struct pg_db *db);
/* Fills `err` from an error result, as db_postgres_error, with the place of
 * its statement; what a signal or the guard caused is said so. Returns -1. */
int db_postgres_queue_error(struct pg_db *db, const PGresult *result,
                            const char *sql, const char *file, int line,
                            struct error *err);
/* The transaction failed with `err`: later calls say so again. */
void db_postgres_queue_keep(struct pg_db *db, const struct error *err);
/* What these point to goes away. */
void db_postgres_queue_abandon(struct pg_db *db, const void *context,
                               PGresult **result);
/* The first entry was answered to its end. */
void db_postgres_queue_pop(struct pg_db *db);
/* Drops all entries; the connection is gone or will be. */
void db_postgres_queue_clear(struct pg_db *db);
void db_postgres_queue_forget(struct db *db, struct db_ticket *ticket);

/* db_postgres_answer.c */

/* Before the next result: rows of the first entry that nobody wants are not
 * collected. */
void db_postgres_answer_begin(struct pg_db *db);
/* Takes what PQgetResult gave (NULL too) for the first entry. Errors: only the
 * loss of the connection. */
int db_postgres_answer_take(struct pg_db *db, PGresult *result,
                            struct error *err);
/* Puts an answer, or the next row of it, into a ticket: rows changed, with
 * `own` also rows returned. */
void db_postgres_answer_fill(struct db_ticket *ticket, PGresult *result,
                             bool first, bool own);

/* db_postgres_prepare.c: texts that come again and again are sent once. */

/* Looks for the statement; prepares it when it is its second time, and then
 * names it in `params`. Those with parameters that write are worth it, others
 * when `again` says so. */
int db_postgres_prepare(struct pg_db *db, const struct db_statement *statement,
                        bool again, struct pg_params *params,
                        struct arena *arena, struct error *err);
/* An entry was answered. */
void db_postgres_prepare_answer(struct pg_db *db, const struct pg_entry *entry,
                                bool done);
/* The connection is closed: nothing is prepared any more. */
void db_postgres_prepare_clear(struct pg_db *db);

/* db_postgres.c */

/* The kind of a statement, which is looked at once when it comes again. */
enum sql_kind db_postgres_kind(struct pg_db *db,
                               const struct db_statement *statement);
/* What comes before every statement of a script: signals, the guard, cursors
 * on tables that change, lock_timeout. */
int db_postgres_check(struct pg_db *db, const struct db_statement *statement,
                      enum sql_kind kind, struct error *err);
/* Sends one statement alone, outside pipeline mode, and waits: outside
 * transactions. */
int db_postgres_alone(struct pg_db *db, const struct db_statement *statement,
                      PGresult **result, struct error *err);

/* db_postgres_copy.c */

int db_postgres_copy_in(struct db *db, const struct db_statement *statement,
                        struct db_copy **copy, struct error *err);

/* db_postgres_guard.c */

/* Refuses what a script must not send in the guard's mode, with the way out;
 * notes that it sets timeouts, that the session is dirty. */
int db_postgres_guard_check(struct pg_db *db,
                            const struct db_statement *statement,
                            enum sql_kind kind, struct error *err);
int db_postgres_guard_set(struct db *db, enum db_guard guard,
                          struct error *err);

/* db_postgres_cursor.c */

int db_postgres_cursor_open(struct db *db, const struct db_statement *statement,
                            struct db_cursor **cursor, struct error *err);
/* Ends the cursors that were opened in savepoint `depth` or deeper (0: all of
 * the transaction, -1: those outside of one too): their next() fails from now
 * on. */
void db_postgres_cursor_end(struct pg_db *db, int depth);
/* Puts the rest of the rows of every cursor aside: the transaction ends well,
 * or a table is changed. */
int db_postgres_cursor_drain(struct pg_db *db, struct error *err);

/* db_postgres_txn.c */

int db_postgres_begin(struct db *db, const struct db_begin *how,
                      struct error *err);
int db_postgres_prove(struct db *db, struct error *err);
void db_postgres_rollback(struct db *db);
bool db_postgres_in_transaction(struct db *db);
/* A new transaction, or none: the answers to the last one are forgotten. */
void db_postgres_txn_reset(struct pg_db *db);

/* db_postgres_commit.c */

int db_postgres_commit(struct db *db, struct error *err);
int db_postgres_commit_later(struct db *db, void (*proven)(void *context),
                             void *context, bool *later, struct error *err);
int db_postgres_settle(struct db *db, struct error *err);
/* Judges the server's answer to COMMIT; NULL when it is an error, which was
 * kept already (db_postgres_queue_keep). */
void db_postgres_commit_answer(struct pg_db *db, PGresult *result);
int db_postgres_resolve_commit(struct db *db, bool *committed,
                               struct error *err);

/* db_postgres_savepoint.c */

int db_postgres_savepoint(struct db *db, struct error *err);
int db_postgres_savepoint_release(struct db *db, struct error *err);
int db_postgres_savepoint_rollback(struct db *db, struct error *err);

/* db_postgres_lock.c */

int db_postgres_lock(struct db *db, const char *key, struct error *err);
void db_postgres_unlock(struct db *db);

/* db_postgres_blockers.c */

int db_postgres_blockers(struct db *db, const char *sql, struct arena *arena,
                         const char **text, struct error *err);

/* reflect_postgres.c and its parts, over db_execute and db_query only */

int reflect_postgres_table(struct db *db, const char *schema, const char *name,
                           struct arena *arena, struct table **out,
                           struct error *err);
int reflect_postgres_shape(struct db *db, const char *schema, const char *name,
                           struct arena *arena, struct table **out,
                           struct error *err);
int reflect_postgres_relations(struct db *db, enum db_relation kind,
                               const char *schema, struct arena *arena,
                               struct names *out, struct error *err);
int reflect_postgres_schemas(struct db *db, struct arena *arena,
                             struct names *out, struct error *err);
int reflect_postgres_enums(struct db *db, const char *schema, const char *name,
                           struct arena *arena, struct db_types *out,
                           struct error *err);
int reflect_postgres_sequences(struct db *db, const char *schema,
                               struct arena *arena, struct names *out,
                               struct error *err);

#endif
