/* Named parameters: `:name` in SQL text to the positions of a dialect. */
#ifndef DB_PARAMS_H
#define DB_PARAMS_H

#include "base/arena.h"
#include "base/error.h"
#include "model/schema.h"
#include "model/value.h"

/* One place of a `:name`: its bytes in the text and its name. */
struct params_place {
    size_t start, end; /* of ":name" */
    uint32_t name;     /* index in params.names */
};

struct params {
    const char *sql;
    size_t size;
    struct names names; /* each once, in order of appearance */
    const struct params_place *places;
    size_t place_count;
};

/* Finds the `:name`s of `sql`; "::type", strings, quoted names, comments and
 * dollar quotes are left alone. */
void params_parse(struct arena *arena, const char *sql, size_t size,
                  struct params *params);

/* The text and positional values for `values` (one for each name). A list in
 * `IN (:ids)` is expanded to one position per item; an empty one to a list
 * that matches nothing. Anywhere else it stays one value, an array. Errors: a
 * list there on SQLite. */
int params_bind(const struct params *params, enum dialect dialect,
                const struct value *values, struct arena *arena,
                const char **sql, size_t *size, const struct value **out,
                size_t *count, struct error *err);

#endif
