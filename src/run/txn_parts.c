#include "run/txn_parts.h"

#include "base/clock.h"
#include "base/str.h"
#include "ddl/ddl.h"
#include "run/history.h"
#include "run/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void txn_state(struct error *err, const char *what, const struct names *rows)
{
    size_t used;

    snprintf(err->state, sizeof err->state, "%s; the database is at ", what);
    if (rows->count == 0)
        strncat(err->state, "base", sizeof err->state - strlen(err->state) - 1);
    for (size_t i = 0; i < rows->count; i++) {
        used = strlen(err->state);
        snprintf(err->state + used, sizeof err->state - used, "%s%s",
                 i > 0 ? ", " : "", rows->items[i]);
    }
}

/* Whether the database says that a table or a column is not there. */
static bool is_missing(const struct txn *txn, const struct error *err)
{
    if (txn->db->dialect == DIALECT_POSTGRESQL)
        return str_equal(err->sqlstate, "42P01") ||
               str_equal(err->sqlstate, "42703");
    return strstr(err->message, "no such table") != NULL ||
           strstr(err->message, "no such column") != NULL ||
           strstr(err->message, "has no column named") != NULL;
}

void txn_blame(const struct txn *txn, const char *what, struct error *err)
{
    const char *const names[] = {txn->tables->version_table,
                                 "luamigrate_history", "luamigrate_progress"};
    const char *name = NULL;
    char why[256];

    /* statements of a script have the place of their line */
    if (err->code != ERROR_FAILED || !err->database || err->file[0] != '\0' ||
        !is_missing(txn, err))
        return;
    for (size_t i = sizeof names / sizeof names[0]; i-- > 0;)
        if (strstr(err->sql, names[i]) != NULL)
            name = names[i];
    if (name == NULL)
        return;
    snprintf(why, sizeof why, "%.255s", err->message);
    snprintf(err->message, sizeof err->message,
             "%s has dropped, renamed or altered the table %s: %s", what, name,
             why);
    err->sql[0] = err->hint[0] = '\0';
    error_hint(err, "that table belongs to luamigrate: take the statement out "
                    "of the script; `luamigrate stamp --purge REV` sets the "
                    "version rows anew");
}

void txn_tell(struct txn *txn, enum run_event_kind kind, const char *text)
{
    struct run_event event = {.kind = kind, .text = text};

    txn->hooks->event(txn->hooks->context, &event);
}

static void forget(struct txn *txn, struct db_ticket *ticket)
{
    if (!ticket->answered)
        txn->db->driver->forget(txn->db, ticket);
}

/* Lets go of the tickets: their memory may be used again. */
static void forget_tickets(struct txn *txn)
{
    if (txn->compares)
        forget(txn, &txn->compared);
    if (txn->records)
        forget(txn, &txn->recorded);
    for (struct version_change *change = txn->changes; change != NULL;
         change = change->next)
        forget(txn, &change->ticket);
    txn->compares = txn->records = false;
    txn->changes = NULL;
}

void txn_close(struct txn *txn)
{
    forget_tickets(txn);
    txn->db->driver->rollback(txn->db);
}

static bool moved(const struct txn *txn)
{
    return txn->compares && version_moved(&txn->compared);
}

/* Whether the rows were others than expected. Those of a runner that holds the
 * lock were not compared before the script. */
static bool moved_after_all(struct txn *txn, const struct names *rows,
                            const struct error *err)
{
    struct error ignored;
    struct names found;

    return txn->trusts && err->code == ERROR_FAILED &&
           version_rows(txn->db, txn->tables, &txn->scratch, &found,
                        &ignored) == 0 &&
           !names_same(&found, rows);
}

enum txn_outcome txn_fail(struct txn *txn, const struct names *rows,
                          struct error *err)
{
    bool others = moved(txn) && err->code != ERROR_SIGNAL &&
                  err->code != ERROR_CONNECTION;
    struct error ignored;

