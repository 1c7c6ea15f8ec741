/* Constraints of a table's text: adding, naming, finding, dropping them. */
#include "base/buf.h"
#include "base/str.h"
#include "ddl/ddl_parts.h"
#include "ddl/table_ops.h"
#include "model/naming.h"

#include <string.h>
#include <strings.h>

static int check_columns(const struct table_ops *ops, const struct names *names,
                         struct error *err)
{
    const struct table_column *column;

    if (names->count == 0)
        return error_set(err, ERROR_FAILED, "the list of columns is empty");
    for (size_t i = 0; i < names->count; i++)
        if (table_edit_find(&ops->edit, names->items[i], &column, err) != 0)
            return -1;
    return 0;
}

static bool is_constraint(const struct table_clause *clause)
{
    return clause->kind == TABLE_CLAUSE_PRIMARY_KEY ||
           clause->kind == TABLE_CLAUSE_UNIQUE ||
           clause->kind == TABLE_CLAUSE_CHECK ||
           clause->kind == TABLE_CLAUSE_FOREIGN_KEY;
}

struct table_clauses table_ops_constraints(const struct table_ops *ops)
{
    const struct table_text *text = &ops->edit.text;
    struct table_clauses list = {0};

    for (size_t i = 0; i < text->column_count; i++)
        for (size_t j = 0; j < text->columns[i].clause_count; j++)
            if (is_constraint(&text->columns[i].clauses[j]) ||
                text->columns[i].clauses[j].name != NULL)
                vec_push(ops->edit.arena, &list, &text->columns[i].clauses[j]);
    for (size_t i = 0; i < text->constraint_count; i++)
        vec_push(ops->edit.arena, &list, &text->constraints[i]);
    return list;
}

static int add_constraint(struct table_ops *ops,
                          const struct op_create_constraint *op,
                          struct error *err)
{
    const struct constraint *constraint = &op->constraint;
    struct table_clauses list = table_ops_constraints(ops);
    struct buf sql;

    if (constraint->kind != CONSTRAINT_CHECK &&
        check_columns(ops, &constraint->columns, err) != 0)
        return -1;
    if (constraint->kind == CONSTRAINT_PRIMARY_KEY &&
        table_ops_check_no_key(ops, err) != 0)
        return -1;
    for (size_t i = 0; i < list.count && constraint->name != NULL; i++)
        if (list.items[i]->name != NULL &&
            strcasecmp(list.items[i]->name, constraint->name) == 0)
            return error_set(err, ERROR_FAILED,
                             "the table '%s' has a constraint '%s' already",
                             ops->edit.text.name, constraint->name);
    buf_init(&sql, ops->edit.arena);
    if (ddl_constraint(&sql, DIALECT_SQLITE, constraint, ops->schema, err) != 0)
        return -1;
    ops->changed = true;
    if (table_edit_add_constraint(&ops->edit, sql.data, err) != 0)
        return -1;
    /* SQLite itself would take NULL in a key */
    for (size_t i = 0; constraint->kind == CONSTRAINT_PRIMARY_KEY &&
                       i < constraint->columns.count;
         i++)
        if (table_edit_not_null(&ops->edit, constraint->columns.items[i], true,
                                err) != 0)
            return -1;
    return 0;
}

/* In any order. */
static bool same_set(const struct names *a, const struct names *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!names_have_folded(b, a->items[i]))
            return false;
    return true;
}

static bool has_type(const struct table_clause *clause, const char *type)
{
    static const struct {
        const char *word;
        enum table_clause_kind kind;
    } types[] = {{"foreignkey", TABLE_CLAUSE_FOREIGN_KEY},
                 {"primary", TABLE_CLAUSE_PRIMARY_KEY},
                 {"unique", TABLE_CLAUSE_UNIQUE},
                 {"check", TABLE_CLAUSE_CHECK}};

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (str_equal(types[i].word, type))
            return types[i].kind == clause->kind;
    return false;
}

static const char *convention_key(const struct table_clause *clause)
{
    switch (clause->kind) {
    case TABLE_CLAUSE_PRIMARY_KEY:
        return "pk";
    case TABLE_CLAUSE_UNIQUE:
        return "uq";
    case TABLE_CLAUSE_FOREIGN_KEY:
        return "fk";
    default:
        return "ck";
    }
}

/* The name that the convention gives the constraint, or NULL. */
static const char *convention_name(const struct table_ops *ops,
                                   const struct table_clause *clause)
{
    struct names columns = table_edit_columns(&ops->edit, clause);

    return naming_constraint(ops->edit.arena, &ops->convention,
                             convention_key(clause), ops->edit.text.name,
                             &columns, clause->referent,
                             &clause->referent_columns);
}

static bool has_name(const struct table_clauses *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i]->name != NULL &&
            strcasecmp(list->items[i]->name, name) == 0)
            return true;
    return false;
}

