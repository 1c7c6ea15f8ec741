#include "run/table_print_from.h"

#include "base/str.h"
#include "ddl/ddl.h"
#include "model/naming.h"

/* A column of the primary key is NOT NULL by the whole table alone. */
static bool in_key(const struct table *table, const char *column)
{
    for (size_t i = 0; i < table->constraint_count; i++) {
        const struct constraint *key = &table->constraints[i];

        if (key->kind != CONSTRAINT_PRIMARY_KEY)
            continue;
        for (size_t j = 0; j < key->columns.count; j++)
            if (str_equal(key->columns.items[j], column))
                return true;
    }
    return false;
}

/* Whether the column can be added to the text as a column alone. */
static bool is_late(const struct table *table, const struct column *column)
{
    return column->references != NULL && !column->primary_key &&
           !in_key(table, column->name) && column->unique != TRI_TRUE &&
           column->index != TRI_TRUE && column->check == NULL &&
           column->type->kind != TYPE_ENUM;
}

/* The table without the columns that come late; with all of them when there
 * would be none else. */
static struct table without_late(struct arena *arena, const struct table *table)
{
    struct column *columns =
        arena_array(arena, struct column, table->column_count);
    struct table rest = *table;

    rest.column_count = 0;
    rest.columns = columns;
    for (size_t i = 0; i < table->column_count; i++)
        if (!is_late(table, &table->columns[i]))
            columns[rest.column_count++] = table->columns[i];
    return rest.column_count > 0 ? rest : *table;
}

static int add_late(struct table_change *change, const struct table *table)
{
    const char *before = NULL;

    /* from the last one: each stands before the one behind it */
    for (size_t i = table->column_count; i-- > 0;
         before = table->columns[i].name) {
        struct op add = {.kind = OP_ADD_COLUMN};

        if (table_edit_column(&change->ops.edit, table->columns[i].name) !=
            NULL)
            continue;
        add.add_column.table = change->table;
        add.add_column.column = table->columns[i];
        add.add_column.insert_before = before;
        if (table_ops_apply(&change->ops, &add, change->err) != 0)
            return -1;
    }
    change->ops.added.count = 0; /* they are the old table's */
    return 0;
}

/* The names of the indexes in the order of their statements: those of columns
 * come first. */
static struct names index_names(struct arena *arena, const struct table *table)
{
    struct names names = {0};

    names.items = arena_array(arena, const char *,
                              table->column_count + table->index_count);
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].index == TRI_TRUE)
            names.items[names.count++] =
                naming_column_index(arena, table->name, &table->columns[i])
                    .name;
    for (size_t i = 0; i < table->index_count; i++)
        names.items[names.count++] =
            naming_index(arena, table->name, &table->indexes[i]);
    return names;
}

int table_print_from(struct table_change *change, const struct table *table,
                     table_objects *objects)
{
    struct op create = {.kind = OP_CREATE_TABLE};
    struct names statements, names;

    create.create_table.table = without_late(change->arena, table);
    create.create_table.table.name = change->table;
    names = index_names(change->arena, &create.create_table.table);
    if (ddl_compile(&create, DIALECT_SQLITE, change->arena, &statements,
                    change->err) != 0)
        return error_context(change->err, "copy_from");
    for (size_t i = 1; i < statements.count; i++) {
        struct table_object index = {.type = "index",
                                     .table = change->table,
                                     .sql = statements.items[i]};

        if (names.count >= i)
            index.name = names.items[i - 1];
        vec_push(change->arena, objects, index);
    }
    if (table_edit_open(&change->ops.edit, change->arena, statements.items[0],
                        change->err) != 0)
        return -1;
    return add_late(change, table) == 0
               ? 0
               : error_context(change->err, "copy_from");
}
