/* Where a pass in batches stands, as JSON text:
 * {"of": "table (key)", "after": [last key], "until": [largest key at the
 * start]}. */
#ifndef RUN_BATCH_CURSOR_H
#define RUN_BATCH_CURSOR_H

#include "base/arena.h"
#include "base/error.h"
#include "model/value.h"

#include <stddef.h>

/* A key of its own memory. */
struct batch_key {
    struct arena arena;
    struct value *values; /* NULL: none */
    size_t count;
};

void batch_cursor_init(struct batch_key *key);
void batch_cursor_clear(struct batch_key *key);
/* Copies `count` values, NULL for none. They may lie in the key itself. */
void batch_cursor_set(struct batch_key *key, const struct value *values,
                      size_t count);

/* The text; keys that are not set are left out. Owns: `arena`. */
const char *batch_cursor_write(const char *of, const struct batch_key *after,
                               const struct batch_key *until,
                               struct arena *arena);
/* Reads such a text, for keys of `count` columns. Errors: ERROR_REFUSED for
 * any other text, also one of another table or key. */
int batch_cursor_read(const char *text, const char *of, size_t count,
                      struct batch_key *after, struct batch_key *until,
                      struct error *err);

#endif
