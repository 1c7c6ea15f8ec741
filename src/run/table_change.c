#include "run/table_change.h"

#include "base/str.h"
#include "ddl/ddl.h"
#include "model/fields.h"
#include "run/table_parts.h"

#include <string.h>
#include <strings.h>

bool table_change_wants(const struct op *op, struct arena *arena)
{
    struct names statements;
    struct error refused;

    switch (op->kind) {
    case OP_ALTER_COLUMN:
    case OP_CREATE_PRIMARY_KEY:
    case OP_CREATE_UNIQUE_CONSTRAINT:
    case OP_CREATE_CHECK_CONSTRAINT:
    case OP_CREATE_FOREIGN_KEY:
    case OP_DROP_CONSTRAINT:
    case OP_RENAME_CONSTRAINT:
    case OP_BATCH_ALTER_TABLE:
    case OP_DROP_COLUMN:
    case OP_RENAME_TABLE:
        return true;
    case OP_ADD_COLUMN:
        return op->add_column.insert_before != NULL ||
               op->add_column.insert_after != NULL ||
               ddl_compile(op, DIALECT_SQLITE, arena, &statements, &refused) !=
                   0;
    default:
        return false;
    }
}

/* Reads the table's text, and begins from it. */
static int load(struct table_change *change)
{
    table_objects found = {0};

    if (table_query_objects(
            change->db, change->arena, change->err, change->schema,
            table_query_format(change->arena,
                               "WHERE type IN ('table', 'view') AND name = %q "
                               "COLLATE NOCASE",
                               change->table),
            &found) != 0)
        return -1;
    if (found.count == 0)
        return error_set(change->err, ERROR_FAILED, "no such table: %s",
                         change->table);
    if (!str_equal(found.items[0].type, "table") ||
        found.items[0].sql == NULL ||
        strncasecmp(found.items[0].name, "sqlite_", 7) == 0)
        return error_set(change->err, ERROR_FAILED, "'%s' is not a table",
                         change->table);
    change->table = found.items[0].name;
    change->sql = found.items[0].sql;
    change->ops.added.count = 0;
    change->ops.changed = false;
    if (table_edit_open(&change->ops.edit, change->arena, change->sql,
                        change->err) != 0)
        return error_context(change->err, "the table '%s'", change->table);
    return 0;
}

static int statements_of(struct table_change *change, const struct op *op)
{
    struct names statements;

    if (ddl_compile(op, DIALECT_SQLITE, change->arena, &statements,
                    change->err) != 0)
        return -1;
    for (size_t i = 0; i < statements.count; i++)
        if (table_query_run(change->db, change->err, statements.items[i]) != 0)
            return -1;
    return 0;
}

/* --- texts and copies --- */

static int flush(struct table_change *change)
{
    bool done = false;

    if (!change->ops.changed && !change->copy)
        return 0;
    if (strcmp(change->sql, change->ops.edit.sql) != 0 || change->copy) {
        if (table_write_run(change, &done) != 0 ||
            (!done && table_copy_run(change) != 0))
            return -1;
    }
    change->copy = false;
    return load(change);
}

/* A column that is there before and after the text's other changes can be
 * renamed in the schema at once. */
static int rename_column(struct table_change *change, const char *name,
                         const char *new_name)
{
    struct op_alter_column alter = {.name = name, .new_column_name = new_name};
    struct op op = {.kind = OP_ALTER_COLUMN, .alter_column = alter};
    const struct table_column *column;
    struct table_change old = *change;

    if (ddl_check_name(DIALECT_SQLITE, new_name, change->err) != 0 ||
        table_edit_find(&change->ops.edit, name, &column, change->err) != 0)
        return -1;
    if (strcasecmp(name, new_name) != 0 &&
        table_edit_column(&change->ops.edit, new_name) != NULL)
        return error_set(change->err, ERROR_FAILED,
                         "the table '%s' has a column '%s' already",
                         change->table, new_name);
    if (!change->ops.changed) {
        if (table_rename_column(change, name, new_name) != 0)
            return -1;
        table_ops_rename_after(&change->ops, name, new_name);
        return load(change);
    }
    if (table_ops_is_new(&change->ops, name))
        return table_ops_apply(&change->ops, &op, change->err);
    if (table_edit_open(&old.ops.edit, change->arena, change->sql,
                        change->err) != 0)
        return -1;
    if (table_edit_column(&old.ops.edit, new_name) != NULL &&
        strcasecmp(name, new_name) != 0) {
        if (flush(change) != 0)
            return -1;
        return rename_column(change, name, new_name);
    }
    if (table_ops_apply(&change->ops, &op, change->err) != 0 ||
        table_rename_column(change, name, new_name) != 0 || load(&old) != 0)
        return -1;
    change->sql = old.sql;
    return 0;
}

static int alter_column(struct table_change *change, const struct op *op)
{
    struct op plain = *op;

    plain.alter_column.new_column_name = NULL;
    if (table_ops_apply(&change->ops, &plain, change->err) != 0)
        return -1;
    return op->alter_column.new_column_name == NULL
               ? 0
               : rename_column(change, op->alter_column.name,
                               op->alter_column.new_column_name);
}