int table_ops_name(struct table_ops *ops, struct error *err)
{
    struct table_clauses list = table_ops_constraints(ops);

    for (size_t i = 0; i < list.count; i++) {
        const struct table_clause *clause = list.items[i];
        const char *name;

        if (clause->name != NULL || clause->kind == TABLE_CLAUSE_CHECK)
            continue;
        name = convention_name(ops, clause);
        if (name == NULL || has_name(&list, name))
            continue;
        if (table_edit_name_clause(&ops->edit, clause, name, err) != 0)
            return -1;
        ops->changed = true;
        list = table_ops_constraints(ops); /* the text was read anew */
    }
    return 0;
}

/* Whether the clause is what the op means. */
static bool is_meant(const struct table_ops *ops,
                     const struct table_clause *clause,
                     const struct op_drop_constraint *op)
{
    struct names columns = table_edit_columns(&ops->edit, clause);
    const char *name;

    if (op->type != NULL && !has_type(clause, op->type))
        return false;
    if (op->columns.count > 0 &&
        (!is_constraint(clause) || !same_set(&columns, &op->columns)))
        return false;
    if (op->name == NULL)
        return is_constraint(clause);
    if (clause->name != NULL)
        return strcasecmp(clause->name, op->name) == 0;
    name = convention_name(ops, clause);
    return name != NULL && strcasecmp(name, op->name) == 0;
}

static void candidates(const struct table_ops *ops,
                       const struct table_clauses *list, struct error *err)
{
    for (size_t i = 0; i < list->count; i++)
        error_candidate(
            err, arena_strndup(ops->edit.arena,
                               ops->edit.sql + list->items[i]->range.start,
                               list->items[i]->range.end -
                                   list->items[i]->range.start));
}

static int not_found(const struct table_ops *ops,
                     const struct op_drop_constraint *op,
                     const struct table_clauses *list, struct error *err)
{
    if (op->name != NULL)
        error_set(err, ERROR_FAILED, "the table '%s' has no constraint '%s'%s",
                  ops->edit.text.name, op->name,
                  list->count > 0 ? "; it has" : "");
    else
        error_set(err, ERROR_FAILED, "the table '%s' has no such constraint%s",
                  ops->edit.text.name, list->count > 0 ? "; it has" : "");
    candidates(ops, list, err);
    return error_hint(err,
                      "an unnamed one is found by what it is about: "
                      "op.drop_constraint(nil, \"%s\", { columns = { "
                      "... }, type = \"unique\" })",
                      ops->edit.text.name);
}

static int drop_constraint(struct table_ops *ops,
                           const struct op_drop_constraint *op,
                           struct error *err)
{
    struct table_clauses list = table_ops_constraints(ops), meant = {0};

    if (op->name == NULL && op->columns.count == 0 &&
        (op->type == NULL || !str_equal(op->type, "primary"))) {
        error_set(err, ERROR_FAILED,
                  "a constraint without a name needs columns and type");
        candidates(ops, &list, err);
        return -1;
    }
    for (size_t i = 0; i < list.count; i++)
        if (is_meant(ops, list.items[i], op))
            vec_push(ops->edit.arena, &meant, list.items[i]);
    if (meant.count == 0)
        return op->if_exists == TRI_TRUE ? 0 : not_found(ops, op, &list, err);
    if (meant.count > 1) {
        error_set(err, ERROR_FAILED,
                  "%zu constraints of the table '%s' are meant: say more with "
                  "columns and type",
                  meant.count, ops->edit.text.name);
        candidates(ops, &meant, err);
        return -1;
    }
    ops->changed = true;
    return table_edit_drop_clause(&ops->edit, meant.items[0], err);
}

static int rename_constraint(struct table_ops *ops,
                             const struct op_rename_constraint *op,
                             struct error *err)
{
    struct table_clauses list = table_ops_constraints(ops), named = {0};
    const struct table_clause *meant = NULL;

    if (ddl_check_name(DIALECT_SQLITE, op->new_name, err) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i]->name == NULL)
            continue;
        vec_push(ops->edit.arena, &named, list.items[i]);
        if (strcasecmp(list.items[i]->name, op->old_name) == 0)
            meant = list.items[i];
        else if (strcasecmp(list.items[i]->name, op->new_name) == 0)
            return error_set(err, ERROR_FAILED,
                             "the table '%s' has a constraint '%s' already",
                             ops->edit.text.name, op->new_name);
    }
    if (meant == NULL) {
        error_set(err, ERROR_FAILED, "the table '%s' has no constraint '%s'%s",
                  ops->edit.text.name, op->old_name,
                  named.count > 0 ? "; it has" : "");
        candidates(ops, &named, err);
        return -1;
    }
    ops->changed = true;
    return table_edit_rename_clause(&ops->edit, meant, op->new_name, err);
}

int table_ops_constraint(struct table_ops *ops, const struct op *op,
                         struct error *err)
{
    switch (op->kind) {
    case OP_DROP_CONSTRAINT:
        return drop_constraint(ops, &op->drop_constraint, err);
    case OP_RENAME_CONSTRAINT:
        return rename_constraint(ops, &op->rename_constraint, err);
    default:
        return add_constraint(ops, &op->create_constraint, err);
    }
}
