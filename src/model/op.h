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
    };
};

#endif
