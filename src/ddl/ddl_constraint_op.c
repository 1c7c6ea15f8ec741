/* The ops on constraints, as PostgreSQL's ALTER TABLE has them. On SQLite the
 * table's own text decides: run/ carries them out. */
#include "ddl/ddl_parts.h"

#include <string.h>

int ddl_constraint_add(struct ddl_output *output, const char *schema,
                       const char *table, const struct constraint *constraint,
                       struct error *err)
{
    struct buf sql;

    buf_init(&sql, output->arena);
    if (ddl_parts_alter(&sql, output->dialect, schema, table, err) != 0)
        return -1;
    buf_add(&sql, " ADD ");
    if (ddl_constraint(&sql, output->dialect, constraint, schema, err) != 0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

int ddl_constraint_create(struct ddl_output *output, const struct op *op,
                          struct error *err)
{
    const struct op_create_constraint *create = &op->create_constraint;

    if (output->dialect == DIALECT_SQLITE &&
        create->constraint.kind != CONSTRAINT_EXCLUDE)
        return ddl_parts_needs_database(err);
    return ddl_constraint_add(output, create->schema, create->table,
                              &create->constraint, err);
}

int ddl_constraint_remove(struct ddl_output *output,
                          const struct op_drop_constraint *drop,
                          struct error *err)
{
    struct buf sql;

    buf_init(&sql, output->arena);
    if (ddl_parts_alter(&sql, output->dialect, drop->schema, drop->table,
                        err) != 0)
        return -1;
    buf_add(&sql, " DROP CONSTRAINT ");
    if (drop->if_exists == TRI_TRUE)
        buf_add(&sql, "IF EXISTS ");
    if (ddl_parts_name(&sql, output->dialect, drop->name, err) != 0)
        return -1;
    if (drop->cascade == TRI_TRUE)
        buf_add(&sql, " CASCADE");
    ddl_parts_emit(output, &sql);
    return 0;
}

int ddl_constraint_drop(struct ddl_output *output, const struct op *op,
                        struct error *err)
{
    if (output->dialect == DIALECT_SQLITE)
        return ddl_parts_needs_database(err);
    if (op->drop_constraint.name == NULL)
        return error_set(err, ERROR_FAILED,
                         "a constraint without a name is found in the "
                         "database only");
    return ddl_constraint_remove(output, &op->drop_constraint, err);
}

int ddl_constraint_rename(struct ddl_output *output, const struct op *op,
                          struct error *err)
{
    const struct op_rename_constraint *rename = &op->rename_constraint;
    struct buf sql;

    if (output->dialect == DIALECT_SQLITE)
        return ddl_parts_needs_database(err);
    buf_init(&sql, output->arena);
    if (ddl_parts_alter(&sql, output->dialect, rename->schema, rename->table,
                        err) != 0)
        return -1;
    buf_add(&sql, " RENAME CONSTRAINT ");
    if (ddl_parts_name(&sql, output->dialect, rename->old_name, err) != 0)
        return -1;
    buf_add(&sql, " TO ");
    if (ddl_parts_name(&sql, output->dialect, rename->new_name, err) != 0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

int ddl_constraint_validate(struct ddl_output *output, const struct op *op,
                            struct error *err)
{
    const struct op_validate_constraint *validate = &op->validate_constraint;
    struct buf sql;

    if (ddl_parts_postgresql(output, "constraints are validated", err) != 0)
        return -1;
    buf_init(&sql, output->arena);
    if (ddl_parts_alter(&sql, output->dialect, validate->schema,
                        validate->table, err) != 0)
        return -1;
    buf_add(&sql, " VALIDATE CONSTRAINT ");
    if (ddl_parts_name(&sql, output->dialect, validate->name, err) != 0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}
