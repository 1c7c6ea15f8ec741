#include "base/str.h"
#include "db/reflect_postgres.h"

#include <ctype.h>
#include <string.h>

/* $1: names of schemas in the order in which they are searched, NULL for
 * "$user"; $2: the table; $3: whether a schema counts that may not be used. A
 * table without columns gives one row. */
static const char shape_sql[] =
    "SELECT c.nspname::text, c.relkind::text, c.relpersistence::text, "
    "a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), "
    "a.attnotnull::text FROM (SELECT c.oid, c.relkind, c.relpersistence, "
    "n.nspname FROM pg_catalog.unnest($1::text[]) WITH ORDINALITY s(name, p) "
    "JOIN pg_catalog.pg_namespace n ON n.nspname = COALESCE(s.name, "
    "current_user::text) JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid "
    "WHERE c.relname = $2 AND c.relkind IN ('r', 'p', 'f', 'v', 'm') AND "
    "c.relpersistence <> 't' AND "
    "($3::bool OR pg_catalog.has_schema_privilege(n.oid, 'USAGE')) ORDER BY "
    "s.p LIMIT 1) c LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid "
    "AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

enum {
    SHAPE_SCHEMA,
    SHAPE_KIND,
    SHAPE_PERSISTENCE,
    SHAPE_COLUMN,
    SHAPE_TYPE,
    SHAPE_NOT_NULL
};

/* Adds an element to the text of an array; NULL is NULL. */
static void add_element(struct buf *array, const char *name)
{
    buf_add(array, array->size == 0 ? "{" : ",");
    if (name == NULL) {
        buf_add(array, "NULL");
        return;
    }
    buf_char(array, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"' || *name == '\\')
            buf_char(array, '\\');
        buf_char(array, *name);
    }
    buf_char(array, '"');
}

/* Reads one name of a search_path at `*at`; `*at` is behind it. */
static const char *read_name(const char **at, struct arena *arena)
{
    struct buf name;

    buf_init(&name, arena);
    while (**at != '\0' && **at != ',') {
        if (**at != '"') {
            if (!isspace((unsigned char)**at))
                buf_char(&name, (char)tolower((unsigned char)**at));
            ++*at;
            continue;
        }
        for (++*at; **at != '\0'; ++*at) {
            if (**at == '"' && *++*at != '"')
                break;
            buf_char(&name, **at);
        }
    }
    if (**at == ',')
        ++*at;
    return name.data;
}

/* The schemas of a search_path; pg_catalog comes first unless it is named. */
static const char *schemas_of(const char *path, struct arena *arena)
{
    struct buf array, named;
    bool catalog = false;

    buf_init(&named, arena);
    while (*path != '\0') {
        const char *name = read_name(&path, arena);

        catalog = catalog || str_equal(name, "pg_catalog");
        if (*name != '\0')
            add_element(&named, str_equal(name, "$user") ? NULL : name);
    }
    buf_init(&array, arena);
    if (!catalog)
        add_element(&array, "pg_catalog");
    if (named.size > 0)
        buf_addf(&array, "%s%s", array.size > 0 ? "," : "{", named.data + 1);
    buf_char(&array, '}');
    return array.data;
}

static const char *one_schema(const char *schema, struct arena *arena)
{
    struct buf array;

    buf_init(&array, arena);
    add_element(&array, schema);
    buf_char(&array, '}');
    return array.data;
}

static const char *copy(const struct value *value, struct arena *arena)
{
    return value->kind == VALUE_TEXT ? arena_strdup(arena, value->text.data)
                                     : NULL;
}

static struct table *new_table(const struct value *row, const char *name,
                               struct arena *arena)
{
    struct table *table = arena_new(arena, struct table);
    char kind = row[SHAPE_KIND].text.data[0];

    table->name = arena_strdup(arena, name);
    table->schema = copy(&row[SHAPE_SCHEMA], arena);
    table->view = kind == 'v' || kind == 'm';
    reflect_postgres_persistence(arena, table,
                                 row[SHAPE_PERSISTENCE].text.data);
    if (kind == 'f') {
        table->prefixes.items = arena_array(arena, const char *, 1);
        table->prefixes.items[0] = "FOREIGN";
        table->prefixes.count = 1;
    }
    return table;
}

static struct column new_column(const struct value *row, struct arena *arena)
{
    struct type *type = arena_new(arena, struct type);
    struct column column = {.type = type};

    column.name = copy(&row[SHAPE_COLUMN], arena);
    column.type_text = copy(&row[SHAPE_TYPE], arena);
    column.nullable = reflect_postgres_flag(row[SHAPE_NOT_NULL].text.data)
                          ? TRI_FALSE
                          : TRI_TRUE;
    type->kind = TYPE_RAW;
    type->name = column.type_text;
    type->precision = -1;
    type->dimensions = 1;
    return column;
}

static int read_shape(struct db_cursor *cursor, const char *name,
                      struct arena *arena, struct table **out,
                      struct error *err)
{
    VEC(struct column) columns = {0};
    const struct value *row;
    int status;

    while ((status = db_next(cursor, &row, err)) == 1) {
        if (*out == NULL)
            *out = new_table(row, name, arena);
        if (row[SHAPE_COLUMN].kind == VALUE_TEXT)
            vec_push(arena, &columns, new_column(row, arena));
    }
    if (status < 0)
        *out = NULL;
    if (*out != NULL) {
        (*out)->columns = columns.items;
        (*out)->column_count = columns.count;
    }
    return status;
}

int reflect_postgres_shape(struct db *db, const char *schema, const char *name,
                           struct arena *arena, struct table **out,
                           struct error *err)
{
    const char *path = ((struct pg_db *)db)->search_path;
    const char *params[] = {NULL, name, schema != NULL ? "true" : "false"};
    struct db_cursor *cursor;
    int status;

    *out = NULL;
    params[0] = schema != NULL ? one_schema(schema, arena)
                               : schemas_of(path != NULL ? path : "", arena);
    if (reflect_postgres_open(db, shape_sql, params, 3, &cursor, err) != 0)
        return -1;
    status = read_shape(cursor, name, arena, out, err);
    db_cursor_close(cursor);
    return status;
}
