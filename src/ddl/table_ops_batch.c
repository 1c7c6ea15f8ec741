/* What a batch asks for beside its ops: parts of the new table, its options,
 * the order of its columns. */
#include "base/str.h"
#include "ddl/sql_lex.h"
#include "ddl/table_ops.h"

#include <string.h>
#include <strings.h>

static int kwargs(struct table_ops *ops, const struct settings *settings,
                  struct error *err)
{
    for (size_t i = 0; i < settings->count; i++) {
        const struct setting *setting = &settings->items[i];
        bool on =
            setting->value.kind == VALUE_BOOLEAN && setting->value.boolean;
        const char *option = NULL;

        if (str_equal(setting->name, "sqlite_strict") && on)
            option = ops->edit.text.strict ? "" : "STRICT";
        else if (str_equal(setting->name, "sqlite_with_rowid") && !on)
            option = ops->edit.text.without_rowid ? "" : "WITHOUT ROWID";
        if (option == NULL)
            return error_set(err, ERROR_FAILED,
                             "table_kwargs: '%s' is not sqlite_strict = true "
                             "or sqlite_with_rowid = false",
                             setting->name);
        if (*option == '\0')
            continue;
        ops->changed = true;
        if (table_edit_add_option(&ops->edit, option, err) != 0)
            return -1;
    }
    return 0;
}

static int reflect_args(struct table_ops *ops, const struct table *table,
                        struct error *err)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        struct op op = {.kind = OP_ALTER_COLUMN};

        op.alter_column.name = column->name;
        op.alter_column.type = column->type;
        op.alter_column.nullable = column->nullable;
        op.alter_column.server_default = column->server_default;
        if (table_ops_apply(ops, &op, err) != 0)
            return error_context(err, "reflect_args");
    }
    return 0;
}

/* Puts `name` in the place behind `before` when it stands in front of it. */
static void put_behind(struct names *order, const char *before,
                       const char *name)
{
    size_t from = 0, to = 0;
    const char *kept;

    for (size_t i = 0; i < order->count; i++) {
        if (strcasecmp(order->items[i], before) == 0)
            to = i;
        if (strcasecmp(order->items[i], name) == 0)
            from = i;
    }
    if (from > to)
        return;
    kept = order->items[from];
    memmove(order->items + from, order->items + from + 1,
            (to - from) * sizeof *order->items);
    order->items[to] = kept;
}

static int reorder(struct table_ops *ops, const struct orders *orders,
                   struct error *err)
{
    const struct table_text *text = &ops->edit.text;
    const struct table_column *column;
    struct names order = {0};

    if (orders->count == 0)
        return 0;
    order.items =
        arena_array(ops->edit.arena, const char *, text->column_count);
    for (size_t i = 0; i < text->column_count; i++)
        order.items[order.count++] = text->columns[i].name;
    /* twice the columns: an order that needs more contradicts itself */
    for (size_t turn = 0; turn < 2 * order.count; turn++)
        for (size_t i = 0; i < orders->count; i++)
            for (size_t j = 0; j < orders->items[i].count; j++) {
                if (table_edit_find(&ops->edit, orders->items[i].items[j],
                                    &column, err) != 0)
                    return error_context(err, "partial_reordering");
                if (j > 0)
                    put_behind(&order, orders->items[i].items[j - 1],
                               column->name);
            }
    ops->changed = true;
    return table_edit_reorder(&ops->edit, &order, err);
}