/* Without a column of such a name, what names it means the hidden rowid. */
static bool is_rowid_name(const char *name)
{
    return strcasecmp(name, "rowid") == 0 || strcasecmp(name, "oid") == 0 ||
           strcasecmp(name, "_rowid_") == 0;
}

/* Without the column a view or trigger that names it would go on, and mean
 * another thing. */
static int check_rowid(struct table_change *change, const char *column)
{
    table_objects all = {0};

    if (table_query_objects(change->db, change->arena, change->err,
                            change->schema, "WHERE type IN ('view', 'trigger')",
                            &all) != 0)
        return -1;
    for (size_t i = 0; i < all.count; i++) {
        const struct table_object *object = &all.items[i];
        size_t size = object->sql != NULL ? strlen(object->sql) : 0;

        if (size == 0 ||
            !table_edit_uses(change->arena, object->sql, size, column) ||
            !table_edit_uses(change->arena, object->sql, size, change->table))
            continue;
        error_set(change->err, ERROR_FAILED,
                  "the %s '%s' names '%s', which without this column is the "
                  "hidden rowid",
                  object->type, object->name, column);
        return error_hint(change->err, "drop it first and create it anew "
                                       "after the change");
    }
    return 0;
}

/* SQLite's DROP COLUMN when it is the only change and nothing forbids it. */
static int drop_column(struct table_change *change, const struct op *op,
                       bool alone)
{
    const struct table_column *column =
        table_edit_column(&change->ops.edit, op->drop_column.name);
    bool done = false;

    if (column != NULL && is_rowid_name(column->name) &&
        check_rowid(change, column->name) != 0)
        return -1;
    if (alone && column != NULL && !change->copy &&
        !is_rowid_name(column->name) &&
        table_rename_try(change,
                         table_query_format(
                             change->arena, "ALTER TABLE %n.%n DROP COLUMN %n",
                             change->schema, change->table, column->name),
                         &done) != 0)
        return -1;
    return done ? load(change) : table_ops_apply(&change->ops, op, change->err);
}

static int add_column(struct table_change *change, const struct op *op)
{
    struct op native = *op;

    if (change->ops.changed || change->copy ||
        table_change_wants(op, change->arena) ||
        table_edit_column(&change->ops.edit, op->add_column.column.name) !=
            NULL)
        return table_ops_apply(&change->ops, op, change->err);
    native.add_column.table = change->table;
    native.add_column.schema = change->schema;
    return statements_of(change, &native) != 0 ? -1 : load(change);
}

bool table_change_forget_index(struct table_change *change, const char *name)
{
    struct table_ops *ops = &change->ops;

    for (size_t i = 0; i < ops->after.count; i++) {
        const struct op *op = &ops->after.items[i];

        if (op->kind != OP_CREATE_INDEX ||
            op->create_index.index.name == NULL ||
            strcasecmp(op->create_index.index.name, name) != 0)
            continue;
        ops->after.count--;
        memmove(&ops->after.items[i], &ops->after.items[i + 1],
                (ops->after.count - i) * sizeof *ops->after.items);
        return true;
    }
    return false;
}

static int drop_index(struct table_change *change, const struct op *op)
{
    return table_change_forget_index(change, op->drop_index.name)
               ? 0
               : statements_of(change, op);
}

static int rename_table(struct table_change *change, const char *new_name)
{
    return table_rename_table(change, new_name) != 0 ? -1 : load(change);
}

static int apply(struct table_change *change, const struct op *op, bool alone)
{
    switch (op->kind) {
    case OP_ALTER_COLUMN:
        return alter_column(change, op);
    case OP_DROP_COLUMN:
        return drop_column(change, op, alone);
    case OP_ADD_COLUMN:
        return add_column(change, op);
    case OP_RENAME_TABLE:
        return flush(change) != 0
                   ? -1
                   : rename_table(change, op->rename_table.new_name);
    case OP_DROP_INDEX:
        return drop_index(change, op);
    case OP_CREATE_TABLE_COMMENT:
    case OP_DROP_TABLE_COMMENT:
        return 0; /* nothing on SQLite */
    default:
        return table_ops_apply(&change->ops, op, change->err);
    }
}

/* copy_from: the batch begins from another description of the table. */
static int begin_from(struct table_change *change,
                      const struct op_batch_alter_table *batch)
{
    struct op create = {.kind = OP_CREATE_TABLE};
    struct names statements;

    if (batch->copy_from.column_count == 0)
        return 0;
    create.create_table.table = batch->copy_from;
    create.create_table.table.name = change->table;
    if (ddl_compile(&create, DIALECT_SQLITE, change->arena, &statements,
                    change->err) != 0)
        return error_context(change->err, "copy_from");
    change->ops.changed = change->copy = true;
    return table_edit_open(&change->ops.edit, change->arena,
                           statements.items[0], change->err);
}

