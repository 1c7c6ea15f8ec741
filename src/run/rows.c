#include "run/rows.h"

#include <stdlib.h>
#include <string.h>

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void reserve(struct rows *rows, size_t count)
{
    const char **now, **before;

    if (count <= rows->capacity)
        return;
    rows->capacity = count * 2;
    now = arena_array(rows->arena, const char *, rows->capacity);
    before = arena_array(rows->arena, const char *, rows->capacity);
    for (size_t i = 0; i < rows->now.count; i++)
        now[i] = rows->now.items[i];
    rows->now.items = now;
    rows->before.items = before;
    rows->before.count = 0;
}

void rows_set(struct rows *rows, const struct names *names)
{
    reserve(rows, names->count + 1);
    for (size_t i = 0; i < names->count; i++)
        rows->now.items[i] = names->items[i];
    rows->now.count = names->count;
    qsort(rows->now.items, rows->now.count, sizeof *rows->now.items,
          compare_texts);
}

/* The place of `id` in the rows, or the place where it belongs. */
static size_t find(const struct names *names, const char *id)
{
    size_t low = 0, high = names->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (strcmp(names->items[middle], id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void take(struct names *names, const char *id)
{
    size_t at = find(names, id);

    if (at == names->count || strcmp(names->items[at], id) != 0)
        return;
    names->count--;
    memmove(names->items + at, names->items + at + 1,
            (names->count - at) * sizeof *names->items);
}

static void add(struct names *names, const char *id)
{
    size_t at = find(names, id);

    memmove(names->items + at + 1, names->items + at,
            (names->count - at) * sizeof *names->items);
    names->items[at] = id;
    names->count++;
}

void rows_apply(struct rows *rows, const struct plan_step *step)
{
    reserve(rows, rows->now.count + step->come.count);
    for (size_t i = 0; i < rows->now.count; i++)
        rows->before.items[i] = rows->now.items[i];
    rows->before.count = rows->now.count;
    for (size_t i = 0; i < step->gone.count; i++)
        take(&rows->now, step->gone.items[i]);
    for (size_t i = 0; i < step->come.count; i++)
        add(&rows->now, step->come.items[i]);
}
