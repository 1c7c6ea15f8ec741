/* op.alter_enum on PostgreSQL: a new type takes the place of the old one, in
 * the columns that the catalog knows. */
#include "base/str.h"
#include "ddl/ddl.h"
#include "run/exec_enum.h"
#include "run/exec_postgres_offline.h"
#include "run/exec_postgres_uses.h"

#include <string.h>
#include <strings.h>

/* The name of the new type until the old one is gone. */
#define NEW_NAME "luamigrate_new_enum"

struct change {
    const struct exec *exec;
    const struct op_alter_enum *alter;
    struct exec_uses uses;
    const char *old_type, *new_type; /* SQL */
    struct names removed;
};

static const char *qualified(const struct exec *exec, const char *schema,
                             const char *name)
{
    struct buf out;

    buf_init(&out, exec->arena);
    ddl_qualified(&out, DIALECT_POSTGRESQL, schema, name);
    return out.data;
}

static const char *quoted(const struct exec *exec, const char *name)
{
    struct buf out;

    buf_init(&out, exec->arena);
    ddl_name(&out, DIALECT_POSTGRESQL, name);
    return out.data;
}

static int send(const struct change *change, const struct buf *sql)
{
    return exec_send(change->exec, sql->data);
}

/* --- what the columns hold --- */

static int check_rows(const struct change *change, const struct exec_use *use)
{
    const struct exec *exec = change->exec;
    const char *column = quoted(exec, use->column);
    struct exec_enum_rows rows;
    struct buf sql;

    if (change->removed.count == 0 || use->inherited)
        return 0;
    buf_init(&sql, exec->arena);
    buf_addf(&sql,
             "SELECT u.e::text, count(*)::text FROM %s AS t, %s AS u(e) "
             "WHERE u.e::text IN (",
             qualified(exec, use->schema, use->table),
             use->is_array
                 ? arena_printf(exec->arena, "unnest(t.%s)", column)
                 : arena_printf(exec->arena, "LATERAL (SELECT t.%s)", column));
    if (exec_enum_add_list(exec, &sql, &change->removed) != 0)
        return -1;
    buf_add(&sql, ") GROUP BY 1 ORDER BY 1 LIMIT 1");
    if (exec_enum_rows(exec, sql.data, &rows) != 0)
        return -1;
    return rows.count == 0
               ? 0
               : exec_enum_refuse(exec, use->table, use->column,
                                  rows.items[0][0], rows.items[0][1]);
}

/* Adds the text array `from` with its values renamed: through names that are
 * nobody's, so that two values may change their names for each other's. */
static int add_renamed_array(const struct change *change, struct buf *out,
                             const char *from)
{
    const struct settings *rename = &change->alter->rename;
    size_t steps = rename->count * 2;

    for (size_t i = 0; i < steps; i++)
        buf_add(out, "array_replace(");
    buf_add(out, from);
    for (size_t i = 0; i < steps; i++) {
        const struct setting *item = &rename->items[i % rename->count];
        const char *between =
            arena_printf(change->exec->arena, "\x01%zu", i % rename->count);
        bool first = i < rename->count;

        buf_add(out, ", ");
        if (exec_enum_add_text(change->exec, out,
                               first ? item->name : between) != 0)
            return -1;
        buf_add(out, ", ");
        if (exec_enum_add_text(change->exec, out,
                               first ? between : item->value.text.data) != 0)
            return -1;
        buf_char(out, ')');
    }
    return 0;
}

/* Adds the value `sql` of the old type as text, renamed. */
static int add_renamed(const struct change *change, struct buf *out,
                       const struct exec_use *use, const char *sql)
{
    const char *text = arena_printf(change->exec->arena, "%s::text%s", sql,
                                    use->is_array ? "[]" : "");

    if (change->alter->rename.count == 0) {
        buf_add(out, text);
        return 0;
    }
    if (use->is_array)
        return add_renamed_array(change, out, text);
    buf_char(out, '(');
    if (exec_enum_add_case(change->exec, out, change->alter, text) != 0)
        return -1;
    buf_char(out, ')');
    return 0;
}

