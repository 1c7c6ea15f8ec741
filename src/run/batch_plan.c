#include "run/batch_plan.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"
#include "db/pg_text.h"
#include "ddl/ddl.h"
#include "run/batch_wide.h"

#include <string.h>
#include <strings.h>

struct planner {
    struct db *db;
    struct arena *arena;
    const struct batch_request *request;
    const struct table *table;
    struct names key;
    VEC(struct batch_column) columns;
    struct error *err;
};

/* Names of columns are compared as the database does. */
static bool same_name(const struct planner *p, const char *a, const char *b)
{
    return p->db->dialect == DIALECT_SQLITE ? strcasecmp(a, b) == 0
                                            : str_equal(a, b);
}

static bool has_name(const struct planner *p, const struct names *names,
                     const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (same_name(p, names->items[i], name))
            return true;
    return false;
}

static const struct column *find_column(const struct planner *p,
                                        const char *name)
{
    for (size_t i = 0; i < p->table->column_count; i++)
        if (same_name(p, p->table->columns[i].name, name))
            return &p->table->columns[i];
    return NULL;
}

static const char *near_column(const struct planner *p, const char *name)
{
    const char **names =
        arena_array(p->arena, const char *, p->table->column_count + 1);

    for (size_t i = 0; i < p->table->column_count; i++)
        names[i] = p->table->columns[i].name;
    return str_suggest(name, names, p->table->column_count);
}

static int fail_column(const struct planner *p, const char *option,
                       const char *name)
{
    const char *near = near_column(p, name);

    error_set(p->err, ERROR_FAILED, "%s: %s: the table '%s' has no column '%s'",
              p->request->function, option, p->request->table, name);
    return near != NULL ? error_hint(p->err, "did you mean '%s'?", near) : -1;
}

static int check_columns(const struct planner *p, const char *option,
                         const struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        if (find_column(p, names->items[i]) == NULL)
            return fail_column(p, option, names->items[i]);
    return 0;
}

/* --- the key --- */

static struct names element_names(const struct planner *p,
                                  const struct index *index)
{
    struct names names = {0};

    names.items =
        arena_array(p->arena, const char *, index->elements.count + 1);
    for (size_t i = 0; i < index->elements.count; i++) {
        const struct element *element = &index->elements.items[i];
        const struct column *column =
            element->column != NULL ? find_column(p, element->column) : NULL;

        /* another collation tells other values apart */
        if (column == NULL ||
            (element->collation != NULL &&
             (column->collation == NULL ||
              strcasecmp(element->collation, column->collation) != 0)))
            return (struct names){0};
        names.items[names.count++] = element->column;
    }
    return names;
}

static bool is_whole(const struct index *index)
{
    return index->unique == TRI_TRUE && index->where == NULL &&
           index->postgresql_where == NULL && index->sqlite_where == NULL &&
           !index->invalid;
}

/* The `i`-th list of columns that is unique, the primary key first; count 0
 * for a constraint or index that is no such list. Returns false behind the
 * last one. */
static bool unique_key(const struct planner *p, size_t i, struct names *out)
{
    const struct table *table = p->table;

    *out = (struct names){0};
    if (i < table->constraint_count) {
        const struct constraint *constraint = &table->constraints[i];

        if (constraint->kind == CONSTRAINT_PRIMARY_KEY ||
            constraint->kind == CONSTRAINT_UNIQUE)
            *out = constraint->columns;
        return true;
    }
    i -= table->constraint_count;
    if (i >= table->index_count)
        return false;
    if (is_whole(&table->indexes[i]))
        *out = element_names(p, &table->indexes[i]);
    return true;
}

/* What the error says of the keys that there are. */
static int hint_keys(const struct planner *p)
{
    struct names key;
    struct buf text;

    buf_init(&text, p->arena);
    for (size_t i = 0; unique_key(p, i, &key); i++) {
        if (key.count == 0)
            continue;
        buf_add(&text, text.size > 0 ? ", " : "");
        for (size_t j = 0; j < key.count; j++)
            buf_addf(&text, "%s%s", j == 0 ? "(" : ", ", key.items[j]);
        buf_char(&text, ')');
    }
    if (text.size == 0)
        return error_hint(p->err, "batches go by a unique key, which tells "
                                  "where to go on: create a unique index on "
                                  "columns that are never NULL, and name them "
                                  "with `key`");
    return error_hint(p->err, "name a unique key with `key`; there is: %s",
                      text.data);
}

