#include "model/fields.h"

#include "base/str.h"

#include <string.h>

enum { SUGGEST_MAX = 64 };

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Rows: POSITION(place, name, kind, struct, member), required; MAYBE the same
 * where the argument may be left out; OPTION without a place. A row that
 * needs more adds it behind the macro's fields. */
#define ROW(label, type, s, m)                                                 \
    .name = label, .kind = type, .offset = offsetof(s, m)
#define POSITION(n, label, type, s, m)                                         \
    ROW(label, type, s, m), .position = n, .required = true
#define MAYBE(n, label, type, s, m) ROW(label, type, s, m), .position = n
#define OPTION(label, type, s, m) ROW(label, type, s, m)

#define RECORD(label, type, rows)                                              \
    {                                                                          \
        .name = label, .size = sizeof(type), .fields = rows,                   \
        .count = COUNT(rows)                                                   \
    }
#define RECORD_FROM(label, type, rows, start)                                  \
    {                                                                          \
        .name = label, .size = sizeof(type), .fields = rows,                   \
        .count = COUNT(rows), .initial = &(start)                              \
    }

static const char *const actions[] = {"CASCADE",     "RESTRICT",  "SET NULL",
                                      "SET DEFAULT", "NO ACTION", NULL};
static const char *const matches[] = {"FULL", "PARTIAL", "SIMPLE", NULL};
static const char *const timings[] = {"DEFERRED", "IMMEDIATE", NULL};

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
            .words = timings                                                   \
    }

#define FOREIGN_KEY_OPTIONS                                                    \
    {OPTION("name", FIELD_NAME, struct constraint, name)},                     \
        {OPTION("ondelete", FIELD_ACTION, struct constraint, ondelete),        \
         .words = actions},                                                    \
        {OPTION("onupdate", FIELD_ACTION, struct constraint, onupdate),        \
         .words = actions},                                                    \
        {OPTION("match", FIELD_CHOICE, struct constraint, match),              \
         .words = matches},                                                    \
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

#define INDEX_OPTIONS(s, at)                                                   \
    {OPTION("unique", FIELD_TRI, s, at unique)},                               \
        {OPTION("where", FIELD_SQL, s, at where)},                             \
        {OPTION("postgresql_where", FIELD_SQL, s, at postgresql_where)},       \
        {OPTION("sqlite_where", FIELD_SQL, s, at sqlite_where)},               \
        {OPTION("postgresql_using", FIELD_NAME, s, at postgresql_using)},      \
        {OPTION("postgresql_concurrently", FIELD_TRI, s,                       \
                at postgresql_concurrently)},                                  \
        {OPTION("postgresql_include", FIELD_NAMES, s, at postgresql_include)}, \
        {OPTION("postgresql_ops", FIELD_SETTINGS, s, at postgresql_ops)},      \
        {OPTION("postgresql_with", FIELD_SETTINGS, s, at postgresql_with)},    \
        {OPTION("postgresql_tablespace", FIELD_NAME, s,                        \
                at postgresql_tablespace)},                                    \
    {                                                                          \
        OPTION("postgresql_nulls_not_distinct", FIELD_TRI, s,                  \
               at postgresql_nulls_not_distinct)                               \
    }

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

static const struct record identity =
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
     .record = &identity},
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

/* Ops */

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

static const struct field validate_constraint_fields[] = {
    {POSITION(1, "name", FIELD_NAME, struct op_validate_constraint, name)},
    {POSITION(2, "table", FIELD_NAME, struct op_validate_constraint, table)},
    {OPTION("schema", FIELD_NAME, struct op_validate_constraint, schema)},
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
    {ALTER("identity", FIELD_RECORD, identity), .record = &identity,
     .null = &fields_no_identity},
    {ALTER("postgresql_using", FIELD_SQL, postgresql_using)},
    {ALTER("existing_type", FIELD_TYPE, existing_type)},
    {ALTER("existing_nullable", FIELD_TRI, existing_nullable)},
    {ALTER("existing_server_default", FIELD_VALUE, existing_server_default)},
    {ALTER("existing_comment", FIELD_VALUE, existing_comment)},
    {ALTER("existing_autoincrement", FIELD_TRI, existing_autoincrement)},
    {ALTER("existing_identity", FIELD_RECORD, existing_identity),
     .record = &identity, .null = &fields_no_identity},
    {ALTER("insert_before", FIELD_NAME, insert_before)},
    {ALTER("insert_after", FIELD_NAME, insert_after)},
};

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
            .words = timings                                                   \
    }

static const struct op_create_constraint create_primary_key_initial = {
    .constraint.kind = CONSTRAINT_PRIMARY_KEY};
static const struct op_create_constraint create_unique_constraint_initial = {
    .constraint.kind = CONSTRAINT_UNIQUE};
static const struct op_create_constraint create_check_constraint_initial = {
    .constraint.kind = CONSTRAINT_CHECK};
static const struct op_create_constraint create_foreign_key_initial = {
    .constraint.kind = CONSTRAINT_FOREIGN_KEY};

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
    {ADDED("ondelete", FIELD_ACTION, constraint.ondelete), .words = actions},
    {ADDED("onupdate", FIELD_ACTION, constraint.onupdate), .words = actions},
    {ADDED("match", FIELD_CHOICE, constraint.match), .words = matches},
    ADDED_DEFERRABLE,
    {ADDED("schema", FIELD_NAME, schema)},
    {ADDED("source_schema", FIELD_NAME, schema)},
    {ADDED("referent_schema", FIELD_NAME, constraint.referent_schema)},
    {ADDED("postgresql_not_valid", FIELD_TRI, constraint.postgresql_not_valid)},
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

#define OP(kind, name) [kind] = RECORD(#name, struct op_##name, name##_fields)

#define CREATE(kind, name)                                                     \
    [kind] = RECORD_FROM(#name, struct op_create_constraint, name##_fields,    \
                         name##_initial)

const struct record fields_ops[OP_COUNT] = {
    OP(OP_CREATE_TABLE, create_table),
    OP(OP_DROP_TABLE, drop_table),
    OP(OP_RENAME_TABLE, rename_table),
    OP(OP_ADD_COLUMN, add_column),
    OP(OP_DROP_COLUMN, drop_column),
    OP(OP_CREATE_INDEX, create_index),
    OP(OP_DROP_INDEX, drop_index),
    OP(OP_CREATE_TABLE_COMMENT, create_table_comment),
    OP(OP_DROP_TABLE_COMMENT, drop_table_comment),
    OP(OP_VALIDATE_CONSTRAINT, validate_constraint),
    OP(OP_ALTER_COLUMN, alter_column),
    CREATE(OP_CREATE_PRIMARY_KEY, create_primary_key),
    CREATE(OP_CREATE_UNIQUE_CONSTRAINT, create_unique_constraint),
    CREATE(OP_CREATE_CHECK_CONSTRAINT, create_check_constraint),
    CREATE(OP_CREATE_FOREIGN_KEY, create_foreign_key),
    OP(OP_DROP_CONSTRAINT, drop_constraint),
    OP(OP_BATCH_ALTER_TABLE, batch_alter_table),
};

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

    while (kind < OP_COUNT && strcmp(fields_ops[kind].name, name) != 0)
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
