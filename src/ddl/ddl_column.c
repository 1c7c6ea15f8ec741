/* Columns, in CREATE TABLE and ADD COLUMN. */
#include "base/str.h"
#include "ddl/ddl_parts.h"
#include "model/naming.h"

#include <string.h>

/* The types of a STRICT table (https://www.sqlite.org/stricttables.html). */
static int check_strict(const char *type, struct error *err)
{
    static const char *const strict[] = {"INT",  "INTEGER", "REAL",
                                         "TEXT", "BLOB",    "ANY"};

    for (size_t i = 0; i < sizeof strict / sizeof strict[0]; i++)
        if (str_equal(type, strict[i]))
            return 0;
    error_set(err, ERROR_FAILED, "a STRICT table cannot hold the type %s",
              type);
    return error_hint(err, "its types are types.integer, types.real, "
                           "types.text, types.binary and types.raw \"ANY\"");
}

static const char *serial(enum type_kind kind)
{
    if (kind == TYPE_BIGINTEGER)
        return "BIGSERIAL";
    return kind == TYPE_SMALLINTEGER ? "SMALLSERIAL" : "SERIAL";
}

static int type_text(struct buf *out, enum dialect dialect,
                     const struct column *column,
                     const struct ddl_column_place *place, struct error *err)
{
    size_t start = out->size;

    if (place->numbered && dialect == DIALECT_SQLITE)
        /* the rowid, which only a column of exactly this type can be */
        buf_add(out, "INTEGER");
    else if (place->numbered && column->identity == NULL)
        buf_add(out, serial(ddl_type_of(column->type, dialect)->kind));
    else if (ddl_type(out, dialect, column->type, err) != 0)
        return -1;
    if (place->strict)
        return check_strict(out->data + start, err);
    return 0;
}

static void integer_option(struct buf *out, const char *word,
                           const struct value *value)
{
    if (value->kind == VALUE_INTEGER)
        buf_addf(out, "%s%s %lld", out->data[out->size - 1] == '(' ? "" : " ",
                 word, (long long)value->integer);
}

static void identity_text(struct buf *out, const struct identity *identity)
{
    size_t start;

    buf_addf(out, " GENERATED %s AS IDENTITY",
             identity->always == TRI_TRUE ? "ALWAYS" : "BY DEFAULT");
    buf_add(out, " (");
    start = out->size;
    integer_option(out, "INCREMENT BY", &identity->increment);
    integer_option(out, "START WITH", &identity->start);
    integer_option(out, "MINVALUE", &identity->minvalue);
    integer_option(out, "MAXVALUE", &identity->maxvalue);
    integer_option(out, "CACHE", &identity->cache);
    if (identity->cycle != TRI_UNSET)
        buf_addf(out, "%s%s", out->size > start ? " " : "",
                 identity->cycle == TRI_TRUE ? "CYCLE" : "NO CYCLE");
    if (out->size > start) {
        buf_char(out, ')');
    } else {
        out->size = start - 2; /* nothing was given: no parentheses */
        out->data[out->size] = '\0';
    }
}

static int computed_text(struct buf *out, enum dialect dialect,
                         const struct computed *computed, struct error *err)
{
    buf_add(out, " GENERATED ALWAYS AS ");
    ddl_parts_expression(out, computed->expression);
    if (dialect == DIALECT_POSTGRESQL) {
        if (computed->persisted == TRI_FALSE)
            return error_set(err, ERROR_FAILED,
                             "PostgreSQL keeps every computed column: leave "
                             "out persisted = false");
        buf_add(out, " STORED");
    } else if (computed->persisted != TRI_UNSET) {
        buf_add(out, computed->persisted == TRI_TRUE ? " STORED" : " VIRTUAL");
    }
    return 0;
}

/* The CHECK of an enum that is text. */
static int enum_check(struct buf *out, enum dialect dialect,
                      const struct column *column, struct error *err)
{
    const struct type *type = ddl_type_of(column->type, dialect);
    bool text = dialect == DIALECT_SQLITE || type->native == TRI_FALSE;

    if (type->kind != TYPE_ENUM || type->check != TRI_TRUE || !text)
        return 0;
    buf_char(out, ' ');
    if (ddl_constraint_name(out, dialect, type->name, err) != 0)
        return -1;
    buf_add(out, "CHECK (");
    ddl_name(out, dialect, column->name);
    buf_add(out, " IN (");
    for (size_t i = 0; i < type->values.count; i++) {
        struct value value = {.kind = VALUE_TEXT};

        value.text.data = type->values.items[i];
        value.text.size = strlen(type->values.items[i]);
        buf_add(out, i > 0 ? ", " : "");
        if (ddl_literal(out, dialect, &value, err) != 0)
            return -1;
    }
    buf_add(out, "))");
    return 0;
}

static int check_sense(const struct column *column, struct error *err)
{
    if (column->computed == NULL)
        return 0;
    if (column->server_default.kind != VALUE_ABSENT)
        return error_set(err, ERROR_FAILED,
                         "a computed column cannot have a server_default");
    if (column->identity != NULL)
        return error_set(err, ERROR_FAILED,
                         "a computed column cannot be an identity");
    return 0;
}

