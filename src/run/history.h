/* The history table: one row per revision applied, reverted or stamped; the
 * rewriting of a squashed one's row is a stamp. */
#ifndef RUN_HISTORY_H
#define RUN_HISTORY_H

#include "run/run.h"

struct history_row {
    const char *revision;
    const char *direction;
    const char *started_at; /* ISO 8601, UTC; NULL: the database's clock, only
                               where statements are written (db_print.h) */
    int64_t duration_ms;
    const char *checksum;
    const char *actor;
    const char *host;
    const char *version; /* of luamigrate */
    const char *state;   /* one of these: */
};

#define HISTORY_DONE "done"
#define HISTORY_ACCEPTED "accepted" /* and was edited before */
/* no script ran: the row of a revision that was squashed got the new id */
#define HISTORY_SQUASHED "squashed"

/* Queues the creation of the table when it is missing. */
int history_create(struct db *db, const struct run_tables *tables,
                   struct arena *arena, struct error *err);
/* Queues a row. With `clock` (PostgreSQL only, else NULL) its duration is the
 * time since the transaction began, by the server's clock; the ticket gets the
 * same, in milliseconds with a fraction. */
int history_add(struct db *db, const struct run_tables *tables,
                struct arena *arena, const struct history_row *row,
                struct db_ticket *clock, struct error *err);
/* Gives the newest row of `revision` another checksum and the state
 * "accepted". `*changed`: whether it had another one. */
int history_accept(struct db *db, const struct run_tables *tables,
                   struct arena *arena, const char *revision,
                   const char *checksum, bool *changed, struct error *err);
/* Whether the table is there; it is where the version table is
 * (version_locate). Errors: ERROR_REFUSED for one of another shape. */
int history_look(struct db *db, struct run_tables *tables, struct arena *arena,
                 bool *exists, struct error *err);
/* The rows of this version table, newest first; none without a table. */
int history_read(struct db *db, struct run_tables *tables, struct arena *arena,
                 struct history_row **rows, size_t *count, struct error *err);

#endif
