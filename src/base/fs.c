#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The first guess for a file that does not say its size (such as /proc). */
#define READ_CHUNK 4096
/* Names tried for the temporary file before giving up. */
#define TEMP_TRIES 100

/* Says what cannot be done with `path` and why. */
static int refuse(struct error *err, const char *what, const char *path,
                  const char *why)
{
    error_set(err, ERROR_IO, "cannot %s %s: %s", what, path, why);
    return error_at(err, path, 0);
}

static const char *kind_of(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFDIR:
        return "it is a directory";
    case S_IFIFO:
        return "it is a FIFO, not a regular file";
    case S_IFSOCK:
        return "it is a socket, not a regular file";
    case S_IFCHR:
    case S_IFBLK:
        return "it is a device, not a regular file";
    default:
        return "it is not a regular file";
    }
}

static int too_large(const char *path, size_t limit, struct error *err)
{
    error_set(err, ERROR_IO, "cannot read %s: larger than the limit of %zu %s",
              path, limit, limit == 1 ? "byte" : "bytes");
    return error_at(err, path, 0);
}

/* Returns bytes read, 0 at the end, or -1 with errno. */
static ssize_t read_some(int fd, char *data, size_t size)
{
    ssize_t got;

    do
        got = read(fd, data, size < SSIZE_MAX ? size : SSIZE_MAX);
    while (got < 0 && errno == EINTR);
    return got;
}

/* Reads to the end of `fd`; `expected` is a guess of the size, so that the
 * usual file needs one allocation and one read more to see its end. */
static int read_all(int fd, const char *path, size_t expected, size_t limit,
                    struct arena *arena, struct fs_text *out, struct error *err)
{
    size_t capacity = expected + 2; /* one to see the end, one for the NUL */
    char *data = arena_alloc(arena, capacity);
    size_t size = 0;

    for (;;) {
        ssize_t got;

        if (size + 1 == capacity) {
            data = arena_grow(arena, data, capacity, capacity * 2);
            capacity *= 2;
        }
        got = read_some(fd, data + size, capacity - size - 1);
        if (got < 0)
            return refuse(err, "read", path, strerror(errno));
        if (got == 0)
            break;
        size += (size_t)got;
        if (size > limit)
            return too_large(path, limit, err);
    }
    data[size] = '\0';
    out->data = data;
    out->size = size;
    return 0;
}

static int read_regular(int fd, const char *path, size_t limit,
                        struct arena *arena, struct fs_text *out,
                        struct error *err)
{
    struct stat info;
    size_t expected;

    if (fstat(fd, &info) != 0)
        return refuse(err, "read", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return refuse(err, "read", path, kind_of(info.st_mode));
    if (info.st_size > 0 && (size_t)info.st_size > limit)
        return too_large(path, limit, err);
    expected = info.st_size > 0 ? (size_t)info.st_size : READ_CHUNK;
    return read_all(fd, path, expected, limit, arena, out, err);
}

int fs_read(const char *path, size_t limit, struct arena *arena,
            struct fs_text *out, struct error *err)
{
    /* O_NONBLOCK: opening a FIFO without a writer returns at once */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    int result;

    if (fd < 0) {
        int number = errno;
        struct stat info;

        if (number == ENXIO && stat(path, &info) == 0)
            return refuse(err, "read", path, kind_of(info.st_mode));
        return refuse(err, "read", path, strerror(number));
    }
    result = read_regular(fd, path, limit, arena, out, err);
    close(fd); /* nothing was written: its result says nothing */
    return result;
}

static int write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t done = write(fd, data, size < SSIZE_MAX ? size : SSIZE_MAX);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return -1;
        data += done;
        size -= (size_t)done;
    }
    return 0;
}

