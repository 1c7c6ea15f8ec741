/* Revision scripts: loaded into fresh environments, called in a step. */
#ifndef SCRIPT_REVISION_H
#define SCRIPT_REVISION_H

#include "base/error.h"
#include "graph/graph.h"
#include "script/state.h"

/* Compiles the script of `revision`, runs its top level in a fresh
 * environment and checks it: header variables unchanged by code, `upgrade`
 * (and for a downgrade `downgrade`, not `irreversible`) there. Loading twice
 * is fine. Of many revisions the first ones stay loaded; the others, and one
 * that runs a second time, are loaded once more by revision_run, which refuses
 * a file that has changed meanwhile. Errors: ERROR_SCRIPT with file and line.
 */
int revision_load(struct script *script, const struct revision *revision,
                  enum direction direction, struct error *err);

/* Calls `upgrade` or `downgrade` of a loaded revision with `db` in the box,
 * and empties the box. A database error that the script swallowed fails it
 * all the same. Errors: ERROR_FAILED, ERROR_LIMIT, ERROR_SIGNAL or what the
 * database said, with revision, file, line and SQL. */
int revision_run(struct script *script, const struct revision *revision,
                 enum direction direction, struct db *db, struct error *err);

/* The same for a revision with transaction = false: its steps are those of
 * `journal` (run/journal.h). */
int revision_run_steps(struct script *script, const struct revision *revision,
                       enum direction direction, struct journal *journal,
                       struct error *err);

/* The checksum of a loaded revision. */
const char *revision_checksum(struct script *script,
                              const struct revision *revision);

#endif
