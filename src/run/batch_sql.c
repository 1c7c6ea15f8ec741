/* The SQL of a batch. Keys are compared as rows, (a, b) > ($1, $2), which both
 * databases look up in the index of the key. */
#include "run/batch_plan.h"

#include "base/buf.h"
#include "ddl/ddl.h"

/* the temporary table of a wide batch */
#define ROWS "luamigrate_rows"

struct text {
    struct buf sql;
    enum dialect dialect;
    const struct batch_plan *plan;
    size_t params;
};

static void begin(struct text *text, enum dialect dialect, struct arena *arena,
                  const struct batch_plan *plan, const char *words)
{
    buf_init(&text->sql, arena);
    text->dialect = dialect;
    text->plan = plan;
    text->params = 0;
    buf_add(&text->sql, words);
}

static void add_name(struct text *text, const char *alias, const char *name)
{
    if (alias != NULL)
        buf_addf(&text->sql, "%s.", alias);
    ddl_name(&text->sql, text->dialect, name);
}

static void add_table(struct text *text)
{
    const struct batch_request *request = text->plan->request;

    ddl_qualified(&text->sql, text->dialect, request->schema, request->table);
}

/* The mark of the next parameter; `type` (or NULL) is that of a column. */
static void add_param(struct text *text, const char *type, const char *behind)
{
    text->params++;
    if (text->dialect == DIALECT_SQLITE)
        buf_addf(&text->sql, "?%zu", text->params);
    else if (type != NULL)
        buf_addf(&text->sql, "$%zu::%s%s", text->params, type, behind);
    else
        buf_addf(&text->sql, "$%zu", text->params);
}

/* "a, b" */
static void add_keys(struct text *text, const char *alias, const char *order)
{
    for (size_t i = 0; i < text->plan->key_count; i++) {
        buf_add(&text->sql, i > 0 ? ", " : "");
        add_name(text, alias, text->plan->columns[i].name);
        buf_add(&text->sql, order);
    }
}

/* "(a, b) > ($1, $2)"; one column goes without parentheses, which SQLite needs
 * to convert the value as the column does. */
static void add_compare(struct text *text, const char *alias,
                        const char *compare)
{
    bool many = text->plan->key_count > 1;

    buf_add(&text->sql, many ? "(" : "");
    add_keys(text, alias, "");
    buf_addf(&text->sql, "%s %s %s", many ? ")" : "", compare, many ? "(" : "");
    for (size_t i = 0; i < text->plan->key_count; i++) {
        buf_add(&text->sql, i > 0 ? ", " : "");
        add_param(text, text->plan->columns[i].type, "");
    }
    buf_add(&text->sql, many ? ")" : "");
}

/* " WHERE" with the range of keys. */
static void add_range(struct text *text, const char *alias, int behind)
{
    buf_add(&text->sql, " WHERE ");
    if (behind) {
        add_compare(text, alias, ">");
        buf_add(&text->sql, " AND ");
    }
    add_compare(text, alias, "<=");
}

/* A comment at the end of the user's text must end with it. */
static void add_where(struct text *text)
{
    if (text->plan->request->where != NULL)
        buf_addf(&text->sql, " AND (%s\n)", text->plan->request->where);
}

/* "a, +b FROM t": the keys as they are compared; `+` takes away what SQLite
 * would convert for its column. */
static void add_key_values(struct text *text)
{
    for (size_t i = 0; i < text->plan->key_count; i++) {
        buf_add(&text->sql, i > 0 ? ", " : "");
        buf_add(&text->sql, text->plan->columns[i].raw ? "+" : "");
        add_name(text, NULL, text->plan->columns[i].name);
    }
    buf_add(&text->sql, " FROM ");
    add_table(text);
}

static const char *write_last(enum dialect dialect, struct arena *arena,
                              const struct batch_plan *plan)
{
    struct text text;

    begin(&text, dialect, arena, plan, "SELECT ");
    add_key_values(&text);
    buf_add(&text.sql, " ORDER BY ");
    add_keys(&text, NULL, " DESC");
    buf_add(&text.sql, " LIMIT 1");
    return text.sql.data;
}