static bool same_key(const struct planner *p, const struct names *key)
{
    const struct names *wanted = &p->request->key;

    if (key->count != wanted->count)
        return false;
    for (size_t i = 0; i < key->count; i++)
        if (!has_name(p, wanted, key->items[i]) ||
            !has_name(p, key, wanted->items[i]))
            return false;
    return true;
}

static int find_key(struct planner *p)
{
    const struct batch_request *request = p->request;
    struct names key;

    if (check_columns(p, "key", &request->key) < 0)
        return -1;
    for (size_t i = 0; unique_key(p, i, &key); i++) {
        bool wanted =
            request->key.count > 0
                ? same_key(p, &key)
                : i < p->table->constraint_count &&
                      p->table->constraints[i].kind == CONSTRAINT_PRIMARY_KEY;

        /* in the order of the index */
        if (wanted && key.count > 0) {
            p->key = key;
            return 0;
        }
    }
    if (request->key.count > 0)
        error_set(p->err, ERROR_FAILED, "%s: key: not unique in the table '%s'",
                  request->function, request->table);
    else
        error_set(p->err, ERROR_FAILED, "%s: the table '%s' has no primary key",
                  request->function, request->table);
    return hint_keys(p);
}

static int check_changed(const struct planner *p, const char *option,
                         const char *name)
{
    if (!has_name(p, &p->key, name))
        return 0;
    error_set(p->err, ERROR_FAILED,
              "%s: %s: '%s' is part of the key, which cannot change while the "
              "batches go by it",
              p->request->function, option, name);
    return error_hint(p->err, "go by another unique key, named with `key`");
}

/* --- columns --- */

/* What SQLite stores is what Lua gets for these types only. */
static bool is_raw(const struct planner *p, const struct column *column)
{
    if (p->db->dialect != DIALECT_SQLITE)
        return false;
    switch (column->type != NULL ? column->type->kind : TYPE_RAW) {
    case TYPE_INTEGER:
    case TYPE_BIGINTEGER:
    case TYPE_SMALLINTEGER:
    case TYPE_STRING:
    case TYPE_CHAR:
    case TYPE_TEXT:
        return false;
    default:
        return true;
    }
}

static struct batch_column *add_column(struct planner *p, const char *name)
{
    struct batch_column column = {.name = name};

    for (size_t i = 0; i < p->columns.count; i++)
        if (same_name(p, p->columns.items[i].name, name))
            return &p->columns.items[i];
    vec_push(p->arena, &p->columns, column);
    return &p->columns.items[p->columns.count - 1];
}

static int add_columns(struct planner *p, struct batch_plan *plan)
{
    const struct batch_request *request = p->request;

    for (size_t i = 0; i < p->key.count; i++) {
        struct batch_column *column = add_column(p, p->key.items[i]);
        const struct column *known = find_column(p, column->name);

        if (known == NULL)
            return fail_column(p, "key", column->name);
        column->key = true;
        column->raw = is_raw(p, known);
        plan->raw_count += column->raw;
    }
    for (size_t i = 0; i < request->columns.count; i++)
        add_column(p, request->columns.items[i]);
    plan->updates = arena_array(p->arena, size_t, request->update.count + 1);
    for (size_t i = 0; i < request->update.count; i++) {
        struct batch_column *column = add_column(p, request->update.items[i]);

        if (!column->update)
            plan->updates[plan->update_count++] =
                (size_t)(column - p->columns.items);
        column->update = true;
    }
    plan->columns = p->columns.items;
    plan->count = p->columns.count;
    plan->key_count = p->key.count;
    return 0;
}

/* PostgreSQL: the types as parameters are cast to them, and whether other
 * tables inherit. Without length and
 * precision, for a cast would cut what an assignment refuses. */
