/* The plan of a pass over a table in batches (guarantees.md G10): the unique
 * key that it goes by, the columns, and the SQL of a batch. */
#ifndef RUN_BATCH_PLAN_H
#define RUN_BATCH_PLAN_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"

#include <stdbool.h>
#include <stddef.h>

/* What is asked for. Texts must outlive the plan. */
struct batch_request {
    const char *function; /* for messages: "op.each_batch" */
    const char *schema;   /* or NULL */
    const char *table;
    struct names key;    /* empty: the primary key */
    const char *where;   /* SQL, or NULL */
    bool rows;           /* rows are handed out and written back; else: */
    struct settings set; /* VALUE_SQL is an expression */
    struct names columns, update;
};

struct batch_column {
    const char *name;
    const char *type; /* PostgreSQL: as SQL, without length or precision */
    bool as_text;     /* PostgreSQL: its values travel as text: unnest() takes
                         arrays and composites apart */
    bool key, update; /* it is one of these */
    bool raw;         /* SQLite: the key as it is stored is read beside it */
    bool bytes;       /* binary */
};

/* Statements, with the parameters in this order: the key behind which it
 * begins (only the second of two), then what the name says. */
struct batch_sql {
    const char *last;      /* -> the largest key */
    const char *null;      /* -> a row when a key is NULL; NULL: none can be */
    const char *border[2]; /* until, size - 1 -> the last key of a batch */
    const char *select[2]; /* last key (SQLite: and size) -> the rows */
    const char *update[2]; /* last key, values of `set` */
    const char *write[2];  /* SQLite: update columns, key: one row. PostgreSQL:
                              last key, arrays of key and update columns */
    /* a wide batch: `write` has the last key only, the rows come from a table
     * of their own, with a column for each key and update column */
    const char *make, *copy, *drop;
};

struct batch_plan {
    const struct batch_request *request;
    const char *shown; /* "op.each_batch users" */
    const char *of;    /* "users (id)": what a cursor belongs to */
    /* the key first, then what was asked for, each once */
    struct batch_column *columns;
    size_t count, key_count, raw_count;
    size_t *updates; /* indexes of the update columns */
    size_t update_count;
    const struct value *values; /* of `set`, those that are parameters */
    size_t value_count;
    /* SQLite: what the pass itself writes can violate no foreign key */
    bool harmless;
    /* PostgreSQL: tables inherit from this one, and its key does not bind
     * them: each row's own table is read behind the columns */
    bool inherited;
    bool wide; /* PostgreSQL: rows are written back with COPY (batch_wide.c) */
    struct batch_sql sql;
};

/* Reads the table from the catalog and plans. Errors: ERROR_FAILED for a table
 * or column that is not there, a key that is not unique (with the keys that
 * are), a key column that would be changed. Owns: `arena`. */
int batch_plan_make(struct db *db, const struct batch_request *request,
                    struct arena *arena, struct batch_plan *plan,
                    struct error *err);

/* Writes the statements; called by batch_plan_make. (batch_sql.c) */
void batch_sql_write(enum dialect dialect, struct arena *arena,
                     struct batch_plan *plan);

/* One statement in the place of all batches, for SQL that is written and not
 * run: parameters are `values` of `request->set` that are no expressions. */
const char *batch_sql_whole(enum dialect dialect, struct arena *arena,
                            const struct batch_request *request);

#endif
