/* Carries out one op on a database: checks, SQL, statements. */
#ifndef RUN_EXEC_H
#define RUN_EXEC_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "model/op.h"

/* Runs `op`. Its statements are queued where the driver has a pipeline, with
 * file and line of `place` (or NULL): their errors may come with a later call.
 * `arena` is for its SQL and may be released afterwards. `notes` (in `arena`)
 * is what the user should be told of a change that was made. */
int exec_op(struct db *db, const struct op *op,
            const struct db_statement *place, struct arena *arena,
            struct names *notes, struct error *err);

#endif
