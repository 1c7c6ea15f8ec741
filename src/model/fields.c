#include "model/fields.h"

#include "base/str.h"

#include <string.h>

enum { SUGGEST_MAX = 64 };

/* Each op, and the file of its fields: fields_<file>.c. */
#define OPS(X)                                                                 \
    X(CREATE_TABLE, table, create_table)                                       \
    X(DROP_TABLE, table, drop_table)                                           \
    X(RENAME_TABLE, table, rename_table)                                       \
    X(ADD_COLUMN, table, add_column)                                           \
    X(DROP_COLUMN, table, drop_column)                                         \
    X(CREATE_INDEX, table, create_index)                                       \
    X(DROP_INDEX, table, drop_index)                                           \
    X(CREATE_TABLE_COMMENT, table, create_table_comment)                       \
    X(DROP_TABLE_COMMENT, table, drop_table_comment)                           \
    X(VALIDATE_CONSTRAINT, constraint, validate_constraint)                    \
    X(ALTER_COLUMN, table, alter_column)                                       \
    X(CREATE_PRIMARY_KEY, constraint, create_primary_key)                      \
    X(CREATE_UNIQUE_CONSTRAINT, constraint, create_unique_constraint)          \
    X(CREATE_CHECK_CONSTRAINT, constraint, create_check_constraint)            \
    X(CREATE_FOREIGN_KEY, constraint, create_foreign_key)                      \
    X(CREATE_EXCLUDE_CONSTRAINT, constraint, create_exclude_constraint)        \
    X(DROP_CONSTRAINT, constraint, drop_constraint)                            \
    X(RENAME_CONSTRAINT, constraint, rename_constraint)                        \
    X(BATCH_ALTER_TABLE, table, batch_alter_table)                             \
    X(CREATE_ENUM, object, create_enum)                                        \
    X(DROP_ENUM, object, drop_enum)                                            \
    X(ADD_ENUM_VALUE, object, add_enum_value)                                  \
    X(RENAME_ENUM_VALUE, object, rename_enum_value)                            \
    X(ALTER_ENUM, object, alter_enum)                                          \
    X(CREATE_SEQUENCE, object, create_sequence)                                \
    X(DROP_SEQUENCE, object, drop_sequence)                                    \
    X(CREATE_VIEW, object, create_view)                                        \
    X(DROP_VIEW, object, drop_view)                                            \
    X(RENAME_INDEX, object, rename_index)                                      \
    X(CREATE_SCHEMA, object, create_schema)                                    \
    X(DROP_SCHEMA, object, drop_schema)                                        \
    X(CREATE_EXTENSION, object, create_extension)                              \
    X(DROP_EXTENSION, object, drop_extension)

#define DECLARE(kind, file, name)                                              \
    extern const struct record fields_##file##_##name;
OPS(DECLARE)
#undef DECLARE

#define ENTRY(kind, file, name) [OP_##kind] = &fields_##file##_##name,
const struct record *const fields_ops[OP_COUNT] = {OPS(ENTRY)};
#undef ENTRY

const struct field *fields_position(const struct record *record, int position)
{
    for (size_t i = 0; i < record->count; i++)
        if (record->fields[i].position == position)
            return &record->fields[i];
    return NULL;
}

int fields_positions(const struct record *record)
{
    int last = 0;

    for (size_t i = 0; i < record->count; i++)
        if (record->fields[i].position > last)
            last = record->fields[i].position;
    return last;
}

const struct field *fields_find(const struct record *record, const char *name)
{
    for (size_t i = 0; i < record->count; i++)
        if (strcmp(record->fields[i].name, name) == 0)
            return &record->fields[i];
    return NULL;
}

const char *fields_suggest(const struct record *record, const char *name)
{
    const char *names[SUGGEST_MAX];
    size_t count = 0;

    for (size_t i = 0; i < record->count && count < SUGGEST_MAX; i++) {
        const struct field *field = &record->fields[i];

        if (field->position == 0 && field->kind != FIELD_REFUSED &&
            field->kind != FIELD_VARIANTS)
            names[count++] = field->name;
    }
    return str_suggest(name, names, count);
}

enum op_kind fields_find_op(const char *name)
{
    enum op_kind kind = 0;

    while (kind < OP_COUNT && strcmp(fields_ops[kind]->name, name) != 0)
        kind++;
    return kind;
}

enum type_kind fields_find_type(const char *name)
{
    enum type_kind kind = 0;

    while (kind < TYPE_COUNT && strcmp(type_names[kind], name) != 0)
        kind++;
    return kind;
}

bool fields_takes_table(const struct field *field)
{
    switch (field->kind) {
    case FIELD_NAMES:
    case FIELD_ONE_NAME:
    case FIELD_ORDERS:
    case FIELD_TEXTS:
    case FIELD_WORDS:
    case FIELD_SETTINGS:
    case FIELD_ELEMENTS:
    case FIELD_EXCLUDES:
    case FIELD_VARIANTS:
    case FIELD_RECORD:
    case FIELD_EMBEDDED:
    case FIELD_ITEMS:
        return true;
    default:
        return false;
    }
}
