#include "graph/graph_internal.h"

#include "base/str.h"

#include <string.h>
#include <strings.h>

static uint64_t hash_folded(const char *text)
{
    uint64_t hash = STR_HASH_START;

    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (c >= 'A' && c <= 'Z')
            c += 'a' - 'A';
        hash = (hash ^ c) * 1099511628211u;
    }
    /* the low bits of FNV-1a depend on the low bits of the text only */
    return hash ^ (hash >> 32);
}

static uint16_t tag_of(uint64_t hash)
{
    return (uint16_t)(hash >> 48);
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

/* The next name with the tag of `hash`, from the slot `*at` on; NULL at the
 * end of the chain. */
static const struct graph_name *next(const struct graph_index *index,
                                     uint64_t hash, uint32_t *at)
{
    uint32_t slot;

    while ((slot = index->slots[*at & index->mask]) != 0) {
        ++*at;
        if (index->names[slot - 1].tag == tag_of(hash))
            return &index->names[slot - 1];
    }
    return NULL;
}

const struct graph_name *graph_index_find(const struct graph_index *index,
                                          const char *text)
{
    uint64_t hash = hash_folded(text);
    uint32_t at = (uint32_t)hash & index->mask;
    const struct graph_name *name;

    while ((name = next(index, hash, &at)) != NULL)
        if (strcmp(name->text, text) == 0)
            return name;
    return NULL;
}

const struct graph_name *graph_index_similar(const struct graph_index *index,
                                             const char *text)
{
    uint64_t hash = hash_folded(text);
    uint32_t at = (uint32_t)hash & index->mask;
    const struct graph_name *name;

    while ((name = next(index, hash, &at)) != NULL)
        if (strcasecmp(name->text, text) == 0 && strcmp(name->text, text) != 0)
            return name;
    return NULL;
}

static void add(struct graph_index *index, struct graph_name name)
{
    uint64_t hash = hash_folded(name.text);
    uint32_t at = (uint32_t)hash & index->mask;

    while (index->slots[at] != 0)
        at = (at + 1) & index->mask;
    name.tag = tag_of(hash);
    index->names[index->count++] = name;
    index->slots[at] = index->count;
}

void graph_index_add(struct graph_index *index, const char *text, uint32_t node,
                     bool is_label)
{
    add(index,
        (struct graph_name){.text = text, .node = node, .is_label = is_label});
}

void graph_index_alias(struct graph_index *index,
                       const struct graph_alias *alias)
{
    add(index, (struct graph_name){.text = alias->text,
                                   .node = alias->node,
                                   .is_inner = alias->is_inner});
}

const char *graph_index_suggest(const struct graph_index *index,
                                struct arena *arena, const char *text)
{
    const struct graph_name *similar = graph_index_similar(index, text);
    const char **names;
    size_t count = 0;

    if (similar != NULL)
        return similar->text;
    names = arena_array(arena, const char *, index->count + 1);
    for (uint32_t i = 0; i < index->count; i++)
        names[count++] = index->names[i].text;
    return str_suggest(text, names, count);
}
