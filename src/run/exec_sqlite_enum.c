/* Enum types on SQLite are text; what stands for the type is the CHECK that
 * types.enum(name, values, { check = true }) makes. */
#include "base/str.h"
#include "ddl/ddl.h"
#include "model/fields.h"
#include "run/exec_enum.h"
#include "run/exec_parts.h"
#include "run/table_change.h"
#include "run/table_parts.h"
#include "run/table_print.h"

#include <string.h>

/* One such CHECK. */
struct place {
    const char *table;
    const char *default_text; /* of the column, or NULL */
    struct table_enum check;
};

typedef VEC(struct place) place_list;

static const char *default_of(const struct exec *exec,
                              const struct table_edit *edit, const char *name)
{
    const struct table_column *column = table_edit_column(edit, name);

    for (size_t i = 0; column != NULL && i < column->clause_count; i++) {
        const struct table_clause *clause = &column->clauses[i];

        if (clause->kind == TABLE_CLAUSE_DEFAULT)
            return arena_strndup(exec->arena, edit->sql + clause->body.start,
                                 clause->body.end - clause->body.start);
    }
    return NULL;
}

static void look_at(const struct exec *exec, const struct table_edit *edit,
                    const struct table_clause *clauses, size_t count,
                    const char *type, place_list *out)
{
    for (size_t i = 0; i < count; i++) {
        struct place place = {.table = edit->text.name};

        if (!table_ops_enum_read(edit, &clauses[i], type, &place.check))
            continue;
        place.default_text = default_of(exec, edit, place.check.column);
        vec_push(exec->arena, out, place);
    }
}

static int find(const struct exec *exec, const char *type, place_list *out)
{
    table_objects tables = {0};
    struct error ignored;

    if (table_query_objects(exec->db, exec->arena, exec->err, "main",
                            "WHERE type = 'table' AND sql IS NOT NULL",
                            &tables) != 0)
        return -1;
    for (size_t i = 0; i < tables.count; i++) {
        struct table_edit edit;

        /* a virtual table has no columns here */
        if (table_edit_open(&edit, exec->arena, tables.items[i].sql,
                            &ignored) != 0)
            continue;
        for (size_t c = 0; c < edit.text.column_count; c++)
            look_at(exec, &edit, edit.text.columns[c].clauses,
                    edit.text.columns[c].clause_count, type, out);
        look_at(exec, &edit, edit.text.constraints, edit.text.constraint_count,
                type, out);
    }
    return 0;
}

static int change(const struct exec *exec, const char *table,
                  const struct op *ops, size_t count)
{
    struct op batch = {.kind = OP_BATCH_ALTER_TABLE};
    struct names notes = {0};

    batch.batch_alter_table.table = table;
    batch.batch_alter_table.ops = ops;
    batch.batch_alter_table.op_count = count;
    if (exec->db->prints)
        return table_print_run(exec->db, &batch, exec->arena, exec->err);
    if (table_change_run(exec->db, &batch, exec->arena, &notes, exec->err) != 0)
        return -1;
    for (size_t i = 0; i < notes.count; i++)
        exec_note(exec, notes.items[i]);
    return 0;
}

/* Whether the place is the first one of its table; those of one follow each
 * other. */
static bool is_first(const place_list *places, size_t i)
{
    return i == 0 ||
           !str_equal(places->items[i].table, places->items[i - 1].table);
}

/* Changes each table of the places once. */
static int change_all(const struct exec *exec, const place_list *places,
                      const struct op *op)
{
    for (size_t i = 0; i < places->count; i++)
        if (is_first(places, i) &&
            change(exec, places->items[i].table, op, 1) != 0)
            return -1;
    return 0;
}

static bool has(const struct place *place, const char *value)
{
    const struct names *values = &place->check.values;

    return table_ops_enum_index(values, value) < values->count;
}

static int no_value(const struct exec *exec, const char *type,
                    const struct place *place, const char *value)
{
    return error_set(exec->err, ERROR_FAILED,
                     "the enum type '%s' has no value '%s'; it has %s", type,
                     value, ddl_enum_list(exec->arena, &place->check.values));
}

static int there_already(const struct exec *exec, const char *type,
                         const char *value)
{
    return error_set(exec->err, ERROR_FAILED,
                     "the enum type '%s' has the value '%s' already", type,
                     value);
}

