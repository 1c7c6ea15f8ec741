/* What can be wrong with a table before any database sees it. */
#ifndef MODEL_TABLE_CHECK_H
#define MODEL_TABLE_CHECK_H

#include "base/error.h"
#include "model/schema.h"

/* Finds two columns of one name, constraints and indexes that name a column
 * the table lacks or one column twice, a primary key given twice.
 * Errors: ERROR_FAILED. */
int table_check(const struct table *table, struct error *err);

#endif
