/* What an op does to the text of a table on SQLite, where ALTER TABLE cannot
 * do it. Pure text: run/ carries it out. */
#ifndef DDL_TABLE_OPS_H
#define DDL_TABLE_OPS_H

#include "base/vec.h"
#include "ddl/table_edit.h"
#include "model/op.h"

/* A table on its way from one text to another. */
struct table_ops {
    struct table_edit edit;
    const char *schema;
    struct settings convention; /* names of constraints that have none */
    VEC(const char *) added;    /* columns without an old one */
    VEC(struct op) after;       /* indexes to be made when all is done */
    bool changed;
};

/* Applies `op`. Ops about indexes are put into `after`. A rename of a column
 * changes only this text: its caller renames elsewhere. */
int table_ops_apply(struct table_ops *ops, const struct op *op,
                    struct error *err);

/* Creates (no EXCLUDE), drops or renames a constraint. */
int table_ops_constraint(struct table_ops *ops, const struct op *op,
                         struct error *err);
/* Errors: the table has a primary key. */
int table_ops_check_no_key(const struct table_ops *ops, struct error *err);

/* Gives the keys that have no name the one of the convention, as Alembic does
 * when it makes the table anew. */
int table_ops_name(struct table_ops *ops, struct error *err);

struct table_clauses {
    const struct table_clause **items;
    size_t count, capacity;
};
/* The constraints of the table and of its columns, and what else has a name. */
struct table_clauses table_ops_constraints(const struct table_ops *ops);

/* Whether the column is one that ops added. */
bool table_ops_is_new(const struct table_ops *ops, const char *column);

/* A column was renamed elsewhere: the indexes in `after` follow. */
void table_ops_rename_after(struct table_ops *ops, const char *name,
                            const char *new_name);

/* Applies what a batch says of the whole table: table_args, table_kwargs,
 * reflect_args, partial_reordering. */
int table_ops_batch(struct table_ops *ops,
                    const struct op_batch_alter_table *batch,
                    struct error *err);

/* The CHECK that stands for an enum type. */
struct table_enum {
    const char *column;
    struct names values;
};

/* Reads a CHECK of the name `type` and the form that types.enum makes. Returns
 * false when it is another. Owns: the arena of `edit`. */
bool table_ops_enum_read(const struct table_edit *edit,
                         const struct table_clause *clause, const char *type,
                         struct table_enum *out);
/* The place of the value; the count when it is not there. */
size_t table_ops_enum_index(const struct names *values, const char *value);
/* add_enum_value and rename_enum_value in every such CHECK of the table. */
int table_ops_enum(struct table_ops *ops, const struct op *op,
                   struct error *err);

#endif
