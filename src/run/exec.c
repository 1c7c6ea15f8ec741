#include "run/exec.h"

#include "ddl/ddl.h"
#include "run/table_change.h"

#include <string.h>
#include <strings.h>

static bool has_column(const struct table *table, const char *name)
{
    for (size_t i = 0; table != NULL && i < table->column_count; i++)
        if (strcasecmp(table->columns[i].name, name) == 0)
            return true;
    return false;
}

static bool refers_to(const struct table *table, const char *name)
{
    for (size_t i = 0; i < table->constraint_count; i++) {
        const struct constraint *constraint = &table->constraints[i];

        if (constraint->kind == CONSTRAINT_FOREIGN_KEY &&
            strcasecmp(constraint->referent, name) == 0)
            return true;
    }
    return false;
}

/* Whether SQLite enforces foreign keys in this revision. */
static int is_enforced(struct db *db, struct arena *arena, bool *enforced,
                       struct error *err)
{
    static const char sql[] = "PRAGMA foreign_keys";
    struct db_statement statement = {.sql = sql, .size = sizeof sql - 1};
    struct value value;

    if (db_query_one(db, &statement, arena, &value, err) != 0)
        return -1;
    *enforced = (value.kind == VALUE_INTEGER && value.integer != 0) ||
                (value.kind == VALUE_BOOLEAN && value.boolean);
    return 0;
}

/* With foreign keys enforced DROP TABLE deletes the rows first, which changes
 * the rows that refer to them (G13). */
static int check_references(struct db *db, const struct op_drop_table *drop,
                            struct arena *arena, struct error *err)
{
    struct names tables;
    bool enforced;

    if (is_enforced(db, arena, &enforced, err) != 0)
        return -1;
    if (!enforced)
        return 0;
    if (db->driver->relations(db, DB_TABLES, drop->schema, arena, &tables,
                              err) != 0)
        return -1;
    for (size_t i = 0; i < tables.count; i++) {
        struct table *table;

        if (strcasecmp(tables.items[i], drop->name) == 0)
            continue;
        if (db->driver->reflect(db, drop->schema, tables.items[i], arena,
                                &table, err) != 0)
            return -1;
        if (table == NULL || !refers_to(table, drop->name))
            continue;
        error_set(err, ERROR_FAILED,
                  "op.drop_table: the table '%s' refers to '%s', and foreign "
                  "keys are enforced in this revision",
                  table->name, drop->name);
        return error_hint(err,
                          "drop '%s' first, or leave foreign_keys = true "
                          "out of this revision",
                          table->name);
    }
    return 0;
}

/* Sets `done` when the database is already as `op` wants it, where SQLite's
 * own statement cannot say IF [NOT] EXISTS. */
static int look(struct db *db, const struct op *op, struct arena *arena,
                bool *done, struct error *err)
{
    const struct op_add_column *add = &op->add_column;
    const struct op_drop_column *drop = &op->drop_column;
    struct table *table;

    *done = false;
    if (op->kind == OP_DROP_TABLE)
        return check_references(db, &op->drop_table, arena, err);
    if (op->kind == OP_ADD_COLUMN && add->if_not_exists == TRI_TRUE) {
        if (db->driver->reflect(db, add->schema, add->table, arena, &table,
                                err) != 0)
            return -1;
        *done = has_column(table, add->column.name);
    }
    if (op->kind == OP_DROP_COLUMN && drop->if_exists == TRI_TRUE) {
        if (db->driver->reflect(db, drop->schema, drop->table, arena, &table,
                                err) != 0)
            return -1;
        *done = table != NULL && !has_column(table, drop->name);
    }
    return 0;
}

int exec_op(struct db *db, const struct op *op, struct arena *arena,
            struct names *notes, struct error *err)
{
    struct names statements;
    bool done = false;

    notes->items = NULL;
    notes->count = 0;

    if (db->dialect == DIALECT_SQLITE && look(db, op, arena, &done, err) != 0)
        return -1;
    if (done)
        return 0;
    if (db->dialect == DIALECT_SQLITE && table_change_wants(op, arena))
        return table_change_run(db, op, arena, notes, err);
    if (ddl_compile(op, db->dialect, arena, &statements, err) != 0)
        return -1;
    for (size_t i = 0; i < statements.count; i++)
        if (db_execute_text(db, statements.items[i], err) != 0)
            return -1;
    return 0;
}
