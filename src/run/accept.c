#include "run/accept.h"

#include "run/alone.h"
#include "run/history.h"
#include "run/progress.h"
#include "run/version.h"

struct accept {
    struct db *db;
    struct run_tables tables;
    struct arena *arena;
    const char *revision;
    const char *checksum; /* NULL: the steps are forgotten */
    bool history, progress;
};

/* Which of the tables are there. */
static int look(struct accept *accept, bool *exists, struct error *err)
{
    struct version_state state;

    if (version_look(accept->db, &accept->tables, accept->arena, &state, err) <
        0)
        return -1;
    *exists = state.exists;
    if (history_look(accept->db, &accept->tables, accept->arena,
                     &accept->history, err) < 0)
        return -1;
    return progress_look(accept->db, &accept->tables, accept->arena,
                         &accept->progress, err);
}

/* An index that was not finished is never taken for done (G9). */
static int check_indexes(struct accept *accept, struct error *err)
{
    struct progress_row *rows;
    size_t count;

    if (accept->checksum == NULL || !accept->progress)
        return 0;
    if (progress_read(accept->db, &accept->tables, accept->arena,
                      accept->revision, NULL, &rows, &count, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        enum alone_state state;
        const char *drop;

        if (rows[i].done || rows[i].rows >= 0 || rows[i].cursor == NULL)
            continue;
        if (alone_look(accept->db, rows[i].cursor, accept->arena, &state, &drop,
                       err) < 0)
            return -1;
        if (state != ALONE_INVALID)
            continue;
        error_set(err, ERROR_REFUSED,
                  "%s: the step %s has left an invalid index: %s",
                  accept->revision, rows[i].step, rows[i].cursor);
        return error_hint(err,
                          "`luamigrate upgrade` drops it and builds it "
                          "again; `luamigrate accept --restart %s` forgets "
                          "all steps",
                          accept->revision);
    }
    return 0;
}

static int change(struct accept *accept, bool *changed, struct error *err)
{
    bool history = false, steps = false;
    int64_t count = 0;

    if (accept->checksum == NULL) {
        if (accept->progress &&
            progress_forget(accept->db, &accept->tables, accept->arena,
                            accept->revision, NULL, &count, err) < 0)
            return -1;
        *changed = count > 0;
        return 0;
    }
    if (accept->history &&
        history_accept(accept->db, &accept->tables, accept->arena,
                       accept->revision, accept->checksum, &history, err) < 0)
        return -1;
    if (accept->progress &&
        progress_accept(accept->db, &accept->tables, accept->arena,
                        accept->revision, accept->checksum, &steps, err) < 0)
        return -1;
    *changed = history || steps;
    return 0;
}

static int carry_out(struct accept *accept, bool *changed, struct error *err)
{
    const struct db_driver *driver = accept->db->driver;
    struct db_begin how = {.fence_schema = accept->tables.schema,
                           .fence_table = accept->tables.version_table,
                           .lock_timeout = -1,
                           .statement_timeout = -1};

    if (driver->begin(accept->db, &how, err) == 0 &&
        change(accept, changed, err) == 0 &&
        driver->prove(accept->db, err) == 0 &&
        driver->commit(accept->db, err) == 0)
        return 0;
    driver->rollback(accept->db);
    return -1;
}

static int run(struct accept *accept, bool *changed, struct error *err)
{
    const struct db_driver *driver = accept->db->driver;
    bool exists;
    int status;

    *changed = false;
    if (look(accept, &exists, err) < 0)
        return -1;
    if (!exists || (!accept->history && !accept->progress))
        return 0;
    if (check_indexes(accept, err) < 0)
        return -1;
    if (driver->lock == NULL || accept->db->pooled)
        return carry_out(accept, changed, err);
    /* as run.c names it */
    if (driver->lock(accept->db,
                     arena_printf(accept->arena, "%s.%s", accept->tables.schema,
                                  accept->tables.version_table),
                     err) < 0)
        return -1;
    status = carry_out(accept, changed, err);
    driver->unlock(accept->db);
    return status;
}

int accept_file(struct db *db, const struct run_tables *tables,
                struct arena *arena, const char *revision, const char *checksum,
                bool *changed, struct error *err)
{
    struct accept accept = {.db = db,
                            .tables = *tables,
                            .arena = arena,
                            .revision = revision,
                            .checksum = checksum};

    return run(&accept, changed, err);
}

int accept_restart(struct db *db, const struct run_tables *tables,
                   struct arena *arena, const char *revision, bool *changed,
                   struct error *err)
{
    struct accept accept = {
        .db = db, .tables = *tables, .arena = arena, .revision = revision};

    return run(&accept, changed, err);
}
