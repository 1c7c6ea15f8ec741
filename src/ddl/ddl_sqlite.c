/* What is peculiar to SQLite (https://www.sqlite.org/lang_altertable.html,
 * section 4: what ADD COLUMN cannot add). Some of it works on an empty table;
 * it is refused there too, since the same revision would fail elsewhere. */
#include "ddl/ddl_parts.h"

static int refuse_key(struct error *err)
{
    error_set(err, ERROR_FAILED, "SQLite cannot add a primary key");
    return error_hint(err, "create a new table with op.create_table, copy the "
                           "rows with op.execute, drop the old one and rename "
                           "the new one");
}

static int refuse_unique(struct error *err)
{
    error_set(err, ERROR_FAILED,
              "SQLite cannot add a column with a UNIQUE constraint");
    return error_hint(err, "write unique = true, index = true: that makes a "
                           "unique index, which SQLite can add");
}

static int refuse_default(const char *sql, struct error *err)
{
    error_set(err, ERROR_FAILED,
              "SQLite can add a column only with a constant server_default, "
              "not with %s",
              sql);
    return error_hint(err, "add the column without it and fill it with "
                           "op.execute, or create the table anew with "
                           "op.create_table and copy the rows");
}

static int refuse_not_null(struct error *err)
{
    error_set(err, ERROR_FAILED,
              "SQLite cannot add a column that is NOT NULL without a "
              "server_default");
    return error_hint(err, "give it a constant server_default, or add it as "
                           "nullable and fill it with op.execute");
}

static int refuse_stored(struct error *err)
{
    error_set(err, ERROR_FAILED,
              "SQLite cannot add a computed column that is persisted");
    return error_hint(err, "leave out persisted = true: the column is then "
                           "computed when it is read");
}

int ddl_sqlite_check_added(const struct column *column, struct error *err)
{
    const struct value *value = &column->server_default;

    if (column->primary_key)
        return refuse_key(err);
    if (column->unique == TRI_TRUE && column->index != TRI_TRUE)
        return refuse_unique(err);
    if (value->kind == VALUE_SQL && !ddl_literal_is(value->text.data))
        return refuse_default(value->text.data, err);
    if (column->computed != NULL)
        return column->computed->persisted == TRI_TRUE ? refuse_stored(err) : 0;
    if (column->nullable == TRI_FALSE && ddl_literal_is_null(value))
        return refuse_not_null(err);
    return 0;
}
