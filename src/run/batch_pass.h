/* A pass over a table in batches: where it stands, and the statements of the
 * next batch (guarantees.md G10). Who calls it commits, or not. */
#ifndef RUN_BATCH_PASS_H
#define RUN_BATCH_PASS_H

#include "run/batch_cursor.h"
#include "run/batch_plan.h"

#include <stdbool.h>
#include <stdint.h>

/* Rows of a batch: `count` times plan->count values; the raw keys, or the table
 * of the row (plan->inherited), behind. */
struct batch_rows {
    size_t count, width;
    struct value *values;
};

struct batch_pass {
    struct db *db;
    const struct batch_plan *plan;
    struct batch_key after, until; /* as they were committed */
    struct batch_key to;           /* of the batch that runs: its last key */
    bool ends;                     /* that batch is the last one of the pass */
    int64_t done;                  /* rows, of all passes */
    int64_t total;                 /* by statistics; negative: not known */
    int64_t size;                  /* rows of the next batch */
    int64_t found;                 /* rows of this pass */
    int64_t before;                /* rows of the pass before; negative: none */
    struct batch_key before_until; /* and where it ended */
    bool sweep;
    /* "auto": */
    bool adapts;
    double target; /* seconds */
    int64_t most;  /* rows */
};

void batch_pass_init(struct batch_pass *pass, struct db *db,
                     const struct batch_plan *plan);
void batch_pass_clear(struct batch_pass *pass);

/* Goes on where the text says; NULL: begins anew. */
int batch_pass_load(struct batch_pass *pass, const char *cursor, int64_t done,
                    int64_t total, struct error *err);
/* The text for the place behind the batch that runs. Owns: `arena`. */
const char *batch_pass_save(const struct batch_pass *pass, struct arena *arena);

/* First call of each batch, in its transaction: finds its last key.
 * `*empty`: there is nothing left, the pass ends. */
int batch_pass_begin(struct batch_pass *pass, bool *empty, struct error *err);
/* Reads the rows. Owns: `arena`. */
int batch_pass_read(struct batch_pass *pass, struct arena *arena,
                    struct batch_rows *rows, struct error *err);
/* Writes the rows back: for each row of batch_pass_read the values of the
 * update columns, plan->update_count for each. */
int batch_pass_write(struct batch_pass *pass, const struct batch_rows *rows,
                     const struct value *values, struct arena *arena,
                     struct error *err);
/* Runs the UPDATE. `*count`: rows that it changed. */
int batch_pass_update(struct batch_pass *pass, struct arena *arena,
                      int64_t *count, struct error *err);

/* After the last call: `count` rows were done by this batch. Returns whether
 * another batch follows; an error when a sweep does not end. */
int batch_pass_follows(const struct batch_pass *pass, int64_t count,
                       bool *follows, struct error *err);
/* After the commit: the place behind the batch is the place of the pass.
 * `seconds` is what the batch took. */
void batch_pass_advance(struct batch_pass *pass, int64_t count, double seconds);

/* Whether `err` is a statement timeout of the server, and the batch can be
 * smaller: it is half as large now. */
bool batch_pass_halve(struct batch_pass *pass, const struct error *err);

/* About how many rows the pass will find, by statistics; negative: not known.
 * Small tables are counted. */
int batch_total(struct db *db, const struct batch_plan *plan,
                struct arena *arena, int64_t *total, struct error *err);

#endif
