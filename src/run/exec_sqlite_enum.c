/* Enum types on SQLite are text; what stands for the type is the CHECK that
 * types.enum(name, values, { check = true }) makes: "CONSTRAINT name CHECK
 * (column IN ('a', 'b'))". Values are added and renamed there. */
#include "base/str.h"
#include "base/vec.h"
#include "ddl/ddl.h"
#include "ddl/sql_lex.h"
#include "ddl/table_edit.h"
#include "run/exec_parts.h"
#include "run/table_change.h"
#include "run/table_parts.h"

#include <string.h>
#include <strings.h>

/* One such CHECK. */
struct place {
    const char *table;
    const char *name; /* of the constraint */
    const char *column;
    struct names values;
    const char *default_text; /* of the column, or NULL */
};

typedef VEC(struct place) place_list;

/* Reads "column IN ('a', 'b')". Returns false when it is something else. */
static bool read_check(const struct exec *exec, const char *text,
                       struct place *place)
{
    VEC(const char *) values = {0};
    struct sql_token token;
    struct sql_lex lex;

    sql_lex_init(&lex, SQL_LEX_SQLITE, text, strlen(text));
    token = sql_lex_solid(&lex);
    if (token.kind != SQL_WORD && token.kind != SQL_NAME)
        return false;
    place->column = sql_lex_name(&lex, token, exec->arena);
    if (!sql_lex_is(&lex, sql_lex_solid(&lex), "in") ||
        !sql_lex_is_char(&lex, sql_lex_solid(&lex), '('))
        return false;
    do {
        token = sql_lex_solid(&lex);
        if (token.kind != SQL_STRING)
            return false;
        vec_push(exec->arena, &values, sql_lex_name(&lex, token, exec->arena));
        token = sql_lex_solid(&lex);
    } while (sql_lex_is_char(&lex, token, ','));
    place->values.items = values.items;
    place->values.count = values.count;
    return sql_lex_is_char(&lex, token, ')') && sql_lex_at_end(&lex);
}

static const char *body_of(const struct exec *exec,
                           const struct table_edit *edit,
                           const struct table_clause *clause)
{
    return arena_strndup(exec->arena, edit->sql + clause->body.start,
                         clause->body.end - clause->body.start);
}

static const char *default_of(const struct exec *exec,
                              const struct table_edit *edit, const char *name)
{
    const struct table_column *column = table_edit_column(edit, name);

    for (size_t i = 0; column != NULL && i < column->clause_count; i++)
        if (column->clauses[i].kind == TABLE_CLAUSE_DEFAULT)
            return body_of(exec, edit, &column->clauses[i]);
    return NULL;
}

static void look_at(const struct exec *exec, const struct table_edit *edit,
                    const struct table_clause *clause, const char *name,
                    place_list *out)
{
    struct place place = {.table = edit->text.name, .name = clause->name};

    if (clause->kind != TABLE_CLAUSE_CHECK || clause->name == NULL ||
        strcasecmp(clause->name, name) != 0 ||
        !read_check(exec, body_of(exec, edit, clause), &place))
        return;
    place.default_text = default_of(exec, edit, place.column);
    vec_push(exec->arena, out, place);
}

static int find(const struct exec *exec, const char *name, place_list *out)
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
            for (size_t k = 0; k < edit.text.columns[c].clause_count; k++)
                look_at(exec, &edit, &edit.text.columns[c].clauses[k], name,
                        out);
        for (size_t k = 0; k < edit.text.constraint_count; k++)
            look_at(exec, &edit, &edit.text.constraints[k], name, out);
    }
    return 0;
}

/* --- changes --- */

static int change(const struct exec *exec, const struct place *place,
                  const struct op *ops, size_t count)
{
    struct op op = {.kind = OP_BATCH_ALTER_TABLE};
    struct names notes = {0};

    op.batch_alter_table.table = place->table;
    op.batch_alter_table.ops = ops;
    op.batch_alter_table.op_count = count;
    if (table_change_run(exec->db, &op, exec->arena, &notes, exec->err) != 0)
        return -1;
    for (size_t i = 0; i < notes.count; i++)
        exec_note(exec, notes.items[i]);
    return 0;
}

static struct op drop_op(const struct place *place, const char **column)
{
    struct op op = {.kind = OP_DROP_CONSTRAINT};

    *column = place->column;
    op.drop_constraint.table = place->table;
    op.drop_constraint.name = place->name;
    op.drop_constraint.columns.items = column;
    op.drop_constraint.columns.count = 1;
    return op;
}

static int create_op(const struct exec *exec, const struct place *place,
                     struct op *op)
{
    struct buf text;

