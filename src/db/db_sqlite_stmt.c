#include "db/db_sqlite.h"

#include "ddl/sql_lex.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A longer text is a load of data; it does not come again. */
#define CACHED_TEXT_MAX 16384

static void finalize(struct sqlite_stmt *stmt)
{
    if (stmt == NULL)
        return;
    /* what it says was said by the step before */
    (void)sqlite3_finalize(stmt->handle);
    db_sqlite_guard_clear_notes(&stmt->notes);
    free(stmt->sql);
    free(stmt);
}

void db_sqlite_stmt_clear(struct sqlite_db *db)
{
    size_t kept = 0;

    for (size_t i = 0; i < db->cache_count; i++) {
        if (db->cache[i]->used)
            db->cache[kept++] = db->cache[i];
        else
            finalize(db->cache[i]);
    }
    db->cache_count = kept;
}

static struct sqlite_stmt *find(struct sqlite_db *db, const char *sql,
                                size_t size, bool internal)
{
    for (size_t i = 0; i < db->cache_count; i++) {
        struct sqlite_stmt *stmt = db->cache[i];

        if (stmt->size == size && !stmt->used && stmt->internal == internal &&
            (internal || stmt->guarded || !db->guard.on) &&
            memcmp(stmt->sql, sql, size) == 0)
            return stmt;
    }
    return NULL;
}

/* The least recently used place of the cache that is free now. */
static struct sqlite_stmt **oldest(struct sqlite_db *db)
{
    struct sqlite_stmt **found = NULL;

    if (db->cache_count < SQLITE_CACHE_SIZE) {
        found = &db->cache[db->cache_count];
        *found = NULL;
        db->cache_count++;
        return found;
    }
    for (size_t i = 0; i < db->cache_count; i++)
        if (!db->cache[i]->used &&
            (found == NULL || db->cache[i]->last_used < (*found)->last_used))
            found = &db->cache[i];
    return found;
}

/* Statements that change the schema are not worth keeping. */
static bool is_worth(const char *sql, size_t size)
{
    static const char *const words[] = {"select", "insert", "update", "delete",
                                        "with",   "values", "replace"};
    struct sql_token token;
    struct sql_lex lex;

    if (size > CACHED_TEXT_MAX)
        return false;
    sql_lex_init(&lex, SQL_LEX_SQLITE, sql, size);
    token = sql_lex_solid(&lex);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (sql_lex_is(&lex, token, words[i]))
            return true;
    return false;
}

static void keep(struct sqlite_db *db, struct sqlite_stmt *stmt)
{
    struct sqlite_stmt **slot = oldest(db);

    if (slot == NULL)
        return;
    finalize(*slot);
    *slot = stmt;
    stmt->cached = true;
}

static int out_of_memory(struct error *err)
{
    return error_set(err, ERROR_LIMIT, "out of memory");
}

/* Prepares once; SQLITE_AUTH may ask for another time. */
static int prepare_once(struct sqlite_db *db, struct sqlite_stmt *stmt,
                        const char *sql, size_t size, bool persistent,
                        const char **tail)
{
    int rc;

    db_sqlite_guard_prepare(db, stmt);
    db->internal += stmt->internal;
    rc = sqlite3_prepare_v3(db->handle, sql, (int)size + 1,
                            persistent ? SQLITE_PREPARE_PERSISTENT : 0,
                            &stmt->handle, tail);
    db->internal -= stmt->internal;
    db_sqlite_guard_prepared(db);
    return rc;
}

static int prepare(struct sqlite_db *db, struct sqlite_stmt *stmt,
                   const char *sql, size_t size, const char **tail,
                   struct error *err)
{
    bool persistent = stmt->internal || is_worth(sql, size);
    int rc, saved;

    if (memchr(sql, '\0', size) != NULL)
        return error_set(err, ERROR_FAILED, "the statement has a NUL byte");
    if (size >= INT_MAX)
        return error_set(err, ERROR_LIMIT, "the statement is too long");
    stmt->guarded = db->guard.on;
    for (;;) {
        rc = prepare_once(db, stmt, sql, size, persistent, tail);
        if (rc == SQLITE_OK && stmt->handle != NULL && db->missing &&
            !stmt->internal && sqlite3_stmt_readonly(stmt->handle) == 0) {
            (void)sqlite3_finalize(stmt->handle);
            stmt->handle = NULL;
            if (db_sqlite_open_writable(db, err) != 0)
                return -1;
            continue;
        }
        if (rc != SQLITE_AUTH)
            break;
        saved = db_sqlite_guard_save(db, err);
        if (saved < 0)
            return -1;
        if (saved == 0)
            break;
    }
    if (rc != SQLITE_OK)
        return db_sqlite_error(db, rc, sql, size, err);
    if (stmt->handle == NULL)
        return 0;
    stmt->readonly = sqlite3_stmt_readonly(stmt->handle) != 0;
    stmt->params = sqlite3_bind_parameter_count(stmt->handle);
    stmt->size = (size_t)(*tail - sql);
    if (db_sqlite_guard_rename(stmt, sql, size, err) != 0)
        return -1;
    if (!persistent || *tail != sql + size)
        return 0;
    stmt->sql = malloc(size + 1);
    if (stmt->sql == NULL)
        return out_of_memory(err);
    memcpy(stmt->sql, sql, size + 1);
    keep(db, stmt);
    return 0;
}

static int get(struct sqlite_db *db, const char *sql, size_t size,
               bool internal, struct sqlite_stmt **out, const char **tail,
               struct error *err)
{
    struct sqlite_stmt *stmt = find(db, sql, size, internal);

