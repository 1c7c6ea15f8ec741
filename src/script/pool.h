/* Small blocks of memory for Lua, which takes and gives back one for each
 * string, table and row: a list of free blocks for each size, cut from slabs
 * that are kept until the end. */
#ifndef SCRIPT_POOL_H
#define SCRIPT_POOL_H

#include <stddef.h>

#ifdef __SANITIZE_ADDRESS__
#define POOL_MAX ((size_t)0) /* so that it sees every block */
#else
#define POOL_MAX ((size_t)256) /* larger blocks are none of the pool's */
#endif

#define POOL_STEP 16

struct pool {
    void *free[256 / POOL_STEP + 1]; /* the first free block of each size */
    char *next;                      /* what is left of the newest slab */
    size_t left;
    void *slabs;
};

/* Gives back all slabs. */
void pool_clear(struct pool *pool);

/* realloc() of a block that may be the pool's or not, by its size. `old` NULL
 * and 0: a new one; `size` 0: frees, returns NULL. NULL: no memory, `old` is as
 * it was. */
void *pool_resize(struct pool *pool, void *old, size_t old_size, size_t size);

#endif
