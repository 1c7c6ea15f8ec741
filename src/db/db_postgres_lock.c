/* The lock of one runner: a session's advisory lock, asked for again and again.
 * Waiting in the server would hold a snapshot, and CREATE INDEX CONCURRENTLY
 * of the holder would wait for us (G3). */
#include "db/db_postgres.h"

#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POLL_MS 250
#define TELL_MS 5000

static void key_text(const char *key, char out[32])
{
    uint64_t hash = str_hash(STR_HASH_START, "luamigrate", 10);

    hash = str_hash(hash, key, strlen(key));
    snprintf(out, 32, "%" PRId64, (int64_t)hash);
}

/* Asks once. Returns 1 when it is ours, 0, -1. */
static int try_lock(struct pg_db *db, const char *key, struct error *err)
{
    const char *params[1] = {key};
    PGresult *result;
    int got;

    if (db_postgres_io_run(db,
                           "SELECT pg_catalog.pg_try_advisory_lock($1::"
                           "pg_catalog.int8)",
                           1, params, &result, err) != 0)
        return -1;
    got = strcmp(libpq.PQgetvalue(result, 0, 0), "t") == 0;
    libpq.PQclear(result);
    return got;
}

/* Who holds it: one line of text, "" when nobody does any more. */
static int holder(struct pg_db *db, const char *key, struct arena *arena,
                  const char **text, struct error *err)
{
    static const char sql[] =
        "SELECT 'pid ' || a.pid::pg_catalog.text"
        " || coalesce(', ' || nullif(a.application_name, ''), '')"
        " || coalesce(', user ' || a.usename::pg_catalog.text, '')"
        " || coalesce(', from ' || pg_catalog.host(a.client_addr), '')"
        " || coalesce(', connected since ' || pg_catalog.to_char("
        "pg_catalog.timezone('UTC', a.backend_start),"
        " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), '')"
        " FROM pg_catalog.pg_locks AS l"
        " LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid"
        " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
        " AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d"
        " WHERE d.datname = pg_catalog.current_database())"
        " AND ((l.classid::pg_catalog.int8 << 32) |"
        " l.objid::pg_catalog.int8) = $1::pg_catalog.int8"
        " LIMIT 1";
    const char *params[1] = {key};
    PGresult *result;

    *text = "";
    if (db_postgres_io_run(db, sql, 1, params, &result, err) != 0)
        return -1;
    if (libpq.PQntuples(result) > 0)
        *text = arena_strdup(arena, libpq.PQgetvalue(result, 0, 0));
    libpq.PQclear(result);
    return 0;
}

static void tell(struct pg_db *db, const char *who)
{
    const struct db_options *options = &db->db.options;
    char text[512];

    if (options->waiting == NULL)
        return;
    snprintf(text, sizeof text, "waiting for another luamigrate%s%s%s",
             who[0] != '\0' ? " (" : "", who, who[0] != '\0' ? ")" : "");
    options->waiting(options->context, text);
}

static int not_had(struct pg_db *db, const char *who, struct error *err)
{
    error_set(err, ERROR_LOCKED,
              "another luamigrate works on this database%s%s%s; it was not "
              "done after %g s",
              who[0] != '\0' ? " (" : "", who, who[0] != '\0' ? ")" : "",
              db->db.options.lock_timeout);
    return error_hint(err, "run the command again when it has ended, or raise "
                           "lock_timeout");
}

int db_postgres_lock(struct db *base, const char *key, struct error *err)
{
    struct pg_db *db = (struct pg_db *)base;
    int64_t now = clock_ms(), told = 0;
    int64_t end = now + (int64_t)(base->options.lock_timeout * 1000);
    char number[32], who[256] = "";
    struct arena arena;
    int got;

    if (base->pooled)
        return 0;
    key_text(key, number);
    arena_init(&arena, NULL, NULL);
    for (;;) {
        const char *text;

        got = try_lock(db, number, err);
        if (got != 0)
            break;
        now = clock_ms();
        if (told == 0 || now - told >= TELL_MS || now >= end) {
            got = holder(db, number, &arena, &text, err);
            if (got < 0)
                break;
            if (told == 0 || strcmp(text, who) != 0)
                tell(db, text);
            snprintf(who, sizeof who, "%s", text);
            told = now;
        }
        if (now >= end) {
            got = not_had(db, who, err);
            break;
        }
        got = db_postgres_io_sleep(
            db,
            POLL_MS - 50 +
                (now ^ ((int64_t)libpq.PQbackendPID(db->conn))) % 100,
            err);
        if (got != 0)
            break;
    }
    arena_clear(&arena);
    if (got < 0)
        return -1;
    db->lock_key = arena_strdup(&db->arena, key);
    return 0;
}

void db_postgres_unlock(struct db *base)
{
    struct pg_db *db = (struct pg_db *)base;
    const char *params[1];
    char number[32];
    struct error *ignored;
    PGresult *result;

    if (db->lock_key == NULL)
        return;
    key_text(db->lock_key, number);
    params[0] = number;
    db->lock_key = NULL;
    ignored = calloc(1, sizeof *ignored);
    if (ignored == NULL)
        return; /* the lock goes with the connection */
    if (db_postgres_io_run(db,
                           "SELECT pg_catalog.pg_advisory_unlock($1::"
                           "pg_catalog.int8)",
                           1, params, &result, ignored) == 0)
        libpq.PQclear(result);
    free(ignored);
}
