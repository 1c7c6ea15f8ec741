/* Constraints of tables and columns. */
#include "base/str.h"
#include "ddl/ddl_parts.h"

#include <string.h>

int ddl_constraint_name(struct buf *out, enum dialect dialect, const char *name,
                        struct error *err)
{
    if (name == NULL)
        return 0;
    buf_add(out, "CONSTRAINT ");
    if (ddl_parts_name(out, dialect, name, err) != 0)
        return -1;
    buf_char(out, ' ');
    return 0;
}

int ddl_constraint_inline_key(struct arena *arena, enum dialect dialect,
                              const struct column *column, const char **text,
                              struct error *err)
{
    struct buf out;

    *text = NULL;
    if (!column->primary_key)
        return 0;
    buf_init(&out, arena);
    if (ddl_constraint_name(&out, dialect, column->key_name, err) != 0)
        return -1;
    buf_add(&out, "PRIMARY KEY");
    *text = out.data;
    return 0;
}

static int deferrable(struct buf *out, enum dialect dialect,
                      const struct constraint *constraint, struct error *err)
{
    if (constraint->deferrable == TRI_UNSET && constraint->initially == NULL)
        return 0;
    if (dialect == DIALECT_SQLITE && constraint->kind != CONSTRAINT_FOREIGN_KEY)
        return error_set(err, ERROR_FAILED,
                         "only foreign keys can be deferrable on SQLite");
    if (constraint->deferrable == TRI_TRUE)
        buf_add(out, " DEFERRABLE");
    else if (constraint->deferrable == TRI_FALSE)
        buf_add(out, " NOT DEFERRABLE");
    if (constraint->initially != NULL)
        buf_addf(out, " INITIALLY %s", constraint->initially);
    return 0;
}

/* SQLite's foreign keys stay inside one database file. */
static int referent_schema(enum dialect dialect,
                           const struct constraint *constraint,
                           const char *schema, struct error *err)
{
    if (dialect != DIALECT_SQLITE || constraint->referent_schema == NULL ||
        str_equal(constraint->referent_schema,
                  schema != NULL ? schema : "main"))
        return 0;
    return error_set(err, ERROR_FAILED,
                     "a foreign key cannot refer to another schema ('%s') on "
                     "SQLite",
                     constraint->referent_schema);
}

static int action(struct buf *out, enum dialect dialect, const char *word,
                  const char *text, struct error *err)
{
    if (text == NULL)
        return 0;
    if (dialect == DIALECT_SQLITE && strchr(text, '(') != NULL)
        return error_set(err, ERROR_FAILED,
                         "'%s %s': SQLite takes no columns here", word, text);
    buf_addf(out, " %s %s", word, text);
    return 0;
}

/* Adds "a, b", or "a, PERIOD b" for a temporal key. */
static int period_names(struct buf *out, enum dialect dialect,
                        const struct names *names, bool temporal,
                        struct error *err)
{
    struct names plain = *names;

    if (!temporal)
        return ddl_parts_names(out, dialect, names, err);
    plain.count--;
    if (ddl_parts_names(out, dialect, &plain, err) != 0)
        return -1;
    buf_add(out, plain.count > 0 ? ", PERIOD " : "PERIOD ");
    return ddl_parts_name(out, dialect, names->items[plain.count], err);
}

int ddl_constraint_references(struct buf *out, enum dialect dialect,
                              const struct constraint *constraint,
                              const char *schema, struct error *err)
{
    const char *referent =
        dialect == DIALECT_SQLITE ? NULL : constraint->referent_schema;

    if (referent_schema(dialect, constraint, schema, err) != 0)
        return -1;
    buf_add(out, "REFERENCES ");
    if (ddl_parts_qualified(out, dialect, referent, constraint->referent,
                            err) != 0)
        return -1;
    if (constraint->referent_columns.count > 0) {
        buf_add(out, " (");
        if (period_names(out, dialect, &constraint->referent_columns,
                         constraint->temporal, err) != 0)
            return -1;
        buf_char(out, ')');
    }
    if (constraint->match != NULL)
        buf_addf(out, " MATCH %s", constraint->match);
    if (action(out, dialect, "ON DELETE", constraint->ondelete, err) != 0 ||
        action(out, dialect, "ON UPDATE", constraint->onupdate, err) != 0)
        return -1;
    return deferrable(out, dialect, constraint, err);
}

struct constraint ddl_constraint_of_column(struct arena *arena,
                                           const struct column *column)
{
    struct constraint constraint = *column->references;
    const char **names = arena_array(arena, const char *, 1);

    names[0] = column->name;
    constraint.columns.items = names;
    constraint.columns.count = 1;
    return constraint;
}

