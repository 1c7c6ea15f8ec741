/* Names that a schema implies where none was given. */
#ifndef MODEL_NAMING_H
#define MODEL_NAMING_H

#include "base/arena.h"
#include "model/schema.h"

/* The name of an index: its own, else ix_<table>_<first column>; NULL when
 * it begins with an expression. */
const char *naming_index(struct arena *arena, const char *table,
                         const struct index *index);

/* The index that `index = true` on a column asks for. */
struct index naming_column_index(struct arena *arena, const char *table,
                                 const struct column *column);

/* The name that `convention` ("uq" = "uq_%(table_name)s_%(column_0_name)s",
 * ...) gives to a constraint without one; NULL when `key` is not in it or the
 * pattern has a word that is not known here. */
const char *naming_constraint(struct arena *arena,
                              const struct settings *convention,
                              const char *key, const char *table,
                              const struct names *columns, const char *referent,
                              const struct names *referent_columns);

#endif