static int read_types(struct planner *p, struct batch_plan *plan,
                      struct error *err)
{
    static const char sql[] =
        "SELECT a.attname, pg_catalog.format_type(a.atttypid, -1), "
        "t.typcategory IN ('A', 'C'), c.relkind = 'r' AND c.relhassubclass "
        "FROM pg_catalog.pg_attribute a "
        "JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
        "JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
        "WHERE a.attrelid = pg_catalog.to_regclass($1::pg_catalog.text) "
        "AND a.attnum > 0 AND NOT a.attisdropped";
    struct value name = {.kind = VALUE_TEXT};
    struct db_statement query = {.sql = sql,
                                 .size = sizeof sql - 1,
                                 .params = &name,
                                 .param_count = 1,
                                 .own = true};
    struct db_cursor *cursor;
    const struct value *row;
    struct buf text;
    int more;

    buf_init(&text, p->arena);
    ddl_qualified(&text, p->db->dialect, p->request->schema, p->request->table);
    name.text.data = text.data;
    name.text.size = text.size;
    if (db_query(p->db, &query, &cursor, err) < 0)
        return -1;
    while ((more = db_next(cursor, &row, err)) > 0) {
        plan->inherited = row[3].kind == VALUE_BOOLEAN && row[3].boolean;
        for (size_t i = 0; i < p->columns.count; i++) {
            struct batch_column *column = &p->columns.items[i];

            if (!str_equal(column->name, row[0].text.data))
                continue;
            column->type = arena_strdup(p->arena, row[1].text.data);
            column->as_text = row[2].kind == VALUE_BOOLEAN && row[2].boolean;
            column->bytes = str_equal(column->type, "bytea");
        }
    }
    db_cursor_close(cursor);
    return more;
}

/* "users (id)", as the database writes it. */
static void write_of(const struct planner *p, struct batch_plan *plan)
{
    struct buf text;

    buf_init(&text, p->arena);
    ddl_qualified(&text, p->db->dialect, p->request->schema, p->request->table);
    for (size_t i = 0; i < plan->key_count; i++) {
        buf_add(&text, i == 0 ? " (" : ", ");
        ddl_name(&text, p->db->dialect, plan->columns[i].name);
    }
    buf_char(&text, ')');
    plan->of = text.data;
}

/* A statement that finds a row whose key is NULL; such a row has no place. */
static void write_null(const struct planner *p, struct batch_plan *plan)
{
    bool first = true;
    struct buf sql;

    buf_init(&sql, p->arena);
    buf_add(&sql, "SELECT 1 FROM ");
    ddl_qualified(&sql, p->db->dialect, p->request->schema, p->request->table);
    for (size_t i = 0; i < plan->key_count; i++) {
        const struct column *column = find_column(p, plan->columns[i].name);

        if ((column->nullable == TRI_FALSE && !column->not_valid) ||
            (plan->key_count == 1 && column->primary_key &&
             strcasecmp(column->type_text, "integer") == 0))
            continue;
        buf_add(&sql, first ? " WHERE " : " OR ");
        ddl_name(&sql, p->db->dialect, column->name);
        buf_add(&sql, " IS NULL");
        first = false;
    }
    buf_add(&sql, " LIMIT 1");
    if (!first)
        plan->sql.null = sql.data;
}

/* --- what the pass itself writes --- */

static bool writes(const struct planner *p, const char *name)
{
    const struct batch_request *request = p->request;

    for (size_t i = 0; i < request->set.count; i++)
        if (same_name(p, request->set.items[i].name, name))
            return true;
    return has_name(p, &request->update, name);
}

static bool writes_any(const struct planner *p, const struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        if (writes(p, names->items[i]))
            return true;
    return false;
}

static int has_triggers(struct planner *p, bool *found)
{
    struct value name = {.kind = VALUE_TEXT};
    struct db_statement query = {.params = &name, .param_count = 1};
    struct value value;
    struct buf sql;

    *found = true;
    buf_init(&sql, p->arena);
    buf_add(&sql, "SELECT EXISTS (SELECT 1 FROM ");
    if (p->request->schema != NULL) {
        ddl_name(&sql, DIALECT_SQLITE, p->request->schema);
        buf_char(&sql, '.');
    }
    buf_add(&sql, "sqlite_master WHERE type = 'trigger' AND "
                  "tbl_name = ?1 COLLATE NOCASE) OR EXISTS (SELECT 1 FROM "
                  "sqlite_temp_master WHERE type = 'trigger' AND "
                  "tbl_name = ?1 COLLATE NOCASE)");
    query.sql = sql.data;
    query.size = sql.size;
    name.text.data = p->request->table;
    name.text.size = strlen(p->request->table);
    if (db_query_one(p->db, &query, p->arena, &value, p->err) < 0)
        return -1;
    *found = value.kind != VALUE_INTEGER || value.integer != 0;
    return 0;
}

