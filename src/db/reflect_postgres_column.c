#include "db/reflect_postgres.h"

#include <stdlib.h>
#include <string.h>

enum {
    COLUMN_NAME = TYPE_FIELD_COUNT,
    COLUMN_TYPE_TEXT,
    COLUMN_NOT_NULL,
    COLUMN_NOT_VALID,
    COLUMN_DEFAULT,
    COLUMN_GENERATED,
    COLUMN_IDENTITY,
    COLUMN_COMMENT,
    COLUMN_COLLATION,
    COLUMN_SERIAL,
    COLUMN_SEQUENCE, /* an array: */
    COLUMN_FIELDS
};

enum {
    SEQUENCE_START,
    SEQUENCE_INCREMENT,
    SEQUENCE_MINVALUE,
    SEQUENCE_MAXVALUE,
    SEQUENCE_CACHE,
    SEQUENCE_CYCLE,
    SEQUENCE_FIELDS
};

/* The sequence that belongs to the column: the catalog's dependency `o`. */
#define OWNED                                                                  \
    "o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND "              \
    "o.refclassid = o.classid AND o.refobjid = a.attrelid AND o.refobjsubid "  \
    "= a.attnum"

/* A default is that of a SERIAL when it takes the next number of a sequence
 * that the column owns and that is as SERIAL makes it. */
#define IS_SERIAL                                                              \
    "EXISTS(SELECT FROM pg_catalog.pg_depend o JOIN pg_catalog.pg_sequence q " \
    "ON q.seqrelid = o.objid WHERE " OWNED " AND o.deptype = 'a' AND "         \
    "q.seqstart = 1 AND q.seqincrement = 1 AND q.seqmin = 1 AND q.seqcache = " \
    "1 AND NOT q.seqcycle AND pg_catalog.format('nextval(%L::regclass)', "     \
    "q.seqrelid::pg_catalog.regclass) = pg_catalog.pg_get_expr(d.adbin, "      \
    "d.adrelid))"

/* NOT NULL is a constraint since PostgreSQL 18. */
#define IS_NOT_VALID                                                           \
    "a.attnotnull AND EXISTS(SELECT FROM pg_catalog.pg_constraint v WHERE "    \
    "v.conrelid = a.attrelid AND v.contype = 'n' AND v.conkey[1] = a.attnum "  \
    "AND NOT v.convalidated)"

static const char *const fields_sql[COLUMN_FIELDS] = {
    [TYPE_FIELD_NAME] = "e.typname",
    [TYPE_FIELD_SCHEMA] = "(SELECT m.nspname FROM pg_catalog.pg_namespace m "
                          "WHERE m.oid = e.typnamespace)",
    [TYPE_FIELD_KIND] = "e.typtype",
    [TYPE_FIELD_MOD] = "a.atttypmod",
    [TYPE_FIELD_DIMENSIONS] =
        "CASE WHEN i.oid IS NULL THEN 0 ELSE GREATEST(a.attndims, 1) END",
    [TYPE_FIELD_TEXT] = "pg_catalog.format_type(e.oid, a.atttypmod)",
    [TYPE_FIELD_LABELS] = "CASE e.typtype WHEN 'e' THEN " REFLECT_LABELS " END",
    [COLUMN_NAME] = "a.attname",
    [COLUMN_TYPE_TEXT] = "pg_catalog.format_type(a.atttypid, a.atttypmod)",
    [COLUMN_NOT_NULL] = "a.attnotnull",
    [COLUMN_NOT_VALID] = IS_NOT_VALID,
    [COLUMN_DEFAULT] = "pg_catalog.pg_get_expr(d.adbin, d.adrelid)",
    [COLUMN_GENERATED] = "pg_catalog.to_jsonb(a)->>'attgenerated'",
    [COLUMN_IDENTITY] = "a.attidentity",
    [COLUMN_COMMENT] = "pg_catalog.col_description(a.attrelid, a.attnum)",
    [COLUMN_COLLATION] =
        "(SELECT l.collname FROM pg_catalog.pg_collation l WHERE l.oid = "
        "a.attcollation AND a.attcollation <> y.typcollation)",
    [COLUMN_SERIAL] = IS_SERIAL,
    [COLUMN_SEQUENCE] =
        "CASE WHEN a.attidentity <> '' THEN (SELECT ARRAY[q.seqstart, "
        "q.seqincrement, q.seqmin, q.seqmax, q.seqcache, "
        "q.seqcycle]::text[]::text FROM pg_catalog.pg_depend o JOIN "
        "pg_catalog.pg_sequence q ON q.seqrelid = o.objid WHERE " OWNED
        " AND o.deptype = 'i' LIMIT 1) END",
};

