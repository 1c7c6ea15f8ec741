/* CREATE INDEX. */
#include "base/str.h"
#include "ddl/ddl_parts.h"
#include "ddl/sql_lex.h"
#include "model/naming.h"

#include <ctype.h>
#include <string.h>

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

/* What an element is, without the order behind it, and the order, or "". */
struct parts {
    const char *text, *order;
};

static struct parts split(struct arena *arena, enum dialect dialect,
                          const struct element *item)
{
    struct parts parts = {item->column, ""};
    size_t size;

    if (item->column != NULL)
        return parts;
    size = find_order(dialect, item->expression);
    parts.order = item->expression + size;
    while (*parts.order != '\0' && size > 0 &&
           isspace((unsigned char)item->expression[size - 1]))
        size--;
    parts.text = arena_strndup(arena, item->expression, size);
    return parts;
}

static int operator_class(struct buf *out, const struct index *index,
                          const char *text, struct error *err)
{
    for (size_t i = 0; i < index->postgresql_ops.count; i++) {
        const struct value *class = &index->postgresql_ops.items[i].value;

        if (!str_equal(index->postgresql_ops.items[i].name, text))
            continue;
        buf_char(out, ' ');
        if (class->kind == VALUE_TEXT)
            return ddl_parts_name(out, DIALECT_POSTGRESQL, class->text.data,
                                  err);
        buf_add(out, class->text.data);
    }
    return 0;
}

/* Each class is of something that the index has. */
static int check_classes(struct arena *arena, enum dialect dialect,
                         const struct index *index, struct error *err)
{
    for (size_t i = 0; i < index->postgresql_ops.count; i++) {
        const struct value *class = &index->postgresql_ops.items[i].value;
        const char *name = index->postgresql_ops.items[i].name;
        bool found = false;

        for (size_t j = 0; j < index->elements.count && !found; j++)
            found = str_equal(
                name, split(arena, dialect, &index->elements.items[j]).text);
        if (!found)
            return error_set(err, ERROR_FAILED,
                             "postgresql_ops: '%s' is neither a column nor an "
                             "expression of the index",
                             name);
        if (class->kind != VALUE_SQL && class->kind != VALUE_TEXT)
            return error_set(err, ERROR_FAILED,
                             "postgresql_ops: '%s' needs the name of an "
                             "operator class",
                             name);
    }
    return 0;
}

static int element(struct buf *out, enum dialect dialect,
                   const struct index *index, const struct element *item,
                   struct error *err)
{
    struct parts parts = split(out->arena, dialect, item);

    if (item->column == NULL)
        ddl_parts_expression(out, parts.text);
    else if (ddl_parts_name(out, dialect, item->column, err) != 0)
        return -1;
    if (item->collation != NULL) {
        buf_add(out, " COLLATE ");
        if (ddl_parts_name(out, dialect, item->collation, err) != 0)
            return -1;
    }
    if (dialect == DIALECT_POSTGRESQL &&
        operator_class(out, index, parts.text, err) != 0)
        return -1;
    if (dialect == DIALECT_POSTGRESQL && item->opclass != NULL)
        buf_addf(out, " %s", item->opclass);
    if (*parts.order != '\0')
        buf_addf(out, strstr(parts.order, "--") != NULL ? " %s\n" : " %s",
                 parts.order);
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
    if (check_classes(output->arena, dialect, index, err) != 0)
        return -1;
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
