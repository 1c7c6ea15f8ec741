#include "db/db_postgres.h"

#include "ddl/sql_kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROWS 128
#define BATCH_SIZE (1024 * 1024) /* bytes of a batch, about */
#define BATCH_ROWS 20000
#define GROWTH 8

struct pg_cursor {
    struct db_cursor cursor;
    struct pg_db *owner; /* NULL: ended */
    struct pg_cursor *next, **link;
    struct arena arena; /* columns; behind `mark` the current row */
    struct arena_mark mark;
    bool described;
    struct value *row;
    PGresult *result; /* rows that are here; NULL: none */
    int at, count;
    unsigned number; /* of the server's cursor */
    char *shown;     /* the statement, for errors; NULL: no memory */
    bool more;       /* it is open, and may have more rows */
    int batch;       /* rows to fetch */
    int depth;       /* savepoints when it was opened; -1: WITH HOLD */
    bool ended;      /* before its rows */
    struct spool *spool;
    struct error *failure; /* met while the rows were put aside */
};

/* Names and classes of the columns, from the first answer. */
static void describe(struct pg_cursor *cursor, const PGresult *result)
{
    struct arena *arena = &cursor->arena;
    size_t count = (size_t)libpq.PQnfields(result);
    struct db_column *columns = arena_array(arena, struct db_column, count + 1);

    cursor->row = arena_array(arena, struct value, count + 1);
    for (size_t i = 0; i < count; i++) {
        columns[i].name = arena_strdup(arena, libpq.PQfname(result, (int)i));
        columns[i].class =
            db_postgres_value_class(libpq.PQftype(result, (int)i));
    }
    cursor->cursor.columns = columns;
    cursor->cursor.column_count = count;
    cursor->mark = arena_mark(arena);
    cursor->described = true;
}

static int read_row(struct pg_cursor *cursor, const PGresult *result, int row,
                    struct error *err)
{
    size_t limit = cursor->cursor.db->options.memory_limit;

    arena_release(&cursor->arena, cursor->mark);
    for (size_t i = 0; i < cursor->cursor.column_count; i++) {
        if (limit > 0 && (size_t)libpq.PQgetlength(result, row, (int)i) > limit)
            return error_set(err, ERROR_LIMIT,
                             "column %s: a value of %d bytes is more than the "
                             "limit of %zu",
                             cursor->cursor.columns[i].name,
                             libpq.PQgetlength(result, row, (int)i), limit);
        if (db_postgres_value_read(result, row, (int)i, &cursor->arena,
                                   &cursor->row[i], err) != 0)
            return -1;
    }
    return 1;
}

static void keep_failure(struct pg_cursor *cursor, const struct error *err)
{
    if (cursor->failure == NULL)
        cursor->failure = malloc(sizeof *cursor->failure);
    if (cursor->failure != NULL)
        *cursor->failure = *err;
    else
        cursor->ended = true; /* fails all the same, with another text */
}

/* Puts rows aside, from row `from` of an answer on. */
static int put_rows(struct pg_cursor *cursor, PGresult *result, int from,
                    struct error *err)
{
    if (cursor->spool == NULL && spool_open(&cursor->spool, err) != 0)
        return -1;
    for (int i = from; i < libpq.PQntuples(result); i++)
        if (read_row(cursor, result, i, err) < 0 ||
            spool_write(cursor->spool, cursor->row, cursor->cursor.column_count,
                        err) != 0)
            return -1;
    return 0;
}

/* An answer that comes; a pg_entry's `rows`. */
static void put_aside(void *context, PGresult *result)
{
    struct pg_cursor *cursor = context;
    struct error *err;

    if (!cursor->described)
        describe(cursor, result);
    if (libpq.PQntuples(result) == 0 || cursor->failure != NULL ||
        cursor->ended)
        return;
    err = malloc(sizeof *err);
    if (err == NULL)
        cursor->ended = true;
    else if (put_rows(cursor, result, 0, err) != 0)
        keep_failure(cursor, err);
    free(err);
}

/* The server's cursor */

static int close_server(struct pg_cursor *cursor, struct error *err)
{
    char sql[48];

    cursor->more = false;
    if (cursor->owner->failed || cursor->owner->lost)
        return 0; /* it is gone already */
    snprintf(sql, sizeof sql, "CLOSE luamigrate_%u", cursor->number);
    return db_postgres_queue_own(cursor->owner, sql, NULL, NULL, err);
}

