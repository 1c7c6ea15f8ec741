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
    return (uint32_t)(hash ^ (hash >> 32)) & 0x3fffffff;
}

void graph_index_init(struct graph_index *index, struct arena *arena,
                      size_t count)
{
    uint32_t size = 8;

    while (size < count * 2)
        size *= 2;
    index->names = arena_array(arena, struct graph_name, count);
    index->slots = arena_array(arena, uint32_t, size);
    index->mask = size - 1;
    index->count = 0;
}

/* The slot of `text`, which is free when it is not there; `*similar` as in
 * graph_index_add. */
static uint32_t *find(const struct graph_index *index, const char *text,
                      uint32_t hash, const struct graph_name **similar)
{
    uint32_t at = hash & index->mask;

    *similar = NULL;
    for (; index->slots[at] != 0; at = (at + 1) & index->mask) {
        const struct graph_name *name = &index->names[index->slots[at] - 1];

        if (name->hash != hash)
            continue;
        if (strcmp(name->text, text) == 0)
            break;
        if (*similar == NULL && strcasecmp(name->text, text) == 0)
            *similar = name;
    }
    return &index->slots[at];
}

const struct graph_name *graph_index_find(const struct graph_index *index,
                                          const char *text)
{
    const struct graph_name *similar;
    uint32_t slot = *find(index, text, hash_folded(text), &similar);

    return slot != 0 ? &index->names[slot - 1] : NULL;
}

const struct graph_name *graph_index_add(struct graph_index *index,
                                         const char *text, uint32_t node,
                                         bool is_label,
                                         const struct graph_name **similar)
{
    uint32_t hash = hash_folded(text);
    uint32_t *slot = find(index, text, hash, similar);

    if (*slot != 0)
        return &index->names[*slot - 1];
    index->names[index->count++] = (struct graph_name){
        .text = text, .node = node, .is_label = is_label, .hash = hash};
    *slot = index->count;
    return NULL;
}

void graph_index_alias(struct graph_index *index,
                       const struct graph_alias *alias)
{
    const struct graph_name *unused;

    if (graph_index_add(index, alias->text, alias->node, false, &unused) ==
        NULL)
        index->names[index->count - 1].is_inner = alias->is_inner;
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
