#include "run/journal_parts.h"

#include "base/clock.h"
#include "base/str.h"
#include "run/txn_parts.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct db *journal_db(struct journal *journal)
{
    return journal->txn->db;
}

/* --- which step it is --- */

static struct place *numbers_find(const struct numbers *numbers, uint64_t key)
{
    size_t at = (size_t)(key % numbers->capacity);

    while (numbers->items[at].key != 0 && numbers->items[at].key != key)
        at = (at + 1) % numbers->capacity;
    return &numbers->items[at];
}

static void numbers_grow(struct numbers *numbers, struct arena *arena)
{
    struct numbers larger = {.capacity = numbers->capacity * 2 + 61};

    larger.items = arena_array(arena, struct place, larger.capacity);
    for (size_t i = 0; i < numbers->capacity; i++)
        if (numbers->items[i].key != 0)
            *numbers_find(&larger, numbers->items[i].key) = numbers->items[i];
    numbers->items = larger.items;
    numbers->capacity = larger.capacity;
}

/* The number of `key`, 0 when it is new. */
static uint64_t *numbers_at(struct numbers *numbers, struct arena *arena,
                            uint64_t key)
{
    struct place *place;

    key += key == 0;
    if (numbers->count * 2 >= numbers->capacity)
        numbers_grow(numbers, arena);
    place = numbers_find(numbers, key);
    numbers->count += place->key == 0;
    place->key = key;
    return &place->number;
}

/* Gives the entry its fingerprint, once. */
static int number_entry(struct journal *journal, struct journal_entry *entry,
                        struct error *err)
{
    const char *direction = direction_name(journal->step->direction);
    uint64_t hash = str_hash(STR_HASH_START, direction, strlen(direction) + 1);
    uint64_t before;

    if (entry->numbered)
        return 0;
    hash = str_hash(hash, entry->named ? "n" : "c", 1);
    hash = str_hash(hash, &entry->arguments, sizeof entry->arguments);
    before = (*numbers_at(&journal->seen, journal->txn->arena, hash))++;
    if (entry->named && before > 0)
        return error_set(err, ERROR_FAILED,
                         "two steps have the name '%s': a step is known by its "
                         "name",
                         entry->name);
    hash = str_hash(hash, &before, sizeof before);
    snprintf(entry->fingerprint, sizeof entry->fingerprint, "%016" PRIx64,
             hash);
    entry->numbered = true;
    return 0;
}

/* The row of the step, from an earlier run. */
static const struct progress_row *find(struct journal *journal,
                                       const struct journal_entry *entry)
{
    uint64_t number = *numbers_at(&journal->places, journal->txn->arena,
                                  strtoull(entry->fingerprint, NULL, 16));

    return number > 0 ? &journal->known[number - 1] : NULL;
}

struct progress_row journal_row(const struct journal *journal,
                                const struct journal_entry *entry,
                                char arguments[PROGRESS_HASH_SIZE], bool done)
{
    struct progress_row row = {.revision = journal->revision,
                               .step = entry->name,
                               .fingerprint = entry->fingerprint,
                               .arguments = arguments,
                               .tokens = journal->tokens,
                               .done = done,
                               .rowcount = entry->rowcount,
                               .rows = -1,
                               .total = -1};

    snprintf(arguments, PROGRESS_HASH_SIZE, "%016" PRIx64, entry->arguments);
    return row;
}

/* --- a step in its transaction --- */

/* SQLite has no lock between the steps: another runner may have done it. */
static int look_again(struct journal *journal, struct journal_entry *entry,
                      bool *done, struct error *err)
{
    struct txn *txn = journal->txn;
    struct progress_row *rows;
    size_t count;

    *done = false;
    if (txn->db->dialect != DIALECT_SQLITE)
        return 0;
    if (progress_read(txn->db, txn->tables, &txn->scratch, journal->revision,
                      entry->fingerprint, &rows, &count, err) < 0)
        return -1;
    if (count == 0)
        return 0;
    *done = true;
    entry->rowcount = rows[0].rowcount;
    journal->done++;
    return 0;
}

static enum journal_outcome enter_plain(struct journal *journal,
                                        struct journal_entry *entry,
                                        struct error *err)
{
    bool done;

