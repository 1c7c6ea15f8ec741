/* Savepoints: nobody may be told late what failed in them. */
#include "db/db_postgres.h"

#include <stdio.h>
#include <string.h>

static int run_savepoint(struct pg_db *db, const char *verb, int number,
                         struct error *err)
{
    struct db_statement statement = {.own = true};
    char sql[64];

    if (number < 1)
        return error_set(err, ERROR_INTERNAL, "no savepoint is open");
    snprintf(sql, sizeof sql, "%s luamigrate_%d", verb, number);
    statement.sql = sql;
    statement.size = strlen(sql);
    if (db_postgres_queue_add(db, &statement, NULL, NULL, false, err) != 0)
        return -1;
    return db_postgres_queue_collect(db, err);
}

int db_postgres_savepoint(struct db *base, struct error *err)
{
    struct pg_db *db = (struct pg_db *)base;
    int depth = db->savepoints;

    if (!db->begun)
        return error_set(err, ERROR_INTERNAL, "no transaction is open");
    if (db_postgres_queue_collect(db, err) != 0 ||
        run_savepoint(db, "SAVEPOINT", depth + 1, err) != 0)
        return -1;
    if (depth < 64) {
        db->savepoint_data &= ~((uint64_t)1 << depth);
        db->savepoint_data |= (uint64_t)db->data << depth;
    }
    db->savepoints++;
    return 0;
}

int db_postgres_savepoint_release(struct db *base, struct error *err)
{
    struct pg_db *db = (struct pg_db *)base;

    if (db_postgres_queue_collect(db, err) != 0 ||
        run_savepoint(db, "RELEASE", db->savepoints, err) != 0)
        return -1;
    db->savepoints--;
    return 0;
}

int db_postgres_savepoint_rollback(struct db *base, struct error *err)
{
    struct pg_db *db = (struct pg_db *)base;
    int depth = db->savepoints;

    if (db_postgres_queue_drain(db, err) != 0)
        return -1;
    db_postgres_cursor_end(db, depth);
    db_postgres_queue_forgive(db);
    db->prepared_stale = true;
    if (run_savepoint(db, "ROLLBACK TO", depth, err) != 0)
        return -1;
    if (depth <= 64)
        db->data = (db->savepoint_data >> (depth - 1) & 1) != 0;
    return db_postgres_savepoint_release(base, err);
}
