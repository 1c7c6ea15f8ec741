#include "run/table_print.h"

#include "base/str.h"
#include "ddl/ddl.h"
#include "ddl/sql_lex.h"
#include "model/fields.h"
#include "run/table_parts.h"
#include "run/table_print_from.h"

#include <string.h>
#include <strings.h>

#define NEW_NAME "luamigrate_new"

/* A table on its way. `change` holds what the parts of table_change share;
 * `objects` its indexes and triggers. */
struct table_print {
    struct table_change change;
    table_objects objects;
};

static int run(struct table_print *print, const char *sql)
{
    return table_query_run(print->change.db, print->change.err, sql);
}

/* --- without a copy --- */

/* Whether the op only renames a column, for which SQLite has a statement. */
static bool is_rename(const struct op *op)
{
    const struct op_alter_column *alter = &op->alter_column;

    return op->kind == OP_ALTER_COLUMN && alter->new_column_name != NULL &&
           alter->type == NULL && alter->nullable == TRI_UNSET &&
           alter->server_default.kind == VALUE_ABSENT &&
           alter->autoincrement == TRI_UNSET && alter->identity == NULL;
}

static struct names rename_statement(struct arena *arena,
                                     const struct op_alter_column *alter)
{
    struct names statements = {arena_new(arena, const char *), 1};
    struct buf sql;

    buf_init(&sql, arena);
    buf_add(&sql, "ALTER TABLE ");
    ddl_qualified(&sql, DIALECT_SQLITE, alter->schema, alter->table);
    buf_add(&sql, " RENAME COLUMN ");
    ddl_name(&sql, DIALECT_SQLITE, alter->name);
    buf_add(&sql, " TO ");
    ddl_name(&sql, DIALECT_SQLITE, alter->new_column_name);
    statements.items[0] = sql.data;
    return statements;
}

/* Whether SQLite has statements for the op; they are in `out`. */
static bool is_native(struct table_print *print, const struct op *op,
                      struct names *out)
{
    struct error refused;

    if (is_rename(op)) {
        *out = rename_statement(print->change.arena, &op->alter_column);
        return true;
    }
    /* of these SQLite has no statements, but tables with CHECKs */
    if (op->kind == OP_ADD_ENUM_VALUE || op->kind == OP_RENAME_ENUM_VALUE)
        return false;
    return op->kind != OP_BATCH_ALTER_TABLE &&
           ddl_compile(op, DIALECT_SQLITE, print->change.arena, out,
                       &refused) == 0;
}

static int run_all(struct table_print *print, const struct names *statements)
{
    for (size_t i = 0; i < statements->count; i++)
        if (run(print, statements->items[i]) != 0)
            return -1;
    return 0;
}

static bool wants_copy(const struct op_batch_alter_table *batch)
{
    return batch->copy_from.column_count > 0 ||
           batch->table_args.constraint_count > 0 ||
           batch->partial_reordering.count > 0 ||
           (batch->recreate != NULL && str_equal(batch->recreate, "always"));
}

/* Writes the statements when every op has some. */
static int try_native(struct table_print *print, const struct op *op,
                      bool *done)
{
    const struct op_batch_alter_table *batch = &op->batch_alter_table;
    const struct op *ops = op;
    size_t count = 1;
    struct names statements;

    *done = false;
    if (op->kind == OP_BATCH_ALTER_TABLE) {
        if (wants_copy(batch))
            return 0;
        ops = batch->ops;
        count = batch->op_count;
    }
    for (size_t i = 0; i < count; i++)
        if (!is_native(print, &ops[i], &statements))
            return 0;
    *done = true;
    for (size_t i = 0; i < count; i++)
        if (!is_native(print, &ops[i], &statements) ||
            run_all(print, &statements) != 0)
            return -1;
    return 0;
}

/* --- how the table begins --- */

