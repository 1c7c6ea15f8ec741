/* The names of one op. */
#include "base/str.h"
#include "model/naming.h"

#include <string.h>

/* What all functions here need. */
struct work {
    const struct naming *naming;
    struct arena *arena;
    struct error *err;
};

const char *naming_final(struct naming *naming, struct arena *arena,
                         const char *name)
{
    struct names *finals = &naming->finals;

    name = naming_shorten(arena, naming->dialect, name);
    finals->items =
        arena_grow(arena, finals->items, finals->count * sizeof *finals->items,
                   (finals->count + 1) * sizeof *finals->items);
    finals->items[finals->count++] = name;
    return name;
}

static bool is_final(const struct naming *naming, const char *name)
{
    for (size_t i = 0; i < naming->finals.count; i++)
        if (naming->finals.items[i] == name)
            return true;
    return false;
}

static const char *pattern_of(const struct naming *naming, const char *key)
{
    const char *pattern = naming_pattern(naming->before, key);

    return pattern != NULL ? pattern : naming_pattern(naming->usual, key);
}

static int cannot(const struct work *work, const char *key, const char *pattern,
                  const struct naming_subject *subject)
{
    const char *unknown = naming_unknown(work->arena, key, pattern);

    if (unknown != NULL)
        return error_set(work->err, ERROR_FAILED,
                         "naming_convention.%s: '%s' stands for nothing here",
                         key, unknown);
    error_set(work->err, ERROR_FAILED,
              "the naming convention \"%s\" of the table '%s' needs a name "
              "that the script gives",
              pattern, subject->table);
    return error_hint(work->err,
                      "write name = ..., or op.f(name) for one that is final");
}

/* Sets `*name`, which may be NULL, to what the convention of `key` makes of
 * it. */
static int set_name(const struct work *work, const char *key,
                    struct naming_subject *subject, const char **name)
{
    const char *pattern = pattern_of(work->naming, key);
    const char *made;

    if (pattern == NULL || (*name != NULL && is_final(work->naming, *name)) ||
        (*name != NULL && strstr(pattern, "%(constraint_name)s") == NULL))
        return 0;
    subject->name = *name;
    made = naming_fill(work->arena, pattern, subject);
    if (made == NULL)
        return cannot(work, key, pattern, subject);
    *name = naming_shorten(work->arena, work->naming->dialect, made);
    return 0;
}

/* --- what has names --- */

/* The columns among the elements. */
static struct names columns_of(const struct work *work,
                               const struct elements *elements)
{
    struct names columns = {0};

    columns.items = arena_array(work->arena, const char *, elements->count + 1);
    for (size_t i = 0; i < elements->count; i++)
        if (elements->items[i].column != NULL)
            columns.items[columns.count++] = elements->items[i].column;
    return columns;
}

static int name_index(const struct work *work, struct naming_subject table,
                      const struct elements *elements, const char **name)
{
    struct naming_subject subject = table;

    subject.columns = columns_of(work, elements);
    if (*name == NULL &&
        (elements->count == 0 || elements->items[0].column == NULL))
        return 0; /* an expression: it needs a name */
    if (set_name(work, "ix", &subject, name) != 0)
        return -1;
    if (*name == NULL)
        *name = naming_shorten(
            work->arena, work->naming->dialect,
            naming_fill(work->arena, "ix_%(column_0_label)s", &subject));
    return 0;
}

static int name_constraint(const struct work *work, struct naming_subject table,
                           struct constraint *constraint)
{
    struct naming_subject subject = table;

    if (constraint->columns.count > 0)
        subject.columns = constraint->columns;
    else if (constraint->elements.count > 0)
        subject.columns = columns_of(work, &constraint->elements);
    subject.referent = constraint->referent;
    subject.referent_columns = constraint->referent_columns;
    return set_name(work, naming_key(constraint->kind), &subject,
                    &constraint->name);
}

/* A constraint that stands in a column; `*slot` may be NULL. */
static int name_inline(const struct work *work, struct naming_subject column,
                       const struct constraint **slot)
{
    struct constraint *copy;

    if (*slot == NULL)
        return 0;
    copy = arena_new(work->arena, struct constraint);
    *copy = **slot;
    *slot = copy;
    return name_constraint(work, column, copy);
}

/* Everything of a column but its part of the primary key. */
static int name_column(const struct work *work, struct naming_subject table,
                       struct column *column)
{
    struct element element = {.column = column->name};
    struct elements elements = {&element, 1};
    struct naming_subject subject = table;

    subject.columns.items = arena_array(work->arena, const char *, 1);
    subject.columns.items[0] = column->name;
    subject.columns.count = 1;
    if (name_inline(work, subject, &column->references) != 0 ||
        name_inline(work, subject, &column->check) != 0)
        return -1;
    if (column->index == TRI_TRUE)
        return name_index(work, table, &elements, &column->index_name);
    return column->unique == TRI_TRUE
               ? set_name(work, "uq", &subject, &column->unique_name)
               : 0;
}

