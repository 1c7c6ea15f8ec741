/* The fields of the ops on tables, columns, indexes and table comments. */
#include "model/fields_rows.h"

static const struct field create_table_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_create_table, table.name)},
    {POSITION(2, "columns", FIELD_ITEMS, struct op_create_table, table)},
    {OPTION("schema", FIELD_NAME, struct op_create_table, table.schema)},
    {OPTION("if_not_exists", FIELD_TRI, struct op_create_table, if_not_exists)},
    {OPTION("comment", FIELD_TEXT, struct op_create_table, table.comment)},
    {OPTION("prefixes", FIELD_WORDS, struct op_create_table, table.prefixes)},
    {OPTION("postgresql_partition_by", FIELD_SQL, struct op_create_table,
            table.postgresql_partition_by)},
    {OPTION("postgresql_tablespace", FIELD_NAME, struct op_create_table,
            table.postgresql_tablespace)},
    {OPTION("postgresql_inherits", FIELD_ONE_NAME, struct op_create_table,
            table.postgresql_inherits)},
    {OPTION("postgresql_with", FIELD_SETTINGS, struct op_create_table,
            table.postgresql_with)},
    {OPTION("postgresql_using", FIELD_NAME, struct op_create_table,
            table.postgresql_using)},
    {OPTION("sqlite_strict", FIELD_TRI, struct op_create_table,
            table.sqlite_strict)},
    {OPTION("sqlite_with_rowid", FIELD_TRI, struct op_create_table,
            table.sqlite_with_rowid)},
    {OPTION("sqlite_autoincrement", FIELD_TRI, struct op_create_table,
            table.sqlite_autoincrement)},
};

static const struct field drop_table_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_drop_table, name)},
    {OPTION("schema", FIELD_NAME, struct op_drop_table, schema)},
    {OPTION("if_exists", FIELD_TRI, struct op_drop_table, if_exists)},
    {OPTION("cascade", FIELD_TRI, struct op_drop_table, cascade)},
};

static const struct field rename_table_fields[] = {
    {POSITION(1, "old", FIELD_NAME, struct op_rename_table, old_name)},
    {POSITION(2, "new", FIELD_NAME, struct op_rename_table, new_name)},
    {OPTION("schema", FIELD_NAME, struct op_rename_table, schema)},
};

static const struct field add_column_fields[] = {
    {POSITION(1, "table", FIELD_NAME, struct op_add_column, table)},
    {POSITION(2, "column", FIELD_EMBEDDED, struct op_add_column, column),
     .record = &fields_column},
    {OPTION("schema", FIELD_NAME, struct op_add_column, schema)},
    {OPTION("if_not_exists", FIELD_TRI, struct op_add_column, if_not_exists)},
    {OPTION("insert_before", FIELD_NAME, struct op_add_column, insert_before)},
    {OPTION("insert_after", FIELD_NAME, struct op_add_column, insert_after)},
};

static const struct field drop_column_fields[] = {
    {POSITION(1, "table", FIELD_NAME, struct op_drop_column, table)},
    {POSITION(2, "name", FIELD_NAME, struct op_drop_column, name)},
    {OPTION("schema", FIELD_NAME, struct op_drop_column, schema)},
    {OPTION("if_exists", FIELD_TRI, struct op_drop_column, if_exists)},
    {OPTION("cascade", FIELD_TRI, struct op_drop_column, cascade)},
};

static const struct field create_index_fields[] = {
    {MAYBE(1, "name", FIELD_NAME, struct op_create_index, index.name)},
    {POSITION(2, "table", FIELD_NAME, struct op_create_index, table)},
    {POSITION(3, "columns", FIELD_ELEMENTS, struct op_create_index,
              index.elements)},
    {OPTION("schema", FIELD_NAME, struct op_create_index, schema)},
    {OPTION("if_not_exists", FIELD_TRI, struct op_create_index, if_not_exists)},
    INDEX_OPTIONS(struct op_create_index, index.),
};

