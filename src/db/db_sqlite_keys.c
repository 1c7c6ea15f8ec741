/* Which table refers to which. To ask the whole schema after each revision
 * takes time that grows with the square of the tables, so what was read is
 * kept, and of the tables that a script made, altered or dropped it is read
 * again. The schema's version tells whether another program changed it. */
#include "db/db_sqlite.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void db_sqlite_keys_clear(struct sqlite_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++)
        free(keys->items[i].child);
    free(keys->items);
    memset(keys, 0, sizeof *keys);
}

static int out_of_memory(struct error *err)
{
    return error_set(err, ERROR_LIMIT, "out of memory");
}

/* One allocation holds both names. */
static int add_key(struct sqlite_keys *keys, const char *child,
                   const char *parent, struct error *err)
{
    size_t child_size = strlen(child) + 1, parent_size = strlen(parent) + 1;
    struct sqlite_key key;

    if (keys->count == keys->capacity) {
        size_t capacity = keys->capacity > 0 ? keys->capacity * 2 : 16;
        struct sqlite_key *items =
            realloc(keys->items, capacity * sizeof *items);

        if (items == NULL)
            return out_of_memory(err);
        keys->items = items;
        keys->capacity = capacity;
    }
    key.child = malloc(child_size + parent_size);
    if (key.child == NULL)
        return out_of_memory(err);
    key.parent = key.child + child_size;
    memcpy(key.child, child, child_size);
    memcpy(key.child + child_size, parent, parent_size);
    keys->items[keys->count++] = key;
    return 0;
}

/* Adds what the rows (child, parent) of `stmt` say and gives it back. */
static int add_rows(struct sqlite_db *db, struct sqlite_stmt *stmt,
                    struct sqlite_keys *keys, struct error *err)
{
    int status;

    while ((status = reflect_sqlite_next(&db->db, stmt, err)) == 1) {
        const void *child = sqlite3_column_text(stmt->handle, 0);
        const void *parent = sqlite3_column_text(stmt->handle, 1);

        if (child == NULL || parent == NULL)
            continue;
        if (add_key(keys, child, parent, err) != 0) {
            status = -1;
            break;
        }
    }
    return reflect_sqlite_done(&db->db, stmt, status);
}

int db_sqlite_keys_read(struct sqlite_db *db, const char *schema,
                        struct sqlite_keys *keys, struct error *err)
{
    char *sql = sqlite3_mprintf(
        "SELECT m.name, f.\"table\" FROM \"%w\".sqlite_schema AS m, "
        "pragma_foreign_key_list(m.name, ?1) AS f "
        "WHERE m.type = 'table' AND m.sql LIKE '%%references%%'",
        schema);
    struct sqlite_stmt *stmt;
    int status;

    db_sqlite_keys_clear(keys);
    if (sql == NULL)
        return out_of_memory(err);
    status = reflect_sqlite_open(&db->db, sql, schema, NULL, &stmt, err);
    sqlite3_free(sql);
    return status == 0 ? add_rows(db, stmt, keys, err) : -1;
}

static int read_table(struct sqlite_db *db, const char *table,
                      struct error *err)
{
    struct sqlite_keys *keys = &db->keys;
    struct sqlite_stmt *stmt;
    size_t kept = 0;

    for (size_t i = 0; i < keys->count; i++) {
        if (strcasecmp(keys->items[i].child, table) == 0)
            free(keys->items[i].child);
        else
            keys->items[kept++] = keys->items[i];
    }
    keys->count = kept;
    if (reflect_sqlite_open(&db->db,
                            "SELECT ?2, \"table\" FROM "
                            "pragma_foreign_key_list(?2, ?1)",
                            "main", table, &stmt, err) != 0)
        return -1;
    return add_rows(db, stmt, keys, err);
}

static int read_version(struct sqlite_db *db, int64_t *version,
                        struct error *err)
{
    struct sqlite_stmt *stmt;
    int status;

    if (reflect_sqlite_open(&db->db, "PRAGMA main.schema_version", NULL, NULL,
                            &stmt, err) != 0)
        return -1;
    status = reflect_sqlite_next(&db->db, stmt, err);
    *version = status == 1 ? sqlite3_column_int64(stmt->handle, 0) : -1;
    return reflect_sqlite_done(&db->db, stmt, status < 0 ? -1 : 0);
}

int db_sqlite_keys_begin(struct sqlite_db *db, struct error *err)
{
    int64_t version;

    if (!db->keys.known)
        return 0;
    if (read_version(db, &version, err) != 0)
        return -1;
    /* without a transaction others may write */
    if (!db->begun || version != db->keys.version)
        db_sqlite_keys_clear(&db->keys);
    return 0;
}

/* A table that gets another name gets it in the keys of others too. */
static bool is_renamed(const struct sqlite_notes *changed)
{
    for (size_t i = 0; i < changed->count; i++)
        if (changed->items[i].change & SQLITE_CHANGE_NAME)
            return true;
    return false;
}

static int update(struct sqlite_db *db, struct error *err)
{
    const struct sqlite_notes *changed = &db->guard.changed;

    if (!db->keys.known || is_renamed(changed))
        return db_sqlite_keys_read(db, "main", &db->keys, err);
    for (size_t i = 0; i < changed->count; i++) {
        const struct sqlite_note *note = &changed->items[i];

        if ((note->change & ~(unsigned)SQLITE_CHANGE_ROWS) != 0 &&
            strcasecmp(note->schema, "main") == 0 &&
            read_table(db, note->table, err) != 0)
            return -1;
    }
    return 0;
}

int db_sqlite_keys_update(struct sqlite_db *db, struct error *err)
{
    int status = update(db, err);

    db->keys.known = false;
    if (status == 0)
        status = read_version(db, &db->keys.version, err);
    db->keys.known = status == 0 && db->begun;
    return status;
}
