/* The moments in which the texts of the schema may be written
 * (https://www.sqlite.org/pragma.html#pragma_writable_schema). */
#include "db/db_sqlite.h"

#include <stdio.h>

static int set(struct sqlite_db *db, bool on, struct error *err)
{
    static const int settings[][3] = {
        {SQLITE_DBCONFIG_DQS_DDL, 0, 1},
        {SQLITE_DBCONFIG_DQS_DML, 0, 1},
        {SQLITE_DBCONFIG_DEFENSIVE, 1, 0},
        {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0, 1},
    };
    int rc = SQLITE_OK;

    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        if (rc == SQLITE_OK)
            rc = sqlite3_db_config(db->handle, settings[i][0],
                                   settings[i][on ? 2 : 1], (int *)NULL);
    return rc == SQLITE_OK ? 0 : db_sqlite_error(db, rc, "", 0, err);
}

/* Another version makes every connection, this one too, read the schema and
 * prepare its statements again. */
static int bump(struct sqlite_db *db, const char *schema, struct error *err)
{
    char *sql = sqlite3_mprintf("PRAGMA \"%w\".schema_version", schema);
    struct sqlite_stmt *stmt;
    sqlite3_int64 version = 0;
    int status;

    if (sql == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    status = db_sqlite_stmt_own(db, sql, &stmt, err);
    if (status == 0) {
        status = db_sqlite_stmt_step(db, stmt, err);
        version = status == 1 ? sqlite3_column_int64(stmt->handle, 0) : 0;
        db_sqlite_stmt_put(db, stmt);
    }
    sqlite3_free(sql);
    if (status < 0)
        return -1;
    sql = sqlite3_mprintf("PRAGMA \"%w\".schema_version = %lld", schema,
                          (version + 1) & 0x7fffffff);
    if (sql == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    status = db_sqlite_stmt_run(db, sql, err);
    sqlite3_free(sql);
    return status;
}

int db_sqlite_schema_edit(struct db *base, const char *schema,
                          const char *table, bool on, struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    struct error later;
    int status = 0;

    if (db->lost)
        return db_sqlite_error_lost(db, err);
    if (on) {
        db_sqlite_cursor_drain(db);
        return set(db, true, err);
    }
    if (table != NULL)
        status = db_sqlite_guard_note(db, schema, table, err);
    if (status == 0)
        status = bump(db, schema, err);
    if (db_sqlite_stmt_run(db, "PRAGMA writable_schema = RESET",
                           status == 0 ? err : &later) != 0)
        status = -1;
    /* what follows must be safe again even after an error */
    if (set(db, false, status == 0 ? err : &later) != 0)
        status = -1;
    return status;
}
