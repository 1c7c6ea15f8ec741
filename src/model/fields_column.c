/* The fields of what stands inside a table: constraints, indexes, columns. */
#include "model/fields_rows.h"

const char *const fields_column_actions[] = {
    "CASCADE", "RESTRICT", "SET NULL", "SET DEFAULT", "NO ACTION", NULL};
const char *const fields_column_matches[] = {"FULL", "PARTIAL", "SIMPLE", NULL};
const char *const fields_column_timings[] = {"DEFERRED", "IMMEDIATE", NULL};

/* Constraints */

static const struct constraint primary_key_initial = {
    .kind = CONSTRAINT_PRIMARY_KEY};
static const struct constraint unique_initial = {.kind = CONSTRAINT_UNIQUE};
static const struct constraint foreign_key_initial = {
    .kind = CONSTRAINT_FOREIGN_KEY};
static const struct constraint check_initial = {.kind = CONSTRAINT_CHECK};
static const struct constraint exclude_initial = {.kind = CONSTRAINT_EXCLUDE};

#define DEFERRABLE_OPTIONS                                                     \
    {OPTION("deferrable", FIELD_TRI, struct constraint, deferrable)},          \
    {                                                                          \
        OPTION("initially", FIELD_CHOICE, struct constraint, initially),       \
            .words = fields_column_timings                                     \
    }

#define FOREIGN_KEY_OPTIONS                                                    \
    {OPTION("name", FIELD_NAME, struct constraint, name)},                     \
        {OPTION("ondelete", FIELD_ACTION, struct constraint, ondelete),        \
         .words = fields_column_actions},                                      \
        {OPTION("onupdate", FIELD_ACTION, struct constraint, onupdate),        \
         .words = fields_column_actions},                                      \
        {OPTION("match", FIELD_CHOICE, struct constraint, match),              \
         .words = fields_column_matches},                                      \
        DEFERRABLE_OPTIONS,                                                    \
        {OPTION("referent_schema", FIELD_NAME, struct constraint,              \
                referent_schema)},                                             \
    {                                                                          \
        OPTION("postgresql_not_valid", FIELD_TRI, struct constraint,           \
               postgresql_not_valid)                                           \
    }

static const struct field primary_key_fields[] = {
    {POSITION(1, "columns", FIELD_NAMES, struct constraint, columns)},
    {OPTION("name", FIELD_NAME, struct constraint, name)},
    DEFERRABLE_OPTIONS,
    {OPTION("postgresql_include", FIELD_NAMES, struct constraint,
            postgresql_include)},
};

static const struct field unique_fields[] = {
    {POSITION(1, "columns", FIELD_NAMES, struct constraint, columns)},
    {OPTION("name", FIELD_NAME, struct constraint, name)},
    DEFERRABLE_OPTIONS,
    {OPTION("postgresql_include", FIELD_NAMES, struct constraint,
            postgresql_include)},
    {OPTION("postgresql_nulls_not_distinct", FIELD_TRI, struct constraint,
            postgresql_nulls_not_distinct)},
};

static const struct field foreign_key_fields[] = {
    {POSITION(1, "columns", FIELD_NAMES, struct constraint, columns)},
    {POSITION(2, "referent", FIELD_NAME, struct constraint, referent)},
    {POSITION(3, "referent_columns", FIELD_NAMES, struct constraint,
              referent_columns)},
    FOREIGN_KEY_OPTIONS,
};

static const struct field references_fields[] = {
    {POSITION(1, "referent", FIELD_NAME, struct constraint, referent)},
    {MAYBE(2, "referent_column", FIELD_ONE_NAME, struct constraint,
           referent_columns)},
    FOREIGN_KEY_OPTIONS,
};

static const struct field check_fields[] = {
    {POSITION(1, "condition", FIELD_SQL, struct constraint, condition)},
    {OPTION("name", FIELD_NAME, struct constraint, name)},
};

