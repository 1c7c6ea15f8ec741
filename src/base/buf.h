/* Text that grows, in an arena: nothing to free, always NUL-terminated. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/arena.h"

#include <stddef.h>

struct buf {
    struct arena *arena;
    char *data; /* NUL-terminated; "" until something is added */
    size_t size;
    size_t capacity;
};

void buf_init(struct buf *buf, struct arena *arena);
void buf_add(struct buf *buf, const char *text);
void buf_addn(struct buf *buf, const char *data, size_t size);
void buf_char(struct buf *buf, char c);
void buf_addf(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buf_reset(struct buf *buf);

#endif
