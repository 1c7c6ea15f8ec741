/* Memory that is freed together: one arena per command holds strings, graph,
 * plan and models; one per step holds an op and its SQL. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *head;
    void (*out_of_memory)(void *context); /* must not return */
    void *context;
};

/* A place in an arena, to free what was allocated behind it. */
struct arena_mark {
    struct arena_block *block;
    size_t used;
};

/* Prepares an empty arena; nothing is allocated yet. `out_of_memory` may be
 * NULL: the process then prints a message and exits with 14 (both databases
 * roll back a dead client). */
void arena_init(struct arena *arena, void (*out_of_memory)(void *context),
                void *context);

/* Frees everything; the arena may be used again. */
void arena_clear(struct arena *arena);

/* Allocates `size` zeroed bytes, aligned for any object.
 * Returns: never NULL. Owns: the arena. */
void *arena_alloc(struct arena *arena, size_t size);

/* Grows the allocation `old` of `old_size` bytes to `new_size`, in place when
 * it is the newest one, which can also give back what it does not need. The
 * new part is not zeroed. */
void *arena_grow(struct arena *arena, void *old, size_t old_size,
                 size_t new_size);

char *arena_strdup(struct arena *arena, const char *text);
/* Copies `size` bytes (NUL bytes included) and adds a NUL. */
char *arena_strndup(struct arena *arena, const char *text, size_t size);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

struct arena_mark arena_mark(const struct arena *arena);
/* Frees what was allocated after `mark` was taken. */
void arena_release(struct arena *arena, struct arena_mark mark);

#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, type, count)                                        \
    ((type *)arena_alloc((arena), sizeof(type) * (count)))

#endif
