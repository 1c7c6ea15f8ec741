#include "db/db_postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNANSWERED_MAX 1000  /* then the answers are read ... */
#define UNANSWERED_LEFT 500  /* ... down to this */
#define FLOW_SIZE (8 * 1024) /* what is handed to the socket without a Sync */
#define FULL_SIZE (1024 * 1024) /* what libpq may hold before we wait */
#define SQL_KEPT 1023

/* Entries */

static char *keep_text(const char *text, size_t size)
{
    char *copy = malloc(size + 1);

    if (copy != NULL) {
        memcpy(copy, text, size);
        copy[size] = '\0';
    }
    return copy;
}

static struct pg_entry *new_entry(struct pg_db *db)
{
    struct pg_entry *entry = db->spare;

    if (entry == NULL)
        return calloc(1, sizeof *entry);
    db->spare = entry->next;
    memset(entry, 0, sizeof *entry);
    return entry;
}

static void free_entry(struct pg_db *db, struct pg_entry *entry)
{
    if (entry->ticket != NULL)
        entry->ticket->entry = NULL;
    free(entry->sql);
    free(entry->shown);
    free(entry->file);
    entry->sql = entry->shown = entry->file = NULL;
    entry->next = db->spare;
    db->spare = entry;
}

static void push(struct pg_db *db, struct pg_entry *entry)
{
    if (db->first == NULL)
        db->last = &db->first;
    *db->last = entry;
    db->last = &entry->next;
    db->queued++;
}

void db_postgres_queue_pop(struct pg_db *db)
{
    struct pg_entry *entry = db->first;

    db->first = entry->next;
    db->queued--;
    free_entry(db, entry);
}

void db_postgres_queue_clear(struct pg_db *db)
{
    while (db->first != NULL) {
        db_postgres_prepare_answer(db, db->first, false);
        db_postgres_queue_pop(db);
    }
    while (db->spare != NULL) {
        struct pg_entry *entry = db->spare;

        db->spare = entry->next;
        free(entry);
    }
    db->pipeline = db->unsynced = false;
    db->unsent = 0;
}

void db_postgres_queue_forget(struct db *base, struct db_ticket *ticket)
{
    struct pg_entry *entry = ticket->entry;

    (void)base;
    if (entry != NULL)
        entry->ticket = NULL;
    ticket->entry = NULL;
}

void db_postgres_queue_abandon(struct pg_db *db, const void *context,
                               PGresult **result)
{
    for (struct pg_entry *entry = db->first; entry != NULL;
         entry = entry->next) {
        if (entry->context == context)
            entry->rows = NULL;
        if (entry->result == result)
            entry->result = NULL;
    }
}

/* Errors */

/* The first error counts until the transaction ends. */
void db_postgres_queue_keep(struct pg_db *db, const struct error *err)
{
    db->broken = true;
    if (db->failed)
        return;
    db->failed = true;
    if (db->broken_error == NULL)
        db->broken_error = malloc(sizeof *db->broken_error);
    if (db->broken_error != NULL)
        *db->broken_error = *err;
}

void db_postgres_queue_forgive(struct pg_db *db)
{
    db->broken = db->failed = false;
    free(db->broken_error);
    db->broken_error = NULL;
}

/* Returns the first error, again and again until the transaction ends. */
static int fail(struct pg_db *db, struct error *err)
{
    db->broken = false;
    if (db->broken_error != NULL)
        *err = *db->broken_error;
    else
        error_set(err, ERROR_LIMIT, "out of memory");
    if (!db->begun)
        db_postgres_queue_forgive(db);
    return -1;
}

int db_postgres_queue_error(struct pg_db *db, const PGresult *result,
                            const char *sql, const char *file, int line,
                            struct error *err)
{
    db_postgres_error(db, result, sql, err);
    if (strcmp(err->sqlstate, "57014") == 0)
        (void)db_postgres_io_check(db, err); /* it was us who cancelled */
    if (strcmp(err->sqlstate, "25006") == 0 && db->guard == DB_GUARD_READ) {
        err->code = ERROR_FAILED;
        err->hint[0] = '\0';
        error_hint(err, "put what changes something into op.step");
    }
    return file != NULL ? error_at(err, file, line) : -1;
}

/* Reading */

