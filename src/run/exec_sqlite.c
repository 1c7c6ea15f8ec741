/* Ops on SQLite: what its statements cannot look up themselves. */
#include "ddl/ddl.h"
#include "ddl/sql_lex.h"
#include "model/fields.h"
#include "run/exec_parts.h"
#include "run/table_change.h"
#include "run/table_parts.h"
#include "run/table_print.h"

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

/* SQLite has no words for it, and what must be looked up is not there. */
static int refuse_offline(const struct exec *exec, const struct op *op,
                          const char *option)
{
    if (option != NULL)
        error_set(exec->err, ERROR_FAILED,
                  "op.%s: %s: SQLite has no statement for this, and this SQL "
                  "is written without a database to look it up",
                  fields_ops[op->kind]->name, option);
    else
        error_set(exec->err, ERROR_FAILED,
                  "op.%s: SQLite has no statement for this, and this SQL is "
                  "written without a database that has the text of the index",
                  fields_ops[op->kind]->name);
    return option != NULL
               ? error_hint(exec->err, "leave %s out where op.is_offline()",
                            option)
               : error_hint(exec->err,
                            "op.drop_index and op.create_index do the same");
}

/* What look() cannot find out without a database. */
static int check_offline(const struct exec *exec, const struct op *op)
{
    if (!exec->db->offline)
        return 0;
    if (op->kind == OP_ADD_COLUMN && op->add_column.if_not_exists == TRI_TRUE)
        return refuse_offline(exec, op, "if_not_exists");
    if (op->kind == OP_DROP_COLUMN && op->drop_column.if_exists == TRI_TRUE)
        return refuse_offline(exec, op, "if_exists");
    return op->kind == OP_RENAME_INDEX ? refuse_offline(exec, op, NULL) : 0;
}

/* Sets `done` when the database is already as `op` wants it, where SQLite's
 * own statement cannot say IF [NOT] EXISTS. */
static int look(const struct exec *exec, const struct op *op, bool *done)
{
    struct db *db = exec->db;
    struct arena *arena = exec->arena;
    struct error *err = exec->err;
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

/* The text of the index that SQLite keeps, under another name: "CREATE [UNIQUE]
 * INDEX name ON ...". */
static const char *renamed_index(const struct exec *exec, const char *schema,
                                 const char *sql, const char *new_name)
{
    struct sql_token token;
    struct sql_lex lex;
    struct buf out;

    sql_lex_init(&lex, SQL_LEX_SQLITE, sql, strlen(sql));
    do
        token = sql_lex_solid(&lex);
    while (token.kind != SQL_END && !sql_lex_is(&lex, token, "index"));
    token = sql_lex_solid(&lex);
    buf_init(&out, exec->arena);
    buf_addn(&out, sql, token.start);
    ddl_qualified(&out, DIALECT_SQLITE, schema, new_name);
    buf_add(&out, sql + token.end);
    return out.data;
}

/* SQLite has no statement for it: the index is built anew. */
static int rename_index(const struct exec *exec,
                        const struct op_rename_index *op)
{
    const char *schema = op->schema != NULL ? op->schema : "main";
    table_objects found = {0};
    const char *sql;

    if (ddl_check_name(DIALECT_SQLITE, op->new_name, exec->err) != 0)
        return error_context(exec->err, "op.rename_index");
    if (table_query_objects(
            exec->db, exec->arena, exec->err, schema,
            table_query_format(exec->arena,
                               "WHERE type = 'index' AND name = %q COLLATE "
                               "NOCASE",
                               op->old_name),
            &found) != 0)
        return -1;
    if (found.count == 0)
        return op->if_exists == TRI_TRUE
                   ? 0
                   : error_set(exec->err, ERROR_FAILED,
                               "op.rename_index: no such index: %s",
                               op->old_name);
    if (found.items[0].sql == NULL)
        return error_set(exec->err, ERROR_FAILED,
                         "op.rename_index: the index '%s' belongs to a "
                         "constraint of the table '%s'",
                         op->old_name, found.items[0].table);
    sql = renamed_index(exec, schema, found.items[0].sql, op->new_name);
    if (exec_send(exec, table_query_format(exec->arena, "DROP INDEX %n.%n",
                                           schema, found.items[0].name)) != 0)
        return -1;
    return exec_send(exec, sql);
}

int exec_sqlite(const struct exec *exec, const struct op *op)
{
    bool done = false;

    if (check_offline(exec, op) != 0)
        return -1;
    if (look(exec, op, &done) != 0 || done)
        return done ? 0 : -1;
    if (op->kind == OP_RENAME_INDEX)
        return rename_index(exec, &op->rename_index);
    if (op->kind == OP_ALTER_ENUM)
        return exec_sqlite_enum(exec, op);
    if (op->kind == OP_ADD_ENUM_VALUE || op->kind == OP_RENAME_ENUM_VALUE)
        return exec_statements(exec, op) != 0 ? -1 : exec_sqlite_enum(exec, op);
    if (table_change_wants(op, exec->arena) && exec->db->prints)
        return table_print_run(exec->db, op, exec->arena, exec->err);
    if (table_change_wants(op, exec->arena))
        return table_change_run(exec->db, op, exec->arena, exec->notes,
                                exec->err);
    return exec_statements(exec, op);
}
