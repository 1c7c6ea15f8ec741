/* Edited files and unfinished steps: what `accept` and `status` ask for. */
#include "api/handle.h"

#include "api/rewrite.h"
#include "base/str.h"
#include "base/vec.h"
#include "run/accept.h"
#include "run/progress.h"
#include "run/version.h"

/* Whether `id` has stopped between its steps, also when no file knows it. */
static int is_recorded(struct luamigrate *migrate, struct db *db,
                       const char *id, bool *is, struct error *err)
{
    struct run_tables tables = handle_tables(migrate);
    struct version_state state;
    struct progress_row *rows;
    size_t count = 0;
    bool exists;

    if (version_look(db, &tables, &migrate->arena, &state, err) < 0 ||
        progress_look(db, &tables, &migrate->arena, &exists, err) < 0 ||
        (exists && progress_read(db, &tables, &migrate->arena, id, NULL, &rows,
                                 &count, err) < 0))
        return -1;
    *is = count > 0;
    return 0;
}

static int restart_steps(struct luamigrate *migrate, const char *symbol,
                         struct db *db, struct luamigrate_accepted *out,
                         struct error *err)
{
    struct run_tables tables = handle_tables(migrate);
    const struct graph_node *node;
    bool recorded;

    if (is_recorded(migrate, db, symbol, &recorded, err) < 0)
        return -1;
    if (!recorded) {
        if (rewrite_find(migrate, symbol, &node, err) < 0)
            return -1;
        symbol = node->revision->id;
    }
    *out = (struct luamigrate_accepted){.revision = symbol};
    return accept_restart(db, &tables, &migrate->arena, symbol, &out->restarted,
                          err);
}

int luamigrate_accept(struct luamigrate *migrate, const char *symbol,
                      bool restart, struct luamigrate_accepted *out,
                      struct error *err)
{
    struct run_tables tables = handle_tables(migrate);
    const struct revision *revision;
    const struct graph_node *node;
    const struct graph *graph;
    struct names rows;
    char checksum[17];
    struct db *db;

    if (luamigrate_graph(migrate, &graph, err) < 0 ||
        luamigrate_rows(migrate, false, &rows, err) < 0 ||
        handle_connect(migrate, false, &db, err) < 0)
        return -1;
    if (restart)
        return restart_steps(migrate, symbol, db, out, err);
    if (rewrite_find(migrate, symbol, &node, err) < 0)
        return -1;
    revision = node->revision;
    *out = (struct luamigrate_accepted){.revision = revision->id};
    if (handle_checksum(migrate, revision, checksum, err) < 0)
        return -1;
    return accept_file(db, &tables, &migrate->arena, revision->id, checksum,
                       &out->accepted, err);
}

/* Adds the row to what is known of its revision. */
static void add_row(struct luamigrate_unfinished *item,
                    const struct progress_row *row, bool *standing)
{
    item->revision = row->revision;
    /* a step that was begun counts more than one that is done */
    if (!*standing || !row->done)
        item->step = row->step;
    *standing = *standing || !row->done;
    if (!row->done && row->rows >= 0) {
        item->done = row->rows;
        item->total = row->total;
    } else if (item->total < 0 && row->done) {
        item->done++;
    }
}

static enum direction direction_of(const struct luamigrate *migrate,
                                   const bool *applied, const char *revision)
{
    const struct graph_node *node = graph_find(&migrate->graph, revision);

    return node != NULL && applied[node - migrate->graph.nodes]
               ? DIRECTION_DOWNGRADE
               : DIRECTION_UPGRADE;
}

int luamigrate_unfinished(struct luamigrate *migrate,
                          struct luamigrate_unfinished **items, size_t *count,
                          struct error *err)
{
    struct run_tables tables = handle_tables(migrate);
    VEC(struct luamigrate_unfinished) found = {0};
    const bool *applied;
    struct progress_row *rows;
    struct version_state state;
    size_t row_count;
    struct db *db;
    bool exists;

    *items = NULL;
    *count = 0;
    if (handle_connect(migrate, false, &db, err) < 0 ||
        version_look(db, &tables, &migrate->arena, &state, err) < 0 ||
        progress_look(db, &tables, &migrate->arena, &exists, err) < 0)
        return -1;
    if (!exists)
        return 0;
    if (progress_read(db, &tables, &migrate->arena, NULL, NULL, &rows,
                      &row_count, err) < 0 ||
        luamigrate_applied(migrate, &applied, err) < 0)
        return -1;
    for (size_t i = 0; i < row_count; i++) {
        struct luamigrate_unfinished item = {
            .total = -1,
            .direction = direction_of(migrate, applied, rows[i].revision)};
        bool standing = false, seen = false;

        for (size_t j = 0; j < found.count; j++)
            seen = seen || str_equal(found.items[j].revision, rows[i].revision);
        if (seen)
            continue;
        for (size_t j = i; j < row_count; j++)
            if (str_equal(rows[j].revision, rows[i].revision))
                add_row(&item, &rows[j], &standing);
        vec_push(&migrate->arena, &found, item);
    }
    *items = found.items;
    *count = found.count;
    return 0;
}