    txn_close(txn);
    if (txn->db->driver->guard(txn->db, DB_GUARD_OFF, &ignored) < 0)
        txn->db->driver->rollback(txn->db);
    /* nothing of it has run when the COMMIT before it failed */
    if (!txn->late.waits && (others || moved_after_all(txn, rows, err)))
        return TXN_MOVED;
    if (err->state[0] == '\0')
        txn_state(err, "rolled back", rows);
    return TXN_ERROR;
}

/* The tables are made by the first transaction of the first run. Who finds
 * them made meanwhile takes the fence now. */
static int create_tables(struct txn *txn, struct error *err)
{
    struct db_statement lock = {.own = true};
    struct buf sql;

    if (version_create(txn->db, txn->tables, &txn->scratch, err) < 0 ||
        history_create(txn->db, txn->tables, &txn->scratch, err) < 0)
        return -1;
    if (txn->version_exists || txn->db->dialect == DIALECT_SQLITE)
        return 0;
    buf_init(&sql, &txn->scratch);
    buf_add(&sql, "LOCK TABLE ");
    ddl_qualified(&sql, txn->db->dialect, txn->tables->schema,
                  txn->tables->version_table);
    buf_add(&sql, " IN SHARE ROW EXCLUSIVE MODE NOWAIT");
    lock.sql = sql.data;
    lock.size = sql.size;
    return txn->db->driver->queue(txn->db, &lock, NULL, err);
}

static int open_queued(struct txn *txn, const struct names *rows,
                       struct error *err)
{
    if ((!txn->version_exists || !txn->history_exists) &&
        create_tables(txn, err) < 0)
        return -1;
    if (rows == NULL || txn->trusts)
        return 0;
    txn->compares = true;
    if (version_compare(txn->db, txn->tables, &txn->scratch, rows,
                        &txn->compared, err) < 0)
        return -1;
    /* without the runner's lock others may well have been faster: no script
     * meets a database that is not the one of its plan */
    if (txn->db->pooled && txn->db->driver->collect(txn->db, err) < 0)
        return -1;
    return 0;
}

enum txn_outcome txn_open(struct txn *txn, const struct revision *revision,
                          bool foreign_keys, const struct names *rows,
                          struct error *err)
{
    static const struct names none = {NULL, 0};
    const struct names *at = rows != NULL ? rows : &none;
    struct db_begin how = {.foreign_keys = foreign_keys,
                           .lock_timeout = -1,
                           .statement_timeout = -1};

    if (revision != NULL) {
        how.lock_timeout = revision->lock_timeout;
        /* between steps it is the session's (journal.c) */
        if (!txn->keeps)
            how.statement_timeout = revision->statement_timeout;
    }
    if (txn->version_exists) {
        how.fence_schema = txn->tables->schema;
        how.fence_table = txn->tables->version_table;
    }
    how.keep = txn->keeps;
    txn->duration_ms = -1;
    txn->trusts = rows != NULL && txn->locked && !txn->keeps;
    if (txn->db->driver->begin(txn->db, &how, err) < 0) {
        if (err->code != ERROR_LOCKED)
            txn_state(err, "nothing was changed", at);
        txn_close(txn);
        return TXN_ERROR;
    }
    if (open_queued(txn, rows, err) < 0)
        return txn_fail(txn, at, err);
    if (!moved(txn))
        return TXN_DONE;
    txn_close(txn);
    return TXN_MOVED;
}

int txn_history(struct txn *txn, const struct revision *revision,
                enum direction direction, const char *state, double started,
                double duration_ms, struct error *err)
{
    const struct run_request *request = txn->request;
    bool by_server = duration_ms < 0 && txn->db->dialect == DIALECT_POSTGRESQL;
    char started_at[CLOCK_ISO_SIZE];
    struct history_row row = {
        .revision = revision->id,
        .direction = direction_name(direction),
        .started_at = started_at,
        .duration_ms = duration_ms > 0 ? (int64_t)(duration_ms + 0.5) : 0,
        .actor = request->actor,
        .host = request->host,
        .version = request->version,
        .state = state,
    };

    clock_iso((int64_t)started, started_at);
    row.checksum = txn->hooks->checksum(txn->hooks->context, revision);
    if (by_server) {
        if (txn->records)
            forget(txn, &txn->recorded);
        txn->records = true;
    }
    return history_add(txn->db, txn->tables, &txn->scratch, &row,
                       by_server ? &txn->recorded : NULL, err);
}

