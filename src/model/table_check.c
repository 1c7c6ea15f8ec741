#include "model/table_check.h"

#include "base/str.h"

#include <string.h>
#include <strings.h>

enum { SUGGEST_MAX = 128 };

static const char *const constraint_words[] = {
    [CONSTRAINT_PRIMARY_KEY] = "primary_key", [CONSTRAINT_UNIQUE] = "unique",
    [CONSTRAINT_FOREIGN_KEY] = "foreign_key", [CONSTRAINT_CHECK] = "check",
    [CONSTRAINT_EXCLUDE] = "exclude",
};

/* SQLite compares names without case; PostgreSQL says itself what it does
 * not know. */
static bool has_column(const struct table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (strcasecmp(table->columns[i].name, name) == 0)
            return true;
    return false;
}

static int missing(const struct table *table, const char *word,
                   const char *name, struct error *err)
{
    const char *names[SUGGEST_MAX];
    const char *near;
    size_t count = 0;

    for (size_t i = 0; i < table->column_count && count < SUGGEST_MAX; i++)
        names[count++] = table->columns[i].name;
    near = str_suggest(name, names, count);
    return error_set(err, ERROR_FAILED,
                     "%s: the table '%s' has no column '%s'%s%s%s", word,
                     table->name, name, near != NULL ? " (did you mean '" : "",
                     near != NULL ? near : "", near != NULL ? "'?)" : "");
}

static int check_names(const struct table *table, const char *word,
                       const struct names *names, struct error *err)
{
    for (size_t i = 0; i < names->count; i++) {
        if (!has_column(table, names->items[i]))
            return missing(table, word, names->items[i], err);
        for (size_t k = 0; k < i; k++)
            if (strcmp(names->items[k], names->items[i]) == 0)
                return error_set(err, ERROR_FAILED,
                                 "%s: the column '%s' is named twice", word,
                                 names->items[i]);
    }
    return 0;
}

static int check_elements(const struct table *table, const char *word,
                          const struct elements *elements, struct error *err)
{
    for (size_t i = 0; i < elements->count; i++) {
        const char *column = elements->items[i].column;

        if (column != NULL && !has_column(table, column))
            return missing(table, word, column, err);
    }
    return 0;
}

static int check_primary_key(const struct table *table, struct error *err)
{
    const struct constraint *key = NULL;

    for (size_t i = 0; i < table->constraint_count; i++) {
        if (table->constraints[i].kind != CONSTRAINT_PRIMARY_KEY)
            continue;
        if (key != NULL)
            return error_set(err, ERROR_FAILED,
                             "the table '%s' has two primary keys",
                             table->name);
        key = &table->constraints[i];
    }
    for (size_t i = 0; key != NULL && i < table->column_count; i++) {
        bool found = !table->columns[i].primary_key;

        for (size_t k = 0; k < key->columns.count && !found; k++)
            found =
                strcasecmp(key->columns.items[k], table->columns[i].name) == 0;
        if (!found)
            return error_set(err, ERROR_FAILED,
                             "the column '%s' is marked as primary key, but "
                             "primary_key does not name it",
                             table->columns[i].name);
    }
    return 0;
}

static int check_columns(const struct table *table, struct error *err)
{
    for (size_t i = 0; i < table->column_count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(table->columns[i].name, table->columns[k].name) == 0)
                return error_set(err, ERROR_FAILED,
                                 "two columns are called '%s'",
                                 table->columns[i].name);
    return 0;
}

static int check_constraint(const struct table *table,
                            const struct constraint *constraint,
                            struct error *err)
{
    const char *word = constraint_words[constraint->kind];

    if (check_names(table, word, &constraint->columns, err) != 0 ||
        check_names(table, word, &constraint->postgresql_include, err) != 0 ||
        check_elements(table, word, &constraint->elements, err) != 0)
        return -1;
    if (constraint->kind == CONSTRAINT_FOREIGN_KEY &&
        constraint->columns.count != constraint->referent_columns.count)
        return error_set(
            err, ERROR_FAILED, "foreign_key: %zu columns refer to %zu columns",
            constraint->columns.count, constraint->referent_columns.count);
    return 0;
}

int table_check(const struct table *table, struct error *err)
{
    if (check_columns(table, err) != 0 || check_primary_key(table, err) != 0)
        return -1;
    for (size_t i = 0; i < table->constraint_count; i++)
        if (check_constraint(table, &table->constraints[i], err) != 0)
            return -1;
    for (size_t i = 0; i < table->index_count; i++)
        if (check_elements(table, "index", &table->indexes[i].elements, err) !=
            0)
            return -1;
    return 0;
}
