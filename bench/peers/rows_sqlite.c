/* The fastest way to change every row of `users` in SQLite: one transaction,
 * one statement that reads, one that writes, both prepared once.
 * rows_sqlite FILE */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#define READ "SELECT id, first_name, last_name FROM users ORDER BY id"
#define WRITE "UPDATE users SET full_name = ?1 WHERE id = ?2"

static int change(sqlite3_stmt *read, sqlite3_stmt *write)
{
    char name[512];
    int status;

    while ((status = sqlite3_step(read)) == SQLITE_ROW) {
        int size = snprintf(name, sizeof name, "%s %s",
                            (const char *)sqlite3_column_text(read, 1),
                            (const char *)sqlite3_column_text(read, 2));

        if (size < 0 || (size_t)size >= sizeof name ||
            sqlite3_bind_text(write, 1, name, size, SQLITE_STATIC) !=
                SQLITE_OK ||
            sqlite3_bind_int64(write, 2, sqlite3_column_int64(read, 0)) !=
                SQLITE_OK ||
            sqlite3_step(write) != SQLITE_DONE ||
            sqlite3_reset(write) != SQLITE_OK)
            return -1;
    }
    return status == SQLITE_DONE ? 0 : -1;
}

int main(int argc, char **argv)
{
    sqlite3_stmt *read = NULL, *write = NULL;
    sqlite3 *db = NULL;
    int status = 1;

    (void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (sqlite3_open(argc > 1 ? argv[1] : "", &db) == SQLITE_OK &&
        sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, READ, -1, &read, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, WRITE, -1, &write, NULL) == SQLITE_OK &&
        change(read, write) == 0 &&
        sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        status = 0;
    if (status != 0)
        (void)fprintf(stderr, "rows_sqlite: %s\n", sqlite3_errmsg(db));
    (void)sqlite3_finalize(read);
    (void)sqlite3_finalize(write);
    (void)sqlite3_close(db);
    return status;
}
