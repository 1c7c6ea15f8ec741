/* CREATE TABLE and what follows it. */
#include "base/vec.h"
#include "ddl/ddl_parts.h"
#include "model/naming.h"

#include <string.h>
#include <strings.h>

/* The primary key and the column that numbers itself. */
struct key {
    struct constraint constraint;  /* columns.count 0: none */
    const struct column *numbered; /* or NULL */
};

static bool is_foreign(const struct table *table, const struct column *column)
{
    if (column->references != NULL)
        return true;
    for (size_t i = 0; i < table->constraint_count; i++)
        if (table->constraints[i].kind == CONSTRAINT_FOREIGN_KEY &&
            names_have_folded(&table->constraints[i].columns, column->name))
            return true;
    return false;
}

/* An integer that gets its values from nothing else. */
static bool may_count(const struct column *column, enum dialect dialect)
{
    enum type_kind kind = ddl_type_of(column->type, dialect)->kind;

    return (kind == TYPE_INTEGER || kind == TYPE_BIGINTEGER ||
            kind == TYPE_SMALLINTEGER) &&
           column->autoincrement != TRI_FALSE && column->computed == NULL &&
           column->server_default.kind == VALUE_ABSENT;
}

bool ddl_table_numbers(const struct column *column, enum dialect dialect)
{
    return may_count(column, dialect) &&
           (column->autoincrement == TRI_TRUE || column->references == NULL);
}

static bool is_numbered(const struct table *table, enum dialect dialect,
                        const struct key *key, const struct column *column)
{
    if (!may_count(column, dialect) ||
        !names_have_folded(&key->constraint.columns, column->name))
        return false;
    if (dialect == DIALECT_SQLITE && table->sqlite_with_rowid == TRI_FALSE)
        return false;
    if (key->constraint.columns.count == 1)
        return column->autoincrement == TRI_TRUE || !is_foreign(table, column);
    /* one of several: only when it is asked for, and never a rowid */
    return dialect == DIALECT_POSTGRESQL && column->autoincrement == TRI_TRUE;
}

static void find_key(const struct table *table, enum dialect dialect,
                     struct arena *arena, struct key *key)
{
    VEC(const char *) names = {0};

    memset(key, 0, sizeof *key);
    key->constraint.kind = CONSTRAINT_PRIMARY_KEY;
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].primary_key) {
            vec_push(arena, &names, table->columns[i].name);
            if (key->constraint.name == NULL)
                key->constraint.name = table->columns[i].key_name;
        }
    key->constraint.columns.items = names.items;
    key->constraint.columns.count = names.count;
    for (size_t i = 0; i < table->constraint_count; i++)
        if (table->constraints[i].kind == CONSTRAINT_PRIMARY_KEY)
            key->constraint = table->constraints[i];
    for (size_t i = 0; i < table->column_count && key->numbered == NULL; i++)
        if (is_numbered(table, dialect, key, &table->columns[i]))
            key->numbered = &table->columns[i];
}

static int prefixes(struct buf *sql, enum dialect dialect,
                    const struct table *table, struct error *err)
{
    for (size_t i = 0; i < table->prefixes.count; i++) {
        const char *word = table->prefixes.items[i];

        if (dialect == DIALECT_SQLITE && strcasecmp(word, "TEMPORARY") != 0 &&
            strcasecmp(word, "TEMP") != 0)
            return error_set(err, ERROR_FAILED,
                             "prefixes: SQLite knows TEMPORARY, not '%s'",
                             word);
        buf_addf(sql, "%s ", word);
    }
    return 0;
}

static void next_line(struct buf *sql, bool *first)
{
    buf_add(sql, *first ? "\n    " : ",\n    ");
    *first = false;
}

static int columns(struct buf *sql, enum dialect dialect,
                   const struct table *table, const struct key *key,
                   const char *inline_key, bool *first, struct error *err)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        struct ddl_column_place place = {
            .schema = table->schema,
            .in_key = names_have_folded(&key->constraint.columns, column->name),
            .numbered = column == key->numbered,
            .strict =
                dialect == DIALECT_SQLITE && table->sqlite_strict == TRI_TRUE,
            .key = column == key->numbered ? inline_key : NULL};

        next_line(sql, first);
        if (ddl_column(sql, dialect, column, &place, err) != 0)
            return -1;
    }
    return 0;
}

/* The constraints that columns ask for, then the table's own. */
static int constraints(struct buf *sql, enum dialect dialect,
                       const struct table *table, bool *first,
                       struct error *err)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];

        if (column->references != NULL) {
            struct constraint constraint =
                ddl_constraint_of_column(sql->arena, column);

            next_line(sql, first);
            if (ddl_constraint(sql, dialect, &constraint, table->schema, err) !=
                0)
                return error_context(err, "column '%s'", column->name);
        }
        if (column->unique == TRI_TRUE && column->index != TRI_TRUE) {
            next_line(sql, first);
            if (ddl_constraint_name(sql, dialect, column->unique_name, err) !=
                0)
                return -1;
            buf_add(sql, "UNIQUE (");
            ddl_name(sql, dialect, column->name);
            buf_char(sql, ')');
        }
    }
    for (size_t i = 0; i < table->constraint_count; i++) {
        const struct constraint *constraint = &table->constraints[i];

        if (constraint->kind == CONSTRAINT_PRIMARY_KEY)
            continue;
        next_line(sql, first);
        if (ddl_constraint(sql, dialect, constraint, table->schema, err) != 0)
            return -1;
    }
    return 0;
}

