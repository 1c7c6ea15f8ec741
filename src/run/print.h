/* Writes a plan as SQL instead of carrying it out: the database of `txn` is a
 * driver that writes (db/db_print.h). */
#ifndef RUN_PRINT_H
#define RUN_PRINT_H

#include "run/txn.h"

/* RUN_SCRIPT: the complete script, each revision by one event RUN_SQL when it
 * is complete, all together when one transaction is asked for. `rows` are
 * those to begin from. Errors: what a script does that needs a database. */
int print_script(struct txn *txn, const struct names *rows,
                 const struct plan *plan, struct error *err);

/* RUN_DRY: what each step of the plan would do. */
int print_dry(struct txn *txn, const struct plan *plan,
              const struct run_shown **shown, struct error *err);

#endif
