/* Changes of a table on SQLite that ALTER TABLE cannot make, and batches of
 * them. Three ways, the first that will do: SQLite's own statement; the new
 * text written into the schema; a copy of the table (DESIGN.md). */
#ifndef RUN_TABLE_CHANGE_H
#define RUN_TABLE_CHANGE_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "model/op.h"

/* Whether `op` is one of these: an op on constraints, alter_column, a batch,
 * or an add_column that SQLite's statement refuses. */
bool table_change_wants(const struct op *op, struct arena *arena);

/* Carries out `op`, all of it or nothing. `notes` gets what the user should
 * know: views and triggers that were broken before. */
int table_change_run(struct db *db, const struct op *op, struct arena *arena,
                     struct names *notes, struct error *err);

#endif
