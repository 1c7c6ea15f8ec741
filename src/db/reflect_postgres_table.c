#include "db/reflect_postgres.h"

#include <string.h>

/* The parts of the statement, as it numbers and sorts them. */
enum { PART_TABLE = 1, PART_COLUMN, PART_KEY, PART_INDEX };

/* A name without a schema means what a statement would find, except for
 * temporary tables: they are nobody's schema. */
static const char find_sql[] =
    "WITH t AS (SELECT c.* FROM pg_catalog.pg_class c JOIN "
    "pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE CASE WHEN "
    "$1::text IS NULL THEN pg_catalog.pg_table_is_visible(c.oid) AND "
    "c.relpersistence <> 't' ELSE n.nspname = $1 END AND c.relname = $2 AND "
    "c.relkind IN ('r', 'p', 'f', "
    "'v', 'm')) ";

enum {
    TABLE_KIND,
    TABLE_PERSISTENCE,
    TABLE_COMMENT,
    TABLE_PARTITION_BY,
    TABLE_TABLESPACE,
    TABLE_OPTIONS,
    TABLE_METHOD,
    TABLE_INHERITS,
    TABLE_CURRENT_SCHEMA,
    TABLE_FIELDS
};

static const char *const table_sql[TABLE_FIELDS] = {
    [TABLE_KIND] = "t.relkind",
    [TABLE_PERSISTENCE] = "t.relpersistence",
    [TABLE_COMMENT] = "pg_catalog.obj_description(t.oid, 'pg_class')",
    [TABLE_PARTITION_BY] = "pg_catalog.pg_get_partkeydef(t.oid)",
    [TABLE_TABLESPACE] = "s.spcname",
    [TABLE_OPTIONS] = "t.reloptions::text",
    [TABLE_METHOD] = "CASE WHEN t.relkind IN ('r', 'm') AND m.amname <> "
                     "'heap' THEN m.amname END",
    [TABLE_INHERITS] =
        "ARRAY(SELECT CASE WHEN p.relnamespace = t.relnamespace THEN "
        "p.relname::text ELSE n.nspname || '.' || p.relname END FROM "
        "pg_catalog.pg_inherits h JOIN pg_catalog.pg_class p ON p.oid = "
        "h.inhparent JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace "
        "WHERE h.inhrelid = t.oid ORDER BY h.inhseqno)::text",
    [TABLE_CURRENT_SCHEMA] = "pg_catalog.current_schema()::text",
};

static const struct reflect_postgres_part table_part = {
    .number = "0",
    .fields = table_sql,
    .count = TABLE_FIELDS,
    .from = "t LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = t.reltablespace "
            "LEFT JOIN pg_catalog.pg_am m ON m.oid = t.relam"};

static const struct reflect_postgres_part *const parts[] = {
    [PART_TABLE] = &table_part,
    [PART_COLUMN] = &reflect_postgres_column_part,
    [PART_KEY] = &reflect_postgres_keys_part,
    [PART_INDEX] = &reflect_postgres_index_part,
};

static void add_part(struct buf *sql, int number)
{
    const struct reflect_postgres_part *part = parts[number];

    if (number > PART_TABLE)
        buf_add(sql, " UNION ALL ");
    buf_addf(sql, "SELECT %d, (%s)::int4, ARRAY[", number, part->number);
    for (size_t i = 0; i < part->count; i++)
        buf_addf(sql, "%s%s", i > 0 ? ", " : "", part->fields[i]);
    buf_addf(sql, "]::text[] FROM %s", part->from);
}

void reflect_postgres_persistence(struct arena *arena, struct table *table,
                                  const char *letter)
{
    if (letter[0] != 'u')
        return;
    table->prefixes.items = arena_array(arena, const char *, 1);
    table->prefixes.items[0] = "UNLOGGED";
    table->prefixes.count = 1;
}