static int add_value(const struct exec *exec, const struct op *op)
{
    const struct op_add_enum_value *add = &op->add_enum_value;
    const char *beside = add->before != NULL ? add->before : add->after;
    place_list places = {0};

    if (find(exec, add->name, &places) != 0)
        return -1;
    for (size_t i = 0; i < places.count; i++) {
        const struct place *place = &places.items[i];

        if (has(place, add->value) && add->if_not_exists != TRI_TRUE)
            return there_already(exec, add->name, add->value);
        if (!has(place, add->value) && beside != NULL && !has(place, beside))
            return no_value(exec, add->name, place, beside);
    }
    return change_all(exec, &places, op);
}

/* --- other names --- */

static int rename_rows(const struct exec *exec,
                       const struct op_alter_enum *alter,
                       const struct place *place)
{
    const char *column =
        table_query_format(exec->arena, "%n", place->check.column);
    struct names old = {0};
    struct buf cases, list;

    old.items = arena_array(exec->arena, const char *, alter->rename.count + 1);
    for (size_t i = 0; i < alter->rename.count; i++)
        old.items[old.count++] = alter->rename.items[i].name;
    buf_init(&cases, exec->arena);
    buf_init(&list, exec->arena);
    if (exec_enum_add_case(exec, &cases, alter, column) != 0 ||
        exec_enum_add_list(exec, &list, &old) != 0)
        return -1;
    return exec_send(
        exec, table_query_format(
                  exec->arena, "UPDATE main.%n SET %s = %s WHERE %s IN (%s)",
                  place->table, column, cases.data, column, list.data));
}

/* The op that gives the place its new default; false: it stays as it is. */
static bool default_op(const struct exec *exec,
                       const struct op_alter_enum *alter,
                       const struct place *place, struct op *out)
{
    for (size_t i = 0; i < alter->rename.count; i++) {
        const struct setting *item = &alter->rename.items[i];

        if (!str_equal(place->default_text,
                       table_query_format(exec->arena, "%q", item->name)))
            continue;
        *out = (struct op){.kind = OP_ALTER_COLUMN};
        out->alter_column.table = place->table;
        out->alter_column.name = place->check.column;
        out->alter_column.server_default = item->value;
        return true;
    }
    return false;
}

/* Renames rows, then each table gets its defaults and its CHECKs. */
static int rename_all(const struct exec *exec,
                      const struct op_alter_enum *alter,
                      const place_list *places, const struct op *op)
{
    struct op *ops = arena_array(exec->arena, struct op, places->count + 1);

    for (size_t i = 0; i < places->count; i++)
        if (rename_rows(exec, alter, &places->items[i]) != 0)
            return -1;
    for (size_t i = 0; i < places->count; i++) {
        size_t count = 0, k = i;

        if (!is_first(places, i))
            continue;
        do
            count += default_op(exec, alter, &places->items[k], &ops[count]);
        while (++k < places->count && !is_first(places, k));
        ops[count++] = *op;
        if (change(exec, places->items[i].table, ops, count) != 0)
            return -1;
    }
    return 0;
}

/* The CHECKs allow both values while the rows change. */
static int rename_value(const struct exec *exec, const struct op *op)
{
    const struct op_rename_enum_value *rename = &op->rename_enum_value;
    struct setting item = {.name = rename->old_value,
                           .value = {.kind = VALUE_TEXT}};
    struct op_alter_enum alter = {.name = rename->name, .rename = {&item, 1}};
    struct op both = {.kind = OP_ADD_ENUM_VALUE};
    place_list places = {0};

    if (find(exec, rename->name, &places) != 0)
        return -1;
    for (size_t i = 0; i < places.count; i++) {
        const struct place *place = &places.items[i];

        if (!has(place, rename->old_value))
            return no_value(exec, rename->name, place, rename->old_value);
        if (has(place, rename->new_value))
            return there_already(exec, rename->name, rename->new_value);
    }
    both.add_enum_value.name = rename->name;
    both.add_enum_value.value = rename->new_value;
    both.add_enum_value.after = rename->old_value;
    item.value.text.data = rename->new_value;
    item.value.text.size = strlen(rename->new_value);
    return change_all(exec, &places, &both) == 0
               ? rename_all(exec, &alter, &places, op)
               : -1;
}

