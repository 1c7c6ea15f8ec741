#include "db/db_postgres.h"

#include "base/str.h"
#include "ddl/sql_kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_SIZE 64
#define SQL_MAX (16 * 1024) /* longer texts are not kept */

enum state {
    SEEN, /* once: the next time it is prepared */
    SENT, /* prepared, when what was sent before it succeeds */
    READY
};

struct pg_prepared {
    char *sql; /* NULL: a free place */
    Oid *types;
    size_t size;
    int count;
    uint64_t hash;
    unsigned number; /* of its name */
    unsigned used;   /* for finding the one that was not used for longest */
    enum state state;
    bool own; /* of the runner, about its own tables: no script changes those */
};

static void statement_name(unsigned number, char out[32])
{
    snprintf(out, 32, "luamigrate_%u", number);
}

/* Forgets a statement, on the server too. */
static int drop(struct pg_db *db, struct pg_prepared *item, struct error *err)
{
    bool prepared = item->sql != NULL && item->state != SEEN;
    char name[32], sql[64];

    free(item->sql);
    free(item->types);
    item->sql = NULL;
    item->types = NULL;
    if (!prepared)
        return 0;
    statement_name(item->number, name);
    snprintf(sql, sizeof sql, "DEALLOCATE %s", name);
    return db_postgres_queue_own(db, sql, NULL, NULL, err);
}

void db_postgres_prepare_clear(struct pg_db *db)
{
    for (size_t i = 0; db->prepared != NULL && i < CACHE_SIZE; i++) {
        free(db->prepared[i].sql);
        free(db->prepared[i].types);
    }
    free(db->prepared);
    db->prepared = NULL;
    db->prepared_stale = false;
}

static int drop_all(struct pg_db *db, struct error *err)
{
    db->prepared_stale = false;
    for (size_t i = 0; db->prepared != NULL && i < CACHE_SIZE; i++)
        if (!db->prepared[i].own && drop(db, &db->prepared[i], err) != 0)
            return -1;
    return 0;
}

static struct pg_prepared *find(struct pg_db *db, uint64_t hash,
                                const struct db_statement *statement,
                                const struct pg_params *params)
{
    for (size_t i = 0; i < CACHE_SIZE; i++) {
        struct pg_prepared *item = &db->prepared[i];

        if (item->sql != NULL && item->hash == hash &&
            item->size == statement->size && item->count == params->count &&
            memcmp(item->sql, statement->sql, item->size) == 0 &&
            (params->count == 0 ||
             memcmp(item->types, params->types,
                    (size_t)params->count * sizeof *params->types) == 0))
            return item;
    }
    return NULL;
}

/* The place of a new statement. */
static struct pg_prepared *oldest(struct pg_db *db)
{
    struct pg_prepared *item = &db->prepared[0];

    for (size_t i = 0; i < CACHE_SIZE && item->sql != NULL; i++)
        if (db->prepared[i].sql == NULL || db->prepared[i].used < item->used)
            item = &db->prepared[i];
    return item;
}

static int remember(struct pg_db *db, uint64_t hash,
                    const struct db_statement *statement,
                    const struct pg_params *params, struct error *err)
{
    struct pg_prepared *item = oldest(db);
    size_t types = (size_t)params->count * sizeof *params->types;

    if (drop(db, item, err) != 0)
        return -1;
    item->types = malloc(types + 1);
    if (item->types == NULL)
        return 0;
    item->sql = strdup(statement->sql);
    if (types > 0)
        memcpy(item->types, params->types, types);
    item->size = statement->size;
    item->count = params->count;
    item->hash = hash;
    item->state = SEEN;
    item->own = statement->own;
    item->used = ++db->prepared_uses;
    return 0;
}

/* Sends the text under a name. */
static int send_text(struct pg_db *db, struct pg_prepared *item,
                     const struct db_statement *statement, struct error *err)
{
    struct pg_entry *entry;
    char name[32];

    item->number = ++db->prepared_number;
    statement_name(item->number, name);
    if (db_postgres_queue_entry(db, statement, true, &entry, err) != 0)
        return -1;
    entry->prepares = item->number;
    if (libpq.PQsendPrepare(db->conn, name, item->sql, item->count,
                            item->types) == 0)
        return db_postgres_error_lost(db, err);
    item->state = SENT;
    return 0;
}

/* Rows would have to keep their types over a change of the table; parameters
 * too, so what is not plain data (db->prepared_stale) drops all. The runner
 * names the columns that it reads. */
static bool worth_it(const struct db_statement *statement)
{
    const char *sql = statement->sql;
    size_t size = statement->size;
    enum sql_kind kind = sql_kind(SQL_LEX_POSTGRESQL, sql, size, 0);

    if (kind == SQL_KIND_READ)
        return statement->own || statement->whole;
    return kind == SQL_KIND_WRITE &&
           (statement->own ||
            !sql_kind_has_word(SQL_LEX_POSTGRESQL, sql, size, "returning"));
}

/* The plan that is kept for all values takes a list for a short one, and finds
 * a row of the table for each item. */
static bool has_list(const struct db_statement *statement)
{
    for (size_t i = 0; i < statement->param_count; i++)
        if (statement->params[i].kind == VALUE_LIST)
            return true;
    return false;
}

int db_postgres_prepare(struct pg_db *db, const struct db_statement *statement,
                        bool again, struct pg_params *params,
                        struct arena *arena, struct error *err)
{
    struct pg_prepared *item;
    uint64_t hash;

    params->name = NULL;
    if ((params->count == 0 && !again) || statement->size > SQL_MAX ||
        db->db.pooled || has_list(statement))
        return 0;
    /* only now: nothing may come before ROLLBACK TO after a failure */
    if (db->prepared_stale && drop_all(db, err) != 0)
        return -1;
    if (db->prepared == NULL)
        db->prepared = calloc(CACHE_SIZE, sizeof *db->prepared);
    if (db->prepared == NULL)
        return 0;
    hash = str_hash(STR_HASH_START, statement->sql, statement->size);
    item = find(db, hash, statement, params);
    if (item == NULL)
        return again || worth_it(statement)
                   ? remember(db, hash, statement, params, err)
                   : 0;
    item->used = ++db->prepared_uses;
    if (item->state == SEEN && send_text(db, item, statement, err) != 0)
        return -1;
    params->name = arena_alloc(arena, 32);
    statement_name(item->number, params->name);
    return 0;
}

void db_postgres_prepare_answer(struct pg_db *db, const struct pg_entry *entry,
                                bool done)
{
    if (entry->prepares == 0 || db->prepared == NULL)
        return;
    for (size_t i = 0; i < CACHE_SIZE; i++)
        if (db->prepared[i].sql != NULL && db->prepared[i].state != SEEN &&
            db->prepared[i].number == entry->prepares)
            db->prepared[i].state = done ? READY : SEEN;
}
