/* The progress table: one row for each step that a revision with
 * transaction = false has begun (guarantees.md G9), deleted when the revision
 * has finished. */
#ifndef RUN_PROGRESS_H
#define RUN_PROGRESS_H

#include "run/run.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRESS_TABLE "luamigrate_progress"

/* 16 hexadecimal digits */
enum { PROGRESS_HASH_SIZE = 17 };

struct progress_row {
    const char *revision;
    const char *step;        /* as shown: "op.add_column users" */
    const char *fingerprint; /* unique within the revision */
    const char *arguments;   /* their hash, or NULL */
    const char *tokens;      /* the checksum of the file, or NULL */
    bool done;               /* else begun, and what it did is not known */
    int64_t rowcount;
    const char *cursor;  /* of batches; of an index that is built alone: what
                            it is (alone_mark); or NULL */
    int64_t rows, total; /* of batches; negative: none */
};

int progress_create(struct db *db, const struct run_tables *tables,
                    struct arena *arena, struct error *err);
/* Whether the table is there. Errors: ERROR_REFUSED for one of another
 * shape. */
int progress_look(struct db *db, const struct run_tables *tables,
                  struct arena *arena, bool *exists, struct error *err);
/* The rows of this version table in the order in which the steps began: those
 * of `revision` (NULL: all), only `fingerprint` (NULL: all). The table must
 * be there. Owns: `arena`. */
int progress_read(struct db *db, const struct run_tables *tables,
                  struct arena *arena, const char *revision,
                  const char *fingerprint, struct progress_row **rows,
                  size_t *count, struct error *err);
/* Queues the new row. */
int progress_add(struct db *db, const struct run_tables *tables,
                 struct arena *arena, const struct progress_row *row,
                 struct error *err);
/* Marks the step as done. Errors: ERROR_FAILED when its row is gone. */
int progress_finish(struct db *db, const struct run_tables *tables,
                    struct arena *arena, const struct progress_row *row,
                    struct error *err);
/* Queues the new row of a step in batches, or what is new in it. */
int progress_save(struct db *db, const struct run_tables *tables,
                  struct arena *arena, const struct progress_row *row,
                  struct error *err);
/* Marks every begun step of the revision as done, and all its steps as those
 * of a file with these tokens. A step in batches goes on, with any arguments.
 * `*changed`: whether a row was another. */
int progress_accept(struct db *db, const struct run_tables *tables,
                    struct arena *arena, const char *revision,
                    const char *tokens, bool *changed, struct error *err);
/* Deletes the rows of the revision, only `fingerprint` (NULL: all). */
int progress_forget(struct db *db, const struct run_tables *tables,
                    struct arena *arena, const char *revision,
                    const char *fingerprint, int64_t *count, struct error *err);

#endif
