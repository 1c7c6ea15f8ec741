/* The life of a revision with transaction = false: a list of steps, each done
 * exactly once (guarantees.md G9). A step's effect and its row in
 * luamigrate_progress commit together; a statement that cannot run in a
 * transaction has a row before it runs, and the catalog says what became of
 * it. At the end one transaction changes the version rows, adds the history
 * row and deletes the rows of the steps. */
#ifndef RUN_JOURNAL_H
#define RUN_JOURNAL_H

#include "run/progress.h"
#include "run/txn.h"

#include <stdbool.h>
#include <stdint.h>

struct journal;

/* Carries out a revision of steps, as txn_step does one in a transaction.
 * Errors: ERROR_PARTIAL; ERROR_INTERRUPTED for a signal or a lost connection
 * once a step has begun; ERROR_REFUSED behind a pooler. */
enum txn_outcome journal_step(struct txn *txn, const struct plan_step *step,
                              const struct names *rows, double *duration_ms,
                              struct error *err);

/* One step, in memory of the caller. */
struct journal_entry {
    /* set by the caller */
    char name[256];     /* as shown: "op.add_column users" */
    bool named;         /* known by its name alone: op.step */
    uint64_t arguments; /* hash of function and arguments */
    const char *sql;    /* not NULL: it runs alone, outside a transaction */
    /* set by journal_enter */
    bool numbered;
    char fingerprint[PROGRESS_HASH_SIZE];
    int64_t rowcount; /* JOURNAL_SKIP: as it was */
};

enum journal_outcome {
    JOURNAL_ERROR = -1,
    JOURNAL_RUN,  /* the transaction is open: run it, then journal_leave */
    JOURNAL_SKIP, /* done by an earlier run */
    JOURNAL_DONE,
    JOURNAL_AGAIN /* rolled back: enter it again */
};

struct db *journal_db(struct journal *journal);

/* Begins a step. The entry is the same when it is entered again. */
enum journal_outcome journal_enter(struct journal *journal,
                                   struct journal_entry *entry,
                                   struct error *err);
/* Commits it, with the rows that it changed. On error it is undone. */
enum journal_outcome journal_leave(struct journal *journal,
                                   struct journal_entry *entry,
                                   int64_t rowcount, struct error *err);
/* Undoes a step that failed with `err` (its code, sqlstate count).
 * JOURNAL_AGAIN: it met a lock or a deadlock, has waited and may be entered
 * again (`repeatable`: running it again does the same); else JOURNAL_ERROR,
 * `err` being final. */
enum journal_outcome journal_undo(struct journal *journal,
                                  struct journal_entry *entry, bool repeatable,
                                  struct error *err);

/* A step that commits in batches (journal_batch.c). */
struct journal_batch {
    uint64_t arguments; /* hash of what an unfinished step remembers */
    /* behind the batch that runs; before it: as it was committed */
    const char *cursor; /* NULL: from the start */
    int64_t rows, total;
    bool moved; /* journal_batch_enter has found another place */
};

/* Finds the step; JOURNAL_RUN with the place where it goes on. Errors:
 * ERROR_REFUSED when an unfinished one was edited. */
enum journal_outcome journal_batch_begin(struct journal *journal,
                                         struct journal_entry *entry,
                                         struct journal_batch *batch,
                                         struct error *err);
/* Opens the transaction of the next batch. From here until it ends a signal
 * waits, 0.7 s at most. JOURNAL_AGAIN: enter again. */
enum journal_outcome journal_batch_enter(struct journal *journal,
                                         struct journal_entry *entry,
                                         struct journal_batch *batch,
                                         struct error *err);
/* Commits the batch with its place; `done`: the step with it. After
 * JOURNAL_AGAIN it is entered again, perhaps at another place. */
enum journal_outcome journal_batch_leave(struct journal *journal,
                                         struct journal_entry *entry,
                                         struct journal_batch *batch, bool done,
                                         struct error *err);
/* As journal_undo; a lost connection is opened again, once. */
enum journal_outcome journal_batch_undo(struct journal *journal,
                                        struct journal_entry *entry,
                                        bool repeatable, struct error *err);
/* Rolls the batch back, to enter it again. */
void journal_batch_cancel(struct journal *journal);

/* The script has set something in the session, which a new connection would
 * not have. */
void journal_sets(struct journal *journal);

/* "41,000" */
#define JOURNAL_COUNT_SIZE 48
const char *journal_count(int64_t number, char out[JOURNAL_COUNT_SIZE]);

#endif
