/* What the files of table_change share. */
#ifndef RUN_TABLE_PARTS_H
#define RUN_TABLE_PARTS_H

#include "base/buf.h"
#include "base/vec.h"
#include "db/db.h"
#include "ddl/table_ops.h"

/* A row of sqlite_schema. */
struct table_object {
    const char *type;
    const char *name;
    const char *table;
    const char *sql; /* NULL: made by SQLite */
};

typedef VEC(struct table_object) table_objects;

struct table_change {
    struct db *db;
    struct arena *arena;
    struct error *err;
    const char *schema; /* never NULL */
    const char *table;  /* as it is spelled in the schema */
    const char *sql;    /* its text there now */
    struct table_ops ops;
    bool copy; /* asked for: recreate = "always" */
    bool never;
};

/* table_change.c: the index that the ops before would make is not made.
 * Returns false when there is none of the name. */
bool table_change_forget_index(struct table_change *change, const char *name);

/* table_query.c: statements with names put into them: %n a quoted name, %q a
 * quoted text, %s text as it is, %% a percent sign. */
const char *table_query_format(struct arena *arena, const char *format, ...);
int table_query_run(struct db *db, struct error *err, const char *sql);
/* As table_query_run; the rows that were changed. */
int table_query_count(struct db *db, struct error *err, const char *sql,
                      int64_t *count);
/* All values of all rows, each as text, separated. */
int table_query_text(struct db *db, struct arena *arena, struct error *err,
                     const char *sql, const char **text);
/* One integer of each column of the first row (NULL is 0). */
int table_query_numbers(struct db *db, struct error *err, const char *sql,
                        int64_t *numbers, size_t count);
/* The rows of sqlite_schema, in their order; `where` may be "". */
int table_query_objects(struct db *db, struct arena *arena, struct error *err,
                        const char *schema, const char *where,
                        table_objects *out);

/* table_proof.c: an empty database in memory, to try texts out. */
int table_proof_open(struct arena *arena, struct db **scratch,
                     struct error *err);
/* Whether a table of the text `to` can read what one of `from` wrote. Both
 * are made in a scratch database: an error when `to` is no table. */
int table_proof_same_storage(struct table_change *change, const char *from,
                             const struct table_edit *to, bool *same);
/* Fails unless the table in the schema is what the text makes of it. */
int table_proof_is(struct table_change *change, const struct table_edit *edit);

/* table_broken.c: the views and triggers that do not work, as
 * "view 'v': why". `strings`: a word in double quotes that names nothing is a
 * string, as SQLite has it for old texts; a column that goes must not become
 * one, so a change is judged without. */
int table_broken_find(struct arena *arena, const table_objects *objects,
                      bool strings, struct names *out, struct error *err);

/* Whether `list` has the view or trigger that such a text is about. */
bool table_broken_has(const struct names *list, const char *text);

/* table_rename.c: the first way. Views, triggers, indexes and the references of
 * other tables follow. */
int table_rename_table(struct table_change *change, const char *new_name);
int table_rename_column(struct table_change *change, const char *name,
                        const char *new_name);
/* Runs `sql`; `*done` false: SQLite refused it, and nothing was changed. */
int table_rename_try(struct table_change *change, const char *sql, bool *done);

/* table_write.c, table_copy.c: the second and the third way. `*done` false:
 * the second way will not do, and nothing was changed. */
int table_write_run(struct table_change *change, bool *done);
int table_copy_run(struct table_change *change);
/* CREATE INDEX or TRIGGER with the schema before the name that it makes. */
const char *table_copy_qualified(const struct table_change *change,
                                 const char *sql);

#endif
