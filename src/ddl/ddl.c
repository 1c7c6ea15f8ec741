#include "ddl/ddl.h"

#include "ddl/ddl_parts.h"
#include "model/fields.h"

#include <string.h>

void ddl_parts_emit(struct ddl_output *output, const struct buf *sql)
{
    struct names *names = output->statements;
    size_t count = names->count;

    /* statements of one op are few: grown one by one */
    names->items =
        arena_grow(output->arena, names->items, count * sizeof *names->items,
                   (count + 1) * sizeof *names->items);
    names->items[count] = sql->data;
    names->count = count + 1;
}

int ddl_parts_drop(struct ddl_output *output, const struct ddl_drop *drop,
                   struct error *err)
{
    struct buf sql;

    buf_init(&sql, output->arena);
    buf_addf(&sql, "DROP %s ", drop->what);
    if (drop->if_exists == TRI_TRUE)
        buf_add(&sql, "IF EXISTS ");
    if (ddl_parts_qualified(&sql, output->dialect, drop->schema, drop->name,
                            err) != 0)
        return -1;
    if (drop->cascade == TRI_TRUE && output->dialect == DIALECT_POSTGRESQL)
        buf_add(&sql, " CASCADE");
    ddl_parts_emit(output, &sql);
    return 0;
}

void ddl_parts_expression(struct buf *out, const char *sql)
{
    buf_char(out, '(');
    buf_add(out, sql);
    buf_add(out, strstr(sql, "--") != NULL ? "\n)" : ")");
}

int ddl_parts_alter(struct buf *out, enum dialect dialect, const char *schema,
                    const char *table, struct error *err)
{
    buf_add(out, "ALTER TABLE ");
    return ddl_parts_qualified(out, dialect, schema, table, err);
}

int ddl_parts_postgresql(const struct ddl_output *output, const char *what,
                         struct error *err)
{
    if (output->dialect == DIALECT_POSTGRESQL)
        return 0;
    return error_set(err, ERROR_FAILED, "%s on PostgreSQL only", what);
}

int ddl_parts_needs_database(struct error *err)
{
    return error_set(err, ERROR_FAILED,
                     "a change of a table on SQLite needs the database");
}

static int drop_table(struct ddl_output *output, const struct op *op,
                      struct error *err)
{
    const struct op_drop_table *table = &op->drop_table;
    struct ddl_drop drop = {.what = "TABLE",
                            .schema = table->schema,
                            .name = table->name,
                            .if_exists = table->if_exists,
                            .cascade = table->cascade};

    return ddl_parts_drop(output, &drop, err);
}

static int rename_table(struct ddl_output *output, const struct op *op,
                        struct error *err)
{
    const struct op_rename_table *rename = &op->rename_table;
    struct buf sql;

