#include "base/str.h"
#include "db/reflect_postgres.h"

#include <stdlib.h>
#include <string.h>

enum {
    INDEX_NAME,
    INDEX_UNIQUE,
    INDEX_VALID,
    INDEX_METHOD,
    INDEX_COLUMNS,
    INDEX_TEXTS,
    INDEX_ORDERS,
    INDEX_COLLATIONS,
    INDEX_CLASSES,
    INDEX_INCLUDE,
    INDEX_WHERE,
    INDEX_OPTIONS,
    INDEX_TABLESPACE,
    INDEX_NULLS_NOT_DISTINCT,
    INDEX_FIELDS
};

/* One value for each element of the key, `k` from 1. */
#define ELEMENTS(value, joins)                                                 \
    "ARRAY(SELECT " value                                                      \
    " FROM pg_catalog.generate_series(1, " REFLECT_KEY_SIZE ") k " joins       \
    " ORDER BY k)::text"

/* The column of the table that the element is, if it is one. */
#define TABLE_COLUMN                                                           \
    "LEFT JOIN pg_catalog.pg_attribute b ON b.attrelid = i.indrelid AND "      \
    "b.attnum = i.indkey[k - 1] AND b.attnum > 0"
/* The column of the index. */
#define INDEX_COLUMN                                                           \
    "JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indexrelid AND "         \
    "a.attnum = k JOIN pg_catalog.pg_type y ON y.oid = a.atttypid "
/* A collation that is not the one the element has by itself. */
#define COLLATION                                                              \
    " LEFT JOIN pg_catalog.pg_collation l ON l.oid = i.indcollation[k - 1] "   \
    "AND l.oid <> COALESCE(b.attcollation, y.typcollation)"

/* An operator class with its options, when it is not the default: SQL. */
#define CLASS                                                                  \
    "CASE WHEN NOT p.opcdefault OR a.attoptions IS NOT NULL THEN CASE WHEN "   \
    "pg_catalog.pg_opclass_is_visible(p.oid) THEN "                            \
    "pg_catalog.quote_ident(p.opcname) ELSE pg_catalog.format('%I.%I', "       \
    "x.nspname, p.opcname) END || COALESCE(' (' || (SELECT "                   \
    "pg_catalog.string_agg(pg_catalog.format('%I=%L', "                        \
    "pg_catalog.split_part(v, '=', 1), pg_catalog.substr(v, "                  \
    "pg_catalog.strpos(v, '=') + 1)), ', ') FROM "                             \
    "pg_catalog.unnest(a.attoptions) v) || ')', '') END"
#define CLASS_JOINS                                                            \
    "JOIN pg_catalog.pg_opclass p ON p.oid = i.indclass[k - 1] "               \
    "JOIN pg_catalog.pg_namespace x ON x.oid = p.opcnamespace"

static const char *const fields_sql[INDEX_FIELDS] = {
    [INDEX_NAME] = "j.relname",
    [INDEX_UNIQUE] = "i.indisunique",
    [INDEX_VALID] = "i.indisvalid AND i.indisready",
    [INDEX_METHOD] =
        "(SELECT m.amname FROM pg_catalog.pg_am m WHERE m.oid = j.relam)",
    [INDEX_COLUMNS] = ELEMENTS("b.attname", TABLE_COLUMN),
    [INDEX_TEXTS] =
        ELEMENTS("pg_catalog.pg_get_indexdef(i.indexrelid, k, false)", ""),
    [INDEX_ORDERS] = ELEMENTS("i.indoption[k - 1]", ""),
    [INDEX_COLLATIONS] =
        ELEMENTS("l.collname", INDEX_COLUMN TABLE_COLUMN COLLATION),
    [INDEX_CLASSES] = ELEMENTS(CLASS, INDEX_COLUMN CLASS_JOINS),
    [INDEX_INCLUDE] = REFLECT_INCLUDE,
    [INDEX_WHERE] = "pg_catalog.pg_get_expr(i.indpred, i.indrelid)",
    [INDEX_OPTIONS] = "j.reloptions::text",
    [INDEX_TABLESPACE] = ("(SELECT s.spcname FROM pg_catalog.pg_tablespace s "
                          "WHERE s.oid = j.reltablespace)"),
    [INDEX_NULLS_NOT_DISTINCT] =
        "pg_catalog.to_jsonb(i)->>'indnullsnotdistinct'",
};

