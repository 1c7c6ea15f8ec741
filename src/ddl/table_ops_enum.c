/* The CHECK that stands for an enum type on SQLite: "CONSTRAINT type CHECK
 * (column IN ('a', 'b'))". */
#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"
#include "ddl/ddl.h"
#include "ddl/sql_lex.h"
#include "ddl/table_ops.h"

#include <string.h>
#include <strings.h>

bool table_ops_enum_read(const struct table_edit *edit,
                         const struct table_clause *clause, const char *type,
                         struct table_enum *out)
{
    VEC(const char *) values = {0};
    struct sql_token token;
    struct sql_lex lex;

    if (clause->kind != TABLE_CLAUSE_CHECK || clause->name == NULL ||
        strcasecmp(clause->name, type) != 0)
        return false;
    sql_lex_init(&lex, SQL_LEX_SQLITE, edit->sql + clause->body.start,
                 clause->body.end - clause->body.start);
    token = sql_lex_solid(&lex);
    if (token.kind != SQL_WORD && token.kind != SQL_NAME)
        return false;
    out->column = sql_lex_name(&lex, token, edit->arena);
    if (!sql_lex_is(&lex, sql_lex_solid(&lex), "in") ||
        !sql_lex_is_char(&lex, sql_lex_solid(&lex), '('))
        return false;
    do {
        token = sql_lex_solid(&lex);
        if (token.kind != SQL_STRING)
            return false;
        vec_push(edit->arena, &values, sql_lex_name(&lex, token, edit->arena));
        token = sql_lex_solid(&lex);
    } while (sql_lex_is_char(&lex, token, ','));
    out->values.items = values.items;
    out->values.count = values.count;
    return sql_lex_is_char(&lex, token, ')') && sql_lex_at_end(&lex);
}

size_t table_ops_enum_index(const struct names *values, const char *value)
{
    size_t i = 0;

    while (i < values->count && !str_equal(values->items[i], value))
        i++;
    return i;
}

static int write_check(struct table_ops *ops, const struct table_clause *clause,
                       const struct table_enum *check, struct error *err)
{
    struct buf text;

    buf_init(&text, ops->edit.arena);
    ddl_name(&text, DIALECT_SQLITE, check->column);
    buf_add(&text, " IN (");
    for (size_t i = 0; i < check->values.count; i++) {
        struct value value = {.kind = VALUE_TEXT};

        value.text.data = check->values.items[i];
        value.text.size = strlen(value.text.data);
        buf_add(&text, i > 0 ? ", " : "");
        if (ddl_literal(&text, DIALECT_SQLITE, &value, err) != 0)
            return -1;
    }
    buf_char(&text, ')');
    ops->changed = true;
    return table_edit_body(&ops->edit, clause, text.data, err);
}

static void insert(struct arena *arena, struct names *values, size_t at,
                   const char *value)
{
    const char **items = arena_array(arena, const char *, values->count + 1);

    memcpy(items, values->items, at * sizeof *items);
    items[at] = value;
    memcpy(items + at + 1, values->items + at,
           (values->count - at) * sizeof *items);
    values->items = items;
    values->count++;
}

/* Puts the new value in its place. Returns false when it is there. */
static bool add_value(struct arena *arena, struct names *values,
                      const struct op_add_enum_value *add)
{
    const char *beside = add->before != NULL ? add->before : add->after;
    size_t at = values->count;

    if (table_ops_enum_index(values, add->value) < values->count)
        return false;
    if (beside != NULL)
        at = table_ops_enum_index(values, beside);
    if (at < values->count && add->after != NULL)
        at++;
    insert(arena, values, at, add->value);
    return true;
}

/* The old value goes; the new one has its place unless it is there. */
static bool rename_value(struct names *values,
                         const struct op_rename_enum_value *rename)
{
    size_t at = table_ops_enum_index(values, rename->old_value);

    if (at == values->count)
        return false;
    if (table_ops_enum_index(values, rename->new_value) == values->count) {
        values->items[at] = rename->new_value;
        return true;
    }
    values->count--;
    memmove(values->items + at, values->items + at + 1,
            (values->count - at) * sizeof *values->items);
    return true;
}

static bool set_values(struct names *values, const struct op_alter_enum *alter)
{
    if (names_same(values, &alter->values))
        return false;
    *values = alter->values;
    return true;
}

static const char *type_of(const struct op *op)
{
    if (op->kind == OP_ADD_ENUM_VALUE)
        return op->add_enum_value.name;
    return op->kind == OP_ALTER_ENUM ? op->alter_enum.name
                                     : op->rename_enum_value.name;
}

/* Changes the values as the op says. Returns false when they are so. */
static bool change_values(struct arena *arena, struct names *values,
                          const struct op *op)
{
    if (op->kind == OP_ADD_ENUM_VALUE)
        return add_value(arena, values, &op->add_enum_value);
    return op->kind == OP_ALTER_ENUM
               ? set_values(values, &op->alter_enum)
               : rename_value(values, &op->rename_enum_value);
}

/* `*done` when nothing was left to change. */
static int change(struct table_ops *ops, const struct op *op,
                  const struct table_clause *clauses, size_t count, bool *done,
                  struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        struct table_enum check;

        if (table_ops_enum_read(&ops->edit, &clauses[i], type_of(op), &check) &&
            change_values(ops->edit.arena, &check.values, op)) {
            *done = false;
            return write_check(ops, &clauses[i], &check, err);
        }
    }
    return 0;
}

/* A change renews the text and its parts: it begins anew behind each. */
int table_ops_enum(struct table_ops *ops, const struct op *op,
                   struct error *err)
{
    bool done;

    do {
        const struct table_text *text = &ops->edit.text;

        done = true;
        for (size_t i = 0; done && i < text->column_count; i++)
            if (change(ops, op, text->columns[i].clauses,
                       text->columns[i].clause_count, &done, err) != 0)
                return -1;
        if (done && change(ops, op, text->constraints, text->constraint_count,
                           &done, err) != 0)
            return -1;
    } while (!done);
    return 0;
}
