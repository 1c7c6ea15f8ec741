#include "db/db_print.h"

#include "db/db_print_parts.h"
#include "ddl/ddl.h"
#include "ddl/sql_kind.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static struct print_db *print_of(struct db *base)
{
    return (struct print_db *)base;
}

enum sql_lex_dialect db_print_lex(const struct print_db *db)
{
    return db->db.dialect == DIALECT_SQLITE ? SQL_LEX_SQLITE
                                            : SQL_LEX_POSTGRESQL;
}

static void close_db(struct db *base)
{
    struct print_db *db = print_of(base);

    arena_clear(&db->arena);
    arena_clear(&db->kept);
    free(db);
}

/* --- writing --- */

/* What was taken is no longer needed. */
static void begin_list(struct print_db *db)
{
    if (!db->taken)
        return;
    db->taken = false;
    memset(&db->printed, 0, sizeof db->printed);
    arena_clear(&db->arena);
}

static void write_sql(struct print_db *db, const char *sql, bool writes)
{
    struct db_printed printed = {arena_strdup(&db->arena, sql), writes};

    vec_push(&db->arena, &db->printed, printed);
}

/* Where the statement begins: behind empty ones and the blanks, with the
 * comments before it. */
static size_t skip_empty(const struct print_db *db, const char *sql,
                         size_t size)
{
    struct sql_token token;
    struct sql_lex lex;
    size_t at = 0;

    sql_lex_init(&lex, db_print_lex(db), sql, size);
    while (sql_lex_is_char(&lex, token = sql_lex_solid(&lex), ';'))
        at = token.end;
    while (at < size && isspace((unsigned char)sql[at]))
        at++;
    return at;
}

/* The statement without blanks around it and without its semicolon. */
static const char *trimmed(struct print_db *db, const char *sql, size_t size)
{
    size_t begin = skip_empty(db, sql, size);

    sql += begin;
    size -= begin;
    while (size > 0 &&
           (isspace((unsigned char)sql[size - 1]) || sql[size - 1] == ';'))
        size--;
    return arena_strndup(&db->arena, sql, size);
}

static int refuse(const char *sql, size_t size, const char *why,
                  const char *hint, struct error *err)
{
    error_set(err, ERROR_FAILED, "%s", why);
    if (hint != NULL)
        error_hint(err, "%s", hint);
    if (size >= sizeof err->sql)
        size = sizeof err->sql - 1;
    memcpy(err->sql, sql, size);
    err->sql[size] = '\0';
    err->database = true; /* pcall cannot keep it, as with a database */
    return -1;
}

/* What the guard of a driver would refuse a script (G8). */
static int check_kind(const struct print_db *db, enum sql_kind kind,
                      const char *sql, size_t size, struct error *err)
{
    if (kind == SQL_KIND_TRANSACTION)
        return refuse(sql, size,
                      "transaction control belongs to luamigrate, a script "
                      "cannot use it",
                      "op.savepoint undoes a part of a revision", err);
    if (kind == SQL_KIND_COPY_STDIO)
        return refuse(sql, size, "COPY FROM STDIN and TO STDOUT cannot be used",
                      "use db:copy_in, or op.bulk_insert", err);
    if (kind == SQL_KIND_ALONE && db->begun)
        return refuse(sql, size,
                      "this statement cannot run inside a transaction",
                      "put `transaction = false` into the header of the "
                      "revision: it is a list of steps then",
                      err);
    return 0;
}

static int write_one(struct print_db *db, const struct db_statement *statement,
                     const char *sql, size_t size, struct error *err)
{
    enum sql_kind kind =
        sql_kind(db_print_lex(db), sql, size, db->db.server_version);

    if (kind == SQL_KIND_EMPTY)
        return 0;
    if (!statement->own && db->guard != DB_GUARD_OFF &&
        check_kind(db, kind, sql, size, err) != 0)
        return -1;
    db->settings = db->settings || kind == SQL_KIND_SETTING;
    db->wrote = true;
    if (db->db.dialect == DIALECT_POSTGRESQL && kind == SQL_KIND_DDL)
        db_print_types_note(db, sql, size);
    write_sql(db, trimmed(db, sql, size), kind == SQL_KIND_WRITE);
    return 0;
}

static int execute(struct db *base, const struct db_statement *statement,
                   struct db_result *result, struct error *err)
{
    struct print_db *db = print_of(base);
    struct arena arena;
    const char *sql;
    size_t size;
    int status;

