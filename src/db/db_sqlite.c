#include "db/db_sqlite.h"

#include "ddl/sql_lex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void trace(struct sqlite_db *db, const char *sql, size_t size,
                  int64_t began)
{
    const struct db_options *options = &db->db.options;

    if (options->trace != NULL)
        options->trace(options->context, sql, size, clock_us() - began);
}

/* Own statements that the user may see in a trace. */
static int run_traced(struct sqlite_db *db, const char *sql, struct error *err)
{
    int64_t began = db->db.options.trace != NULL ? clock_us() : 0;
    int status = db_sqlite_stmt_run(db, sql, err);

    trace(db, sql, strlen(sql), began);
    return status;
}

static void close_db(struct db *base)
{
    struct sqlite_db *db = (struct sqlite_db *)base;

    db->closing = true;
    db_sqlite_cursor_end(db);
    db_sqlite_stmt_clear(db);
    db_sqlite_guard_clear(db);
    db_sqlite_keys_clear(&db->keys);
    /* what is still open is rolled back */
    (void)sqlite3_close_v2(db->handle);
    free(db);
}

/* Runs a prepared statement to its end. */
static int run(struct sqlite_db *db, struct sqlite_stmt *stmt,
               const struct db_statement *statement, struct db_result *result,
               struct error *err)
{
    int before = sqlite3_total_changes(db->handle);
    int status;

    if (db_sqlite_guard_reading(db, stmt, statement, err) != 0)
        return -1;
    if (!stmt->readonly && db->cursors != NULL)
        db_sqlite_cursor_drain(db);
    if (db_sqlite_stmt_bind(db, stmt, statement->params, statement->param_count,
                            false, err) != 0)
        return -1;
    if (!statement->own)
        db_sqlite_guard_run(db, stmt);
    do
        status = db_sqlite_stmt_step(db, stmt, err);
    while (status == 1);
    if (status < 0)
        return -1;
    /* the count of an older statement stays for DDL and SELECT */
    result->rowcount = sqlite3_total_changes(db->handle) != before
                           ? sqlite3_changes64(db->handle)
                           : 0;
    return 0;
}

static bool only_comments(const char *sql, size_t size)
{
    struct sql_lex lex;

    sql_lex_init(&lex, SQL_LEX_SQLITE, sql, size);
    return sql_lex_at_end(&lex);
}

static int execute(struct db *base, const struct db_statement *statement,
                   struct db_result *result, struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    const char *sql = statement->sql, *end = sql + statement->size, *tail;

    result->rowcount = result->last_insert_id = 0;
    do {
        int64_t began = base->options.trace != NULL ? clock_us() : 0;
        struct sqlite_stmt *stmt;
        size_t size;
        int status;

        if (db->lost)
            return db_sqlite_error_lost(db, err);
        if (db_sqlite_stmt_get(db, sql, (size_t)(end - sql), &stmt, &tail,
                               err) != 0)
            return -1;
        if (!statement->many && tail < end &&
            !only_comments(tail, (size_t)(end - tail))) {
            db_sqlite_stmt_put(db, stmt);
            return error_set(err, ERROR_FAILED,
                             "more than one statement where one is expected");
        }
        if (stmt == NULL) /* a comment, or the end */
            break;
        status = run(db, stmt, statement, result, err);
        size = (size_t)(tail - sql);
        db_sqlite_stmt_put(db, stmt);
        trace(db, sql, size, began);
        if (status != 0)
            return -1;
        sql = tail;
    } while (statement->many && sql < end);
    result->last_insert_id = sqlite3_last_insert_rowid(db->handle);
    return 0;
}

/* No pipeline: what is queued runs at once. */
static int queue(struct db *base, const struct db_statement *statement,
                 struct db_ticket *ticket, struct error *err)
{
    struct db_result ignored;

    if (ticket == NULL)
        return execute(base, statement, &ignored, err);
    memset(ticket, 0, sizeof *ticket);
    ticket->answered = true;
    return execute(base, statement, &ticket->result, err);
}

static int collect(struct db *base, struct error *err)
{
    (void)base;
    (void)err;
    return 0;
}

static void forget(struct db *base, struct db_ticket *ticket)
{
    (void)base;
    (void)ticket;
}

static int begin(struct db *base, const struct db_begin *how, struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    int rc;

    if (db->begun)
        return error_set(err, ERROR_INTERNAL, "a transaction is open already");
    if (db_sqlite_open_writable(db, err) != 0)
        return -1;
    /* inside a transaction SQLite ignores it */
    rc = sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY,
                           (int)how->foreign_keys, (int *)NULL);
    if (rc != SQLITE_OK)
        return db_sqlite_error(db, rc, "PRAGMA foreign_keys", 19, err);
    /* an open loop holds an old state of the database */
    db_sqlite_cursor_drain(db);
    if (run_traced(db, "BEGIN IMMEDIATE", err) != 0)
        return -1;
    db->begun = true;
    db->lost = false;
    db->savepoints = 0;
    return 0;
}

