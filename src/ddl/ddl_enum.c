/* Enum types: their statements, the CHECK that stands in for one, and which of
 * them an op needs. */
#include "ddl/ddl_parts.h"
#include "model/fields.h"

#include <string.h>

int ddl_enum_check(struct buf *out, enum dialect dialect, const char *column,
                   const struct type *type, struct error *err)
{
    if (ddl_constraint_name(out, dialect, type->name, err) != 0)
        return -1;
    buf_add(out, "CHECK (");
    if (ddl_parts_name(out, dialect, column, err) != 0)
        return -1;
    buf_add(out, " IN (");
    for (size_t i = 0; i < type->values.count; i++) {
        buf_add(out, i > 0 ? ", " : "");
        if (ddl_parts_text(out, dialect, type->values.items[i], err) != 0)
            return -1;
    }
    buf_add(out, "))");
    return 0;
}

bool ddl_enum_is_checked(const struct type *type, enum dialect dialect)
{
    type = ddl_type_of(type, dialect);
    return type->kind == TYPE_ENUM && type->check == TRI_TRUE &&
           (dialect == DIALECT_SQLITE || type->native == TRI_FALSE);
}

/* --- statements --- */

static int label(struct buf *out, const char *text, struct error *err)
{
    if (strlen(text) > DDL_NAME_MAX)
        return error_set(err, ERROR_FAILED,
                         "the value '%s' has %zu bytes, an enum type of "
                         "PostgreSQL takes %d",
                         text, strlen(text), DDL_NAME_MAX);
    return ddl_parts_text(out, DIALECT_POSTGRESQL, text, err);
}

static int create_text(struct buf *out, const char *schema, const char *name,
                       const struct names *values, struct error *err)
{
    buf_add(out, "CREATE TYPE ");
    if (ddl_type_name(out, DIALECT_POSTGRESQL, schema, name, err) != 0)
        return -1;
    buf_add(out, " AS ENUM (");
    for (size_t i = 0; i < values->count; i++) {
        buf_add(out, i > 0 ? ", " : "");
        if (label(out, values->items[i], err) != 0)
            return -1;
    }
    buf_char(out, ')');
    return 0;
}

int ddl_enum_text(struct arena *arena, const struct type *type,
                  const char **sql, struct error *err)
{
    struct buf out;

    buf_init(&out, arena);
    if (create_text(&out, type->schema, type->name, &type->values, err) != 0)
        return -1;
    *sql = out.data;
    return 0;
}

int ddl_enum_create(struct ddl_output *output, const struct op *op,
                    struct error *err)
{
    const struct op_create_enum *create = &op->create_enum;
    struct buf sql;

