/* The second way: the new text is written into the schema, and the rows stay
 * as they are. Right only when both texts read the same records; a change of
 * what rows must fulfil is checked by one SELECT before. */
#include "run/table_parts.h"

#include "ddl/ddl_parts.h"

#include <string.h>

/* One thing that rows may violate. */
struct rule {
    const char *condition; /* true for a row that violates it */
    const char *column;    /* NOT NULL of this column, or NULL */
    const char *check;     /* text of the CHECK */
};

typedef VEC(struct rule) rule_list;

static const char *cut(const struct table_edit *edit, struct table_range range)
{
    return arena_strndup(edit->arena, edit->sql + range.start,
                         range.end - range.start);
}

static const struct table_clause *find(const struct table_column *column,
                                       enum table_clause_kind kind)
{
    for (size_t i = 0; i < column->clause_count; i++)
        if (column->clauses[i].kind == kind)
            return &column->clauses[i];
    return NULL;
}

/* The texts of all clauses of a kind, with or without names before them. */
static struct names texts(const struct table_edit *edit,
                          enum table_clause_kind kind, bool body)
{
    VEC(const char *) list = {0};
    const struct table_text *text = &edit->text;
    struct names names;

    for (size_t i = 0; i < text->column_count; i++)
        for (size_t j = 0; j < text->columns[i].clause_count; j++) {
            const struct table_clause *clause = &text->columns[i].clauses[j];

            if (clause->kind == kind)
                vec_push(edit->arena, &list,
                         body ? cut(edit, clause->body)
                              : arena_printf(edit->arena, "%s %s",
                                             text->columns[i].name,
                                             cut(edit, clause->range)));
        }
    for (size_t i = 0; i < text->constraint_count; i++)
        if (text->constraints[i].kind == kind)
            vec_push(edit->arena, &list,
                     cut(edit, body ? text->constraints[i].body
                                    : text->constraints[i].range));
    names.items = list.items;
    names.count = list.count;
    return names;
}

/* What the new text asks of rows and the old one did not. */
static rule_list new_rules(struct table_change *change,
                           const struct table_edit *old)
{
    const struct table_edit *new = &change->ops.edit;
    struct arena *arena = change->arena;
    struct names before = texts(old, TABLE_CLAUSE_CHECK, true);
    struct names after = texts(new, TABLE_CLAUSE_CHECK, true);
    rule_list rules = {0};

    for (size_t i = 0; i < new->text.column_count; i++) {
        const struct table_column *column = &new->text.columns[i];
        struct rule rule = {.column = column->name};

        if (find(column, TABLE_CLAUSE_NOT_NULL) == NULL ||
            find(&old->text.columns[i], TABLE_CLAUSE_NOT_NULL) != NULL)
            continue;
        rule.condition = table_query_format(arena, "%n IS NULL", column->name);
        vec_push(arena, &rules, rule);
    }
    for (size_t i = 0; i < after.count; i++) {
        struct rule rule = {.check = after.items[i]};

        if (names_have(&before, after.items[i]))
            continue;
        rule.condition = arena_printf(arena, "NOT (%s\n)", after.items[i]);
        vec_push(arena, &rules, rule);
    }
    return rules;
}

static int refuse(struct table_change *change, const struct rule *rule,
                  int64_t rows)
{
    const char *plural = rows == 1 ? "" : "s";

    if (rule->column != NULL) {
        error_set(change->err, ERROR_FAILED,
                  "the column '%s' of '%s' cannot be NOT NULL: %lld row%s %s "
                  "NULL in it",
                  rule->column, change->table, (long long)rows, plural,
                  rows == 1 ? "has" : "have");
        return error_hint(change->err, "fill it first, with op.execute");
    }
    error_set(change->err, ERROR_FAILED,
              "%lld row%s of '%s' violate%s CHECK (%s)", (long long)rows,
              plural, change->table, rows == 1 ? "s" : "", rule->check);
    return error_hint(change->err, "mend the rows first, with op.execute");
}

/* "SELECT sum(a), sum(b) FROM t". Not from an index: there a column has its
 * old default still, which the record lacks. */
static const char *sums(struct table_change *change, const char *const *items,
                        size_t count)
{
    struct buf sql;

    buf_init(&sql, change->arena);
    buf_add(&sql, "SELECT ");
    for (size_t i = 0; i < count; i++)
        buf_addf(&sql, "%ssum(%s)", i > 0 ? ", " : "", items[i]);
    buf_add(&sql, table_query_format(change->arena, " FROM %n.%n NOT INDEXED",
                                     change->schema, change->table));
    return sql.data;
}

