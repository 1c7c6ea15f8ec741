/* Files: read whole or by their beginning, written whole or not at all. */
#ifndef BASE_FS_H
#define BASE_FS_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct fs_text {
    char *data; /* NUL-terminated; NUL bytes inside are kept */
    size_t size;
};

/* Reads the regular file `path` of at most `limit` bytes into `arena`.
 * Never blocks on a FIFO or device. Errors: ERROR_IO "cannot read ...: why",
 * with `err->file` set; ENOENT keeps its own text. */
int fs_read(const char *path, size_t limit, struct arena *arena,
            struct fs_text *out, struct error *err);

/* Writes a new file: complete and synced, or not at all. An existing `path`
 * is never replaced (ERROR_IO "already exists"). */
int fs_write_new(const char *path, const char *data, size_t size,
                 struct error *err);

/* Replaces the regular file `path` at once: a reader sees the old or the new
 * text, whatever happens. Keeps its mode, and its owner where that may be
 * given; a link stays one. */
int fs_replace(const char *path, const char *data, size_t size,
               struct error *err);

/* Makes one directory; one that is there already is fine. */
int fs_make_dir(const char *path, struct error *err);

bool fs_exists(const char *path);
bool fs_is_dir(const char *path);

/* `dir`/`name`, or `name` when it is absolute or `dir` is "" or ".". */
char *fs_join(struct arena *arena, const char *dir, const char *name);
/* The directory part of `path`, "." when it has none. */
char *fs_dirname(struct arena *arena, const char *path);

#endif