    if (output->dialect == DIALECT_SQLITE)
        return 0;
    buf_init(&sql, output->arena);
    if (create_text(&sql, create->schema, create->name, &create->values, err) !=
        0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

int ddl_enum_drop(struct ddl_output *output, const struct op *op,
                  struct error *err)
{
    const struct op_drop_enum *drop = &op->drop_enum;
    struct buf sql;

    if (output->dialect == DIALECT_SQLITE)
        return 0;
    buf_init(&sql, output->arena);
    buf_add(&sql, "DROP TYPE ");
    if (drop->checkfirst == TRI_TRUE)
        buf_add(&sql, "IF EXISTS ");
    if (ddl_type_name(&sql, output->dialect, drop->schema, drop->name, err) !=
        0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

/* Adds "ALTER TYPE s.n ". */
static int alter(struct buf *out, const char *schema, const char *name,
                 struct error *err)
{
    buf_add(out, "ALTER TYPE ");
    if (ddl_type_name(out, DIALECT_POSTGRESQL, schema, name, err) != 0)
        return -1;
    buf_char(out, ' ');
    return 0;
}

int ddl_enum_add_value(struct ddl_output *output, const struct op *op,
                       struct error *err)
{
    const struct op_add_enum_value *add = &op->add_enum_value;
    const char *beside = add->before != NULL ? add->before : add->after;
    struct buf sql;

    if (add->before != NULL && add->after != NULL)
        return error_set(err, ERROR_FAILED,
                         "before and after cannot both be given");
    if (output->dialect == DIALECT_SQLITE)
        return 0;
    buf_init(&sql, output->arena);
    if (alter(&sql, add->schema, add->name, err) != 0)
        return -1;
    buf_add(&sql, "ADD VALUE ");
    if (add->if_not_exists == TRI_TRUE)
        buf_add(&sql, "IF NOT EXISTS ");
    if (label(&sql, add->value, err) != 0)
        return -1;
    if (beside != NULL) {
        buf_add(&sql, add->before != NULL ? " BEFORE " : " AFTER ");
        if (label(&sql, beside, err) != 0)
            return -1;
    }
    ddl_parts_emit(output, &sql);
    return 0;
}

int ddl_enum_rename_value(struct ddl_output *output, const struct op *op,
                          struct error *err)
{
    const struct op_rename_enum_value *rename = &op->rename_enum_value;
    struct buf sql;

    if (output->dialect == DIALECT_SQLITE)
        return 0;
    buf_init(&sql, output->arena);
    if (alter(&sql, rename->schema, rename->name, err) != 0)
        return -1;
    buf_add(&sql, "RENAME VALUE ");
    if (label(&sql, rename->old_value, err) != 0)
        return -1;
    buf_add(&sql, " TO ");
    if (label(&sql, rename->new_value, err) != 0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

/* The catalog says which columns there are: run/ does the work. */
int ddl_enum_alter(struct ddl_output *output, const struct op *op,
                   struct error *err)
{
    (void)op;
    if (output->dialect == DIALECT_SQLITE)
        return ddl_parts_needs_database(err);
    return error_set(err, ERROR_FAILED,
                     "the columns that use an enum type are found in the "
                     "database only");
}

/* --- what an op needs --- */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

const char *ddl_enum_list(struct arena *arena, const struct names *values)
{
    struct buf out;

    buf_init(&out, arena);
    for (size_t i = 0; i < values->count; i++)
        buf_addf(&out, "%s'%s'", i > 0 ? ", " : "", values->items[i]);
    return out.data;
}

static int add_type(struct arena *arena, struct ddl_enums *list,
                    const struct type *type, struct error *err)
{
    struct buf name;

    if (type == NULL)
        return 0;
    type = ddl_type_of(type, DIALECT_POSTGRESQL);
    if (type->kind == TYPE_ARRAY)
        return add_type(arena, list, type->item, err);
    if (type->kind != TYPE_ENUM || type->native == TRI_FALSE ||
        type->create_type == TRI_FALSE || type->name == NULL)
        return 0;
    buf_init(&name, arena);
    if (ddl_type_name(&name, DIALECT_POSTGRESQL, type->schema, type->name,
                      err) != 0)
        return -1;
    for (size_t i = 0; i < list->count; i++) {
        const struct type *other = list->items[i];

        if (!same_text(other->name, type->name) ||
            !same_text(other->schema, type->schema))
            continue;
        if (names_same(&other->values, &type->values))
            return 0;
        return error_set(err, ERROR_FAILED,
                         "the enum type '%s' is written with the values %s and "
                         "with %s",
                         type->name, ddl_enum_list(arena, &other->values),
                         ddl_enum_list(arena, &type->values));
    }
    list->items =
        arena_grow(arena, list->items, list->count * sizeof *list->items,
                   (list->count + 1) * sizeof *list->items);
    list->items[list->count++] = type;
    return 0;
}

int ddl_enum_types(const struct op *op, struct arena *arena,
                   struct ddl_enums *out, struct error *err)
{
    const struct table *table = &op->create_table.table;
    int status = 0;

    out->items = NULL;
    out->count = 0;
    if (op->kind == OP_ADD_COLUMN)
        status = add_type(arena, out, op->add_column.column.type, err);
    else if (op->kind == OP_ALTER_COLUMN)
        status = add_type(arena, out, op->alter_column.type, err);
    else if (op->kind == OP_CREATE_TABLE)
        for (size_t i = 0; i < table->column_count && status == 0; i++)
            status = add_type(arena, out, table->columns[i].type, err);
    if (status != 0)
        return error_context(err, "op.%s", fields_ops[op->kind]->name);
    return 0;
}