static int check_rows(struct table_change *change, const rule_list *rules)
{
    const char **items;
    int64_t *rows;

    if (rules->count == 0)
        return 0;
    items = arena_array(change->arena, const char *, rules->count);
    rows = arena_array(change->arena, int64_t, rules->count);
    for (size_t i = 0; i < rules->count; i++)
        items[i] = rules->items[i].condition;
    if (table_query_numbers(change->db, change->err,
                            sums(change, items, rules->count), rows,
                            rules->count) != 0)
        return -1;
    for (size_t i = 0; i < rules->count; i++)
        if (rows[i] > 0)
            return refuse(change, &rules->items[i], rows[i]);
    return 0;
}

static const char *default_of(const struct table_edit *edit,
                              const struct table_column *column)
{
    const struct table_clause *clause = find(column, TABLE_CLAUSE_DEFAULT);

    return clause != NULL ? cut(edit, clause->body) : "NULL";
}

/* A record that is older than ALTER TABLE ... ADD COLUMN lacks the column and
 * reads as its default. So a new default may change rows: the rows that have
 * the old one are counted before and after. NULL: nothing to count. */
static const char *count_defaults(struct table_change *change,
                                  const struct table_edit *old, size_t *count)
{
    const struct table_edit *new = &change->ops.edit;
    VEC(const char *) items = {0};

    for (size_t i = 0; i < new->text.column_count; i++) {
        const struct table_column *column = &old->text.columns[i];
        const char *value = default_of(old, column);

        if (find(column, TABLE_CLAUSE_GENERATED) != NULL ||
            strcmp(value, default_of(new, &new->text.columns[i])) == 0 ||
            !ddl_literal_is(value))
            continue;
        vec_push(change->arena, &items,
                 table_query_format(change->arena, "%n IS NULL", column->name));
        if (strcasecmp(value, "NULL") != 0)
            vec_push(change->arena, &items,
                     table_query_format(change->arena, "%n IS %s", column->name,
                                        value));
    }
    *count = items.count;
    return items.count > 0 ? sums(change, items.items, items.count) : NULL;
}

/* Whether the foreign keys must be checked. */
static bool refers_anew(const struct table_edit *old,
                        const struct table_edit *new)
{
    struct names before = texts(old, TABLE_CLAUSE_FOREIGN_KEY, false);
    struct names after = texts(new, TABLE_CLAUSE_FOREIGN_KEY, false);

    for (size_t i = 0; i < after.count; i++)
        if (!names_have(&before, after.items[i]))
            return true;
    return false;
}

static int write_text(struct table_change *change, bool check_keys)
{
    struct db *db = change->db;
    struct error later;
    int64_t rows = 0;
    int status;

    if (db->driver->edit_schema(db, change->schema, NULL, true, change->err) !=
        0)
        return -1;
    status = table_query_count(
        db, change->err,
        table_query_format(change->arena,
                           "UPDATE %n.sqlite_schema SET sql = %q WHERE type = "
                           "'table' AND name = %q",
                           change->schema, change->ops.edit.sql, change->table),
        &rows);
    if (status == 0 && rows != 1)
        status =
            error_set(change->err, ERROR_INTERNAL,
                      "%lld rows of the schema were changed", (long long)rows);
    if (db->driver->edit_schema(db, change->schema,
                                check_keys ? change->table : NULL, false,
                                status == 0 ? change->err : &later) != 0)
        status = -1;
    return status;
}

static int write_counted(struct table_change *change,
                         const struct table_edit *old, bool *same)
{
    size_t count;
    const char *sql = count_defaults(change, old, &count);
    int64_t *before = arena_array(change->arena, int64_t, count + 1);
    int64_t *after = arena_array(change->arena, int64_t, count + 1);

    if (sql != NULL &&
        table_query_numbers(change->db, change->err, sql, before, count) != 0)
        return -1;
    if (write_text(change, refers_anew(old, &change->ops.edit)) != 0 ||
        table_proof_is(change, &change->ops.edit) != 0)
        return -1;
    if (sql != NULL &&
        table_query_numbers(change->db, change->err, sql, after, count) != 0)
        return -1;
    *same = memcmp(before, after, count * sizeof *after) == 0;
    return 0;
}

int table_write_run(struct table_change *change, bool *done)
{
    const struct db_driver *driver = change->db->driver;
    struct table_edit old;
    rule_list rules;
    bool same = false;

    *done = false;
    if (change->copy)
        return 0;
    if (table_proof_same_storage(change, change->sql, &change->ops.edit,
                                 &same) != 0 ||
        table_edit_open(&old, change->arena, change->sql, change->err) != 0)
        return -1;
    if (!same)
        return 0;
    rules = new_rules(change, &old);
    if (check_rows(change, &rules) != 0 ||
        driver->savepoint(change->db, change->err) != 0 ||
        write_counted(change, &old, done) != 0)
        return -1; /* the caller's savepoint undoes it */
    return *done ? driver->savepoint_release(change->db, change->err)
                 : driver->savepoint_rollback(change->db, change->err);
}
