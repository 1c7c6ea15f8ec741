/* The table that copy_from of a batch describes, where nothing is run. */
#ifndef RUN_TABLE_PRINT_FROM_H
#define RUN_TABLE_PRINT_FROM_H

#include "run/table_parts.h"

/* Opens the text of the table in change->ops.edit; its indexes are added to
 * `objects`. A foreign key of one column stands at its column, so that
 * SQLite's own DROP COLUMN takes it along. */
int table_print_from(struct table_change *change, const struct table *table,
                     table_objects *objects);

#endif
