/* What kind of statement a text is, and where one ends and the next begins;
 * by its words only, for both databases. */
#ifndef DDL_SQL_KIND_H
#define DDL_SQL_KIND_H

#include "base/arena.h"
#include "ddl/sql_lex.h"

#include <stdbool.h>
#include <stddef.h>

enum sql_kind {
    SQL_KIND_EMPTY,   /* nothing, comments, semicolons */
    SQL_KIND_READ,    /* SELECT, VALUES, TABLE, WITH; changes and locks nothing
                         (but for the functions it calls) */
    SQL_KIND_WRITE,   /* INSERT UPDATE DELETE MERGE REPLACE ANALYZE, also in a
                         WITH; SELECT FOR UPDATE; COPY from a file */
    SQL_KIND_DDL,     /* CREATE ALTER DROP TRUNCATE LOCK GRANT COMMENT ... */
    SQL_KIND_SETTING, /* SET RESET PRAGMA, not SET TRANSACTION */
    SQL_KIND_SHOW,    /* SHOW, EXPLAIN without ANALYZE */
    SQL_KIND_TRANSACTION, /* BEGIN COMMIT ROLLBACK SAVEPOINT ... */
    SQL_KIND_COPY_STDIO,  /* COPY ... FROM STDIN, TO STDOUT */
    SQL_KIND_ALONE,       /* cannot run inside a transaction */
    SQL_KIND_OTHER        /* DO, CALL, LISTEN, DISCARD, what is not known */
};

/* Their names, in lower case. */
extern const char *const sql_kind_names[];

/* The kind of the first statement of `sql`. `server_version` as in struct db;
 * 0: a current one. */
enum sql_kind sql_kind(enum sql_lex_dialect dialect, const char *sql,
                       size_t size, int server_version);

/* The bytes of the first statement with its semicolon and what is before it;
 * `size` when nothing follows. Bodies of functions and triggers are whole. */
size_t sql_kind_split(enum sql_lex_dialect dialect, const char *sql,
                      size_t size);

/* Whether the word (lower case) stands anywhere in `sql`, outside of strings,
 * quoted names and comments. */
bool sql_kind_has_word(enum sql_lex_dialect dialect, const char *sql,
                       size_t size, const char *word);

/* The name of what SET, RESET or PRAGMA is about, in lower case: "all" for
 * RESET ALL, "role", "session characteristics", "time zone". NULL: none. */
const char *sql_kind_setting(enum sql_lex_dialect dialect, const char *sql,
                             size_t size, struct arena *arena);

/* CREATE, DROP or REINDEX of one index. Names are as the database has them
 * (bare ones in lower case on PostgreSQL); NULL where none is written. */
struct sql_kind_index {
    enum { SQL_KIND_CREATE_INDEX, SQL_KIND_DROP_INDEX, SQL_KIND_REINDEX } verb;
    bool concurrently;
    bool unique;
    bool if_exists;                   /* or IF NOT EXISTS */
    const char *schema, *name;        /* of the index, as written */
    const char *table_schema, *table; /* only for CREATE */
};

/* Returns false when the statement is something else, or about several. */
bool sql_kind_index(enum sql_lex_dialect dialect, const char *sql, size_t size,
                    struct arena *arena, struct sql_kind_index *out);

#endif
