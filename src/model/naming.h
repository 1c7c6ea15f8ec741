/* Names that a schema implies where none was given, and naming conventions:
 * patterns with the tokens of SQLAlchemy
 * ("uq_%(table_name)s_%(column_0_name)s") for ix, uq, ck, fk and pk. */
#ifndef MODEL_NAMING_H
#define MODEL_NAMING_H

#include "base/arena.h"
#include "base/error.h"
#include "model/op.h"
#include "model/schema.h"

/* The longest name of PostgreSQL, in bytes. */
enum { NAMING_MAX = 63 };

/* By what rules an op gets its names. */
struct naming {
    enum dialect dialect;
    const struct settings *before; /* of a batch, or NULL: they count before */
    const struct settings *usual;  /* of the configuration, or NULL */
    const char *schema;  /* of a batch, for its ops that say none; or NULL */
    struct names finals; /* names, by their address, that are final (op.f) */
};

/* Names whatever `op` names nothing (or, with %(constraint_name)s, otherwise)
 * by the conventions: constraints, indexes, what columns ask for. Names made
 * so and final ones are shortened. What is changed is copied to `arena`.
 * Errors: a pattern wants a name that is not there. */
int naming_op(const struct naming *naming, struct arena *arena, struct op *op,
              struct error *err);

/* Marks `name` as final, and shortens it. */
const char *naming_final(struct naming *naming, struct arena *arena,
                         const char *name);

/* A name that PostgreSQL takes: of a longer one the beginning, "_" and the
 * last four digits of its MD5, as SQLAlchemy has it. */
const char *naming_shorten(struct arena *arena, enum dialect dialect,
                           const char *name);

/* The token of `pattern`, the convention of `key`, that means nothing there,
 * in `arena`; NULL: the pattern is right. */
const char *naming_unknown(struct arena *arena, const char *key,
                           const char *pattern);

/* What a pattern is filled with. */
struct naming_subject {
    const char *schema; /* or NULL */
    const char *table;
    const char *name; /* its own, or NULL */
    struct names columns;
    const char *referent; /* foreign keys */
    struct names referent_columns;
};
/* Fills `pattern`; NULL when it has a token that stands for nothing. */
const char *naming_fill(struct arena *arena, const char *pattern,
                        const struct naming_subject *subject);
/* The pattern of `key`, or NULL. */
const char *naming_pattern(const struct settings *convention, const char *key);
/* "pk", "uq", "fk", "ck", "ex". */
const char *naming_key(enum constraint_kind kind);

/* The name of an index: its own, else ix_<table>_<first column>; NULL when
 * it begins with an expression. */
const char *naming_index(struct arena *arena, const char *table,
                         const struct index *index);

/* The index that `index = true` on a column asks for. */
struct index naming_column_index(struct arena *arena, const char *table,
                                 const struct column *column);

/* The name that `convention` gives to a constraint without one; NULL when
 * `key` is not in it or the pattern has a token that stands for nothing. */
const char *naming_constraint(struct arena *arena,
                              const struct settings *convention,
                              const char *key, const char *table,
                              const struct names *columns, const char *referent,
                              const struct names *referent_columns);

#endif
