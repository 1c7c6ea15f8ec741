/* The parts of a fenced transaction of the runner: what txn.c (a transaction
 * for a revision) and journal.c (one for each step) are made of. */
#ifndef RUN_TXN_PARTS_H
#define RUN_TXN_PARTS_H

#include "run/txn.h"

#include <stdbool.h>
#include <stdint.h>

/* Begins a transaction under the fence, makes version and history table when
 * they are missing, and compares the version rows with `rows` (sorted),
 * unless the runner's lock is held: then txn_record does. The
 * timeouts are those of `revision` (NULL: the options'). What is queued is
 * answered by txn_commit at the latest: so late TXN_MOVED may come. With
 * TXN_ERROR and TXN_MOVED nothing is open and err->state is set.
 * Statements of a script run between txn_open and txn_commit; the guard is
 * theirs to set. */
enum txn_outcome txn_open(struct txn *txn, const struct revision *revision,
                          bool foreign_keys, const struct names *rows,
                          struct error *err);

/* Queues the change of the version rows from `rows` by what `step` says (NULL:
 * they are not known) and the history row. `started` is clock_now() at the
 * revision's begin; `duration_ms` negative: by the server's clock since this
 * transaction began (PostgreSQL only), see txn->duration_ms after
 * txn_commit. */
int txn_record(struct txn *txn, const struct plan_step *step,
               const struct names *rows, double started, double duration_ms,
               struct error *err);
/* Queues only a history row, in the state `state` (history.h). */
int txn_history(struct txn *txn, const struct revision *revision,
                enum direction direction, const char *state, double started,
                double duration_ms, struct error *err);

/* Proves, judges the answers to what was queued, commits; an unknown outcome
 * is resolved (G6), `what` names it in messages (a revision's id). `rows` are
 * those that the database is at when it fails. On TXN_ERROR and TXN_MOVED
 * everything is rolled back (unless err->code is ERROR_UNKNOWN_COMMIT), the
 * guard is off and err->state is set, as by txn_fail. */
enum txn_outcome txn_commit(struct txn *txn, const char *what,
                            const struct names *rows, struct error *err);

/* After a transaction that failed while txn->late.waits: asks what became of
 * the COMMIT before it, and resolves that too. TXN_DONE: it is proven, and
 * `*again` when the connection was lost on the way, so that this one may run
 * again; TXN_BEFORE, with `err`, but err->state only when the outcome is
 * unknown. */
enum txn_outcome txn_settle(struct txn *txn, bool *again, struct error *err);

/* After an error between txn_open and txn_commit: turns the guard off and
 * rolls back. TXN_ERROR with err->state; TXN_MOVED (`err` does not matter)
 * when the rows were not the expected ones, so that the script met a
 * database it was not meant for. */
enum txn_outcome txn_fail(struct txn *txn, const struct names *rows,
                          struct error *err);

/* Rolls back and lets go of the answers that are still to come. */
void txn_close(struct txn *txn);

/* Before txn_record: judges the foreign keys of what the script changed.
 * `*again` when it left only violations that were there before: everything is
 * rolled back, they are known now, and the transaction is to be run again. */
int txn_keys_check(struct txn *txn, bool *again, struct error *err);

/* When a statement of the runner failed because the script dropped, renamed or
 * altered one of the runner's tables: says so, and that `what` (a revision, a
 * step) did it. */
void txn_blame(const struct txn *txn, const char *what, struct error *err);

/* Sets err->state: "`what`; the database is at ROWS". */
void txn_state(struct error *err, const char *what, const struct names *rows);

/* Tells people something (RUN_NOTE, RUN_WAITING). */
void txn_tell(struct txn *txn, enum run_event_kind kind, const char *text);

/* Whether and when a transaction that failed is tried again: the fence is
 * taken (NOWAIT), a table lock was not had (G12), a deadlock, a serialization
 * failure. */
struct txn_retry {
    struct txn *txn;
    const struct revision *revision;
    int64_t attempt_ms; /* clock_ms() when the current attempt began */
    int64_t fenced_ms;  /* when the fence was met first; 0: never */
    int64_t locked_ms;  /* when a table lock was met first; 0: never */
    int64_t pause_ms;   /* before the next attempt */
    int conflicts;      /* deadlocks and serialization failures so far */
    int creations;      /* two made the tables at once, so often */
    uint64_t random;
};

/* `revision` may be NULL. Calls of txn_retry_begin before each attempt, of
 * txn_retry_wait after one that failed: 1 when it slept and the transaction is
 * to be tried again, -1 when `err` is final (names who blocks, ERROR_BUSY,
 * ERROR_LOCKED, ERROR_SIGNAL, or as it was). */
void txn_retry_init(struct txn_retry *retry, struct txn *txn,
                    const struct revision *revision);
void txn_retry_begin(struct txn_retry *retry);
int txn_retry_wait(struct txn_retry *retry, const struct names *rows,
                   struct error *err);

#endif
