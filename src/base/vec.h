/* Arrays that grow, in an arena. `VEC(struct x) xs = {0};` is an empty one;
 * its items are xs.items[0 .. xs.count - 1]. */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

#include <stddef.h>

#define VEC(type)                                                              \
    struct {                                                                   \
        type *items;                                                           \
        size_t count;                                                          \
        size_t capacity;                                                       \
    }

/* Adds `item` at the end of `*vec`. */
#define vec_push(arena, vec, item)                                             \
    do {                                                                       \
        if ((vec)->count == (vec)->capacity)                                   \
            (vec)->items = vec_grow((arena), (vec)->items, &(vec)->capacity,   \
                                    sizeof *(vec)->items);                     \
        (vec)->items[(vec)->count++] = (item);                                 \
    } while (0)

/* Returns `items` with twice the capacity (8 at first). */
void *vec_grow(struct arena *arena, void *items, size_t *capacity, size_t size);

#endif