/* How many rows make a batch, as wide as they were until now. */
static int next_batch(const struct pg_cursor *cursor)
{
    int64_t size = 0, rows = cursor->batch;

    for (int i = 0; i < cursor->count; i++)
        for (int j = 0; j < libpq.PQnfields(cursor->result); j++)
            size += libpq.PQgetlength(cursor->result, i, j) + 16;
    if (cursor->count > 0)
        rows = BATCH_SIZE / (size / cursor->count + 1);
    if (rows > (int64_t)cursor->batch * GROWTH)
        rows = (int64_t)cursor->batch * GROWTH;
    return rows > BATCH_ROWS ? BATCH_ROWS : rows < 1 ? 1 : (int)rows;
}

static int send_fetch(struct pg_cursor *cursor, struct error *err)
{
    struct pg_wants wants = {.result = &cursor->result, .setup = true};
    struct db_statement statement = {.own = true, .shown = cursor->shown};
    char sql[64];

    libpq.PQclear(cursor->result);
    cursor->result = NULL;
    cursor->at = cursor->count = 0;
    snprintf(sql, sizeof sql, "FETCH FORWARD %d FROM luamigrate_%u",
             cursor->batch, cursor->number);
    statement.sql = sql;
    statement.size = strlen(sql);
    return db_postgres_queue_send(cursor->owner, &statement, &wants, err);
}

/* Waits for a batch. */
static int take_fetch(struct pg_cursor *cursor, struct error *err)
{
    if (db_postgres_queue_collect(cursor->owner, err) != 0)
        return -1;
    cursor->at = 0;
    cursor->count = libpq.PQntuples(cursor->result);
    if (!cursor->described)
        describe(cursor, cursor->result);
    if (cursor->count < cursor->batch)
        return close_server(cursor, err);
    cursor->batch = next_batch(cursor);
    return 0;
}

static int fetch(struct pg_cursor *cursor, struct error *err)
{
    if (send_fetch(cursor, err) == 0 && take_fetch(cursor, err) == 0)
        return 0;
    cursor->more = false;
    cursor->at = cursor->count = 0;
    keep_failure(cursor, err);
    return -1;
}

static int read_spool(struct pg_cursor *cursor, struct error *err)
{
    int status = 0;

    if (cursor->spool != NULL)
        status = spool_read(cursor->spool, cursor->row,
                            cursor->cursor.column_count, err);
    if (status == 0 && cursor->failure != NULL) {
        *err = *cursor->failure;
        return -1;
    }
    return status;
}

static int next_row(struct db_cursor *base, const struct value **row,
                    struct error *err)
{
    struct pg_cursor *cursor = (struct pg_cursor *)base;

    *row = cursor->row;
    if (cursor->ended)
        return error_set(err, ERROR_FAILED,
                         "the transaction of this loop has ended");
    while (cursor->at == cursor->count && cursor->more)
        if (fetch(cursor, err) != 0)
            return -1;
    if (cursor->at < cursor->count)
        return read_row(cursor, cursor->result, cursor->at++, err);
    return read_spool(cursor, err);
}

static void unlink_cursor(struct pg_cursor *cursor)
{
    *cursor->link = cursor->next;
    if (cursor->next != NULL)
        cursor->next->link = cursor->link;
    cursor->owner = NULL;
}

static void close_cursor(struct db_cursor *base)
{
    struct pg_cursor *cursor = (struct pg_cursor *)base;
    struct error *ignored;

    if (cursor->owner != NULL && cursor->more) {
        ignored = malloc(sizeof *ignored);
        if (ignored != NULL) /* else it lives as long as the transaction */
            (void)close_server(cursor, ignored);
        free(ignored);
    }
    if (cursor->owner != NULL) {
        db_postgres_queue_abandon(cursor->owner, cursor, &cursor->result);
        unlink_cursor(cursor);
    }
    libpq.PQclear(cursor->result);
    spool_close(cursor->spool);
    free(cursor->failure);
    free(cursor->shown);
    arena_clear(&cursor->arena);
    free(cursor);
}

void db_postgres_cursor_end(struct pg_db *db, int depth)
{
    struct pg_cursor *cursor = db->cursors, *next;

    for (; cursor != NULL; cursor = next) {
        next = cursor->next;
        if (cursor->depth < depth)
            continue;
        cursor->ended = true;
        cursor->more = false;
        unlink_cursor(cursor);
    }
}

static int drain(struct pg_cursor *cursor, struct error *err)
{
    do {
        if (put_rows(cursor, cursor->result, cursor->at, err) != 0) {
            keep_failure(cursor, err);
            cursor->at = cursor->count = 0;
            return close_server(cursor, err);
        }
        cursor->at = cursor->count;
        if (cursor->more && fetch(cursor, err) != 0)
            return -1;
    } while (cursor->at < cursor->count);
    return 0;
}

