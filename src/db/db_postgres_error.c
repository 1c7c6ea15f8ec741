#include "db/db_postgres.h"

#include "base/str.h"

#include <stdio.h>
#include <string.h>

#define SECRET_MIN 4 /* shorter pieces are found in every text */

static void copy(char *out, size_t room, const char *text)
{
    str_cut(out, room, text, strlen(text));
}

/* Secrets */

void db_postgres_error_secret(struct pg_db *db, const char *text)
{
    struct pg_secrets *secrets = &db->secrets;
    size_t room = sizeof secrets->items / sizeof secrets->items[0];

    if (text == NULL || text[0] == '\0' || secrets->count >= room)
        return;
    for (size_t i = 0; i < secrets->count; i++)
        if (strcmp(secrets->items[i], text) == 0)
            return;
    secrets->items[secrets->count++] = arena_strdup(&db->arena, text);
}

void db_postgres_error_scrub(const struct pg_db *db, char *text)
{
    for (size_t i = 0; i < db->secrets.count; i++) {
        size_t size = strlen(db->secrets.items[i]);

        if (size < SECRET_MIN)
            continue;
        for (char *at = text; (at = strstr(at, db->secrets.items[i])) != NULL;
             at += size)
            memset(at, '*', size);
    }
}

/* Codes */

static const struct {
    const char *prefix; /* of a SQLSTATE; the longest come first */
    enum error_code code;
} codes[] = {
    {"57P01", ERROR_CONNECTION}, /* terminated by an administrator */
    {"57P02", ERROR_CONNECTION}, /* another backend crashed */
    {"57P03", ERROR_CONNECTION}, /* starting up, shutting down */
    {"57P05", ERROR_CONNECTION}, /* idle_session_timeout */
    {"53300", ERROR_CONNECTION}, /* too many connections */
    {"53200", ERROR_LIMIT},      /* out of memory */
    {"53100", ERROR_IO},         /* disk full */
    {"25006", ERROR_IO},         /* read-only transaction */
    {"25P03", ERROR_CONNECTION}, /* idle_in_transaction_session_timeout */
    {"55P03", ERROR_BUSY},       /* lock not available */
    {"58030", ERROR_IO},         /* I/O error */
    {"08", ERROR_CONNECTION},    {"28", ERROR_CONNECTION},
    {"XX001", ERROR_IO}, /* data corrupted */
    {"XX002", ERROR_IO}, /* index corrupted */
};

static enum error_code code_of(const char *sqlstate)
{
    if (sqlstate != NULL)
        for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
            if (str_starts(sqlstate, codes[i].prefix))
                return codes[i].code;
    return ERROR_FAILED;
}

static const char *field(const PGresult *result, int code)
{
    const char *text = libpq.PQresultErrorField(result, code);

    return text != NULL ? text : "";
}

/* Connections */

static void keep_lost(struct pg_db *db, const struct error *err)
{
    db->lost = true;
    if (db->lost_error != NULL)
        *db->lost_error = *err;
}

int db_postgres_error_check(struct pg_db *db, struct error *err)
{
    if (!db->lost && db->conn != NULL)
        return 0;
    if (db->lost_error != NULL && db->lost_error->code != ERROR_NONE) {
        *err = *db->lost_error;
        return -1;
    }
    error_set(err, ERROR_CONNECTION, "there is no connection to the database");
    return -1;
}

/* libpq's text as one line. */
static void set_message(const struct pg_db *db, const char *text,
                        struct error *err)
{
    /* said of each later call with a socket that is closed */
    static const char again[] = "\ninvalid socket";
    char line[1024], *echo;
    size_t size;

    copy(line, sizeof line, text);
    echo = strstr(line, again);
    if (echo != NULL)
        *echo = '\0';
    for (size = strlen(line);
         size > 0 && strchr(" \t\r\n", line[size - 1]) != NULL;)
        line[--size] = '\0';
    for (char *at = line; *at != '\0'; at++)
        if (*at == '\n' || *at == '\t')
            *at = ' ';
    db_postgres_error_scrub(db, line);
    error_set(err, ERROR_CONNECTION, "the connection to the database broke%s%s",
              line[0] != '\0' ? ": " : "", line);
    error_hint(err, "look whether the server runs and can be reached, then "
                    "run the command again");
}

static bool is_fatal(const PGresult *result)
{
    const char *severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);

    return strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0;
}

/* What the server said before it closed the connection, if it came through.
 * Nothing here waits. */
static PGresult *last_words(PGconn *conn)
{
    int ends = 0;

    (void)libpq.PQconsumeInput(conn);
    while (ends < 2 && libpq.PQisBusy(conn) == 0) {
        PGresult *result = libpq.PQgetResult(conn);

        ends = result == NULL ? ends + 1 : 0;
        if (is_fatal(result))
            return result;
        libpq.PQclear(result);
    }
    return NULL;
}

int db_postgres_error_lost(struct pg_db *db, struct error *err)
{
    PGresult *words;

    if (db->lost)
        return db_postgres_error_check(db, err);
    words = db->conn != NULL ? last_words(db->conn) : NULL;
    if (words != NULL) {
        db_postgres_error(db, words, NULL, err);
        libpq.PQclear(words);
        return -1;
    }
    set_message(db, db->conn != NULL ? libpq.PQerrorMessage(db->conn) : "",
                err);
    keep_lost(db, err);
    return -1;
}

/* Statements */

