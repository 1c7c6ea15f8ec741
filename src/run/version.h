/* The version table: one row for each head that is applied. */
#ifndef RUN_VERSION_H
#define RUN_VERSION_H

#include "base/buf.h"
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

/* PostgreSQL: finds the schema of the version table when tables->schema is
 * NULL: where the search path finds the table, else the default schema.
 * Nothing is asked when it is known. Owns: `arena`. Errors: ERROR_REFUSED when
 * there is no schema at all. */
int version_locate(struct db *db, struct run_tables *tables,
                   struct arena *arena, struct error *err);

/* Looks at the table, not at its rows, and locates it. Errors: ERROR_REFUSED
 * for a table of another shape, and as version_locate. */
int version_look(struct db *db, struct run_tables *tables, struct arena *arena,
                 struct version_state *state, struct error *err);

/* Looks at the table and reads its rows; nothing is created. Errors: as
 * version_look, and ERROR_REFUSED for a row that is NULL, empty, not an id or
 * there twice. Owns: `arena`. */
int version_read(struct db *db, struct run_tables *tables, struct arena *arena,
                 struct version_state *state, struct error *err);

/* Reads the rows of a table that is known to be there. Errors: as above. */
int version_rows(struct db *db, const struct run_tables *tables,
                 struct arena *arena, struct names *rows, struct error *err);

/* PostgreSQL: the same, and whether there is such a table in the same schema,
 * in one round trip. */
int version_rows_beside(struct db *db, const struct run_tables *tables,
                        struct arena *arena, struct names *rows,
                        const char *table, bool *exists, struct error *err);

/* Adds an expression that is all rows as one text: sorted, with a space
 * between (no id has one), '' for none. */
void version_rows_sql(struct buf *sql, struct db *db,
                      const struct run_tables *tables);

/* Queues the creation of the version table when it is missing. */
int version_create(struct db *db, const struct run_tables *tables,
                   struct arena *arena, struct error *err);

/* Queues the question whether the rows are still `rows` (sorted); once it is
 * answered version_moved() tells. Errors: as version_rows. */
int version_compare(struct db *db, const struct run_tables *tables,
                    struct arena *arena, const struct names *rows,
                    struct db_ticket *ticket, struct error *err);
/* Whether an answered ticket says that they are others. */
bool version_moved(const struct db_ticket *ticket);

/* A queued change of one row; its answer is judged later. */
struct version_change {
    struct version_change *next;
    struct db_ticket ticket;
    const char *row;
};

/* Queues the change of the rows from `from` to `to` by compare-and-set: each
 * statement must change exactly one row, and the first one only when all rows
 * are `all` (sorted; NULL: whatever they are). Adds to `*changes`, in
 * `arena`. */
int version_change(struct db *db, const struct run_tables *tables,
                   struct arena *arena, const struct names *all,
                   const struct names *from, const struct names *to,
                   struct version_change **changes, struct error *err);
/* Judges the answers. Errors: ERROR_FAILED, since under the lock only the
 * script itself can have changed the rows. */
int version_judge(const struct run_tables *tables,
                  const struct version_change *changes, struct error *err);

/* Removes every row, whatever it holds (stamp --purge). */
int version_purge(struct db *db, const struct run_tables *tables,
                  struct arena *arena, struct error *err);

#endif
