/* The revision graph: revisions in, ordered plan out. Pure: no files, no
 * database, no Lua. Semantics: a versioned edge is a down_revision, an edge
 * is a down_revision or a depends_on. */
#ifndef GRAPH_GRAPH_H
#define GRAPH_GRAPH_H

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"
#include "model/schema.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the header of a revision file says (product.md section 2). */
struct revision {
    const char *id;
    const char *file;        /* as displayed: "migrations/001_initial.lua" */
    const char *path;        /* to open it */
    struct names down;       /* down_revision; empty: a root */
    struct names depends_on; /* ids or labels */
    struct names labels;     /* branch_labels */
    struct names replaces;
    const char *doc;          /* the leading comment; NULL when missing */
    const char *message;      /* its first line; NULL when missing */
    const char *create_date;  /* "2026-11-21 12:30:00 UTC" or NULL */
    const char *irreversible; /* why, or NULL */
    enum tri transaction;
    enum tri foreign_keys;
    double lock_timeout;      /* seconds; negative: not given */
    double statement_timeout; /* seconds; negative: not given */
    /* the lines of the assignments, for messages; 0 when missing */
    int revision_line, down_line, depends_line, labels_line, replaces_line;
};

/* A node; its index in graph.nodes is the order of its file. Of the parents
 * and of what follows those by down_revision come first. */
struct graph_node {
    const struct revision *revision;
    const struct graph_node *all; /* what the indexes below count */
    union {
        const uint32_t *down;  /* indexes of the parents */
        const uint32_t *needs; /* of all parents: down and depends_on */
    };
    union {
        const uint32_t *children;   /* by down_revision */
        const uint32_t *dependents; /* by any edge */
    };
    uint32_t down_count, needs_count;
    uint32_t children_count, dependents_count;
};

/* The revisions as one database sees them: of a squashed range (`replaces`)
 * either the new revision is a node or the old ones are. */
struct graph {
    const struct graph_node *nodes; /* ordered by file */
    uint32_t count;
    const uint32_t *order; /* topological, parents first, ties by file */
    /* What each node needs, once more, in the order and close together, for
     * walks over all: of order[i] needs[first[i]] up to needs[first[i + 1]]. */
    const uint32_t *needs;
    const uint32_t *first;
    const void *index;                /* names to nodes, inside graph.c */
    const struct revision *revisions; /* all files, also those of no node */
    size_t revision_count;
    const void *squashes; /* inside graph_squash.c; NULL: there are none */
};

/* A fault of the tree, at a place in a file. */
struct graph_problem {
    const char *file;
    int line; /* 0: the file as a whole */
    const char *text;
    enum error_code code; /* ERROR_SECURITY, or ERROR_NONE: ERROR_TREE */
};

typedef VEC(struct graph_problem) graph_problems;

/* Builds the graph of `revisions` (in the order of their files), which must
 * outlive it. Adds every problem (duplicate id, ids that differ in case only,
 * unknown parent or dependency with a suggestion, self-reference, cycle with
 * its shortest path, label used twice or equal to an id, reserved word) to
 * `problems`; the graph is usable only when there is none.
 * Owns: `arena`. Time and memory linear in revisions and edges. */
void graph_build(struct arena *arena, const struct revision *revisions,
                 size_t count, struct graph *graph, graph_problems *problems);

/* Sorts `problems` by file, line and text and sets `err` to ERROR_TREE (or to
 * ERROR_SECURITY, when one of them is) with one line "file:line: text" each,
 * at most 50 and as many as have room; file and line of the first (of the
 * first ERROR_SECURITY) go to err->file.
 * Returns -1, or 0 when there is no problem. */
int graph_report(graph_problems *problems, struct error *err);

/* Makes `view` of a graph the one that a database with these version rows
 * sees: where a squashed range is applied in part the old revisions are
 * nodes, else the new one is (graph_build: everywhere).
 * Owns: `arena`, unless nothing changes. */
void graph_view(const struct graph *graph, struct arena *arena,
                const struct names *rows, struct graph *view);

/* The node of a full id, or of the last one of a squashed range; or NULL. */
const struct graph_node *graph_find(const struct graph *graph, const char *id);

/* Whether every one of the version rows `rows` is known. Errors:
 * ERROR_REFUSED with the way out. */
