/* What a schema is: types, columns, constraints, indexes, tables. Everything
 * lies in one arena and is never changed after it was built; absent texts are
 * NULL, absent lists have count 0. */
#ifndef MODEL_SCHEMA_H
#define MODEL_SCHEMA_H

#include "model/names.h"
#include "model/value.h"

#include <stdbool.h>
#include <stddef.h>

enum dialect { DIALECT_SQLITE, DIALECT_POSTGRESQL };

/* "sqlite" or "postgresql". */
const char *dialect_name(enum dialect dialect);

/* An option that may be left out. */
enum tri { TRI_UNSET, TRI_TRUE, TRI_FALSE };

/* The vocabulary of `types.*` (op-api.md): C name, Lua name. The SQL text of
 * each is in ddl/types.c. The groups matter to TYPE_IS_POSTGRESQL. */
#define TYPE_LIST(X)                                                           \
    X(INTEGER, "integer")                                                      \
    X(BIGINTEGER, "biginteger")                                                \
    X(SMALLINTEGER, "smallinteger")                                            \
    X(NUMERIC, "numeric")                                                      \
    X(FLOAT, "float")                                                          \
    X(DOUBLE, "double")                                                        \
    X(REAL, "real")                                                            \
    X(BOOLEAN, "boolean")                                                      \
    X(STRING, "string")                                                        \
    X(CHAR, "char")                                                            \
    X(TEXT, "text")                                                            \
    X(UNICODE, "unicode")                                                      \
    X(DATE, "date")                                                            \
    X(TIME, "time")                                                            \
    X(DATETIME, "datetime")                                                    \
    X(TIMESTAMP, "timestamp")                                                  \
    X(INTERVAL, "interval")                                                    \
    X(BINARY, "binary")                                                        \
    X(JSON, "json")                                                            \
    X(UUID, "uuid")                                                            \
    X(ENUM, "enum")                                                            \
    X(ARRAY, "array")                                                          \
    X(RAW, "raw")                                                              \
    X(JSONB, "jsonb")                                                          \
    X(BYTEA, "bytea")                                                          \
    X(CITEXT, "citext")                                                        \
    X(INET, "inet")                                                            \
    X(CIDR, "cidr")                                                            \
    X(MACADDR, "macaddr")                                                      \
    X(HSTORE, "hstore")                                                        \
    X(TSVECTOR, "tsvector")                                                    \
    X(TSQUERY, "tsquery")                                                      \
    X(BIT, "bit")                                                              \
    X(MONEY, "money")                                                          \
    X(OID, "oid")                                                              \
    X(DOMAIN, "domain")                                                        \
    X(INT4RANGE, "int4range")                                                  \
    X(INT8RANGE, "int8range")                                                  \
    X(NUMRANGE, "numrange")                                                    \
    X(DATERANGE, "daterange")                                                  \
    X(TSRANGE, "tsrange")                                                      \
    X(TSTZRANGE, "tstzrange")                                                  \
    X(INT4MULTIRANGE, "int4multirange")                                        \
    X(INT8MULTIRANGE, "int8multirange")                                        \
    X(NUMMULTIRANGE, "nummultirange")                                          \
    X(DATEMULTIRANGE, "datemultirange")                                        \
    X(TSMULTIRANGE, "tsmultirange")                                            \
    X(TSTZMULTIRANGE, "tstzmultirange")

enum type_kind {
#define TYPE_ENUMERATOR(name, lua) TYPE_##name,
    TYPE_LIST(TYPE_ENUMERATOR)
#undef TYPE_ENUMERATOR
        TYPE_COUNT
};

/* Types from jsonb on exist on PostgreSQL only. */
#define TYPE_IS_POSTGRESQL(kind) ((kind) >= TYPE_JSONB)

/* The Lua names, indexed by enum type_kind. */
extern const char *const type_names[TYPE_COUNT];

struct type;

struct type_variant {
    enum dialect dialect;
    const struct type *type;
};

struct type {
    enum type_kind kind;
    int arg_count; /* of args */
    int args[2];   /* precision and scale, or the length */
    int precision; /* of times: digits of a second, -1 when not given */
    bool timezone;
    bool varying;            /* bit */
    const char *name;        /* enum, domain; raw: the SQL text */
    const char *schema;      /* enum, domain */
    const char *collation;   /* text types */
    struct names values;     /* enum */
    enum tri create_type;    /* enum */
    enum tri native;         /* enum */
    enum tri check;          /* enum: a CHECK where there are no enum types */
    bool visible;            /* reflected enum: found without its schema */
    const struct type *item; /* array */
    int dimensions;          /* array, 1 when not given */
    const struct type_variant *variants;
    size_t variant_count;
};

