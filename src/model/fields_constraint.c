/* The fields of the ops on constraints. */
#include "model/fields_rows.h"

/* The constraint's own options, inside struct op_create_constraint. */
#define ADDED(label, type, m) ROW(label, type, struct op_create_constraint, m)
#define ADDED_HEAD                                                             \
    {ADDED("name", FIELD_NAME, constraint.name), .position = 1},               \
    {                                                                          \
        ADDED("table", FIELD_NAME, table), .position = 2, .required = true     \
    }
#define ADDED_DEFERRABLE                                                       \
    {ADDED("deferrable", FIELD_TRI, constraint.deferrable)},                   \
    {                                                                          \
        ADDED("initially", FIELD_CHOICE, constraint.initially),                \
            .words = fields_column_timings                                     \
    }

static const struct op_create_constraint create_primary_key_initial = {
    .constraint.kind = CONSTRAINT_PRIMARY_KEY};
static const struct op_create_constraint create_unique_constraint_initial = {
    .constraint.kind = CONSTRAINT_UNIQUE};
static const struct op_create_constraint create_check_constraint_initial = {
    .constraint.kind = CONSTRAINT_CHECK};
static const struct op_create_constraint create_foreign_key_initial = {
    .constraint.kind = CONSTRAINT_FOREIGN_KEY};
static const struct op_create_constraint create_exclude_constraint_initial = {
    .constraint.kind = CONSTRAINT_EXCLUDE};

static const struct field create_primary_key_fields[] = {
    ADDED_HEAD,
    {ADDED("columns", FIELD_NAMES, constraint.columns), .position = 3,
     .required = true},
    {ADDED("schema", FIELD_NAME, schema)},
    ADDED_DEFERRABLE,
    {ADDED("postgresql_include", FIELD_NAMES, constraint.postgresql_include)},
};

static const struct field create_unique_constraint_fields[] = {
    ADDED_HEAD,
    {ADDED("columns", FIELD_NAMES, constraint.columns), .position = 3,
     .required = true},
    {ADDED("schema", FIELD_NAME, schema)},
    ADDED_DEFERRABLE,
    {ADDED("postgresql_include", FIELD_NAMES, constraint.postgresql_include)},
    {ADDED("postgresql_nulls_not_distinct", FIELD_TRI,
           constraint.postgresql_nulls_not_distinct)},
};

static const struct field create_check_constraint_fields[] = {
    ADDED_HEAD,
    {ADDED("condition", FIELD_SQL, constraint.condition), .position = 3,
     .required = true},
    {ADDED("schema", FIELD_NAME, schema)},
    {ADDED("postgresql_not_valid", FIELD_TRI, constraint.postgresql_not_valid)},
};

static const struct field create_foreign_key_fields[] = {
    {ADDED("name", FIELD_NAME, constraint.name), .position = 1},
    {ADDED("source", FIELD_NAME, table), .position = 2, .required = true},
    {ADDED("referent", FIELD_NAME, constraint.referent), .position = 3,
     .required = true},
    {ADDED("local_cols", FIELD_NAMES, constraint.columns), .position = 4,
     .required = true},
    {ADDED("remote_cols", FIELD_NAMES, constraint.referent_columns),
     .position = 5, .required = true},
    {ADDED("ondelete", FIELD_ACTION, constraint.ondelete),
     .words = fields_column_actions},
    {ADDED("onupdate", FIELD_ACTION, constraint.onupdate),
     .words = fields_column_actions},
    {ADDED("match", FIELD_CHOICE, constraint.match),
     .words = fields_column_matches},
    ADDED_DEFERRABLE,
    {ADDED("schema", FIELD_NAME, schema)},
    {ADDED("source_schema", FIELD_NAME, schema)},
    {ADDED("referent_schema", FIELD_NAME, constraint.referent_schema)},
    {ADDED("postgresql_not_valid", FIELD_TRI, constraint.postgresql_not_valid)},
};

static const struct field create_exclude_constraint_fields[] = {
    ADDED_HEAD,
    {ADDED("elements", FIELD_EXCLUDES, constraint.elements), .position = 3,
     .required = true},
    {ADDED("using", FIELD_NAME, constraint.using)},
    {ADDED("where", FIELD_SQL, constraint.where)},
    ADDED_DEFERRABLE,
    {ADDED("schema", FIELD_NAME, schema)},
};

static const char *const constraint_types[] = {
    "foreignkey", "primary", "unique", "check", "exclude", NULL};

static const struct field drop_constraint_fields[] = {
    {MAYBE(1, "name", FIELD_NAME, struct op_drop_constraint, name)},
    {POSITION(2, "table", FIELD_NAME, struct op_drop_constraint, table)},
    {OPTION("schema", FIELD_NAME, struct op_drop_constraint, schema)},
    {OPTION("columns", FIELD_NAMES, struct op_drop_constraint, columns)},
    {OPTION("type", FIELD_CHOICE, struct op_drop_constraint, type),
     .words = constraint_types},
    {OPTION("if_exists", FIELD_TRI, struct op_drop_constraint, if_exists)},
    {OPTION("cascade", FIELD_TRI, struct op_drop_constraint, cascade)},
};

static const struct field validate_constraint_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_validate_constraint, name)},
    {POSITION(2, "table", FIELD_NAME, struct op_validate_constraint, table)},
    {OPTION("schema", FIELD_NAME, struct op_validate_constraint, schema)},
};

static const struct field rename_constraint_fields[] = {
    {POSITION(1, "table", FIELD_NAME, struct op_rename_constraint, table)},
    {POSITION(2, "old", FIELD_NAME, struct op_rename_constraint, old_name)},
    {POSITION(3, "new", FIELD_NAME, struct op_rename_constraint, new_name)},
    {OPTION("schema", FIELD_NAME, struct op_rename_constraint, schema)},
};

#define CREATE(name)                                                           \
    const struct record fields_constraint_##name = RECORD_FROM(                \
        #name, struct op_create_constraint, name##_fields, name##_initial)

CREATE(create_primary_key);
CREATE(create_unique_constraint);
CREATE(create_check_constraint);
CREATE(create_foreign_key);
CREATE(create_exclude_constraint);
FIELDS_OP(constraint, drop_constraint);
FIELDS_OP(constraint, rename_constraint);
FIELDS_OP(constraint, validate_constraint);