/* --- alter_enum --- */

/* The rows of a place that hold a value which is not to be any more. */
static int check_place(const struct exec *exec,
                       const struct op_alter_enum *alter,
                       const struct place *place)
{
    struct names removed = exec_enum_removed(exec, alter, &place->check.values);
    const char *column = place->check.column;
    struct exec_enum_rows rows;
    struct buf list;

    if (exec_enum_check(exec, alter, &place->check.values) != 0)
        return -1;
    for (size_t i = 0; i < removed.count; i++)
        if (str_equal(place->default_text,
                      table_query_format(exec->arena, "%q", removed.items[i])))
            return exec_enum_refuse(exec, place->table, column,
                                    removed.items[i], NULL);
    buf_init(&list, exec->arena);
    if (removed.count == 0 || exec_enum_add_list(exec, &list, &removed) != 0)
        return removed.count == 0 ? 0 : -1;
    if (exec_enum_rows(
            exec,
            table_query_format(exec->arena,
                               "SELECT %n, CAST(count(*) AS TEXT) FROM main.%n "
                               "WHERE %n IN (%s) GROUP BY 1 ORDER BY 1 LIMIT 1",
                               column, place->table, column, list.data),
            &rows) != 0)
        return -1;
    return rows.count == 0
               ? 0
               : exec_enum_refuse(exec, place->table, column, rows.items[0][0],
                                  rows.items[0][1]);
}

/* The values of before and those of after, each once. */
static struct names both(const struct exec *exec,
                         const struct op_alter_enum *alter,
                         const place_list *places)
{
    struct names all = alter->values;
    size_t size = all.count;

    for (size_t i = 0; i < places->count; i++)
        size += places->items[i].check.values.count;
    all.items = arena_array(exec->arena, const char *, size);
    memcpy(all.items, alter->values.items,
           alter->values.count * sizeof *all.items);
    for (size_t i = 0; i < places->count; i++) {
        const struct names *values = &places->items[i].check.values;

        for (size_t k = 0; k < values->count; k++)
            if (!exec_enum_has(&all, values->items[k]))
                all.items[all.count++] = values->items[k];
    }
    return all;
}

/* The CHECKs allow the old and the new values while rows are renamed. */
static int alter_values(const struct exec *exec, const struct op *op)
{
    const struct op_alter_enum *alter = &op->alter_enum;
    struct op between = *op;
    place_list places = {0};

    if (exec_enum_options(exec, alter) != 0 ||
        find(exec, alter->name, &places) != 0)
        return -1;
    for (size_t i = 0; i < places.count; i++)
        if (check_place(exec, alter, &places.items[i]) != 0)
            return -1;
    if (alter->rename.count == 0)
        return change_all(exec, &places, op);
    between.alter_enum.values = both(exec, alter, &places);
    return change_all(exec, &places, &between) == 0
               ? rename_all(exec, alter, &places, op)
               : -1;
}

static int refuse_offline(const struct exec *exec)
{
    error_set(exec->err, ERROR_FAILED,
              "on SQLite an enum type is the CHECKs in the texts of tables, "
              "and this SQL is written without a database that has them");
    return error_hint(
        exec->err,
        "where op.is_offline(), change the CHECK of each table: "
        "op.batch_alter_table(table, { copy_from = ... }, ...) with "
        "batch.drop_constraint and batch.create_check_constraint; where no "
        "types.enum has { check = true } there is nothing to do");
}

int exec_sqlite_enum(const struct exec *exec, const struct op *op)
{
    if (exec->db->offline) {
        (void)refuse_offline(exec);
        return error_context(exec->err, "op.%s", fields_ops[op->kind]->name);
    }
    if (op->kind == OP_ALTER_ENUM)
        return alter_values(exec, op) == 0
                   ? 0
                   : error_context(exec->err, "op.alter_enum");
    if (op->kind == OP_ADD_ENUM_VALUE)
        return add_value(exec, op) == 0
                   ? 0
                   : error_context(exec->err, "op.add_enum_value");
    return rename_value(exec, op) == 0
               ? 0
               : error_context(exec->err, "op.rename_enum_value");
}