int db_postgres_cursor_drain(struct pg_db *db, struct error *err)
{
    for (struct pg_cursor *c = db->cursors; c != NULL; c = c->next)
        if (c->more && c->depth >= 0 && drain(c, err) != 0)
            return -1;
    return 0;
}

/* Opening */

/* DECLARE and the first FETCH in one flight. Outside of a transaction the
 * cursor must outlive its statement. */
static int declare(struct pg_cursor *cursor,
                   const struct db_statement *statement, struct error *err)
{
    struct pg_db *db = cursor->owner;
    struct pg_wants wants = {.shown = statement};
    struct db_statement whole = *statement;
    struct arena arena;
    struct buf sql;
    int status;

    cursor->number = ++db->cursor_number;
    cursor->shown = strndup(
        statement->shown != NULL ? statement->shown : statement->sql, 1023);
    cursor->batch = FIRST_ROWS;
    arena_init(&arena, NULL, NULL);
    buf_init(&sql, &arena);
    buf_addf(&sql, "DECLARE luamigrate_%u NO SCROLL CURSOR %sFOR ",
             cursor->number, db->begun ? "" : "WITH HOLD ");
    wants.skip = (int)sql.size;
    buf_addn(&sql, statement->sql, statement->size);
    whole.sql = sql.data;
    whole.size = sql.size;
    cursor->more = true;
    status = db_postgres_queue_send(db, &whole, &wants, err);
    arena_clear(&arena);
    if (status == 0)
        status = fetch(cursor, err);
    if (status != 0)
        cursor->more = false;
    return status;
}

/* A small query of the runner: its rows are here at once. */
static int run_own(struct pg_cursor *cursor,
                   const struct db_statement *statement, struct error *err)
{
    struct pg_db *db = cursor->owner;
    int status;

    if (db->begun) {
        if (db_postgres_queue_add(db, statement, NULL, &cursor->result, false,
                                  err) != 0)
            return -1;
        status = db_postgres_queue_collect(db, err);
    } else {
        status = db_postgres_alone(db, statement, &cursor->result, err);
    }
    if (status != 0 || cursor->result == NULL)
        return status;
    describe(cursor, cursor->result);
    cursor->count = libpq.PQntuples(cursor->result);
    return 0;
}

/* RETURNING, SHOW, CALL: the rows are put aside as they come. */
static int run_aside(struct pg_cursor *cursor,
                     const struct db_statement *statement, struct error *err)
{
    struct pg_wants wants = {.rows = put_aside, .context = cursor};

    if (db_postgres_queue_send(cursor->owner, statement, &wants, err) != 0 ||
        db_postgres_queue_collect(cursor->owner, err) != 0)
        return -1;
    if (cursor->failure == NULL)
        return 0;
    *err = *cursor->failure;
    return -1;
}

static int start(struct pg_cursor *cursor, const struct db_statement *statement,
                 struct error *err)
{
    struct pg_db *db = cursor->owner;
    enum sql_kind kind = sql_kind(SQL_LEX_POSTGRESQL, statement->sql,
                                  statement->size, db->db.server_version);

    if (kind == SQL_KIND_EMPTY)
        return error_set(err, ERROR_FAILED, "there is no statement");
    if (db_postgres_check(db, statement, kind, err) != 0)
        return -1;
    if (statement->own || statement->whole)
        return run_own(cursor, statement, err);
    if (kind == SQL_KIND_READ)
        return declare(cursor, statement, err);
    return run_aside(cursor, statement, err);
}

static void enlist(struct pg_cursor *cursor, struct pg_db *db)
{
    cursor->owner = db;
    cursor->next = db->cursors;
    cursor->link = &db->cursors;
    if (db->cursors != NULL)
        db->cursors->link = &cursor->next;
    db->cursors = cursor;
}

int db_postgres_cursor_open(struct db *base,
                            const struct db_statement *statement,
                            struct db_cursor **out, struct error *err)
{
    struct pg_db *db = (struct pg_db *)base;
    struct pg_cursor *cursor;

    *out = NULL;
    if (db_postgres_error_check(db, err) != 0)
        return -1;
    cursor = calloc(1, sizeof *cursor);
    if (cursor == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    arena_init(&cursor->arena, NULL, NULL);
    cursor->cursor.db = base;
    cursor->cursor.next = next_row;
    cursor->cursor.close = close_cursor;
    cursor->depth = db->begun ? db->savepoints : -1;
    enlist(cursor, db);
    if (start(cursor, statement, err) != 0) {
        close_cursor(&cursor->cursor);
        return -1;
    }
    *out = &cursor->cursor;
    return 0;
}
