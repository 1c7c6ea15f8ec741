/* The transactions of a revision of steps. */
#include "run/journal_parts.h"

int journal_guard(struct journal *journal, enum db_guard guard,
                  struct error *err)
{
    struct db *db = journal->txn->db;

    return db->driver->guard(db, guard, err);
}

void journal_close(struct journal *journal)
{
    struct error ignored;

    txn_close(journal->txn);
    (void)journal_guard(journal, DB_GUARD_READ, &ignored);
    arena_clear(&journal->txn->scratch);
    journal->open = false;
}

int journal_fail_moved(struct journal *journal, struct error *err)
{
    journal->moved = true;
    return error_set(err, ERROR_REFUSED,
                     "another runner has changed the version rows meanwhile");
}

static bool wants_foreign_keys(const struct journal *journal)
{
    const struct revision *revision = journal->step->node->revision;

    if (revision->foreign_keys != TRI_UNSET)
        return revision->foreign_keys == TRI_TRUE;
    return journal->txn->request->foreign_keys;
}

/* The guard stays as it is: what the script has set in the session does too. */
static enum txn_outcome open_once(struct journal *journal, struct error *err)
{
    struct txn *txn = journal->txn;
    enum txn_outcome outcome =
        txn_open(txn, journal->step->node->revision,
                 wants_foreign_keys(journal), journal->rows, err);

    if (outcome != TXN_DONE || journal->exists ||
        progress_create(txn->db, txn->tables, &txn->scratch, err) == 0)
        return outcome;
    txn_close(txn);
    txn_state(err, "rolled back", journal->rows);
    return TXN_ERROR;
}

int journal_begin(struct journal *journal, struct error *err)
{
    struct txn *txn = journal->txn;
    const struct revision *revision = journal->step->node->revision;
    enum txn_outcome outcome;

    if (!journal->retries)
        txn_retry_init(&journal->retry, txn, revision);
    journal->retries = true;
    do {
        txn_retry_begin(&journal->retry);
        outcome = open_once(journal, err);
    } while (outcome == TXN_ERROR &&
             txn_retry_wait(&journal->retry, journal->rows, err) > 0);
    if (outcome == TXN_MOVED)
        return journal_fail_moved(journal, err);
    return outcome == TXN_DONE ? 0 : -1;
}

/* A transaction of PostgreSQL that begins between the steps only reads. */
int journal_open(struct journal *journal, struct error *err)
{
    return journal_guard(journal, DB_GUARD_SCRIPT, err) < 0
               ? -1
               : journal_begin(journal, err);
}

enum txn_outcome journal_end(struct journal *journal, const char *what,
                             struct error *err)
{
    struct error ignored;
    enum txn_outcome outcome;

    journal->txn->reconnected = false;
    outcome = txn_commit(journal->txn, what, journal->rows, err);
    (void)journal_guard(journal, DB_GUARD_READ,
                        outcome == TXN_DONE ? err : &ignored);
    arena_clear(&journal->txn->scratch);
    journal->open = false;
    journal->retries = false;
    if (outcome == TXN_MOVED)
        (void)journal_fail_moved(journal, err);
    if (outcome == TXN_DONE)
        journal->exists = true;
    return outcome;
}

int journal_commit(struct journal *journal, const char *what, struct error *err)
{
    if (journal_end(journal, what, err) != TXN_DONE)
        return -1;
    if (!journal->txn->reconnected)
        return 0;
    journal->done++;
    return error_set(err, ERROR_CONNECTION,
                     "the connection was lost when %s had been committed: what "
                     "the revision has set in the session is gone",
                     what);
}