/* One column or expression of an index, a primary key of a WITHOUT ROWID
 * table, an exclude constraint. */
struct element {
    const char *column;     /* or NULL: */
    const char *expression; /* SQL, as given */
    const char *collation;  /* reflected; NULL: the default */
    bool descending;        /* reflected */
    const char *nulls;      /* reflected: "FIRST", "LAST"; NULL: the default */
    const char
        *opclass; /* reflected, where postgresql_ops cannot say it: SQL */
    const char *operator; /* exclude constraints */
};

struct elements {
    const struct element *items;
    size_t count;
};

enum constraint_kind {
    CONSTRAINT_PRIMARY_KEY,
    CONSTRAINT_UNIQUE,
    CONSTRAINT_FOREIGN_KEY,
    CONSTRAINT_CHECK,
    CONSTRAINT_EXCLUDE
};

struct constraint {
    enum constraint_kind kind;
    const char *name;
    struct names columns;
    const char *condition; /* check: SQL */
    /* foreign key */
    const char *referent;
    const char *referent_schema;
    struct names referent_columns; /* empty: the primary key */
    const char *ondelete;
    const char *onupdate;
    const char *match;
    /* exclude */
    struct elements elements;
    const char *using;
    const char *where;
    enum tri deferrable;
    const char *initially; /* "DEFERRED" or "IMMEDIATE" */
    enum tri postgresql_not_valid;
    bool no_inherit;   /* reflected, of a check */
    bool not_enforced; /* reflected, of a check and a foreign key */
    bool temporal; /* reflected: WITHOUT OVERLAPS, in a foreign key PERIOD */
    enum tri postgresql_nulls_not_distinct;
    struct names postgresql_include;
};

/* Options "name = value" whose names are free (storage parameters). */
struct setting {
    const char *name;
    struct value value;
};

struct settings {
    const struct setting *items;
    size_t count;
};

struct index {
    const char *name;
    struct elements elements;
    enum tri unique;
    const char *where; /* SQL, either database */
    const char *postgresql_where;
    const char *sqlite_where;
    const char *postgresql_using;
    const char *postgresql_tablespace;
    struct names postgresql_include;
    struct settings postgresql_ops;
    struct settings postgresql_with;
    enum tri postgresql_concurrently;
    enum tri postgresql_nulls_not_distinct;
    bool invalid; /* reflected: a concurrent build that did not end */
};

struct identity {
    enum tri always;
    struct value start, increment, minvalue, maxvalue, cache; /* integers */
    enum tri cycle;
};

struct computed {
    const char *expression; /* SQL */
    enum tri persisted;
};

struct column {
    const char *name;
    const struct type *type;
    const char *type_text;    /* reflected: the database's own words */
    const char *default_text; /* reflected: the default of a SERIAL, which has
                                 no server_default */
    enum tri nullable;
    bool not_valid; /* reflected: NOT NULL, yet older rows may have NULL */
    struct value server_default; /* VALUE_SQL is raw, others are quoted */
    bool primary_key;
    enum tri unique;
    enum tri index;
    enum tri autoincrement;
    const struct identity *identity;
    const struct computed *computed;
    const char *comment;
    const char *collation;               /* reflected */
    const struct constraint *references; /* a foreign key, columns unset */
    const struct constraint *check;
    /* given by a naming convention, or NULL: of the index, the UNIQUE, the
     * primary key (in its first column) that the column asks for */
    const char *index_name, *unique_name, *key_name;
};

struct table {
    const char *name;
    const char *schema;
    bool view; /* reflected: a view, which has columns only (a materialized
                  one has indexes too) */
    const struct column *columns;
    size_t column_count;
    const struct constraint *constraints;
    size_t constraint_count;
    const struct index *indexes;
    size_t index_count;
    const char *comment;
    struct names prefixes;
    const char *postgresql_partition_by;
    const char *postgresql_tablespace;
    struct names postgresql_inherits;
    struct settings postgresql_with;
    const char *postgresql_using;
    enum tri sqlite_strict;
    enum tri sqlite_with_rowid; /* TRI_FALSE: WITHOUT ROWID */
    enum tri sqlite_autoincrement;
};

#endif