static void read_table(struct pg_reflection *r, const struct names *fields)
{
    struct table *table = arena_new(r->arena, struct table);
    char kind;

    kind = fields->items[TABLE_KIND][0];
    table->view = kind == 'v' || kind == 'm';
    reflect_postgres_persistence(r->arena, table,
                                 fields->items[TABLE_PERSISTENCE]);
    table->comment = fields->items[TABLE_COMMENT];
    table->postgresql_partition_by = fields->items[TABLE_PARTITION_BY];
    table->postgresql_tablespace = fields->items[TABLE_TABLESPACE];
    table->postgresql_with =
        reflect_postgres_settings(r->arena, fields->items[TABLE_OPTIONS]);
    table->postgresql_using = fields->items[TABLE_METHOD];
    table->postgresql_inherits =
        reflect_postgres_names(r->arena, fields->items[TABLE_INHERITS]);
    r->usual = fields->items[TABLE_CURRENT_SCHEMA];
    r->table = table;
}

/* The first column of the primary key that is a SERIAL is one in the model:
 * autoincrement, and no default. The others keep the default they have. */
static void mark_key(struct pg_reflection *r)
{
    const struct names none = {NULL, 0}, *key = &none;
    bool numbered = false;

    for (size_t i = 0; i < r->constraints.count; i++)
        if (r->constraints.items[i].kind == CONSTRAINT_PRIMARY_KEY)
            key = &r->constraints.items[i].columns;
    for (size_t i = 0; i < r->columns.count; i++) {
        struct column *column = &r->columns.items[i];

        column->primary_key = names_have(key, column->name);
        if (!column->primary_key || numbered ||
            column->autoincrement != TRI_TRUE)
            continue;
        numbered = true;
        column->default_text = column->server_default.text.data;
        memset(&column->server_default, 0, sizeof column->server_default);
    }
}

static int read_row(struct pg_reflection *r, const struct value *row,
                    struct error *err)
{
    int64_t part = row[0].integer;
    struct names fields;

    if (reflect_postgres_array(r->arena, row[2].text.data, &fields, err) != 0)
        return -1;
    if (part < PART_TABLE || part > PART_INDEX ||
        fields.count != parts[part]->count)
        return error_set(err, ERROR_INTERNAL,
                         "part %d of a table came with %zu fields", (int)part,
                         fields.count);
    if (part == PART_TABLE)
        read_table(r, &fields);
    else if (part == PART_COLUMN)
        reflect_postgres_column(r, fields.items);
    else if (part == PART_KEY)
        reflect_postgres_keys(r, fields.items);
    else
        reflect_postgres_index(r, fields.items);
    return 0;
}

static void finish(struct pg_reflection *r, const char *name)
{
    mark_key(r);
    r->table->name = arena_strdup(r->arena, name);
    r->table->schema =
        r->schema != NULL ? arena_strdup(r->arena, r->schema) : NULL;
    r->table->columns = r->columns.items;
    r->table->column_count = r->columns.count;
    r->table->constraints = r->constraints.items;
    r->table->constraint_count = r->constraints.count;
    r->table->indexes = r->indexes.items;
    r->table->index_count = r->indexes.count;
}

int reflect_postgres_table(struct db *db, const char *schema, const char *name,
                           struct arena *arena, struct table **out,
                           struct error *err)
{
    struct pg_reflection r = {.arena = arena, .schema = schema};
    const char *params[] = {schema, name};
    struct db_cursor *cursor;
    const struct value *row;
    struct buf sql;
    int status;

    *out = NULL;
    buf_init(&sql, arena);
    buf_add(&sql, find_sql);
    for (int part = PART_TABLE; part <= PART_INDEX; part++)
        add_part(&sql, part);
    buf_add(&sql, " ORDER BY 1, 2");
    if (reflect_postgres_open(db, sql.data, params, 2, &cursor, err) != 0)
        return -1;
    while ((status = db_next(cursor, &row, err)) == 1)
        if (read_row(&r, row, err) != 0) {
            status = -1;
            break;
        }
    db_cursor_close(cursor);
    if (status != 0 || r.table == NULL)
        return status;
    finish(&r, name);
    *out = r.table;
    return 0;
}
