/* What the files of db_print share. */
#ifndef DB_DB_PRINT_PARTS_H
#define DB_DB_PRINT_PARTS_H

#include "base/vec.h"
#include "db/db_print.h"
#include "ddl/sql_lex.h"

struct print_db {
    struct db db;
    struct db *live;    /* NULL: none */
    struct arena arena; /* of the statements; emptied when they are taken */
    struct arena kept;  /* of what stays */
    VEC(struct db_printed) printed;
    bool taken;     /* the next statement empties the arena */
    bool wrote;     /* a statement that is not run was written */
    bool prepared;  /* role and attached files were written */
    bool begun;     /* a transaction is open in the script */
    bool settings;  /* the script has set something in the session */
    int keys;       /* foreign_keys as last written; -1: not yet */
    int savepoints; /* that are open */
    enum db_guard guard;
    const char *unread;
    bool whole;                        /* db_print_begin_whole */
    bool stale;                        /* db_print_stale */
    VEC(struct type) types;            /* enum types that the script has made */
    VEC(struct db_types) types_before; /* as they were at each savepoint */
};

enum sql_lex_dialect db_print_lex(const struct print_db *db);

/* db_print_text.c: the text of the statement with literals in the place of its
 * parameters. Errors: a value that is no literal, a text with an open end. */
int db_print_text(const struct print_db *db,
                  const struct db_statement *statement, struct arena *arena,
                  const char **sql, size_t *size, struct error *err);

/* db_print_read.c: the part of the vtable that reads. */
int db_print_read_open(struct db *base, const struct db_statement *statement,
                       struct db_cursor **cursor, struct error *err);
int db_print_relations(struct db *base, enum db_relation kind,
                       const char *schema, struct arena *arena,
                       struct names *out, struct error *err);
int db_print_reflect(struct db *base, const char *schema, const char *name,
                     struct arena *arena, struct table **out,
                     struct error *err);
int db_print_shape(struct db *base, const char *schema, const char *name,
                   struct arena *arena, struct table **out, struct error *err);
int db_print_schemas(struct db *base, struct arena *arena, struct names *out,
                     struct error *err);
int db_print_sequences(struct db *base, const char *schema, struct arena *arena,
                       struct names *out, struct error *err);

/* db_print_types.c: PostgreSQL's enum types, as far as the script goes. */
/* Around a savepoint: remembers the types, goes back to them, forgets them. */
void db_print_types_save(struct print_db *db);
void db_print_types_restore(struct print_db *db);
void db_print_types_release(struct print_db *db);
void db_print_types_note(struct print_db *db, const char *sql, size_t size);
int db_print_types(struct db *base, const char *schema, const char *name,
                   struct arena *arena, struct db_types *out,
                   struct error *err);

#endif
