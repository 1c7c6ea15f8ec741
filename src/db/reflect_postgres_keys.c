#include "base/str.h"
#include "db/reflect_postgres.h"

#include <string.h>

enum {
    KEY_KIND,
    KEY_NAME,
    KEY_COLUMNS,
    KEY_CONDITION,
    KEY_DEFERRABLE,
    KEY_DEFERRED,
    KEY_VALID,
    KEY_ENFORCED, /* since PostgreSQL 18, as the next: */
    KEY_TEMPORAL,
    KEY_NO_INHERIT,
    KEY_REFERENT,
    KEY_REFERENT_SCHEMA,
    KEY_REFERENT_COLUMNS,
    KEY_ON_DELETE,
    KEY_ON_UPDATE,
    KEY_MATCH,
    KEY_DELETED, /* "a, b": the columns of SET NULL */
    KEY_INCLUDE,
    KEY_NULLS_NOT_DISTINCT,
    KEY_METHOD,
    KEY_WHERE,
    KEY_ELEMENT_COLUMNS,
    KEY_ELEMENT_TEXTS,
    KEY_OPERATORS,
    KEY_FIELDS
};

/* The names of the columns whose numbers are in `array`, in its order. */
#define COLUMNS(name, array, table)                                            \
    "ARRAY(SELECT " name " FROM pg_catalog.unnest(" array ") WITH "            \
    "ORDINALITY k(n, p) JOIN pg_catalog.pg_attribute b ON b.attrelid = " table \
    " AND b.attnum = k.n ORDER BY k.p)"

/* Numbers of columns, since PostgreSQL 15. */
#define DELETED                                                                \
    "ARRAY(SELECT v::int2 FROM pg_catalog.jsonb_array_elements_text(CASE "     \
    "pg_catalog.jsonb_typeof(pg_catalog.to_jsonb(c)->'confdelsetcols') WHEN "  \
    "'array' THEN pg_catalog.to_jsonb(c)->'confdelsetcols' ELSE '[]' END) v)"

#define DELETED_NAMES                                                          \
    "pg_catalog.array_to_string(" COLUMNS("pg_catalog.quote_ident(b.attname)", \
                                          DELETED, "c.conrelid") ", ', ')"

#define EXCLUDED(array) "CASE c.contype WHEN 'x' THEN " array "::text END"

static const char *const fields_sql[KEY_FIELDS] = {
    [KEY_KIND] = "c.contype",
    [KEY_NAME] = "c.conname",
    [KEY_COLUMNS] = COLUMNS("b.attname", "c.conkey", "c.conrelid") "::text",
    [KEY_CONDITION] = "pg_catalog.pg_get_expr(c.conbin, c.conrelid)",
    [KEY_DEFERRABLE] = "c.condeferrable",
    [KEY_DEFERRED] = "c.condeferred",
    [KEY_VALID] = "c.convalidated",
    [KEY_ENFORCED] = "pg_catalog.to_jsonb(c)->>'conenforced'",
    [KEY_TEMPORAL] = "pg_catalog.to_jsonb(c)->>'conperiod'",
    [KEY_NO_INHERIT] = "c.connoinherit",
    [KEY_REFERENT] = "g.relname",
    [KEY_REFERENT_SCHEMA] = "(SELECT h.nspname FROM pg_catalog.pg_namespace h "
                            "WHERE h.oid = g.relnamespace)",
    [KEY_REFERENT_COLUMNS] =
        COLUMNS("b.attname", "c.confkey", "c.confrelid") "::text",
    [KEY_ON_DELETE] = "c.confdeltype",
    [KEY_ON_UPDATE] = "c.confupdtype",
    [KEY_MATCH] = "c.confmatchtype",
    [KEY_DELETED] = DELETED_NAMES,
    [KEY_INCLUDE] =
        "CASE WHEN i.indexrelid IS NOT NULL THEN " REFLECT_INCLUDE " END",
    [KEY_NULLS_NOT_DISTINCT] = "pg_catalog.to_jsonb(i)->>'indnullsnotdistinct'",
    [KEY_METHOD] =
        "(SELECT m.amname FROM pg_catalog.pg_class j JOIN pg_catalog.pg_am m "
        "ON m.oid = j.relam WHERE j.oid = i.indexrelid)",
    [KEY_WHERE] = "pg_catalog.pg_get_expr(i.indpred, i.indrelid)",
    [KEY_ELEMENT_COLUMNS] = EXCLUDED(
        "ARRAY(SELECT b.attname FROM "
        "pg_catalog.generate_series(0, " REFLECT_KEY_SIZE
        " - 1) k LEFT JOIN pg_catalog.pg_attribute b ON "
        "b.attrelid = i.indrelid AND b.attnum = i.indkey[k] AND b.attnum > 0 "
        "ORDER BY k)"),
    [KEY_ELEMENT_TEXTS] = EXCLUDED(
        "ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, k, false) FROM "
        "pg_catalog.generate_series(1, " REFLECT_KEY_SIZE ") k ORDER BY k)"),
    [KEY_OPERATORS] = EXCLUDED(
        "ARRAY(SELECT CASE WHEN pg_catalog.pg_operator_is_visible(o.oid) THEN "
        "o.oprname::text ELSE pg_catalog.format('OPERATOR(%I.%s)', x.nspname, "
        "o.oprname) END FROM pg_catalog.unnest(c.conexclop) WITH ORDINALITY "
        "k(n, p) JOIN pg_catalog.pg_operator o ON o.oid = k.n JOIN "
        "pg_catalog.pg_namespace x ON x.oid = o.oprnamespace ORDER BY k.p)"),
};

/* On a table that refers to a partitioned one, the server keeps a copy of the
 * foreign key for each partition: these are left out. */