/* The directory part of `path` with its slash; "" when it has none. */
static size_t folder_size(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

/* Makes a file of a new name beside `path`. Returns its descriptor, or -1
 * with errno. */
static int open_temp(const char *path, char temp[PATH_MAX])
{
    for (int try = 0; try < TEMP_TRIES; try++) {
        int length =
            snprintf(temp, PATH_MAX, "%.*s.luamigrate-%ld-%d.tmp",
                     (int)folder_size(path), path, (long)getpid(), try);
        int fd;

        if (length < 0 || length >= PATH_MAX) {
            errno = ENAMETOOLONG;
            return -1;
        }
        /* the mode is cut by the umask, as for any file a user makes */
        fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                  0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

/* Opens the folder of `path`, or with O_TMPFILE a file in it without a name. */
static int open_folder(const char *path, int flags)
{
    char folder[PATH_MAX];
    size_t size = folder_size(path);

    if (size >= sizeof folder) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(folder, size > 0 ? path : ".", size > 0 ? size : 1);
    folder[size > 0 ? size : 1] = '\0';
    return open(folder, flags | O_CLOEXEC, 0666);
}

/* Makes the names of the folder of `path` durable. */
static int sync_folder(const char *path)
{
    int fd = open_folder(path, O_RDONLY | O_DIRECTORY);
    int result, number;

    if (fd < 0)
        return -1;
    result = fsync(fd);
    number = errno;
    close(fd);
    /* EINVAL: the file system has no such thing for folders */
    if (result != 0 && number == EINVAL)
        return 0;
    errno = number;
    return result;
}

/* Gives the finished `temp` its name, which nobody may have yet. */
static int publish(const char *temp, const char *path)
{
    if (link(temp, path) == 0) {
        if (unlink(temp) == 0)
            return 0;
        unlink(path);
        return -1;
    }
    /* file systems without hard links */
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
        return -1;
    return renameat2(AT_FDCWD, temp, AT_FDCWD, path, RENAME_NOREPLACE);
}

/* Writes a file that has no name before it is whole, so that a process that
 * is killed leaves nothing. Returns 1 where there is no such thing. */
static int write_unnamed(const char *path, const char *data, size_t size)
{
    int fd = open_folder(path, O_TMPFILE | O_WRONLY);
    char self[32];
    int result = -1, number;

    if (fd < 0)
        return 1;
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    if (access(self, F_OK) != 0)
        result = 1;
    else if (write_all(fd, data, size) == 0 && fsync(fd) == 0)
        result = linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
    number = errno;
    close(fd);
    errno = number;
    return result;
}

/* Writes a file under a name of its own and gives it the right one then. */
static int write_named(const char *path, const char *data, size_t size)
{
    char temp[PATH_MAX];
    int fd = open_temp(path, temp);
    int number;

    if (fd < 0)
        return -1;
    if (write_all(fd, data, size) != 0 || fsync(fd) != 0) {
        number = errno;
        close(fd);
    } else if (close(fd) != 0 || publish(temp, path) != 0) {
        number = errno;
    } else {
        return 0;
    }
    unlink(temp);
    errno = number;
    return -1;
}

int fs_write_new(const char *path, const char *data, size_t size,
                 struct error *err)
{
    int result = write_unnamed(path, data, size);
    int number;

    if (result > 0)
        result = write_named(path, data, size);
    if (result != 0)
        return refuse(err, "write", path,
                      errno == EEXIST ? "it already exists" : strerror(errno));
    if (sync_folder(path) == 0)
        return 0;
    number = errno;
    unlink(path);
    return refuse(err, "write", path, strerror(number));
}

/* Gives the file the owner and the mode of the one it replaces. Only root may
 * give files away: for others it is theirs then. */
static int copy_rights(int fd, const struct stat *info)
{
    if (fchown(fd, info->st_uid, info->st_gid) != 0 && errno != EPERM)
        return -1;
    /* afterwards: a change of owner takes bits of the mode away */
    return fchmod(fd, info->st_mode & 07777);
}

/* Writes `temp`, gives it rights and name of `path`. Returns errno, or 0. */
static int replace_file(int fd, const struct stat *info, const char *temp,
                        const char *path, const char *data, size_t size)
{
    int number = 0;

    if (copy_rights(fd, info) != 0 || write_all(fd, data, size) != 0 ||
        fsync(fd) != 0)
        number = errno;
    if (close(fd) != 0 && number == 0)
        number = errno;
    if (number == 0 && rename(temp, path) != 0)
        number = errno;
    if (number != 0)
        unlink(temp);
    else if (sync_folder(path) != 0)
        number = errno;
    return number;
}

int fs_replace(const char *path, const char *data, size_t size,
               struct error *err)
{
    char real[PATH_MAX], temp[PATH_MAX];
    struct stat info;
    int fd, number;

    if (realpath(path, real) == NULL || stat(real, &info) != 0)
        return refuse(err, "write", path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return refuse(err, "write", path, kind_of(info.st_mode));
    fd = open_temp(real, temp);
    if (fd < 0)
        return refuse(err, "write", path, strerror(errno));
    number = replace_file(fd, &info, temp, real, data, size);
    if (number != 0)
        return refuse(err, "write", path, strerror(number));
    return 0;
}

int fs_make_dir(const char *path, struct error *err)
{
    int number;

    if (mkdir(path, 0777) == 0)
        return 0;
    number = errno;
    if (number == EEXIST && fs_is_dir(path))
        return 0;
    return refuse(err, "make the directory", path,
                  number == EEXIST ? "a file of this name already exists"
                                   : strerror(number));
}

bool fs_exists(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0;
}

bool fs_is_dir(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

char *fs_join(struct arena *arena, const char *dir, const char *name)
{
    size_t size = strlen(dir);

    if (name[0] == '/' || size == 0 || strcmp(dir, ".") == 0)
        return arena_strdup(arena, name);
    return arena_printf(arena, dir[size - 1] == '/' ? "%s%s" : "%s/%s", dir,
                        name);
}

/* The size of `path` without slashes at its end. */
static size_t trimmed(const char *path, size_t size)
{
    while (size > 1 && path[size - 1] == '/')
        size--;
    return size;
}

char *fs_dirname(struct arena *arena, const char *path)
{
    size_t size = trimmed(path, strlen(path));

    while (size > 0 && path[size - 1] != '/')
        size--;
    if (size == 0)
        return arena_strdup(arena, ".");
    return arena_strndup(arena, path, trimmed(path, size));
}
