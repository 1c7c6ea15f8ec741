/* Ops on PostgreSQL: what its statements cannot look up themselves. */
#include "base/str.h"
#include "db/db_print.h"
#include "ddl/ddl.h"
#include "ddl/sql_lex.h"
#include "model/fields.h"
#include "run/exec_parts.h"
#include "run/exec_postgres_offline.h"

#include <string.h>

/* The version that has computed columns that are not kept. */
#define VIRTUAL_COLUMNS 180000

static bool has_column(const struct table *table, const char *name)
{
    for (size_t i = 0; table != NULL && i < table->column_count; i++)
        if (str_equal(table->columns[i].name, name))
            return true;
    return false;
}

static int no_table(const struct exec *exec, const char *name)
{
    return error_set(exec->err, ERROR_FAILED, "no such table: %s", name);
}

/* --- enum types --- */

/* The type in the catalog; `*found` NULL: there is none. */
static int find_enum(const struct exec *exec, const char *schema,
                     const char *name, const struct type **found)
{
    struct db_types types;

    *found = NULL;
    if (exec->db->driver->enums(exec->db, schema, name, exec->arena, &types,
                                exec->err) != 0)
        return -1;
    if (types.count > 0)
        *found = &types.items[0];
    return 0;
}

static int check_values(const struct exec *exec, const struct type *there,
                        const char *name, const struct names *values)
{
    if (names_same(&there->values, values))
        return 0;
    error_set(exec->err, ERROR_FAILED,
              "the enum type '%s' exists with the values %s, not with %s", name,
              ddl_enum_list(exec->arena, &there->values),
              ddl_enum_list(exec->arena, values));
    return error_hint(exec->err,
                      "change it before with op.add_enum_value or "
                      "op.rename_enum_value, or write the values it has");
}

/* Asks each time: what is remembered may be rolled back. */
static int create_enums(const struct exec *exec, const struct op *op)
{
    struct ddl_enums needed;

    if (ddl_enum_types(op, exec->arena, &needed, exec->err) != 0)
        return -1;
    for (size_t i = 0; i < needed.count; i++) {
        const struct type *type = needed.items[i];
        const struct type *there;
        const char *sql;

        if (find_enum(exec, type->schema, type->name, &there) != 0)
            return -1;
        if (there == NULL && exec->db->offline &&
            !db_print_is_whole(exec->db)) {
            if (exec_postgres_offline_type(exec, type) != 0)
                return -1;
            continue;
        }
        if (there == NULL &&
            (ddl_enum_text(exec->arena, type, &sql, exec->err) != 0 ||
             exec_send(exec, sql) != 0))
            return -1;
        if (there != NULL &&
            check_values(exec, there, type->name, &type->values) != 0)
            return error_context(exec->err, "op.%s",
                                 fields_ops[op->kind]->name);
    }
    return 0;
}

static int create_enum(const struct exec *exec, const struct op *op)
{
    const struct op_create_enum *create = &op->create_enum;
    const struct type *there = NULL;

    if (create->checkfirst == TRI_TRUE &&
        find_enum(exec, create->schema, create->name, &there) != 0)
        return -1;
    if (there == NULL && exec->db->offline && create->checkfirst == TRI_TRUE) {
        const struct type type = {.kind = TYPE_ENUM,
                                  .name = create->name,
                                  .schema = create->schema,
                                  .values = create->values};

        return exec_postgres_offline_type(exec, &type);
    }
    if (there == NULL)
        return exec_statements(exec, op);
    return check_values(exec, there, create->name, &create->values) == 0
               ? 0
               : error_context(exec->err, "op.create_enum");
}

/* --- constraints that have no name in the script --- */

static const char *const type_words[] = {
    [CONSTRAINT_PRIMARY_KEY] = "primary",    [CONSTRAINT_UNIQUE] = "unique",
    [CONSTRAINT_FOREIGN_KEY] = "foreignkey", [CONSTRAINT_CHECK] = "check",
    [CONSTRAINT_EXCLUDE] = "exclude",
};

static bool same_columns(const struct names *a, const struct names *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!names_have(b, a->items[i]))
            return false;
    return true;
}

