#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_SIZE (16 * 1024)
#define ALIGNMENT 16
/* guarantees.md: a limit was hit */
#define EXIT_LIMIT 14

struct arena_block {
    struct arena_block *next;
    size_t used;
    size_t size;
    bool is_zero; /* what is not used yet */
    char data[] __attribute__((aligned(ALIGNMENT)));
};

static void die(void *context)
{
    static const char text[] = "luamigrate: out of memory\n";

    (void)context;
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
        _exit(EXIT_LIMIT);
    _exit(EXIT_LIMIT);
}

void arena_init(struct arena *arena, void (*out_of_memory)(void *context),
                void *context)
{
    arena->head = NULL;
    arena->out_of_memory = out_of_memory != NULL ? out_of_memory : die;
    arena->context = context;
}

void arena_clear(struct arena *arena)
{
    struct arena_mark start = {NULL, 0};

    arena_release(arena, start);
}

/* Pages of a large block come zeroed from the kernel, on first use: nothing
 * has to be written before they are filled. */
static struct arena_block *new_block(size_t size)
{
    bool is_large = size > BLOCK_SIZE;
    struct arena_block *block;

    if (size > SIZE_MAX - sizeof *block)
        return NULL;
    size += sizeof *block;
    block = is_large ? calloc(1, size) : malloc(size);
    if (block != NULL)
        block->is_zero = is_large;
    return block;
}

static struct arena_block *add_block(struct arena *arena, size_t size)
{
    struct arena_block *block;

    if (size < BLOCK_SIZE)
        size = BLOCK_SIZE;
    block = new_block(size);
    if (block == NULL) {
        arena->out_of_memory(arena->context);
        abort(); /* the handler must not return */
    }
    block->next = arena->head;
    block->used = 0;
    block->size = size;
    arena->head = block;
    return block;
}

/* Texts need no alignment: thousands of small ones are then next to each other
 * without gaps. */
static void *raw_alloc(struct arena *arena, size_t size, size_t alignment)
{
    struct arena_block *block = arena->head;
    size_t start = 0;

    if (block != NULL)
        start = (block->used + alignment - 1) & ~(alignment - 1);
    if (block == NULL || start > block->size || block->size - start < size) {
        block = add_block(arena, size);
        start = 0;
    }
    block->used = start + size;
    return block->data + start;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    void *data = raw_alloc(arena, size, ALIGNMENT);

    return arena->head->is_zero ? data : memset(data, 0, size);
}

void *arena_grow(struct arena *arena, void *old, size_t old_size,
                 size_t new_size)
{
    struct arena_block *block = arena->head;
    void *data;

    if (old != NULL && block->used >= old_size) {
        size_t start = block->used - old_size;

        if ((char *)old == block->data + start &&
            new_size <= block->size - start) {
            block->used = start + new_size;
            block->is_zero = block->is_zero && new_size >= old_size;
            return old;
        }
    }
    if (old != NULL && new_size <= old_size)
        return old;
    data = raw_alloc(arena, new_size, ALIGNMENT);
    if (old != NULL)
        memcpy(data, old, old_size);
    return data;
}

char *arena_strndup(struct arena *arena, const char *text, size_t size)
{
    char *copy = raw_alloc(arena, size + 1, 1);

    if (size > 0)
        memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_strndup(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
    va_list copy;
    int size;
    char *text;

    va_copy(copy, args);
    size = vsnprintf(NULL, 0, format, copy);
    va_end(copy);
    if (size < 0)
        return arena_strdup(arena, "");
    text = raw_alloc(arena, (size_t)size + 1, 1);
    vsnprintf(text, (size_t)size + 1, format, args);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    char *text;

    va_start(args, format);
    text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

struct arena_mark arena_mark(const struct arena *arena)
{
    struct arena_mark mark = {arena->head,
                              arena->head != NULL ? arena->head->used : 0};

    return mark;
}

void arena_release(struct arena *arena, struct arena_mark mark)
{
    while (arena->head != mark.block) {
        struct arena_block *next = arena->head->next;

        free(arena->head);
        arena->head = next;
    }
    if (arena->head != NULL) {
        arena->head->used = mark.used;
        arena->head->is_zero = false;
    }
}
