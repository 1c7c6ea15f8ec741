/* What the files of exec share. */
#ifndef RUN_EXEC_PARTS_H
#define RUN_EXEC_PARTS_H

#include "run/exec.h"

struct exec {
    struct db *db;
    const struct db_statement *place; /* file and line; NULL: not known */
    struct arena *arena;
    struct names *notes; /* grown by exec_note() */
    struct error *err;
};

/* Sends one statement, without waiting where the driver can. */
int exec_send(const struct exec *exec, const char *sql);
/* Compiles `op` and sends its statements. */
int exec_statements(const struct exec *exec, const struct op *op);
/* Tells the user something. `text` must live as long as the arena. */
void exec_note(const struct exec *exec, const char *text);

/* What must be looked up before, and `op` itself. */
int exec_sqlite(const struct exec *exec, const struct op *op);
int exec_postgres(const struct exec *exec, const struct op *op);

/* add_enum_value, rename_enum_value and alter_enum on SQLite. */
int exec_sqlite_enum(const struct exec *exec, const struct op *op);
/* alter_enum on PostgreSQL. */
int exec_postgres_enum(const struct exec *exec, const struct op *op);

#endif
