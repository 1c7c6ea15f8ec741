/* Where an enum type of PostgreSQL is used. */
#ifndef RUN_EXEC_POSTGRES_USES_H
#define RUN_EXEC_POSTGRES_USES_H

#include "base/vec.h"
#include "run/exec_parts.h"

/* A column of the type, or of an array of it. */
struct exec_use {
    const char *schema, *table, *column;
    bool is_array;
    bool inherited;          /* from another table of the list, which decides */
    const char *default_sql; /* or NULL */
    const char *new_default; /* SQL; NULL: as it is */
};

struct exec_uses {
    const char *schema; /* of the type */
    struct names values;
    const char *owner; /* NULL: who runs this */
    const char *comment;
    bool has_grants;
    struct exec_use *items; /* the columns of a table follow each other */
    size_t count;
};

/* Finds the type, its values and the columns. Errors: there is none, columns
 * that the script names are others, something else depends on the type. */
int exec_postgres_uses(const struct exec *exec,
                       const struct op_alter_enum *alter,
                       struct exec_uses *out);

#endif
