#include "db/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEMORY_MAX (1024 * 1024)

struct spool {
    char *memory; /* rows, each behind its size */
    size_t used, capacity, read;
    FILE *file; /* the rows that memory did not take; NULL: none */
    bool reading;
    char *row; /* the row being written, or read from the file */
    size_t row_capacity;
};

int spool_open(struct spool **spool, struct error *err)
{
    *spool = calloc(1, sizeof **spool);
    if (*spool == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    return 0;
}

void spool_close(struct spool *spool)
{
    if (spool == NULL)
        return;
    if (spool->file != NULL)
        fclose(spool->file);
    free(spool->memory);
    free(spool->row);
    free(spool);
}

static int reserve(char **data, size_t *capacity, size_t size,
                   struct error *err)
{
    size_t wanted = *capacity > 0 ? *capacity : 4096;
    char *grown;

    if (size <= *capacity)
        return 0;
    while (wanted < size)
        wanted *= 2;
    grown = realloc(*data, wanted);
    if (grown == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    *data = grown;
    *capacity = wanted;
    return 0;
}

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
    int fd;

    snprintf(path, sizeof path, "%s/luamigrate-XXXXXX",
             folder != NULL && *folder != '\0' ? folder : "/tmp");
    fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return disk_error(err);
    if (unlink(path) != 0 || (spool->file = fdopen(fd, "w+")) == NULL) {
        disk_error(err);
        close(fd);
        return -1;
    }
    return 0;
}

static bool has_text(const struct value *value)
{
    return value->kind == VALUE_TEXT || value->kind == VALUE_BYTES;
}

/* Each value is its struct, followed by its text and a NUL. */
static size_t packed_size(const struct value *row, size_t count)
{
    size_t size = count * sizeof *row;

    for (size_t i = 0; i < count; i++)
        if (has_text(&row[i]))
            size += row[i].text.size + 1;
    return size;
}

static void pack(char *out, const struct value *row, size_t count)
{
    char *text = out + count * sizeof *row;

    if (count > 0)
        memcpy(out, row, count * sizeof *row);
    for (size_t i = 0; i < count; i++) {
        if (!has_text(&row[i]))
            continue;
        if (row[i].text.size > 0)
            memcpy(text, row[i].text.data, row[i].text.size);
        text += row[i].text.size;
        *text++ = '\0';
    }
}

static void unpack(const char *data, struct value *row, size_t count)
{
    const char *text = data + count * sizeof *row;

    if (count > 0)
        memcpy(row, data, count * sizeof *row);
    for (size_t i = 0; i < count; i++) {
        if (!has_text(&row[i]))
            continue;
        row[i].text.data = text;
        text += row[i].text.size + 1;
    }
}

int spool_write(struct spool *spool, const struct value *row, size_t count,
                struct error *err)
{
    size_t size = packed_size(row, count);
    size_t whole = sizeof size + size;

    if (spool->file == NULL && whole <= MEMORY_MAX - spool->used) {
        if (reserve(&spool->memory, &spool->capacity, spool->used + whole,
                    err) != 0)
            return -1;
        memcpy(spool->memory + spool->used, &size, sizeof size);
        pack(spool->memory + spool->used + sizeof size, row, count);
        spool->used += whole;
        return 0;
    }
    if (spool->file == NULL && open_file(spool, err) != 0)
        return -1;
    if (reserve(&spool->row, &spool->row_capacity, whole, err) != 0)
        return -1;
    memcpy(spool->row, &size, sizeof size);
    pack(spool->row + sizeof size, row, count);
    if (fwrite(spool->row, whole, 1, spool->file) != 1)
        return disk_error(err);
    return 0;
}

static int start_reading(struct spool *spool, struct error *err)
{
    spool->reading = true;
    if (spool->file == NULL)
        return 0;
    if (fflush(spool->file) != 0 || fseek(spool->file, 0, SEEK_SET) != 0)
        return disk_error(err);
    return 0;
}

int spool_read(struct spool *spool, struct value *row, size_t count,
               struct error *err)
{
    size_t size;

    if (!spool->reading && start_reading(spool, err) != 0)
        return -1;
    if (spool->read < spool->used) {
        memcpy(&size, spool->memory + spool->read, sizeof size);
        unpack(spool->memory + spool->read + sizeof size, row, count);
        spool->read += sizeof size + size;
        return 1;
    }
    if (spool->file == NULL)
        return 0;
    if (fread(&size, sizeof size, 1, spool->file) != 1)
        return ferror(spool->file) ? disk_error(err) : 0;
    if (reserve(&spool->row, &spool->row_capacity, size + 1, err) != 0)
        return -1;
    if (size > 0 && fread(spool->row, size, 1, spool->file) != 1)
        return disk_error(err);
    unpack(spool->row, row, count);
    return 1;
}
