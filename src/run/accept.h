/* What people take responsibility for: an applied file that was edited, a step
 * of which nobody knows whether it was carried out. */
#ifndef RUN_ACCEPT_H
#define RUN_ACCEPT_H

#include "run/run.h"

#include <stdbool.h>

/* In one transaction, under the lock of runners: the newest history row of
 * `revision` gets `checksum`, and every step of it that was begun counts as
 * done. `*changed`: whether there was anything to accept. Errors:
 * ERROR_LOCKED while a runner is at work. */
int accept_file(struct db *db, const struct run_tables *tables,
                struct arena *arena, const char *revision, const char *checksum,
                bool *changed, struct error *err);

/* The same for forgetting the steps that are done: the revision begins
 * again. */
int accept_restart(struct db *db, const struct run_tables *tables,
                   struct arena *arena, const char *revision, bool *changed,
                   struct error *err);

#endif