static int run_batch(struct table_change *change,
                     const struct op_batch_alter_table *batch)
{
    const char *recreate = batch->recreate != NULL ? batch->recreate : "auto";

    change->copy = str_equal(recreate, "always");
    change->never = str_equal(recreate, "never");
    change->ops.convention = batch->naming_convention;
    if (begin_from(change, batch) != 0)
        return -1;
    for (size_t i = 0; i < batch->op_count; i++)
        if (apply(change, &batch->ops[i], batch->op_count == 1) != 0)
            return error_context(change->err, "batch.%s",
                                 fields_ops[batch->ops[i].kind]->name);
    return table_ops_batch(&change->ops, batch, change->err);
}

static int run_after(struct table_change *change)
{
    for (size_t i = 0; i < change->ops.after.count; i++) {
        struct op *op = &change->ops.after.items[i];

        if (op->kind == OP_CREATE_INDEX) {
            op->create_index.table = change->table;
            op->create_index.schema = change->schema;
        }
        if (statements_of(change, op) != 0)
            return -1;
    }
    return 0;
}

/* --- views and triggers --- */

static bool has_code(const table_objects *objects)
{
    for (size_t i = 0; i < objects->count; i++)
        if (str_equal(objects->items[i].type, "view") ||
            str_equal(objects->items[i].type, "trigger"))
            return true;
    return false;
}

/* Fails when the change broke one; what was broken before becomes a note. */
static int check_code(struct table_change *change, const table_objects *before,
                      struct names *notes)
{
    table_objects after = {0};
    VEC(const char *) list = {0};
    struct names now, then;

    if (!has_code(before))
        return 0;
    if (table_query_objects(change->db, change->arena, change->err,
                            change->schema, "", &after) != 0 ||
        table_broken_find(change->arena, &after, false, &now, change->err) != 0)
        return -1;
    if (now.count == 0)
        return 0;
    if (table_broken_find(change->arena, before, false, &then, change->err) !=
        0)
        return -1;
    for (size_t i = 0; i < now.count; i++)
        if (!table_broken_has(&then, now.items[i])) {
            error_set(change->err, ERROR_FAILED, "this would break the %s",
                      now.items[i]);
            return error_hint(change->err, "drop it first and create it anew "
                                           "after the change");
        }
    if (table_broken_find(change->arena, &after, true, &now, change->err) != 0)
        return -1;
    for (size_t i = 0; i < now.count; i++)
        vec_push(change->arena, &list,
                 arena_printf(change->arena,
                              "was broken before this change: %s",
                              now.items[i]));
    notes->items = list.items;
    notes->count = list.count;
    return 0;
}

/* --- all of it --- */

/* The table and the schema that the op names. */
static void place(const struct op *op, const char **table, const char **schema)
{
    switch (op->kind) {
    case OP_ADD_COLUMN:
        *table = op->add_column.table;
        *schema = op->add_column.schema;
        break;
    case OP_DROP_COLUMN:
        *table = op->drop_column.table;
        *schema = op->drop_column.schema;
        break;
    case OP_RENAME_TABLE:
        *table = op->rename_table.old_name;
        *schema = op->rename_table.schema;
        break;
    case OP_ALTER_COLUMN:
        *table = op->alter_column.table;
        *schema = op->alter_column.schema;
        break;
    case OP_DROP_CONSTRAINT:
        *table = op->drop_constraint.table;
        *schema = op->drop_constraint.schema;
        break;
    case OP_RENAME_CONSTRAINT:
        *table = op->rename_constraint.table;
        *schema = op->rename_constraint.schema;
        break;
    case OP_BATCH_ALTER_TABLE:
        *table = op->batch_alter_table.table;
        *schema = op->batch_alter_table.schema;
        break;
    default:
        *table = op->create_constraint.table;
        *schema = op->create_constraint.schema;
        break;
    }
}

static int run(struct table_change *change, const struct op *op,
               struct names *notes)
{
    table_objects before = {0};
    int status;

    if (load(change) != 0 ||
        table_query_objects(change->db, change->arena, change->err,
                            change->schema, "", &before) != 0)
        return -1;
    status = op->kind == OP_BATCH_ALTER_TABLE
                 ? run_batch(change, &op->batch_alter_table)
                 : apply(change, op, true);
    if (status != 0 || flush(change) != 0 || run_after(change) != 0)
        return -1;
    return check_code(change, &before, notes);
}

int table_change_run(struct db *db, const struct op *op, struct arena *arena,
                     struct names *notes, struct error *err)
{
    struct table_change change = {.db = db, .arena = arena, .err = err};
    struct error later;
    int status;

    notes->items = NULL;
    notes->count = 0;
    place(op, &change.table, &change.schema);
    if (change.schema == NULL)
        change.schema = "main";
    change.ops.schema = change.schema;
    if (db->driver->savepoint(db, err) != 0)
        return -1;
    status = run(&change, op, notes);
    if (status == 0)
        return db->driver->savepoint_release(db, err);
    if (db->driver->in_transaction(db))
        (void)db->driver->savepoint_rollback(db, &later);
    return error_context(err, "op.%s", fields_ops[op->kind]->name);
}
