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
struct db_cursor;

struct db_options {
    bool create;         /* SQLite: create a missing file; else it is empty and
                            every write fails */
    double lock_timeout; /* seconds that a write may wait for the file lock */
    size_t memory_limit; /* bytes that one value may have; 0: no limit */
    const struct cancel *cancel; /* may be NULL */
    struct names attach_names;   /* SQLite */
    struct names attach_paths;
    /* Called after each statement when not NULL: text and microseconds. */
    void (*trace)(void *context, const char *sql, size_t size, int64_t us);
    void *trace_context;
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
    bool many; /* several statements may follow each other, no parameters */
};

enum db_relation { DB_TABLES, DB_VIEWS };

/* Violated foreign keys, one text for each: "child row 7: parent(id)". */
struct db_violations {
    const char **items; /* sorted; equal text means the same violation */
    size_t count;
};

struct db_driver {
    const char *name;

    void (*close)(struct db *db);

    /* Runs a statement to its end; result rows are dropped. */
    int (*execute)(struct db *db, const struct db_statement *statement,
                   struct db_result *result, struct error *err);
    /* Runs a statement and returns its rows one by one. */
    int (*open)(struct db *db, const struct db_statement *statement,
                struct db_cursor **cursor, struct error *err);

    /* Hands a statement over whose result nobody reads. A driver without a
     * pipeline runs it at once. An error may come with a later call. */
    int (*queue)(struct db *db, const struct db_statement *statement,
                 struct error *err);
    /* Waits until every queued statement was answered. */
    int (*collect)(struct db *db, struct error *err);

    /* Begins the transaction of a revision: SQLite BEGIN IMMEDIATE, with
     * foreign_keys as asked (set before BEGIN). Waits for the lock up to
     * lock_timeout: ERROR_LOCKED. */
    int (*begin)(struct db *db, bool foreign_keys, struct error *err);
    /* Commits; ERROR_BUSY when a reader holds the file. On failure the
     * transaction is still open unless in_transaction says otherwise. */
    int (*commit)(struct db *db, struct error *err);
    /* Rolls back what is open; never fails (a dead connection is rolled back
     * by the database). Closes open cursors first. */
    void (*rollback)(struct db *db);
    bool (*in_transaction)(struct db *db);

    int (*savepoint)(struct db *db, struct error *err); /* they nest */
    int (*savepoint_release)(struct db *db, struct error *err);
    int (*savepoint_rollback)(struct db *db, struct error *err);

    /* While a script runs, transaction control, ATTACH and settings that
     * break a guarantee are refused (G8), and changed tables are noted.
     * `false` also puts session settings back. */
    int (*guard)(struct db *db, bool script, struct error *err);

    /* The violations of foreign keys in the tables that were changed since
     * guard(true), and in the children of those (G13). */
    int (*violations)(struct db *db, struct arena *arena,
                      struct db_violations *out, struct error *err);

    /* Names of tables or views of `schema` (NULL: the default), sorted;
     * SQLite's own and hidden ones are left out. */
    int (*relations)(struct db *db, enum db_relation kind, const char *schema,
                     struct arena *arena, struct names *out, struct error *err);
    /* Reads a table from the catalog. `*out` is NULL when there is none. */
    int (*reflect)(struct db *db, const char *schema, const char *name,
                   struct arena *arena, struct table **out, struct error *err);
    int (*schemas)(struct db *db, struct arena *arena, struct names *out,
                   struct error *err);

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

/* Opens the database. A missing SQLite file is an empty database unless
 * options->create; nothing is created then (product.md section 3).
 * Errors: ERROR_CONNECTION, ERROR_IO. Owns: db_close. `url` must outlive. */
int db_open(const struct db_url *url, const struct db_options *options,
            struct db **db, struct error *err);
void db_close(struct db *db);
int db_sqlite_open(const struct db_url *url, const struct db_options *options,
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
