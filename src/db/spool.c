#include "db/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEMORY_MAX (1024 * 1024)
#define BUFFER_SIZE (64 * 1024)
#define NUMBER_MAX 10 /* bytes of a number */

/* A row is the size of what follows, and its values: a byte for the kind, and
 * what there is to say of it. Numbers take seven bits to a byte, the lowest
 * first; texts have a NUL behind them. */
struct bytes {
    char *data;
    size_t used, capacity;
};

struct spool {
    struct bytes memory; /* the first rows */
    size_t read;         /* of the memory */
    int fd;              /* the rows that memory did not take; -1: none */
    struct bytes buffer; /* of the file: to be written, or read already ... */
    size_t at;           /* ... up to here */
    bool reading;
};

int spool_open(struct spool **spool, struct error *err)
{
    *spool = calloc(1, sizeof **spool);
    if (*spool == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    (*spool)->fd = -1;
    return 0;
}

void spool_close(struct spool *spool)
{
    if (spool == NULL)
        return;
    if (spool->fd >= 0)
        (void)close(spool->fd); /* it goes away with its name */
    free(spool->memory.data);
    free(spool->buffer.data);
    free(spool);
}

static int reserve(struct bytes *bytes, size_t size, struct error *err)
{
    size_t wanted = bytes->capacity > 0 ? bytes->capacity : 4096;
    char *grown;

    if (size <= bytes->capacity)
        return 0;
    while (wanted < size)
        wanted *= 2;
    grown = realloc(bytes->data, wanted);
    if (grown == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    bytes->data = grown;
    bytes->capacity = wanted;
    return 0;
}

/* The file */

static int disk_error(struct error *err)
{
    const char *folder = getenv("TMPDIR");

    error_errno(err, ERROR_IO, errno, "cannot put rows aside in %s",
                folder != NULL ? folder : "/tmp");
    return error_hint(err, "TMPDIR names the folder of temporary files");
}

static int open_file(struct spool *spool, struct error *err)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];

    snprintf(path, sizeof path, "%s/luamigrate-XXXXXX",
             folder != NULL && *folder != '\0' ? folder : "/tmp");
    spool->fd = mkostemp(path, O_CLOEXEC);
    if (spool->fd < 0 || unlink(path) != 0)
        return disk_error(err);
    return 0;
}

static int flush(struct spool *spool, struct error *err)
{
    const char *data = spool->buffer.data;
    size_t left = spool->buffer.used;

    while (left > 0) {
        ssize_t done = write(spool->fd, data, left);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return disk_error(err);
        data += done;
        left -= (size_t)done;
    }
    spool->buffer.used = 0;
    return 0;
}

/* Reads until `size` bytes from spool->at on are there; fewer at the end. */
static int fill(struct spool *spool, size_t size, struct error *err)
{
    struct bytes *buffer = &spool->buffer;

    if (buffer->used - spool->at >= size)
        return 0;
    memmove(buffer->data, buffer->data + spool->at, buffer->used - spool->at);
    buffer->used -= spool->at;
    spool->at = 0;
    if (reserve(buffer, size > BUFFER_SIZE ? size : BUFFER_SIZE, err) != 0)
        return -1;
    while (buffer->used < size) {
        ssize_t done = read(spool->fd, buffer->data + buffer->used,
                            buffer->capacity - buffer->used);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return disk_error(err);
        if (done == 0)
            break;
        buffer->used += (size_t)done;
    }
    return 0;
}

/* Values */

static char *put_number(char *out, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        *out++ = (char)(number | 0x80);
    *out++ = (char)number;
    return out;
}

