/* Statements that cannot run in a transaction: what became of one that was
 * begun, as the catalog says (guarantees.md G9). */
#ifndef RUN_ALONE_H
#define RUN_ALONE_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"

#include <stdbool.h>

enum alone_state {
    ALONE_DONE,    /* the catalog has its work */
    ALONE_REPEAT,  /* not done, or it may be run as often as one likes */
    ALONE_INVALID, /* an index that was not finished: to be dropped first */
    ALONE_UNKNOWN  /* nobody can tell */
};

/* Looks what became of the statement `sql`. With ALONE_INVALID `*drop` is the
 * statement that removes what it left. */
int alone_look(struct db *db, const char *sql, struct arena *arena,
               enum alone_state *state, const char **drop, struct error *err);

/* The statement that builds an index concurrently, cut down to its names and
 * with the schema of its table: what alone_look() needs to find the index
 * again when the script is another one. `*mark` is NULL for what is none.
 * Owns: `arena`. */
int alone_mark(struct db *db, const char *sql, struct arena *arena,
               const char **mark, struct error *err);
/* Whether two of these build an index of the same name. */
bool alone_same_index(const struct db *db, const char *sql, const char *mark,
                      struct arena *arena);

/* Whether `sql` builds an index that an older invalid one may hide: it has IF
 * NOT EXISTS. */
bool alone_hides(const struct db *db, const char *sql, struct arena *arena);

/* Whether `err`, which the statement ended with, may have left a part of its
 * work: then only the catalog, or a person, can tell. */
bool alone_leaves(const struct db *db, const char *sql, struct arena *arena,
                  const struct error *err);

#endif
