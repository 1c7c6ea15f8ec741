/* ADD COLUMN and what follows it. */
#include "ddl/ddl_parts.h"
#include "model/naming.h"

/* Constraints, which stand in the column on SQLite. */
static int constraints(struct ddl_output *output,
                       const struct op_add_column *op, struct error *err)
{
    const struct column *column = &op->column;

    if (output->dialect == DIALECT_SQLITE)
        return 0;
    if (column->references != NULL) {
        struct constraint constraint =
            ddl_constraint_of_column(output->arena, column);

        if (ddl_constraint_add(output, op->schema, op->table, &constraint,
                               err) != 0)
            return -1;
    }
    if (column->unique == TRI_TRUE && column->index != TRI_TRUE) {
        struct constraint unique = {.kind = CONSTRAINT_UNIQUE,
                                    .name = column->unique_name};
        const char *names[] = {column->name};

        unique.columns.items = names;
        unique.columns.count = 1;
        if (ddl_constraint_add(output, op->schema, op->table, &unique, err) !=
            0)
            return -1;
    }
    return column->check == NULL
               ? 0
               : ddl_constraint_add(output, op->schema, op->table,
                                    column->check, err);
}

/* "REFERENCES ..." in the column itself; SQLite. */
static int inline_references(struct ddl_output *output, struct buf *sql,
                             const struct op_add_column *op, struct error *err)
{
    struct constraint constraint =
        ddl_constraint_of_column(output->arena, &op->column);

    if (constraint.referent_columns.count > 1)
        return error_set(err, ERROR_FAILED,
                         "references: one column refers to %zu columns",
                         constraint.referent_columns.count);
    buf_char(sql, ' ');
    if (ddl_constraint_name(sql, output->dialect, constraint.name, err) != 0)
        return -1;
    return ddl_constraint_references(sql, output->dialect, &constraint,
                                     op->schema, err);
}

static int column_itself(struct ddl_output *output,
                         const struct op_add_column *op, struct error *err)
{
    bool sqlite = output->dialect == DIALECT_SQLITE;
    struct column column = op->column;
    struct ddl_column_place place = {
        .schema = op->schema,
        .in_key = column.primary_key,
        .numbered = !sqlite && column.primary_key &&
                    ddl_table_numbers(&column, output->dialect),
    };
    struct buf sql;

    if (ddl_constraint_inline_key(output->arena, output->dialect, &column,
                                  &place.key, err) != 0)
        return -1;
    if (sqlite && ddl_sqlite_check_added(&column, err) != 0)
        return error_context(err, "column '%s'", column.name);
    buf_init(&sql, output->arena);
    if (ddl_parts_alter(&sql, output->dialect, op->schema, op->table, err) != 0)
        return -1;
    buf_add(&sql, " ADD COLUMN ");
    if (!sqlite && op->if_not_exists == TRI_TRUE)
        buf_add(&sql, "IF NOT EXISTS ");
    if (!sqlite)
        column.check = NULL; /* a statement of its own follows */
    if (ddl_column(&sql, output->dialect, &column, &place, err) != 0)
        return -1;
    if (sqlite && column.references != NULL &&
        inline_references(output, &sql, op, err) != 0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

int ddl_add_column(struct ddl_output *output, const struct op *op,
                   struct error *err)
{
    const struct op_add_column *add = &op->add_column;

    if (column_itself(output, add, err) != 0 ||
        constraints(output, add, err) != 0)
        return -1;
    if (add->column.index == TRI_TRUE) {
        struct index index =
            naming_column_index(output->arena, add->table, &add->column);

        if (ddl_index(output, add->schema, add->table, &index, false, err) != 0)
            return -1;
    }
    return add->column.comment == NULL
               ? 0
               : ddl_comment(output, add->schema, add->table, add->column.name,
                             add->column.comment, err);
}
