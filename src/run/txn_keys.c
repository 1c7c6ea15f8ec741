/* Violated foreign keys are judged by what the revision changed (G13). */
#include "run/txn_parts.h"

#include "base/buf.h"
#include "base/vec.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* how many violated rows an error names */
#define SHOWN_VIOLATIONS 5

typedef VEC(const struct db_violation *) violation_list;

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_known(const struct names *known, const char *text)
{
    return known->count > 0 && bsearch(&text, known->items, known->count,
                                       sizeof *known->items, compare) != NULL;
}

/* The violations of `all` that are not known. */
static violation_list unknown(struct arena *arena,
                              const struct db_violations *all,
                              const struct names *known)
{
    violation_list fresh = {0};

    for (size_t i = 0; i < all->count; i++)
        if (!is_known(known, all->items[i].text))
            vec_push(arena, &fresh, &all->items[i]);
    return fresh;
}

/* Adds to txn->known, which is sorted. */
static void learn(struct txn *txn, const violation_list *list)
{
    struct names *known = &txn->known;
    const char **all =
        arena_array(txn->arena, const char *, known->count + list->count + 1);

    for (size_t i = 0; i < known->count; i++)
        all[i] = known->items[i];
    for (size_t i = 0; i < list->count; i++)
        all[known->count + i] = arena_strdup(txn->arena, list->items[i]->text);
    known->items = all;
    known->count += list->count;
    if (known->count > 1)
        qsort(all, known->count, sizeof *all, compare);
}

static int report(struct txn *txn, const violation_list *new, struct error *err)
{
    struct buf text;

    buf_init(&text, &txn->scratch);
    for (size_t i = 0; i < new->count &&i < SHOWN_VIOLATIONS; i++)
        buf_addf(&text, "\n  %s", new->items[i]->text);
    if (new->count > SHOWN_VIOLATIONS)
        buf_addf(&text, "\n  and %zu more", new->count - SHOWN_VIOLATIONS);
    error_set(err, ERROR_FAILED, "foreign keys are violated by %zu row%s:%s",
              new->count, new->count == 1 ? "" : "s", text.data);
    return error_hint(err, "mend the rows in the revision, or change the "
                           "foreign key first");
}

/* --- the same row under another name --- */

/* Whether the database, as it was before, had such a table, or column of it. */
struct look {
    struct txn *txn;
    struct error *err;
    bool failed;
};

static bool had(struct look *look, const struct db_key *key, const char *table,
                const char *column)
{
    struct txn *txn = look->txn;
    struct table *shape;

    if (look->failed)
        return true;
    if (txn->db->driver->shape(txn->db, key->schema, table, &txn->scratch,
                               &shape, look->err) < 0) {
        look->failed = true;
        return true;
    }
    if (shape == NULL || column == NULL)
        return shape != NULL;
    for (size_t i = 0; i < shape->column_count; i++)
        if (strcasecmp(shape->columns[i].name, column) == 0)
            return true;
    return false;
}

/* Whether `new` can be what `old` was: the same name, or one that was free. */
static bool can_be(struct look *look, const struct db_key *key,
                   const char *table, const char *old, const char *new)
{
    return strcasecmp(old, new) == 0 ||
           !had(look, key, table != NULL ? table : new,
                table != NULL ? new : NULL);
}

static bool can_be_columns(struct look *look, const struct db_key *key,
                           const char *table, const struct names *old,
                           const struct names *new)
{
    if (old->count != new->count)
        return false;
    for (size_t i = 0; i < old->count; i++)
        if (!can_be(look, key, table, old->items[i], new->items[i]))
            return false;
    return true;
}

/* Whether `new` is the violation `old`, its table, parent or columns renamed:
 * no other key had those names. */
static bool is_renamed(struct look *look, const struct db_violation *old,
                       const struct db_violation *new)
{
    const struct db_key *key = old->key;

    return key != NULL && new->key != NULL &&
           old->row == new->row &&strcasecmp(key->schema, new->key->schema) ==
               0 &&
           can_be(look, key, NULL, key->table, new->key->table) &&
           can_be(look, key, NULL, key->parent, new->key->parent) &&
           can_be_columns(look, key, key->table, &key->columns,
                          &new->key->columns) &&
           can_be_columns(look, key, key->parent, &key->to, &new->key->to);
}

/* The violations of `new` that are one of `gone` by another name; each of
 * those is taken once. */
static violation_list find_renamed(struct look *look, violation_list *gone,
                                   const violation_list *new)
{
    violation_list found = {0};

    for (size_t i = 0; i < new->count; i++) {
        size_t j = 0;

        while (j < gone->count &&
               !is_renamed(look, gone->items[j], new->items[i]))
            j++;
        if (j == gone->count)
            continue;
        gone->items[j] = gone->items[--gone->count];
        vec_push(&look->txn->scratch, &found, new->items[i]);
    }
    return found;
}

/* The violations of `before` that `all`, which is sorted, does not have. */
static violation_list vanished(struct arena *arena,
                               const struct db_violations *before,
                               const struct db_violations *all)
{
    struct names texts = {NULL, all->count};
    const char **items = arena_array(arena, const char *, all->count + 1);

    for (size_t i = 0; i < all->count; i++)
        items[i] = all->items[i].text;
    texts.items = items;
    return unknown(arena, before, &texts);
}

int txn_keys_check(struct txn *txn, bool *again, struct error *err)
{
    struct look look = {.txn = txn, .err = err};
    struct db_violations all, before;
    violation_list new, old, gone;

    if (txn->db->driver->violations(txn->db, &txn->scratch, &all, err) < 0)
        return -1;
    new = unknown(&txn->scratch, &all, &txn->known);
    if (new.count == 0)
        return 0;
    txn_close(txn);
    if (txn->db->driver->violations(txn->db, &txn->scratch, &before, err) < 0)
        return -1;
    old = unknown(&txn->scratch, &before, &txn->known);
    learn(txn, &old);
    new = unknown(&txn->scratch, &all, &txn->known);
    gone = vanished(&txn->scratch, &before, &all);
    old = find_renamed(&look, &gone, &new);
    if (look.failed)
        return -1;
    learn(txn, &old);
    new = unknown(&txn->scratch, &all, &txn->known);
    if (new.count > 0)
        return report(txn, &new, err);
    *again = true;
    return 0;
}
