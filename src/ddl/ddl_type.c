/* The SQL text of types. */
#include "base/str.h"
#include "ddl/ddl.h"
#include "ddl/ddl_parts.h"

#include <string.h>

/* The text of each type; NULL: SQLite does not have it, or it is made by
 * code. Sources: SQLAlchemy 2.0's type compilers, by observation. */
static const struct {
    const char *sqlite;
    const char *postgresql;
} texts[TYPE_COUNT] = {
    [TYPE_INTEGER] = {"INTEGER", "INTEGER"},
    [TYPE_BIGINTEGER] = {"BIGINT", "BIGINT"},
    [TYPE_SMALLINTEGER] = {"SMALLINT", "SMALLINT"},
    [TYPE_NUMERIC] = {"NUMERIC", "NUMERIC"},
    [TYPE_FLOAT] = {"FLOAT", "FLOAT"},
    [TYPE_DOUBLE] = {"DOUBLE", "DOUBLE PRECISION"},
    [TYPE_REAL] = {"REAL", "REAL"},
    [TYPE_BOOLEAN] = {"BOOLEAN", "BOOLEAN"},
    [TYPE_STRING] = {"VARCHAR", "VARCHAR"},
    [TYPE_CHAR] = {"CHAR", "CHAR"},
    [TYPE_TEXT] = {"TEXT", "TEXT"},
    [TYPE_UNICODE] = {"VARCHAR", "VARCHAR"},
    [TYPE_DATE] = {"DATE", "DATE"},
    [TYPE_TIME] = {"TIME", "TIME"},
    [TYPE_DATETIME] = {"DATETIME", "TIMESTAMP"},
    [TYPE_TIMESTAMP] = {"TIMESTAMP", "TIMESTAMP"},
    [TYPE_INTERVAL] = {"DATETIME", "INTERVAL"},
    [TYPE_BINARY] = {"BLOB", "BYTEA"},
    [TYPE_JSON] = {"JSON", "JSON"},
    [TYPE_UUID] = {"CHAR(32)", "UUID"},
    [TYPE_JSONB] = {NULL, "JSONB"},
    [TYPE_BYTEA] = {NULL, "BYTEA"},
    [TYPE_CITEXT] = {NULL, "CITEXT"},
    [TYPE_INET] = {NULL, "INET"},
    [TYPE_CIDR] = {NULL, "CIDR"},
    [TYPE_MACADDR] = {NULL, "MACADDR"},
    [TYPE_HSTORE] = {NULL, "HSTORE"},
    [TYPE_TSVECTOR] = {NULL, "TSVECTOR"},
    [TYPE_TSQUERY] = {NULL, "TSQUERY"},
    [TYPE_BIT] = {NULL, "BIT"},
    [TYPE_MONEY] = {NULL, "MONEY"},
    [TYPE_OID] = {NULL, "OID"},
    [TYPE_INT4RANGE] = {NULL, "INT4RANGE"},
    [TYPE_INT8RANGE] = {NULL, "INT8RANGE"},
    [TYPE_NUMRANGE] = {NULL, "NUMRANGE"},
    [TYPE_DATERANGE] = {NULL, "DATERANGE"},
    [TYPE_TSRANGE] = {NULL, "TSRANGE"},
    [TYPE_TSTZRANGE] = {NULL, "TSTZRANGE"},
    [TYPE_INT4MULTIRANGE] = {NULL, "INT4MULTIRANGE"},
    [TYPE_INT8MULTIRANGE] = {NULL, "INT8MULTIRANGE"},
    [TYPE_NUMMULTIRANGE] = {NULL, "NUMMULTIRANGE"},
    [TYPE_DATEMULTIRANGE] = {NULL, "DATEMULTIRANGE"},
    [TYPE_TSMULTIRANGE] = {NULL, "TSMULTIRANGE"},
    [TYPE_TSTZMULTIRANGE] = {NULL, "TSTZMULTIRANGE"},
};

const struct type *ddl_type_of(const struct type *type, enum dialect dialect)
{
    for (size_t i = 0; i < type->variant_count; i++)
        if (type->variants[i].dialect == dialect)
            return type->variants[i].type;
    return type;
}

static int postgresql_only(const struct type *type, struct error *err)
{
    const char *name = type_names[type->kind];

    error_set(err, ERROR_FAILED, "types.%s exists on PostgreSQL only", name);
    return error_hint(err,
                      "give SQLite a type of its own: "
                      "types.json:with_variant(types.%s, \"postgresql\")",
                      name);
}

/* Words that are names everywhere but in the place of a type, where they are
 * one of the language's (the keyword table of PostgreSQL 15). */
static bool is_own_word(const char *name)
{
    static const char *const words[] = {
        "between",      "bigint",        "bit",       "boolean",    "char",
        "character",    "coalesce",      "dec",       "decimal",    "double",
        "exists",       "extract",       "float",     "greatest",   "grouping",
        "inout",        "int",           "integer",   "interval",   "least",
        "national",     "nchar",         "none",      "normalize",  "nullif",
        "numeric",      "out",           "overlay",   "position",   "precision",
        "real",         "row",           "setof",     "smallint",   "substring",
        "time",         "timestamp",     "treat",     "trim",       "values",
        "varchar",      "xmlattributes", "xmlconcat", "xmlelement", "xmlexists",
        "xmlforest",    "xmlnamespaces", "xmlparse",  "xmlpi",      "xmlroot",
        "xmlserialize", "xmltable"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_equal(name, words[i]))
            return true;
    return false;
}

