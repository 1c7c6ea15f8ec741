/* The pieces that statements are made of; inside ddl/ only. */
#ifndef DDL_DDL_PARTS_H
#define DDL_DDL_PARTS_H

#include "ddl/ddl.h"

#include <stdbool.h>

/* Where statements go and for which database. */
struct ddl_output {
    enum dialect dialect;
    struct arena *arena;
    struct names *statements;
};

/* The table a column is written into. */
struct ddl_column_place {
    const char *schema;
    bool in_key;     /* part of the primary key: never NULL */
    bool numbered;   /* the key that the database numbers by itself */
    bool strict;     /* SQLite: of a STRICT table */
    const char *key; /* SQL of an inline primary key, or NULL */
};

/* Adds a finished statement. */
void ddl_parts_emit(struct ddl_output *output, const struct buf *sql);

/* Adds SQL of the user in parentheses, which a comment cannot swallow. */
void ddl_parts_expression(struct buf *out, const char *sql);

/* Adds "a, b". */
int ddl_parts_names(struct buf *out, enum dialect dialect,
                    const struct names *names, struct error *err);
/* Adds a name after ddl_check_name. */
int ddl_parts_name(struct buf *out, enum dialect dialect, const char *name,
                   struct error *err);
int ddl_parts_qualified(struct buf *out, enum dialect dialect,
                        const char *schema, const char *name,
                        struct error *err);
/* Adds " WITH (a = 1, ...)" without the leading word; PostgreSQL. */
int ddl_parts_settings(struct buf *out, const struct settings *settings,
                       struct error *err);

/* The type that `type` is on the dialect: itself or a variant. */
const struct type *ddl_type_of(const struct type *type, enum dialect dialect);

/* Whether `sql` is one literal (a sign and parentheses around allowed). */
bool ddl_literal_is(const char *sql);
/* Whether the value is NULL, as a value, in SQL, or since it is absent. */
bool ddl_literal_is_null(const struct value *value);
/* Whether `sql` is CURRENT_TIME, CURRENT_DATE or CURRENT_TIMESTAMP. */
bool ddl_literal_is_current(const char *sql);
/* Adds a server_default, in parentheses where SQLite wants them. */
int ddl_literal_default(struct buf *out, enum dialect dialect,
                        const struct value *value, struct error *err);

/* Adds "name TYPE DEFAULT ... NOT NULL ...", with inline CHECKs. */
int ddl_column(struct buf *out, enum dialect dialect,
               const struct column *column,
               const struct ddl_column_place *place, struct error *err);

/* Adds "CONSTRAINT name UNIQUE (a, b)" and the like; `schema` is the
 * table's. */
int ddl_constraint(struct buf *out, enum dialect dialect,
                   const struct constraint *constraint, const char *schema,
                   struct error *err);
/* Adds "CONSTRAINT name " when there is one. */
int ddl_constraint_name(struct buf *out, enum dialect dialect, const char *name,
                        struct error *err);
/* Adds "REFERENCES t (c) ON DELETE ...". */
int ddl_constraint_references(struct buf *out, enum dialect dialect,
                              const struct constraint *constraint,
                              const char *schema, struct error *err);
/* `references` of a column as a constraint of its table. */
struct constraint ddl_constraint_of_column(struct arena *arena,
                                           const struct column *column);

/* Adds the whole CREATE INDEX statement to `output`. */
int ddl_index(struct ddl_output *output, const char *schema, const char *table,
              const struct index *index, bool if_not_exists, struct error *err);

int ddl_table(struct ddl_output *output, const struct op_create_table *op,
              struct error *err);

int ddl_add_column(struct ddl_output *output, const struct op_add_column *op,
                   struct error *err);

/* Refuses what SQLite's ALTER TABLE ADD COLUMN cannot do. */
int ddl_sqlite_check_added(const struct column *column, struct error *err);

#endif