static const char *get_number(const char *data, uint64_t *number)
{
    unsigned char byte;
    int shift = 0;

    *number = 0;
    do {
        byte = (unsigned char)*data++;
        *number |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while ((byte & 0x80) != 0);
    return data;
}

/* What a row takes at most. */
static size_t size_at_most(const struct value *row, size_t count)
{
    size_t size = count * (1 + NUMBER_MAX);

    for (size_t i = 0; i < count; i++)
        if (row[i].kind == VALUE_TEXT || row[i].kind == VALUE_BYTES)
            size += row[i].text.size + 1;
    return size;
}

static char *put_value(char *out, const struct value *value)
{
    *out++ = (char)value->kind;
    switch (value->kind) {
    case VALUE_BOOLEAN:
        *out++ = value->boolean ? 1 : 0;
        break;
    case VALUE_INTEGER: /* small ones are short, whatever their sign */
        out = put_number(out, (uint64_t)value->integer << 1 ^
                                  (value->integer < 0 ? ~0ULL : 0));
        break;
    case VALUE_FLOAT:
        memcpy(out, &value->number, sizeof value->number);
        out += sizeof value->number;
        break;
    case VALUE_TEXT:
    case VALUE_BYTES:
        out = put_number(out, value->text.size);
        if (value->text.size > 0)
            memcpy(out, value->text.data, value->text.size);
        out += value->text.size;
        *out++ = '\0';
        break;
    default:
        break;
    }
    return out;
}

static const char *get_value(const char *data, struct value *value)
{
    uint64_t number;

    memset(value, 0, sizeof *value);
    value->kind = (enum value_kind) * data++;
    switch (value->kind) {
    case VALUE_BOOLEAN:
        value->boolean = *data++ != 0;
        break;
    case VALUE_INTEGER:
        data = get_number(data, &number);
        value->integer =
            (int64_t)(number >> 1 ^ ((number & 1) != 0 ? ~0ULL : 0));
        break;
    case VALUE_FLOAT:
        memcpy(&value->number, data, sizeof value->number);
        data += sizeof value->number;
        break;
    case VALUE_TEXT:
    case VALUE_BYTES:
        data = get_number(data, &number);
        value->text.data = data;
        value->text.size = (size_t)number;
        data += number + 1;
        break;
    default:
        break;
    }
    return data;
}

/* Adds a row to `bytes`, where there is room for it and the number before it.
 */
static void put_row(struct bytes *bytes, const struct value *row, size_t count)
{
    char *start = bytes->data + bytes->used + NUMBER_MAX, *end = start;
    char *out = bytes->data + bytes->used;

    for (size_t i = 0; i < count; i++)
        end = put_value(end, &row[i]);
    out = put_number(out, (uint64_t)(end - start));
    memmove(out, start, (size_t)(end - start));
    bytes->used = (size_t)(out + (end - start) - bytes->data);
}

int spool_write(struct spool *spool, const struct value *row, size_t count,
                struct error *err)
{
    size_t size = size_at_most(row, count) + NUMBER_MAX;

    if (spool->fd < 0 && size <= MEMORY_MAX - spool->memory.used) {
        if (reserve(&spool->memory, spool->memory.used + size, err) != 0)
            return -1;
        put_row(&spool->memory, row, count);
        return 0;
    }
    if (spool->fd < 0 && open_file(spool, err) != 0)
        return -1;
    if (spool->buffer.used + size > BUFFER_SIZE && flush(spool, err) != 0)
        return -1;
    if (reserve(&spool->buffer, spool->buffer.used + size, err) != 0)
        return -1;
    put_row(&spool->buffer, row, count);
    return 0;
}

static int start_reading(struct spool *spool, struct error *err)
{
    spool->reading = true;
    if (spool->fd < 0)
        return 0;
    if (flush(spool, err) != 0)
        return -1;
    return lseek(spool->fd, 0, SEEK_SET) == 0 ? 0 : disk_error(err);
}

static const char *get_row(const char *data, struct value *row, size_t count)
{
    for (size_t i = 0; i < count; i++)
        data = get_value(data, &row[i]);
    return data;
}

int spool_read(struct spool *spool, struct value *row, size_t count,
               struct error *err)
{
    struct bytes *buffer = &spool->buffer;
    uint64_t size;
    size_t head;

    if (!spool->reading && start_reading(spool, err) != 0)
        return -1;
    if (spool->read < spool->memory.used) {
        const char *data = get_number(spool->memory.data + spool->read, &size);

        data = get_row(data, row, count);
        spool->read = (size_t)(data - spool->memory.data);
        return 1;
    }
    if (spool->fd < 0)
        return 0;
    if (fill(spool, NUMBER_MAX, err) != 0)
        return -1;
    if (spool->at == buffer->used)
        return 0;
    head = (size_t)(get_number(buffer->data + spool->at, &size) -
                    (buffer->data + spool->at));
    if (fill(spool, head + (size_t)size, err) != 0)
        return -1;
    (void)get_row(buffer->data + spool->at + head, row, count);
    spool->at += head + (size_t)size;
    return 1;
}