    *out = NULL;
    if (stmt == NULL) {
        stmt = calloc(1, sizeof *stmt);
        if (stmt == NULL)
            return out_of_memory(err);
        stmt->internal = internal;
        if (prepare(db, stmt, sql, size, tail, err) != 0) {
            finalize(stmt);
            return -1;
        }
        if (stmt->handle == NULL) {
            finalize(stmt);
            return 0;
        }
    } else {
        *tail = sql + size;
    }
    stmt->used = true;
    stmt->last_used = ++db->uses;
    *out = stmt;
    return 0;
}

int db_sqlite_stmt_get(struct sqlite_db *db, const char *sql, size_t size,
                       struct sqlite_stmt **stmt, const char **tail,
                       struct error *err)
{
    return get(db, sql, size, false, stmt, tail, err);
}

int db_sqlite_stmt_own(struct sqlite_db *db, const char *sql,
                       struct sqlite_stmt **stmt, struct error *err)
{
    const char *tail;

    return get(db, sql, strlen(sql), true, stmt, &tail, err);
}

void db_sqlite_stmt_put(struct sqlite_db *db, struct sqlite_stmt *stmt)
{
    (void)db;
    if (stmt == NULL)
        return;
    /* repeats the error of the last step, which was handled there */
    (void)sqlite3_reset(stmt->handle);
    stmt->used = false;
    if (!stmt->cached)
        finalize(stmt);
}

static int bind_one(sqlite3_stmt *stmt, int at, const struct value *value,
                    bool copy)
{
    sqlite3_destructor_type life = copy ? SQLITE_TRANSIENT : SQLITE_STATIC;

    switch (value->kind) {
    case VALUE_ABSENT:
    case VALUE_NULL:
        return sqlite3_bind_null(stmt, at);
    case VALUE_BOOLEAN:
        return sqlite3_bind_int(stmt, at, value->boolean);
    case VALUE_INTEGER:
        return sqlite3_bind_int64(stmt, at, value->integer);
    case VALUE_FLOAT:
        return isnan(value->number)
                   ? SQLITE_MISMATCH /* SQLite would store NULL */
                   : sqlite3_bind_double(stmt, at, value->number);
    case VALUE_TEXT:
        return sqlite3_bind_text64(stmt, at,
                                   value->text.size > 0 ? value->text.data : "",
                                   value->text.size, life, SQLITE_UTF8);
    case VALUE_BYTES:
        return value->text.size == 0
                   ? sqlite3_bind_zeroblob(stmt, at, 0)
                   : sqlite3_bind_blob64(stmt, at, value->text.data,
                                         value->text.size, life);
    default:
        return SQLITE_MISUSE;
    }
}

int db_sqlite_stmt_bind(struct sqlite_db *db, struct sqlite_stmt *stmt,
                        const struct value *params, size_t count, bool copy,
                        struct error *err)
{
    if ((size_t)stmt->params != count) {
        error_set(err, ERROR_FAILED,
                  "the statement has %d parameter%s, but %zu were given",
                  stmt->params, stmt->params == 1 ? "" : "s", count);
        return error_hint(err, "give the values in a table behind the SQL, "
                               "{ name = value }");
    }
    for (size_t i = 0; i < count; i++) {
        int rc = bind_one(stmt->handle, (int)i + 1, &params[i], copy);

        if (rc == SQLITE_MISMATCH)
            return error_set(err, ERROR_FAILED,
                             "parameter %zu is not a number (NaN), which "
                             "SQLite cannot store",
                             i + 1);
        if (rc == SQLITE_MISUSE)
            return error_set(err, ERROR_FAILED,
                             "parameter %zu is no value that SQLite can store",
                             i + 1);
        if (rc != SQLITE_OK)
            return db_sqlite_error(db, rc, sqlite3_sql(stmt->handle),
                                   stmt->size, err);
    }
    return 0;
}

/* Whether SQLite has ended the transaction that begin() started. */
static void check_lost(struct sqlite_db *db, struct error *err)
{
    size_t used;

    if (!db->begun || db->lost || sqlite3_get_autocommit(db->handle) == 0)
        return;
    db->lost = true;
    if (err->code == ERROR_NONE)
        error_set(err, ERROR_FAILED, "the statement ended the transaction");
    db->lost_code = err->code;
    db->lost_sqlite_code = err->sqlite_code;
    used = strnlen(err->message, sizeof db->lost_message - 1);
    memcpy(db->lost_message, err->message, used);
    db->lost_message[used] = '\0';
    error_context(err, "SQLite rolled the transaction back");
    err->database = true;
}

int db_sqlite_stmt_step(struct sqlite_db *db, struct sqlite_stmt *stmt,
                        struct error *err)
{
    int rc;

    db->guard.preparing = stmt; /* a changed schema prepares it again */
    db->internal += stmt->internal;
    rc = sqlite3_step(stmt->handle);
    db->internal -= stmt->internal;
    db->guard.preparing = NULL;
    if (rc == SQLITE_ROW)
        return 1;
    if (rc == SQLITE_DONE) {
        if (!db->begun || sqlite3_get_autocommit(db->handle) == 0)
            return 0;
        error_clear(err);
    } else {
        db_sqlite_error(db, rc, sqlite3_sql(stmt->handle), stmt->size, err);
    }
    check_lost(db, err);
    return err->code == ERROR_NONE ? 0 : -1;
}

int db_sqlite_stmt_run(struct sqlite_db *db, const char *sql, struct error *err)
{
    struct sqlite_stmt *stmt;
    int status;

    if (db_sqlite_stmt_own(db, sql, &stmt, err) != 0)
        return -1;
    do
        status = db_sqlite_stmt_step(db, stmt, err);
    while (status == 1);
    db_sqlite_stmt_put(db, stmt);
    return status;
}
