/* The names in a folder of revision files. */
#ifndef SCRIPT_TREE_LIST_H
#define SCRIPT_TREE_LIST_H

#include "graph/graph.h"

#include <stdbool.h>

enum tree_kind { TREE_FILE, TREE_LINK, TREE_OTHER };

struct tree_entry {
    const char *name; /* inside the folder, "2026/001.lua" when recursive */
    uint64_t start;   /* its first bytes as a number, to sort by */
    enum tree_kind kind;
};

struct tree_list {
    int fd; /* of the folder */
    const char *folder;
    const char *shown;
    VEC(struct tree_entry) entries; /* sorted by the bytes of their names */
};

/* Opens `folder` and lists what is named like a revision file, in sub-folders
 * too when `recursive`. Errors: ERROR_CONFIG when it is missing or cannot be
 * read; nothing is open then. */
int tree_list_open(struct tree_list *list, const char *folder,
                   const char *shown, bool recursive, struct arena *arena,
                   struct error *err);
void tree_list_close(struct tree_list *list);

/* The first name before `at` that differs from the name there in case only,
 * or NULL. Called for at = 0, 1, ...; `table` is zeroed, of `size` (a power
 * of two, more than twice the entries). */
const char *tree_list_similar(const struct tree_list *list, uint32_t at,
                              uint32_t *table, uint32_t size);

#endif