static int column_text(struct buf *out, enum dialect dialect,
                       const struct column *column,
                       const struct ddl_column_place *place, struct error *err)
{
    if (check_sense(column, err) != 0)
        return -1;
    buf_char(out, ' ');
    if (type_text(out, dialect, column, place, err) != 0)
        return -1;
    if (column->server_default.kind != VALUE_ABSENT) {
        buf_add(out, " DEFAULT ");
        if (ddl_literal_default(out, dialect, &column->server_default, err) !=
            0)
            return -1;
    }
    if (column->identity != NULL && dialect == DIALECT_POSTGRESQL)
        identity_text(out, column->identity);
    if (column->nullable == TRI_FALSE || place->in_key)
        buf_add(out, " NOT NULL");
    if (place->key != NULL)
        buf_addf(out, " %s", place->key);
    if (column->computed != NULL &&
        computed_text(out, dialect, column->computed, err) != 0)
        return -1;
    if (enum_check(out, dialect, column, err) != 0)
        return -1;
    if (column->check != NULL) {
        buf_char(out, ' ');
        return ddl_constraint(out, dialect, column->check, place->schema, err);
    }
    return 0;
}

int ddl_column(struct buf *out, enum dialect dialect,
               const struct column *column,
               const struct ddl_column_place *place, struct error *err)
{
    if (ddl_parts_name(out, dialect, column->name, err) != 0)
        return -1;
    if (column_text(out, dialect, column, place, err) != 0)
        return error_context(err, "column '%s'", column->name);
    return 0;
}

static int comment(struct ddl_output *output, const struct op_add_column *op,
                   struct error *err)
{
    struct value value = {.kind = VALUE_TEXT};
    struct buf sql;

    if (output->dialect != DIALECT_POSTGRESQL || op->column.comment == NULL)
        return 0;
    buf_init(&sql, output->arena);
    buf_add(&sql, "COMMENT ON COLUMN ");
    ddl_qualified(&sql, output->dialect, op->schema, op->table);
    buf_char(&sql, '.');
    ddl_name(&sql, output->dialect, op->column.name);
    buf_add(&sql, " IS ");
    value.text.data = op->column.comment;
    value.text.size = strlen(op->column.comment);
    if (ddl_literal(&sql, output->dialect, &value, err) != 0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

/* "ALTER TABLE t ADD ..." for a constraint of the new column; PostgreSQL. */
static int add_constraint(struct ddl_output *output,
                          const struct op_add_column *op,
                          const struct constraint *constraint,
                          struct error *err)
{
    struct buf sql;

    buf_init(&sql, output->arena);
    buf_add(&sql, "ALTER TABLE ");
    ddl_qualified(&sql, output->dialect, op->schema, op->table);
    buf_add(&sql, " ADD ");
    if (ddl_constraint(&sql, output->dialect, constraint, op->schema, err) != 0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

static int add_constraints(struct ddl_output *output,
                           const struct op_add_column *op, struct error *err)
{
    const struct column *column = &op->column;

    if (column->references != NULL) {
        struct constraint constraint =
            ddl_constraint_of_column(output->arena, column);

        if (add_constraint(output, op, &constraint, err) != 0)
            return -1;
    }
    if (column->unique == TRI_TRUE && column->index != TRI_TRUE) {
        struct constraint unique = {.kind = CONSTRAINT_UNIQUE};
        const char *names[] = {column->name};

        unique.columns.items = names;
        unique.columns.count = 1;
        if (add_constraint(output, op, &unique, err) != 0)
            return -1;
    }
    if (column->check != NULL &&
        add_constraint(output, op, column->check, err) != 0)
        return -1;
    return comment(output, op, err);
}

int ddl_add_column(struct ddl_output *output, const struct op_add_column *op,
                   struct error *err)
{
    bool sqlite = output->dialect == DIALECT_SQLITE;
    struct ddl_column_place place = {
        .schema = op->schema,
        .in_key = op->column.primary_key,
        .key = op->column.primary_key ? "PRIMARY KEY" : NULL};
    struct column column = op->column;
    struct buf sql;

    if (sqlite && ddl_sqlite_check_added(&column, err) != 0)
        return error_context(err, "column '%s'", column.name);
    buf_init(&sql, output->arena);
    buf_add(&sql, "ALTER TABLE ");
    if (ddl_parts_qualified(&sql, output->dialect, op->schema, op->table,
                            err) != 0)
        return -1;
    buf_add(&sql, " ADD COLUMN ");
    if (!sqlite && op->if_not_exists == TRI_TRUE)
        buf_add(&sql, "IF NOT EXISTS ");
    if (!sqlite)
        column.check = NULL; /* a statement of its own follows */
    if (ddl_column(&sql, output->dialect, &column, &place, err) != 0)
        return -1;
    if (sqlite && column.references != NULL) {
        struct constraint constraint =
            ddl_constraint_of_column(output->arena, &column);

        if (constraint.referent_columns.count > 1)
            return error_set(err, ERROR_FAILED,
                             "references: one column refers to %zu columns",
                             constraint.referent_columns.count);
        buf_char(&sql, ' ');
        if (ddl_constraint_name(&sql, output->dialect, constraint.name, err) !=
                0 ||
            ddl_constraint_references(&sql, output->dialect, &constraint,
                                      op->schema, err) != 0)
            return -1;
    }
    ddl_parts_emit(output, &sql);
    if (!sqlite && add_constraints(output, op, err) != 0)
        return -1;
    if (op->column.index == TRI_TRUE) {
        struct index index =
            naming_column_index(output->arena, op->table, &op->column);

        return ddl_index(output, op->schema, op->table, &index, false, err);
    }
    return 0;
}
