/* What an op is: data, one struct for each function of the `op` API. The
 * field tables in fields.c describe them to marshalling, error messages and
 * documentation; ddl/ turns them into SQL. */
#ifndef MODEL_OP_H
#define MODEL_OP_H

#include "model/schema.h"

#include <stdbool.h>
#include <stddef.h>

enum op_kind {
    OP_CREATE_TABLE,
    OP_DROP_TABLE,
    OP_RENAME_TABLE,
    OP_ADD_COLUMN,
    OP_DROP_COLUMN,
    OP_CREATE_INDEX,
    OP_DROP_INDEX,
    OP_CREATE_TABLE_COMMENT,
    OP_DROP_TABLE_COMMENT,
    OP_VALIDATE_CONSTRAINT,
    OP_ALTER_COLUMN,
    OP_CREATE_PRIMARY_KEY,
    OP_CREATE_UNIQUE_CONSTRAINT,
    OP_CREATE_CHECK_CONSTRAINT,
    OP_CREATE_FOREIGN_KEY,
    OP_CREATE_EXCLUDE_CONSTRAINT,
    OP_DROP_CONSTRAINT,
    OP_RENAME_CONSTRAINT,
    OP_BATCH_ALTER_TABLE,
    OP_CREATE_ENUM,
    OP_DROP_ENUM,
    OP_ADD_ENUM_VALUE,
    OP_RENAME_ENUM_VALUE,
    OP_ALTER_ENUM,
    OP_CREATE_SEQUENCE,
    OP_DROP_SEQUENCE,
    OP_CREATE_VIEW,
    OP_DROP_VIEW,
    OP_RENAME_INDEX,
    OP_CREATE_SCHEMA,
    OP_DROP_SCHEMA,
    OP_CREATE_EXTENSION,
    OP_DROP_EXTENSION,
    OP_COUNT
};

struct op_create_table {
    struct table table;
    enum tri if_not_exists;
};

struct op_drop_table {
    const char *name;
    const char *schema;
    enum tri if_exists;
    enum tri cascade;
};

struct op_rename_table {
    const char *old_name;
    const char *new_name;
    const char *schema;
};

struct op_add_column {
    const char *table;
    struct column column;
    const char *schema;
    enum tri if_not_exists;
    const char *insert_before; /* in a batch: an existing column */
    const char *insert_after;
};

struct op_drop_column {
    const char *table;
    const char *name;
    const char *schema;
    enum tri if_exists;
    enum tri cascade;
};

struct op_create_index {
    const char *table;
    struct index index;
    const char *schema;
    enum tri if_not_exists;
};

struct op_drop_index {
    const char *name;
    const char *table; /* may be NULL */
    const char *schema;
    enum tri if_exists;
    enum tri cascade;
    enum tri postgresql_concurrently;
};

struct op_create_table_comment {
    const char *table;
    const char *comment;
    const char *schema;
};

struct op_drop_table_comment {
    const char *table;
    const char *schema;
};

struct op_validate_constraint {
    const char *name;
    const char *table;
    const char *schema;
};

/* Of a value, VALUE_ABSENT leaves it as it is and VALUE_NULL removes it.
 * `existing_*` is for the reader and for reversal. */
struct op_alter_column {
    const char *table;
    const char *name;
    const char *schema;
    const char *new_column_name;
    const struct type *type;
    enum tri nullable;
    struct value server_default;
    struct value comment;
    enum tri autoincrement;
    const struct identity *identity; /* fields_no_identity removes it */
    const char *postgresql_using;
    const struct type *existing_type;
    enum tri existing_nullable;
    struct value existing_server_default;
    struct value existing_comment;
    enum tri existing_autoincrement;
    const struct identity *existing_identity;
    const char *insert_before; /* in a batch */
    const char *insert_after;
};

/* create_primary_key, create_unique_constraint, create_check_constraint,
 * create_foreign_key, create_exclude_constraint. */
struct op_create_constraint {
    const char *table;
    const char *schema;
    struct constraint constraint;
};

struct op_drop_constraint {
    const char *name; /* or NULL: found by kind and columns */
    const char *table;
    const char *schema;
    struct names columns;
    const char *type; /* a word of op-api.md, or NULL */
    enum tri if_exists;
    enum tri cascade;
};

