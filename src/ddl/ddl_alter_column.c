/* ALTER COLUMN on PostgreSQL: a statement for each aspect, in the order type,
 * nullability, default, identity, comment, name. */
#include "ddl/ddl_parts.h"
#include "model/fields.h"

static int begin(const struct ddl_output *output,
                 const struct op_alter_column *op, struct buf *sql,
                 struct error *err)
{
    buf_init(sql, output->arena);
    if (ddl_parts_alter(sql, output->dialect, op->schema, op->table, err) != 0)
        return -1;
    buf_add(sql, " ALTER COLUMN ");
    if (ddl_parts_name(sql, output->dialect, op->name, err) != 0)
        return -1;
    buf_char(sql, ' ');
    return 0;
}

/* A statement that ends in `words`. */
static int simple(struct ddl_output *output, const struct op_alter_column *op,
                  const char *words, struct error *err)
{
    struct buf sql;

    if (begin(output, op, &sql, err) != 0)
        return -1;
    buf_add(&sql, words);
    ddl_parts_emit(output, &sql);
    return 0;
}

/* No type of PostgreSQL becomes an enum type by itself. */
static bool is_native_enum(const struct type *type)
{
    type = ddl_type_of(type, DIALECT_POSTGRESQL);
    return type->kind == TYPE_ENUM && type->native != TRI_FALSE;
}

/* The old default is converted by the same rules as the column, but without
 * its USING: where one is needed, a default that goes has to go first. */
static bool drops_default_first(const struct op_alter_column *op)
{
    return op->server_default.kind != VALUE_ABSENT && op->type != NULL &&
           (op->postgresql_using != NULL || is_native_enum(op->type));
}

static int set_type(struct ddl_output *output, const struct op_alter_column *op,
                    struct error *err)
{
    struct buf sql;

    if (op->type == NULL)
        return 0;
    if (drops_default_first(op) && simple(output, op, "DROP DEFAULT", err) != 0)
        return -1;
    if (begin(output, op, &sql, err) != 0)
        return -1;
    buf_add(&sql, "TYPE ");
    if (ddl_type(&sql, output->dialect, op->type, err) != 0)
        return -1;
    if (op->postgresql_using != NULL) {
        buf_addf(&sql, " USING %s", op->postgresql_using);
    } else if (is_native_enum(op->type)) {
        buf_add(&sql, " USING ");
        ddl_name(&sql, output->dialect, op->name);
        buf_add(&sql, "::text::");
        if (ddl_type(&sql, output->dialect, op->type, err) != 0)
            return -1;
    }
    ddl_parts_emit(output, &sql);
    return 0;
}

static int set_default(struct ddl_output *output,
                       const struct op_alter_column *op, struct error *err)
{
    struct buf sql;

    if (op->server_default.kind == VALUE_ABSENT)
        return 0;
    if (op->server_default.kind == VALUE_NULL)
        return drops_default_first(op)
                   ? 0
                   : simple(output, op, "DROP DEFAULT", err);
    if (begin(output, op, &sql, err) != 0)
        return -1;
    buf_add(&sql, "SET DEFAULT ");
    if (ddl_literal_default(&sql, output->dialect, &op->server_default, err) !=
        0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

static int set_identity(struct ddl_output *output,
                        const struct op_alter_column *op, struct error *err)
{
    const struct identity *before = op->existing_identity;
    struct buf sql;
    size_t start;

    if (op->identity == NULL)
        return 0;
    if (op->identity == &fields_no_identity)
        return simple(output, op, "DROP IDENTITY", err);
    if (begin(output, op, &sql, err) != 0)
        return -1;
    start = sql.size;
    if (before != NULL && before != &fields_no_identity) {
        ddl_identity_changes(&sql, op->identity, before);
    } else {
        buf_add(&sql, "ADD ");
        ddl_identity(&sql, op->identity);
    }
    if (sql.size > start)
        ddl_parts_emit(output, &sql);
    return 0;
}

static int set_comment(struct ddl_output *output,
                       const struct op_alter_column *op, struct error *err)
{
    if (op->comment.kind == VALUE_ABSENT)
        return 0;
    return ddl_comment(
        output, op->schema, op->table, op->name,
        op->comment.kind == VALUE_TEXT ? op->comment.text.data : NULL, err);
}

static int rename_column(struct ddl_output *output,
                         const struct op_alter_column *op, struct error *err)
{
    struct buf sql;

    if (op->new_column_name == NULL)
        return 0;
    buf_init(&sql, output->arena);
    if (ddl_parts_alter(&sql, output->dialect, op->schema, op->table, err) != 0)
        return -1;
    buf_add(&sql, " RENAME ");
    if (ddl_parts_name(&sql, output->dialect, op->name, err) != 0)
        return -1;
    buf_add(&sql, " TO ");
    if (ddl_parts_name(&sql, output->dialect, op->new_column_name, err) != 0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

/* The CHECK of an enum that was text goes before all else. */
static int drop_check(struct ddl_output *output,
                      const struct op_alter_column *op, struct error *err)
{
    struct op_drop_constraint drop = {.table = op->table, .schema = op->schema};
    const struct type *old = op->existing_type;

    if (op->type == NULL || old == NULL ||
        !ddl_enum_is_checked(old, output->dialect))
        return 0;
    drop.name = ddl_type_of(old, output->dialect)->name;
    return drop.name == NULL ? 0 : ddl_constraint_remove(output, &drop, err);
}

static int add_check(struct ddl_output *output,
                     const struct op_alter_column *op, struct error *err)
{
    const char *column =
        op->new_column_name != NULL ? op->new_column_name : op->name;
    struct buf sql;

    if (op->type == NULL || !ddl_enum_is_checked(op->type, output->dialect))
        return 0;
    buf_init(&sql, output->arena);
    if (ddl_parts_alter(&sql, output->dialect, op->schema, op->table, err) != 0)
        return -1;
    buf_add(&sql, " ADD ");
    if (ddl_enum_check(&sql, output->dialect, column,
                       ddl_type_of(op->type, output->dialect), err) != 0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

int ddl_alter_column_check(const struct op_alter_column *op, struct error *err)
{
    if (op->type == NULL && op->postgresql_using != NULL)
        return error_set(err, ERROR_FAILED,
                         "postgresql_using: there is no type to convert to");
    if (op->comment.kind != VALUE_ABSENT && op->comment.kind != VALUE_TEXT &&
        op->comment.kind != VALUE_NULL)
        return error_set(err, ERROR_FAILED, "comment: expected string or null");
    return 0;
}

int ddl_alter_column(struct ddl_output *output, const struct op *op,
                     struct error *err)
{
    const struct op_alter_column *alter = &op->alter_column;

    if (output->dialect == DIALECT_SQLITE)
        return ddl_parts_needs_database(err);
    if (ddl_alter_column_check(alter, err) != 0 ||
        drop_check(output, alter, err) != 0 ||
        set_type(output, alter, err) != 0)
        return -1;
    if (alter->nullable != TRI_UNSET &&
        simple(output, alter,
               alter->nullable == TRI_TRUE ? "DROP NOT NULL" : "SET NOT NULL",
               err) != 0)
        return -1;
    if (set_default(output, alter, err) != 0 ||
        set_identity(output, alter, err) != 0 ||
        set_comment(output, alter, err) != 0 ||
        rename_column(output, alter, err) != 0)
        return -1;
    return add_check(output, alter, err);
}
