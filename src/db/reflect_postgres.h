/* The parts of reflection on PostgreSQL. One statement reads a whole table: a
 * row (part, number, fields) for each thing, the fields an array of texts that
 * the file of that part knows. */
#ifndef DB_REFLECT_POSTGRES_H
#define DB_REFLECT_POSTGRES_H

#include "base/vec.h"
#include "db/db_postgres.h"

/* A table that is being read. */
struct pg_reflection {
    struct arena *arena;
    const char *schema; /* as it was asked for, or NULL */
    const char *usual;  /* the schema that NULL stands for, or NULL */
    struct table *table;
    VEC(struct column) columns;
    VEC(struct constraint) constraints;
    VEC(struct index) indexes;
};

/* A part of the statement: the SQL of each field, then what they are read
 * from; `t` is the table's row of pg_class. Catalog columns that came after
 * PostgreSQL 10 are read through to_jsonb(), which gives NULL for the ones that
 * are not there. */
struct reflect_postgres_part {
    const char *number; /* sorts the rows of the part */
    const char *const *fields;
    size_t count;
    const char *from;
};
extern const struct reflect_postgres_part reflect_postgres_column_part;
extern const struct reflect_postgres_part reflect_postgres_keys_part;
extern const struct reflect_postgres_part reflect_postgres_index_part;

/* How many columns of the index `i` are its key; the rest is INCLUDE. */
#define REFLECT_KEY_SIZE                                                       \
    "COALESCE((pg_catalog.to_jsonb(i)->>'indnkeyatts')::int4, i.indnatts)"
/* The columns of INCLUDE. */
#define REFLECT_INCLUDE                                                        \
    "ARRAY(SELECT b.attname FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY " \
    "k(n, p) JOIN pg_catalog.pg_attribute b ON b.attrelid = i.indrelid AND "   \
    "b.attnum = k.n WHERE k.p > " REFLECT_KEY_SIZE " ORDER BY k.p)::text"

/* Reads the text of an array of one dimension; NULL elements are NULL.
 * Errors: ERROR_INTERNAL. */
int reflect_postgres_array(struct arena *arena, const char *text,
                           struct names *out, struct error *err);
/* The same, empty for NULL and what is no array. */
struct names reflect_postgres_names(struct arena *arena, const char *text);
/* "true" of the server. */
bool reflect_postgres_flag(const char *text);
/* The SQL without the parentheses around the whole; NULL stays NULL. */
const char *reflect_postgres_unwrap(struct arena *arena, const char *sql);
/* An element of an index: in one pair of parentheses, or none. */
const char *reflect_postgres_expression(struct arena *arena, const char *sql);
/* "fillfactor=70" and the like, an array. */
struct settings reflect_postgres_settings(struct arena *arena,
                                          const char *text);
/* Sets the prefixes of the table by its relpersistence. */
void reflect_postgres_persistence(struct arena *arena, struct table *table,
                                  const char *letter);
/* `schema`, NULL when it is what NULL stands for. */
const char *reflect_postgres_schema(const struct pg_reflection *reflection,
                                    const char *schema);
/* Runs a statement of our own with texts as parameters (NULL is NULL). */
int reflect_postgres_open(struct db *db, const char *sql,
                          const char *const *params, size_t count,
                          struct db_cursor **cursor, struct error *err);

/* The fields of the type of an attribute `a`, of the type `y`; `e` is its
 * element `i` or itself, in the schema `m`. */
enum {
    TYPE_FIELD_NAME,
    TYPE_FIELD_SCHEMA,
    TYPE_FIELD_KIND,
    TYPE_FIELD_MOD,
    TYPE_FIELD_DIMENSIONS, /* "0": no array */
    TYPE_FIELD_TEXT,       /* format_type of the element */
    TYPE_FIELD_LABELS,
    TYPE_FIELD_COUNT
};
#define REFLECT_LABELS                                                         \
    "ARRAY(SELECT l.enumlabel FROM pg_catalog.pg_enum l WHERE l.enumtypid = "  \
    "e.oid ORDER BY l.enumsortorder)::text"

/* Builds a type from TYPE_FIELD_COUNT fields. */
struct type *reflect_postgres_type(const struct pg_reflection *reflection,
                                   const char *const *fields);
/* Add what the fields of a row of their part say. */
void reflect_postgres_column(struct pg_reflection *reflection,
                             const char *const *fields);
void reflect_postgres_keys(struct pg_reflection *reflection,
                           const char *const *fields);
void reflect_postgres_index(struct pg_reflection *reflection,
                            const char *const *fields);

#endif