/* Refuses to write into a file that no name leads to any more. */
static int check_moved(struct sqlite_db *db, const char *schema,
                       const char *name, struct error *err)
{
    int moved = 0;
    int rc = sqlite3_file_control(db->handle, schema, SQLITE_FCNTL_HAS_MOVED,
                                  &moved);

    if (rc == SQLITE_OK && moved != 0)
        return error_set(err, ERROR_IO,
                         "database file %s was renamed, replaced or removed "
                         "meanwhile",
                         name);
    return 0; /* memory has no file */
}

static int check_files(struct sqlite_db *db, struct error *err)
{
    const struct db_options *options = &db->db.options;

    if (check_moved(db, "main", db->db.url->name, err) != 0)
        return -1;
    for (size_t i = 0; i < options->attach_names.count; i++)
        if (check_moved(db, options->attach_names.items[i],
                        options->attach_paths.items[i], err) != 0)
            return -1;
    return 0;
}

/* The transaction is ours as long as SQLite has not ended it. */
static int prove(struct db *base, struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;

    return db->lost ? db_sqlite_error_lost(db, err) : 0;
}

static int commit(struct db *base, struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;

    if (db->lost)
        return db_sqlite_error_lost(db, err);
    if (!db->begun)
        return error_set(err, ERROR_INTERNAL, "no transaction is open");
    db_sqlite_cursor_drain(db);
    if (check_files(db, err) != 0)
        return -1;
    db->begun = false;
    if (run_traced(db, "COMMIT", err) != 0) {
        db->begun = true;
        if (err->code == ERROR_BUSY)
            error_hint(err, "another program reads %s: end it, then run again",
                       base->url->name);
        if (sqlite3_get_autocommit(db->handle) != 0) {
            db->lost = true;
            db->lost_code = err->code;
            db->lost_sqlite_code = err->sqlite_code;
            snprintf(db->lost_message, sizeof db->lost_message, "%.500s",
                     err->message);
        }
        return -1;
    }
    db->savepoints = 0;
    return 0;
}

static void rollback(struct db *base)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    struct error ignored;

    db_sqlite_cursor_end(db);
    db_sqlite_keys_clear(&db->keys);
    db->begun = db->lost = false;
    db->savepoints = 0;
    if (db->handle == NULL || sqlite3_get_autocommit(db->handle) != 0)
        return;
    db->closing = true;
    /* if even this fails, SQLite rolls back when the file is opened again */
    (void)run_traced(db, "ROLLBACK", &ignored);
    db->closing = false;
}

static bool in_transaction(struct db *base)
{
    struct sqlite_db *db = (struct sqlite_db *)base;

    return db->handle != NULL && sqlite3_get_autocommit(db->handle) == 0;
}

static int run_savepoint(struct sqlite_db *db, const char *verb, int number,
                         struct error *err)
{
    char sql[64];

    if (db->lost)
        return db_sqlite_error_lost(db, err);
    if (number < 1)
        return error_set(err, ERROR_INTERNAL, "no savepoint is open");
    snprintf(sql, sizeof sql, "%s luamigrate_%d", verb, number);
    return run_traced(db, sql, err);
}

static int savepoint(struct db *base, struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;

    if (run_savepoint(db, "SAVEPOINT", db->savepoints + 1, err) != 0)
        return -1;
    db->savepoints++;
    return 0;
}

static int savepoint_release(struct db *base, struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;

    if (run_savepoint(db, "RELEASE", db->savepoints, err) != 0)
        return -1;
    db->savepoints--;
    return 0;
}

static int savepoint_rollback(struct db *base, struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;

    db_sqlite_cursor_drain(db);
    if (run_savepoint(db, "ROLLBACK TO", db->savepoints, err) != 0)
        return -1;
    /* SQLite does not know that a text written into the schema is undone */
    if (db_sqlite_stmt_run(db, "PRAGMA writable_schema = RESET", err) != 0)
        return -1;
    return savepoint_release(base, err);
}

static const struct db_driver driver = {
    .name = "sqlite",
    .close = close_db,
    .execute = execute,
    .open = db_sqlite_cursor_open,
    .queue = queue,
    .collect = collect,
    .forget = forget,
    .begin = begin,
    .prove = prove,
    .commit = commit,
    .rollback = rollback,
    .in_transaction = in_transaction,
    .savepoint = savepoint,
    .savepoint_release = savepoint_release,
    .savepoint_rollback = savepoint_rollback,
    .guard = db_sqlite_guard_set,
    .violations = db_sqlite_violations,
    .relations = reflect_sqlite_relations,
    .reflect = reflect_sqlite_table,
    .shape = reflect_sqlite_table,
    .schemas = reflect_sqlite_schemas,
    .edit_schema = db_sqlite_schema_edit,
};

int db_sqlite_open(const struct db_url *url, const struct db_options *options,
                   struct db **out, struct error *err)
{
    struct sqlite_db *db = calloc(1, sizeof *db);

    if (db == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    db->db.driver = &driver;
    db->db.dialect = DIALECT_SQLITE;
    db->db.server_version = sqlite3_libversion_number();
    db->db.options = *options;
    db->db.url = url;
    if (db_sqlite_open_files(db, false, err) != 0) {
        close_db(&db->db);
        return -1;
    }
    *out = &db->db;
    return 0;
}

void db_sqlite_alone(void)
{
    /* refused when SQLite is in use: then it is only slower */
    (void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