bool ddl_type_is_hidden(const char *name)
{
    /* the types of pg_catalog in PostgreSQL 10 to 18, which is always searched
     * first; not those that begin with "pg_" */
    static const char words[] =
        " abstime aclitem any anyarray anycompatible anycompatiblearray "
        "anycompatiblemultirange anycompatiblenonarray anycompatiblerange "
        "anyelement anyenum anymultirange anynonarray anyrange bit bool box "
        "bpchar bytea char cid cidr circle cstring date datemultirange "
        "daterange event_trigger fdw_handler float4 float8 gtsvector "
        "index_am_handler inet int2 int2vector int4 int4multirange "
        "int4range int8 int8multirange int8range internal interval json "
        "jsonb jsonpath language_handler line lseg macaddr macaddr8 money "
        "name numeric nummultirange numrange oid oidvector opaque path point "
        "polygon record refcursor regclass regcollation regconfig "
        "regdictionary regnamespace regoper regoperator regproc "
        "regprocedure regrole regtype reltime smgr table_am_handler text tid "
        "time tinterval "
        "timestamp timestamptz timetz trigger tsm_handler tsmultirange "
        "tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot "
        "unknown uuid varbit varchar void xid xid8 xml ";
    size_t size = strlen(name);

    if (size == 0 || strchr(name, ' ') != NULL)
        return false;
    for (const char *at = words; (at = strstr(at, name)) != NULL; at++)
        if (at[-1] == ' ' && at[size] == ' ')
            return true;
    return false;
}

static int hidden(const char *name, struct error *err)
{
    error_set(err, ERROR_FAILED,
              "'%s' without a schema is a type of PostgreSQL's own", name);
    return error_hint(err,
                      "give yours another name, or say where it is: schema = "
                      "\"public\"");
}

int ddl_type_name(struct buf *out, enum dialect dialect, const char *schema,
                  const char *name, struct error *err)
{
    if (dialect == DIALECT_POSTGRESQL && schema == NULL &&
        ddl_type_is_hidden(name))
        return hidden(name, err);
    if (dialect != DIALECT_POSTGRESQL || !is_own_word(name))
        return ddl_parts_qualified(out, dialect, schema, name, err);
    if (schema != NULL) {
        if (ddl_parts_name(out, dialect, schema, err) != 0)
            return -1;
        buf_char(out, '.');
    }
    buf_addf(out, "\"%s\"", name);
    return 0;
}

static size_t characters(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

static int nameless(struct error *err)
{
    error_set(err, ERROR_FAILED, "an enum type needs a name on PostgreSQL");
    return error_hint(err, "write types.enum(\"status\", { ... }), or native = "
                           "false for a text column");
}

static int enum_type(struct buf *out, enum dialect dialect,
                     const struct type *type, struct error *err)
{
    size_t longest = 1;

    if (dialect == DIALECT_POSTGRESQL && type->native != TRI_FALSE) {
        if (type->name == NULL)
            return nameless(err);
        return ddl_type_name(out, dialect, type->schema, type->name, err);
    }
    for (size_t i = 0; i < type->values.count; i++) {
        size_t length = characters(type->values.items[i]);

        if (length > longest)
            longest = length;
    }
    buf_addf(out, "VARCHAR(%zu)", longest);
    return 0;
}

static int collate(struct buf *out, enum dialect dialect, const char *collation,
                   struct error *err)
{
    if (collation == NULL)
        return 0;
    buf_add(out, " COLLATE ");
    return ddl_parts_name(out, dialect, collation, err);
}

static int array_type(struct buf *out, enum dialect dialect,
                      const struct type *type, struct error *err)
{
    const char *collation;
    struct type item;

    if (dialect == DIALECT_SQLITE)
        return postgresql_only(type, err);
    item = *ddl_type_of(type->item, dialect);
    collation = item.collation;
    item.collation = NULL; /* it stands behind the brackets */
    if (ddl_type(out, dialect, &item, err) != 0)
        return -1;
    for (int i = 0; i < type->dimensions; i++)
        buf_add(out, "[]");
    return collate(out, dialect, collation, err);
}

static void arguments(struct buf *out, const struct type *type)
{
    if (type->arg_count == 1)
        buf_addf(out, "(%d)", type->args[0]);
    else if (type->arg_count == 2)
        buf_addf(out, "(%d, %d)", type->args[0], type->args[1]);
}

static void plain_type(struct buf *out, enum dialect dialect,
                       const struct type *type)
{
    bool sqlite = dialect == DIALECT_SQLITE;

    buf_add(out,
            sqlite ? texts[type->kind].sqlite : texts[type->kind].postgresql);
    if (type->kind == TYPE_BIT && type->varying)
        buf_add(out, " VARYING");
    if (!(sqlite && type->kind == TYPE_FLOAT))
        arguments(out, type);
    if (sqlite)
        return;
    if (type->precision >= 0)
        buf_addf(out, "(%d)", type->precision);
    if (type->kind == TYPE_TIME || type->kind == TYPE_DATETIME ||
        type->kind == TYPE_TIMESTAMP)
        buf_add(out, type->timezone ? " WITH TIME ZONE" : " WITHOUT TIME ZONE");
}

int ddl_type(struct buf *out, enum dialect dialect, const struct type *type,
             struct error *err)
{
    int status = 0;

    type = ddl_type_of(type, dialect);
    if (dialect == DIALECT_SQLITE && TYPE_IS_POSTGRESQL(type->kind))
        return postgresql_only(type, err);
    if (type->kind == TYPE_ENUM)
        status = enum_type(out, dialect, type, err);
    else if (type->kind == TYPE_ARRAY)
        status = array_type(out, dialect, type, err);
    else if (type->kind == TYPE_DOMAIN)
        status = ddl_type_name(out, dialect, type->schema, type->name, err);
    else if (type->kind == TYPE_RAW)
        buf_add(out, type->name);
    else
        plain_type(out, dialect, type);
    return status == 0 ? collate(out, dialect, type->collation, err) : -1;
}