static int begin_live(struct table_print *print)
{
    struct table_change *change = &print->change;
    table_objects tables = {0};
    const char *where;

    if (change->db->offline) {
        error_set(change->err, ERROR_FAILED,
                  "SQLite has no statement for this: the table '%s' must be "
                  "copied, and this SQL is written without a database",
                  change->table);
        return error_hint(change->err,
                          "describe the table: op.batch_alter_table(\"%s\", "
                          "{ copy_from = { columns, constraints, indexes } }, "
                          "...)",
                          change->table);
    }
    where = table_query_format(change->arena,
                               "WHERE type = 'table' AND name = %q COLLATE "
                               "NOCASE",
                               change->table);
    if (table_query_objects(change->db, change->arena, change->err,
                            change->schema, where, &tables) != 0)
        return -1;
    if (tables.count == 0) {
        struct table *none; /* the driver notes what is not there yet */

        if (change->db->driver->reflect(change->db, change->schema,
                                        change->table, change->arena, &none,
                                        change->err) != 0)
            return -1;
        return error_set(change->err, ERROR_FAILED, "no such table: %s",
                         change->table);
    }
    where = table_query_format(
        change->arena,
        "WHERE tbl_name = %q COLLATE NOCASE AND type IN ('index', 'trigger') "
        "AND sql IS NOT NULL",
        change->table);
    if (table_query_objects(change->db, change->arena, change->err,
                            change->schema, where, &print->objects) != 0)
        return -1;
    return table_edit_open(&change->ops.edit, change->arena,
                           tables.items[0].sql, change->err);
}

/* --- its changes --- */

static void forget_index(struct table_print *print, const char *name)
{
    for (size_t i = 0; i < print->objects.count; i++)
        if (print->objects.items[i].name != NULL &&
            strcasecmp(print->objects.items[i].name, name) == 0)
            print->objects.items[i].sql = NULL;
}

/* The text of an index, with another name of a column behind its table. */
static const char *renamed_index(struct arena *arena, const char *sql,
                                 const char *name, const char *new_name)
{
    struct sql_token token;
    struct sql_lex lex;
    bool inside = false;
    struct buf out;

    buf_init(&out, arena);
    sql_lex_init(&lex, SQL_LEX_SQLITE, sql, strlen(sql));
    while ((token = sql_lex_next(&lex)).kind != SQL_END) {
        bool word = token.kind == SQL_WORD || token.kind == SQL_NAME;

        inside = inside || sql_lex_is_char(&lex, token, '(');
        if (inside && word &&
            strcasecmp(sql_lex_name(&lex, token, arena), name) == 0)
            ddl_name(&out, DIALECT_SQLITE, new_name);
        else
            buf_addn(&out, sql + token.start, token.end - token.start);
    }
    return out.data;
}

static void rename_in_indexes(struct table_print *print, const char *name,
                              const char *new_name)
{
    for (size_t i = 0; i < print->objects.count; i++) {
        struct table_object *object = &print->objects.items[i];

        if (str_equal(object->type, "index") && object->sql != NULL)
            object->sql =
                renamed_index(print->change.arena, object->sql, name, new_name);
    }
}

/* A column of the old table is renamed there, before it is copied: views,
 * indexes and what refers to it follow. */
static int rename_column(struct table_print *print,
                         const struct op_alter_column *alter)
{
    struct table_change *change = &print->change;
    struct op_alter_column only = {.table = change->table,
                                   .name = alter->name,
                                   .new_column_name = alter->new_column_name};
    struct op op = {.kind = OP_ALTER_COLUMN, .alter_column = only};

    if (ddl_check_name(DIALECT_SQLITE, alter->new_column_name, change->err) !=
        0)
        return -1;
    if (!table_ops_is_new(&change->ops, alter->name) &&
        run(print, table_query_format(change->arena,
                                      "ALTER TABLE %n.%n RENAME COLUMN %n TO "
                                      "%n",
                                      change->schema, change->table,
                                      alter->name, alter->new_column_name)) !=
            0)
        return -1;
    rename_in_indexes(print, alter->name, alter->new_column_name);
    return table_ops_apply(&change->ops, &op, change->err);
}

static int apply(struct table_print *print, const struct op *op)
{
    struct table_change *change = &print->change;
    struct op plain = *op;

    switch (op->kind) {
    case OP_ALTER_COLUMN:
        plain.alter_column.new_column_name = NULL;
        if (table_ops_apply(&change->ops, &plain, change->err) != 0)
            return -1;
        return op->alter_column.new_column_name == NULL
                   ? 0
                   : rename_column(print, &op->alter_column);
    case OP_DROP_INDEX:
        if (!table_change_forget_index(change, op->drop_index.name))
            forget_index(print, op->drop_index.name);
        return 0;
    case OP_RENAME_TABLE:
        return error_set(change->err, ERROR_FAILED,
                         "a copy of the table and a new name in one batch "
                         "cannot be written as SQL: use op.rename_table");
    case OP_CREATE_TABLE_COMMENT:
    case OP_DROP_TABLE_COMMENT:
        return 0; /* nothing on SQLite */
    default:
        return table_ops_apply(&change->ops, op, change->err);
    }
}