const struct reflect_postgres_part reflect_postgres_index_part = {
    .number = "pg_catalog.row_number() OVER (ORDER BY j.relname)",
    .fields = fields_sql,
    .count = INDEX_FIELDS,
    .from =
        "t JOIN pg_catalog.pg_index i ON i.indrelid = t.oid "
        "JOIN pg_catalog.pg_class j ON j.oid = i.indexrelid "
        "WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE "
        "c.conindid = i.indexrelid AND c.conrelid = i.indrelid AND c.contype "
        "IN ('p', 'u', 'x'))"};

/* pg_index.indoption */
enum { ORDER_DESCENDING = 1, ORDER_NULLS_FIRST = 2 };

static const char *item(const struct names *names, size_t i)
{
    return i < names->count ? names->items[i] : NULL;
}

static void read_order(const char *text, struct element *element)
{
    long order = text != NULL ? strtol(text, NULL, 10) : 0;
    bool first = (order & ORDER_NULLS_FIRST) != 0;

    element->descending = (order & ORDER_DESCENDING) != 0;
    if (first != element->descending)
        element->nulls = first ? "FIRST" : "LAST";
}

/* Whether the index has the element's column once. */
static bool is_single(const struct names *columns, const char *column)
{
    int count = 0;

    for (size_t i = 0; column != NULL && i < columns->count; i++)
        count += str_equal(columns->items[i], column);
    return count == 1;
}

/* The operator class of a column goes where create_index takes it. */
static void add_class(struct index *index, struct setting *settings,
                      struct element *element, const struct names *columns,
                      const char *class)
{
    struct setting *setting = &settings[index->postgresql_ops.count];

    if (class == NULL)
        return;
    if (!is_single(columns, element->column)) {
        element->opclass = class;
        return;
    }
    setting->name = element->column;
    setting->value.kind = VALUE_SQL;
    setting->value.text.data = class;
    setting->value.text.size = strlen(class);
    index->postgresql_ops.items = settings;
    index->postgresql_ops.count++;
}

static void read_elements(struct arena *arena, const char *const *fields,
                          struct index *index)
{
    struct names columns = reflect_postgres_names(arena, fields[INDEX_COLUMNS]);
    struct names texts = reflect_postgres_names(arena, fields[INDEX_TEXTS]);
    struct names orders = reflect_postgres_names(arena, fields[INDEX_ORDERS]);
    struct names collations =
        reflect_postgres_names(arena, fields[INDEX_COLLATIONS]);
    struct names classes = reflect_postgres_names(arena, fields[INDEX_CLASSES]);
    struct element *items = arena_array(arena, struct element, texts.count + 1);
    struct setting *settings =
        arena_array(arena, struct setting, texts.count + 1);

    for (size_t i = 0; i < texts.count; i++) {
        items[i].column = item(&columns, i);
        if (items[i].column == NULL)
            items[i].expression =
                reflect_postgres_expression(arena, texts.items[i]);
        items[i].collation = item(&collations, i);
        read_order(item(&orders, i), &items[i]);
        add_class(index, settings, &items[i], &columns, item(&classes, i));
    }
    index->elements.items = items;
    index->elements.count = texts.count;
}

void reflect_postgres_index(struct pg_reflection *reflection,
                            const char *const *fields)
{
    struct arena *arena = reflection->arena;
    struct index index = {.name = fields[INDEX_NAME]};

    index.unique =
        reflect_postgres_flag(fields[INDEX_UNIQUE]) ? TRI_TRUE : TRI_FALSE;
    index.invalid = !reflect_postgres_flag(fields[INDEX_VALID]);
    if (strcmp(fields[INDEX_METHOD], "btree") != 0)
        index.postgresql_using = fields[INDEX_METHOD];
    read_elements(arena, fields, &index);
    index.postgresql_include =
        reflect_postgres_names(arena, fields[INDEX_INCLUDE]);
    index.where = reflect_postgres_unwrap(arena, fields[INDEX_WHERE]);
    index.postgresql_with =
        reflect_postgres_settings(arena, fields[INDEX_OPTIONS]);
    index.postgresql_tablespace = fields[INDEX_TABLESPACE];
    if (reflect_postgres_flag(fields[INDEX_NULLS_NOT_DISTINCT]))
        index.postgresql_nulls_not_distinct = TRI_TRUE;
    vec_push(arena, &reflection->indexes, index);
}
