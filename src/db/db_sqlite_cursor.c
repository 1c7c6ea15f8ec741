#include "db/db_sqlite.h"

#include "ddl/sql_lex.h"

#include <stdlib.h>
#include <string.h>

struct sqlite_cursor {
    struct db_cursor cursor;
    struct sqlite_db *owner;  /* NULL: the database was closed */
    struct sqlite_stmt *stmt; /* NULL: the rows are in the spool, or none */
    struct spool *spool;
    struct sqlite_cursor *next, **link;
    struct arena arena; /* columns; behind `mark` the current row */
    struct arena_mark mark;
    enum sqlite_class *classes;
    struct value *row;
    bool stepped;          /* a row is waiting in stmt */
    bool ended;            /* by rollback or close of the database */
    struct error *failure; /* met while the rows were put aside */
};

static int read_row(struct sqlite_cursor *cursor, struct error *err)
{
    arena_release(&cursor->arena, cursor->mark);
    for (size_t i = 0; i < cursor->cursor.column_count; i++)
        if (db_sqlite_value_read(cursor->owner, cursor->stmt->handle, (int)i,
                                 cursor->classes[i], &cursor->arena,
                                 &cursor->row[i], err) != 0)
            return -1;
    return 1;
}

static void leave_stmt(struct sqlite_cursor *cursor)
{
    if (cursor->stmt != NULL)
        db_sqlite_stmt_put(cursor->owner, cursor->stmt);
    cursor->stmt = NULL;
}

/* The next row of the statement, in cursor->row. */
static int advance(struct sqlite_cursor *cursor, struct error *err)
{
    int status = 1;

    if (!cursor->stepped)
        status = db_sqlite_stmt_step(cursor->owner, cursor->stmt, err);
    cursor->stepped = false;
    if (status == 1)
        status = read_row(cursor, err);
    if (status != 1)
        leave_stmt(cursor);
    return status;
}

static int next_row(struct db_cursor *base, const struct value **row,
                    struct error *err)
{
    struct sqlite_cursor *cursor = (struct sqlite_cursor *)base;
    int status = 0;

    *row = cursor->row;
    if (cursor->ended)
        return error_set(err, ERROR_FAILED,
                         "the transaction of this loop has ended");
    if (cursor->stmt != NULL)
        return advance(cursor, err);
    if (cursor->spool != NULL)
        status = spool_read(cursor->spool, cursor->row,
                            cursor->cursor.column_count, err);
    if (status == 0 && cursor->failure != NULL) {
        *err = *cursor->failure;
        return -1;
    }
    return status;
}

static void unlink_cursor(struct sqlite_cursor *cursor)
{
    if (cursor->owner == NULL)
        return;
    leave_stmt(cursor);
    *cursor->link = cursor->next;
    if (cursor->next != NULL)
        cursor->next->link = cursor->link;
    cursor->owner = NULL;
}

static void close_cursor(struct db_cursor *base)
{
    struct sqlite_cursor *cursor = (struct sqlite_cursor *)base;

    unlink_cursor(cursor);
    spool_close(cursor->spool);
    free(cursor->failure);
    arena_clear(&cursor->arena);
    free(cursor);
}

/* Keeps `err` for the next() that comes to it. */
static void keep_failure(struct sqlite_cursor *cursor, const struct error *err)
{
    cursor->failure = malloc(sizeof *cursor->failure);
    if (cursor->failure != NULL)
        *cursor->failure = *err;
    else
        cursor->ended = true; /* fails all the same, with another text */
}

static void put_aside(struct sqlite_cursor *cursor)
{
    struct error err;
    int status = spool_open(&cursor->spool, &err);

    if (status == 0)
        status = 1;
    while (status == 1) {
        status = advance(cursor, &err);
        if (status == 1 && spool_write(cursor->spool, cursor->row,
                                       cursor->cursor.column_count, &err) != 0)
            status = -1;
    }
    if (status < 0)
        keep_failure(cursor, &err);
    leave_stmt(cursor);
}

void db_sqlite_cursor_drain(struct sqlite_db *db)
{
    for (struct sqlite_cursor *c = db->cursors; c != NULL; c = c->next)
        if (c->stmt != NULL)
            put_aside(c);
}

void db_sqlite_cursor_end(struct sqlite_db *db)
{
    while (db->cursors != NULL) {
        db->cursors->ended = true;
        unlink_cursor(db->cursors);
    }
}

