/* Changes the text of CREATE TABLE by token, as SQLite keeps it: what a
 * change is not about stays byte for byte, comments and spelling included. */
#ifndef DDL_TABLE_EDIT_H
#define DDL_TABLE_EDIT_H

#include "base/arena.h"
#include "base/error.h"
#include "ddl/table_text.h"

#include <stdbool.h>
#include <stddef.h>

/* The current text and its parts; every function below renews both. */
struct table_edit {
    struct arena *arena;
    const char *sql;
    struct table_text text;
};

/* Errors: as table_text_parse. */
int table_edit_open(struct table_edit *edit, struct arena *arena,
                    const char *sql, struct error *err);

/* The column of this name (any case), or NULL. */
const struct table_column *table_edit_column(const struct table_edit *edit,
                                             const char *name);
/* As table_edit_column; an error that names near ones when there is none. */
int table_edit_find(const struct table_edit *edit, const char *name,
                    const struct table_column **column, struct error *err);

/* The table's name as it shall stand, as SQL ("main.t"). */
int table_edit_name(struct table_edit *edit, const char *name,
                    struct error *err);

/* Adds a column before the column `before` (NULL: behind the last one). */
int table_edit_add_column(struct table_edit *edit, const char *definition,
                          const char *before, struct error *err);
/* Removes a column, and the constraints that are about nothing else.
 * Errors: what other columns share with it, by its text. */
int table_edit_drop_column(struct table_edit *edit, const char *name,
                           struct error *err);
/* Renames a column here: in keys, CHECKs, generated columns and the
 * table's references to itself. */
int table_edit_rename_column(struct table_edit *edit, const char *name,
                             const char *new_name, struct error *err);
/* Puts the columns in this order; all of them are named. */
int table_edit_reorder(struct table_edit *edit, const struct names *order,
                       struct error *err);

int table_edit_type(struct table_edit *edit, const char *column,
                    const char *type, struct error *err);
int table_edit_not_null(struct table_edit *edit, const char *column,
                        bool not_null, struct error *err);
/* `value` is SQL as it stands behind DEFAULT; NULL removes it. */
int table_edit_default(struct table_edit *edit, const char *column,
                       const char *value, struct error *err);
int table_edit_collate(struct table_edit *edit, const char *column,
                       const char *collation, struct error *err);

/* Adds a constraint of the table, "CONSTRAINT n UNIQUE (a)". */
int table_edit_add_constraint(struct table_edit *edit, const char *definition,
                              struct error *err);
/* Adds words behind the closing parenthesis, "STRICT". */
int table_edit_add_option(struct table_edit *edit, const char *option,
                          struct error *err);
/* Gives a constraint that has a name another one. */
int table_edit_rename_clause(struct table_edit *edit,
                             const struct table_clause *clause,
                             const char *new_name, struct error *err);
/* Gives one to a constraint that has no name. */
int table_edit_name_clause(struct table_edit *edit,
                           const struct table_clause *clause, const char *name,
                           struct error *err);
/* Puts `text` in the place of what stands in a clause's parentheses. */
int table_edit_body(struct table_edit *edit, const struct table_clause *clause,
                    const char *text, struct error *err);
/* Removes a constraint of the table or of a column. */
int table_edit_drop_clause(struct table_edit *edit,
                           const struct table_clause *clause,
                           struct error *err);

/* The columns that a constraint is about: its list, the column it stands
 * at, for a CHECK those that its expression names. */
struct names table_edit_columns(const struct table_edit *edit,
                                const struct table_clause *clause);
/* Whether the expression `sql` names the column. */
bool table_edit_uses(struct arena *arena, const char *sql, size_t size,
                     const char *column);

#endif