int graph_check_rows(const struct graph *graph, struct arena *arena,
                     const struct names *rows, struct error *err);

/* The node that `symbol` names: a full id, else a unique prefix of an id or
 * label. Errors: ERROR_USAGE with candidates or a suggestion. */
int graph_resolve(const struct graph *graph, const char *symbol,
                  const struct graph_node **node, struct error *err);

/* The labels of each node as they are shown: its own, those of what it follows
 * by down_revision, and those of what follows it without a branch or merge
 * between. By index. Owns: `arena`. */
const struct names *graph_labels(const struct graph *graph,
                                 struct arena *arena);

/* Whether a node has no child by down_revision, several, several parents. */
bool graph_is_head(const struct graph_node *node);
bool graph_is_branch_point(const struct graph_node *node);
bool graph_is_merge_point(const struct graph_node *node);

enum direction { DIRECTION_UPGRADE, DIRECTION_DOWNGRADE, DIRECTION_STAMP };

/* "upgrade", "downgrade", "stamp". */
const char *direction_name(enum direction direction);

/* One revision to run, with the version rows that go and that come (ids): all
 * rows of all steps would take quadratic memory. A stamp step changes one
 * row: its `node` is the revision of the new row, or of the one that goes
 * when nothing comes. */
struct plan_step {
    const struct graph_node *node;
    enum direction direction;
    struct names gone;
    struct names come;
};

struct plan {
    enum direction direction;
    const struct plan_step *steps;
    size_t count;
    struct names from; /* rows at the start, without redundant ones; by file */
    struct names to;   /* rows at the end, by file */
    struct names
        redundant; /* rows to be removed with a note: implied by others */
    struct names renamed; /* rows that name a revision which was squashed:
                             `from` has the new one instead */
    /* the targets without anything relative to the rows: an upgrade's full
     * ids ("base" when there are none), a stamp's targets, and for a
     * downgrade one target, as near as one can be. To plan again after
     * waiting for another runner there is graph_plan_again. */
    struct names resolved;
};

/* Plans an upgrade from the version rows `rows` (full ids) to `targets`
 * (default: "head"). Errors: ERROR_REFUSED for a row that no file knows,
 * ERROR_USAGE for a target that names nothing, is ambiguous or cannot be
 * reached (with hint and candidates). No steps: at or past the target. */
int graph_plan_upgrade(const struct graph *graph, struct arena *arena,
                       const struct names *rows, const struct names *targets,
                       struct plan *plan, struct error *err);

/* Plans a downgrade to `target` ("-1" when NULL). Errors as above. */
int graph_plan_downgrade(const struct graph *graph, struct arena *arena,
                         const struct names *rows, const char *target,
                         struct plan *plan, struct error *err);

/* Plans a stamp: steps without scripts. With `purge` the rows are not read
 * (any row may be there): `rows` must then be empty. */
int graph_plan_stamp(const struct graph *graph, struct arena *arena,
                     const struct names *rows, const struct names *targets,
                     struct plan *plan, struct error *err);

/* Plans what is left of the plan `before` when the rows have become `rows`:
 * an upgrade or stamp goes to the same revisions, a downgrade reverts those
 * of its revisions that are still applied, and no other: ERROR_REFUSED when
 * an applied revision that it did not revert needs one of them. */
int graph_plan_again(const struct graph *graph, struct arena *arena,
                     const struct names *rows, const struct plan *before,
                     struct plan *plan, struct error *err);

/* The revisions from `a` to `b` (history -r A:B), newest first; NULL or ""
 * for an open end; `rows` are what "current" means, NULL when not known. */
int graph_range(const struct graph *graph, struct arena *arena,
                const struct names *rows, const char *a, const char *b,
                const struct graph_node ***nodes, size_t *count,
                struct error *err);

/* Whether a target or range speaks of "current" as a symbol. */
bool graph_names_current(const char *text);

/* The revisions that `symbol` names outside of a run: an id, a prefix, a
 * label, "head", "heads", "L@head", "head-1"; with the version rows `rows`
 * (NULL: not read) also "current", of which there may be none. Errors:
 * ERROR_USAGE, also for base and for what counts from the database.
 * Owns: `arena`. */
int graph_symbol(const struct graph *graph, struct arena *arena,
                 const struct names *rows, const char *symbol,
                 const struct graph_node ***nodes, size_t *count,
                 struct error *err);

#endif
