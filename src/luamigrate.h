/* luamigrate as a library: what the command line and the specs call. No
 * function prints, exits or keeps global state. */
#ifndef LUAMIGRATE_H
#define LUAMIGRATE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include "db/db.h"
#include "graph/graph.h"
#include "run/history.h"
#include "run/run.h"
#include "script/config.h"

#include <stdbool.h>
#include <stdint.h>

#define LUAMIGRATE_VERSION "0.1.0"

enum luamigrate_event_kind {
    LUAMIGRATE_DATABASE,   /* text: which database, without secrets */
    LUAMIGRATE_STEP_BEGIN, /* step */
    LUAMIGRATE_STEP_END,   /* step, duration_ms, from, to */
    LUAMIGRATE_NOTE,       /* text, for people */
    LUAMIGRATE_PROGRESS,   /* revision, text: the step; done, total, ended */
    LUAMIGRATE_LOG,        /* level, print, text of a script */
    LUAMIGRATE_NOTICE,     /* severity, text: of the database's server */
    LUAMIGRATE_SQL,        /* text, duration_ms; only with options.trace */
    LUAMIGRATE_SCRIPT      /* text: SQL of a revision that is written only */
};

struct luamigrate_event {
    enum luamigrate_event_kind kind;
    const struct plan_step *step;
    double duration_ms;
    int level;            /* enum script_level */
    bool print;           /* came from print() */
    const char *severity; /* "NOTICE", "WARNING" */
    const char *text;
    size_t size;                   /* of text */
    const struct names *from, *to; /* version rows, sorted */
    const char *revision;          /* its id */
    int64_t done, total;           /* rows; total negative: not known */
    bool ended;                    /* the step is done */
};

/* All texts may be NULL. The struct is copied, texts must outlive. */
struct luamigrate_options {
    const char *config;      /* -c; else LUAMIGRATE_CONFIG, luamigrate.lua */
    const char *environment; /* -n; else LUAMIGRATE_ENV */
    const char *url;         /* -d */
    struct names x_keys, x_values;
    const char *tag;
    const char *transaction; /* --transaction */
    double wait;             /* seconds until the database answers; 0: none */
    bool trace;
    bool fatal;             /* a stuck script ends the process (G15) */
    const char *fatal_line; /* see struct script_options */
    struct cancel *cancel;
    void (*event)(void *context, const struct luamigrate_event *event);
    void *context;
};

struct luamigrate;

/* Reads the configuration; neither the tree nor the database yet.
 * Errors: ERROR_CONFIG, ERROR_USAGE, ERROR_SECURITY. */
int luamigrate_open(const struct luamigrate_options *options,
                    struct luamigrate **migrate, struct error *err);
void luamigrate_close(struct luamigrate *migrate); /* NULL is fine */

const struct config *luamigrate_config(const struct luamigrate *migrate);
/* The arena of the handle: results live as long as it does. */
struct arena *luamigrate_arena(struct luamigrate *migrate);
/* The Lua state, made at the first call. */
int luamigrate_script(struct luamigrate *migrate, struct script **script,
                      struct error *err);

/* The revision tree, read at the first call; luamigrate_rows makes it the one
 * that these rows see (graph_view). Errors: ERROR_TREE. */
int luamigrate_graph(struct luamigrate *migrate, const struct graph **graph,
                     struct error *err);

/* The address in use, and where it came from ("-d", "luamigrate.lua",
 * "DATABASE_URL", "POSTGRES_*"). Errors: ERROR_CONFIG when none is named. */
int luamigrate_url(struct luamigrate *migrate, const struct db_url **url,
                   const char **source, struct error *err);

/* The version rows, read without creating anything. With `known` a row that
 * no file knows is ERROR_REFUSED. */
int luamigrate_rows(struct luamigrate *migrate, bool known, struct names *rows,
                    struct error *err);

/* What is applied: a flag for each node of the graph. */
int luamigrate_applied(struct luamigrate *migrate, const bool **applied,
                       struct error *err);

/* Rows of the history table, newest first. */
int luamigrate_history(struct luamigrate *migrate, struct history_row **rows,
                       size_t *count, struct error *err);

/* Applied revisions whose file was edited since. */
int luamigrate_edited(struct luamigrate *migrate, struct names *ids,
                      struct error *err);

/* A revision with transaction = false that has begun and not finished. */
struct luamigrate_unfinished {
    const char *revision;
    enum direction direction; /* it is applied: it has stopped in its
                                 downgrade, else in its upgrade */
    const char *step;         /* that stands, else the last one that is done */
    int64_t done;             /* steps; of a step in batches: its rows */
    int64_t total;            /* of the rows; negative: not known */
};
int luamigrate_unfinished(struct luamigrate *migrate,
                          struct luamigrate_unfinished **items, size_t *count,
                          struct error *err);

struct luamigrate_accepted {
    const char *revision;
    bool accepted, restarted; /* false: there was nothing to do */
};

/* Accepts the file of `symbol` as it is now, and counts its begun steps as
 * done; with `restart` its steps are forgotten instead. */
int luamigrate_accept(struct luamigrate *migrate, const char *symbol,
                      bool restart, struct luamigrate_accepted *out,
                      struct error *err);

/* upgrade, downgrade, stamp. */
int luamigrate_run(struct luamigrate *migrate,
                   const struct run_request *request, struct run_result *result,
                   struct error *err);

/* The version of the database's server, after a connection: 3040001. */
int luamigrate_server_version(struct luamigrate *migrate, int *version,
                              struct error *err);

/* What `revision` and `merge` write. */
struct luamigrate_new {
    const char *message;
    struct names down;       /* symbols; empty: the single head, or a root */
    struct names depends_on; /* symbols */
    const char *branch_label;
    const char *version_path;
    const char *id; /* NULL: made as the configuration says */
    bool root;      /* --head base */
    bool splice;
    bool merge; /* `down` are the parents of a merge */
};

/* A revision file that was written. */
struct luamigrate_file {
    const char *id;
    const char *file; /* as displayed */
    const char *path; /* to open it */
};

/* Writes a new revision file; never overwrites. */
int luamigrate_new_revision(struct luamigrate *migrate,
                            const struct luamigrate_new *request,
                            struct luamigrate_file *file, struct error *err);

/* Gives the revision `symbol`, which must not be applied in the database, the
 * parent `onto` ("base": none) in its file. Errors: ERROR_REFUSED when it is
 * applied, ERROR_USAGE for a cycle, ERROR_TREE when the tree would be broken;
 * then nothing is written. */
int luamigrate_rebase(struct luamigrate *migrate, const char *symbol,
                      const char *onto, struct luamigrate_file *file,
                      struct error *err);

/* Writes a revision in the place of the linear range from `first` to `last`.
 * Of the request message, id, version_path count. */
int luamigrate_squash(struct luamigrate *migrate, const char *first,
                      const char *last, const struct luamigrate_new *request,
                      struct luamigrate_file *file, struct error *err);

/* Writes a project into `folder` (NULL: here); never overwrites: a file that
 * is there already is ERROR_USAGE before anything is written.
 * `files` are the paths written, in `arena`. */
int luamigrate_init(const char *folder, struct arena *arena,
                    struct names *files, struct error *err);

#endif
