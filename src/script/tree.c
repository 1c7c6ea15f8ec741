#include "script/tree.h"

#include "base/str.h"
#include "script/header.h"
#include "script/tree_list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How much of a file is read at first; headers are far shorter. */
#define PART_SIZE 8192

struct tree {
    struct arena *arena;
    struct revision *revisions;
    size_t count;
    graph_problems problems;
    char *part; /* PART_SIZE bytes */
};

static void refuse(struct tree *tree, const char *file, enum error_code code,
                   const char *text)
{
    struct graph_problem problem = {.file = file, .text = text, .code = code};

    vec_push(tree->arena, &tree->problems, problem);
}

static void refuse_errno(struct tree *tree, const char *file, int number)
{
    refuse(tree, file, ERROR_NONE,
           arena_printf(tree->arena, "cannot read: %s", strerror(number)));
}

/* What another thing than a regular file is called. */
static const char *kind_of(mode_t mode)
{
    if (S_ISDIR(mode))
        return "a folder, not a file: rename it";
    if (S_ISFIFO(mode))
        return "a FIFO, not a file";
    if (S_ISSOCK(mode))
        return "a socket, not a file";
    return "a device, not a file";
}

/* Reads up to `size` bytes, fewer only at the end of the file. */
static ssize_t read_fully(int fd, char *data, size_t size)
{
    size_t used = 0;

    while (used < size) {
        ssize_t got = read(fd, data + used, size - used);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        used += (size_t)got;
    }
    return (ssize_t)used;
}

/* Reads the header from a file of more than PART_SIZE bytes, whose first
 * bytes are in tree->part. */
static int read_long(struct tree *tree, int fd, size_t size,
                     struct revision *revision)
{
    size_t part = PART_SIZE;
    int status = 1;
    struct arena scratch;
    ssize_t got;
    char *text;

    while (part > 0 && tree->part[part - 1] != '\n')
        part--;
    if (part > 0)
        status = header_read_part(tree->part, part, revision->file, tree->arena,
                                  revision, &tree->problems);
    if (status <= 0)
        return status;
    arena_init(&scratch, tree->arena->out_of_memory, tree->arena->context);
    text = arena_alloc(&scratch, size);
    memcpy(text, tree->part, PART_SIZE);
    got = read_fully(fd, text + PART_SIZE, size - PART_SIZE);
    if (got < 0)
        refuse_errno(tree, revision->file, errno);
    else
        status = header_read(text, PART_SIZE + (size_t)got, revision->file,
                             tree->arena, revision, &tree->problems);
    arena_clear(&scratch);
    return got < 0 ? -1 : status;
}

/* Whether the open file is a regular one of a size that is allowed. */
static int check_open_file(struct tree *tree, int fd, const char *file,
                           size_t *size)
{
    struct stat info;

    if (fstat(fd, &info) < 0) {
        refuse_errno(tree, file, errno);
        return -1;
    }
    if (!S_ISREG(info.st_mode)) {
        refuse(tree, file, ERROR_NONE, kind_of(info.st_mode));
        return -1;
    }
    if (info.st_size > TREE_FILE_LIMIT) {
        refuse(tree, file, ERROR_NONE, "the file is larger than 1 MiB");
        return -1;
    }
    *size = (size_t)info.st_size;
    return 0;
}

/* `is_regular`: the folder says so, and one read tells a short file whole. */
static int read_open_file(struct tree *tree, int fd, bool is_regular,
                          struct revision *revision)
{
    size_t size = 0;
    ssize_t got;

    if (!is_regular && check_open_file(tree, fd, revision->file, &size) < 0)
        return -1;
    do {
        got = read(fd, tree->part, PART_SIZE);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        refuse_errno(tree, revision->file, errno);
        return -1;
    }
    if (got < PART_SIZE)
        return header_read(tree->part, (size_t)got, revision->file, tree->arena,
                           revision, &tree->problems);
    if (check_open_file(tree, fd, revision->file, &size) < 0)
        return -1;
    return read_long(tree, fd, size > PART_SIZE ? size : PART_SIZE, revision);
}

/* Whether the open file lies below the folder; `path` names it where there
 * is no /proc. */
static bool is_inside(const struct tree_list *list, int fd, const char *path)
{
    char name[32];
    char *folder = realpath(list->folder, NULL);
    char *real;
    size_t size;
    bool inside = false;

    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    real = realpath(name, NULL);
    if (real == NULL)
        real = realpath(path, NULL);
    if (folder != NULL && real != NULL) {
        size = strlen(folder);
        inside = strncmp(real, folder, size) == 0 &&
                 (real[size] == '/' || folder[size - 1] == '/');
    }
    free(folder);
    free(real);
    return inside;
}

/* Refuses, before it is opened, what is no regular file: opening a device
 * can have effects of its own. */
