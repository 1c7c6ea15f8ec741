/* A database connection: one vtable for SQLite and PostgreSQL. Only the
 * drivers name sqlite3 or libpq. Offline SQL and tracing are drivers wrapped
 * round a driver. */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include "db/url.h"
#include "model/schema.h"
#include "model/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct db_copy;
struct db_cursor;

struct db_options {
    bool create;         /* SQLite: create a missing file; else it is empty and
                            every write fails */
    double lock_timeout; /* seconds that a write may wait for the file lock */
    size_t memory_limit; /* bytes that one value may have; 0: no limit */
    struct cancel *cancel;     /* may be NULL */
    struct names attach_names; /* SQLite */
    struct names attach_paths;
    /* PostgreSQL, in seconds; 0: none */
    double wait; /* for a server that does not answer yet */
    double ddl_lock_timeout, data_lock_timeout, statement_timeout;
    const char *role; /* SET ROLE, or NULL */
    /* Called after each statement when not NULL: text and microseconds. */
    void (*trace)(void *context, const char *sql, size_t size, int64_t us);
    /* The server's notices ("NOTICE", "WARNING"), what a wait is for; both
     * texts as they came, both functions may be NULL. */
    void (*notice)(void *context, const char *severity, const char *text);
    void (*waiting)(void *context, const char *text);
    void *context; /* of the three functions */
};

struct db_result {
    int64_t rowcount;       /* rows changed (INSERT, UPDATE, DELETE), else 0 */
    int64_t last_insert_id; /* SQLite */
};

/* What a column holds, by its declared type: decides how values are read
 * (op-api.md "One rule for both databases"). */
enum db_class {
    DB_CLASS_VALUE, /* by the value itself (an expression on SQLite) */
    DB_CLASS_BOOLEAN,
    DB_CLASS_NUMBER,
    DB_CLASS_TEXT, /* numeric, decimal, json, dates, uuid, arrays, text */
    DB_CLASS_BYTES
};

struct db_column {
    const char *name;
    enum db_class class;
};

/* A statement and its positional parameters. On SQLite they are ?1, ?2, ...,
 * on PostgreSQL $1, $2, ...; see db/params.h for :name. */
struct db_statement {
    const char *sql; /* NUL-terminated */
    size_t size;
    const struct value *params;
    size_t param_count;
    bool many;  /* several statements may follow each other, no parameters */
    bool whole; /* PostgreSQL: its rows are few, they come at once */
    bool own;   /* of the runner, not of a script: the guard lets it pass, its
                   notices below WARNING are nobody's business */
    const char *file;  /* the script's line, for an error that comes later; */
    int line;          /* NULL: not known. Copied when it is queued */
    const char *shown; /* the SQL for errors, as the script wrote it; NULL:
                          `sql`. Copied when it is queued */
};

enum { DB_TICKET_SIZE = 64 };

/* The answer to a queued statement: memory of the caller, which must live
 * until it was answered or forget() was called. */
struct db_ticket {
    struct db_result result;
    char text[DB_TICKET_SIZE]; /* the first value of the first row as text,
                                  cut; "" for NULL or no row */
    bool answered;
    void *entry; /* the driver's; NULL before and after */
};

/* How the transaction of a revision begins. */
struct db_begin {
    bool foreign_keys; /* SQLite */
    /* PostgreSQL: the version table, locked against other runners (NOWAIT:
     * ERROR_LOCKED comes at once, or with a later call); NULL: none yet */
    const char *fence_schema, *fence_table;
    /* of the revision's header, in seconds; negative: as the options say */
    double lock_timeout, statement_timeout;
    bool keep; /* what the script has set stays: the transaction is a step of
                  a revision that goes on behind it */
};

/* Who speaks to the database. */
enum db_guard {
    DB_GUARD_OFF,    /* the runner; settings of a script are put back */
    DB_GUARD_SCRIPT, /* a script, in the runner's transaction */
    DB_GUARD_READ    /* a script between the steps of a revision with
                        transaction = false: no transaction, only reading */
};

enum db_relation { DB_TABLES, DB_VIEWS };

struct db_types {
    const struct type *items;
    size_t count;
};

/* A foreign key; `to` is empty when nothing says which columns are meant. */
struct db_key {
    const char *schema, *table, *parent;
    struct names columns, to;
};

/* Violated foreign keys, sorted by text; equal text means the same. */
struct db_violation {
    const char *text;         /* "child row 7: (a) references parent(id)" */
    const struct db_key *key; /* NULL: not of one row */
    int64_t row;
};
struct db_violations {
    const struct db_violation *items;
    size_t count;
};

struct db_driver {
    const char *name;
    bool pipeline; /* queue() does not wait; else it is execute() */

    void (*close)(struct db *db);

