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

void ddl_parts_expression(struct buf *out, const char *sql)
{
    buf_char(out, '(');
    buf_add(out, sql);
    buf_add(out, strstr(sql, "--") != NULL ? "\n)" : ")");
}

static int drop_table(struct ddl_output *output, const struct op *op,
                      struct error *err)
{
    const struct op_drop_table *drop = &op->drop_table;
    struct buf sql;

    buf_init(&sql, output->arena);
    buf_add(&sql, "DROP TABLE ");
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

static int create_table(struct ddl_output *output, const struct op *op,
                        struct error *err)
{
    return ddl_table(output, &op->create_table, err);
}

static int add_column(struct ddl_output *output, const struct op *op,
                      struct error *err)
{
    return ddl_add_column(output, &op->add_column, err);
}

static int create_index(struct ddl_output *output, const struct op *op,
                        struct error *err)
{
    const struct op_create_index *create = &op->create_index;

    return ddl_index(output, create->schema, create->table, &create->index,
                     create->if_not_exists == TRI_TRUE, err);
}

/* `text` NULL removes the comment. SQLite has none. */
static int table_comment(struct ddl_output *output, const char *schema,
                         const char *table, const char *text, struct error *err)
{
    struct value value = {.kind = VALUE_NULL};
    struct buf sql;

    if (output->dialect == DIALECT_SQLITE)
        return 0;
    buf_init(&sql, output->arena);
    buf_add(&sql, "COMMENT ON TABLE ");
    if (ddl_parts_qualified(&sql, output->dialect, schema, table, err) != 0)
        return -1;
    buf_add(&sql, " IS ");
    if (text != NULL) {
        value.kind = VALUE_TEXT;
        value.text.data = text;
        value.text.size = strlen(text);
    }
    if (ddl_literal(&sql, output->dialect, &value, err) != 0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

static int create_table_comment(struct ddl_output *output, const struct op *op,
                                struct error *err)
{
    const struct op_create_table_comment *comment = &op->create_table_comment;

    return table_comment(output, comment->schema, comment->table,
                         comment->comment, err);
}

static int drop_table_comment(struct ddl_output *output, const struct op *op,
                              struct error *err)
{
    const struct op_drop_table_comment *comment = &op->drop_table_comment;

    return table_comment(output, comment->schema, comment->table, NULL, err);
}

static int validate_constraint(struct ddl_output *output, const struct op *op,
                               struct error *err)
{
    const struct op_validate_constraint *validate = &op->validate_constraint;
    struct buf sql;

    if (output->dialect == DIALECT_SQLITE)
        return error_set(err, ERROR_FAILED,
                         "constraints are validated on PostgreSQL only");
    buf_init(&sql, output->arena);
    buf_add(&sql, "ALTER TABLE ");
    if (ddl_parts_qualified(&sql, output->dialect, validate->schema,
                            validate->table, err) != 0)
        return -1;
    buf_add(&sql, " VALIDATE CONSTRAINT ");
    if (ddl_parts_name(&sql, output->dialect, validate->name, err) != 0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

/* On SQLite the table's own text decides: run/ carries these out. */
static int change_table(struct ddl_output *output, const struct op *op,
                        struct error *err)
{
    (void)op;
    return error_set(err, ERROR_FAILED,
                     output->dialect == DIALECT_SQLITE
                         ? "a change of a table on SQLite needs the database"
                         : "is not built for PostgreSQL in this version");
}

static int (*const compilers[OP_COUNT])(struct ddl_output *output,
                                        const struct op *op,
                                        struct error *err) = {
    [OP_CREATE_TABLE] = create_table,
    [OP_DROP_TABLE] = drop_table,
    [OP_RENAME_TABLE] = rename_table,
    [OP_ADD_COLUMN] = add_column,
    [OP_DROP_COLUMN] = drop_column,
    [OP_CREATE_INDEX] = create_index,
    [OP_DROP_INDEX] = drop_index,
    [OP_CREATE_TABLE_COMMENT] = create_table_comment,
    [OP_DROP_TABLE_COMMENT] = drop_table_comment,
    [OP_VALIDATE_CONSTRAINT] = validate_constraint,
    [OP_ALTER_COLUMN] = change_table,
    [OP_CREATE_PRIMARY_KEY] = change_table,
    [OP_CREATE_UNIQUE_CONSTRAINT] = change_table,
    [OP_CREATE_CHECK_CONSTRAINT] = change_table,
    [OP_CREATE_FOREIGN_KEY] = change_table,
    [OP_DROP_CONSTRAINT] = change_table,
    [OP_BATCH_ALTER_TABLE] = change_table,
};

int ddl_compile(const struct op *op, enum dialect dialect, struct arena *arena,
                struct names *statements, struct error *err)
{
    struct ddl_output output = {dialect, arena, statements};

    statements->items = NULL;
    statements->count = 0;
    if (compilers[op->kind](&output, op, err) != 0)
        return error_context(err, "op.%s", fields_ops[op->kind].name);
    return 0;
}
