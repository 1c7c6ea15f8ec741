/* The steps that are statements which cannot run in a transaction. */
#include "run/journal_parts.h"

#include "run/alone.h"

#include <string.h>

/* Writes the row of a lonely statement: begun (`add`) or done. */
static int write_alone(struct journal *journal, struct journal_entry *entry,
                       bool add, struct error *err)
{
    struct txn *txn = journal->txn;
    char arguments[PROGRESS_HASH_SIZE];
    struct progress_row row = journal_row(journal, entry, arguments, !add);
    int status = journal_open(journal, err);

    if (status == 0)
        status =
            add ? progress_add(txn->db, txn->tables, &txn->scratch, &row, err)
                : progress_finish(txn->db, txn->tables, &txn->scratch, &row,
                                  err);
    if (status < 0) {
        journal_close(journal);
        return -1;
    }
    if (journal_commit(journal, entry->name, err) < 0)
        return -1;
    journal->done += !add;
    return 0;
}

static int run_own(struct journal *journal, const char *sql, struct error *err)
{
    struct db_statement statement = {
        .sql = sql, .size = strlen(sql), .own = true};
    struct db_result ignored;

    return db_execute(journal->txn->db, &statement, &ignored, err);
}

/* Building an index waits for every older transaction of others: no lock
 * timeout may leave an invalid one behind. */
static int lift_lock_timeout(struct journal *journal, struct error *err)
{
    static const char show[] =
        "SELECT pg_catalog.current_setting('lock_timeout')";
    struct db_statement query = {
        .sql = show, .size = sizeof show - 1, .own = true};
    struct value value;

    journal->lock_timeout = NULL;
    if (journal->txn->db->dialect == DIALECT_SQLITE)
        return 0;
    if (db_query_one(journal->txn->db, &query, journal->txn->arena, &value,
                     err) < 0)
        return -1;
    if (value.kind == VALUE_TEXT)
        journal->lock_timeout = value.text.data;
    return run_own(journal, "SET lock_timeout = 0", err);
}

static int put_lock_timeout_back(struct journal *journal, struct error *err)
{
    const char *value = journal->lock_timeout;

    journal->lock_timeout = NULL;
    if (value == NULL)
        return 0;
    return run_own(
        journal,
        arena_printf(journal->txn->arena, "SET lock_timeout = '%s'", value),
        err);
}

/* Building an index concurrently waits, without a limit, for the transactions
 * that are older: says whose they are. */
static int tell_older(struct journal *journal,
                      const struct journal_entry *entry, struct error *err)
{
    static const char sql[] =
        "SELECT pg_catalog.string_agg(x.one, '\n') FROM (SELECT 'pid ' ||"
        " pid::pg_catalog.text"
        " || coalesce(' (' || nullif(application_name, '') || ')', '')"
        " || coalesce(', ' || state, '') || ' for ' ||"
        " pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()"
        " - xact_start)::pg_catalog.int8::pg_catalog.text || ' s' AS one"
        " FROM pg_catalog.pg_stat_activity"
        " WHERE datname = pg_catalog.current_database()"
        " AND pid <> pg_catalog.pg_backend_pid()"
        " AND (backend_xid IS NOT NULL OR backend_xmin IS NOT NULL)"
        " AND pg_catalog.clock_timestamp() - xact_start > interval '0.5 s'"
        " ORDER BY xact_start LIMIT 5) AS x";
    struct txn *txn = journal->txn;
    struct db_statement query = {
        .sql = sql, .size = sizeof sql - 1, .own = true};
    struct value value;

    if (txn->db->dialect == DIALECT_SQLITE ||
        strcasestr(entry->sql, "concurrently") == NULL)
        return 0;
    if (db_query_one(txn->db, &query, txn->arena, &value, err) < 0)
        return -1;
    if (value.kind == VALUE_TEXT)
        txn_tell(txn, RUN_WAITING,
                 arena_printf(txn->arena,
                              "%s waits for the end of older transactions: %s",
                              entry->name, value.text.data));
    return 0;
}

static int fail_unknown(const struct journal *journal,
                        const struct journal_entry *entry, struct error *err)
{
    error_set(err, ERROR_PARTIAL,
              "the step %s was begun by an earlier run, and nothing tells "
              "whether it was carried out",
              entry->name);
    return error_hint(err,
                      "look at the database; when its work is there (or was "
                      "done by hand), `luamigrate accept %s` goes on behind "
                      "it; `luamigrate accept --restart %s` forgets every "
                      "step of the revision",
                      journal->revision, journal->revision);
}