static struct names columns_of(const struct exec *exec,
                               const struct constraint *constraint)
{
    struct names names = constraint->columns;

    if (names.count > 0 || constraint->elements.count == 0)
        return names;
    names.items =
        arena_array(exec->arena, const char *, constraint->elements.count);
    for (size_t i = 0; i < constraint->elements.count; i++)
        if (constraint->elements.items[i].column != NULL)
            names.items[names.count++] = constraint->elements.items[i].column;
    return names;
}

static bool is_meant(const struct exec *exec,
                     const struct constraint *constraint,
                     const struct op_drop_constraint *drop)
{
    struct names columns = columns_of(exec, constraint);

    if (drop->type != NULL &&
        !str_equal(type_words[constraint->kind], drop->type))
        return false;
    return drop->columns.count == 0 || same_columns(&columns, &drop->columns);
}

/* Names every constraint of the table, or those that are meant. */
static void candidates(const struct exec *exec, const struct table *table,
                       const struct op_drop_constraint *drop)
{
    for (size_t i = 0; i < table->constraint_count; i++) {
        const struct constraint *constraint = &table->constraints[i];
        struct names columns = columns_of(exec, constraint);
        struct buf text;

        if (drop != NULL && !is_meant(exec, constraint, drop))
            continue;
        buf_init(&text, exec->arena);
        buf_addf(&text, "%s: %s (",
                 constraint->name != NULL ? constraint->name : "?",
                 type_words[constraint->kind]);
        for (size_t k = 0; k < columns.count; k++)
            buf_addf(&text, "%s%s", k > 0 ? ", " : "", columns.items[k]);
        buf_char(&text, ')');
        error_candidate(exec->err, text.data);
    }
}

static int refuse_bare(const struct exec *exec,
                       const struct op_drop_constraint *drop)
{
    error_set(exec->err, ERROR_FAILED,
              "a constraint without a name needs columns and type");
    return error_hint(exec->err,
                      "op.drop_constraint(nil, \"%s\", { columns = { ... }, "
                      "type = \"unique\" })",
                      drop->table);
}

/* Finds the name of the one constraint that is meant. */
static int find_constraint(const struct exec *exec,
                           const struct op_drop_constraint *drop,
                           const char **name)
{
    struct table *table;
    size_t count = 0;

    *name = NULL;
    if (exec->db->driver->reflect(exec->db, drop->schema, drop->table,
                                  exec->arena, &table, exec->err) != 0)
        return -1;
    if (table == NULL)
        return no_table(exec, drop->table);
    for (size_t i = 0; i < table->constraint_count; i++)
        if (is_meant(exec, &table->constraints[i], drop)) {
            *name = table->constraints[i].name;
            count++;
        }
    if (count == 1 || (count == 0 && drop->if_exists == TRI_TRUE))
        return 0;
    if (count > 1) {
        error_set(exec->err, ERROR_FAILED,
                  "%zu constraints of the table '%s' are meant: say more with "
                  "columns and type, or name one",
                  count, drop->table);
        candidates(exec, table, drop);
        return -1;
    }
    error_set(exec->err, ERROR_FAILED,
              "the table '%s' has no such constraint%s", drop->table,
              table->constraint_count > 0 ? "; it has" : "");
    candidates(exec, table, NULL);
    return -1;
}

static int drop_constraint(const struct exec *exec, const struct op *op)
{
    const struct op_drop_constraint *drop = &op->drop_constraint;
    struct op named = *op;

    if (drop->name == NULL) {
        if (drop->columns.count == 0 &&
            (drop->type == NULL || !str_equal(drop->type, "primary"))) {
            (void)refuse_bare(exec, drop);
            return error_context(exec->err, "op.drop_constraint");
        }
        if (exec->db->offline)
            return exec_postgres_offline_drop(exec, drop);
        if (find_constraint(exec, drop, &named.drop_constraint.name) != 0)
            return error_context(exec->err, "op.drop_constraint");
        if (named.drop_constraint.name == NULL)
            return 0;
    }
    return exec_statements(exec, &named);
}

/* --- columns --- */

static void note_place(const struct exec *exec, const char *column,
                       const char *before, const char *after)
{
    if (before != NULL || after != NULL)
        exec_note(exec,
                  arena_printf(exec->arena,
                               "PostgreSQL keeps the order of columns: '%s' is "
                               "not moved %s '%s'",
                               column, before != NULL ? "before" : "behind",
                               before != NULL ? before : after));
}