/* --- defaults --- */

/* A default that is the same whenever it is asked for. */
static bool is_constant(const char *sql)
{
    return sql[0] == '\'' || strncasecmp(sql, "ARRAY[", 6) == 0 ||
           strncasecmp(sql, "NULL::", 6) == 0;
}

/* The default as it is to be set on the new type. */
static int read_default(const struct change *change, struct exec_use *use)
{
    const struct exec *exec = change->exec;
    const char *given;
    struct exec_enum_rows rows;
    struct buf sql;

    if (use->default_sql == NULL ||
        (change->removed.count == 0 && change->alter->rename.count == 0))
        return 0;
    given = arena_printf(exec->arena, "(%s)", use->default_sql);
    buf_init(&sql, exec->arena);
    buf_add(&sql, "SELECT e::text, ");
    if (add_renamed(change, &sql, use, given) != 0)
        return -1;
    buf_addf(&sql, "::text FROM %s AS u(e)",
             use->is_array ? arena_printf(exec->arena, "unnest(%s)", given)
                           : arena_printf(exec->arena, "(SELECT %s)", given));
    if (exec_enum_rows(exec, sql.data, &rows) != 0)
        return -1;
    for (size_t i = 0; i < rows.count; i++) {
        const char *value = rows.items[i][0];
        struct buf text;

        if (value == NULL)
            continue;
        if (exec_enum_has(&change->removed, value))
            return exec_enum_refuse(exec, use->table, use->column, value, NULL);
        if (str_equal(exec_enum_renamed(change->alter, value), value))
            continue;
        if (!is_constant(use->default_sql))
            return error_set(exec->err, ERROR_FAILED,
                             "the default of %s.%s is an expression, and its "
                             "value '%s' is renamed: drop it first, and set it "
                             "after",
                             use->table, use->column, value);
        buf_init(&text, exec->arena);
        if (exec_enum_add_text(exec, &text, rows.items[i][1]) != 0)
            return -1;
        use->new_default = text.data;
    }
    return 0;
}

static int change_default(const struct change *change,
                          const struct exec_use *use, const char *how)
{
    struct buf sql;

    buf_init(&sql, change->exec->arena);
    buf_addf(&sql, "ALTER TABLE ONLY %s ALTER COLUMN %s %s",
             qualified(change->exec, use->schema, use->table),
             quoted(change->exec, use->column), how);
    return send(change, &sql);
}

/* --- statements --- */

static int create_type(struct change *change)
{
    const struct exec *exec = change->exec;
    struct type type = {.kind = TYPE_ENUM,
                        .name = NEW_NAME,
                        .schema = change->uses.schema,
                        .values = change->alter->values};
    const char *sql;

    if (ddl_enum_text(exec->arena, &type, &sql, exec->err) != 0)
        return -1;
    return exec_send(exec, sql);
}

/* All columns of a table in one statement: its rows are written once. */
static int change_table(const struct change *change, size_t first, size_t *end)
{
    const struct exec *exec = change->exec;
    const struct exec_use *table = &change->uses.items[first];
    bool any = false;
    struct buf sql;

    buf_init(&sql, exec->arena);
    buf_addf(&sql, "ALTER TABLE %s",
             qualified(exec, table->schema, table->table));
    for (*end = first; *end < change->uses.count; (*end)++) {
        const struct exec_use *use = &change->uses.items[*end];
        const char *column = quoted(exec, use->column);
        const char *array = use->is_array ? "[]" : "";

        if (!str_equal(use->schema, table->schema) ||
            !str_equal(use->table, table->table))
            break;
        if (use->inherited)
            continue;
        buf_addf(&sql, "%s ALTER COLUMN %s TYPE %s%s USING ", any ? "," : "",
                 column, change->new_type, array);
        any = true;
        if (add_renamed(change, &sql, use, column) != 0)
            return -1;
        buf_addf(&sql, "::%s%s", change->new_type, array);
    }
    return any ? send(change, &sql) : 0;
}