    /* Runs a statement to its end; result rows are dropped. */
    int (*execute)(struct db *db, const struct db_statement *statement,
                   struct db_result *result, struct error *err);
    /* Runs a statement and returns its rows one by one. */
    int (*open)(struct db *db, const struct db_statement *statement,
                struct db_cursor **cursor, struct error *err);

    /* PostgreSQL, NULL elsewhere: begins `COPY t (a, b) FROM STDIN`; until it
     * ends nothing else can run on the connection. See db_copy_put. */
    int (*copy_in)(struct db *db, const struct db_statement *statement,
                   struct db_copy **copy, struct error *err);

    /* Hands a statement over whose result nobody waits for; `ticket` (or
     * NULL) gets it. A driver without a pipeline runs it at once. An error may
     * come with a later call, with the place of its own statement; then
     * nothing behind it has run. */
    int (*queue)(struct db *db, const struct db_statement *statement,
                 struct db_ticket *ticket, struct error *err);
    /* Waits until every queued statement was answered. */
    int (*collect)(struct db *db, struct error *err);
    /* The ticket's memory goes away, its statement runs all the same. */
    void (*forget)(struct db *db, struct db_ticket *ticket);

    /* Begins the transaction of a revision: SQLite BEGIN IMMEDIATE, with
     * foreign_keys as asked (set before BEGIN), which waits for the lock up to
     * lock_timeout: ERROR_LOCKED. PostgreSQL queues BEGIN and the fence. */
    int (*begin)(struct db *db, const struct db_begin *how, struct error *err);
    /* Collects, and proves that it is still this transaction that is open
     * (and that the runner's lock is still held): the last call before
     * commit. */
    int (*prove)(struct db *db, struct error *err);
    /* Commits; ERROR_BUSY when a reader holds the file. On failure the
     * transaction is still open unless in_transaction says otherwise.
     * ERROR_UNKNOWN_COMMIT: the connection was lost on the way, ask
     * resolve(). */
    int (*commit)(struct db *db, struct error *err);
    /* PostgreSQL, NULL elsewhere: as commit(), but it may return before the
     * answer has come: then `*later` is set, begin() may follow at once, and
     * what that transaction sends runs only if the commit succeeded. Once it
     * is proven, proven() is called, from within another call, which it must
     * not disturb. Whatever fails before that: settle() says why. */
    int (*commit_later)(struct db *db, void (*proven)(void *context),
                        void *context, bool *later, struct error *err);
    /* Waits for the answer to commit_later(), if it has not come yet. Errors:
     * as commit(); then nothing that was sent behind it has run. */
    int (*settle)(struct db *db, struct error *err);
    /* PostgreSQL, NULL elsewhere: opens the connection again (up to 30 s),
     * takes the runner's lock again if it was held, and says what became of
     * the transaction whose COMMIT got no answer. Errors:
     * ERROR_UNKNOWN_COMMIT when that cannot be found out. */
    int (*resolve)(struct db *db, bool *committed, struct error *err);
    /* Rolls back what is open; never fails (a dead connection is rolled back
     * by the database). Closes open cursors first. */
    void (*rollback)(struct db *db);
    bool (*in_transaction)(struct db *db);

    int (*savepoint)(struct db *db, struct error *err); /* they nest */
    int (*savepoint_release)(struct db *db, struct error *err);
    int (*savepoint_rollback)(struct db *db, struct error *err);

    /* While a script runs, transaction control, ATTACH and settings that
     * break a guarantee are refused (G8), and changed tables are noted. */
    int (*guard)(struct db *db, enum db_guard guard, struct error *err);

    /* PostgreSQL, NULL elsewhere: the lock of one runner for the version table
     * `key` (G3), a session's advisory lock that is polled up to lock_timeout:
     * ERROR_LOCKED names the holder. Behind a pooler nothing is locked
     * (db->pooled). unlock() is for a connection that stays open. */
    int (*lock)(struct db *db, const char *key, struct error *err);
    void (*unlock)(struct db *db);
    /* PostgreSQL, NULL elsewhere: after a rollback, the sessions that hold
     * locks on the tables which `sql` names: one line of text for each (pid,
     * application_name, state, since when, query), "" for none. */
    int (*blockers)(struct db *db, const char *sql, struct arena *arena,
                    const char **text, struct error *err);

    /* The violations of foreign keys in the tables that were changed since
     * guard(true), and in the children of those (G13). */
    int (*violations)(struct db *db, struct arena *arena,
                      struct db_violations *out, struct error *err);