static int check_computed(const struct exec *exec, const struct op *op,
                          const struct column *column)
{
    if (column->computed == NULL || column->computed->persisted != TRI_FALSE ||
        exec->db->server_version >= VIRTUAL_COLUMNS)
        return 0;
    return error_set(exec->err, ERROR_FAILED,
                     "op.%s: column '%s': PostgreSQL %d keeps every computed "
                     "column: leave out persisted = false",
                     fields_ops[op->kind]->name, column->name,
                     exec->db->server_version / 10000);
}

static int create_table(const struct exec *exec, const struct op *op)
{
    const struct table *table = &op->create_table.table;

    for (size_t i = 0; i < table->column_count; i++)
        if (check_computed(exec, op, &table->columns[i]) != 0)
            return -1;
    return create_enums(exec, op) != 0 ? -1 : exec_statements(exec, op);
}

/* Whether statements follow that know no IF NOT EXISTS. */
static bool has_more(const struct column *column)
{
    return column->references != NULL || column->unique == TRI_TRUE ||
           column->index == TRI_TRUE || column->check != NULL ||
           column->comment != NULL;
}

static int add_column(const struct exec *exec, const struct op *op)
{
    const struct op_add_column *add = &op->add_column;
    struct table *table;

    note_place(exec, add->column.name, add->insert_before, add->insert_after);
    if (check_computed(exec, op, &add->column) != 0)
        return -1;
    if (add->if_not_exists == TRI_TRUE && has_more(&add->column) &&
        exec->db->offline)
        return create_enums(exec, op) != 0
                   ? -1
                   : exec_postgres_offline_unless(
                         exec, op,
                         exec_postgres_offline_column(
                             exec, add->schema, add->table, add->column.name));
    if (add->if_not_exists == TRI_TRUE && has_more(&add->column)) {
        if (exec->db->driver->reflect(exec->db, add->schema, add->table,
                                      exec->arena, &table, exec->err) != 0)
            return -1;
        if (has_column(table, add->column.name))
            return 0;
    }
    return create_enums(exec, op) != 0 ? -1 : exec_statements(exec, op);
}

/* `autoincrement` changes nothing; what it asks for must be so, as on
 * SQLite. */
static int check_numbering(const struct exec *exec,
                           const struct op_alter_column *alter)
{
    bool wanted = alter->autoincrement == TRI_TRUE, numbered = false;
    struct table *table;

    if (alter->autoincrement == TRI_UNSET || alter->identity != NULL ||
        exec->db->offline)
        return 0;
    if (exec->db->driver->reflect(exec->db, alter->schema, alter->table,
                                  exec->arena, &table, exec->err) != 0)
        return -1;
    if (table == NULL)
        return no_table(exec, alter->table);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];

        if (str_equal(column->name, alter->name))
            numbered =
                column->autoincrement == TRI_TRUE || column->identity != NULL;
    }
    if (numbered == wanted)
        return 0;
    error_set(exec->err, ERROR_FAILED,
              wanted ? "autoincrement: the column '%s' is not numbered"
                     : "autoincrement = false: the column '%s' is numbered",
              alter->name);
    return error_hint(exec->err,
                      wanted ? "write identity = {} to number it"
                             : "write identity = null, or server_default = "
                               "null for a serial column");
}

static int alter_column(const struct exec *exec, const struct op *op)
{
    const struct op_alter_column *alter = &op->alter_column;

    note_place(exec, alter->name, alter->insert_before, alter->insert_after);
    if (check_numbering(exec, alter) != 0)
        return error_context(exec->err, "op.alter_column");
    return create_enums(exec, op) != 0 ? -1 : exec_statements(exec, op);
}

/* --- the others --- */

/* PostgreSQL has no IF NOT EXISTS for a plain view. */
static int create_view(const struct exec *exec, const struct op *op)
{
    struct op plain = *op;
    struct names views;

    /* with `replace` it is refused there */
    if (op->create_view.if_not_exists != TRI_TRUE ||
        op->create_view.replace == TRI_TRUE ||
        op->create_view.materialized == TRI_TRUE)
        return exec_statements(exec, op);
    plain.create_view.if_not_exists = TRI_UNSET;
    if (exec->db->offline)
        return exec_postgres_offline_unless(
            exec, &plain,
            exec_postgres_offline_view(exec, op->create_view.schema,
                                       op->create_view.name));
    if (exec->db->driver->relations(exec->db, DB_VIEWS, op->create_view.schema,
                                    exec->arena, &views, exec->err) != 0)
        return -1;
    for (size_t i = 0; i < views.count; i++)
        if (str_equal(views.items[i], op->create_view.name))
            return 0;
    return exec_statements(exec, &plain);
}

