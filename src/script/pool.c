#include "script/pool.h"

#include <stdlib.h>
#include <string.h>

#define SLAB_SIZE ((size_t)32 * 1024)
#define SLAB_HEAD ((size_t)16) /* keeps the blocks aligned */

/* A free block begins with a pointer to the next one. */
static void push(void **list, void *block)
{
    memcpy(block, list, sizeof *list);
    *list = block;
}

static size_t place(size_t size)
{
    return (size + POOL_STEP - 1) / POOL_STEP;
}

static int add_slab(struct pool *pool)
{
    char *slab = malloc(SLAB_SIZE);

    if (slab == NULL)
        return -1;
    if (pool->left >= POOL_STEP) /* always a whole number of steps */
        push(&pool->free[pool->left / POOL_STEP], pool->next);
    push(&pool->slabs, slab);
    pool->next = slab + SLAB_HEAD;
    pool->left = SLAB_SIZE - SLAB_HEAD;
    return 0;
}

/* A block of `size` bytes, from 1 to POOL_MAX; NULL: no memory. */
static void *take(struct pool *pool, size_t size)
{
    void **list = &pool->free[place(size)], *block = *list;

    size = place(size) * POOL_STEP;
    if (block != NULL) {
        memcpy(list, block, sizeof *list);
        return block;
    }
    if (pool->left < size && add_slab(pool) != 0)
        return NULL;
    block = pool->next;
    pool->next += size;
    pool->left -= size;
    return block;
}

/* Takes back a block that was taken with this size. */
static void give(struct pool *pool, void *block, size_t size)
{
    push(&pool->free[place(size)], block);
}

void pool_clear(struct pool *pool)
{
    void *slab = pool->slabs, *next;

    for (; slab != NULL; slab = next) {
        memcpy(&next, slab, sizeof next);
        free(slab);
    }
    memset(pool, 0, sizeof *pool);
}

static void *get(struct pool *pool, size_t size)
{
    return size <= POOL_MAX ? take(pool, size) : malloc(size);
}

static void put(struct pool *pool, void *block, size_t size)
{
    if (size <= POOL_MAX)
        give(pool, block, size);
    else
        free(block);
}

void *pool_resize(struct pool *pool, void *old, size_t old_size, size_t size)
{
    void *new;

    if (old == NULL)
        return size > 0 ? get(pool, size) : NULL;
    if (size == 0) {
        put(pool, old, old_size);
        return NULL;
    }
    if (old_size > POOL_MAX && size > POOL_MAX)
        return realloc(old, size);
    if (old_size <= POOL_MAX && size <= POOL_MAX &&
        place(old_size) == place(size))
        return old;
    new = get(pool, size);
    if (new == NULL)
        return NULL;
    memcpy(new, old, old_size < size ? old_size : size);
    put(pool, old, old_size);
    return new;
}
