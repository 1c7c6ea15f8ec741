/* Parts of luamigrate_new_revision: parents and id of a new revision. */
#ifndef API_NEW_H
#define API_NEW_H

#include "base/vec.h"
#include "luamigrate.h"

#include <time.h>

/* What a new revision takes over from those that it replaces. */
struct new_squash {
    struct names replaces; /* in their order */
    struct names labels;
    struct names depends_on;
    struct names files, texts; /* of the old ones */
    const char *irreversible;  /* or NULL */
    enum tri foreign_keys;
    double lock_timeout, statement_timeout; /* negative: not given */
};

struct new_making {
    struct luamigrate *migrate;
    const struct luamigrate_new *request;
    const struct config *config;
    const struct graph *graph;
    struct arena *arena;
    VEC(const struct graph_node *) parents;
    time_t now;
    struct tm wall; /* `now` in the configured time zone */
    const char *id;
    const struct new_squash *squash; /* or NULL */
    struct error *err;
};

/* Makes the file of the request, whose parents are found by new_parents or,
 * of a squash, there already. */
int new_make(struct new_making *making, struct luamigrate_file *file);

/* Finds the parents that the request names. Errors: ERROR_USAGE for one that
 * is no head (without `splice`), named twice or ambiguous. */
int new_parents(struct new_making *making);

/* Takes the id of the request, or makes one as the configuration says. */
int new_id(struct new_making *making);

/* Whether `word` may be a new id or label (`what`): its characters, and that
 * the tree has none like it. */
int new_id_check(struct new_making *making, const char *what, const char *word);

/* The id or label of the tree that `word` would collide with, or NULL. Ids
 * that differ in case only would be one file on some systems. */
const char *new_id_collision(const struct graph *graph, const char *word);

#endif