    memset(result, 0, sizeof *result);
    begin_list(db);
    arena_init(&arena, NULL, NULL);
    status = db_print_text(db, statement, &arena, &sql, &size, err);
    while (status == 0 && size > 0) {
        size_t first = sql_kind_split(db_print_lex(db), sql, size);

        status = write_one(db, statement, sql, first, err);
        sql += first;
        size -= first;
    }
    arena_clear(&arena);
    return status;
}

static int queue(struct db *base, const struct db_statement *statement,
                 struct db_ticket *ticket, struct error *err)
{
    struct db_result ignored;

    if (ticket != NULL)
        memset(ticket, 0, sizeof *ticket);
    return execute(base, statement, &ignored, err);
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

/* --- the session and its transactions --- */

static void set_role(struct print_db *db)
{
    struct buf sql;

    if (db->db.options.role == NULL)
        return;
    buf_init(&sql, &db->arena);
    buf_add(&sql, "SET ROLE ");
    ddl_name(&sql, DIALECT_POSTGRESQL, db->db.options.role);
    write_sql(db, sql.data, false);
}

/* What the script has set in the session is gone before the version rows are
 * written, as with a connection. */
static void reset(struct print_db *db)
{
    if (!db->settings || db->db.dialect != DIALECT_POSTGRESQL)
        return;
    db->settings = false;
    write_sql(db, "RESET SESSION AUTHORIZATION", false);
    write_sql(db, "RESET ROLE", false);
    set_role(db);
    write_sql(db, "RESET ALL", false);
}

/* What a connection does once. */
static void prepare(struct print_db *db)
{
    const struct db_options *options = &db->db.options;
    struct buf sql;

    if (db->prepared)
        return;
    db->prepared = true;
    if (db->db.dialect == DIALECT_POSTGRESQL)
        set_role(db);
    if (db->db.dialect != DIALECT_SQLITE)
        return;
    buf_init(&sql, &db->arena);
    for (size_t i = 0; i < options->attach_names.count; i++) {
        const char *path = options->attach_paths.items[i];
        struct value value = {.kind = VALUE_TEXT, .text = {path, strlen(path)}};
        struct error ignored;

        buf_reset(&sql);
        buf_add(&sql, "ATTACH ");
        (void)ddl_literal(&sql, DIALECT_SQLITE, &value, &ignored);
        buf_add(&sql, " AS ");
        ddl_name(&sql, DIALECT_SQLITE, options->attach_names.items[i]);
        write_sql(db, sql.data, false);
    }
}

static void set_local(struct print_db *db, const char *name, double seconds)
{
    if (seconds >= 0)
        write_sql(db,
                  arena_printf(&db->arena, "SET LOCAL %s = %.0f", name,
                               seconds * 1000),
                  false);
}

static int begin(struct db *base, const struct db_begin *how, struct error *err)
{
    struct print_db *db = print_of(base);

    begin_list(db);
    if (db->begun)
        return error_set(err, ERROR_INTERNAL, "a transaction is open already");
    prepare(db);
    if (base->dialect == DIALECT_SQLITE) {
        /* ignored inside a transaction */
        if (db->keys != (int)how->foreign_keys)
            write_sql(db,
                      how->foreign_keys ? "PRAGMA foreign_keys = ON"
                                        : "PRAGMA foreign_keys = OFF",
                      false);
        db->keys = (int)how->foreign_keys;
        write_sql(db, "BEGIN IMMEDIATE", false);
    } else {
        write_sql(db, "BEGIN", false);
        set_local(db, "lock_timeout", how->lock_timeout);
        set_local(db, "statement_timeout", how->statement_timeout);
    }
    db->begun = true;
    db->savepoints = 0;
    db->types_before.count = 0;
    return 0;
}

static int commit(struct db *base, struct error *err)
{
    struct print_db *db = print_of(base);

    begin_list(db);
    if (!db->begun)
        return error_set(err, ERROR_INTERNAL, "no transaction is open");
    write_sql(db, "COMMIT", false);
    db->begun = false;
    return 0;
}

/* What was not taken is thrown away. */
static void rollback(struct db *base)
{
    struct print_db *db = print_of(base);

    db->taken = true;
    begin_list(db);
    db->begun = db->settings = false;
    db->savepoints = 0;
    db->types_before.count = 0;
}

static bool in_transaction(struct db *base)
{
    return print_of(base)->begun;
}

static int write_savepoint(struct print_db *db, const char *verb, int number)
{
    begin_list(db);
    write_sql(db, arena_printf(&db->arena, "%s luamigrate_%d", verb, number),
              false);
    return 0;
}

static int savepoint(struct db *base, struct error *err)
{
    struct print_db *db = print_of(base);

    (void)err;
    db_print_types_save(db);
    return write_savepoint(db, "SAVEPOINT", ++db->savepoints);
}

static int savepoint_release(struct db *base, struct error *err)
{
    struct print_db *db = print_of(base);

    (void)err;
    db_print_types_release(db);
    return write_savepoint(db, "RELEASE SAVEPOINT", db->savepoints--);
}

static int savepoint_rollback(struct db *base, struct error *err)
{
    struct print_db *db = print_of(base);

    db_print_types_restore(db);
    (void)write_savepoint(db, "ROLLBACK TO SAVEPOINT", db->savepoints);
    return savepoint_release(base, err);
}

static int guard(struct db *base, enum db_guard mode, struct error *err)
{
    struct print_db *db = print_of(base);

    (void)err;
    db->guard = mode;
    if (mode == DB_GUARD_OFF && db->live == NULL) {
        begin_list(db);
        reset(db);
    }
    return 0;
}

static int violations(struct db *base, struct arena *arena,
                      struct db_violations *out, struct error *err)
{
    (void)base;
    (void)arena;
    (void)err;
    memset(out, 0, sizeof *out);
    return 0;
}

/* --- opening --- */

static const struct db_driver driver = {
    .name = "print",
    .close = close_db,
    .execute = execute,
    .open = db_print_read_open,
    .queue = queue,
    .collect = collect,
    .forget = forget,
    .begin = begin,
    .prove = collect,
    .commit = commit,
    .rollback = rollback,
    .in_transaction = in_transaction,
    .savepoint = savepoint,
    .savepoint_release = savepoint_release,
    .savepoint_rollback = savepoint_rollback,
    .guard = guard,
    .violations = violations,
    .relations = db_print_relations,
    .reflect = db_print_reflect,
    .shape = db_print_shape,
    .schemas = db_print_schemas,
    .enums = db_print_types,
    .sequences = db_print_sequences,
};

/* What a script reads with may write too: functions, a PRAGMA. */
static int read_only(struct db *live, struct error *err)
{
    static const char sql[] = "PRAGMA query_only = ON";
    struct db_statement statement = {
        .sql = sql, .size = sizeof sql - 1, .own = true};

    if (live->dialect == DIALECT_SQLITE)
        return db_execute(live, &statement, NULL, err);
    return live->driver->guard(live, DB_GUARD_READ, err);
}

int db_print_open(const struct db_url *url, const struct db_options *options,
                  struct db *live, struct db **out, struct error *err)
{
    struct print_db *db = calloc(1, sizeof *db);

