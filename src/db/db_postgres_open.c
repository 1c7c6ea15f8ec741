#include "db/db_postgres.h"

#include "base/str.h"
#include "base/vec.h"

#include <stdio.h>
#include <string.h>

#define PAUSE_MS 500
#define LEAST_MS 2000 /* for one attempt, however short --wait is */

/* Why an attempt failed. */
struct failure {
    struct error error;
    bool password; /* one was asked for, and there was none */
    bool final;    /* no other server and no waiting would help */
};

static const char *port_of(const struct pg_endpoint *endpoint)
{
    return endpoint->port != NULL ? endpoint->port : "5432";
}

/* The server as people know it. */
static const char *describe(struct arena *arena,
                            const struct pg_endpoint *endpoint)
{
    const char *host =
        endpoint->host != NULL ? endpoint->host : endpoint->address;

    if (host == NULL)
        return arena_printf(arena, "the server of this machine, port %s",
                            port_of(endpoint));
    if (host[0] == '/')
        return arena_printf(arena, "%s/.s.PGSQL.%s", host, port_of(endpoint));
    if (strchr(host, ':') != NULL)
        return arena_printf(arena, "[%s]:%s", host, port_of(endpoint));
    return arena_printf(arena, "%s:%s", host, port_of(endpoint));
}

/* Failures */

/* ":  28P01: " in the verbose text of a server's message. */
static const char *find_sqlstate(const char *text)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    while ((text = strstr(text, ":  ")) != NULL) {
        text += 3;
        if (strspn(text, digits) == 5 && text[5] == ':' && text[6] == ' ')
            return text;
    }
    return NULL;
}

/* The part of libpq's text that says something: neither the name of the
 * server, nor sources of the server, nor advice of its own. */
static char *essence(struct arena *arena, const char *text, char sqlstate[6])
{
    const char *state = find_sqlstate(text);
    const char *failed = strstr(text, " failed: ");
    char *line, *end;

    if (state != NULL) {
        memcpy(sqlstate, state, 5);
        text = state + 7;
    } else if (failed != NULL && str_starts(text, "connection to ")) {
        text = failed + strlen(" failed: ");
    }
    if (str_starts(text, "fe_sendauth: "))
        text += strlen("fe_sendauth: ");
    line = arena_strdup(arena, text);
    end = state != NULL ? strstr(line, "\nLOCATION:  ") : strstr(line, "\n\t");
    if (end != NULL)
        *end = '\0';
    for (char *at = line; *at != '\0'; at++)
        if (*at == '\n' || *at == '\t')
            *at = ' ';
    for (size_t size = strlen(line); size > 0 && line[size - 1] == ' ';)
        line[--size] = '\0';
    return line;
}

static const struct {
    const char *text; /* a SQLSTATE, or a piece of libpq's text */
    bool final;
    const char *hint;
} hints[] = {
    {"57P03", false, "it does not take connections yet: `--wait` waits for it"},
    {"53300", false,
     "it has no place for another connection: `--wait` waits for one"},
    {"28P01", true,
     "check user and password: in the address, in PGPASSWORD or in .pgpass"},
    {"28000", true,
     "check the user; pg_hba.conf of the server says who may connect"},
    {"3D000", true, "create the database first (createdb)"},
    {"42501", true, "the user may not connect to this database"},
    {"no password supplied", true,
     "give the password in PGPASSWORD, in .pgpass or in the address"},
    {"Connection refused", false,
     "is the server running there? `--wait` waits for it"},
    {"No such file", false,
     "is the server running there? `--wait` waits for it"},
    {"does not support SSL", true,
     "turn TLS on in the server, or use another sslmode"},
    {"certificate", true,
     "check sslrootcert, sslcert, sslkey and the name of the host"},
    {"SSL", true, "check sslmode and the other ssl settings of the address"},
    {"session is read-only", false, "no server of the address may write"},
};

static void judge(struct failure *failure)
{
    struct error *err = &failure->error;

    failure->final = err->sqlstate[0] != '\0' ||
                     strstr(err->message, "authentication") ||
                     failure->password;
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        if (strcmp(err->sqlstate, hints[i].text) != 0 &&
            strstr(err->message, hints[i].text) == NULL)
            continue;
        failure->final = hints[i].final;
        error_hint(err, "%s", hints[i].hint);
        return;
    }
    error_hint(err, "check the address, and whether the server can be reached "
                    "from here");
}

static void fail(struct pg_db *db, PGconn *conn, struct arena *arena,
                 struct failure *failure)
{
    struct error *err = &failure->error;
    char sqlstate[6] = "";
    char *text;

    db_postgres_error_secret(db, libpq.PQpass(conn));
    text = essence(arena, libpq.PQerrorMessage(conn), sqlstate);
    db_postgres_error_scrub(db, text);
    error_set(err, ERROR_CONNECTION, "%s", text);
    snprintf(err->sqlstate, sizeof err->sqlstate, "%s", sqlstate);
    failure->password = libpq.PQconnectionNeedsPassword(conn) != 0;
    judge(failure);
}