static const char *write_border(enum dialect dialect, struct arena *arena,
                                const struct batch_plan *plan, int behind)
{
    struct text text;

    begin(&text, dialect, arena, plan, "SELECT ");
    add_key_values(&text);
    add_range(&text, NULL, behind);
    add_where(&text);
    buf_add(&text.sql, " ORDER BY ");
    add_keys(&text, NULL, "");
    buf_add(&text.sql, " LIMIT 1 OFFSET ");
    add_param(&text, "bigint", "");
    return text.sql.data;
}

static const char *write_select(enum dialect dialect, struct arena *arena,
                                const struct batch_plan *plan, int behind)
{
    struct text text;

    begin(&text, dialect, arena, plan, "SELECT ");
    for (size_t i = 0; i < plan->count; i++) {
        buf_add(&text.sql, i > 0 ? ", " : "");
        add_name(&text, NULL, plan->columns[i].name);
    }
    for (size_t i = 0; i < plan->key_count; i++) {
        if (!plan->columns[i].raw)
            continue;
        buf_add(&text.sql, ", +");
        add_name(&text, NULL, plan->columns[i].name);
    }
    buf_add(&text.sql, plan->inherited ? ", tableoid FROM " : " FROM ");
    add_table(&text);
    add_range(&text, NULL, behind);
    add_where(&text);
    buf_add(&text.sql, " ORDER BY ");
    add_keys(&text, NULL, "");
    if (dialect == DIALECT_SQLITE) {
        buf_add(&text.sql, " LIMIT ");
        add_param(&text, NULL, "");
    } else {
        buf_add(&text.sql, " FOR NO KEY UPDATE");
    }
    return text.sql.data;
}

static void add_set(struct text *text)
{
    const struct settings *set = &text->plan->request->set;

    for (size_t i = 0; i < set->count; i++) {
        buf_add(&text->sql, i == 0 ? " SET " : ", ");
        add_name(text, NULL, set->items[i].name);
        buf_add(&text->sql, " = ");
        if (set->items[i].value.kind == VALUE_SQL)
            buf_addf(&text->sql, "(%s\n)", set->items[i].value.text.data);
        else
            add_param(text, NULL, "");
    }
}

static const char *write_update(enum dialect dialect, struct arena *arena,
                                const struct batch_plan *plan, int behind)
{
    struct text text, range;

    /* the parameters of the range come first */
    begin(&range, dialect, arena, plan, "");
    add_range(&range, NULL, behind);
    begin(&text, dialect, arena, plan, "UPDATE ");
    text.params = range.params;
    add_table(&text);
    add_set(&text);
    buf_add(&text.sql, range.sql.data);
    add_where(&text);
    return text.sql.data;
}

static const char *write_row(enum dialect dialect, struct arena *arena,
                             const struct batch_plan *plan)
{
    struct text text;

    begin(&text, dialect, arena, plan, "UPDATE ");
    add_table(&text);
    for (size_t i = 0; i < plan->update_count; i++) {
        buf_add(&text.sql, i == 0 ? " SET " : ", ");
        add_name(&text, NULL, plan->columns[plan->updates[i]].name);
        buf_add(&text.sql, " = ");
        add_param(&text, NULL, "");
    }
    for (size_t i = 0; i < plan->key_count; i++) {
        buf_add(&text.sql, i == 0 ? " WHERE " : " AND ");
        add_name(&text, NULL, plan->columns[i].name);
        buf_add(&text.sql, " = ");
        add_param(&text, NULL, "");
    }
    return text.sql.data;
}

/* An array of arrays loses its inner ones in unnest(), and one of composites
 * becomes a column for each field. */
static void add_array(struct text *text, const struct batch_column *column)
{
    add_param(text, column->as_text ? "pg_catalog.text" : column->type, "[]");
}

/* The key and update columns, and the table of the row. */
static size_t written_count(const struct batch_plan *plan)
{
    return plan->key_count + plan->update_count + plan->inherited;
}

/* The `i`-th of them. */
static const struct batch_column *written(const struct batch_plan *plan,
                                          size_t i)
{
    static const struct batch_column table = {.type = "pg_catalog.oid"};

    if (i == plan->key_count + plan->update_count)
        return &table;
    return &plan->columns[i < plan->key_count
                              ? i
                              : plan->updates[i - plan->key_count]];
}