static int drop_invalid(struct journal *journal, const char *drop,
                        struct error *err)
{
    txn_tell(journal->txn, RUN_NOTE,
             arena_printf(journal->txn->arena,
                          "the index was left invalid when it was built: it "
                          "is dropped and built again (%s)",
                          drop));
    return journal_guard(journal, DB_GUARD_SCRIPT, err) < 0
               ? -1
               : run_own(journal, drop, err);
}

/* What to do with a statement whose row says that it was begun. */
static enum journal_outcome resume_alone(struct journal *journal,
                                         struct journal_entry *entry,
                                         struct error *err)
{
    enum alone_state state;
    const char *drop;

    if (alone_look(journal->txn->db, entry->sql, journal->txn->arena, &state,
                   &drop, err) < 0)
        return JOURNAL_ERROR;
    switch (state) {
    case ALONE_DONE:
        entry->rowcount = 0;
        return write_alone(journal, entry, false, err) < 0 ? JOURNAL_ERROR
                                                           : JOURNAL_SKIP;
    case ALONE_INVALID:
        return drop_invalid(journal, drop, err) < 0 ? JOURNAL_ERROR
                                                    : JOURNAL_RUN;
    case ALONE_REPEAT:
        return JOURNAL_RUN;
    case ALONE_UNKNOWN:
        break;
    }
    fail_unknown(journal, entry, err);
    return JOURNAL_ERROR;
}

/* IF NOT EXISTS takes an invalid index for the wanted one. */
static int drop_hiding(struct journal *journal, struct journal_entry *entry,
                       struct error *err)
{
    enum alone_state state;
    const char *drop;

    if (!alone_hides(journal->txn->db, entry->sql, journal->txn->arena))
        return 0;
    if (alone_look(journal->txn->db, entry->sql, journal->txn->arena, &state,
                   &drop, err) < 0)
        return -1;
    return state == ALONE_INVALID ? drop_invalid(journal, drop, err) : 0;
}

enum journal_outcome journal_alone_enter(struct journal *journal,
                                         struct journal_entry *entry,
                                         bool started, struct error *err)
{
    enum journal_outcome outcome = JOURNAL_RUN;

    if (lift_lock_timeout(journal, err) < 0)
        return JOURNAL_ERROR;
    if (started)
        outcome = resume_alone(journal, entry, err);
    else if (drop_hiding(journal, entry, err) < 0 ||
             write_alone(journal, entry, true, err) < 0)
        outcome = JOURNAL_ERROR;
    if (outcome == JOURNAL_RUN &&
        (tell_older(journal, entry, err) < 0 ||
         journal_guard(journal, DB_GUARD_SCRIPT, err) < 0))
        outcome = JOURNAL_ERROR;
    if (outcome != JOURNAL_RUN) {
        struct error ignored;

        (void)put_lock_timeout_back(journal, &ignored);
    }
    return outcome;
}

/* The statement said that it worked; the catalog has the last word. */
static int check_alone(struct journal *journal, struct journal_entry *entry,
                       struct error *err)
{
    enum alone_state state;
    const char *drop;

    if (alone_look(journal->txn->db, entry->sql, journal->txn->arena, &state,
                   &drop, err) < 0)
        return -1;
    if (state != ALONE_INVALID)
        return 0;
    return error_set(err, ERROR_FAILED, "%s: the index is there, but invalid",
                     entry->name);
}

enum journal_outcome journal_alone_leave(struct journal *journal,
                                         struct journal_entry *entry,
                                         struct error *err)
{
    if (journal_guard(journal, DB_GUARD_READ, err) < 0 ||
        put_lock_timeout_back(journal, err) < 0 ||
        check_alone(journal, entry, err) < 0 ||
        write_alone(journal, entry, false, err) < 0)
        return JOURNAL_ERROR;
    return JOURNAL_DONE;
}

/* After a statement that failed: its row goes when it can have left nothing,
 * so that a mended script runs it again. */
void journal_alone_undo(struct journal *journal, struct journal_entry *entry,
                        const struct error *why)
{
    struct txn *txn = journal->txn;
    struct error ignored;
    int64_t count;

    journal_close(journal);
    (void)put_lock_timeout_back(journal, &ignored);
    if (alone_leaves(txn->db, entry->sql, txn->arena, why))
        return;
    if (journal_open(journal, &ignored) < 0 ||
        progress_forget(txn->db, txn->tables, &txn->scratch, journal->revision,
                        entry->fingerprint, &count, &ignored) < 0) {
        journal_close(journal);
        return;
    }
    (void)journal_commit(journal, entry->name, &ignored);
}
