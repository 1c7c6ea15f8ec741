#include "ddl/table_ops.h"

#include "base/buf.h"
#include "base/str.h"
#include "ddl/ddl_parts.h"
#include "model/naming.h"

#include <string.h>
#include <strings.h>

static struct arena *arena_of(const struct table_ops *ops)
{
    return ops->edit.arena;
}

bool table_ops_is_new(const struct table_ops *ops, const char *column)
{
    for (size_t i = 0; i < ops->added.count; i++)
        if (strcasecmp(ops->added.items[i], column) == 0)
            return true;
    return false;
}

/* "name TYPE ..." with everything that a column can say of itself. */
static int definition(const struct table_ops *ops, const struct column *column,
                      const char **out, struct error *err)
{
    struct ddl_column_place place = {
        .schema = ops->schema,
        .strict = ops->edit.text.strict,
        .in_key = column->primary_key,
        .numbered = column->primary_key && !ops->edit.text.without_rowid &&
                    ddl_table_numbers(column, DIALECT_SQLITE)};
    struct buf sql;

    buf_init(&sql, arena_of(ops));
    if (ddl_constraint_inline_key(arena_of(ops), DIALECT_SQLITE, column,
                                  &place.key, err) != 0 ||
        ddl_column(&sql, DIALECT_SQLITE, column, &place, err) != 0)
        return -1;
    if (column->unique == TRI_TRUE && column->index != TRI_TRUE) {
        buf_char(&sql, ' ');
        if (ddl_constraint_name(&sql, DIALECT_SQLITE, column->unique_name,
                                err) != 0)
            return -1;
        buf_add(&sql, "UNIQUE");
    }
    if (column->references != NULL) {
        buf_char(&sql, ' ');
        if (ddl_constraint_name(&sql, DIALECT_SQLITE, column->references->name,
                                err) != 0 ||
            ddl_constraint_references(&sql, DIALECT_SQLITE, column->references,
                                      ops->schema, err) != 0)
            return -1;
    }
    *out = sql.data;
    return 0;
}

/* The column before which `before` or `after` puts another; NULL: the end. */
static int position(const struct table_ops *ops, const char *before,
                    const char *after, const char **out, struct error *err)
{
    const struct table_text *text = &ops->edit.text;
    const struct table_column *column;

    *out = NULL;
    if (before == NULL && after == NULL)
        return 0;
    if (before != NULL && after != NULL)
        return error_set(err, ERROR_FAILED,
                         "insert_before and insert_after cannot both be given");
    if (table_edit_find(&ops->edit, before != NULL ? before : after, &column,
                        err) != 0)
        return -1;
    if (after != NULL)
        column++;
    if (column < text->columns + text->column_count)
        *out = column->name;
    return 0;
}

int table_ops_check_no_key(const struct table_ops *ops, struct error *err)
{
    const struct table_text *text = &ops->edit.text;
    bool found = false;

    for (size_t i = 0; i < text->column_count; i++)
        for (size_t j = 0; j < text->columns[i].clause_count; j++)
            found |=
                text->columns[i].clauses[j].kind == TABLE_CLAUSE_PRIMARY_KEY;
    for (size_t i = 0; i < text->constraint_count; i++)
        found |= text->constraints[i].kind == TABLE_CLAUSE_PRIMARY_KEY;
    if (!found)
        return 0;
    error_set(err, ERROR_FAILED, "the table '%s' has a primary key already",
              text->name);
    return error_hint(err,
                      "drop it first: op.drop_constraint(nil, \"%s\", { "
                      "type = \"primary\" })",
                      text->name);
}

static int add_column(struct table_ops *ops, const struct op_add_column *op,
                      struct error *err)
{
    const char *text, *before;

