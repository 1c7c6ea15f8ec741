/* What the files of graph/ share. Nodes are spoken of by their index; sets of
 * nodes are `bool` arrays of graph->count. */
#ifndef GRAPH_GRAPH_INTERNAL_H
#define GRAPH_GRAPH_INTERNAL_H

#include "graph/graph.h"

#define GRAPH_NONE UINT32_MAX

/* An id or a label, and the revision that it names. */
struct graph_name {
    const char *text;
    uint32_t node;
    bool is_label;
    bool is_inner; /* no node: the node means more than it */
};

/* A hash table of names, by their bytes without regard to case, so that one
 * probe finds a name and also those that differ in case only. */
struct graph_index {
    struct graph_name *names; /* as they came: of a graph first the ids, so
                                 that a node's own is at its index */
    uint32_t count;
    /* 0: free; else a place in `names`, plus one, in the bits of the mask, and
     * above them some of the hash, which tell most other names without a look
     * at them. Small, so that a probe seldom leaves the caches. */
    uint32_t *slots;
    uint32_t mask;
};

/* Room for `count` names, of which the `used` first ones are in `names`,
 * still to be entered. Owns: `arena`. */
void graph_index_init(struct graph_index *index, struct arena *arena,
                      struct graph_name *names, uint32_t used, size_t count);
/* Enters the name at a place. Returns NULL, or the one that was entered
 * before. `*similar` is set to a name that differs from it in case only, or
 * to NULL. */
const struct graph_name *graph_index_enter(struct graph_index *index,
                                           uint32_t place,
                                           const struct graph_name **similar);
const struct graph_name *graph_index_find(const struct graph_index *index,
                                          const char *text);
/* As graph_index_enter, for a name that is added. */
const struct graph_name *graph_index_add(struct graph_index *index,
                                         const struct graph_name *name,
                                         const struct graph_name **similar);
/* The name nearest to `text`, or NULL. */
const char *graph_index_suggest(const struct graph_index *index,
                                struct arena *arena, const char *text);

/* As graph_resolve; prefixes count only `within` a set (NULL: all). */
int graph_resolve_within(const struct graph *graph, const char *symbol,
                         const bool *within, uint32_t *at, struct error *err);

/* What a graph is made of: the revisions that become its nodes, and other
 * names of them. */
struct graph_source {
    struct arena *arena;
    struct graph_node *nodes; /* with their revision, and how many it names */
    struct graph_name *ids;   /* of the nodes */
    uint32_t count;
    size_t labels, dependencies; /* how many there are */
    /* By node what its down_revision and depends_on name, or GRAPH_NONE: to be
     * looked for. Most parents are neighbours of the one before (`near`):
     * these are found while the revision is at hand. */
    VEC(uint32_t) needs;
    uint32_t near;
    struct graph_name *others; /* of what is no node of the view */
    size_t other_count;
};

/* Room for `count` nodes. Owns: `arena`. */
void graph_source_init(struct graph_source *source, struct arena *arena,
                       size_t count);
/* Makes a revision the next node. */
void graph_source_add(struct graph_source *source,
                      const struct revision *revision);

/* What graph_build does, for some of the revisions. */
void graph_build_view(struct arena *arena, const struct graph_source *source,
                      struct graph *graph, graph_problems *problems);

/* graph_build where a revision replaces others: `source` is of all. */
void graph_squash_build(struct arena *arena, const struct revision *revisions,
                        const struct graph_source *source, struct graph *graph,
                        graph_problems *problems);

#define GRAPH_RESERVED_COUNT 4
extern const char *const graph_reserved[GRAPH_RESERVED_COUNT];

/* "head", "heads", "base" or "current". */
bool graph_is_reserved(const char *word);

