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

#endif
