/* Changes of a table on SQLite where statements are only written: SQLite's own
 * statement, else a copy of the table. */
#ifndef RUN_TABLE_PRINT_H
#define RUN_TABLE_PRINT_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "model/op.h"

/* Writes `op` (table_change_wants). The table begins as copy_from of the batch
 * says, else as the live database has it. Errors: there is neither. */
int table_print_run(struct db *db, const struct op *op, struct arena *arena,
                    struct error *err);

#endif
