#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void buf_init(struct buf *buf, struct arena *arena)
{
    buf->arena = arena;
    buf->capacity = 64;
    buf->data = arena_alloc(arena, buf->capacity);
    buf->size = 0;
}

/* Makes room for `size` more bytes and the final NUL. */
static void reserve(struct buf *buf, size_t size)
{
    size_t capacity = buf->capacity;

    if (buf->capacity - buf->size > size)
        return;
    while (capacity - buf->size <= size)
        capacity *= 2;
    buf->data = arena_grow(buf->arena, buf->data, buf->capacity, capacity);
    buf->capacity = capacity;
}

void buf_addn(struct buf *buf, const char *data, size_t size)
{
    if (size == 0)
        return;
    reserve(buf, size);
    memcpy(buf->data + buf->size, data, size);
    buf->size += size;
    buf->data[buf->size] = '\0';
}

void buf_add(struct buf *buf, const char *text)
{
    buf_addn(buf, text, strlen(text));
}

void buf_char(struct buf *buf, char c)
{
    reserve(buf, 1);
    buf->data[buf->size++] = c;
    buf->data[buf->size] = '\0';
}

void buf_addf(struct buf *buf, const char *format, ...)
{
    size_t room = buf->capacity - buf->size;
    va_list args;
    int size;

    va_start(args, format);
    size = vsnprintf(buf->data + buf->size, room, format, args);
    va_end(args);
    if (size <= 0) {
        buf->data[buf->size] = '\0';
        return;
    }
    if ((size_t)size >= room) {
        reserve(buf, (size_t)size);
        va_start(args, format);
        vsnprintf(buf->data + buf->size, (size_t)size + 1, format, args);
        va_end(args);
    }
    buf->size += (size_t)size;
}

void buf_reset(struct buf *buf)
{
    buf->size = 0;
    buf->data[0] = '\0';
}