    if (journal_open(journal, err) < 0 ||
        look_again(journal, entry, &done, err) < 0) {
        journal_close(journal);
        return JOURNAL_ERROR;
    }
    if (done) {
        journal_close(journal);
        journal->retries = false;
        return JOURNAL_SKIP;
    }
    if (journal_guard(journal, DB_GUARD_SCRIPT, err) < 0) {
        journal_close(journal);
        return JOURNAL_ERROR;
    }
    return JOURNAL_RUN;
}

/* --- the life of a step --- */

void journal_blame(struct journal *journal, const struct journal_entry *entry,
                   const struct error *err)
{
    if (!journal->blamed)
        snprintf(journal->failed, sizeof journal->failed, "%s", entry->name);
    journal->blamed = journal->blamed || err->database;
}

enum journal_outcome journal_find(struct journal *journal,
                                  struct journal_entry *entry,
                                  const struct progress_row **row,
                                  struct error *err)
{
    if (journal->open) /* an error came between: it never ended */
        journal_close(journal);
    journal->stopped = -1;
    *row = NULL;
    if (journal->moved) {
        (void)journal_fail_moved(journal, err);
        return JOURNAL_ERROR;
    }
    if (number_entry(journal, entry, err) < 0)
        return JOURNAL_ERROR;
    *row = find(journal, entry);
    if (*row != NULL)
        journal->met[*row - journal->known] = true;
    entry->rowcount = 0;
    if (*row == NULL || !(*row)->done)
        return JOURNAL_RUN;
    entry->rowcount = (*row)->rowcount;
    return JOURNAL_SKIP;
}

enum journal_outcome journal_enter(struct journal *journal,
                                   struct journal_entry *entry,
                                   struct error *err)
{
    const struct progress_row *row;
    enum journal_outcome outcome = journal_find(journal, entry, &row, err);

    if (outcome != JOURNAL_RUN)
        return outcome;
    journal->begun = true;
    outcome = entry->sql != NULL
                  ? journal_alone_enter(journal, entry, row != NULL, err)
                  : enter_plain(journal, entry, err);
    journal->open = outcome == JOURNAL_RUN;
    if (outcome == JOURNAL_ERROR)
        journal_blame(journal, entry, err);
    return outcome;
}

/* Nobody else can have changed the rows: the step has the fence. */
int journal_collect(struct journal *journal, const struct journal_entry *entry,
                    journal_write *write, const struct progress_row *row,
                    struct error *err)
{
    struct txn *txn = journal->txn;
    struct db_ticket rows = {.answered = false};
    int status = version_compare(txn->db, txn->tables, &txn->scratch,
                                 journal->rows, &rows, err);

    if (status == 0)
        status = write(txn->db, txn->tables, &txn->scratch, row, err);
    if (status == 0)
        status = txn->db->driver->collect(txn->db, err);
    if (status == 0 && version_moved(&rows)) {
        error_set(err, ERROR_FAILED, "%s has changed the rows of %s",
                  entry->name, txn->tables->version_table);
        error_hint(err, "leave that table to luamigrate");
        status = -1;
    }
    if (!rows.answered)
        txn->db->driver->forget(txn->db, &rows);
    if (status < 0)
        txn_blame(txn, entry->name, err);
    return status;
}

static int record(struct journal *journal, struct journal_entry *entry,
                  bool *again, struct error *err)
{
    struct txn *txn = journal->txn;
    char arguments[PROGRESS_HASH_SIZE];
    struct progress_row row;

    if (txn_keys_check(txn, again, err) < 0)
        return -1;
    if (*again)
        return 0;
    row = journal_row(journal, entry, arguments, true);
    if (journal_collect(journal, entry, progress_add, &row, err) < 0)
        return -1;
    if (journal_commit(journal, entry->name, err) < 0) {
        txn_blame(txn, entry->name, err);
        return -1;
    }
    journal->done++;
    return 0;
}

enum journal_outcome journal_leave(struct journal *journal,
                                   struct journal_entry *entry,
                                   int64_t rowcount, struct error *err)
{
    enum journal_outcome outcome;
    bool again = false;

    entry->rowcount = rowcount;
    if (entry->sql != NULL &&
        journal->txn->db->driver->collect(journal->txn->db, err) < 0) {
        outcome = journal_undo(journal, entry, false, err);
    } else if (entry->sql != NULL) {
        outcome = journal_alone_leave(journal, entry, err);
        journal->open = false;
    } else if (record(journal, entry, &again, err) < 0) {
        outcome = journal_undo(journal, entry, true, err);
    } else if (again) {
        journal_close(journal);
        outcome = JOURNAL_AGAIN;
    } else {
        outcome = JOURNAL_DONE;
    }
    if (outcome == JOURNAL_ERROR)
        journal_blame(journal, entry, err);
    return outcome;
}

