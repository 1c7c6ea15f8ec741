/* Steps that commit in batches: each batch with the place behind it. */
#include "run/journal_parts.h"

#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>

/* how long a batch may go on after a signal, in milliseconds */
#define GRACE_MS 700

static void hold(struct journal *journal, int64_t ms)
{
    struct cancel *cancel = journal->txn->db->options.cancel;

    if (cancel != NULL)
        cancel->grace_ms = ms;
}

static void take(struct journal_batch *batch, const struct progress_row *row)
{
    batch->cursor = row->cursor;
    batch->rows = row->rows >= 0 ? row->rows : 0;
    batch->total = row->total;
}

static int fail_edited(const struct journal *journal,
                       const struct journal_entry *entry, bool tokens,
                       int64_t rows, struct error *err)
{
    char count[JOURNAL_COUNT_SIZE];

    error_set(err, ERROR_REFUSED,
              tokens ? "%s stopped after %s rows, and the file of %s was "
                       "edited since"
                     : "%s stopped after %s rows, and is called with other "
                       "arguments now (%s)",
              entry->name, journal_count(rows, count), journal->revision);
    return error_hint(err,
                      "`luamigrate accept %s` goes on behind the last batch, "
                      "`luamigrate accept --restart %s` begins again",
                      journal->revision, journal->revision);
}

static bool is_edited(const struct journal *journal,
                      const struct progress_row *row)
{
    return row->tokens != NULL && journal->tokens != NULL &&
           !str_equal(row->tokens, journal->tokens);
}

/* A step that an earlier run has begun goes on if it is still the same. */
static int check_same(const struct journal *journal,
                      const struct journal_entry *entry,
                      const struct journal_batch *batch,
                      const struct progress_row *row, struct error *err)
{
    char arguments[PROGRESS_HASH_SIZE];

    snprintf(arguments, sizeof arguments, "%016" PRIx64, batch->arguments);
    if (is_edited(journal, row))
        return fail_edited(journal, entry, true, row->rows, err);
    if (row->arguments != NULL && !str_equal(row->arguments, arguments))
        return fail_edited(journal, entry, false, row->rows, err);
    return 0;
}

static int fail_left(const struct journal *journal,
                     const struct progress_row *row, struct error *err)
{
    char count[JOURNAL_COUNT_SIZE];

    error_set(err, ERROR_REFUSED,
              "%s stopped after %s rows, and %s, which was edited since, does "
              "not come to it any more",
              row->step, journal_count(row->rows, count), journal->revision);
    return error_hint(err,
                      "`luamigrate accept %s` leaves the other rows as they "
                      "are, `luamigrate accept --restart %s` begins again",
                      journal->revision, journal->revision);
}

int journal_batch_left(struct journal *journal, struct error *err)
{
    for (size_t i = 0; i < journal->known_count; i++) {
        const struct progress_row *row = &journal->known[i];

        if (!row->done && row->rows >= 0 && !journal->met[i] &&
            is_edited(journal, row))
            return fail_left(journal, row, err);
    }
    return 0;
}

const char *journal_count(int64_t number, char out[JOURNAL_COUNT_SIZE])
{
    char digits[32];
    int size = snprintf(digits, sizeof digits, "%" PRId64, number);
    size_t used = 0;

    for (int i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0 && digits[i - 1] != '-')
            out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = '\0';
    return out;
}

enum journal_outcome journal_batch_begin(struct journal *journal,
                                         struct journal_entry *entry,
                                         struct journal_batch *batch,
                                         struct error *err)
{
    const struct progress_row *row;
    char count[JOURNAL_COUNT_SIZE];
    enum journal_outcome outcome = journal_find(journal, entry, &row, err);

    batch->cursor = NULL;
    batch->rows = 0;
    batch->total = -1;
    if (outcome != JOURNAL_RUN)
        return outcome;
    journal->begun = true;
    journal->reopened = journal->rereads = false;
    if (row == NULL)
        return JOURNAL_RUN;
    if (check_same(journal, entry, batch, row, err) < 0) {
        journal_blame(journal, entry, err);
        return JOURNAL_ERROR;
    }
    take(batch, row);
    txn_tell(journal->txn, RUN_NOTE,
             arena_printf(journal->txn->arena,
                          "%s goes on behind the first %s rows", entry->name,
                          journal_count(batch->rows, count)));
    return JOURNAL_RUN;
}

/* SQLite has no lock between the batches, and after a lost connection nobody
 * knows which was the last one: the row in the table does. */
static int look_again(struct journal *journal, struct journal_entry *entry,
                      struct journal_batch *batch, bool *done,
                      struct error *err)
{
    struct txn *txn = journal->txn;
    struct progress_row *rows;
    size_t count;

    *done = batch->moved = false;
    if (txn->db->dialect != DIALECT_SQLITE && !journal->rereads)
        return 0;
    if (progress_read(txn->db, txn->tables, &txn->scratch, journal->revision,
                      entry->fingerprint, &rows, &count, err) < 0)
        return -1;
    journal->rereads = false;
    if (count == 0)
        return 0;
    *done = rows[0].done;
    entry->rowcount = rows[0].rowcount;
    if (*done || (str_equal(rows[0].cursor, batch->cursor) &&
                  rows[0].rows == batch->rows))
        return 0;
    batch->moved = true;
    take(batch, &rows[0]);
    if (batch->cursor != NULL) /* outlives this transaction */
        batch->cursor = arena_strdup(txn->arena, batch->cursor);
    return 0;
}