    *out = NULL;
    if (db == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    arena_init(&db->arena, NULL, NULL);
    arena_init(&db->kept, NULL, NULL);
    db->db.driver = &driver;
    db->db.url = url;
    db->db.options = *options;
    db->db.prints = true;
    db->db.dialect = live != NULL ? live->dialect : url->dialect;
    db->db.server_version = db->db.dialect == DIALECT_SQLITE
                                ? DB_PRINT_SQLITE
                                : DB_PRINT_POSTGRESQL;
    db->db.offline = live == NULL;
    db->live = live;
    db->keys = -1;
    if (live != NULL) {
        db->db.server_version = live->server_version;
        db->db.schema = live->schema;
        db->db.pooled = live->pooled;
    }
    if (live != NULL && read_only(live, err) != 0) {
        close_db(&db->db);
        return -1;
    }
    *out = &db->db;
    return 0;
}

void db_print_begin_whole(struct db *base)
{
    print_of(base)->whole = true;
}

bool db_print_is_whole(const struct db *base)
{
    return ((const struct print_db *)base)->whole;
}

struct db_printed_list db_print_take(struct db *base)
{
    struct print_db *db = print_of(base);
    struct db_printed_list list;

    begin_list(db);
    list.items = db->printed.items;
    list.count = db->printed.count;
    db->taken = true;
    return list;
}

const char *db_print_unread(struct db *base)
{
    struct print_db *db = print_of(base);
    const char *unread = db->unread;

    db->unread = NULL;
    return unread;
}

bool db_print_stale(struct db *base)
{
    struct print_db *db = print_of(base);
    bool stale = db->stale;

    db->stale = false;
    return stale;
}
