/* COMMENT ON, which SQLite has not. */
#include "ddl/ddl_parts.h"

int ddl_comment(struct ddl_output *output, const char *schema,
                const char *table, const char *column, const char *text,
                struct error *err)
{
    struct buf sql;

    if (output->dialect == DIALECT_SQLITE)
        return 0;
    buf_init(&sql, output->arena);
    buf_add(&sql, column == NULL ? "COMMENT ON TABLE " : "COMMENT ON COLUMN ");
    if (ddl_parts_qualified(&sql, output->dialect, schema, table, err) != 0)
        return -1;
    if (column != NULL) {
        buf_char(&sql, '.');
        if (ddl_parts_name(&sql, output->dialect, column, err) != 0)
            return -1;
    }
    buf_add(&sql, " IS ");
    if (text == NULL)
        buf_add(&sql, "NULL");
    else if (ddl_parts_text(&sql, output->dialect, text, err) != 0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

int ddl_comment_create(struct ddl_output *output, const struct op *op,
                       struct error *err)
{
    const struct op_create_table_comment *create = &op->create_table_comment;

    return ddl_comment(output, create->schema, create->table, NULL,
                       create->comment, err);
}

int ddl_comment_drop(struct ddl_output *output, const struct op *op,
                     struct error *err)
{
    const struct op_drop_table_comment *drop = &op->drop_table_comment;

    return ddl_comment(output, drop->schema, drop->table, NULL, NULL, err);
}