int txn_record(struct txn *txn, const struct plan_step *step,
               const struct names *rows, double started, double duration_ms,
               struct error *err)
{
    if (version_change(txn->db, txn->tables, &txn->scratch, rows, &step->gone,
                       &step->come, &txn->changes, err) < 0)
        return -1;
    return txn_history(txn, step->node->revision, step->direction, HISTORY_DONE,
                       started, duration_ms, err);
}

/* The connection was lost in COMMIT: asks what became of it (G6). With
 * TXN_ERROR err->state is set only when that is not known. */
static enum txn_outcome resolve(struct txn *txn, const char *what,
                                struct error *err)
{
    struct error lost = *err;
    bool committed = false;

    if (txn->db->driver->resolve == NULL ||
        txn->db->driver->resolve(txn->db, &committed, err) < 0) {
        if (err->code != ERROR_UNKNOWN_COMMIT)
            *err = lost;
        snprintf(err->state, sizeof err->state,
                 "the outcome of %s is unknown; the next run finds out by "
                 "itself",
                 what);
        return TXN_ERROR;
    }
    txn->reconnected = true;
    if (committed) {
        txn_tell(txn, RUN_NOTE,
                 arena_printf(txn->arena,
                              "the commit of %s was confirmed after the "
                              "connection came back",
                              what));
        return TXN_DONE;
    }
    *err = lost;
    err->code = ERROR_CONNECTION;
    err->hint[0] = '\0';
    error_hint(err, "the server answers again: run the command again");
    return TXN_ERROR;
}

static void on_proven(void *context)
{
    struct txn *txn = context;

    txn->late.waits = false;
    txn->late.proven(txn->late.context);
}

enum txn_outcome txn_settle(struct txn *txn, bool *again, struct error *err)
{
    struct error late;

    if (txn->db->driver->settle(txn->db, &late) == 0)
        return TXN_DONE;
    if (late.code == ERROR_UNKNOWN_COMMIT &&
        resolve(txn, txn->late.what, &late) == TXN_DONE) {
        *again = true;
        on_proven(txn);
        return TXN_DONE;
    }
    txn->late.waits = false;
    *err = late;
    return TXN_BEFORE;
}

/* The answer to the first COMMIT is waited for: whether the tables were made
 * depends on it. */
static int commit(struct txn *txn, const char *what, struct error *err)
{
    const struct db_driver *driver = txn->db->driver;

    if (!txn->late.allowed || driver->commit_later == NULL ||
        !txn->version_exists || !txn->history_exists)
        return driver->commit(txn->db, err);
    txn->late.what = what;
    return driver->commit_later(txn->db, on_proven, txn, &txn->late.waits, err);
}

static int prove(struct txn *txn, struct error *err)
{
    if (txn->db->driver->prove(txn->db, err) < 0)
        return -1;
    if (moved(txn))
        return error_set(err, ERROR_REFUSED, "the version rows changed");
    if (txn->compares && !txn->compared.answered)
        return error_set(err, ERROR_INTERNAL,
                         "the version table gave no answer");
    return version_judge(txn->tables, txn->changes, err);
}

enum txn_outcome txn_commit(struct txn *txn, const char *what,
                            const struct names *rows, struct error *err)
{
    if (prove(txn, err) < 0)
        return txn_fail(txn, rows, err);
    if (txn->records)
        txn->duration_ms = strtod(txn->recorded.text, NULL);
    if (commit(txn, what, err) < 0) {
        if (err->code != ERROR_UNKNOWN_COMMIT)
            return txn_fail(txn, rows, err);
        forget_tickets(txn);
        if (resolve(txn, what, err) != TXN_DONE) {
            if (err->state[0] == '\0')
                txn_state(err, "rolled back", rows);
            return TXN_ERROR;
        }
    }
    forget_tickets(txn);
    txn->version_exists = txn->history_exists = true;
    return TXN_DONE;
}