    if (table_edit_column(&ops->edit, op->column.name) != NULL) {
        if (op->if_not_exists == TRI_TRUE)
            return 0;
        return error_set(err, ERROR_FAILED,
                         "the table '%s' has a column '%s' already",
                         ops->edit.text.name, op->column.name);
    }
    if (op->column.primary_key && table_ops_check_no_key(ops, err) != 0)
        return -1;
    if (position(ops, op->insert_before, op->insert_after, &before, err) != 0 ||
        definition(ops, &op->column, &text, err) != 0 ||
        table_edit_add_column(&ops->edit, text, before, err) != 0)
        return -1;
    vec_push(arena_of(ops), &ops->added, op->column.name);
    ops->changed = true;
    if (op->column.index == TRI_TRUE) {
        struct op index = {.kind = OP_CREATE_INDEX};

        index.create_index.table = ops->edit.text.name;
        index.create_index.schema = ops->schema;
        index.create_index.index =
            naming_column_index(arena_of(ops), op->table, &op->column);
        vec_push(arena_of(ops), &ops->after, index);
    }
    return 0;
}

static int drop_column(struct table_ops *ops, const struct op_drop_column *op,
                       struct error *err)
{
    if (table_edit_column(&ops->edit, op->name) == NULL &&
        op->if_exists == TRI_TRUE)
        return 0;
    if (table_edit_drop_column(&ops->edit, op->name, err) != 0)
        return -1;
    for (size_t i = 0; i < ops->added.count; i++)
        if (strcasecmp(ops->added.items[i], op->name) == 0)
            ops->added.items[i] = ops->added.items[--ops->added.count];
    ops->changed = true;
    return 0;
}

/* Moves the column to the place that insert_before or insert_after names. */
static int move(struct table_ops *ops, const struct op_alter_column *op,
                struct error *err)
{
    const struct table_text *text = &ops->edit.text;
    const struct table_column *moved;
    struct names order = {0};
    const char *before;

    if (op->insert_before == NULL && op->insert_after == NULL)
        return 0;
    if (position(ops, op->insert_before, op->insert_after, &before, err) != 0 ||
        table_edit_find(&ops->edit, op->name, &moved, err) != 0)
        return -1;
    if (before != NULL && strcasecmp(before, moved->name) == 0)
        return 0;
    order.items = arena_array(arena_of(ops), const char *, text->column_count);
    for (size_t i = 0; i < text->column_count; i++) {
        const char *name = text->columns[i].name;

        if (before != NULL && strcasecmp(name, before) == 0)
            order.items[order.count++] = moved->name;
        if (&text->columns[i] != moved)
            order.items[order.count++] = name;
    }
    if (before == NULL)
        order.items[order.count++] = moved->name;
    return table_edit_reorder(&ops->edit, &order, err);
}

/* Removes the CHECK of an enum type that goes. */
static int drop_enum_check(struct table_ops *ops,
                           const struct op_alter_column *op, struct error *err)
{
    const struct type *old = op->existing_type;
    const struct table_column *column;

    if (old == NULL || old->kind != TYPE_ENUM || old->name == NULL)
        return 0;
    column = table_edit_column(&ops->edit, op->name);
    for (size_t i = 0; i < column->clause_count; i++)
        if (column->clauses[i].kind == TABLE_CLAUSE_CHECK &&
            column->clauses[i].name != NULL &&
            strcasecmp(column->clauses[i].name, old->name) == 0)
            return table_edit_drop_clause(&ops->edit, &column->clauses[i], err);
    return 0;
}

/* Whether the column is the rowid, which SQLite numbers by itself. */
static bool is_rowid(const struct table_edit *edit,
                     const struct table_column *column)
{
    const char *type =
        arena_strndup(edit->arena, edit->sql + column->type.start,
                      column->type.end - column->type.start);

    if (edit->text.without_rowid || strcasecmp(type, "INTEGER") != 0)
        return false;
    for (size_t i = 0; i < column->clause_count; i++) {
        const struct table_clause *clause = &column->clauses[i];

        if (clause->kind == TABLE_CLAUSE_PRIMARY_KEY)
            /* of a column, with DESC, it is not: an old fault of SQLite */
            return !table_edit_uses(
                edit->arena, edit->sql + clause->range.start,
                clause->range.end - clause->range.start, "desc");
    }
    for (size_t i = 0; i < edit->text.constraint_count; i++) {
        const struct table_clause *clause = &edit->text.constraints[i];

        if (clause->kind == TABLE_CLAUSE_PRIMARY_KEY)
            return clause->columns.count == 1 &&
                   strcasecmp(clause->columns.items[0], column->name) == 0;
    }
    return false;
}