static void sqlite_options(struct buf *sql, const struct table *table)
{
    bool without = table->sqlite_with_rowid == TRI_FALSE;

    if (without)
        buf_add(sql, " WITHOUT ROWID");
    if (table->sqlite_strict == TRI_TRUE)
        buf_add(sql, without ? ", STRICT" : " STRICT");
}

static int postgresql_options(struct buf *sql, const struct table *table,
                              struct error *err)
{
    enum dialect dialect = DIALECT_POSTGRESQL;

    if (table->postgresql_inherits.count > 0) {
        buf_add(sql, " INHERITS (");
        if (ddl_parts_names(sql, dialect, &table->postgresql_inherits, err) !=
            0)
            return -1;
        buf_char(sql, ')');
    }
    if (table->postgresql_partition_by != NULL)
        buf_addf(sql, " PARTITION BY %s", table->postgresql_partition_by);
    if (table->postgresql_using != NULL) {
        buf_add(sql, " USING ");
        if (ddl_parts_name(sql, dialect, table->postgresql_using, err) != 0)
            return -1;
    }
    if (table->postgresql_with.count > 0) {
        buf_add(sql, " WITH ");
        if (ddl_parts_settings(sql, &table->postgresql_with, err) != 0)
            return -1;
    }
    if (table->postgresql_tablespace != NULL) {
        buf_add(sql, " TABLESPACE ");
        if (ddl_parts_name(sql, dialect, table->postgresql_tablespace, err) !=
            0)
            return -1;
    }
    return 0;
}

/* The text of an inline key with AUTOINCREMENT, or NULL. */
static int autoincrement(const struct table *table, enum dialect dialect,
                         const struct key *key, struct arena *arena,
                         const char **text, struct error *err)
{
    struct buf out;

    *text = NULL;
    if (dialect != DIALECT_SQLITE || table->sqlite_autoincrement != TRI_TRUE)
        return 0;
    if (key->numbered == NULL)
        return error_set(err, ERROR_FAILED,
                         "sqlite_autoincrement: the table needs a primary key "
                         "of one integer column, with rowid");
    buf_init(&out, arena);
    if (ddl_constraint_name(&out, dialect, key->constraint.name, err) != 0)
        return -1;
    buf_add(&out, "PRIMARY KEY AUTOINCREMENT");
    *text = out.data;
    return 0;
}

static int create(struct ddl_output *output, const struct op_create_table *op,
                  struct error *err)
{
    const struct table *table = &op->table;
    enum dialect dialect = output->dialect;
    bool first = true;
    const char *inline_key;
    struct key key;
    struct buf sql;

    find_key(table, dialect, output->arena, &key);
    if (autoincrement(table, dialect, &key, output->arena, &inline_key, err) !=
        0)
        return -1;
    buf_init(&sql, output->arena);
    buf_add(&sql, "CREATE ");
    if (prefixes(&sql, dialect, table, err) != 0)
        return -1;
    buf_add(&sql,
            op->if_not_exists == TRI_TRUE ? "TABLE IF NOT EXISTS " : "TABLE ");
    if (ddl_parts_qualified(&sql, dialect, table->schema, table->name, err) !=
        0)
        return -1;
    buf_add(&sql, " (");
    if (columns(&sql, dialect, table, &key, inline_key, &first, err) != 0)
        return -1;
    if (key.constraint.columns.count > 0 && inline_key == NULL) {
        next_line(&sql, &first);
        if (ddl_constraint(&sql, dialect, &key.constraint, table->schema,
                           err) != 0)
            return -1;
    }
    if (constraints(&sql, dialect, table, &first, err) != 0)
        return -1;
    buf_add(&sql, "\n)");
    if (dialect == DIALECT_SQLITE)
        sqlite_options(&sql, table);
    else if (postgresql_options(&sql, table, err) != 0)
        return -1;
    ddl_parts_emit(output, &sql);
    return 0;
}

static int indexes(struct ddl_output *output, const struct op_create_table *op,
                   struct error *err)
{
    const struct table *table = &op->table;
    bool guarded = op->if_not_exists == TRI_TRUE;

    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        struct index index;

        if (column->index != TRI_TRUE)
            continue;
        index = naming_column_index(output->arena, table->name, column);
        if (ddl_index(output, table->schema, table->name, &index, guarded,
                      err) != 0)
            return -1;
    }
    for (size_t i = 0; i < table->index_count; i++)
        if (ddl_index(output, table->schema, table->name, &table->indexes[i],
                      guarded, err) != 0)
            return -1;
    return 0;
}

static int comments(struct ddl_output *output, const struct table *table,
                    struct error *err)
{
    if (table->comment != NULL &&
        ddl_comment(output, table->schema, table->name, NULL, table->comment,
                    err) != 0)
        return -1;
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].comment != NULL &&
            ddl_comment(output, table->schema, table->name,
                        table->columns[i].name, table->columns[i].comment,
                        err) != 0)
            return -1;
    return 0;
}

int ddl_table(struct ddl_output *output, const struct op *op, struct error *err)
{
    const struct op_create_table *table = &op->create_table;

    if (table->table.column_count == 0 && output->dialect == DIALECT_SQLITE)
        return error_set(err, ERROR_FAILED,
                         "the table '%s' needs a column on SQLite",
                         table->table.name);
    if (create(output, table, err) != 0 || indexes(output, table, err) != 0)
        return -1;
    return comments(output, &table->table, err);
}
