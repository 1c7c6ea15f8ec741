#include "base/vec.h"

void *vec_grow(struct arena *arena, void *items, size_t *capacity, size_t size)
{
    size_t old = *capacity;

    *capacity = old > 0 ? old * 2 : 8;
    return arena_grow(arena, items, old * size, *capacity * size);
}
