/* Batches of rows with many columns, on PostgreSQL: COPY into a temporary table
 * and a join in the place of an array for each column, whose texts the server
 * would have to take apart (measured: from 20 columns on a third less time,
 * with 60 half of it). */
#ifndef RUN_BATCH_WIDE_H
#define RUN_BATCH_WIDE_H

#include "run/batch_pass.h"

/* Whether the rows of `plan` are wide, and the user may make temporary
 * tables: sets plan->wide. */
int batch_wide_judge(struct db *db, struct batch_plan *plan, struct error *err);

/* Writes the rows back as batch_pass_write does; `update` is plan->sql.write
 * with its parameters. */
int batch_wide_write(struct batch_pass *pass, const struct batch_rows *rows,
                     const struct value *values,
                     const struct db_statement *update, struct arena *arena,
                     struct error *err);

#endif