/* The connection was lost, perhaps: nothing is answered any more. */
static int lose(struct pg_db *db)
{
    if (db->lost)
        db_postgres_queue_clear(db);
    return -1;
}

/* Nothing came until db->deadline: the server cleans up when it sees the
 * socket closed. */
static int give_up(struct pg_db *db, struct error *err)
{
    db_postgres_error_lost(db, err);
    db_postgres_disconnect(db);
    return -1;
}

/* Waits for something to read, until db->deadline. */
static int wait_ready(struct pg_db *db, struct error *err)
{
    bool ready = false;

    while (db->deadline != INT64_MAX && !ready) {
        int left = libpq.PQflush(db->conn), status;

        if (left < 0)
            return db_postgres_error_lost(db, err);
        if (db_postgres_io_peek(db, &ready, err) != 0)
            return -1;
        if (ready)
            break;
        status = db_postgres_io_wait(db, left > 0, db->deadline, err);
        if (status < 0)
            return -1;
        if (status == 0)
            return give_up(db, err);
    }
    return 0;
}

/* Waits until at most `left` entries are unanswered. */
static int read_down(struct pg_db *db, size_t left, struct error *err)
{
    PGresult *result;

    while (db->queued > left) {
        db_postgres_answer_begin(db);
        if (wait_ready(db, err) != 0 ||
            db_postgres_io_result(db, &result, err) != 0 ||
            db_postgres_answer_take(db, result, err) != 0)
            return lose(db);
    }
    return 0;
}

int db_postgres_queue_read(struct pg_db *db, struct error *err)
{
    bool ready = true;

    while (db->first != NULL) {
        db_postgres_answer_begin(db);
        if (db_postgres_io_peek(db, &ready, err) != 0)
            return lose(db);
        if (!ready)
            return 0;
        if (db_postgres_answer_take(db, libpq.PQgetResult(db->conn), err) != 0)
            return lose(db);
    }
    return 0;
}

/* Sending */

static int enter(struct pg_db *db, struct error *err)
{
    if (db_postgres_error_check(db, err) != 0)
        return lose(db);
    if (db->copying)
        return error_set(err, ERROR_FAILED,
                         "no statement can run while COPY loads rows");
    if (db->pipeline)
        return 0;
    if (libpq.PQenterPipelineMode(db->conn) == 0)
        return db_postgres_error_lost(db, err);
    db->pipeline = true;
    return 0;
}

/* Lets flow what was sent, without waiting for answers. */
static int flow(struct pg_db *db, size_t size, struct error *err)
{
    int left;

    db->unsent += size + 64;
    if (db->queued >= UNANSWERED_MAX) {
        if (libpq.PQsendFlushRequest(db->conn) == 0) {
            db_postgres_error_lost(db, err);
            return lose(db);
        }
        db->unsent = 0;
        return read_down(db, UNANSWERED_LEFT, err);
    }
    if (db->unsent < FLOW_SIZE)
        return 0;
    left = libpq.PQflush(db->conn);
    if (left < 0) {
        db_postgres_error_lost(db, err);
        return lose(db);
    }
    if (left == 0)
        db->unsent = 0;
    else if (db->unsent > FULL_SIZE) {
        if (db_postgres_io_flush(db, err) != 0)
            return lose(db);
        db->unsent = 0;
    }
    return db_postgres_queue_read(db, err);
}

int db_postgres_queue_push(struct pg_db *db, struct error *err)
{
    if (libpq.PQflush(db->conn) >= 0)
        return 0;
    db_postgres_error_lost(db, err);
    return lose(db);
}