static int change_columns(const struct change *change)
{
    for (size_t i = 0; i < change->uses.count; i++)
        if (change->uses.items[i].default_sql != NULL &&
            change_default(change, &change->uses.items[i], "DROP DEFAULT") != 0)
            return -1;
    for (size_t i = 0; i < change->uses.count;)
        if (change_table(change, i, &i) != 0)
            return -1;
    return 0;
}

static int set_defaults(const struct change *change)
{
    for (size_t i = 0; i < change->uses.count; i++) {
        const struct exec_use *use = &change->uses.items[i];
        const char *value =
            use->new_default != NULL ? use->new_default : use->default_sql;

        if (value != NULL &&
            change_default(change, use,
                           arena_printf(change->exec->arena, "SET DEFAULT %s",
                                        value)) != 0)
            return -1;
    }
    return 0;
}

/* Owner and comment of the old type. */
static int keep_rest(const struct change *change)
{
    const struct exec *exec = change->exec;
    const struct exec_uses *uses = &change->uses;
    struct buf sql;

    if (uses->owner != NULL) {
        buf_init(&sql, exec->arena);
        buf_addf(&sql, "ALTER TYPE %s OWNER TO %s", change->old_type,
                 quoted(exec, uses->owner));
        if (send(change, &sql) != 0)
            return -1;
    }
    if (uses->comment != NULL) {
        buf_init(&sql, exec->arena);
        buf_addf(&sql, "COMMENT ON TYPE %s IS ", change->old_type);
        if (exec_enum_add_text(exec, &sql, uses->comment) != 0 ||
            send(change, &sql) != 0)
            return -1;
    }
    if (uses->has_grants)
        exec_note(exec, arena_printf(exec->arena,
                                     "the privileges that were granted on the "
                                     "type '%s' are gone: grant them again",
                                     change->alter->name));
    return 0;
}

static int replace(struct change *change)
{
    const struct exec *exec = change->exec;
    struct buf drop, rename;

    change->old_type =
        qualified(exec, change->uses.schema, change->alter->name);
    change->new_type = qualified(exec, change->uses.schema, NEW_NAME);
    buf_init(&drop, exec->arena);
    buf_addf(&drop, "DROP TYPE %s", change->old_type);
    buf_init(&rename, exec->arena);
    buf_addf(&rename, "ALTER TYPE %s RENAME TO %s", change->new_type,
             quoted(exec, change->alter->name));
    if (create_type(change) != 0 || change_columns(change) != 0 ||
        send(change, &drop) != 0 || send(change, &rename) != 0 ||
        set_defaults(change) != 0)
        return -1;
    return keep_rest(change);
}

static int run(struct change *change)
{
    const struct exec *exec = change->exec;
    const struct names *present = &change->uses.values;

    if (exec_enum_options(exec, change->alter) != 0)
        return -1;
    if (exec->db->offline)
        return exec_postgres_offline_enum(exec, change->alter);
    if (exec_postgres_uses(exec, change->alter, &change->uses) != 0)
        return -1;
    if (names_same(present, &change->alter->values) &&
        change->alter->rename.count == 0)
        return 0;
    if (exec_enum_check(exec, change->alter, present) != 0)
        return -1;
    change->removed = exec_enum_removed(exec, change->alter, present);
    for (size_t i = 0; i < change->uses.count; i++)
        if (check_rows(change, &change->uses.items[i]) != 0 ||
            read_default(change, &change->uses.items[i]) != 0)
            return -1;
    return replace(change);
}

int exec_postgres_enum(const struct exec *exec, const struct op *op)
{
    struct change change = {.exec = exec, .alter = &op->alter_enum};

    return run(&change) == 0 ? 0 : error_context(exec->err, "op.alter_enum");
}