static bool is_concurrent(const struct op *op)
{
    const struct table *table = &op->create_table.table;

    if (op->kind == OP_CREATE_INDEX)
        return op->create_index.index.postgresql_concurrently == TRI_TRUE;
    if (op->kind == OP_DROP_INDEX)
        return op->drop_index.postgresql_concurrently == TRI_TRUE;
    for (size_t i = 0; op->kind == OP_CREATE_TABLE && i < table->index_count;
         i++)
        if (table->indexes[i].postgresql_concurrently == TRI_TRUE)
            return true;
    return false;
}

static int refuse_concurrent(const struct exec *exec, const struct op *op)
{
    error_set(exec->err, ERROR_FAILED,
              "op.%s: postgresql_concurrently cannot run inside a transaction",
              fields_ops[op->kind]->name);
    return error_hint(exec->err,
                      "put `transaction = false` into the header of the "
                      "revision: it is a list of steps then");
}

/* PostgreSQL writes an expression in its own way, so the name alone tells of
 * a CHECK that has one. */
static bool is_same(const struct constraint *had,
                    const struct constraint *wanted)
{
    if (had->kind != wanted->kind ||
        (wanted->name != NULL && !str_equal(had->name, wanted->name)))
        return false;
    if (wanted->kind == CONSTRAINT_CHECK)
        return wanted->name != NULL ||
               sql_lex_same(SQL_LEX_POSTGRESQL, had->condition,
                            strlen(had->condition), wanted->condition,
                            strlen(wanted->condition));
    return wanted->kind != CONSTRAINT_EXCLUDE &&
           names_same(&had->columns, &wanted->columns) &&
           (wanted->kind != CONSTRAINT_FOREIGN_KEY ||
            (str_equal(had->referent, wanted->referent) &&
             names_same(&had->referent_columns, &wanted->referent_columns)));
}

/* Whether a constraint of table_args is in the table already, as on SQLite. */
static int has_constraint(const struct exec *exec, const struct op *op,
                          bool *found)
{
    const struct op_create_constraint *create = &op->create_constraint;
    struct table *table;

    *found = false;
    if (exec->db->offline || op->kind == OP_ADD_COLUMN ||
        op->kind == OP_CREATE_INDEX)
        return 0;
    if (exec->db->driver->reflect(exec->db, create->schema, create->table,
                                  exec->arena, &table, exec->err) != 0)
        return -1;
    for (size_t i = 0; table != NULL && i < table->constraint_count; i++)
        *found |= is_same(&table->constraints[i], &create->constraint);
    return 0;
}

static int batch(const struct exec *exec,
                 const struct op_batch_alter_table *batch)
{
    struct ddl_ops ops;

    if (batch->partial_reordering.count > 0)
        exec_note(exec, "PostgreSQL keeps the order of columns: "
                        "partial_reordering changes nothing");
    if (ddl_batch_ops(batch, exec->arena, &ops, exec->err) != 0)
        return -1;
    for (size_t i = 0; i < ops.count; i++) {
        bool found = false;

        if (i >= ops.first_arg &&
            has_constraint(exec, &ops.items[i], &found) != 0)
            return -1;
        if (!found && exec_postgres(exec, &ops.items[i]) != 0)
            return -1;
    }
    return 0;
}

int exec_postgres(const struct exec *exec, const struct op *op)
{
    if (is_concurrent(op) && exec->db->driver->in_transaction(exec->db))
        return refuse_concurrent(exec, op);
    switch (op->kind) {
    case OP_CREATE_TABLE:
        return create_table(exec, op);
    case OP_ADD_COLUMN:
        return add_column(exec, op);
    case OP_ALTER_COLUMN:
        return alter_column(exec, op);
    case OP_CREATE_ENUM:
        return create_enum(exec, op);
    case OP_ALTER_ENUM:
        return exec_postgres_enum(exec, op);
    case OP_DROP_CONSTRAINT:
        return drop_constraint(exec, op);
    case OP_CREATE_VIEW:
        return create_view(exec, op);
    case OP_BATCH_ALTER_TABLE:
        return batch(exec, &op->batch_alter_table);
    default:
        return exec_statements(exec, op);
    }
}
