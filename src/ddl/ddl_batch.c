/* A batch on PostgreSQL: its changes one by one, since each is possible
 * natively. What asks for a copy of the table (recreate, copy_from,
 * reflect_args, orders of columns) has nothing to say there. */
#include "ddl/ddl_parts.h"
#include "model/fields.h"
#include "model/naming.h"

#include <string.h>

static void add(struct ddl_ops *out, struct arena *arena, const struct op *op)
{
    out->items = arena_grow(arena, out->items, out->count * sizeof *out->items,
                            (out->count + 1) * sizeof *out->items);
    out->items[out->count++] = *op;
}

static void place_constraint(struct op_create_constraint *create,
                             const struct op_batch_alter_table *batch,
                             struct arena *arena)
{
    static const char *const keys[] = {
        [CONSTRAINT_PRIMARY_KEY] = "pk", [CONSTRAINT_UNIQUE] = "uq",
        [CONSTRAINT_FOREIGN_KEY] = "fk", [CONSTRAINT_CHECK] = "ck",
        [CONSTRAINT_EXCLUDE] = "ex",
    };
    struct constraint *constraint = &create->constraint;

    if (constraint->name == NULL)
        constraint->name = naming_constraint(
            arena, &batch->naming_convention, keys[constraint->kind],
            create->table, &constraint->columns, constraint->referent,
            &constraint->referent_columns);
}

/* Names the table, and its schema where the op says none. */
#define PLACE(member)                                                          \
    do {                                                                       \
        op->member.table = table;                                              \
        if (op->member.schema == NULL)                                         \
            op->member.schema = batch->schema;                                 \
    } while (0)

static void place(struct op *op, const struct op_batch_alter_table *batch,
                  const char *table, struct arena *arena)
{
    switch (op->kind) {
    case OP_ADD_COLUMN:
        PLACE(add_column);
        break;
    case OP_DROP_COLUMN:
        PLACE(drop_column);
        break;
    case OP_ALTER_COLUMN:
        PLACE(alter_column);
        break;
    case OP_CREATE_INDEX:
        PLACE(create_index);
        break;
    case OP_DROP_INDEX:
        PLACE(drop_index);
        break;
    case OP_CREATE_PRIMARY_KEY:
    case OP_CREATE_UNIQUE_CONSTRAINT:
    case OP_CREATE_CHECK_CONSTRAINT:
    case OP_CREATE_FOREIGN_KEY:
    case OP_CREATE_EXCLUDE_CONSTRAINT:
        PLACE(create_constraint);
        place_constraint(&op->create_constraint, batch, arena);
        break;
    case OP_DROP_CONSTRAINT:
        PLACE(drop_constraint);
        break;
    case OP_RENAME_CONSTRAINT:
        PLACE(rename_constraint);
        break;
    case OP_VALIDATE_CONSTRAINT:
        PLACE(validate_constraint);
        break;
    case OP_CREATE_TABLE_COMMENT:
        PLACE(create_table_comment);
        break;
    case OP_DROP_TABLE_COMMENT:
        PLACE(drop_table_comment);
        break;
    case OP_RENAME_TABLE:
        op->rename_table.old_name = table;
        if (op->rename_table.schema == NULL)
            op->rename_table.schema = batch->schema;
        break;
    default:
        break;
    }
}

static void add_args(struct ddl_ops *out, struct arena *arena,
                     const struct op_batch_alter_table *batch,
                     const char *table)
{
    static const enum op_kind kinds[] = {
        [CONSTRAINT_PRIMARY_KEY] = OP_CREATE_PRIMARY_KEY,
        [CONSTRAINT_UNIQUE] = OP_CREATE_UNIQUE_CONSTRAINT,
        [CONSTRAINT_FOREIGN_KEY] = OP_CREATE_FOREIGN_KEY,
        [CONSTRAINT_CHECK] = OP_CREATE_CHECK_CONSTRAINT,
        [CONSTRAINT_EXCLUDE] = OP_CREATE_EXCLUDE_CONSTRAINT,
    };
    const struct table *args = &batch->table_args;

    for (size_t i = 0; i < args->column_count; i++) {
        struct op op = {.kind = OP_ADD_COLUMN};

        op.add_column.column = args->columns[i];
        place(&op, batch, table, arena);
        add(out, arena, &op);
    }
    for (size_t i = 0; i < args->constraint_count; i++) {
        struct op op = {.kind = kinds[args->constraints[i].kind]};

        op.create_constraint.constraint = args->constraints[i];
        place(&op, batch, table, arena);
        add(out, arena, &op);
    }
    for (size_t i = 0; i < args->index_count; i++) {
        struct op op = {.kind = OP_CREATE_INDEX};

        op.create_index.index = args->indexes[i];
        place(&op, batch, table, arena);
        add(out, arena, &op);
    }
}

int ddl_batch_ops(const struct op_batch_alter_table *batch, struct arena *arena,
                  struct ddl_ops *out, struct error *err)
{
    const char *table = batch->table;

    out->items = NULL;
    out->count = 0;
    for (size_t i = 0; i < batch->table_kwargs.count; i++)
        if (strncmp(batch->table_kwargs.items[i].name, "sqlite_", 7) != 0)
            return error_set(err, ERROR_FAILED,
                             "op.batch_alter_table: table_kwargs: PostgreSQL "
                             "does not make the table anew, '%s' would change "
                             "nothing",
                             batch->table_kwargs.items[i].name);
    for (size_t i = 0; i < batch->op_count; i++) {
        struct op op = batch->ops[i];

        place(&op, batch, table, arena);
        if (op.kind == OP_RENAME_TABLE)
            table = op.rename_table.new_name;
        add(out, arena, &op);
    }
    out->first_arg = out->count;
    add_args(out, arena, batch, table);
    return 0;
}

int ddl_batch(struct ddl_output *output, const struct op *op, struct error *err)
{
    struct ddl_ops ops;

    if (output->dialect == DIALECT_SQLITE)
        return ddl_parts_needs_database(err);
    if (ddl_batch_ops(&op->batch_alter_table, output->arena, &ops, err) != 0)
        return -1;
    for (size_t i = 0; i < ops.count; i++)
        if (ddl_parts_compile(output, &ops.items[i], err) != 0)
            return error_context(err, "batch.%s",
                                 fields_ops[ops.items[i].kind]->name);
    return 0;
}
