/* Lists of names: columns, revisions, labels, values. The texts are those of
 * whoever made the list. */
#ifndef MODEL_NAMES_H
#define MODEL_NAMES_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct names {
    const char **items;
    size_t count;
};

/* Whether both are the same names in the same order. */
bool names_same(const struct names *a, const struct names *b);

bool names_have(const struct names *names, const char *name);

/* The same with letters of any case, as SQLite compares names. */
bool names_same_folded(const struct names *a, const struct names *b);
bool names_have_folded(const struct names *names, const char *name);

/* Adds a name at the end. Copies the list: its old items stay as they are. */
void names_push(struct names *names, struct arena *arena, const char *name);

#endif