static int open_batch(struct journal *journal, struct journal_entry *entry,
                      struct journal_batch *batch, bool *done,
                      struct error *err)
{
    if (journal_open(journal, err) < 0)
        return -1;
    journal->open = true;
    if (look_again(journal, entry, batch, done, err) < 0)
        return -1;
    return *done ? 0 : journal_guard(journal, DB_GUARD_SCRIPT, err);
}

enum journal_outcome journal_batch_enter(struct journal *journal,
                                         struct journal_entry *entry,
                                         struct journal_batch *batch,
                                         struct error *err)
{
    bool done;

    snprintf(journal->stopped_in, sizeof journal->stopped_in, "%s",
             entry->name);
    journal->stopped = batch->rows;
    if (journal->moved) {
        (void)journal_fail_moved(journal, err);
        return JOURNAL_ERROR;
    }
    if (open_batch(journal, entry, batch, &done, err) < 0)
        return journal_batch_undo(journal, entry, false, err);
    journal->stopped = batch->rows;
    if (done) {
        journal_close(journal);
        journal->retries = false;
        journal->done++;
        journal->stopped = -1;
        return JOURNAL_SKIP;
    }
    hold(journal, GRACE_MS);
    return JOURNAL_RUN;
}

static struct progress_row batch_row(const struct journal *journal,
                                     const struct journal_entry *entry,
                                     const struct journal_batch *batch,
                                     char arguments[PROGRESS_HASH_SIZE],
                                     bool done)
{
    struct progress_row row = journal_row(journal, entry, arguments, done);

    snprintf(arguments, PROGRESS_HASH_SIZE, "%016" PRIx64, batch->arguments);
    row.cursor = batch->cursor;
    row.rows = batch->rows;
    row.total = batch->total;
    return row;
}

/* A connection that was lost in COMMIT is open again by now. */
static int commit(struct journal *journal, const struct journal_entry *entry,
                  struct error *err)
{
    enum txn_outcome outcome = journal_end(journal, entry->name, err);

    if (!journal->txn->reconnected)
        return outcome == TXN_DONE ? 0 : -1;
    journal->rereads = true;
    if (outcome == TXN_MOVED)
        return -1;
    if (!journal->reopened && !journal->sets) {
        journal->reopened = true;
        return 1;
    }
    if (outcome == TXN_DONE)
        error_set(err, ERROR_CONNECTION, "the connection was lost%s",
                  journal->sets ? ": what the revision has set in the session "
                                  "is gone"
                                : " again");
    return -1;
}

/* Returns 1 when the batch is to be entered again. */
static int record(struct journal *journal, struct journal_entry *entry,
                  const struct journal_batch *batch, bool done, bool *again,
                  struct error *err)
{
    struct txn *txn = journal->txn;
    char arguments[PROGRESS_HASH_SIZE];
    struct progress_row row;

    if (txn_keys_check(txn, again, err) < 0)
        return -1;
    if (*again)
        return 1;
    row = batch_row(journal, entry, batch, arguments, done);
    return journal_collect(journal, entry, progress_save, &row, err) < 0
               ? -1
               : commit(journal, entry, err);
}

enum journal_outcome journal_batch_leave(struct journal *journal,
                                         struct journal_entry *entry,
                                         struct journal_batch *batch, bool done,
                                         struct error *err)
{
    bool again = false;
    int status;

    entry->rowcount = batch->rows;
    status = record(journal, entry, batch, done, &again, err);
    if (status < 0)
        return journal_batch_undo(journal, entry, true, err);
    hold(journal, 0);
    if (again)
        journal_close(journal);
    if (status > 0)
        return JOURNAL_AGAIN;
    journal->stopped = done ? -1 : batch->rows;
    journal->done += done;
    return JOURNAL_DONE;
}

/* Opens a lost connection again, once. What the revision has set in the
 * session would be gone: then the next run goes on. */
static bool reopen(struct journal *journal, const struct journal_entry *entry,
                   const struct error *err)
{
    const struct db_driver *driver = journal->txn->db->driver;
    struct error ignored;
    bool committed;

    if (err->code != ERROR_CONNECTION || driver->resolve == NULL ||
        journal->reopened || journal->sets || journal->moved)
        return false;
    journal->reopened = true;
    if (driver->resolve(journal->txn->db, &committed, &ignored) < 0)
        return false;
    journal->rereads = true;
    txn_tell(journal->txn, RUN_NOTE,
             arena_printf(journal->txn->arena,
                          "%s: the connection was lost and is open again",
                          entry->name));
    return true;
}

enum journal_outcome journal_batch_undo(struct journal *journal,
                                        struct journal_entry *entry,
                                        bool repeatable, struct error *err)
{
    hold(journal, 0);
    journal_close(journal);
    if (reopen(journal, entry, err))
        return JOURNAL_AGAIN;
    journal_blame(journal, entry, err);
    if (repeatable && !journal->moved && err->database &&
        txn_retry_wait(&journal->retry, journal->rows, err) > 0)
        return JOURNAL_AGAIN;
    journal->retries = false;
    return JOURNAL_ERROR;
}

void journal_batch_cancel(struct journal *journal)
{
    hold(journal, 0);
    journal_close(journal);
}

void journal_sets(struct journal *journal)
{
    journal->sets = true;
}