static const struct field drop_index_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_drop_index, name)},
    {MAYBE(2, "table", FIELD_NAME, struct op_drop_index, table)},
    {OPTION("schema", FIELD_NAME, struct op_drop_index, schema)},
    {OPTION("if_exists", FIELD_TRI, struct op_drop_index, if_exists)},
    {OPTION("cascade", FIELD_TRI, struct op_drop_index, cascade)},
    {OPTION("postgresql_concurrently", FIELD_TRI, struct op_drop_index,
            postgresql_concurrently)},
};

static const struct field create_table_comment_fields[] = {
    {POSITION(1, "table", FIELD_NAME, struct op_create_table_comment, table)},
    {POSITION(2, "text", FIELD_TEXT, struct op_create_table_comment, comment)},
    {OPTION("schema", FIELD_NAME, struct op_create_table_comment, schema)},
};

static const struct field drop_table_comment_fields[] = {
    {POSITION(1, "table", FIELD_NAME, struct op_drop_table_comment, table)},
    {OPTION("schema", FIELD_NAME, struct op_drop_table_comment, schema)},
};

#define ALTER(label, type, m) ROW(label, type, struct op_alter_column, m)

static const struct field alter_column_fields[] = {
    {POSITION(1, "table", FIELD_NAME, struct op_alter_column, table)},
    {POSITION(2, "name", FIELD_NAME, struct op_alter_column, name)},
    {ALTER("schema", FIELD_NAME, schema)},
    {ALTER("new_column_name", FIELD_NAME, new_column_name)},
    {ALTER("type", FIELD_TYPE, type)},
    {ALTER("nullable", FIELD_TRI, nullable)},
    {ALTER("server_default", FIELD_VALUE, server_default)},
    {ALTER("comment", FIELD_VALUE, comment)},
    {ALTER("autoincrement", FIELD_TRI, autoincrement)},
    {ALTER("identity", FIELD_RECORD, identity),
     .record = &fields_column_identity, .null = &fields_no_identity},
    {ALTER("postgresql_using", FIELD_SQL, postgresql_using)},
    {ALTER("existing_type", FIELD_TYPE, existing_type)},
    {ALTER("existing_nullable", FIELD_TRI, existing_nullable)},
    {ALTER("existing_server_default", FIELD_VALUE, existing_server_default)},
    {ALTER("existing_comment", FIELD_VALUE, existing_comment)},
    {ALTER("existing_autoincrement", FIELD_TRI, existing_autoincrement)},
    {ALTER("existing_identity", FIELD_RECORD, existing_identity),
     .record = &fields_column_identity, .null = &fields_no_identity},
    {ALTER("insert_before", FIELD_NAME, insert_before)},
    {ALTER("insert_after", FIELD_NAME, insert_after)},
};

static const char *const recreations[] = {"auto", "always", "never", NULL};

#define BATCH(label, type, m) ROW(label, type, struct op_batch_alter_table, m)

static const struct field batch_alter_table_fields[] = {
    {POSITION(1, "table", FIELD_NAME, struct op_batch_alter_table, table)},
    {BATCH("schema", FIELD_NAME, schema)},
    {BATCH("recreate", FIELD_CHOICE, recreate), .words = recreations},
    {BATCH("copy_from", FIELD_ITEMS, copy_from)},
    {BATCH("table_args", FIELD_ITEMS, table_args)},
    {BATCH("table_kwargs", FIELD_SETTINGS, table_kwargs)},
    {BATCH("naming_convention", FIELD_SETTINGS, naming_convention)},
    {BATCH("partial_reordering", FIELD_ORDERS, partial_reordering)},
    {BATCH("reflect_args", FIELD_ITEMS, reflect_args)},
};

FIELDS_OP(table, create_table);
FIELDS_OP(table, drop_table);
FIELDS_OP(table, rename_table);
FIELDS_OP(table, add_column);
FIELDS_OP(table, drop_column);
FIELDS_OP(table, create_index);
FIELDS_OP(table, drop_index);
FIELDS_OP(table, create_table_comment);
FIELDS_OP(table, drop_table_comment);
FIELDS_OP(table, alter_column);
FIELDS_OP(table, batch_alter_table);