/* The number of a row stays one: of another integer type it would not be
 * given by itself any more. */
static bool stays_rowid(const struct table_ops *ops,
                        const struct op_alter_column *op,
                        const struct type *type)
{
    return op->autoincrement != TRI_FALSE &&
           (type->kind == TYPE_BIGINTEGER || type->kind == TYPE_SMALLINTEGER) &&
           is_rowid(&ops->edit, table_edit_column(&ops->edit, op->name));
}

static int set_type(struct table_ops *ops, const struct op_alter_column *op,
                    struct error *err)
{
    const struct type *type = ddl_type_of(op->type, DIALECT_SQLITE);
    struct ddl_column_place place = {.strict = ops->edit.text.strict};
    struct column column = {.name = op->name, .type = op->type};
    const char *collation = type->collation;
    struct type plain = *type;
    struct buf sql, whole;

    plain.collation = NULL;
    if (stays_rowid(ops, op, type))
        plain.kind = TYPE_INTEGER;
    buf_init(&sql, arena_of(ops));
    buf_init(&whole, arena_of(ops));
    /* ddl_column refuses what a STRICT table cannot hold */
    if (ddl_column(&whole, DIALECT_SQLITE, &column, &place, err) != 0 ||
        ddl_type(&sql, DIALECT_SQLITE, &plain, err) != 0 ||
        drop_enum_check(ops, op, err) != 0 ||
        table_edit_type(&ops->edit, op->name, sql.data, err) != 0)
        return -1;
    if (collation != NULL &&
        table_edit_collate(&ops->edit, op->name, collation, err) != 0)
        return -1;
    if (type->kind == TYPE_ENUM && type->check == TRI_TRUE) {
        struct buf name;
        const char *check = strstr(whole.data, " CONSTRAINT ");

        if (check == NULL)
            check = strstr(whole.data, " CHECK (");
        buf_init(&name, arena_of(ops));
        if (check != NULL)
            return table_edit_add_constraint(&ops->edit, check + 1, err);
    }
    return 0;
}

static int set_default(struct table_ops *ops, const struct op_alter_column *op,
                       struct error *err)
{
    struct buf sql;

    if (op->server_default.kind == VALUE_NULL)
        return table_edit_default(&ops->edit, op->name, NULL, err);
    buf_init(&sql, arena_of(ops));
    if (ddl_literal_default(&sql, DIALECT_SQLITE, &op->server_default, err) !=
        0)
        return -1;
    return table_edit_default(&ops->edit, op->name, sql.data, err);
}

/* `autoincrement` changes nothing on SQLite; what it asks for must be so.
 * `identity` and `comment` mean nothing. */
static int check_numbering(struct table_ops *ops,
                           const struct op_alter_column *op, struct error *err)
{
    const struct table_column *column = table_edit_column(&ops->edit, op->name);
    bool wanted = op->autoincrement == TRI_TRUE;

    if (op->autoincrement == TRI_UNSET || column == NULL ||
        is_rowid(&ops->edit, column) == wanted)
        return 0;
    if (wanted)
        return error_set(err, ERROR_FAILED,
                         "autoincrement: SQLite numbers only a primary key "
                         "that is one INTEGER column, in a table with rowid; "
                         "'%s' is not one",
                         op->name);
    return error_set(err, ERROR_FAILED,
                     "autoincrement = false: SQLite always numbers a primary "
                     "key that is one INTEGER column, as '%s' is",
                     op->name);
}