static bool is_same(const struct table_ops *ops,
                    const struct table_clause *clause,
                    const struct constraint *constraint)
{
    static const enum table_clause_kind kinds[] = {
        [CONSTRAINT_PRIMARY_KEY] = TABLE_CLAUSE_PRIMARY_KEY,
        [CONSTRAINT_UNIQUE] = TABLE_CLAUSE_UNIQUE,
        [CONSTRAINT_FOREIGN_KEY] = TABLE_CLAUSE_FOREIGN_KEY,
        [CONSTRAINT_CHECK] = TABLE_CLAUSE_CHECK,
    };
    const char *sql = ops->edit.sql;
    struct names columns;

    if (constraint->kind == CONSTRAINT_EXCLUDE ||
        kinds[constraint->kind] != clause->kind)
        return false;
    if (constraint->name != NULL &&
        (clause->name == NULL ||
         strcasecmp(clause->name, constraint->name) != 0))
        return false;
    if (constraint->kind == CONSTRAINT_CHECK)
        return sql_lex_same(SQL_LEX_SQLITE, sql + clause->body.start,
                            clause->body.end - clause->body.start,
                            constraint->condition,
                            strlen(constraint->condition));
    columns = table_edit_columns(&ops->edit, clause);
    return names_same_folded(&columns, &constraint->columns) &&
           (constraint->kind != CONSTRAINT_FOREIGN_KEY ||
            (strcasecmp(clause->referent, constraint->referent) == 0 &&
             names_same_folded(&clause->referent_columns,
                               &constraint->referent_columns)));
}

/* Whether the table has this constraint, under this name if it has one. */
static bool has_constraint(const struct table_ops *ops,
                           const struct constraint *constraint)
{
    struct table_clauses list = table_ops_constraints(ops);

    for (size_t i = 0; i < list.count; i++)
        if (is_same(ops, list.items[i], constraint))
            return true;
    return false;
}

/* Whether Alembic would make the table anew. */
static bool is_rewritten(const struct table_ops *ops,
                         const struct op_batch_alter_table *batch)
{
    if (batch->recreate != NULL && str_equal(batch->recreate, "always"))
        return true;
    for (size_t i = 0; ops->changed && i < batch->op_count; i++)
        if (batch->ops[i].kind != OP_ADD_COLUMN &&
            batch->ops[i].kind != OP_CREATE_INDEX &&
            batch->ops[i].kind != OP_DROP_INDEX)
            return true;
    return false;
}

int table_ops_batch(struct table_ops *ops,
                    const struct op_batch_alter_table *batch, struct error *err)
{
    static const enum op_kind kinds[] = {
        [CONSTRAINT_PRIMARY_KEY] = OP_CREATE_PRIMARY_KEY,
        [CONSTRAINT_UNIQUE] = OP_CREATE_UNIQUE_CONSTRAINT,
        [CONSTRAINT_FOREIGN_KEY] = OP_CREATE_FOREIGN_KEY,
        [CONSTRAINT_CHECK] = OP_CREATE_CHECK_CONSTRAINT,
        [CONSTRAINT_EXCLUDE] = OP_CREATE_EXCLUDE_CONSTRAINT,
    };

    for (size_t i = 0; i < batch->table_args.column_count; i++) {
        struct op op = {.kind = OP_ADD_COLUMN};

        op.add_column.table = ops->edit.text.name;
        op.add_column.column = batch->table_args.columns[i];
        if (table_ops_apply(ops, &op, err) != 0)
            return -1;
    }
    for (size_t i = 0; i < batch->table_args.constraint_count; i++) {
        struct op op = {.kind = kinds[batch->table_args.constraints[i].kind]};

        op.create_constraint.constraint = batch->table_args.constraints[i];
        /* Alembic loses CHECKs when it copies, so its users say them again */
        if (!has_constraint(ops, &op.create_constraint.constraint) &&
            table_ops_apply(ops, &op, err) != 0)
            return -1;
    }
    for (size_t i = 0; i < batch->table_args.index_count; i++) {
        struct op index = {.kind = OP_CREATE_INDEX};

        index.create_index.table = ops->edit.text.name;
        index.create_index.schema = ops->schema;
        index.create_index.index = batch->table_args.indexes[i];
        vec_push(ops->edit.arena, &ops->after, index);
    }
    if (is_rewritten(ops, batch) && table_ops_name(ops, err) != 0)
        return -1;
    if (reflect_args(ops, &batch->reflect_args, err) != 0 ||
        kwargs(ops, &batch->table_kwargs, err) != 0)
        return -1;
    return reorder(ops, &batch->partial_reordering, err);
}
