/* The parts of the SQLite driver: what its files share. */
#ifndef DB_DB_SQLITE_H
#define DB_DB_SQLITE_H

#include "db/db.h"
#include "db/spool.h"

#include <sqlite3.h>

#define SQLITE_CACHE_SIZE 64

/* What a statement does to a table, as the authorizer heard it. */
enum sqlite_change {
    SQLITE_CHANGE_ROWS = 1,  /* written */
    SQLITE_CHANGE_NEW = 2,   /* created */
    SQLITE_CHANGE_GONE = 4,  /* dropped */
    SQLITE_CHANGE_ALTER = 8, /* ALTER TABLE */
    SQLITE_CHANGE_NAME = 16  /* renamed */
};

struct sqlite_note {
    char *schema;
    char *table;
    unsigned change;
};

struct sqlite_notes {
    struct sqlite_note *items;
    size_t count, capacity;
};

/* A prepared statement. Cached ones stay, the others end with their use. */
struct sqlite_stmt {
    sqlite3_stmt *handle;
    char *sql;
    size_t size;
    bool used; /* somebody runs it: another use needs another one */
    bool cached;
    bool guarded; /* was prepared under the guard */
    bool internal;
    bool readonly;
    int params;
    uint64_t last_used;
    struct sqlite_notes notes;
    uint64_t noted; /* the guard's run that has the notes already */
};

/* A setting that a script changed, to be put back. */
struct sqlite_setting {
    char *schema; /* or NULL */
    const char *name;
    int64_t value;
};

struct sqlite_guard {
    bool on;
    bool reading;   /* DB_GUARD_READ */
    uint64_t run;   /* counts guard(true) */
    bool overflow;  /* not every change could be noted */
    bool temporary; /* a script may have made temporary tables */
    struct sqlite_notes changed;
    struct sqlite_setting settings[32];
    size_t setting_count;
    /* filled by the authorizer while a statement is prepared */
    struct sqlite_stmt *preparing;
    char message[256]; /* why it was refused; "" when it was not */
    char hint[256];
    const char *save_name; /* a setting to be read before it changes */
    char save_schema[128];
};

/* A foreign key, by the names of its tables. */
struct sqlite_key {
    char *child; /* owns both */
    char *parent;
};

struct sqlite_keys {
    struct sqlite_key *items;
    size_t count, capacity;
    bool known;      /* they are all keys of main at ... */
    int64_t version; /* ... this version of its schema */
};

struct sqlite_db {
    struct db db;
    sqlite3 *handle;
    bool missing;  /* no file yet: an empty database in memory */
    bool begun;    /* begin() without commit() or rollback() */
    bool lost;     /* SQLite ended the transaction by itself */
    bool writable; /* the folder was looked at */
    bool closing;  /* rolling back: a signal is not looked at */
    int internal;  /* > 0: own statements, which the guard lets pass */
    int savepoints;
    /* monotonic ms, of the current wait for a lock: its end, and when it is
     * told of */
    int64_t wait_until, tell_at;
    uint64_t uses;
    struct sqlite_stmt *cache[SQLITE_CACHE_SIZE];
    size_t cache_count;
    struct sqlite_cursor *cursors; /* open ones */
    struct sqlite_guard guard;
    struct sqlite_keys keys;
    enum error_code lost_code;
    int lost_sqlite_code;
    char lost_message[512];
};

/* db_sqlite_error.c */

/* Fills `err` from the connection's last error `code` of the statement. */
int db_sqlite_error(struct sqlite_db *db, int code, const char *sql,
                    size_t size, struct error *err);
/* The error of every call after SQLite rolled back by itself. */
int db_sqlite_error_lost(struct sqlite_db *db, struct error *err);

/* db_sqlite_open.c */

/* Opens file and attached files, makes missing ones when `create`. */
int db_sqlite_open_files(struct sqlite_db *db, bool create, struct error *err);
/* Makes sure that what follows may write: creates the missing file. */
int db_sqlite_open_writable(struct sqlite_db *db, struct error *err);

/* db_sqlite_stmt.c */

/* Prepares the first statement of `sql` or takes it from the cache. `*stmt`
 * is NULL when there is none (comments). `*tail` is what follows. */
int db_sqlite_stmt_get(struct sqlite_db *db, const char *sql, size_t size,
                       struct sqlite_stmt **stmt, const char **tail,
                       struct error *err);
/* Resets and gives back. NULL is fine. */
void db_sqlite_stmt_put(struct sqlite_db *db, struct sqlite_stmt *stmt);
/* Own SQL of the driver: the guard lets it pass, nothing is noted. */
int db_sqlite_stmt_own(struct sqlite_db *db, const char *sql,
                       struct sqlite_stmt **stmt, struct error *err);
/* `copy`: the values need not outlive the call. */
int db_sqlite_stmt_bind(struct sqlite_db *db, struct sqlite_stmt *stmt,
                        const struct value *params, size_t count, bool copy,
                        struct error *err);
/* Returns: 1 a row, 0 done, -1. */
int db_sqlite_stmt_step(struct sqlite_db *db, struct sqlite_stmt *stmt,
                        struct error *err);
/* Runs own SQL without result. */
int db_sqlite_stmt_run(struct sqlite_db *db, const char *sql,
                       struct error *err);
/* Finalizes what is cached. */
void db_sqlite_stmt_clear(struct sqlite_db *db);

/* db_sqlite_temp.c */

/* Hears of an action of a script. */
void db_sqlite_temp_note(struct sqlite_guard *guard, int action);
/* Drops what scripts left in the temporary schema. */
int db_sqlite_temp_drop(struct sqlite_db *db, struct error *err);

