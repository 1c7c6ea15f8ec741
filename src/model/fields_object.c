/* The fields of the ops on what is no table: enum types, sequences, views,
 * schemas, extensions, and the name of an index. */
#include "model/fields_rows.h"

static const struct field create_enum_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_create_enum, name)},
    {POSITION(2, "values", FIELD_TEXTS, struct op_create_enum, values)},
    {OPTION("schema", FIELD_NAME, struct op_create_enum, schema)},
    {OPTION("checkfirst", FIELD_TRI, struct op_create_enum, checkfirst)},
};

static const struct field drop_enum_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_drop_enum, name)},
    {OPTION("schema", FIELD_NAME, struct op_drop_enum, schema)},
    {OPTION("checkfirst", FIELD_TRI, struct op_drop_enum, checkfirst)},
};

static const struct field add_enum_value_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_add_enum_value, name)},
    {POSITION(2, "value", FIELD_TEXT, struct op_add_enum_value, value)},
    {OPTION("schema", FIELD_NAME, struct op_add_enum_value, schema)},
    {OPTION("before", FIELD_TEXT, struct op_add_enum_value, before)},
    {OPTION("after", FIELD_TEXT, struct op_add_enum_value, after)},
    {OPTION("if_not_exists", FIELD_TRI, struct op_add_enum_value,
            if_not_exists)},
};

static const struct field rename_enum_value_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_rename_enum_value, name)},
    {POSITION(2, "old", FIELD_TEXT, struct op_rename_enum_value, old_value)},
    {POSITION(3, "new", FIELD_TEXT, struct op_rename_enum_value, new_value)},
    {OPTION("schema", FIELD_NAME, struct op_rename_enum_value, schema)},
};

static const struct field alter_enum_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_alter_enum, name)},
    {POSITION(2, "values", FIELD_TEXTS, struct op_alter_enum, values)},
    {OPTION("schema", FIELD_NAME, struct op_alter_enum, schema)},
    {OPTION("rename", FIELD_SETTINGS, struct op_alter_enum, rename)},
    {OPTION("columns", FIELD_ORDERS, struct op_alter_enum, columns), .min = 2,
     .max = 3},
};

static const struct field create_sequence_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_create_sequence, name)},
    {OPTION("schema", FIELD_NAME, struct op_create_sequence, schema)},
    {OPTION("if_not_exists", FIELD_TRI, struct op_create_sequence,
            if_not_exists)},
    {OPTION("start", FIELD_INTEGER, struct op_create_sequence, options.start)},
    {OPTION("increment", FIELD_INTEGER, struct op_create_sequence,
            options.increment)},
    {OPTION("minvalue", FIELD_INTEGER, struct op_create_sequence,
            options.minvalue)},
    {OPTION("maxvalue", FIELD_INTEGER, struct op_create_sequence,
            options.maxvalue)},
    {OPTION("cache", FIELD_INTEGER, struct op_create_sequence, options.cache)},
    {OPTION("cycle", FIELD_TRI, struct op_create_sequence, options.cycle)},
    {OPTION("data_type", FIELD_TYPE, struct op_create_sequence, data_type)},
};

static const struct field drop_sequence_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_drop_sequence, name)},
    {OPTION("schema", FIELD_NAME, struct op_drop_sequence, schema)},
    {OPTION("if_exists", FIELD_TRI, struct op_drop_sequence, if_exists)},
    {OPTION("cascade", FIELD_TRI, struct op_drop_sequence, cascade)},
};

static const struct field create_view_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_create_view, name)},
    {POSITION(2, "query", FIELD_SQL, struct op_create_view, query)},
    {OPTION("schema", FIELD_NAME, struct op_create_view, schema)},
    {OPTION("if_not_exists", FIELD_TRI, struct op_create_view, if_not_exists)},
    {OPTION("replace", FIELD_TRI, struct op_create_view, replace)},
    {OPTION("materialized", FIELD_TRI, struct op_create_view, materialized)},
};

static const struct field drop_view_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_drop_view, name)},
    {OPTION("schema", FIELD_NAME, struct op_drop_view, schema)},
    {OPTION("if_exists", FIELD_TRI, struct op_drop_view, if_exists)},
    {OPTION("cascade", FIELD_TRI, struct op_drop_view, cascade)},
    {OPTION("materialized", FIELD_TRI, struct op_drop_view, materialized)},
};

static const struct field rename_index_fields[] = {
    {POSITION(1, "old", FIELD_NAME, struct op_rename_index, old_name)},
    {POSITION(2, "new", FIELD_NAME, struct op_rename_index, new_name)},
    {OPTION("schema", FIELD_NAME, struct op_rename_index, schema)},
    {OPTION("if_exists", FIELD_TRI, struct op_rename_index, if_exists)},
};

static const struct field create_schema_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_create_schema, name)},
    {OPTION("if_not_exists", FIELD_TRI, struct op_create_schema,
            if_not_exists)},
};

static const struct field drop_schema_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_drop_schema, name)},
    {OPTION("if_exists", FIELD_TRI, struct op_drop_schema, if_exists)},
    {OPTION("cascade", FIELD_TRI, struct op_drop_schema, cascade)},
};

static const struct field create_extension_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_create_extension, name)},
    {OPTION("schema", FIELD_NAME, struct op_create_extension, schema)},
    {OPTION("if_not_exists", FIELD_TRI, struct op_create_extension,
            if_not_exists)},
    {OPTION("cascade", FIELD_TRI, struct op_create_extension, cascade)},
};

static const struct field drop_extension_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_drop_extension, name)},
    {OPTION("if_exists", FIELD_TRI, struct op_drop_extension, if_exists)},
    {OPTION("cascade", FIELD_TRI, struct op_drop_extension, cascade)},
};

FIELDS_OP(object, create_enum);
FIELDS_OP(object, drop_enum);
FIELDS_OP(object, add_enum_value);
FIELDS_OP(object, rename_enum_value);
FIELDS_OP(object, alter_enum);
FIELDS_OP(object, create_sequence);
FIELDS_OP(object, drop_sequence);
FIELDS_OP(object, create_view);
FIELDS_OP(object, drop_view);
FIELDS_OP(object, rename_index);
FIELDS_OP(object, create_schema);
FIELDS_OP(object, drop_schema);
FIELDS_OP(object, create_extension);
FIELDS_OP(object, drop_extension);
