#include "run/exec.h"

#include "ddl/ddl.h"
#include "run/exec_parts.h"

#include <string.h>

/* Outside a transaction a statement stands for itself: what it says is
 * waited for. */
int exec_send(const struct exec *exec, const char *sql)
{
    struct db_statement statement = {.sql = sql, .size = strlen(sql)};
    const struct db_driver *driver = exec->db->driver;

    if (exec->place != NULL) {
        statement.file = exec->place->file;
        statement.line = exec->place->line;
    }
    if (!driver->in_transaction(exec->db))
        return db_execute(exec->db, &statement, NULL, exec->err);
    return driver->queue(exec->db, &statement, NULL, exec->err);
}

int exec_statements(const struct exec *exec, const struct op *op)
{
    struct names statements;

    if (ddl_compile(op, exec->db->dialect, exec->arena, &statements,
                    exec->err) != 0)
        return -1;
    for (size_t i = 0; i < statements.count; i++)
        if (exec_send(exec, statements.items[i]) != 0)
            return -1;
    return 0;
}

void exec_note(const struct exec *exec, const char *text)
{
    struct names *notes = exec->notes;

    notes->items = arena_grow(exec->arena, notes->items,
                              notes->count * sizeof *notes->items,
                              (notes->count + 1) * sizeof *notes->items);
    notes->items[notes->count++] = text;
}

int exec_op(struct db *db, const struct op *op,
            const struct db_statement *place, struct arena *arena,
            struct names *notes, struct error *err)
{
    struct exec exec = {db, place, arena, notes, err};

    notes->items = NULL;
    notes->count = 0;
    return db->dialect == DIALECT_SQLITE ? exec_sqlite(&exec, op)
                                         : exec_postgres(&exec, op);
}