static int apply_all(struct table_print *print, const struct op *op)
{
    struct table_change *change = &print->change;
    const struct op_batch_alter_table *batch = &op->batch_alter_table;

    if (op->kind != OP_BATCH_ALTER_TABLE)
        return apply(print, op);
    change->ops.convention = batch->naming_convention;
    for (size_t i = 0; i < batch->op_count; i++)
        if (apply(print, &batch->ops[i]) != 0)
            return error_context(change->err, "batch.%s",
                                 fields_ops[batch->ops[i].kind]->name);
    return table_ops_batch(&change->ops, batch, change->err);
}

/* --- the copy --- */

static bool is_generated(const struct table_column *column)
{
    for (size_t i = 0; i < column->clause_count; i++)
        if (column->clauses[i].kind == TABLE_CLAUSE_GENERATED)
            return true;
    return false;
}

static const char *copied(const struct table_change *change)
{
    const struct table_text *text = &change->ops.edit.text;
    struct buf list;

    buf_init(&list, change->arena);
    for (size_t i = 0; i < text->column_count; i++) {
        const struct table_column *column = &text->columns[i];

        if (!is_generated(column) &&
            !table_ops_is_new(&change->ops, column->name))
            buf_addf(&list, "%s%s", list.size > 0 ? ", " : "",
                     table_query_format(change->arena, "%n", column->name));
    }
    return list.data;
}

/* DROP TABLE forgets the last AUTOINCREMENT number. */
static int keep_number(struct table_print *print)
{
    struct table_change *change = &print->change;

    if (strcasestr(change->ops.edit.sql, "autoincrement") == NULL)
        return 0;
    if (run(print, table_query_format(change->arena,
                                      "DELETE FROM %n.sqlite_sequence WHERE "
                                      "name = %q",
                                      change->schema, NEW_NAME)) != 0)
        return -1;
    return run(print,
               table_query_format(change->arena,
                                  "INSERT INTO %n.sqlite_sequence (name, seq) "
                                  "SELECT %q, seq FROM %n.sqlite_sequence "
                                  "WHERE name = %q",
                                  change->schema, NEW_NAME, change->schema,
                                  change->table));
}

/* Whether the index or trigger stays. An index that is only about dropped
 * columns goes with them. Returns: 1, 0, -1 when it is about others too. */
static int stays(struct table_change *change, const struct table_object *object)
{
    struct index_text text;
    struct error odd;
    size_t gone = 0, kept = 0;

    if (object->sql == NULL)
        return 0;
    if (!str_equal(object->type, "index") ||
        table_text_index(change->arena, object->sql, strlen(object->sql), &text,
                         &odd) != 0)
        return 1;
    for (size_t i = 0; i < text.elements.count; i++) {
        const char *column = text.elements.items[i].column;

        if (column == NULL ||
            table_edit_column(&change->ops.edit, column) != NULL)
            kept++;
        else
            gone++;
    }
    if (gone == 0 || kept == 0)
        return gone == 0;
    error_set(change->err, ERROR_FAILED,
              "the index '%s' is also about columns that stay", object->name);
    return error_hint(change->err, "drop it first: batch.drop_index(\"%s\")",
                      object->name);
}

static int put_back(struct table_print *print)
{
    struct table_change *change = &print->change;
    struct names statements;

    for (size_t i = 0; i < print->objects.count; i++) {
        int stay = stays(change, &print->objects.items[i]);

        if (stay < 0 ||
            (stay > 0 && run(print, print->objects.items[i].sql) != 0))
            return -1;
    }
    for (size_t i = 0; i < change->ops.after.count; i++) {
        struct op *op = &change->ops.after.items[i];

        if (op->kind == OP_CREATE_INDEX)
            op->create_index.table = change->table;
        if (ddl_compile(op, DIALECT_SQLITE, change->arena, &statements,
                        change->err) != 0 ||
            run_all(print, &statements) != 0)
            return -1;
    }
    return 0;
}