/* Foreign keys are checked by the table before each commit: batches whose
 * columns are part of none, on either side, need not pay for that. */
static int judge_writes(struct planner *p, struct batch_plan *plan)
{
    struct names key;
    bool triggers;

    if (p->db->dialect != DIALECT_SQLITE)
        return 0;
    for (size_t i = 0; i < p->table->constraint_count; i++)
        if (p->table->constraints[i].kind == CONSTRAINT_FOREIGN_KEY &&
            writes_any(p, &p->table->constraints[i].columns))
            return 0;
    for (size_t i = 0; unique_key(p, i, &key); i++)
        if (writes_any(p, &key))
            return 0;
    if (has_triggers(p, &triggers) < 0)
        return -1;
    plan->harmless = !triggers;
    return 0;
}

/* A float as text keeps all its digits in a numeric column. */
static struct value keep_digits(struct planner *p, struct value value)
{
    struct buf text;

    if (p->db->dialect != DIALECT_POSTGRESQL || value.kind != VALUE_FLOAT)
        return value;
    buf_init(&text, p->arena);
    pg_text_number(&text, value.number);
    value.kind = VALUE_TEXT;
    value.text.data = text.data;
    value.text.size = text.size;
    return value;
}

static int check_set(struct planner *p, struct batch_plan *plan)
{
    const struct settings *set = &p->request->set;
    struct value *values = arena_array(p->arena, struct value, set->count + 1);

    for (size_t i = 0; i < set->count; i++) {
        const char *name = set->items[i].name;

        if (find_column(p, name) == NULL)
            return fail_column(p, "set", name);
        if (check_changed(p, "set", name) < 0)
            return -1;
        if (set->items[i].value.kind != VALUE_SQL)
            values[plan->value_count++] = keep_digits(p, set->items[i].value);
    }
    plan->values = values;
    return 0;
}

static int check_table(struct planner *p)
{
    const struct batch_request *request = p->request;
    struct table *table;

    if (p->db->driver->reflect(p->db, request->schema, request->table, p->arena,
                               &table, p->err) < 0)
        return -1;
    p->table = table;
    if (p->table == NULL)
        return error_set(p->err, ERROR_FAILED, "%s: there is no table '%s'",
                         request->function, request->table);
    if (p->table->view)
        return error_set(p->err, ERROR_FAILED, "%s: '%s' is a view",
                         request->function, request->table);
    return 0;
}

static int plan_columns(struct planner *p, struct batch_plan *plan)
{
    const struct batch_request *request = p->request;

    if (check_table(p) < 0 || find_key(p) < 0 ||
        check_columns(p, "columns", &request->columns) < 0 ||
        check_columns(p, "update", &request->update) < 0 ||
        check_set(p, plan) < 0)
        return -1;
    for (size_t i = 0; i < request->update.count; i++)
        if (check_changed(p, "update", request->update.items[i]) < 0)
            return -1;
    if (add_columns(p, plan) < 0 || judge_writes(p, plan) < 0)
        return -1;
    if (p->db->dialect == DIALECT_POSTGRESQL && read_types(p, plan, p->err) < 0)
        return -1;
    return 0;
}

int batch_plan_make(struct db *db, const struct batch_request *request,
                    struct arena *arena, struct batch_plan *plan,
                    struct error *err)
{
    struct planner p = {
        .db = db, .arena = arena, .request = request, .err = err};

    memset(plan, 0, sizeof *plan);
    plan->request = request;
    plan->shown =
        arena_printf(arena, "%s %s%s%s", request->function,
                     request->schema != NULL ? request->schema : "",
                     request->schema != NULL ? "." : "", request->table);
    if (plan_columns(&p, plan) < 0)
        return -1;
    if (batch_wide_judge(db, plan, err) < 0)
        return -1;
    write_of(&p, plan);
    write_null(&p, plan);
    batch_sql_write(db->dialect, arena, plan);
    return 0;
}
