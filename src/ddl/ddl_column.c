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

/* Before version 18 PostgreSQL knows STORED alone, and wants the word. */
static void computed_text(struct buf *out, enum dialect dialect,
                          const struct computed *computed)
{
    enum tri persisted = computed->persisted;

    if (persisted == TRI_UNSET && dialect == DIALECT_POSTGRESQL)
        persisted = TRI_TRUE;
    buf_add(out, " GENERATED ALWAYS AS ");
    ddl_parts_expression(out, computed->expression);
    if (persisted != TRI_UNSET)
        buf_add(out, persisted == TRI_TRUE ? " STORED" : " VIRTUAL");
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

/* What follows the default. PostgreSQL's texts are SQLAlchemy's: an identity is
 * NOT NULL by itself. */
static int constraints(struct buf *out, enum dialect dialect,
                       const struct column *column,
                       const struct ddl_column_place *place, struct error *err)
{
    bool postgresql = dialect == DIALECT_POSTGRESQL;
    bool identity = postgresql && column->identity != NULL;

    if (postgresql && column->computed != NULL)
        computed_text(out, dialect, column->computed);
    if (identity) {
        buf_char(out, ' ');
        ddl_identity(out, column->identity);
    } else if (column->nullable == TRI_FALSE || place->in_key) {
        buf_add(out, " NOT NULL");
    }
    if (place->key != NULL)
        buf_addf(out, " %s", place->key);
    if (!postgresql && column->computed != NULL)
        computed_text(out, dialect, column->computed);
    if (ddl_enum_is_checked(column->type, dialect)) {
        buf_char(out, ' ');
        if (ddl_enum_check(out, dialect, column->name,
                           ddl_type_of(column->type, dialect), err) != 0)
            return -1;
    }
    if (column->check == NULL)
        return 0;
    buf_char(out, ' ');
    return ddl_constraint(out, dialect, column->check, place->schema, err);
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
    return constraints(out, dialect, column, place, err);
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