/* The line of the statement in which the error is: "LINE 3: ...". */
static void add_place(const struct pg_db *db, const PGresult *result,
                      const char *sql, struct buf *out)
{
    long position;
    const char *at = sql, *start = sql;
    size_t line = 1, size;

    if (sql == NULL || str_to_number(field(result, PG_DIAG_STATEMENT_POSITION),
                                     1 << 30, &position) != 0)
        return;
    position -= db->skip;
    /* counted in characters from 1 */
    for (long seen = 0; *at != '\0'; at++) {
        if (((unsigned char)*at & 0xc0) != 0x80 && ++seen == position)
            break;
        if (*at == '\n') {
            line++;
            start = at + 1;
        }
    }
    size = strcspn(start, "\r\n");
    if (line == 1 && start[size] == '\0')
        return; /* the statement is shown anyway */
    buf_addf(out, "\nLINE %zu: ", line);
    buf_addn(out, start, size < 200 ? size : 200);
}

static void add_field(const PGresult *result, int code, const char *title,
                      struct buf *out)
{
    const char *text = field(result, code);

    if (text[0] != '\0')
        buf_addf(out, "\n%s: %s", title, text);
}

static bool is_standby(const struct pg_db *db)
{
    return str_equal(libpq.PQparameterStatus(db->conn, "in_hot_standby"), "on");
}

/* The next step, where the server gives none. */
static void add_hint(const struct pg_db *db, const char *sqlstate,
                     const char *sql, struct error *err)
{
    if (err->code == ERROR_IO && is_standby(db))
        error_hint(err, "this server is a standby, which only reads: connect "
                        "to the primary one");
    else if (strcmp(sqlstate, "25001") == 0)
        error_hint(err, "put `transaction = false` into the header");
    else if (strcmp(sqlstate, "25P03") == 0)
        error_hint(err, "the server's idle_in_transaction_session_timeout is "
                        "too short for this revision");
    else if (strcmp(sqlstate, "57014") == 0 &&
             strstr(err->message, "statement timeout") != NULL)
        error_hint(err, "statement_timeout in the header of the revision, or "
                        "in the configuration, says how long a statement may "
                        "take");
    else if (strcmp(sqlstate, "25006") == 0)
        error_hint(err, "the server, the database or the user is set to only "
                        "read (default_transaction_read_only)");
    else if (strcmp(sqlstate, "53100") == 0)
        error_hint(err, "make room on the server's disk");
    else if (strcmp(sqlstate, "42501") == 0)
        error_hint(err, "the user of the database needs this permission");
    else if (strcmp(sqlstate, "55006") == 0 &&
             strstr(err->message, "pending trigger events") != NULL)
        error_hint(err, "deferred constraints wait for the changed rows: "
                        "op.execute \"SET CONSTRAINTS ALL IMMEDIATE\" before "
                        "it");
    else if (strcmp(sqlstate, "55P04") == 0) {
        err->hint[0] = '\0'; /* the server's own says less */
        error_hint(err, "a new value of an enum type can be used when it is "
                        "committed: use it in a later revision, or put "
                        "`transaction = false` into the header");
    } else if (strcmp(sqlstate, "23502") == 0 && sql != NULL &&
               str_starts(sql, "ALTER TABLE"))
        error_hint(err, "there are rows: give a new column a server_default; "
                        "fill another one first, with op.execute");
    else if (strcmp(sqlstate, "42601") == 0 &&
             strstr(err->message, "near \":\"") != NULL)
        error_hint(err, "for :name give the values in a table behind the SQL, "
                        "{ name = value }");
    else if (strcmp(sqlstate, "42P18") == 0)
        error_hint(err, "say of what type it is: CAST(:name AS text)");
}

int db_postgres_error(struct pg_db *db, const PGresult *result, const char *sql,
                      struct error *err)
{
    const char *sqlstate = field(result, PG_DIAG_SQLSTATE);
    const struct cancel *cancel = db->db.options.cancel;
    struct arena_mark mark = arena_mark(&db->arena);
    struct buf text;

    if (sqlstate[0] == '\0' && libpq.PQstatus(db->conn) == CONNECTION_BAD)
        return db_postgres_error_lost(db, err);
    if (clock_cancelled(cancel) && strcmp(sqlstate, "57014") == 0) {
        error_set(err, ERROR_SIGNAL, "interrupted by signal %d",
                  (int)cancel->signal);
        err->signal = cancel->signal;
        return -1;
    }
    buf_init(&text, &db->arena);
    buf_add(&text, field(result, PG_DIAG_MESSAGE_PRIMARY));
    if (text.size == 0)
        buf_add(&text, libpq.PQresultErrorMessage(result));
    add_field(result, PG_DIAG_MESSAGE_DETAIL, "DETAIL", &text);
    add_place(db, result, sql, &text);
    add_field(result, PG_DIAG_CONTEXT, "CONTEXT", &text);
    db_postgres_error_scrub(db, text.data);
    error_set(err, code_of(sqlstate), "%s", text.data);
    arena_release(&db->arena, mark);
    /* a standby refuses locks in its own words */
    if (strcmp(sqlstate, "55000") == 0 && is_standby(db))
        err->code = ERROR_IO;
    err->database = true;
    copy(err->sqlstate, sizeof err->sqlstate, sqlstate);
    copy(err->constraint, sizeof err->constraint,
         field(result, PG_DIAG_CONSTRAINT_NAME));
    copy(err->table, sizeof err->table, field(result, PG_DIAG_TABLE_NAME));
    copy(err->column, sizeof err->column, field(result, PG_DIAG_COLUMN_NAME));
    copy(err->hint, sizeof err->hint, field(result, PG_DIAG_MESSAGE_HINT));
    db_postgres_error_scrub(db, err->hint);
    add_hint(db, sqlstate, sql, err);
    if (sql != NULL) {
        copy(err->sql, sizeof err->sql, sql);
        db_postgres_error_scrub(db, err->sql);
    }
    if (is_fatal(result))
        keep_lost(db, err);
    return -1;
}
