/* Violated foreign keys are judged by what the revision changed (G13). */
#include "run/txn_parts.h"

#include "base/buf.h"

#include <string.h>

/* how many violated rows an error names */
#define SHOWN_VIOLATIONS 5

static bool is_known(const struct db_violations *known, const char *text)
{
    for (size_t i = 0; i < known->count; i++)
        if (strcmp(known->items[i], text) == 0)
            return true;
    return false;
}

/* The violations of `all` that `known` does not have. */
static struct db_violations unknown(struct arena *arena,
                                    const struct db_violations *all,
                                    const struct db_violations *known)
{
    struct db_violations fresh = {NULL, 0};

    if (all->count == 0)
        return fresh;
    fresh.items = arena_array(arena, const char *, all->count);
    for (size_t i = 0; i < all->count; i++)
        if (!is_known(known, all->items[i]))
            fresh.items[fresh.count++] = all->items[i];
    return fresh;
}

static int report(struct txn *txn, const struct db_violations *new,
                  struct error *err)
{
    struct buf text;

    buf_init(&text, &txn->scratch);
    for (size_t i = 0; i < new->count &&i < SHOWN_VIOLATIONS; i++)
        buf_addf(&text, "\n  %s", new->items[i]);
    if (new->count > SHOWN_VIOLATIONS)
        buf_addf(&text, "\n  and %zu more", new->count - SHOWN_VIOLATIONS);
    error_set(err, ERROR_FAILED, "foreign keys are violated by %zu row%s:%s",
              new->count, new->count == 1 ? "" : "s", text.data);
    return error_hint(err, "mend the rows in the revision, or change the "
                           "foreign key first");
}

/* Adds to txn->known what the rolled back database has of violations in the
 * tables that the script changed. */
static int learn(struct txn *txn, struct error *err)
{
    struct db_violations before, fresh;
    const char **all;

    if (txn->db->driver->violations(txn->db, &txn->scratch, &before, err) < 0)
        return -1;
    fresh = unknown(&txn->scratch, &before, &txn->known);
    all = arena_array(txn->arena, const char *,
                      txn->known.count + fresh.count + 1);
    for (size_t i = 0; i < txn->known.count; i++)
        all[i] = txn->known.items[i];
    for (size_t i = 0; i < fresh.count; i++)
        all[txn->known.count + i] = arena_strdup(txn->arena, fresh.items[i]);
    txn->known.items = all;
    txn->known.count += fresh.count;
    return 0;
}

int txn_keys_check(struct txn *txn, bool *again, struct error *err)
{
    struct db_violations all, new;

    if (txn->db->driver->violations(txn->db, &txn->scratch, &all, err) < 0)
        return -1;
    new = unknown(&txn->scratch, &all, &txn->known);
    if (new.count == 0)
        return 0;
    txn_close(txn);
    if (learn(txn, err) < 0)
        return -1;
    new = unknown(&txn->scratch, &all, &txn->known);
    if (new.count > 0)
        return report(txn, &new, err);
    *again = true;
    return 0;
}