int db_postgres_queue_sync(struct pg_db *db, struct error *err)
{
    struct pg_entry *entry;

    if (enter(db, err) != 0)
        return -1;
    entry = new_entry(db);
    if (entry == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    entry->sync = entry->own = entry->setup = true;
    if (libpq.PQpipelineSync(db->conn) == 0) {
        free_entry(db, entry);
        db_postgres_error_lost(db, err);
        return lose(db);
    }
    push(db, entry);
    db->unsynced = false;
    return 0;
}

int db_postgres_queue_entry(struct pg_db *db,
                            const struct db_statement *statement, bool setup,
                            struct pg_entry **out, struct error *err)
{
    struct pg_entry *entry = new_entry(db);
    size_t size = statement->size;

    if (entry == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    if (size > SQL_KEPT && db->db.options.trace == NULL)
        size = SQL_KEPT;
    entry->sql = keep_text(statement->sql, size);
    if (statement->shown != NULL)
        entry->shown =
            keep_text(statement->shown, strnlen(statement->shown, SQL_KEPT));
    entry->line = statement->line;
    if (statement->file != NULL)
        entry->file = strdup(statement->file);
    entry->own = statement->own;
    entry->setup = setup;
    if (db->db.options.trace != NULL)
        entry->sent_us = clock_us();
    push(db, entry);
    db->unsynced = true;
    *out = entry;
    return 0;
}

static int dispatch(struct pg_db *db, const char *sql,
                    const struct pg_params *params)
{
    if (params->name != NULL)
        return libpq.PQsendQueryPrepared(db->conn, params->name, params->count,
                                         params->values, params->lengths,
                                         params->formats, 0);
    return libpq.PQsendQueryParams(db->conn, sql, params->count, params->types,
                                   params->values, params->lengths,
                                   params->formats, 0);
}

static int send(struct pg_db *db, const struct db_statement *statement,
                const struct pg_wants *wants, struct arena *arena,
                struct error *err)
{
    struct pg_params params;
    struct pg_entry *entry;

    if (db_postgres_value_params(statement->params, statement->param_count,
                                 arena, &params, err) != 0 ||
        db_postgres_prepare(db, statement, wants->again, &params, arena, err) !=
            0 ||
        db_postgres_queue_entry(db,
                                wants->shown != NULL ? wants->shown : statement,
                                wants->setup, &entry, err) != 0)
        return -1;
    entry->result = wants->result;
    entry->rows = wants->rows;
    entry->context = wants->context;
    entry->fence = wants->fence;
    entry->commit = wants->commit;
    entry->skip = wants->skip;
    entry->ticket = wants->ticket;
    if (entry->ticket != NULL)
        entry->ticket->entry = entry;
    if (dispatch(db, statement->sql, &params) != 0)
        return 0;
    db_postgres_error_lost(db, err);
    return lose(db);
}

int db_postgres_queue_send(struct pg_db *db,
                           const struct db_statement *statement,
                           const struct pg_wants *wants, struct error *err)
{
    struct arena_mark mark = arena_mark(&db->sending);
    int status;

    if (wants->ticket != NULL)
        memset(wants->ticket, 0, sizeof *wants->ticket);
    if (enter(db, err) != 0)
        return -1;
    if (db->failed)
        return db_postgres_queue_collect(db, err);
    status = send(db, statement, wants, &db->sending, err);
    arena_release(&db->sending, mark);
    return status == 0 ? flow(db, statement->size, err) : -1;
}

int db_postgres_queue_add(struct pg_db *db,
                          const struct db_statement *statement,
                          struct db_ticket *ticket, PGresult **result,
                          bool setup, struct error *err)
{
    struct pg_wants wants = {
        .ticket = ticket, .result = result, .setup = setup};

    return db_postgres_queue_send(db, statement, &wants, err);
}

int db_postgres_queue_own(struct pg_db *db, const char *sql,
                          struct db_ticket *ticket, PGresult **result,
                          struct error *err)
{
    struct db_statement statement = {
        .sql = sql, .size = strlen(sql), .own = true};

    return db_postgres_queue_add(db, &statement, ticket, result, true, err);
}

int db_postgres_queue_drain(struct pg_db *db, struct error *err)
{
    if (db_postgres_error_check(db, err) != 0)
        return lose(db);
    if (db->unsynced && db_postgres_queue_sync(db, err) != 0)
        return -1;
    db->unsent = 0;
    return read_down(db, 0, err);
}

int db_postgres_queue_collect(struct pg_db *db, struct error *err)
{
    if (db_postgres_queue_drain(db, err) != 0)
        return -1;
    return db->failed ? fail(db, err) : 0;
}

int db_postgres_queue_leave(struct pg_db *db, struct error *err)
{
    if (db_postgres_queue_collect(db, err) != 0)
        return -1;
    if (db->copying)
        return error_set(err, ERROR_FAILED,
                         "no statement can run while COPY loads rows");
    if (db->pipeline && libpq.PQexitPipelineMode(db->conn) == 0)
        return db_postgres_error_lost(db, err);
    db->pipeline = false;
    return 0;
}