static int check_kind(struct tree *tree, const struct tree_list *list,
                      const struct tree_entry *entry, const char *file)
{
    struct stat info;

    if (entry->kind == TREE_FILE)
        return 0;
    if (fstatat(list->fd, entry->name, &info, 0) < 0) {
        if (entry->kind == TREE_LINK && (errno == ENOENT || errno == ELOOP))
            refuse(tree, file, ERROR_NONE, "a broken link");
        else
            refuse_errno(tree, file, errno);
        return -1;
    }
    if (S_ISREG(info.st_mode))
        return 0;
    refuse(tree, file, ERROR_NONE, kind_of(info.st_mode));
    return -1;
}

/* As fs_join, which formats: too slow for thousands of files. */
static const char *join(struct arena *arena, const char *folder,
                        const char *name)
{
    size_t prefix = strlen(folder), size = strlen(name);
    char *path;

    if (prefix == 0 || str_equal(folder, "."))
        return name;
    path = arena_alloc(arena, prefix + size + 2);
    memcpy(path, folder, prefix);
    path[prefix] = '/';
    memcpy(path + prefix + 1, name, size);
    return path;
}

static int read_entry(struct tree *tree, const struct tree_list *list,
                      const struct tree_entry *entry, struct revision *revision)
{
    int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    int fd, status;

    revision->path = join(tree->arena, list->folder, entry->name);
    revision->file = str_equal(list->folder, list->shown)
                         ? revision->path
                         : join(tree->arena, list->shown, entry->name);
    if (check_kind(tree, list, entry, revision->file) < 0)
        return -1;
    if (entry->kind == TREE_FILE)
        flags |= O_NOFOLLOW;
    fd = openat(list->fd, entry->name, flags);
    if (fd < 0) {
        refuse_errno(tree, revision->file, errno);
        return -1;
    }
    if (entry->kind == TREE_LINK && !is_inside(list, fd, revision->path)) {
        refuse(tree, revision->file, ERROR_SECURITY,
               "a link that leads out of the folder of revision files");
        status = -1;
    } else {
        status = read_open_file(tree, fd, entry->kind == TREE_FILE, revision);
    }
    close(fd);
    return status;
}

static void check_names(struct tree *tree, const struct tree_list *list)
{
    uint32_t count = (uint32_t)list->entries.count, size = 8;
    uint32_t *table;

    while (size <= count * 2)
        size *= 2;
    table = arena_array(tree->arena, uint32_t, size);
    for (uint32_t i = 0; i < count; i++) {
        const char *other = tree_list_similar(list, i, table, size);

        if (other != NULL)
            refuse(tree,
                   join(tree->arena, list->shown, list->entries.items[i].name),
                   ERROR_NONE,
                   arena_printf(tree->arena,
                                "the name differs only in case from %s",
                                other));
    }
}

/* Reads the files of a folder; those without an id are not kept. */
static void read_list(struct tree *tree, const struct tree_list *list)
{
    check_names(tree, list);
    for (size_t i = 0; i < list->entries.count; i++) {
        struct revision *revision = &tree->revisions[tree->count];

        if (i + 1 < list->entries.count)
            __builtin_prefetch(list->entries.items[i + 1].name);
        if (read_entry(tree, list, &list->entries.items[i], revision) == 0 ||
            revision->id != NULL) {
            tree->count++;
            continue;
        }
        memset(revision, 0, sizeof *revision);
    }
}

static int list_folders(const struct tree_source *source, struct arena *arena,
                        struct tree_list *lists, struct error *err)
{
    for (size_t i = 0; i < source->folders.count; i++) {
        if (tree_list_open(&lists[i], source->folders.items[i],
                           source->shown.items[i], source->recursive, arena,
                           err) == 0)
            continue;
        while (i-- > 0)
            tree_list_close(&lists[i]);
        return -1;
    }
    return 0;
}

int tree_load(const struct tree_source *source, struct arena *arena,
              struct graph *graph, struct error *err)
{
    struct tree tree = {.arena = arena};
    struct tree_list *lists =
        arena_array(arena, struct tree_list, source->folders.count);
    size_t count = 0;

    if (list_folders(source, arena, lists, err) < 0)
        return -1;
    for (size_t i = 0; i < source->folders.count; i++)
        count += lists[i].entries.count;
    /* one more: the place of a file that is not kept */
    tree.revisions = arena_array(arena, struct revision, count + 1);
    tree.part = arena_alloc(arena, PART_SIZE);
    for (size_t i = 0; i < source->folders.count; i++) {
        read_list(&tree, &lists[i]);
        tree_list_close(&lists[i]);
    }
    graph_build(arena, tree.revisions, tree.count, graph, &tree.problems);
    return graph_report(&tree.problems, err);
}