    /* Names of tables or views of `schema` (NULL: the default, as it is now),
     * sorted; SQLite's own and hidden ones are left out. */
    int (*relations)(struct db *db, enum db_relation kind, const char *schema,
                     struct arena *arena, struct names *out, struct error *err);
    /* Reads a table from the catalog. `*out` is NULL when there is none.
     * PostgreSQL with schema NULL: the one that a statement would find, but
     * never a temporary one. */
    int (*reflect)(struct db *db, const char *schema, const char *name,
                   struct arena *arena, struct table **out, struct error *err);
    /* As reflect, only names and type texts of the columns: one round trip.
     * PostgreSQL with schema NULL: the first along the search path as it was
     * at connect, never a temporary one; (*out)->schema says where. */
    int (*shape)(struct db *db, const char *schema, const char *name,
                 struct arena *arena, struct table **out, struct error *err);
    int (*schemas)(struct db *db, struct arena *arena, struct names *out,
                   struct error *err);
    /* PostgreSQL, NULL elsewhere: the enum types of `schema` (NULL: the
     * default), sorted by name, each a TYPE_ENUM with schema and values; with
     * `name` only that one, without schema along the search path. */
    int (*enums)(struct db *db, const char *schema, const char *name,
                 struct arena *arena, struct db_types *out, struct error *err);
    /* PostgreSQL, NULL elsewhere: names of sequences, sorted. */
    int (*sequences)(struct db *db, const char *schema, struct arena *arena,
                     struct names *out, struct error *err);

    /* SQLite, NULL elsewhere. `on`: sqlite_schema may be written, ALTER TABLE
     * goes on past a view or trigger that is broken, double-quoted strings of
     * old texts are taken. Off: all that is refused again, the schema is read
     * anew from the file. `table` (or NULL) then counts as changed, so that
     * its foreign keys are checked. Each on has its off, errors or not. */
    int (*edit_schema)(struct db *db, const char *schema, const char *table,
                       bool on, struct error *err);
};

/* Drivers embed this as their first member. */
struct db {
    const struct db_driver *driver;
    enum dialect dialect;
    int server_version; /* 150020, 3040001 */
    const char *schema; /* PostgreSQL: current_schema() at connect, or NULL;
                           NULL elsewhere */
    bool pooled;        /* PostgreSQL: through a pooler that lends its servers
                           for a transaction each */
    bool prints;        /* statements are written, not run (db_print.h) */
    bool offline;       /* and there is no database to read from */
    struct db_options options;
    const struct db_url *url;
};

/* Cursors embed this as their first member. */
struct db_cursor {
    struct db *db;
    const struct db_column *columns;
    size_t column_count;
    /* 1: a row is in `row` (valid until the next call), 0: end, -1: error */
    int (*next)(struct db_cursor *cursor, const struct value **row,
                struct error *err);
    void (*close)(struct db_cursor *cursor);
};

/* A COPY that loads rows. Drivers embed this as their first member. */
struct db_copy {
    struct db *db;
    /* Sends data in COPY's text format (or what the statement says), in any
     * pieces; waits while the server is slower. On an error give_up() on it. */
    int (*put)(struct db_copy *copy, const char *data, size_t size,
               struct error *err);
    /* Ends it well and frees it, errors or not. When a row is refused
     * `*rowcount` is its number, from 1; 0: not known. */
    int (*end)(struct db_copy *copy, int64_t *rowcount, struct error *err);
    /* Gives up and frees it: the statement fails, a transaction with it
     * (the next call says why, unless it is a rollback). */
    void (*give_up)(struct db_copy *copy, const char *why);
};

/* Opens the database. A missing SQLite file is an empty database unless
 * options->create; nothing is created then (product.md section 3).
 * Errors: ERROR_CONNECTION, ERROR_IO. Owns: db_close. `url` must outlive. */
int db_open(const struct db_url *url, const struct db_options *options,
            struct db **db, struct error *err);
void db_close(struct db *db);
int db_sqlite_open(const struct db_url *url, const struct db_options *options,
                   struct db **db, struct error *err);
int db_postgres_open(const struct db_url *url, const struct db_options *options,
                     struct db **db, struct error *err);

/* Tells SQLite that this process has one thread, so that it locks and counts
 * nothing. For a program of our own, before the first db_open: the setting is
 * the process's, which a library shares with others. */
void db_sqlite_alone(void);

/* The vtable with names of its own. db_execute_text is for SQL without
 * parameters, db_query_one reads the first row's first value (VALUE_ABSENT
 * when there is no row) into `arena`. */
int db_execute(struct db *db, const struct db_statement *statement,
               struct db_result *result, struct error *err);
int db_execute_text(struct db *db, const char *sql, struct error *err);
int db_query(struct db *db, const struct db_statement *statement,
             struct db_cursor **cursor, struct error *err);
int db_query_one(struct db *db, const struct db_statement *statement,
                 struct arena *arena, struct value *value, struct error *err);
int db_next(struct db_cursor *cursor, const struct value **row,
            struct error *err);
void db_cursor_close(struct db_cursor *cursor); /* NULL is fine */

#endif