const struct reflect_postgres_part reflect_postgres_column_part = {
    .number = "a.attnum",
    .fields = fields_sql,
    .count = COLUMN_FIELDS,
    .from =
        "t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > "
        "0 AND NOT a.attisdropped "
        "JOIN pg_catalog.pg_type y ON y.oid = a.atttypid "
        "LEFT JOIN pg_catalog.pg_type i ON i.oid = y.typelem AND i.typarray = "
        "y.oid "
        "JOIN pg_catalog.pg_type e ON e.oid = COALESCE(i.oid, y.oid) "
        "LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND "
        "d.adnum = a.attnum"};

static void set_sql(struct value *value, const char *sql)
{
    value->kind = VALUE_SQL;
    value->text.data = sql;
    value->text.size = strlen(sql);
}

static struct value integer(const char *text)
{
    struct value value = {.kind = VALUE_INTEGER};

    value.integer = strtoll(text, NULL, 10);
    return value;
}

static void add_identity(struct pg_reflection *r, struct column *column,
                         const char *const *fields)
{
    struct identity *identity = arena_new(r->arena, struct identity);
    struct names sequence =
        reflect_postgres_names(r->arena, fields[COLUMN_SEQUENCE]);

    identity->always = fields[COLUMN_IDENTITY][0] == 'a' ? TRI_TRUE : TRI_FALSE;
    if (sequence.count == SEQUENCE_FIELDS) {
        const char **items = sequence.items;

        identity->start = integer(items[SEQUENCE_START]);
        identity->increment = integer(items[SEQUENCE_INCREMENT]);
        identity->minvalue = integer(items[SEQUENCE_MINVALUE]);
        identity->maxvalue = integer(items[SEQUENCE_MAXVALUE]);
        identity->cache = integer(items[SEQUENCE_CACHE]);
        identity->cycle =
            reflect_postgres_flag(items[SEQUENCE_CYCLE]) ? TRI_TRUE : TRI_FALSE;
    }
    column->identity = identity;
}

static void add_computed(struct pg_reflection *r, struct column *column,
                         const char *const *fields)
{
    struct computed *computed = arena_new(r->arena, struct computed);

    computed->expression =
        reflect_postgres_unwrap(r->arena, fields[COLUMN_DEFAULT]);
    computed->persisted =
        fields[COLUMN_GENERATED][0] == 's' ? TRI_TRUE : TRI_FALSE;
    column->computed = computed;
}

/* What the column is when no value is given for it. */
static void add_source(struct pg_reflection *r, struct column *column,
                       const char *const *fields)
{
    const char *generated = fields[COLUMN_GENERATED];

    if (generated != NULL && generated[0] != '\0') {
        add_computed(r, column, fields);
    } else if (fields[COLUMN_IDENTITY][0] != '\0') {
        add_identity(r, column, fields);
        column->autoincrement = TRI_UNSET;
    } else if (fields[COLUMN_DEFAULT] != NULL) {
        set_sql(&column->server_default, fields[COLUMN_DEFAULT]);
        if (reflect_postgres_flag(fields[COLUMN_SERIAL]))
            column->autoincrement = TRI_TRUE;
    }
}

void reflect_postgres_column(struct pg_reflection *reflection,
                             const char *const *fields)
{
    struct column column = {.autoincrement = TRI_FALSE};
    struct type *type = reflect_postgres_type(reflection, fields);

    type->collation = fields[COLUMN_COLLATION];
    column.type = type;
    column.name = fields[COLUMN_NAME];
    column.type_text = fields[COLUMN_TYPE_TEXT];
    column.nullable =
        reflect_postgres_flag(fields[COLUMN_NOT_NULL]) ? TRI_FALSE : TRI_TRUE;
    column.not_valid = reflect_postgres_flag(fields[COLUMN_NOT_VALID]);
    column.comment = fields[COLUMN_COMMENT];
    column.collation = fields[COLUMN_COLLATION];
    add_source(reflection, &column, fields);
    vec_push(reflection->arena, &reflection->columns, column);
}
