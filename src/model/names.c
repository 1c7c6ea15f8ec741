#include "model/names.h"

#include "base/str.h"

#include <strings.h>

bool names_same(const struct names *a, const struct names *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!str_equal(a->items[i], b->items[i]))
            return false;
    return true;
}

bool names_same_folded(const struct names *a, const struct names *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcasecmp(a->items[i], b->items[i]) != 0)
            return false;
    return true;
}

bool names_have(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (str_equal(names->items[i], name))
            return true;
    return false;
}

bool names_have_folded(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcasecmp(names->items[i], name) == 0)
            return true;
    return false;
}

void names_push(struct names *names, struct arena *arena, const char *name)
{
    const char **items = arena_array(arena, const char *, names->count + 1);

    for (size_t i = 0; i < names->count; i++)
        items[i] = names->items[i];
    items[names->count++] = name;
    names->items = items;
}
