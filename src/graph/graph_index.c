#include "graph/graph_internal.h"

#include "base/str.h"

#include <string.h>
#include <strings.h>

static uint32_t hash_folded(const char *text)
{
    uint64_t hash = STR_HASH_START;

    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (c >= 'A' && c <= 'Z')
            c += 'a' - 'A';
        hash = (hash ^ c) * 1099511628211u;
    }
    /* the low bits of FNV-1a depend on the low bits of the text only */
    return (uint32_t)(hash ^ (hash >> 32)) & 0x7fffffff;
}

void graph_index_init(struct graph_index *index, struct arena *arena,
                      size_t count)
{
    uint32_t size = 8;

    while (size < count * 2)
        size *= 2;
    index->slots = arena_array(arena, struct graph_name, size);
    index->mask = size - 1;
    index->count = 0;
}

/* The slot of `text`, which is free when it is not there; `*similar` as in
 * graph_index_add. */
static struct graph_name *find(const struct graph_index *index,
                               const char *text, uint32_t hash,
                               const struct graph_name **similar)
{
    uint32_t at = hash & index->mask;

    *similar = NULL;
    for (; index->slots[at].text != NULL; at = (at + 1) & index->mask) {
        if (index->slots[at].hash != hash)
            continue;
        if (strcmp(index->slots[at].text, text) == 0)
            break;
        if (*similar == NULL && strcasecmp(index->slots[at].text, text) == 0)
            *similar = &index->slots[at];
    }
    return &index->slots[at];
}

const struct graph_name *graph_index_find(const struct graph_index *index,
                                          const char *text)
{
    const struct graph_name *similar;
    const struct graph_name *slot =
        find(index, text, hash_folded(text), &similar);

    return slot->text != NULL ? slot : NULL;
}

const struct graph_name *graph_index_add(struct graph_index *index,
                                         const char *text, uint32_t node,
                                         bool is_label,
                                         const struct graph_name **similar)
{
    uint32_t hash = hash_folded(text);
    struct graph_name *slot = find(index, text, hash, similar);

    if (slot->text != NULL)
        return slot;
    *slot = (struct graph_name){text, node, is_label, hash};
    index->count++;
    return NULL;
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
    for (uint32_t i = 0; i <= index->mask; i++)
        if (index->slots[i].text != NULL)
            names[count++] = index->slots[i].text;
    return str_suggest(text, names, count);
}
