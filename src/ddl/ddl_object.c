/* Sequences, views, schemas, extensions, and the name of an index. */
#include "ddl/ddl_parts.h"

#include <string.h>

/* --- sequences --- */

static int sequence_type(struct buf *sql, const struct type *type,
                         struct error *err)
{
    if (type == NULL)
        return 0;
    type = ddl_type_of(type, DIALECT_POSTGRESQL);
    if (type->kind != TYPE_INTEGER && type->kind != TYPE_BIGINTEGER &&
        type->kind != TYPE_SMALLINTEGER)
        return error_set(err, ERROR_FAILED,
                         "data_type: a sequence is of types.integer, "
                         "types.biginteger or types.smallinteger");
    buf_add(sql, " AS ");
    return ddl_type(sql, DIALECT_POSTGRESQL, type, err);
}

int ddl_object_create_sequence(struct ddl_output *output, const struct op *op,
                               struct error *err)
{
    const struct op_create_sequence *create = &op->create_sequence;
    struct buf sql, options;

    if (ddl_parts_postgresql(output, "sequences exist", err) != 0)
        return -1;
    buf_init(&sql, output->arena);
    buf_add(&sql, "CREATE SEQUENCE ");
    if (create->if_not_exists == TRI_TRUE)
        buf_add(&sql, "IF NOT EXISTS ");
    if (ddl_parts_qualified(&sql, output->dialect, create->schema, create->name,
                            err) != 0 ||
        sequence_type(&sql, create->data_type, err) != 0)
        return -1;
    buf_init(&options, output->arena);
    ddl_identity_options(&options, &create->options);
    if (options.size > 0)
        buf_addf(&sql, " %s", options.data);
    ddl_parts_emit(output, &sql);
    return 0;
}

int ddl_object_drop_sequence(struct ddl_output *output, const struct op *op,
                             struct error *err)
{
    const struct op_drop_sequence *drop = &op->drop_sequence;

    if (ddl_parts_postgresql(output, "sequences exist", err) != 0)
        return -1;
    return ddl_parts_drop(output,
                          &(struct ddl_drop){"SEQUENCE", drop->schema,
                                             drop->name, drop->if_exists,
                                             drop->cascade},
                          err);
}

/* --- views --- */

/* What cannot be asked for together, or not of this database. */
static int check_view(const struct ddl_output *output,
                      const struct op_create_view *view, struct error *err)
{
    bool materialized = view->materialized == TRI_TRUE;
    bool guarded = view->if_not_exists == TRI_TRUE;

    if (materialized &&
        ddl_parts_postgresql(output, "materialized views exist", err) != 0)
        return -1;
    if (view->replace == TRI_TRUE && guarded)
        return error_set(err, ERROR_FAILED,
                         "replace and if_not_exists cannot both be given");
    if (view->replace == TRI_TRUE && materialized) {
        error_set(err, ERROR_FAILED,
                  "PostgreSQL cannot replace a materialized view");
        return error_hint(err,
                          "drop it first: op.drop_view(\"%s\", { materialized "
                          "= true })",
                          view->name);
    }
    if (guarded && !materialized && output->dialect == DIALECT_POSTGRESQL) {
        error_set(err, ERROR_FAILED,
                  "if_not_exists: whether a view exists is seen in the "
                  "database only");
        return error_hint(err, "write replace = true");
    }
    return 0;
}

/* A query without blanks and semicolons behind it. */
static void query(struct buf *sql, const char *text)
{
    size_t size = strlen(text);

    while (size > 0 && strchr(" \t\r\n;", text[size - 1]) != NULL)
        size--;
    buf_addn(sql, text, size);
}

int ddl_object_create_view(struct ddl_output *output, const struct op *op,
                           struct error *err)
{
    const struct op_create_view *create = &op->create_view;
    bool sqlite = output->dialect == DIALECT_SQLITE;
    struct buf sql;