/* https://www.sqlite.org/lang_altertable.html#otheralter */
static int copy(struct table_print *print)
{
    struct table_change *change = &print->change;
    struct arena *arena = change->arena;
    const char *schema = change->schema, *list = copied(change);
    struct table_edit new = change->ops.edit;

    if (*list == '\0')
        return error_set(change->err, ERROR_FAILED,
                         "no column of '%s' stays: create a new table",
                         change->table);
    if (table_edit_name(&new,
                        table_query_format(arena, "%n.%n", schema, NEW_NAME),
                        change->err) != 0 ||
        run(print, new.sql) != 0 ||
        run(print, table_query_format(arena,
                                      "INSERT OR ABORT INTO %n.%n (%s) SELECT "
                                      "%s FROM %n.%n",
                                      schema, NEW_NAME, list, list, schema,
                                      change->table)) != 0 ||
        keep_number(print) != 0 ||
        run(print, table_query_format(arena, "DROP TABLE %n.%n", schema,
                                      change->table)) != 0 ||
        /* views, triggers and references of others keep their texts */
        run(print, "PRAGMA legacy_alter_table = ON") != 0 ||
        run(print, table_query_format(arena, "ALTER TABLE %n.%n RENAME TO %n",
                                      schema, NEW_NAME, change->table)) != 0 ||
        run(print, "PRAGMA legacy_alter_table = OFF") != 0)
        return -1;
    return put_back(print);
}

/* The table and the schema that the op names. */
static void place(const struct op *op, struct table_change *change)
{
    switch (op->kind) {
    case OP_ADD_COLUMN:
        change->table = op->add_column.table;
        change->schema = op->add_column.schema;
        break;
    case OP_DROP_COLUMN:
        change->table = op->drop_column.table;
        change->schema = op->drop_column.schema;
        break;
    case OP_ALTER_COLUMN:
        change->table = op->alter_column.table;
        change->schema = op->alter_column.schema;
        break;
    case OP_DROP_CONSTRAINT:
        change->table = op->drop_constraint.table;
        change->schema = op->drop_constraint.schema;
        break;
    case OP_RENAME_CONSTRAINT:
        change->table = op->rename_constraint.table;
        change->schema = op->rename_constraint.schema;
        break;
    case OP_BATCH_ALTER_TABLE:
        change->table = op->batch_alter_table.table;
        change->schema = op->batch_alter_table.schema;
        break;
    default:
        change->table = op->create_constraint.table;
        change->schema = op->create_constraint.schema;
        break;
    }
    if (change->schema == NULL)
        change->schema = "main";
    change->ops.schema = change->schema;
}

static int change_table(struct table_print *print, const struct op *op)
{
    const struct table *from = &op->batch_alter_table.copy_from;
    bool given = op->kind == OP_BATCH_ALTER_TABLE && from->column_count > 0;

    if ((given ? table_print_from(&print->change, from, &print->objects)
               : begin_live(print)) != 0 ||
        apply_all(print, op) != 0)
        return -1;
    return copy(print);
}

/* `autoincrement` changes nothing: without a database nobody can say whether it
 * is so. Returns whether `op` asks for anything else. */
static bool without_numbering(struct op *op)
{
    struct op_alter_column *alter = &op->alter_column;

    if (op->kind != OP_ALTER_COLUMN || alter->autoincrement == TRI_UNSET)
        return true;
    alter->autoincrement = TRI_UNSET;
    return alter->new_column_name != NULL || alter->type != NULL ||
           alter->nullable != TRI_UNSET ||
           alter->server_default.kind != VALUE_ABSENT;
}

int table_print_run(struct db *db, const struct op *op, struct arena *arena,
                    struct error *err)
{
    struct table_print print = {
        .change = {.db = db, .arena = arena, .err = err}};
    struct op plain = *op;
    bool done;

    if (db->offline && !without_numbering(&plain))
        return 0;
    op = &plain;
    if (try_native(&print, op, &done) != 0)
        return -1;
    if (done)
        return 0;
    place(op, &print.change);
    if (change_table(&print, op) != 0)
        return error_context(err, "op.%s", fields_ops[op->kind]->name);
    return 0;
}
