/* CREATE INDEX. */
#include "base/str.h"
#include "ddl/ddl_parts.h"
#include "ddl/sql_lex.h"
#include "model/naming.h"

#include <ctype.h>
#include <string.h>

static const struct value *operator_class(const struct index *index,
                                          const char *column)
{
    for (size_t i = 0; column != NULL && i < index->postgresql_ops.count; i++)
        if (str_equal(index->postgresql_ops.items[i].name, column))
            return &index->postgresql_ops.items[i].value;
    return NULL;
}

/* Where the order begins that ends the text ("DESC NULLS LAST"): it may not
 * stand inside the parentheses of an expression. Its size when there is none.
 */
static size_t find_order(enum dialect dialect, const char *text)
{
    struct sql_token last[4] = {0}, token;
    struct sql_lex lex;
    int at = 3;

    sql_lex_init(
        &lex, dialect == DIALECT_SQLITE ? SQL_LEX_SQLITE : SQL_LEX_POSTGRESQL,
        text, strlen(text));
    while ((token = sql_lex_solid(&lex)).kind != SQL_END) {
        memmove(last, last + 1, sizeof last - sizeof *last);
        last[3] = token;
    }
    if (sql_lex_is(&lex, last[2], "nulls") &&
        (sql_lex_is(&lex, last[3], "first") ||
         sql_lex_is(&lex, last[3], "last")))
        at = 1;
    if (sql_lex_is(&lex, last[at], "asc") || sql_lex_is(&lex, last[at], "desc"))
        at--;
    /* a column may be called "desc" */
    if (at == 3 || last[at].end == 0)
        return strlen(text);
    return last[at + 1].start;
}

static void expression(struct buf *out, enum dialect dialect, const char *text)
{
    size_t order = find_order(dialect, text);
    size_t end = order;

    while (text[order] != '\0' && end > 0 &&
           isspace((unsigned char)text[end - 1]))
        end--;
    ddl_parts_expression(out, arena_strndup(out->arena, text, end));
    if (text[order] != '\0')
        buf_addf(out, strstr(text + order, "--") != NULL ? " %s\n" : " %s",
                 text + order);
}

static int element(struct buf *out, enum dialect dialect,
                   const struct index *index, const struct element *item,
                   struct error *err)
{
    const struct value *class = operator_class(index, item->column);

    if (item->column == NULL)
        expression(out, dialect, item->expression);
    else if (ddl_parts_name(out, dialect, item->column, err) != 0)
        return -1;
    if (item->collation != NULL) {
        buf_add(out, " COLLATE ");
        if (ddl_parts_name(out, dialect, item->collation, err) != 0)
            return -1;
    }
    if (dialect == DIALECT_POSTGRESQL && class != NULL) {
        buf_char(out, ' ');
        if (class->kind != VALUE_SQL && class->kind != VALUE_TEXT)
            return error_set(err, ERROR_FAILED,
                             "postgresql_ops: '%s' needs the name of an "
                             "operator class",
                             item->column);
        if (class->kind == VALUE_SQL)
            buf_add(out, class->text.data);
        else if (ddl_parts_name(out, dialect, class->text.data, err) != 0)
            return -1;
    }
    if (dialect == DIALECT_POSTGRESQL && item->opclass != NULL)
        buf_addf(out, " %s", item->opclass);
    if (item->descending)
        buf_add(out, " DESC");
    if (dialect == DIALECT_POSTGRESQL && item->nulls != NULL)
        buf_addf(out, " NULLS %s", item->nulls);
    return 0;
}

/* "toast.autovacuum_enabled" is of a namespace. */
static int setting_name(struct buf *out, const char *name, struct error *err)
{
    const char *dot = strchr(name, '.');

    if (dot == NULL)
        return ddl_parts_name(out, DIALECT_POSTGRESQL, name, err);
    return ddl_parts_qualified(
        out, DIALECT_POSTGRESQL,
        arena_strndup(out->arena, name, (size_t)(dot - name)), dot + 1, err);
}

