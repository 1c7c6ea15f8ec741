/* The text of CREATE TABLE and CREATE INDEX as SQLite keeps it, taken apart:
 * where each column and constraint stands, so that one can be read or changed
 * while every other byte stays. */
#ifndef DDL_TABLE_TEXT_H
#define DDL_TABLE_TEXT_H

#include "base/arena.h"
#include "base/error.h"
#include "model/schema.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes start .. end - 1 of the text; start == end: nothing. */
struct table_range {
    size_t start, end;
};

enum table_clause_kind {
    TABLE_CLAUSE_NAME_ONLY, /* CONSTRAINT n, and nothing behind it */
    TABLE_CLAUSE_PRIMARY_KEY,
    TABLE_CLAUSE_UNIQUE,
    TABLE_CLAUSE_CHECK,
    TABLE_CLAUSE_FOREIGN_KEY, /* REFERENCES of a column too */
    TABLE_CLAUSE_NOT_NULL,
    TABLE_CLAUSE_NULL,
    TABLE_CLAUSE_DEFAULT,
    TABLE_CLAUSE_COLLATE,
    TABLE_CLAUSE_GENERATED
};

/* A constraint of a table or of a column. */
struct table_clause {
    enum table_clause_kind kind;
    struct table_range range; /* with CONSTRAINT name */
    const char *name;         /* or NULL */
    struct table_range name_range;
    /* CHECK, DEFAULT, GENERATED: the expression, inside its parentheses;
     * COLLATE: the collation; keys: the list inside its parentheses. */
    struct table_range body;
    struct names columns; /* of a table's key, unquoted */
    const char *referent; /* foreign key */
    struct table_range referent_range;
    struct names referent_columns;
    bool autoincrement;    /* PRIMARY KEY */
    enum tri deferrable;   /* foreign key */
    const char *initially; /* "DEFERRED", "IMMEDIATE" or NULL */
    bool stored;           /* GENERATED */
    const char *collation; /* COLLATE, unquoted */
    const char *match;     /* MATCH of a foreign key */
};

struct table_column {
    struct table_range range; /* name to last clause */
    const char *name;
    struct table_range name_range;
    struct table_range type;
    const struct table_clause *clauses;
    size_t clause_count;
};

struct table_text {
    const char *sql;
    size_t size;
    const char *name;
    struct table_range name_range;
    struct table_range body;    /* between the outer parentheses */
    struct table_range options; /* behind them */
    const struct table_column *columns;
    size_t column_count;
    const struct table_clause *constraints; /* of the table */
    size_t constraint_count;
    bool without_rowid;
    bool strict;
};

/* Takes CREATE TABLE apart. Errors: ERROR_FAILED for text that SQLite would
 * not have accepted, or that has no column list (AS SELECT). */
int table_text_parse(struct arena *arena, const char *sql, size_t size,
                     struct table_text *out, struct error *err);

/* Whether a primary key of the table is AUTOINCREMENT. */
bool table_text_autoincrement(const struct table_text *text);

struct index_text {
    struct elements elements; /* column or expression as written */
    const char *where;        /* or NULL */
};

/* Takes CREATE INDEX apart; a word or quoted name that stands alone is a
 * column. Errors: as table_text_parse. */
int table_text_index(struct arena *arena, const char *sql, size_t size,
                     struct index_text *out, struct error *err);

#endif