/* The key that the flags of columns make: its name lies in the first one. */
static int name_key(const struct work *work, struct naming_subject table,
                    struct column *columns, size_t count)
{
    struct naming_subject subject = table;
    struct column *first = NULL;

    subject.columns.items = arena_array(work->arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (!columns[i].primary_key)
            continue;
        first = first != NULL ? first : &columns[i];
        subject.columns.items[subject.columns.count++] = columns[i].name;
    }
    return first != NULL ? set_name(work, "pk", &subject, &first->key_name) : 0;
}

/* `name` and `schema` are those of the table, which may be a part of one. */
static int name_table(const struct work *work, const char *schema,
                      const char *name, struct table *table)
{
    struct naming_subject subject = {.schema = schema, .table = name};
    struct column *columns =
        arena_array(work->arena, struct column, table->column_count + 1);
    struct constraint *constraints = arena_array(work->arena, struct constraint,
                                                 table->constraint_count + 1);
    struct index *indexes =
        arena_array(work->arena, struct index, table->index_count + 1);

    for (size_t i = 0; i < table->column_count; i++) {
        columns[i] = table->columns[i];
        if (name_column(work, subject, &columns[i]) != 0)
            return error_context(work->err, "column '%s'", columns[i].name);
    }
    for (size_t i = 0; i < table->constraint_count; i++) {
        constraints[i] = table->constraints[i];
        if (name_constraint(work, subject, &constraints[i]) != 0)
            return -1;
    }
    for (size_t i = 0; i < table->index_count; i++) {
        indexes[i] = table->indexes[i];
        if (name_index(work, subject, &indexes[i].elements, &indexes[i].name) !=
            0)
            return -1;
    }
    table->columns = columns;
    table->constraints = constraints;
    table->indexes = indexes;
    return name_key(work, subject, columns, table->column_count);
}

static const char *schema_of(const struct work *work, const char *schema)
{
    return schema != NULL ? schema : work->naming->schema;
}

static int name_drop(const struct work *work, struct op_drop_constraint *drop)
{
    static const enum constraint_kind kinds[] = {
        CONSTRAINT_PRIMARY_KEY, CONSTRAINT_UNIQUE, CONSTRAINT_FOREIGN_KEY,
        CONSTRAINT_CHECK};
    static const char *const words[] = {"primary", "unique", "foreignkey",
                                        "check"};
    struct naming_subject subject = {.schema = schema_of(work, drop->schema),
                                     .table = drop->table,
                                     .columns = drop->columns};

    /* as when it was made: only what the pattern builds a name from */
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (drop->name != NULL && str_equal(drop->type, words[i]))
            return set_name(work, naming_key(kinds[i]), &subject, &drop->name);
    return 0;
}

static int name_op(const struct work *work, struct op *op)
{
    struct naming_subject subject = {0};

    switch (op->kind) {
    case OP_CREATE_TABLE:
        return name_table(work, op->create_table.table.schema,
                          op->create_table.table.name, &op->create_table.table);
    case OP_ADD_COLUMN:
        subject.schema = schema_of(work, op->add_column.schema);
        subject.table = op->add_column.table;
        if (name_column(work, subject, &op->add_column.column) != 0)
            return -1;
        return name_key(work, subject, &op->add_column.column, 1);
    case OP_CREATE_INDEX:
        subject.schema = schema_of(work, op->create_index.schema);
        subject.table = op->create_index.table;
        return name_index(work, subject, &op->create_index.index.elements,
                          &op->create_index.index.name);
    case OP_CREATE_PRIMARY_KEY:
    case OP_CREATE_UNIQUE_CONSTRAINT:
    case OP_CREATE_CHECK_CONSTRAINT:
    case OP_CREATE_FOREIGN_KEY:
    case OP_CREATE_EXCLUDE_CONSTRAINT:
        subject.schema = schema_of(work, op->create_constraint.schema);
        subject.table = op->create_constraint.table;
        return name_constraint(work, subject,
                               &op->create_constraint.constraint);
    case OP_DROP_CONSTRAINT:
        return name_drop(work, &op->drop_constraint);
    case OP_BATCH_ALTER_TABLE:
        return name_table(work, op->batch_alter_table.schema,
                          op->batch_alter_table.table,
                          &op->batch_alter_table.table_args);
    default:
        return 0;
    }
}

int naming_op(const struct naming *naming, struct arena *arena, struct op *op,
              struct error *err)
{
    struct naming own = *naming;
    struct work work = {&own, arena, err};

    if (op->kind == OP_BATCH_ALTER_TABLE)
        own.before = &op->batch_alter_table.naming_convention;
    return name_op(&work, op);
}