struct op_rename_constraint {
    const char *table;
    const char *schema;
    const char *old_name;
    const char *new_name;
};

/* Lists of names that shall stand in this order. */
struct orders {
    const struct names *items;
    size_t count;
};

/* Several changes of one table, made together. */
struct op;
struct op_batch_alter_table {
    const char *table;
    const char *schema;
    const char *recreate;   /* "auto" (NULL), "always", "never" */
    struct table copy_from; /* no columns: the table as it is */
    struct table table_args;
    struct settings table_kwargs;
    struct settings naming_convention;
    struct orders partial_reordering;
    struct table reflect_args;
    const struct op *ops;
    size_t op_count;
};

/* Enum types, which SQLite has not. `checkfirst`: only when it is missing, or
 * there. */
struct op_create_enum {
    const char *name;
    const char *schema;
    struct names values;
    enum tri checkfirst;
};

struct op_drop_enum {
    const char *name;
    const char *schema;
    enum tri checkfirst;
};

struct op_add_enum_value {
    const char *name;
    const char *schema;
    const char *value;
    const char *before; /* a value that is there; neither: at the end */
    const char *after;
    enum tri if_not_exists;
};

struct op_rename_enum_value {
    const char *name;
    const char *schema;
    const char *old_value;
    const char *new_value;
};

/* The list of values replaced. */
struct op_alter_enum {
    const char *name;
    const char *schema;
    struct names values;
    struct settings rename; /* old value to new, a text */
    struct orders columns;  /* { [schema,] table, column } each; none: all */
};

struct op_create_sequence {
    const char *name;
    const char *schema;
    struct identity options; /* without `always` */
    const struct type *data_type;
    enum tri if_not_exists;
};

struct op_drop_sequence {
    const char *name;
    const char *schema;
    enum tri if_exists;
    enum tri cascade;
};

struct op_create_view {
    const char *name;
    const char *schema;
    const char *query; /* SQL */
    enum tri materialized;
    enum tri replace;
    enum tri if_not_exists;
};

struct op_drop_view {
    const char *name;
    const char *schema;
    enum tri materialized;
    enum tri if_exists;
    enum tri cascade;
};

struct op_rename_index {
    const char *old_name;
    const char *new_name;
    const char *schema;
    enum tri if_exists;
};

struct op_create_schema {
    const char *name;
    enum tri if_not_exists;
};

struct op_drop_schema {
    const char *name;
    enum tri if_exists;
    enum tri cascade;
};

struct op_create_extension {
    const char *name;
    const char *schema;
    enum tri if_not_exists;
    enum tri cascade;
};

struct op_drop_extension {
    const char *name;
    enum tri if_exists;
    enum tri cascade;
};

/* Every struct of the union stands at the same place. */
struct op {
    enum op_kind kind;
    union {
        struct op_create_table create_table;
        struct op_drop_table drop_table;
        struct op_rename_table rename_table;
        struct op_add_column add_column;
        struct op_drop_column drop_column;
        struct op_create_index create_index;
        struct op_drop_index drop_index;
        struct op_create_table_comment create_table_comment;
        struct op_drop_table_comment drop_table_comment;
        struct op_validate_constraint validate_constraint;
        struct op_alter_column alter_column;
        struct op_create_constraint create_constraint;
        struct op_drop_constraint drop_constraint;
        struct op_rename_constraint rename_constraint;
        struct op_batch_alter_table batch_alter_table;
        struct op_create_enum create_enum;
        struct op_drop_enum drop_enum;
        struct op_add_enum_value add_enum_value;
        struct op_rename_enum_value rename_enum_value;
        struct op_alter_enum alter_enum;
        struct op_create_sequence create_sequence;
        struct op_drop_sequence drop_sequence;
        struct op_create_view create_view;
        struct op_drop_view drop_view;
        struct op_rename_index rename_index;
        struct op_create_schema create_schema;
        struct op_drop_schema drop_schema;
        struct op_create_extension create_extension;
        struct op_drop_extension drop_extension;
    };
};

#endif