static const struct field exclude_fields[] = {
    {POSITION(1, "elements", FIELD_EXCLUDES, struct constraint, elements)},
    {OPTION("name", FIELD_NAME, struct constraint, name)},
    {OPTION("using", FIELD_NAME, struct constraint, using)},
    {OPTION("where", FIELD_SQL, struct constraint, where)},
    DEFERRABLE_OPTIONS,
};

static const struct record primary_key = RECORD_FROM(
    "primary_key", struct constraint, primary_key_fields, primary_key_initial);
static const struct record unique =
    RECORD_FROM("unique", struct constraint, unique_fields, unique_initial);
static const struct record foreign_key = RECORD_FROM(
    "foreign_key", struct constraint, foreign_key_fields, foreign_key_initial);
static const struct record references = RECORD_FROM(
    "references", struct constraint, references_fields, foreign_key_initial);
static const struct record check =
    RECORD_FROM("check", struct constraint, check_fields, check_initial);
static const struct record exclude =
    RECORD_FROM("exclude", struct constraint, exclude_fields, exclude_initial);

/* Indexes: the constructor and create_index share their options. */

static const struct field index_fields[] = {
    {POSITION(1, "columns", FIELD_ELEMENTS, struct index, elements)},
    {OPTION("name", FIELD_NAME, struct index, name)},
    INDEX_OPTIONS(struct index, ),
};

static const struct record index_record =
    RECORD("index", struct index, index_fields);

const struct fields_item fields_items[FIELDS_ITEM_COUNT] = {
    {&primary_key, false}, {&unique, false},  {&foreign_key, false},
    {&check, false},       {&exclude, false}, {&index_record, true},
};

/* Columns */

#define DEFAULT_HINT                                                           \
    "there are no defaults on the client's side; write server_default"

static const struct field identity_fields[] = {
    {OPTION("always", FIELD_TRI, struct identity, always)},
    {OPTION("start", FIELD_INTEGER, struct identity, start)},
    {OPTION("increment", FIELD_INTEGER, struct identity, increment)},
    {OPTION("minvalue", FIELD_INTEGER, struct identity, minvalue)},
    {OPTION("maxvalue", FIELD_INTEGER, struct identity, maxvalue)},
    {OPTION("cache", FIELD_INTEGER, struct identity, cache)},
    {OPTION("cycle", FIELD_TRI, struct identity, cycle)},
};
const struct identity fields_no_identity = {.always = TRI_UNSET};

const struct record fields_column_identity =
    RECORD("identity", struct identity, identity_fields);

static const struct field computed_fields[] = {
    {POSITION(1, "expression", FIELD_SQL, struct computed, expression)},
    {OPTION("persisted", FIELD_TRI, struct computed, persisted)},
};
static const struct record computed =
    RECORD("computed", struct computed, computed_fields);

static const struct field column_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct column, name)},
    {POSITION(2, "type", FIELD_TYPE, struct column, type)},
    {OPTION("nullable", FIELD_TRI, struct column, nullable)},
    {OPTION("server_default", FIELD_VALUE, struct column, server_default)},
    {OPTION("primary_key", FIELD_FLAG, struct column, primary_key)},
    {OPTION("unique", FIELD_TRI, struct column, unique)},
    {OPTION("index", FIELD_TRI, struct column, index)},
    {OPTION("autoincrement", FIELD_TRI, struct column, autoincrement)},
    {OPTION("identity", FIELD_RECORD, struct column, identity),
     .record = &fields_column_identity},
    {OPTION("computed", FIELD_RECORD, struct column, computed),
     .record = &computed, .shorthand = true},
    {OPTION("comment", FIELD_TEXT, struct column, comment)},
    {OPTION("references", FIELD_RECORD, struct column, references),
     .record = &references},
    {OPTION("check", FIELD_RECORD, struct column, check), .record = &check,
     .shorthand = true},
    {.name = "default", .kind = FIELD_REFUSED, .hint = DEFAULT_HINT},
};

const struct record fields_column =
    RECORD("column", struct column, column_fields);
