/* The tables that luamigrate keeps beside the version table. */
#ifndef RUN_OWN_TABLE_H
#define RUN_OWN_TABLE_H

#include "base/error.h"
#include "model/schema.h"

/* Checks that `table` has the columns of ours, so many `wanted` ones; more may
 * be there. `kind` is for messages ("history"). Errors: ERROR_REFUSED. */
int own_table_check(const struct table *table, const char *kind,
                    const char *const *wanted, size_t count, struct error *err);

#endif