static void rename_in_index(struct table_ops *ops, struct index *index,
                            const char *name, const char *new_name)
{
    size_t count = index->elements.count;
    size_t class_count = index->postgresql_ops.count;
    struct element *items = arena_array(arena_of(ops), struct element, count);
    struct setting *classes =
        arena_array(arena_of(ops), struct setting, class_count + 1);

    for (size_t i = 0; i < class_count; i++) {
        classes[i] = index->postgresql_ops.items[i];
        if (strcasecmp(classes[i].name, name) == 0)
            classes[i].name = new_name;
    }
    index->postgresql_ops.items = classes;
    for (size_t i = 0; i < count; i++) {
        items[i] = index->elements.items[i];
        if (items[i].column != NULL && strcasecmp(items[i].column, name) == 0)
            items[i].column = new_name;
    }
    index->elements.items = items;
}

void table_ops_rename_after(struct table_ops *ops, const char *name,
                            const char *new_name)
{
    for (size_t i = 0; i < ops->after.count; i++)
        if (ops->after.items[i].kind == OP_CREATE_INDEX)
            rename_in_index(ops, &ops->after.items[i].create_index.index, name,
                            new_name);
}

static int alter_column(struct table_ops *ops, const struct op_alter_column *op,
                        struct error *err)
{
    const struct table_column *column;
    const char *before = ops->edit.sql;

    if (table_edit_find(&ops->edit, op->name, &column, err) != 0 ||
        ddl_alter_column_check(op, err) != 0)
        return -1;
    if ((op->type != NULL && set_type(ops, op, err) != 0) ||
        (op->nullable != TRI_UNSET &&
         table_edit_not_null(&ops->edit, op->name, op->nullable == TRI_FALSE,
                             err) != 0) ||
        (op->server_default.kind != VALUE_ABSENT &&
         set_default(ops, op, err) != 0) ||
        check_numbering(ops, op, err) != 0 || move(ops, op, err) != 0)
        return -1;
    if (strcmp(before, ops->edit.sql) != 0)
        ops->changed = true;
    if (op->new_column_name == NULL)
        return 0;
    for (size_t i = 0; i < ops->added.count; i++)
        if (strcasecmp(ops->added.items[i], op->name) == 0)
            ops->added.items[i] = op->new_column_name;
    table_ops_rename_after(ops, op->name, op->new_column_name);
    return table_edit_rename_column(&ops->edit, op->name, op->new_column_name,
                                    err);
}

int table_ops_apply(struct table_ops *ops, const struct op *op,
                    struct error *err)
{
    switch (op->kind) {
    case OP_ADD_COLUMN:
        return add_column(ops, &op->add_column, err);
    case OP_DROP_COLUMN:
        return drop_column(ops, &op->drop_column, err);
    case OP_ALTER_COLUMN:
        return alter_column(ops, &op->alter_column, err);
    case OP_CREATE_PRIMARY_KEY:
    case OP_CREATE_UNIQUE_CONSTRAINT:
    case OP_CREATE_CHECK_CONSTRAINT:
    case OP_CREATE_FOREIGN_KEY:
    case OP_DROP_CONSTRAINT:
    case OP_RENAME_CONSTRAINT:
        return table_ops_constraint(ops, op, err);
    case OP_ADD_ENUM_VALUE:
    case OP_RENAME_ENUM_VALUE:
    case OP_ALTER_ENUM:
        return table_ops_enum(ops, op, err);
    case OP_CREATE_EXCLUDE_CONSTRAINT:
        return error_set(err, ERROR_FAILED,
                         "exclude constraints exist on PostgreSQL only");
    case OP_VALIDATE_CONSTRAINT:
        return error_set(err, ERROR_FAILED,
                         "constraints are validated on PostgreSQL only");
    default:
        vec_push(arena_of(ops), &ops->after, *op);
        return 0;
    }
}
