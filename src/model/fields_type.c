/* The arguments of types, beside the other field tables of fields.c. */
#include "model/fields.h"

#include <limits.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define LENGTH_MAX 1000000000

#define ROW(label, takes, m)                                                   \
    .name = label, .kind = takes, .offset = offsetof(struct type, m)
#define NUMBER(n, label, i, low, high)                                         \
    {                                                                          \
        ROW(label, FIELD_INT, args[i]), .position = n, .min = low, .max = high \
    }
#define VARIANTS                                                               \
    {                                                                          \
        ROW("variants", FIELD_VARIANTS, variants)                              \
    }
#define COLLATION                                                              \
    {                                                                          \
        ROW("collation", FIELD_NAME, collation)                                \
    }
#define SCHEMA                                                                 \
    {                                                                          \
        ROW("schema", FIELD_NAME, schema)                                      \
    }
#define PRECISION                                                              \
    {                                                                          \
        ROW("precision", FIELD_INT, precision), .min = 0, .max = 6             \
    }

static const struct type initial = {
    .args = {INT_MIN, INT_MIN}, .precision = -1, .dimensions = 1};

static const struct field plain_fields[] = {VARIANTS};
static const struct field text_fields[] = {COLLATION, VARIANTS};
static const struct field string_fields[] = {
    NUMBER(1, "length", 0, 1, LENGTH_MAX), COLLATION, VARIANTS};
static const struct field numeric_fields[] = {
    NUMBER(1, "precision", 0, 1, 1000), NUMBER(2, "scale", 1, -1000, 1000),
    VARIANTS};
static const struct field float_fields[] = {NUMBER(1, "precision", 0, 1, 53),
                                            VARIANTS};
static const struct field time_fields[] = {
    {ROW("timezone", FIELD_FLAG, timezone)}, PRECISION, VARIANTS};
static const struct field interval_fields[] = {PRECISION, VARIANTS};
static const struct field enum_fields[] = {
    {ROW("name", FIELD_NAME, name), .position = 1},
    {ROW("values", FIELD_TEXTS, values), .position = 2, .required = true},
    SCHEMA,
    {ROW("create_type", FIELD_TRI, create_type)},
    {ROW("native", FIELD_TRI, native)},
    {ROW("check", FIELD_TRI, check)},
    VARIANTS};
static const struct field array_fields[] = {
    {ROW("item", FIELD_TYPE, item), .position = 1, .required = true},
    {ROW("dimensions", FIELD_INT, dimensions), .min = 1, .max = 6},
    VARIANTS};
static const struct field raw_fields[] = {
    {ROW("text", FIELD_SQL, name), .position = 1, .required = true}, VARIANTS};
static const struct field bit_fields[] = {NUMBER(1, "length", 0, 1, LENGTH_MAX),
                                          {ROW("varying", FIELD_FLAG, varying)},
                                          VARIANTS};
static const struct field domain_fields[] = {
    {ROW("name", FIELD_NAME, name), .position = 1, .required = true},
    SCHEMA,
    VARIANTS};

#define RECORD(label)                                                          \
    static const struct record label##_record = {.name = #label,               \
                                                 .size = sizeof(struct type),  \
                                                 .fields = label##_fields,     \
                                                 .count =                      \
                                                     COUNT(label##_fields),    \
                                                 .initial = &initial}

RECORD(plain);
RECORD(text);
RECORD(string);
RECORD(numeric);
RECORD(float);
RECORD(time);
RECORD(interval);
RECORD(enum);
RECORD(array);
RECORD(raw);
RECORD(bit);
RECORD(domain);

#define PLAIN(kind) [TYPE_##kind] = &plain_record

const struct record *const fields_types[TYPE_COUNT] = {
    PLAIN(INTEGER),
    PLAIN(BIGINTEGER),
    PLAIN(SMALLINTEGER),
    [TYPE_NUMERIC] = &numeric_record,
    [TYPE_FLOAT] = &float_record,
    PLAIN(DOUBLE),
    PLAIN(REAL),
    PLAIN(BOOLEAN),
    [TYPE_STRING] = &string_record,
    [TYPE_CHAR] = &string_record,
    [TYPE_TEXT] = &text_record,
    [TYPE_UNICODE] = &string_record,
    PLAIN(DATE),
    [TYPE_TIME] = &time_record,
    [TYPE_DATETIME] = &time_record,
    [TYPE_TIMESTAMP] = &time_record,
    [TYPE_INTERVAL] = &interval_record,
    PLAIN(BINARY),
    PLAIN(JSON),
    PLAIN(UUID),
    [TYPE_ENUM] = &enum_record,
    [TYPE_ARRAY] = &array_record,
    [TYPE_RAW] = &raw_record,
    PLAIN(JSONB),
    PLAIN(BYTEA),
    [TYPE_CITEXT] = &text_record,
    PLAIN(INET),
    PLAIN(CIDR),
    PLAIN(MACADDR),
    PLAIN(HSTORE),
    PLAIN(TSVECTOR),
    PLAIN(TSQUERY),
    [TYPE_BIT] = &bit_record,
    PLAIN(MONEY),
    PLAIN(OID),
    [TYPE_DOMAIN] = &domain_record,
    PLAIN(INT4RANGE),
    PLAIN(INT8RANGE),
    PLAIN(NUMRANGE),
    PLAIN(DATERANGE),
    PLAIN(TSRANGE),
    PLAIN(TSTZRANGE),
    PLAIN(INT4MULTIRANGE),
    PLAIN(INT8MULTIRANGE),
    PLAIN(NUMMULTIRANGE),
    PLAIN(DATEMULTIRANGE),
    PLAIN(TSMULTIRANGE),
    PLAIN(TSTZMULTIRANGE),
};