/* One attempt */

static PGconn *begin(const struct pg_target *target,
                     const struct pg_endpoint *endpoint, const char *session)
{
    VEC(const char *) keys = {0};
    VEC(const char *) values = {0};
    struct arena *arena = target->arena;
    const char *const own[][2] = {{"host", endpoint->host},
                                  {"hostaddr", endpoint->address},
                                  {"port", endpoint->port},
                                  {"target_session_attrs", session}};

    for (size_t i = 0; i < target->keys.count; i++) {
        vec_push(arena, &keys, target->keys.items[i]);
        vec_push(arena, &values, target->values.items[i]);
    }
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (own[i][1] == NULL)
            continue;
        vec_push(arena, &keys, own[i][0]);
        vec_push(arena, &values, own[i][1]);
    }
    vec_push(arena, &keys, NULL);
    vec_push(arena, &values, NULL);
    return libpq.PQconnectStartParams(keys.items, values.items, 0);
}

static void no_notice(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

/* Returns 1: connected, 0: failed, -1: nothing will help (a signal, a setting
 * that libpq refuses). */
static int attempt(struct pg_db *db, const struct pg_target *target,
                   const struct pg_endpoint *endpoint, const char *session,
                   int64_t deadline, struct failure *failure, struct error *err)
{
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    PGconn *conn = begin(target, endpoint, session);
    bool begun;
    int ready;

    if (conn == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    begun = libpq.PQstatus(conn) != CONNECTION_BAD ||
            str_starts(libpq.PQerrorMessage(conn), "connection to ");
    (void)libpq.PQsetNoticeReceiver(conn, no_notice, NULL);
    (void)libpq.PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
    while (libpq.PQstatus(conn) != CONNECTION_BAD) {
        ready =
            db_postgres_io_poll(db, libpq.PQsocket(conn),
                                next == PGRES_POLLING_WRITING, deadline, err);
        if (ready < 0) {
            libpq.PQfinish(conn);
            return -1;
        }
        if (ready == 0) {
            error_set(&failure->error, ERROR_CONNECTION,
                      "it did not answer in time");
            judge(failure);
            libpq.PQfinish(conn);
            return 0;
        }
        next = libpq.PQconnectPoll(conn);
        if (next == PGRES_POLLING_OK) {
            (void)libpq.PQsetErrorVerbosity(conn, PQERRORS_DEFAULT);
            db->conn = conn;
            return 1;
        }
        if (next == PGRES_POLLING_FAILED)
            break;
    }
    fail(db, conn, target->arena, failure);
    libpq.PQfinish(conn);
    if (begun)
        return 0;
    /* no server was asked: libpq cannot use the settings */
    *err = failure->error;
    err->code = ERROR_CONFIG;
    err->hint[0] = '\0';
    return error_context(err, "database address");
}

/* All servers */

struct round {
    const struct pg_target *target;
    struct buf text; /* what each server said */
    struct failure *failure;
    int64_t until; /* the time that --wait gives */
};

/* Adds why a server was not reached, once for all its addresses. */
static void note(struct round *round, const struct pg_endpoint *endpoint)
{
    struct arena *arena = round->target->arena;
    const char *line = arena_printf(arena, "%s: %s", describe(arena, endpoint),
                                    round->failure->error.message);

    if (round->text.size > 0 && strstr(round->text.data, line) != NULL)
        return;
    if (round->text.size > 0)
        buf_add(&round->text, "; ");
    buf_add(&round->text, line);
}

static int64_t attempt_until(const struct round *round)
{
    int64_t now = clock_ms();
    int64_t limit = (int64_t)(round->target->timeout * 1000);
    int64_t left = round->until - now;

    if (round->until > 0 && left < limit)
        limit = left > LEAST_MS ? left : LEAST_MS;
    return now + limit;
}

/* Tries one server after the other. Returns as attempt(). */
static int try_all(struct pg_db *db, struct round *round, const char *session,
                   struct error *err)
{
    struct pg_endpoint *endpoints;
    size_t count;

    if (db_postgres_target_endpoints(db, round->target, &endpoints, &count,
                                     err) != 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        int status = 0;

        memset(round->failure, 0, sizeof *round->failure);
        if (endpoints[i].failed)
            round->failure->error = *endpoints[i].reason;
        else
            status = attempt(db, round->target, &endpoints[i], session,
                             attempt_until(round), round->failure, err);
        if (status != 0)
            return status;
        note(round, &endpoints[i]);
        if (round->failure->final)
            return 0;
    }
    return 0;
}

static const char *session_of(const struct pg_target *target)
{
    for (size_t i = 0; i < target->keys.count; i++)
        if (str_equal(target->keys.items[i], "target_session_attrs"))
            return target->values.items[i];
    return NULL;
}

static int try_round(struct pg_db *db, struct round *round, struct error *err)
{
    int status;

    buf_init(&round->text, round->target->arena);
    /* servers are tried one by one, so "prefer" is two rounds */
    if (!str_equal(session_of(round->target), "prefer-standby"))
        return try_all(db, round, NULL, err);
    status = try_all(db, round, "standby", err);
    if (status != 0)
        return status;
    buf_init(&round->text, round->target->arena);
    return try_all(db, round, "any", err);
}

static int report(const struct round *round, struct error *err)
{
    const struct failure *failure = round->failure;
    const char *file = round->target->passfile;

    if (failure->password && file != NULL) {
        error_set(err, ERROR_SECURITY,
                  "cannot connect to %s: a password is needed, and %s, which "
                  "may have it, can be read by others",
                  round->text.data, file);
        return error_hint(err, "chmod 600 %s", file);
    }
    error_set(err, ERROR_CONNECTION, "cannot connect to %s", round->text.data);
    snprintf(err->sqlstate, sizeof err->sqlstate, "%s",
             failure->error.sqlstate);
    return error_hint(err, "%s", failure->error.hint);
}

static void tell(const struct pg_db *db, const struct round *round)
{
    const struct db_options *options = &db->db.options;

    if (options->waiting != NULL)
        options->waiting(options->context,
                         arena_printf(round->target->arena,
                                      "waiting for the database: %s",
                                      round->text.data));
}

static int try_until(struct pg_db *db, struct round *round, struct error *err)
{
    bool told = false;
    int status;

    for (;;) {
        struct arena_mark mark = arena_mark(round->target->arena);

        status = try_round(db, round, err);
        if (status != 0)
            return status > 0 ? 0 : -1;
        if (round->failure->final || clock_ms() + PAUSE_MS > round->until)
            return report(round, err);
        if (!told)
            tell(db, round);
        told = true;
        arena_release(round->target->arena, mark);
        if (db_postgres_io_sleep(db, PAUSE_MS, err) != 0)
            return -1;
    }
}

/* After connecting */

static bool is_remote(PGconn *conn)
{
    const char *host = libpq.PQhost(conn);

    return host != NULL && host[0] != '\0' && host[0] != '/' &&
           host[0] != '@' && strcmp(host, "localhost") != 0 &&
           !str_starts(host, "127.") && strcmp(host, "::1") != 0;
}

static void warn(struct pg_db *db, const struct pg_target *target)
{
    const struct db_options *options = &db->db.options;
    bool again = db->lost_error->code != ERROR_NONE;

    if (again || options->notice == NULL || !target->tls_unsaid ||
        !is_remote(db->conn))
        return;
    options->notice(options->context, "WARNING",
                    libpq.PQsslInUse(db->conn)
                        ? "the address has no sslmode: the connection is "
                          "encrypted, but nothing proves that the server is "
                          "the right one (sslmode=verify-full)"
                        : "the address has no sslmode: the connection is not "
                          "encrypted (sslmode=verify-full)");
}

static int finish(struct pg_db *db, const struct pg_target *target,
                  struct error *err)
{
    db->socket = libpq.PQsocket(db->conn);
    db_postgres_error_secret(db, libpq.PQpass(db->conn));
    db->cancel = libpq.PQgetCancel(db->conn);
    if (db->cancel == NULL || libpq.PQsetnonblocking(db->conn, 1) != 0) {
        db_postgres_disconnect(db);
        return error_set(err, ERROR_LIMIT, "out of memory");
    }
    db_postgres_notice_install(db);
    warn(db, target);
    db->lost = false;
    return 0;
}

int db_postgres_connect(struct pg_db *db, struct error *err)
{
    struct arena arena;
    struct failure failure;
    struct pg_target target;
    struct round round = {.target = &target, .failure = &failure};
    int status;

    if (libpq_load(err) != 0)
        return -1;
    /* now: later the arena may be a borrowed one */
    if (db->lost_error == NULL)
        db->lost_error = arena_new(&db->arena, struct error);
    arena_init(&arena, NULL, NULL);
    if (db->db.options.wait > 0)
        round.until = clock_ms() + (int64_t)(db->db.options.wait * 1000);
    status = db_postgres_target(db, &arena, &target, err);
    if (status == 0)
        status = try_until(db, &round, err);
    if (status == 0)
        status = finish(db, &target, err);
    arena_clear(&arena);
    return status;
}

void db_postgres_disconnect(struct pg_db *db)
{
    if (db->cancel != NULL)
        libpq.PQfreeCancel(db->cancel);
    if (db->conn != NULL)
        libpq.PQfinish(db->conn);
    db->cancel = NULL;
    db->conn = NULL;
    db->socket = -1;
    db->pipeline = db->reading = false;
}
