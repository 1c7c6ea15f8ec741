/* Rows put aside: 1 MB in memory, the rest in a file without a name. */
#ifndef DB_SPOOL_H
#define DB_SPOOL_H

#include "base/error.h"
#include "model/value.h"

#include <stddef.h>

struct spool;

/* Errors: ERROR_LIMIT. Owns: spool_close. */
int spool_open(struct spool **spool, struct error *err);
void spool_close(struct spool *spool); /* NULL is fine */

/* Adds a row of scalar values. Errors: ERROR_IO, ERROR_LIMIT. */
int spool_write(struct spool *spool, const struct value *row, size_t count,
                struct error *err);

/* Reads the rows in the order in which they were written; nothing can be
 * written after the first read. Returns: 1 with a row that is valid until the
 * next call, 0 at the end, -1. */
int spool_read(struct spool *spool, struct value *row, size_t count,
               struct error *err);

#endif