/* Adds a problem at `line` of `file`. */
void graph_problem_add(graph_problems *problems, struct arena *arena,
                       const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Adds one problem for each knot of cycles, with a cycle of it that is as
 * short as a bounded search finds (the shortest, in trees of usual size).
 * The nodes that wait for others have no place in the order. */
void graph_cycle_report(struct arena *arena, const struct graph *graph,
                        const uint32_t *waiting, graph_problems *problems);

/* Adds to the set what its nodes need, by any edge. */
void graph_close_down(const struct graph *graph, bool *set);
/* Adds to the set what needs its nodes by any edge, inside `within`. */
void graph_close_up(const struct graph *graph, bool *set, const bool *within);
/* The nodes that share the lineage of `node`: itself, its ancestors and its
 * descendants by down_revision. Owns: `arena`. */
bool *graph_lineage(const struct graph *graph, struct arena *arena,
                    uint32_t node);

/* The ids of a set, ordered by file. Owns: `arena`. */
struct names graph_set_names(const struct graph *graph, struct arena *arena,
                             const bool *set);
/* Takes what the set itself implies out of it: its heads remain. */
void graph_set_reduce(const struct graph *graph, struct arena *arena,
                      bool *set);

/* The database as the version rows tell it. */
struct graph_state {
    const struct graph *graph;
    struct arena *arena;
    bool *applied;
    bool *rows; /* the minimal ones */
    size_t row_count;
    struct names redundant;
    struct names renamed;
    bool has_current; /* "current" is a symbol */
};

/* Errors: ERROR_REFUSED for a row that no file knows. Owns: `arena`. */
int graph_state_read(const struct graph *graph, struct arena *arena,
                     const struct names *rows, struct graph_state *state,
                     struct error *err);

/* What a target's text says: [BRANCH@]SYMBOL, or [BRANCH@][SYMBOL](+|-)N. */
struct graph_target {
    const char *text;
    const char *branch; /* NULL: none */
    const char *symbol; /* NULL: relative to what is applied */
    char sign;          /* '+', '-', or 0: not relative */
    uint32_t steps;
    const struct graph_node *branch_node;
    const bool *lineage; /* of the branch; NULL: none */
};

/* Where a target leads. No nodes: base. `merge` is set when it is the parents
 * of a merge, one below it. */
struct graph_place {
    uint32_t *nodes;
    size_t count;
    uint32_t merge;
};

/* Parses `text` and finds its branch. Errors: ERROR_USAGE. */
int graph_target_read(const struct graph_state *state, const char *text,
                      struct graph_target *target, struct error *err);
/* The place of a target that has a symbol, or of `+N` (which starts at what
 * is applied). In a `range` "current" is a symbol too, and a walk stops at
 * base or head. Errors: ERROR_USAGE. */
int graph_target_place(const struct graph_state *state,
                       const struct graph_target *target, bool range,
                       struct graph_place *place, struct error *err);
/* Walks from `place` as the sign and steps of `target` say. */
int graph_target_walk(const struct graph_state *state,
                      const struct graph_target *target, bool range,
                      struct graph_place *place, struct error *err);
/* The one current revision that a relative target starts at, GRAPH_NONE for
 * base. Errors: ERROR_USAGE when there are several. */
int graph_target_start(const struct graph_state *state,
                       const struct graph_target *target, uint32_t *start,
                       struct error *err);
/* "a walk that meets the merge `at` may end there only". */
int graph_target_at_merge(const struct graph_state *state,
                          const struct graph_target *target, uint32_t at,
                          struct error *err);
int graph_target_too_far(const struct graph_target *target, uint32_t walked,
                         struct error *err);

/* Reads one of `count` targets of an upgrade or stamp and finds its place,
 * none for `-N`. Errors: ERROR_USAGE, also for a relative one of several. */
int graph_plan_place(const struct graph_state *state, const char *text,
                     size_t count, struct graph_target *target,
                     struct graph_place *place, struct error *err);

/* The set that `downgrade -N` or `L@-N` reverts, and an absolute target that
 * comes to the same. Errors: ERROR_USAGE. Owns: the state's arena. */
int graph_drop_relative(const struct graph_state *state,
                        const struct graph_target *target, bool **drop,
                        const char **resolved, struct error *err);
/* The set that a downgrade to `place` reverts. With `stamp` a revision that
 * only its dependents keep applied can be gone to as well: they go. */
int graph_drop_absolute(const struct graph_state *state,
                        const struct graph_target *target,
                        const struct graph_place *place, bool stamp,
                        bool **drop, const char **resolved, struct error *err);

#endif