static void not_valid(struct buf *out, enum dialect dialect,
                      const struct constraint *constraint)
{
    if (dialect != DIALECT_POSTGRESQL)
        return;
    if (constraint->not_enforced)
        buf_add(out, " NOT ENFORCED");
    else if (constraint->postgresql_not_valid == TRI_TRUE)
        buf_add(out, " NOT VALID");
}

static int foreign_key(struct buf *out, enum dialect dialect,
                       const struct constraint *constraint, const char *schema,
                       struct error *err)
{
    size_t count = constraint->referent_columns.count;

    if (count > 0 && count != constraint->columns.count)
        return error_set(err, ERROR_FAILED,
                         "a foreign key of %zu columns refers to %zu columns",
                         constraint->columns.count, count);
    buf_add(out, "FOREIGN KEY(");
    if (period_names(out, dialect, &constraint->columns, constraint->temporal,
                     err) != 0)
        return -1;
    buf_add(out, ") ");
    if (ddl_constraint_references(out, dialect, constraint, schema, err) != 0)
        return -1;
    not_valid(out, dialect, constraint);
    return 0;
}

/* PRIMARY KEY and UNIQUE. */
static int key(struct buf *out, enum dialect dialect,
               const struct constraint *constraint, struct error *err)
{
    bool postgresql = dialect == DIALECT_POSTGRESQL;

    buf_add(out, constraint->kind == CONSTRAINT_PRIMARY_KEY ? "PRIMARY KEY "
                                                            : "UNIQUE ");
    if (postgresql && constraint->postgresql_nulls_not_distinct != TRI_UNSET)
        buf_add(out, constraint->postgresql_nulls_not_distinct == TRI_TRUE
                         ? "NULLS NOT DISTINCT "
                         : "NULLS DISTINCT ");
    buf_char(out, '(');
    if (ddl_parts_names(out, dialect, &constraint->columns, err) != 0)
        return -1;
    buf_add(out, constraint->temporal ? " WITHOUT OVERLAPS)" : ")");
    if (postgresql && constraint->postgresql_include.count > 0) {
        buf_add(out, " INCLUDE (");
        if (ddl_parts_names(out, dialect, &constraint->postgresql_include,
                            err) != 0)
            return -1;
        buf_char(out, ')');
    }
    return deferrable(out, dialect, constraint, err);
}

static int exclude(struct buf *out, enum dialect dialect,
                   const struct constraint *constraint, struct error *err)
{
    if (dialect == DIALECT_SQLITE)
        return error_set(err, ERROR_FAILED,
                         "exclude constraints exist on PostgreSQL only");
    buf_add(out, "EXCLUDE USING ");
    if (ddl_parts_name(out, dialect,
                       constraint->using != NULL ? constraint->using : "gist",
                       err) != 0)
        return -1;
    buf_add(out, " (");
    for (size_t i = 0; i < constraint->elements.count; i++) {
        const struct element *element = &constraint->elements.items[i];

        if (i > 0)
            buf_add(out, ", ");
        if (element->column == NULL)
            ddl_parts_expression(out, element->expression);
        else if (ddl_parts_name(out, dialect, element->column, err) != 0)
            return -1;
        buf_addf(out, " WITH %s", element->operator);
    }
    buf_char(out, ')');
    if (constraint->where != NULL) {
        buf_add(out, " WHERE ");
        ddl_parts_expression(out, constraint->where);
    }
    return deferrable(out, dialect, constraint, err);
}

int ddl_constraint(struct buf *out, enum dialect dialect,
                   const struct constraint *constraint, const char *schema,
                   struct error *err)
{
    if (ddl_constraint_name(out, dialect, constraint->name, err) != 0)
        return -1;
    switch (constraint->kind) {
    case CONSTRAINT_PRIMARY_KEY:
    case CONSTRAINT_UNIQUE:
        return key(out, dialect, constraint, err);
    case CONSTRAINT_FOREIGN_KEY:
        return foreign_key(out, dialect, constraint, schema, err);
    case CONSTRAINT_CHECK:
        buf_add(out, "CHECK ");
        ddl_parts_expression(out, constraint->condition);
        if (dialect == DIALECT_POSTGRESQL && constraint->no_inherit)
            buf_add(out, " NO INHERIT");
        not_valid(out, dialect, constraint);
        return 0;
    case CONSTRAINT_EXCLUDE:
        return exclude(out, dialect, constraint, err);
    }
    return error_set(err, ERROR_INTERNAL, "unknown kind of constraint");
}
