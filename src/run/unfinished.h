/* Revisions with transaction = false that have stopped between their steps,
 * and what other runs may do beside them. One that is applied has stopped in
 * its downgrade, another one in its upgrade. */
#ifndef RUN_UNFINISHED_H
#define RUN_UNFINISHED_H

#include "run/txn.h"

/* Before the steps of `plan` run, in a database at `rows`: tells of every such
 * revision that the plan does not go on with (RUN_NOTE). Nothing is asked
 * where nothing is to be run and no revision has transaction = false. Errors:
 * ERROR_REFUSED when the plan would build upon one that is half reverted, or
 * revert what one that is half applied stands on: its steps would be taken for
 * done where nothing is left of them. */
int unfinished_check(struct txn *txn, const struct names *rows,
                     const struct plan *plan, struct error *err);

/* In the transaction of a step on SQLite, where nobody holds a lock between
 * two of them: the same for that step, when another program has changed the
 * file since this was asked. */
int unfinished_recheck(struct txn *txn, const struct names *rows,
                       const struct plan_step *step, struct error *err);

/* In the transaction of a stamp from the rows `before` to `after`: deletes the
 * steps of those that are no more in between, since the stamp calls them
 * applied or not applied, or they do not stand at the edge of what is applied
 * any more. With txn->request->purge those of revisions that no file knows go
 * too. `notes` say which, for people. Owns: txn->arena. */
int unfinished_stamp(struct txn *txn, const struct names *before,
                     const struct names *after, struct names *notes,
                     struct error *err);

#endif