int ddl_parts_settings(struct buf *out, const struct settings *settings,
                       struct error *err)
{
    buf_char(out, '(');
    for (size_t i = 0; i < settings->count; i++) {
        const struct setting *setting = &settings->items[i];

        buf_add(out, i > 0 ? ", " : "");
        if (setting_name(out, setting->name, err) != 0)
            return -1;
        buf_add(out, " = ");
        if (ddl_literal(out, DIALECT_POSTGRESQL, &setting->value, err) != 0)
            return -1;
    }
    buf_char(out, ')');
    return 0;
}

/* What follows the columns on PostgreSQL, before WHERE. */
static int postgresql_options(struct buf *out, const struct index *index,
                              struct error *err)
{
    if (index->postgresql_include.count > 0) {
        buf_add(out, " INCLUDE (");
        if (ddl_parts_names(out, DIALECT_POSTGRESQL, &index->postgresql_include,
                            err) != 0)
            return -1;
        buf_char(out, ')');
    }
    if (index->postgresql_nulls_not_distinct != TRI_UNSET)
        buf_add(out, index->postgresql_nulls_not_distinct == TRI_TRUE
                         ? " NULLS NOT DISTINCT"
                         : " NULLS DISTINCT");
    if (index->postgresql_with.count > 0) {
        buf_add(out, " WITH ");
        if (ddl_parts_settings(out, &index->postgresql_with, err) != 0)
            return -1;
    }
    if (index->postgresql_tablespace != NULL) {
        buf_add(out, " TABLESPACE ");
        if (ddl_parts_name(out, DIALECT_POSTGRESQL,
                           index->postgresql_tablespace, err) != 0)
            return -1;
    }
    return 0;
}

/* "i ON t": SQLite wants the schema at the index, PostgreSQL at the table. */
static int places(struct buf *out, enum dialect dialect, const char *schema,
                  const char *name, const char *table, struct error *err)
{
    bool sqlite = dialect == DIALECT_SQLITE;

    if (ddl_parts_qualified(out, dialect, sqlite ? schema : NULL, name, err) !=
        0)
        return -1;
    buf_add(out, " ON ");
    return ddl_parts_qualified(out, dialect, sqlite ? NULL : schema, table,
                               err);
}

static int columns(struct buf *out, enum dialect dialect,
                   const struct index *index, struct error *err)
{
    if (dialect == DIALECT_POSTGRESQL && index->postgresql_using != NULL) {
        buf_add(out, " USING ");
        if (ddl_parts_name(out, dialect, index->postgresql_using, err) != 0)
            return -1;
    }
    buf_add(out, " (");
    for (size_t i = 0; i < index->elements.count; i++) {
        buf_add(out, i > 0 ? ", " : "");
        if (element(out, dialect, index, &index->elements.items[i], err) != 0)
            return -1;
    }
    buf_char(out, ')');
    return 0;
}

int ddl_index(struct ddl_output *output, const char *schema, const char *table,
              const struct index *index, bool if_not_exists, struct error *err)
{
    enum dialect dialect = output->dialect;
    bool postgresql = dialect == DIALECT_POSTGRESQL;
    const char *name = naming_index(output->arena, table, index);
    const char *where =
        postgresql ? index->postgresql_where : index->sqlite_where;
    struct buf sql;

    if (name == NULL)
        return error_set(err, ERROR_FAILED,
                         "an index that begins with an expression needs a "
                         "name");
    buf_init(&sql, output->arena);
    buf_add(&sql, index->unique == TRI_TRUE ? "CREATE UNIQUE INDEX "
                                            : "CREATE INDEX ");
    if (postgresql && index->postgresql_concurrently == TRI_TRUE)
        buf_add(&sql, "CONCURRENTLY ");
    if (if_not_exists)
        buf_add(&sql, "IF NOT EXISTS ");
    if (places(&sql, dialect, schema, name, table, err) != 0 ||
        columns(&sql, dialect, index, err) != 0)
        return -1;
    if (postgresql && postgresql_options(&sql, index, err) != 0)
        return -1;
    if (where == NULL)
        where = index->where;
    if (where != NULL)
        buf_addf(&sql, " WHERE %s", where);
    ddl_parts_emit(output, &sql);
    return 0;
}
