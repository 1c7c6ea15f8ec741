/* The version table: one row for each head that is applied. */
#ifndef RUN_VERSION_H
#define RUN_VERSION_H

#include "run/run.h"

#include <stdbool.h>
#include <stddef.h>

/* The width of version_num in tables that luamigrate makes. */
#define VERSION_WIDTH 255

struct version_state {
    bool exists;
    size_t width;      /* bytes that an id may have */
    struct names rows; /* sorted */
};

/* Looks at the table, not at its rows. Errors: ERROR_REFUSED for a table of
 * another shape. */
int version_look(struct db *db, const struct run_tables *tables,
                 struct arena *arena, struct version_state *state,
                 struct error *err);

/* Looks at the table and reads its rows; nothing is created. Errors: as
 * version_look, and ERROR_REFUSED for a row that is NULL, empty, not an id or
 * there twice. Owns: `arena`. */
int version_read(struct db *db, const struct run_tables *tables,
                 struct arena *arena, struct version_state *state,
                 struct error *err);

/* Reads the rows of a table that is known to be there. Errors: as above. */
int version_rows(struct db *db, const struct run_tables *tables,
                 struct arena *arena, struct names *rows, struct error *err);

/* Whether two sorted lists of rows are the same. */
bool version_same(const struct names *a, const struct names *b);

/* Creates the version table when it is missing. */
int version_create(struct db *db, const struct run_tables *tables,
                   struct arena *arena, struct error *err);

/* Changes the rows from `from` to `to` by compare-and-set: each statement
 * must change exactly one row. Errors: ERROR_FAILED, since under the lock
 * only the script itself can have changed them. */
int version_change(struct db *db, const struct run_tables *tables,
                   struct arena *arena, const struct names *from,
                   const struct names *to, struct error *err);

/* Removes every row, whatever it holds (stamp --purge). */
int version_purge(struct db *db, const struct run_tables *tables,
                  struct arena *arena, struct error *err);

#endif
