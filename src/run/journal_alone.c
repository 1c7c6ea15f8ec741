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
    int status = 0;

    if (add)
        status = alone_mark(txn->db, entry->sql, txn->arena, &row.cursor, err);
    if (status == 0)
        status = journal_open(journal, err);
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

/* Removes what a build of an earlier run has left, if it is invalid. The row
 * counts as seen to. */
static int drop_left(struct journal *journal, size_t at, struct error *err)
{
    struct progress_row *row = &journal->known[at];
    struct txn *txn = journal->txn;
    enum alone_state state;
    const char *drop, *mark = row->cursor;

    journal->met[at] = true;
    if (alone_look(txn->db, mark, txn->arena, &state, &drop, err) < 0)
        return -1;
    if (state != ALONE_INVALID)
        return 0;
    txn_tell(txn, RUN_NOTE,
             arena_printf(txn->arena,
                          "the step %s, which is in the script no more, has "
                          "left an invalid index: it is dropped (%s)",
                          row->step, drop));
    return run_own(journal, drop, err);
}

/* Whether an earlier run has begun it, and this one has not come to it. */
static bool is_left(const struct journal *journal, size_t at)
{
    const struct progress_row *row = &journal->known[at];

    return !row->done && row->rows < 0 && !journal->met[at];
}

/* The name that the index shall have may be that of one which was left invalid
 * by the same step as it was before it was edited. */
static int drop_namesake(struct journal *journal,
                         const struct journal_entry *entry, struct error *err)
{
    struct txn *txn = journal->txn;

    for (size_t i = 0; i < journal->known_count; i++) {
        const char *mark = journal->known[i].cursor;

        if (!is_left(journal, i) || mark == NULL ||
            !alone_same_index(txn->db, entry->sql, mark, txn->arena))
            continue;
        if (journal_guard(journal, DB_GUARD_SCRIPT, err) < 0 ||
            drop_left(journal, i, err) < 0)
            return -1;
    }
    return 0;
}

int journal_alone_sweep(struct journal *journal, struct error *err)
{
    struct txn *txn = journal->txn;
    int status = 0;

    for (size_t i = 0; status == 0 && i < journal->known_count; i++) {
        if (!is_left(journal, i))
            continue;
        if (journal->known[i].cursor == NULL) {
            txn_tell(txn, RUN_NOTE,
                     arena_printf(txn->arena,
                                  "the step %s was begun by an earlier run and "
                                  "is in the script no more: look whether it "
                                  "has left something",
                                  journal->known[i].step));
            continue;
        }
        status = lift_lock_timeout(journal, err);
        if (status == 0)
            status = drop_left(journal, i, err);
        if (status == 0)
            status = put_lock_timeout_back(journal, err);
    }
    return status;
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
    else if (drop_namesake(journal, entry, err) < 0 ||
             drop_hiding(journal, entry, err) < 0 ||
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

/* The name is taken by an invalid index that is not ours, or the build has left
 * one. */
static void explain(struct journal *journal, const struct journal_entry *entry,
                    struct error *why)
{
    struct txn *txn = journal->txn;
    struct error ignored;
    enum alone_state state;
    const char *drop;

    if (!why->database || why->code == ERROR_CONNECTION ||
        alone_look(txn->db, entry->sql, txn->arena, &state, &drop, &ignored) <
            0 ||
        state != ALONE_INVALID)
        return;
    if (alone_leaves(txn->db, entry->sql, txn->arena, why))
        error_hint(why,
                   "it has left an invalid index: mend what the message says, "
                   "and the next `luamigrate %s` drops it and builds it again",
                   direction_name(journal->step->direction));
    else
        error_hint(why,
                   "an invalid index has the name, left by a build that was "
                   "cut short elsewhere: remove it with `%s`, then run the "
                   "command again",
                   drop);
}

void journal_alone_undo(struct journal *journal, struct journal_entry *entry,
                        struct error *why)
{
    struct txn *txn = journal->txn;
    struct error ignored;
    int64_t count;

    journal_close(journal);
    (void)put_lock_timeout_back(journal, &ignored);
    explain(journal, entry, why);
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