const struct reflect_postgres_part reflect_postgres_keys_part = {
    .number = "pg_catalog.row_number() OVER (ORDER BY "
              "pg_catalog.strpos('pufcx', c.contype::text), c.conname)",
    .fields = fields_sql,
    .count = KEY_FIELDS,
    .from =
        "t JOIN pg_catalog.pg_constraint c ON c.conrelid = t.oid AND "
        "c.contype IN ('p', 'u', 'f', 'c', 'x') "
        "LEFT JOIN pg_catalog.pg_class g ON g.oid = c.confrelid "
        "LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.conindid AND "
        "i.indrelid = c.conrelid AND c.contype IN ('p', 'u', 'x') "
        "WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint p WHERE p.oid "
        "= (pg_catalog.to_jsonb(c)->>'conparentid')::oid AND p.conrelid = "
        "c.conrelid)"};

static const char *action(const char *letter)
{
    switch (letter[0]) {
    case 'r':
        return "RESTRICT";
    case 'c':
        return "CASCADE";
    case 'n':
        return "SET NULL";
    case 'd':
        return "SET DEFAULT";
    default:
        return NULL;
    }
}

/* With the schema asked for, one in the same schema says so again. */
static const char *referent_schema(const struct pg_reflection *r,
                                   const char *schema)
{
    if (str_equal(r->schema, schema))
        return schema;
    return reflect_postgres_schema(r, schema);
}

static void read_foreign_key(const struct pg_reflection *r,
                             const char *const *fields, struct constraint *key)
{
    const char *deleted = fields[KEY_DELETED];

    key->kind = CONSTRAINT_FOREIGN_KEY;
    key->referent = fields[KEY_REFERENT];
    key->referent_schema = referent_schema(r, fields[KEY_REFERENT_SCHEMA]);
    key->referent_columns =
        reflect_postgres_names(r->arena, fields[KEY_REFERENT_COLUMNS]);
    key->ondelete = action(fields[KEY_ON_DELETE]);
    key->onupdate = action(fields[KEY_ON_UPDATE]);
    if (key->ondelete != NULL && deleted != NULL && deleted[0] != '\0')
        key->ondelete =
            arena_printf(r->arena, "%s (%s)", key->ondelete, deleted);
    if (fields[KEY_MATCH][0] == 'f')
        key->match = "FULL";
    else if (fields[KEY_MATCH][0] == 'p')
        key->match = "PARTIAL";
}

static void read_key(const struct pg_reflection *r, const char *const *fields,
                     struct constraint *key)
{
    key->kind =
        fields[KEY_KIND][0] == 'p' ? CONSTRAINT_PRIMARY_KEY : CONSTRAINT_UNIQUE;
    key->postgresql_include =
        reflect_postgres_names(r->arena, fields[KEY_INCLUDE]);
    if (reflect_postgres_flag(fields[KEY_NULLS_NOT_DISTINCT]))
        key->postgresql_nulls_not_distinct = TRI_TRUE;
}

static void read_exclude(const struct pg_reflection *r,
                         const char *const *fields, struct constraint *key)
{
    struct names columns =
        reflect_postgres_names(r->arena, fields[KEY_ELEMENT_COLUMNS]);
    struct names texts =
        reflect_postgres_names(r->arena, fields[KEY_ELEMENT_TEXTS]);
    struct names operators =
        reflect_postgres_names(r->arena, fields[KEY_OPERATORS]);
    struct element *items =
        arena_array(r->arena, struct element, texts.count + 1);

    key->kind = CONSTRAINT_EXCLUDE;
    key->using = fields[KEY_METHOD];
    key->where = reflect_postgres_unwrap(r->arena, fields[KEY_WHERE]);
    for (size_t i = 0; i < texts.count; i++) {
        if (i < columns.count)
            items[i].column = columns.items[i];
        if (items[i].column == NULL)
            items[i].expression =
                reflect_postgres_expression(r->arena, texts.items[i]);
        if (i < operators.count)
            items[i].operator= operators.items[i];
    }
    key->elements.items = items;
    key->elements.count = texts.count;
}

void reflect_postgres_keys(struct pg_reflection *reflection,
                           const char *const *fields)
{
    struct constraint key = {.name = fields[KEY_NAME]};
    char kind = fields[KEY_KIND][0];

    if (reflect_postgres_flag(fields[KEY_DEFERRABLE]))
        key.deferrable = TRI_TRUE;
    if (reflect_postgres_flag(fields[KEY_DEFERRED]))
        key.initially = "DEFERRED";
    key.temporal = reflect_postgres_flag(fields[KEY_TEMPORAL]);
    if (fields[KEY_ENFORCED] != NULL &&
        !reflect_postgres_flag(fields[KEY_ENFORCED]))
        key.not_enforced = true;
    else if (!reflect_postgres_flag(fields[KEY_VALID]))
        key.postgresql_not_valid = TRI_TRUE;
    if (kind == 'c') {
        key.kind = CONSTRAINT_CHECK;
        key.no_inherit = reflect_postgres_flag(fields[KEY_NO_INHERIT]);
        key.columns =
            reflect_postgres_names(reflection->arena, fields[KEY_COLUMNS]);
        key.condition =
            reflect_postgres_unwrap(reflection->arena, fields[KEY_CONDITION]);
    } else if (kind == 'x') {
        read_exclude(reflection, fields, &key);
    } else {
        key.columns =
            reflect_postgres_names(reflection->arena, fields[KEY_COLUMNS]);
        if (kind == 'f')
            read_foreign_key(reflection, fields, &key);
        else
            read_key(reflection, fields, &key);
    }
    vec_push(reflection->arena, &reflection->constraints, key);
}