    buf_init(&sql, output->arena);
    buf_add(&sql, "ALTER TABLE ");
    if (ddl_parts_qualified(&sql, output->dialect, rename->schema,
                            rename->old_name, err) != 0)
        return -1;
    buf_add(&sql, " RENAME TO ");
    if (ddl_parts_name(&sql, output->dialect, rename->new_name, err) != 0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

static int drop_column(struct ddl_output *output, const struct op *op,
                       struct error *err)
{
    const struct op_drop_column *drop = &op->drop_column;
    bool postgresql = output->dialect == DIALECT_POSTGRESQL;
    struct buf sql;

    buf_init(&sql, output->arena);
    buf_add(&sql, "ALTER TABLE ");
    if (ddl_parts_qualified(&sql, output->dialect, drop->schema, drop->table,
                            err) != 0)
        return -1;
    buf_add(&sql, " DROP COLUMN ");
    if (postgresql && drop->if_exists == TRI_TRUE)
        buf_add(&sql, "IF EXISTS ");
    if (ddl_parts_name(&sql, output->dialect, drop->name, err) != 0)
        return -1;
    if (postgresql && drop->cascade == TRI_TRUE)
        buf_add(&sql, " CASCADE");
    ddl_parts_emit(output, &sql);
    return 0;
}

static int drop_index(struct ddl_output *output, const struct op *op,
                      struct error *err)
{
    const struct op_drop_index *drop = &op->drop_index;
    bool postgresql = output->dialect == DIALECT_POSTGRESQL;
    struct buf sql;

    buf_init(&sql, output->arena);
    buf_add(&sql, "DROP INDEX ");
    if (postgresql && drop->postgresql_concurrently == TRI_TRUE)
        buf_add(&sql, "CONCURRENTLY ");
    if (drop->if_exists == TRI_TRUE)
        buf_add(&sql, "IF EXISTS ");
    if (ddl_parts_qualified(&sql, output->dialect, drop->schema, drop->name,
                            err) != 0)
        return -1;
    if (postgresql && drop->cascade == TRI_TRUE)
        buf_add(&sql, " CASCADE");
    ddl_parts_emit(output, &sql);
    return 0;
}

static int create_index(struct ddl_output *output, const struct op *op,
                        struct error *err)
{
    const struct op_create_index *create = &op->create_index;

    return ddl_index(output, create->schema, create->table, &create->index,
                     create->if_not_exists == TRI_TRUE, err);
}

static ddl_compiler *const compilers[OP_COUNT] = {
    [OP_CREATE_TABLE] = ddl_table,
    [OP_DROP_TABLE] = drop_table,
    [OP_RENAME_TABLE] = rename_table,
    [OP_ADD_COLUMN] = ddl_add_column,
    [OP_DROP_COLUMN] = drop_column,
    [OP_CREATE_INDEX] = create_index,
    [OP_DROP_INDEX] = drop_index,
    [OP_CREATE_TABLE_COMMENT] = ddl_comment_create,
    [OP_DROP_TABLE_COMMENT] = ddl_comment_drop,
    [OP_VALIDATE_CONSTRAINT] = ddl_constraint_validate,
    [OP_ALTER_COLUMN] = ddl_alter_column,
    [OP_CREATE_PRIMARY_KEY] = ddl_constraint_create,
    [OP_CREATE_UNIQUE_CONSTRAINT] = ddl_constraint_create,
    [OP_CREATE_CHECK_CONSTRAINT] = ddl_constraint_create,
    [OP_CREATE_FOREIGN_KEY] = ddl_constraint_create,
    [OP_CREATE_EXCLUDE_CONSTRAINT] = ddl_constraint_create,
    [OP_DROP_CONSTRAINT] = ddl_constraint_drop,
    [OP_RENAME_CONSTRAINT] = ddl_constraint_rename,
    [OP_BATCH_ALTER_TABLE] = ddl_batch,
    [OP_CREATE_ENUM] = ddl_enum_create,
    [OP_DROP_ENUM] = ddl_enum_drop,
    [OP_ADD_ENUM_VALUE] = ddl_enum_add_value,
    [OP_RENAME_ENUM_VALUE] = ddl_enum_rename_value,
    [OP_ALTER_ENUM] = ddl_enum_alter,
    [OP_CREATE_SEQUENCE] = ddl_object_create_sequence,
    [OP_DROP_SEQUENCE] = ddl_object_drop_sequence,
    [OP_CREATE_VIEW] = ddl_object_create_view,
    [OP_DROP_VIEW] = ddl_object_drop_view,
    [OP_RENAME_INDEX] = ddl_object_rename_index,
    [OP_CREATE_SCHEMA] = ddl_object_create_schema,
    [OP_DROP_SCHEMA] = ddl_object_drop_schema,
    [OP_CREATE_EXTENSION] = ddl_object_create_extension,
    [OP_DROP_EXTENSION] = ddl_object_drop_extension,
};

int ddl_parts_compile(struct ddl_output *output, const struct op *op,
                      struct error *err)
{
    return compilers[op->kind](output, op, err);
}

int ddl_compile(const struct op *op, enum dialect dialect, struct arena *arena,
                struct names *statements, struct error *err)
{
    struct ddl_output output = {dialect, arena, statements};

    statements->items = NULL;
    statements->count = 0;
    if (ddl_parts_compile(&output, op, err) != 0)
        return error_context(err, "op.%s", fields_ops[op->kind]->name);
    return 0;
}
