/* What a script leaves in the temporary schema. It belongs to the connection:
 * kept, the next revision would see it only if it ran in the same command,
 * and a table with the name of the version table would stand before it. */
#include "db/db_sqlite.h"

/* Triggers and views first: they depend on tables. A virtual table goes before
 * the tables that it keeps its data in. */
#define NEXT                                                                   \
    "SELECT type, name FROM temp.sqlite_schema"                                \
    " WHERE type IN ('trigger', 'view', 'table')"                              \
    " AND lower(substr(name, 1, 7)) <> 'sqlite_'"                              \
    " ORDER BY type = 'table', rootpage > 0 LIMIT 1"

void db_sqlite_temp_note(struct sqlite_guard *guard, int action)
{
    switch (action) {
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_CREATE_TEMP_VIEW:
    case SQLITE_CREATE_VTABLE:
        /* for good: a cached statement may make another one unheard */
        guard->temporary = true;
        break;
    default:
        break;
    }
}

/* The text of the next DROP, "" for none. Returns: 0, -1. */
static int next_drop(struct sqlite_db *db, char **sql, struct error *err)
{
    struct sqlite_stmt *stmt;
    int status;

    *sql = NULL;
    if (db_sqlite_stmt_own(db, NEXT, &stmt, err) != 0)
        return -1;
    status = db_sqlite_stmt_step(db, stmt, err);
    if (status == 1) {
        *sql = sqlite3_mprintf("DROP %s temp.\"%w\"",
                               sqlite3_column_text(stmt->handle, 0),
                               sqlite3_column_text(stmt->handle, 1));
        status =
            *sql != NULL ? 0 : error_set(err, ERROR_LIMIT, "out of memory");
    }
    db_sqlite_stmt_put(db, stmt);
    return status;
}

int db_sqlite_temp_drop(struct sqlite_db *db, struct error *err)
{
    char *sql;
    int status;

    if (!db->guard.temporary || db->lost)
        return 0;
    while ((status = next_drop(db, &sql, err)) == 0 && sql != NULL) {
        status = db_sqlite_stmt_run(db, sql, err);
        sqlite3_free(sql);
        if (status != 0)
            break;
    }
    return status;
}