enum journal_outcome journal_undo(struct journal *journal,
                                  struct journal_entry *entry, bool repeatable,
                                  struct error *err)
{
    journal_blame(journal, entry, err);
    if (entry->sql != NULL) {
        journal_alone_undo(journal, entry, err);
        return JOURNAL_ERROR;
    }
    journal_close(journal);
    if (repeatable && !journal->moved && err->database &&
        txn_retry_wait(&journal->retry, journal->rows, err) > 0)
        return JOURNAL_AGAIN;
    journal->retries = false;
    return JOURNAL_ERROR;
}

/* --- the revision --- */

static int check_pooler(const struct journal *journal, struct error *err)
{
    if (!journal->txn->db->pooled)
        return 0;
    error_set(err, ERROR_REFUSED,
              "%s has transaction = false, and the connection goes through a "
              "pooler, which lends its servers for a transaction each",
              journal->revision);
    return error_hint(err, "connect to the server itself (or to a pool in "
                           "session mode)");
}

/* Reads what earlier runs have done. */
static int read_known(struct journal *journal, struct error *err)
{
    struct txn *txn = journal->txn;

    if (progress_look(txn->db, txn->tables, &txn->scratch, &journal->exists,
                      err) < 0)
        return -1;
    if (journal->exists &&
        progress_read(txn->db, txn->tables, txn->arena, journal->revision, NULL,
                      &journal->known, &journal->known_count, err) < 0)
        return -1;
    journal->met = arena_array(txn->arena, bool, journal->known_count + 1);
    for (size_t i = 0; i < journal->known_count; i++) {
        const struct progress_row *row = &journal->known[i];

        if (row->fingerprint == NULL)
            continue;
        *numbers_at(&journal->places, txn->arena,
                    strtoull(row->fingerprint, NULL, 16)) = i + 1;
        journal->done += row->done;
    }
    journal->begun = journal->known_count > 0;
    if (journal->done > 0)
        txn_tell(txn, RUN_NOTE,
                 arena_printf(txn->arena,
                              "%s goes on: %zu step%s of an earlier run %s "
                              "done",
                              journal->revision, journal->done,
                              journal->done == 1 ? "" : "s",
                              journal->done == 1 ? "is" : "are"));
    return 0;
}

/* "stopped after 41,000 rows; run again to go on" */
static void say_stopped(const struct journal *journal, struct error *err)
{
    char count[JOURNAL_COUNT_SIZE], *before;

    if (journal->stopped < 0)
        return;
    before = arena_strdup(journal->txn->arena, err->message);
    snprintf(err->message, sizeof err->message,
             "%s: %s stopped after %s rows; run again to go on", before,
             journal->stopped_in, journal_count(journal->stopped, count));
}

/* Gives the error its code, and says what is done and what to do. */
static void judge(struct journal *journal, struct error *err)
{
    const char *command = direction_name(journal->step->direction);
    bool nothing = journal->done == 0 && journal->stopped <= 0;

    switch (err->code) {
    case ERROR_SIGNAL:
    case ERROR_CONNECTION:
    case ERROR_UNKNOWN_COMMIT:
        say_stopped(journal, err);
        if (journal->begun)
            err->code = ERROR_INTERRUPTED;
        break;
    case ERROR_LIMIT:
    case ERROR_IO:
    case ERROR_SECURITY:
    case ERROR_REFUSED:
        break;
    case ERROR_LOCKED:
        if (nothing)
            break;
        /* fall through */
    default:
        err->code = ERROR_PARTIAL;
    }
    snprintf(err->state, sizeof err->state,
             "%zu step%s of %.60s %s done%s%s%.80s; the next `luamigrate %s` "
             "%s",
             journal->done, journal->done == 1 ? "" : "s", journal->revision,
             journal->done == 1 ? "is" : "are",
             nothing              ? ""
             : journal->done == 1 ? " and stays done"
                                  : " and stay done",
             journal->failed[0] != '\0' ? ", it stopped in " : "",
             journal->failed, command,
             nothing ? "begins it again" : "goes on from there");
}