static void add_unnest(struct text *text)
{
    size_t width = written_count(text->plan);

    buf_add(&text->sql, "ROWS FROM (");
    for (size_t i = 0; i < width; i++) {
        buf_add(&text->sql, i > 0 ? ", " : "");
        buf_add(&text->sql, "pg_catalog.unnest(");
        add_array(text, written(text->plan, i));
        buf_char(&text->sql, ')');
    }
    buf_add(&text->sql, ") AS u(");
    for (size_t i = 0; i < width; i++)
        buf_addf(&text->sql, "%sc%zu", i > 0 ? ", " : "", i + 1);
    buf_char(&text->sql, ')');
}

/* The value that was written, as its column has it. */
static void add_written(struct text *text, size_t i)
{
    const struct batch_column *column = written(text->plan, i);

    buf_addf(&text->sql, "u.c%zu", i + 1);
    if (column->as_text)
        buf_addf(&text->sql, "::%s", column->type);
}

/* The range again: with it the planner knows how few rows are meant. */
static const char *write_rows(enum dialect dialect, struct arena *arena,
                              const struct batch_plan *plan, int behind)
{
    struct text text, range;

    begin(&range, dialect, arena, plan, "");
    add_range(&range, "t", behind);
    begin(&text, dialect, arena, plan, "UPDATE ");
    text.params = range.params;
    add_table(&text);
    buf_add(&text.sql, " AS t");
    for (size_t i = 0; i < plan->update_count; i++) {
        buf_add(&text.sql, i == 0 ? " SET " : ", ");
        add_name(&text, NULL, plan->columns[plan->updates[i]].name);
        buf_add(&text.sql, " = ");
        add_written(&text, plan->key_count + i);
    }
    buf_add(&text.sql, " FROM ");
    if (plan->wide)
        buf_add(&text.sql, "pg_temp." ROWS " AS u");
    else
        add_unnest(&text);
    buf_add(&text.sql, range.sql.data);
    for (size_t i = 0; i < plan->key_count; i++) {
        buf_add(&text.sql, " AND ");
        add_name(&text, "t", plan->columns[i].name);
        buf_add(&text.sql, " = ");
        add_written(&text, i);
    }
    if (plan->inherited)
        buf_addf(&text.sql, " AND t.tableoid = u.c%zu", written_count(plan));
    return text.sql.data;
}

/* The table of a wide batch: it goes with the batch, and at the latest with
 * its transaction. */
static void write_wide(struct arena *arena, const struct batch_plan *plan,
                       struct batch_sql *sql)
{
    size_t width = written_count(plan);
    struct buf make;

    buf_init(&make, arena);
    buf_add(&make, "CREATE TEMPORARY TABLE " ROWS " (");
    for (size_t i = 0; i < width; i++) {
        const struct batch_column *column = written(plan, i);

        buf_addf(&make, "%sc%zu %s", i > 0 ? ", " : "", i + 1,
                 column->as_text ? "pg_catalog.text" : column->type);
    }
    buf_add(&make, ") ON COMMIT DROP");
    sql->make = make.data;
    sql->copy = "COPY pg_temp." ROWS " FROM STDIN";
    sql->drop = "DROP TABLE pg_temp." ROWS;
}

const char *batch_sql_whole(enum dialect dialect, struct arena *arena,
                            const struct batch_request *request)
{
    struct batch_plan plan = {.request = request};
    struct text text;

    begin(&text, dialect, arena, &plan, "UPDATE ");
    add_table(&text);
    add_set(&text);
    if (request->where != NULL)
        buf_addf(&text.sql, " WHERE %s", request->where);
    return text.sql.data;
}

void batch_sql_write(enum dialect dialect, struct arena *arena,
                     struct batch_plan *plan)
{
    struct batch_sql *sql = &plan->sql;

    sql->last = write_last(dialect, arena, plan);
    if (plan->wide)
        write_wide(arena, plan, sql);
    for (int behind = 0; behind < 2; behind++) {
        sql->border[behind] = write_border(dialect, arena, plan, behind);
        if (!plan->request->rows) {
            sql->update[behind] = write_update(dialect, arena, plan, behind);
            continue;
        }
        sql->select[behind] = write_select(dialect, arena, plan, behind);
        sql->write[behind] = dialect == DIALECT_SQLITE
                                 ? write_row(dialect, arena, plan)
                                 : write_rows(dialect, arena, plan, behind);
    }
}