    buf_init(&text, exec->arena);
    ddl_name(&text, DIALECT_SQLITE, place->column);
    buf_add(&text, " IN (");
    for (size_t i = 0; i < place->values.count; i++) {
        struct value value = {.kind = VALUE_TEXT};

        value.text.data = place->values.items[i];
        value.text.size = strlen(value.text.data);
        buf_add(&text, i > 0 ? ", " : "");
        if (ddl_literal(&text, DIALECT_SQLITE, &value, exec->err) != 0)
            return -1;
    }
    buf_char(&text, ')');
    memset(op, 0, sizeof *op);
    op->kind = OP_CREATE_CHECK_CONSTRAINT;
    op->create_constraint.table = place->table;
    op->create_constraint.constraint.kind = CONSTRAINT_CHECK;
    op->create_constraint.constraint.name = place->name;
    op->create_constraint.constraint.condition = text.data;
    return 0;
}

static size_t index_of(const struct names *values, const char *value)
{
    size_t i = 0;

    while (i < values->count && !str_equal(values->items[i], value))
        i++;
    return i;
}

static int no_value(const struct exec *exec, const struct place *place,
                    const char *value)
{
    return error_set(exec->err, ERROR_FAILED,
                     "the enum type '%s' has no value '%s'; it has %s",
                     place->name, value,
                     ddl_enum_list(exec->arena, &place->values));
}

static int add_value(const struct exec *exec, struct place *place,
                     const struct op_add_enum_value *add)
{
    const char *beside = add->before != NULL ? add->before : add->after;
    struct names *values = &place->values;
    size_t at = values->count;
    const char **items, *column;
    struct op ops[2];

    if (index_of(values, add->value) < values->count)
        return add->if_not_exists == TRI_TRUE
                   ? 0
                   : error_set(exec->err, ERROR_FAILED,
                               "the enum type '%s' has the value '%s' already",
                               place->name, add->value);
    if (beside != NULL) {
        at = index_of(values, beside);
        if (at == values->count)
            return no_value(exec, place, beside);
        at += add->after != NULL;
    }
    items = arena_array(exec->arena, const char *, values->count + 1);
    memcpy(items, values->items, at * sizeof *items);
    items[at] = add->value;
    memcpy(items + at + 1, values->items + at,
           (values->count - at) * sizeof *items);
    values->items = items;
    values->count++;
    ops[0] = drop_op(place, &column);
    return create_op(exec, place, &ops[1]) != 0 ? -1
                                                : change(exec, place, ops, 2);
}

/* The rows are renamed while no CHECK looks. */
static int rename_value(const struct exec *exec, struct place *place,
                        const struct op_rename_enum_value *rename)
{
    size_t at = index_of(&place->values, rename->old_value);
    size_t taken = index_of(&place->values, rename->new_value), count = 1;
    const char *column;
    struct op ops[2];

    if (at == place->values.count)
        return no_value(exec, place, rename->old_value);
    if (taken < place->values.count)
        return error_set(exec->err, ERROR_FAILED,
                         "the enum type '%s' has the value '%s' already",
                         place->name, rename->new_value);
    ops[0] = drop_op(place, &column);
    place->values.items[at] = rename->new_value;
    if (change(exec, place, ops, 1) != 0 ||
        exec_send(exec,
                  table_query_format(
                      exec->arena, "UPDATE main.%n SET %n = %q WHERE %n = %q",
                      place->table, place->column, rename->new_value,
                      place->column, rename->old_value)) != 0 ||
        create_op(exec, place, &ops[0]) != 0)
        return -1;
    if (place->default_text != NULL &&
        str_equal(place->default_text,
                  table_query_format(exec->arena, "%q", rename->old_value))) {
        memset(&ops[1], 0, sizeof ops[1]);
        ops[1].kind = OP_ALTER_COLUMN;
        ops[1].alter_column.table = place->table;
        ops[1].alter_column.name = place->column;
        ops[1].alter_column.server_default.kind = VALUE_TEXT;
        ops[1].alter_column.server_default.text.data = rename->new_value;
        ops[1].alter_column.server_default.text.size =
            strlen(rename->new_value);
        count = 2;
    }
    return change(exec, place, ops, count);
}

int exec_sqlite_enum(const struct exec *exec, const struct op *op)
{
    bool adds = op->kind == OP_ADD_ENUM_VALUE;
    place_list places = {0};

    if (find(exec, adds ? op->add_enum_value.name : op->rename_enum_value.name,
             &places) != 0)
        return -1;
    for (size_t i = 0; i < places.count; i++) {
        int status =
            adds ? add_value(exec, &places.items[i], &op->add_enum_value)
                 : rename_value(exec, &places.items[i], &op->rename_enum_value);

        if (status != 0)
            return error_context(exec->err, "op.%s",
                                 adds ? "add_enum_value" : "rename_enum_value");
    }
    return 0;
}