/* db_sqlite_value.c */

enum sqlite_class {
    SQLITE_CLASS_VALUE,
    SQLITE_CLASS_BOOLEAN,
    SQLITE_CLASS_INTEGER,
    SQLITE_CLASS_REAL,
    SQLITE_CLASS_DECIMAL,
    SQLITE_CLASS_JSON,
    SQLITE_CLASS_TEXT,
    SQLITE_CLASS_BYTES
};

/* From the declared type, which may be NULL. */
enum sqlite_class db_sqlite_value_class(const char *declared);
enum db_class db_sqlite_value_db_class(enum sqlite_class class);
/* Reads a column of the current row; text that SQLite does not hold comes
 * from `arena`. */
int db_sqlite_value_read(struct sqlite_db *db, sqlite3_stmt *stmt, int column,
                         enum sqlite_class class, struct arena *arena,
                         struct value *out, struct error *err);

/* db_sqlite_cursor.c */

int db_sqlite_cursor_open(struct db *db, const struct db_statement *statement,
                          struct db_cursor **cursor, struct error *err);
/* Puts the rows of open cursors aside, before something is written. Errors
 * come with the next() of the cursor. */
void db_sqlite_cursor_drain(struct sqlite_db *db);
/* Ends every open cursor: its next() fails from now on. */
void db_sqlite_cursor_end(struct sqlite_db *db);

/* db_sqlite_guard.c */

int db_sqlite_guard_install(struct sqlite_db *db, struct error *err);
int db_sqlite_guard_set(struct db *db, enum db_guard guard, struct error *err);
/* Around sqlite3_prepare and each step, which may prepare again. */
void db_sqlite_guard_prepare(struct sqlite_db *db, struct sqlite_stmt *stmt);
void db_sqlite_guard_prepared(struct sqlite_db *db);
/* Completes the notes of ALTER TABLE ... RENAME. */
int db_sqlite_guard_rename(struct sqlite_stmt *stmt, const char *sql,
                           size_t size, struct error *err);
/* Reads the setting that the authorizer asked for. Returns: 1 when it did
 * (prepare again), 0 when not, -1. */
int db_sqlite_guard_save(struct sqlite_db *db, struct error *err);
/* `stmt` is about to run: its notes become changes. */
void db_sqlite_guard_run(struct sqlite_db *db, struct sqlite_stmt *stmt);
/* Refuses a statement that writes where a script may only read. */
int db_sqlite_guard_reading(struct sqlite_db *db,
                            const struct sqlite_stmt *stmt,
                            const struct db_statement *statement,
                            struct error *err);
void db_sqlite_guard_clear(struct sqlite_db *db);
void db_sqlite_guard_clear_notes(struct sqlite_notes *notes);

/* db_sqlite_keys.c */

/* Reads the foreign keys of `schema`; what `keys` held is freed. */
int db_sqlite_keys_read(struct sqlite_db *db, const char *schema,
                        struct sqlite_keys *keys, struct error *err);
void db_sqlite_keys_clear(struct sqlite_keys *keys);
/* A script begins: forgets db->keys when another program changed the schema
 * meanwhile. */
int db_sqlite_keys_begin(struct sqlite_db *db, struct error *err);
/* Brings db->keys up to date with what the guard noted. */
int db_sqlite_keys_update(struct sqlite_db *db, struct error *err);

/* `table` counts as altered by the script. */
int db_sqlite_guard_note(struct sqlite_db *db, const char *schema,
                         const char *table, struct error *err);

/* db_sqlite_schema.c */

int db_sqlite_schema_edit(struct db *db, const char *schema, const char *table,
                          bool on, struct error *err);

/* db_sqlite_violations.c */

int db_sqlite_violations(struct db *db, struct arena *arena,
                         struct db_violations *out, struct error *err);

/* reflect_sqlite.c */

/* Own SQL with up to two texts as parameters (NULL: none). */
int reflect_sqlite_open(struct db *db, const char *sql, const char *first,
                        const char *second, struct sqlite_stmt **stmt,
                        struct error *err);
int reflect_sqlite_next(struct db *db, struct sqlite_stmt *stmt,
                        struct error *err);
/* Gives the statement back and returns `status`. */
int reflect_sqlite_done(struct db *db, struct sqlite_stmt *stmt, int status);
/* NULL for NULL. */
const char *reflect_sqlite_text(struct sqlite_stmt *stmt, int column,
                                struct arena *arena);

int reflect_sqlite_relations(struct db *db, enum db_relation kind,
                             const char *schema, struct arena *arena,
                             struct names *out, struct error *err);
int reflect_sqlite_schemas(struct db *db, struct arena *arena,
                           struct names *out, struct error *err);
/* reflect_sqlite_table.c, reflect_sqlite_keys.c, reflect_sqlite_type.c */

struct table_text;
struct reflection {
    struct db *db;
    struct arena *arena;
    struct error *err;
    const char *schema;
    const char *name;
    const struct table_text *text; /* NULL: not to be read */
    struct table *table;
};

int reflect_sqlite_table(struct db *db, const char *schema, const char *name,
                         struct arena *arena, struct table **out,
                         struct error *err);

/* Reads the constraints, the indexes. */
int reflect_sqlite_keys(struct reflection *r);
int reflect_sqlite_indexes(struct reflection *r);
/* The type that a declared type stands for; TYPE_RAW for any other. */
const struct type *reflect_sqlite_type(struct arena *arena,
                                       const char *declared);

#endif
