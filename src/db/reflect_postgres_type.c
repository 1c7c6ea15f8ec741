#include "base/str.h"
#include "db/reflect_postgres.h"
#include "ddl/ddl.h"

#include <stdlib.h>
#include <string.h>

/* The types of pg_catalog; the others by their names, where these are found
 * without a schema. */
static const struct {
    const char *name;
    enum type_kind kind;
    bool timezone;
} types[] = {
    {"int4", TYPE_INTEGER, false},
    {"int8", TYPE_BIGINTEGER, false},
    {"int2", TYPE_SMALLINTEGER, false},
    {"numeric", TYPE_NUMERIC, false},
    {"float8", TYPE_DOUBLE, false},
    {"float4", TYPE_REAL, false},
    {"bool", TYPE_BOOLEAN, false},
    {"varchar", TYPE_STRING, false},
    {"bpchar", TYPE_CHAR, false},
    {"text", TYPE_TEXT, false},
    {"date", TYPE_DATE, false},
    {"time", TYPE_TIME, false},
    {"timetz", TYPE_TIME, true},
    {"timestamp", TYPE_TIMESTAMP, false},
    {"timestamptz", TYPE_TIMESTAMP, true},
    {"interval", TYPE_INTERVAL, false},
    {"json", TYPE_JSON, false},
    {"jsonb", TYPE_JSONB, false},
    {"uuid", TYPE_UUID, false},
    {"bytea", TYPE_BYTEA, false},
    {"inet", TYPE_INET, false},
    {"cidr", TYPE_CIDR, false},
    {"macaddr", TYPE_MACADDR, false},
    {"tsvector", TYPE_TSVECTOR, false},
    {"tsquery", TYPE_TSQUERY, false},
    {"bit", TYPE_BIT, false},
    {"varbit", TYPE_BIT, false},
    {"money", TYPE_MONEY, false},
    {"oid", TYPE_OID, false},
    {"int4range", TYPE_INT4RANGE, false},
    {"int8range", TYPE_INT8RANGE, false},
    {"numrange", TYPE_NUMRANGE, false},
    {"daterange", TYPE_DATERANGE, false},
    {"tsrange", TYPE_TSRANGE, false},
    {"tstzrange", TYPE_TSTZRANGE, false},
    {"int4multirange", TYPE_INT4MULTIRANGE, false},
    {"int8multirange", TYPE_INT8MULTIRANGE, false},
    {"nummultirange", TYPE_NUMMULTIRANGE, false},
    {"datemultirange", TYPE_DATEMULTIRANGE, false},
    {"tsmultirange", TYPE_TSMULTIRANGE, false},
    {"tstzmultirange", TYPE_TSTZMULTIRANGE, false},
};

/* The kind of a type that is no array, enum or domain. */
static enum type_kind find_kind(const char *const *fields, struct type *type)
{
    const char *name = fields[TYPE_FIELD_NAME];

    if (!str_equal(fields[TYPE_FIELD_SCHEMA], "pg_catalog")) {
        if (str_equal(fields[TYPE_FIELD_TEXT], "citext"))
            return TYPE_CITEXT;
        if (str_equal(fields[TYPE_FIELD_TEXT], "hstore"))
            return TYPE_HSTORE;
        return TYPE_RAW;
    }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i].name, name) != 0)
            continue;
        type->timezone = types[i].timezone;
        type->varying = strcmp(name, "varbit") == 0;
        return types[i].kind;
    }
    return TYPE_RAW;
}

static void set_args(struct type *type, int count, int first, int second)
{
    type->arg_count = count;
    type->args[0] = first;
    type->args[1] = second;
}

/* Takes the type modifier apart (each type's own way, as in its typmodout
 * function); false when the model has no place for what it says. */
static bool read_modifier(struct type *type, int mod)
{
    enum { HEADER = 4, ANY = 0xffff, FIELDS = 0x7fff };

    switch (type->kind) {
    case TYPE_CHAR: /* without a length it is another type than char(1) */
        if (mod < HEADER)
            return false;
        set_args(type, 1, mod - HEADER, 0);
        return true;
    case TYPE_STRING:
        if (mod >= HEADER)
            set_args(type, 1, mod - HEADER, 0);
        return true;
    case TYPE_NUMERIC:
        if (mod >= HEADER) /* the scale has 11 bits and a sign */
            set_args(type, 2, ((mod - HEADER) >> 16) & 0xffff,
                     (((mod - HEADER) & 0x7ff) ^ 1024) - 1024);
        return true;
    case TYPE_BIT:
        if (mod < 0)
            return type->varying; /* bit alone is bit(1) */
        set_args(type, 1, mod, 0);
        return true;
    case TYPE_TIME:
    case TYPE_TIMESTAMP:
        type->precision = mod;
        return true;
    case TYPE_INTERVAL:
        if (mod >= 0 && ((mod >> 16) & FIELDS) != FIELDS)
            return false;
        if (mod >= 0 && (mod & ANY) != ANY)
            type->precision = mod & ANY;
        return true;
    default:
        return mod < 0;
    }
}

