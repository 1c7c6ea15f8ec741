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

/* As ddl_compile, into `output` and without context. */
int ddl_parts_compile(struct ddl_output *output, const struct op *op,
                      struct error *err);

/* Fails on SQLite: "<what> on PostgreSQL only". */
int ddl_parts_postgresql(const struct ddl_output *output, const char *what,
                         struct error *err);
/* Fails: on SQLite the op is run/'s. */
int ddl_parts_needs_database(struct error *err);

/* Adds "ALTER TABLE s.t". */
int ddl_parts_alter(struct buf *out, enum dialect dialect, const char *schema,
                    const char *table, struct error *err);

/* What a statement drops; `what` is "TABLE", "VIEW", ... */
struct ddl_drop {
    const char *what;
    const char *schema, *name;
    enum tri if_exists, cascade;
};

/* Emits DROP what [IF EXISTS] schema.name [CASCADE] (PostgreSQL's). */
int ddl_parts_drop(struct ddl_output *output, const struct ddl_drop *drop,
                   struct error *err);

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
/* Adds a text as a literal. */
int ddl_parts_text(struct buf *out, enum dialect dialect, const char *text,
                   struct error *err);
/* Adds "(a = 1, ...)"; PostgreSQL. */
int ddl_parts_settings(struct buf *out, const struct settings *settings,
                       struct error *err);

/* The type that `type` is on the dialect: itself or a variant. */
const struct type *ddl_type_of(const struct type *type, enum dialect dialect);

/* Adds the name of a type of the user's, which must not be read as one of the
 * language's own. */
int ddl_type_name(struct buf *out, enum dialect dialect, const char *schema,
                  const char *name, struct error *err);

/* Whether `sql` is one literal (a sign and parentheses around allowed). */
bool ddl_literal_is(const char *sql);
/* Whether the value is NULL, as a value, in SQL, or since it is absent. */
bool ddl_literal_is_null(const struct value *value);
/* Adds a server_default, in parentheses where SQLite wants them. */
int ddl_literal_default(struct buf *out, enum dialect dialect,
                        const struct value *value, struct error *err);

/* Adds "name TYPE DEFAULT ... NOT NULL ...", with inline CHECKs. */
int ddl_column(struct buf *out, enum dialect dialect,
               const struct column *column,
               const struct ddl_column_place *place, struct error *err);

/* Adds "GENERATED ALWAYS AS IDENTITY (...)". */
void ddl_identity(struct buf *out, const struct identity *identity);
/* Adds "INCREMENT BY 1 START WITH 1 ...", or nothing. */
void ddl_identity_options(struct buf *out, const struct identity *identity);
/* Adds "SET ..." for each option of `now` that `before` has otherwise. */
void ddl_identity_changes(struct buf *out, const struct identity *now,
                          const struct identity *before);

/* Adds "CONSTRAINT type CHECK (column IN (...))" for an enum that is text. */
int ddl_enum_check(struct buf *out, enum dialect dialect, const char *column,
                   const struct type *type, struct error *err);
/* Whether the type asks for that CHECK on the dialect. */
bool ddl_enum_is_checked(const struct type *type, enum dialect dialect);

/* Adds "CONSTRAINT name UNIQUE (a, b)" and the like; `schema` is the
 * table's. */
int ddl_constraint(struct buf *out, enum dialect dialect,
                   const struct constraint *constraint, const char *schema,
                   struct error *err);
/* Adds "CONSTRAINT name " when there is one. */
int ddl_constraint_name(struct buf *out, enum dialect dialect, const char *name,
                        struct error *err);
/* Sets "CONSTRAINT name PRIMARY KEY" for a column that is the key, else
 * NULL. */
int ddl_constraint_inline_key(struct arena *arena, enum dialect dialect,
                              const struct column *column, const char **text,
                              struct error *err);
/* Adds "REFERENCES t (c) ON DELETE ...". */
int ddl_constraint_references(struct buf *out, enum dialect dialect,
                              const struct constraint *constraint,
                              const char *schema, struct error *err);
/* `references` of a column as a constraint of its table. */
struct constraint ddl_constraint_of_column(struct arena *arena,
                                           const struct column *column);

/* ALTER TABLE ... ADD a constraint, DROP a named one. */
int ddl_constraint_add(struct ddl_output *output, const char *schema,
                       const char *table, const struct constraint *constraint,
                       struct error *err);
int ddl_constraint_remove(struct ddl_output *output,
                          const struct op_drop_constraint *drop,
                          struct error *err);

/* COMMENT ON a table, or with `column` on a column; `text` NULL removes it.
 * Nothing on SQLite. */
int ddl_comment(struct ddl_output *output, const char *schema,
                const char *table, const char *column, const char *text,
                struct error *err);

/* Adds the whole CREATE INDEX statement to `output`. */
int ddl_index(struct ddl_output *output, const char *schema, const char *table,
              const struct index *index, bool if_not_exists, struct error *err);

/* Whether the column numbers itself when it is the whole primary key. */
bool ddl_table_numbers(const struct column *column, enum dialect dialect);

/* Refuses what alter_column cannot mean, on either database. */
int ddl_alter_column_check(const struct op_alter_column *op, struct error *err);

/* One for each kind of op, of which ddl.c has the list. */
typedef int ddl_compiler(struct ddl_output *output, const struct op *op,
                         struct error *err);
ddl_compiler ddl_table, ddl_add_column, ddl_alter_column, ddl_batch;
ddl_compiler ddl_comment_create, ddl_comment_drop;
ddl_compiler ddl_constraint_create, ddl_constraint_drop, ddl_constraint_rename,
    ddl_constraint_validate;
ddl_compiler ddl_enum_create, ddl_enum_drop, ddl_enum_add_value,
    ddl_enum_rename_value, ddl_enum_alter;
ddl_compiler ddl_object_create_sequence, ddl_object_drop_sequence,
    ddl_object_create_view, ddl_object_drop_view, ddl_object_rename_index,
    ddl_object_create_schema, ddl_object_drop_schema,
    ddl_object_create_extension, ddl_object_drop_extension;

/* Refuses what SQLite's ALTER TABLE ADD COLUMN cannot do. */
int ddl_sqlite_check_added(const struct column *column, struct error *err);

#endif
