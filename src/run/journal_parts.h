/* The parts of a journal: what its files share. */
#ifndef RUN_JOURNAL_PARTS_H
#define RUN_JOURNAL_PARTS_H

#include "run/journal.h"
#include "run/txn_parts.h"

/* Numbers by hash: open addressing. */
struct numbers {
    struct place {
        uint64_t key; /* 0: free */
        uint64_t number;
    } * items;
    size_t count, capacity;
};

struct journal {
    struct txn *txn;
    const struct plan_step *step;
    const struct names *rows;
    const char *revision;
    const char *tokens;
    /* the steps of earlier runs, and where each is among them */
    struct progress_row *known;
    size_t known_count;
    bool *met; /* for each: the script has come to it in this run */
    struct numbers places;
    struct numbers seen; /* how often the same step came in this run */
    size_t done;         /* steps that are done, by whom ever */
    struct txn_retry retry;
    bool retries;     /* the step that runs was tried before */
    bool exists;      /* the progress table */
    bool open;        /* a step runs */
    bool begun;       /* a step has begun, in this run or an earlier one */
    bool moved;       /* another runner was faster */
    char failed[256]; /* the step that failed last */
    bool blamed;      /* it is the one whose error is shown */
    const char *lock_timeout; /* to be put back after a lonely statement */
    /* of a step in batches */
    int64_t stopped;      /* rows that are committed; negative: none stands */
    char stopped_in[256]; /* its name */
    bool reopened;        /* it has lost its connection once */
    bool rereads;         /* only the table knows where it stands */
    bool sets;            /* the revision has set something in the session */
};

int journal_guard(struct journal *journal, enum db_guard guard,
                  struct error *err);
/* Opens a fenced transaction, waiting for the fence, and for others that make
 * the same tables. The second one is for a step: under the guard of scripts. */
int journal_begin(struct journal *journal, struct error *err);
int journal_open(struct journal *journal, struct error *err);
/* Commits what is open; then the script only reads again. The second one
 * refuses to go on after the connection was lost and is open again
 * (txn->reconnected). */
enum txn_outcome journal_end(struct journal *journal, const char *what,
                             struct error *err);
int journal_commit(struct journal *journal, const char *what,
                   struct error *err);
/* Rolls back what is open; the script goes on between the steps, its settings
 * stay. */
void journal_close(struct journal *journal);
/* progress_add or progress_save */
typedef int journal_write(struct db *db, const struct run_tables *tables,
                          struct arena *arena, const struct progress_row *row,
                          struct error *err);
/* Writes the row of a step, waits for that and for what the step has sent, and
 * looks whether it left the version rows alone. */
int journal_collect(struct journal *journal, const struct journal_entry *entry,
                    journal_write *write, const struct progress_row *row,
                    struct error *err);
/* The row of a step. `arguments` is memory for it. */
struct progress_row journal_row(const struct journal *journal,
                                const struct journal_entry *entry,
                                char arguments[PROGRESS_HASH_SIZE], bool done);

/* Numbers the entry and looks for it: JOURNAL_SKIP when it is done, else
 * JOURNAL_RUN with its row (NULL: none). */
enum journal_outcome journal_find(struct journal *journal,
                                  struct journal_entry *entry,
                                  const struct progress_row **row,
                                  struct error *err);
/* The step to be named: the one whose error is shown, which is the first one of
 * the database, else the last one. */
void journal_blame(struct journal *journal, const struct journal_entry *entry,
                   const struct error *err);
/* Another runner was faster. Returns -1. */
int journal_fail_moved(struct journal *journal, struct error *err);

/* journal_alone.c; `started`: an earlier run began it. */
enum journal_outcome journal_alone_enter(struct journal *journal,
                                         struct journal_entry *entry,
                                         bool started, struct error *err);
enum journal_outcome journal_alone_leave(struct journal *journal,
                                         struct journal_entry *entry,
                                         struct error *err);
/* After a statement that failed with `why`, which gets a hint where it left an
 * invalid index or met one: its row goes when it can have left nothing, so that
 * a mended script runs it again. */
void journal_alone_undo(struct journal *journal, struct journal_entry *entry,
                        struct error *why);
/* When the script is over: removes the invalid indexes of builds that earlier
 * runs have begun and that are in the script no more; tells of other such
 * statements. */
int journal_alone_sweep(struct journal *journal, struct error *err);
/* When the script is over: refuses when it was edited so that it did not come
 * to a step that has stopped between its batches. Errors: ERROR_REFUSED. */
int journal_batch_left(struct journal *journal, struct error *err);

#endif
