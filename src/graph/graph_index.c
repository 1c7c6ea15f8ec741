#include "graph/graph_internal.h"

#include "base/str.h"

#include <string.h>
#include <strings.h>

/* FNV-1: the last byte changes low bits only, so ids that count upwards stay
 * close together in the slots. */
static uint32_t hash_folded(const char *text)
{
    uint64_t hash = STR_HASH_START;

    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (c >= 'A' && c <= 'Z')
            c += 'a' - 'A';
        hash = (hash * 1099511628211u) ^ c;
    }
    /* the low bits depend on the low bits of the text only */
    return (uint32_t)(hash ^ (hash >> 32));
}

/* The bits of a slot above the mask: other ones for each of such neighbours. */
static uint32_t tag_of(const struct graph_index *index, uint32_t hash)
{
    return (hash * 2654435769u) & ~index->mask;
}

void graph_index_init(struct graph_index *index, struct arena *arena,
                      struct graph_name *names, uint32_t used, size_t count)
{
    uint32_t size = 8;

    while (size < count * 2)
        size *= 2;
    if (used < count)
        names = arena_grow(arena, names, used * sizeof *names,
                           count * sizeof *names);
    index->names = names;
    index->count = used;
    index->slots = arena_array(arena, uint32_t, size);
    index->mask = size - 1;
}

/* The slot of `text`, which is free when it is not there; `*similar` as in
 * graph_index_enter. */
static uint32_t *find(const struct graph_index *index, const char *text,
                      uint32_t hash, const struct graph_name **similar)
{
    uint32_t mask = index->mask, tag = tag_of(index, hash);
    uint32_t at = hash & mask;

    *similar = NULL;
    for (; index->slots[at] != 0; at = (at + 1) & mask) {
        uint32_t slot = index->slots[at];
        const struct graph_name *name = &index->names[(slot & mask) - 1];

        if ((slot & ~mask) != tag)
            continue;
        if (strcmp(name->text, text) == 0)
            break;
        if (*similar == NULL && strcasecmp(name->text, text) == 0)
            *similar = name;
    }
    return &index->slots[at];
}

static const struct graph_name *name_at(const struct graph_index *index,
                                        uint32_t slot)
{
    return slot == 0 ? NULL : &index->names[(slot & index->mask) - 1];
}

const struct graph_name *graph_index_find(const struct graph_index *index,
                                          const char *text)
{
    const struct graph_name *similar;

    return name_at(index, *find(index, text, hash_folded(text), &similar));
}

const struct graph_name *graph_index_enter(struct graph_index *index,
                                           uint32_t place,
                                           const struct graph_name **similar)
{
    uint32_t hash = hash_folded(index->names[place].text);
    uint32_t *slot = find(index, index->names[place].text, hash, similar);

    if (*slot != 0)
        return name_at(index, *slot);
    *slot = tag_of(index, hash) | (place + 1);
    return NULL;
}

const struct graph_name *graph_index_add(struct graph_index *index,
                                         const struct graph_name *name,
                                         const struct graph_name **similar)
{
    const struct graph_name *other;

    index->names[index->count] = *name;
    other = graph_index_enter(index, index->count, similar);
    index->count += other == NULL;
    return other;
}

const char *graph_index_suggest(const struct graph_index *index,
                                struct arena *arena, const char *text)
{
    const struct graph_name *similar;
    const char **names;
    size_t count = 0;

    (void)find(index, text, hash_folded(text), &similar);
    if (similar != NULL)
        return similar->text;
    names = arena_array(arena, const char *, index->count + 1);
    for (uint32_t i = 0; i < index->count; i++)
        names[count++] = index->names[i].text;
    return str_suggest(text, names, count);
}