/* Nothing is known of the steps of earlier runs. */
static void judge_unread(struct error *err)
{
    if (err->code == ERROR_FAILED)
        err->code = ERROR_PARTIAL;
    snprintf(err->state, sizeof err->state,
             "this run changed nothing; steps that earlier ones have done "
             "stay done");
}

/* The header's statement_timeout is the session's, as if the script had set it
 * in its first line: it counts between the steps and for what runs outside of
 * transactions too, and the script may set another one. */
static int set_timeout(struct journal *journal, struct error *err)
{
    double seconds = journal->step->node->revision->statement_timeout;
    struct db_statement statement = {.sql = NULL};
    struct db_result ignored;

    if (seconds < 0 || journal->txn->db->dialect == DIALECT_SQLITE)
        return 0;
    statement.sql = arena_printf(
        journal->txn->arena, "SET statement_timeout = %.0f",
        seconds * 1000 > INT32_MAX ? INT32_MAX : ceil(seconds * 1000));
    statement.size = strlen(statement.sql);
    return db_execute(journal->txn->db, &statement, &ignored, err);
}

/* Runs the script between the steps; the guard is off behind it. */
static int run_script(struct journal *journal, struct error *err)
{
    const struct run_hooks *hooks = journal->txn->hooks;
    struct error ignored;
    int status = journal_guard(journal, DB_GUARD_READ, err);

    if (status == 0)
        status = set_timeout(journal, err);
    if (status == 0)
        status = hooks->journal(hooks->context, journal->step, journal, err);
    if (journal->open)
        journal_close(journal);
    txn_close(journal->txn);
    journal->txn->keeps = false;
    if (journal_guard(journal, DB_GUARD_OFF, status == 0 ? err : &ignored) < 0)
        status = -1;
    return status;
}

/* The last transaction: what makes the revision applied. */
static enum txn_outcome finish(struct journal *journal, double started,
                               double duration_ms, struct error *err)
{
    struct txn *txn = journal->txn;
    enum txn_outcome outcome = TXN_DONE;
    int64_t count;

    journal->failed[0] = '\0';
    journal->retries = false;
    if (journal_begin(journal, err) < 0)
        return journal->moved ? TXN_MOVED : TXN_ERROR;
    if (txn_record(txn, journal->step, journal->rows, started, duration_ms,
                   err) < 0 ||
        progress_forget(txn->db, txn->tables, &txn->scratch, journal->revision,
                        NULL, &count, err) < 0)
        outcome = txn_fail(txn, journal->rows, err);
    else
        outcome = txn_commit(txn, journal->revision, journal->rows, err);
    return outcome;
}

static enum txn_outcome carry_out(struct journal *journal, double *duration_ms,
                                  struct error *err)
{
    double started = clock_now();
    int64_t start_us = clock_us();

    journal->txn->keeps = true;
    if (run_script(journal, err) < 0)
        return journal->moved ? TXN_MOVED : TXN_ERROR;
    if (journal->moved)
        return TXN_MOVED;
    if (journal_batch_left(journal, err) < 0 ||
        journal_alone_sweep(journal, err) < 0)
        return TXN_ERROR;
    *duration_ms = (double)(clock_us() - start_us) / 1000;
    return finish(journal, started, *duration_ms, err);
}

enum txn_outcome journal_step(struct txn *txn, const struct plan_step *step,
                              const struct names *rows, double *duration_ms,
                              struct error *err)
{
    const struct revision *revision = step->node->revision;
    struct journal journal = {.txn = txn,
                              .step = step,
                              .rows = rows,
                              .revision = revision->id,
                              .stopped = -1};
    enum txn_outcome outcome = TXN_ERROR;

    journal.tokens = txn->hooks->checksum(txn->hooks->context, revision);
    if (check_pooler(&journal, err) != 0) {
        outcome = TXN_ERROR;
    } else if (read_known(&journal, err) != 0) {
        judge_unread(err);
    } else {
        outcome = carry_out(&journal, duration_ms, err);
        if (outcome == TXN_ERROR) {
            txn_blame(txn, revision->id, err);
            judge(&journal, err);
        }
    }
    txn->keeps = false;
    arena_clear(&txn->scratch);
    if (outcome == TXN_ERROR && err->revision[0] == '\0')
        snprintf(err->revision, sizeof err->revision, "%s", revision->id);
    return outcome;
}