static struct type *new_type(struct arena *arena, enum type_kind kind)
{
    struct type *type = arena_new(arena, struct type);

    type->kind = kind;
    type->precision = -1;
    type->dimensions = 1;
    return type;
}

static struct type *element_type(const struct pg_reflection *r,
                                 const char *const *fields)
{
    struct type *type = new_type(r->arena, TYPE_RAW);

    switch (fields[TYPE_FIELD_KIND][0]) {
    case 'e':
        type->kind = TYPE_ENUM;
        type->values =
            reflect_postgres_names(r->arena, fields[TYPE_FIELD_LABELS]);
        break;
    case 'd':
        type->kind = TYPE_DOMAIN;
        break;
    default:
        type->kind = find_kind(fields, type);
        if (!read_modifier(type,
                           (int)strtol(fields[TYPE_FIELD_MOD], NULL, 10))) {
            type = new_type(r->arena, TYPE_RAW);
            type->name = fields[TYPE_FIELD_TEXT];
        } else if (type->kind == TYPE_RAW) {
            type->name = fields[TYPE_FIELD_TEXT];
        }
        return type;
    }
    type->name = fields[TYPE_FIELD_NAME];
    type->schema = ddl_type_is_hidden(type->name)
                       ? fields[TYPE_FIELD_SCHEMA]
                       : reflect_postgres_schema(r, fields[TYPE_FIELD_SCHEMA]);
    return type;
}

struct type *reflect_postgres_type(const struct pg_reflection *reflection,
                                   const char *const *fields)
{
    struct type *type = element_type(reflection, fields);
    int dimensions = (int)strtol(fields[TYPE_FIELD_DIMENSIONS], NULL, 10);
    struct type *array;

    if (dimensions == 0)
        return type;
    array = new_type(reflection->arena, TYPE_ARRAY);
    array->item = type;
    array->dimensions = dimensions;
    return array;
}

static void read_enum(struct arena *arena, const struct value *row,
                      struct type *type)
{
    memset(type, 0, sizeof *type);
    type->kind = TYPE_ENUM;
    type->precision = -1;
    type->dimensions = 1;
    type->name = arena_strdup(arena, row[0].text.data);
    type->schema = arena_strdup(arena, row[1].text.data);
    type->values = reflect_postgres_names(arena, row[2].text.data);
    type->visible = reflect_postgres_flag(row[3].text.data);
}

int reflect_postgres_enums(struct db *db, const char *schema, const char *name,
                           struct arena *arena, struct db_types *out,
                           struct error *err)
{
    static const char sql[] =
        "SELECT e.typname::text, n.nspname::text, " REFLECT_LABELS
        ", pg_catalog.pg_type_is_visible(e.oid)::text FROM "
        "pg_catalog.pg_type e JOIN pg_catalog.pg_namespace n ON n.oid = "
        "e.typnamespace WHERE e.typtype = 'e' AND CASE WHEN $1::text IS NULL "
        "AND $2::text IS NOT NULL THEN pg_catalog.pg_type_is_visible(e.oid) "
        "ELSE n.nspname = COALESCE($1, pg_catalog.current_schema()) END "
        "AND ($2::text IS NULL OR e.typname = $2::text) ORDER BY e.typname";
    /* a name without a schema means what a statement would find */
    const char *params[] = {schema, name};
    VEC(struct type) types_found = {0};
    struct db_cursor *cursor;
    const struct value *row;
    int status;

    if (reflect_postgres_open(db, sql, params, 2, &cursor, err) != 0)
        return -1;
    while ((status = db_next(cursor, &row, err)) == 1) {
        struct type type;

        read_enum(arena, row, &type);
        vec_push(arena, &types_found, type);
    }
    db_cursor_close(cursor);
    out->items = types_found.items;
    out->count = types_found.count;
    return status;
}