/* Reads names and classes; the statement has been stepped once, so that it
 * is not prepared again while the cursor lives. */
static void describe(struct sqlite_cursor *cursor)
{
    sqlite3_stmt *stmt = cursor->stmt->handle;
    size_t count = (size_t)sqlite3_column_count(stmt);
    struct arena *arena = &cursor->arena;
    struct db_column *columns = arena_array(arena, struct db_column, count + 1);

    cursor->classes = arena_array(arena, enum sqlite_class, count + 1);
    cursor->row = arena_array(arena, struct value, count + 1);
    for (size_t i = 0; i < count; i++) {
        const char *name = sqlite3_column_name(stmt, (int)i);

        cursor->classes[i] =
            db_sqlite_value_class(sqlite3_column_decltype(stmt, (int)i));
        columns[i].name = arena_strdup(arena, name != NULL ? name : "");
        columns[i].class = db_sqlite_value_db_class(cursor->classes[i]);
    }
    cursor->cursor.columns = columns;
    cursor->cursor.column_count = count;
    cursor->mark = arena_mark(arena);
}

static int start(struct sqlite_cursor *cursor,
                 const struct db_statement *statement, const char *tail,
                 struct error *err)
{
    struct sqlite_db *db = cursor->owner;
    struct sqlite_stmt *stmt = cursor->stmt;
    struct sql_lex rest;
    int status;

    sql_lex_init(&rest, SQL_LEX_SQLITE, tail,
                 statement->size - (size_t)(tail - statement->sql));
    if (!sql_lex_at_end(&rest))
        return error_set(err, ERROR_FAILED,
                         "more than one statement where rows are read");
    if (db_sqlite_guard_reading(db, stmt, statement, err) != 0)
        return -1;
    if (!stmt->readonly)
        db_sqlite_cursor_drain(db);
    if (db_sqlite_stmt_bind(db, stmt, statement->params, statement->param_count,
                            true, err) != 0)
        return -1;
    db_sqlite_guard_run(db, stmt);
    status = db_sqlite_stmt_step(db, stmt, err);
    if (status < 0)
        return -1;
    describe(cursor);
    cursor->stepped = status == 1;
    if (status == 0) {
        leave_stmt(cursor);
    } else if (!stmt->readonly) {
        /* RETURNING: the statement must end before anything else runs */
        put_aside(cursor);
        if (cursor->failure != NULL) {
            *err = *cursor->failure;
            return -1;
        }
    }
    return 0;
}

static void enlist(struct sqlite_cursor *cursor, struct sqlite_db *db)
{
    cursor->owner = db;
    cursor->next = db->cursors;
    cursor->link = &db->cursors;
    if (db->cursors != NULL)
        db->cursors->link = &cursor->next;
    db->cursors = cursor;
}

int db_sqlite_cursor_open(struct db *base, const struct db_statement *statement,
                          struct db_cursor **out, struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    struct sqlite_cursor *cursor;
    struct sqlite_stmt *stmt;
    const char *tail;
    int64_t began = 0;

    *out = NULL;
    if (db->lost)
        return db_sqlite_error_lost(db, err);
    if (base->options.trace != NULL)
        began = clock_us();
    if (db_sqlite_stmt_get(db, statement->sql, statement->size, &stmt, &tail,
                           err) != 0)
        return -1;
    if (stmt == NULL)
        return error_set(err, ERROR_FAILED, "there is no statement");
    cursor = calloc(1, sizeof *cursor);
    if (cursor == NULL) {
        db_sqlite_stmt_put(db, stmt);
        return error_set(err, ERROR_LIMIT, "out of memory");
    }
    arena_init(&cursor->arena, NULL, NULL);
    cursor->cursor.db = base;
    cursor->cursor.next = next_row;
    cursor->cursor.close = close_cursor;
    cursor->owner = db;
    cursor->stmt = stmt;
    if (start(cursor, statement, tail, err) != 0) {
        leave_stmt(cursor);
        cursor->owner = NULL;
        close_cursor(&cursor->cursor);
        return -1;
    }
    enlist(cursor, db);
    if (base->options.trace != NULL)
        base->options.trace(base->options.context, statement->sql,
                            statement->size, clock_us() - began);
    *out = &cursor->cursor;
    return 0;
}
