/* Ops on PostgreSQL that must know the catalog, as SQL which looks there by
 * itself: for scripts that are written without a database. */
#ifndef RUN_EXEC_POSTGRES_OFFLINE_H
#define RUN_EXEC_POSTGRES_OFFLINE_H

#include "base/buf.h"
#include "run/exec_parts.h"

/* Sends a DO block; its quotes are such as the body does not have. */
int exec_postgres_offline_send(const struct exec *exec, const char *body);
/* Adds the name as a literal that the server reads as one: '"a b".t'. Errors:
 * it cannot be one. */
int exec_postgres_offline_place(const struct exec *exec, struct buf *out,
                                const char *schema, const char *name);

/* The statements of `op`, run unless the query `unless` finds a row. */
int exec_postgres_offline_unless(const struct exec *exec, const struct op *op,
                                 const char *unless);
/* "SELECT FROM ..." that finds a column, a view. Returns: NULL, and
 * exec->err, for a name that cannot be one. */
const char *exec_postgres_offline_column(const struct exec *exec,
                                         const char *schema, const char *table,
                                         const char *column);
const char *exec_postgres_offline_view(const struct exec *exec,
                                       const char *schema, const char *name);

/* Drops the one constraint that is meant by columns and type. */
int exec_postgres_offline_drop(const struct exec *exec,
                               const struct op_drop_constraint *drop);
/* Makes an enum type unless it is there; one with other values is an error of
 * the server. */
int exec_postgres_offline_type(const struct exec *exec,
                               const struct type *type);
/* exec_postgres_offline_enum.c: op.alter_enum. */
int exec_postgres_offline_enum(const struct exec *exec,
                               const struct op_alter_enum *alter);

#endif