    if (check_view(output, create, err) != 0)
        return -1;
    if (sqlite && create->replace == TRI_TRUE &&
        ddl_parts_drop(output,
                       &(struct ddl_drop){"VIEW", create->schema, create->name,
                                          TRI_TRUE, TRI_UNSET},
                       err) != 0)
        return -1;
    buf_init(&sql, output->arena);
    buf_add(&sql, "CREATE ");
    if (!sqlite && create->replace == TRI_TRUE)
        buf_add(&sql, "OR REPLACE ");
    buf_add(&sql,
            create->materialized == TRI_TRUE ? "MATERIALIZED VIEW " : "VIEW ");
    if (create->if_not_exists == TRI_TRUE)
        buf_add(&sql, "IF NOT EXISTS ");
    if (ddl_parts_qualified(&sql, output->dialect, create->schema, create->name,
                            err) != 0)
        return -1;
    buf_add(&sql, " AS ");
    query(&sql, create->query);
    ddl_parts_emit(output, &sql);
    return 0;
}

int ddl_object_drop_view(struct ddl_output *output, const struct op *op,
                         struct error *err)
{
    const struct op_drop_view *drop = &op->drop_view;
    bool materialized = drop->materialized == TRI_TRUE;

    if (materialized &&
        ddl_parts_postgresql(output, "materialized views exist", err) != 0)
        return -1;
    return ddl_parts_drop(
        output,
        &(struct ddl_drop){materialized ? "MATERIALIZED VIEW" : "VIEW",
                           drop->schema, drop->name, drop->if_exists,
                           drop->cascade},
        err);
}

/* --- indexes --- */

/* On SQLite the index's own text decides: run/ carries this out. */
int ddl_object_rename_index(struct ddl_output *output, const struct op *op,
                            struct error *err)
{
    const struct op_rename_index *rename = &op->rename_index;
    struct buf sql;

    if (output->dialect == DIALECT_SQLITE)
        return ddl_parts_needs_database(err);
    buf_init(&sql, output->arena);
    buf_add(&sql, "ALTER INDEX ");
    if (rename->if_exists == TRI_TRUE)
        buf_add(&sql, "IF EXISTS ");
    if (ddl_parts_qualified(&sql, output->dialect, rename->schema,
                            rename->old_name, err) != 0)
        return -1;
    buf_add(&sql, " RENAME TO ");
    if (ddl_parts_name(&sql, output->dialect, rename->new_name, err) != 0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

/* --- schemas, extensions --- */

int ddl_object_create_schema(struct ddl_output *output, const struct op *op,
                             struct error *err)
{
    const struct op_create_schema *create = &op->create_schema;
    struct buf sql;

    if (ddl_parts_postgresql(output, "schemas are created", err) != 0)
        return -1;
    buf_init(&sql, output->arena);
    buf_add(&sql, "CREATE SCHEMA ");
    if (create->if_not_exists == TRI_TRUE)
        buf_add(&sql, "IF NOT EXISTS ");
    if (ddl_parts_name(&sql, output->dialect, create->name, err) != 0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

int ddl_object_drop_schema(struct ddl_output *output, const struct op *op,
                           struct error *err)
{
    const struct op_drop_schema *drop = &op->drop_schema;

    if (ddl_parts_postgresql(output, "schemas are dropped", err) != 0)
        return -1;
    return ddl_parts_drop(output,
                          &(struct ddl_drop){"SCHEMA", NULL, drop->name,
                                             drop->if_exists, drop->cascade},
                          err);
}

int ddl_object_create_extension(struct ddl_output *output, const struct op *op,
                                struct error *err)
{
    const struct op_create_extension *create = &op->create_extension;
    struct buf sql;

    if (ddl_parts_postgresql(output, "extensions exist", err) != 0)
        return -1;
    buf_init(&sql, output->arena);
    buf_add(&sql, "CREATE EXTENSION ");
    if (create->if_not_exists == TRI_TRUE)
        buf_add(&sql, "IF NOT EXISTS ");
    if (ddl_parts_name(&sql, output->dialect, create->name, err) != 0)
        return -1;
    if (create->schema != NULL) {
        buf_add(&sql, " SCHEMA ");
        if (ddl_parts_name(&sql, output->dialect, create->schema, err) != 0)
            return -1;
    }
    if (create->cascade == TRI_TRUE)
        buf_add(&sql, " CASCADE");
    ddl_parts_emit(output, &sql);
    return 0;
}

int ddl_object_drop_extension(struct ddl_output *output, const struct op *op,
                              struct error *err)
{
    const struct op_drop_extension *drop = &op->drop_extension;

    if (ddl_parts_postgresql(output, "extensions exist", err) != 0)
        return -1;
    return ddl_parts_drop(output,
                          &(struct ddl_drop){"EXTENSION", NULL, drop->name,
                                             drop->if_exists, drop->cascade},
                          err);
}
