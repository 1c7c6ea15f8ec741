/* A driver that writes SQL instead of running it. Alone it needs no database:
 * what must be read is an error. Wrapped round a live one it reads there. */
#ifndef DB_DB_PRINT_H
#define DB_DB_PRINT_H

#include "base/buf.h"
#include "db/db.h"

#include <stdbool.h>

/* The newest servers that the SQL is written for, without a live one. */
enum { DB_PRINT_SQLITE = 3050000, DB_PRINT_POSTGRESQL = 180000 };

/* Wraps round `live`, which must outlive it and can only read from now on;
 * NULL: no database, the dialect is that of `url`. Of the options role and
 * attach count. Nothing is opened. Owns: db_close, which leaves `live` open. */
int db_print_open(const struct db_url *url, const struct db_options *options,
                  struct db *live, struct db **db, struct error *err);

/* One statement. */
struct db_printed {
    const char *sql; /* parameters are literals; no semicolon at the end */
    bool writes;     /* changes rows */
};

struct db_printed_list {
    const struct db_printed *items;
    size_t count;
};

/* What was written since the last call; memory of the driver, valid until the
 * next statement after this call. */
struct db_printed_list db_print_take(struct db *db);

/* With a live database: what the last call could not read because a statement
 * that was only written would have made it; NULL: there was none. The call
 * forgets it. Owns: the driver, until it is closed. */
const char *db_print_unread(struct db *db);

/* Whether the script has read from the live database after a statement that was
 * only written: it saw the database without it. The call forgets it. */
bool db_print_stale(struct db *db);

/* Without a live database: the script begins with an empty one, so that it has
 * made whatever is there. */
void db_print_begin_whole(struct db *db);
bool db_print_is_whole(const struct db *db);

/* The enum type has these values from now on. */
void db_print_enum(struct db *db, const char *schema, const char *name,
                   const struct names *values);

/* Adds the statement as a line of a script, with its semicolon. */
void db_print_line(struct buf *out, enum dialect dialect, const char *sql);

#endif
