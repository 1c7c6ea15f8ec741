#include "script/tree_list.h"

#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* Folders still to be listed: their names inside the first one. */
struct walk {
    struct tree_list *list;
    struct arena *arena;
    bool recursive;
    VEC(const char *) folders;
};

static int refuse(const struct tree_list *list, const char *name, int number,
                  struct error *err)
{
    error_errno(err, ERROR_CONFIG, number, "cannot read the folder %s%s%s",
                list->shown, name[0] != '\0' ? "/" : "", name);
    return -1;
}

/* DT_UNKNOWN is what some file systems answer. */
static unsigned char type_of(int fd, const struct dirent *entry)
{
    struct stat info;

    if (entry->d_type != DT_UNKNOWN)
        return entry->d_type;
    if (fstatat(fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) < 0)
        return DT_UNKNOWN;
    return (unsigned char)IFTODT(info.st_mode);
}

/* The first eight bytes, so that numbers compare as the names do. */
static uint64_t start_of(const char *name)
{
    uint64_t start = 0;

    for (int i = 0; i < 8; i++) {
        start = start << 8 | (unsigned char)*name;
        name += *name != '\0';
    }
    return start;
}

static void add_entry(struct walk *walk, const char *folder, int fd,
                      const struct dirent *item)
{
    struct tree_entry entry = {.kind = TREE_OTHER};
    unsigned char type;
    bool is_revision;

    if (item->d_name[0] == '.' || item->d_name[0] == '#')
        return;
    is_revision = str_ends(item->d_name, ".lua");
    if (!is_revision && !walk->recursive)
        return;
    type = type_of(fd, item);
    if (!is_revision && type != DT_DIR)
        return;
    entry.name = folder[0] == '\0'
                     ? arena_strdup(walk->arena, item->d_name)
                     : arena_printf(walk->arena, "%s/%s", folder, item->d_name);
    if (!is_revision) {
        vec_push(walk->arena, &walk->folders, entry.name);
        return;
    }
    entry.start = start_of(entry.name);
    if (type == DT_REG)
        entry.kind = TREE_FILE;
    else if (type == DT_LNK)
        entry.kind = TREE_LINK;
    vec_push(walk->arena, &walk->list->entries, entry);
}

static int list_folder(struct walk *walk, const char *name, struct error *err)
{
    int fd = openat(walk->list->fd, name[0] != '\0' ? name : ".",
                    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    struct dirent *item;
    DIR *dir;
    int number;

    if (fd < 0)
        return refuse(walk->list, name, errno, err);
    dir = fdopendir(fd);
    if (dir == NULL) {
        number = errno;
        close(fd);
        return refuse(walk->list, name, number, err);
    }
    while (errno = 0, (item = readdir(dir)) != NULL)
        add_entry(walk, name, fd, item);
    number = errno;
    closedir(dir);
    return number == 0 ? 0 : refuse(walk->list, name, number, err);
}

/* Most names differ at their start: to look at them all costs more than the
 * sort. */
static int compare(const void *a, const void *b)
{
    const struct tree_entry *x = a, *y = b;

    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return strcmp(x->name, y->name);
}

static int open_folder(struct tree_list *list, struct error *err)
{
    list->fd = open(list->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (list->fd >= 0)
        return 0;
    if (errno == ENOTDIR)
        return error_set(err, ERROR_CONFIG, "%s is not a folder", list->shown);
    if (errno != ENOENT)
        return refuse(list, "", errno, err);
    error_set(err, ERROR_CONFIG, "there is no folder %s for revision files",
              list->shown);
    return error_hint(err,
                      "run it where luamigrate.lua is, or name that file with "
                      "-c; its `migrations` names the folder; `luamigrate "
                      "init` makes a project");
}

int tree_list_open(struct tree_list *list, const char *folder,
                   const char *shown, bool recursive, struct arena *arena,
                   struct error *err)
{
    struct walk walk = {.list = list, .arena = arena, .recursive = recursive};

    *list = (struct tree_list){.fd = -1, .folder = folder, .shown = shown};
    if (open_folder(list, err) < 0)
        return -1;
    vec_push(arena, &walk.folders, "");
    for (size_t i = 0; i < walk.folders.count; i++)
        if (list_folder(&walk, walk.folders.items[i], err) < 0) {
            tree_list_close(list);
            return -1;
        }
    if (list->entries.count > 1)
        qsort(list->entries.items, list->entries.count,
              sizeof *list->entries.items, compare);
    return 0;
}

void tree_list_close(struct tree_list *list)
{
    if (list->fd >= 0)
        close(list->fd);
    list->fd = -1;
}

const char *tree_list_similar(const struct tree_list *list, uint32_t at,
                              uint32_t *table, uint32_t size)
{
    const char *name = list->entries.items[at].name;
    uint64_t hash = STR_HASH_START;
    uint32_t slot;

    /* without bit 5 letters of both cases are the same; few others are too */
    for (const char *c = name; *c != '\0'; c++)
        hash = (hash ^ (*c & 0xdf)) * 1099511628211u;
    slot = (uint32_t)(hash ^ (hash >> 32)) & (size - 1);
    for (; table[slot] != 0; slot = (slot + 1) & (size - 1))
        if (strcasecmp(list->entries.items[table[slot] - 1].name, name) == 0)
            return list->entries.items[table[slot] - 1].name;
    table[slot] = at + 1;
    return NULL;
}
