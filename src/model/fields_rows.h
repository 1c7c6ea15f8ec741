/* How the files of field tables write their rows; inside model/ only. */
#ifndef MODEL_FIELDS_ROWS_H
#define MODEL_FIELDS_ROWS_H

#include "model/fields.h"

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

/* The words of FIELD_CHOICE and FIELD_ACTION, and the options that the
 * constructors of fields_column.c share with the ops. */
extern const char *const fields_column_actions[];
extern const char *const fields_column_matches[];
extern const char *const fields_column_timings[];
extern const struct record fields_column_identity;

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

/* The record of each op; fields.c has the list. */
#define FIELDS_OP(layer, name)                                                 \
    const struct record fields_##layer##_##name =                              \
        RECORD(#name, struct op_##name, name##_fields)

#endif
