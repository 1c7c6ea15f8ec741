/* The configuration file: luamigrate.lua, checked key by key. */
#ifndef SCRIPT_CONFIG_H
#define SCRIPT_CONFIG_H

#include "base/arena.h"
#include "base/error.h"
#include "model/schema.h"
#include "script/state.h"

#include <stdbool.h>

struct config {
    const char *file;   /* as displayed, or NULL: there is none */
    const char *folder; /* where relative paths of the file start; "." */
    const char *url;    /* text of `url`, or NULL */
    bool url_is_table;  /* then the parts are here, as libpq keywords */
    struct names url_keys, url_values;
    const char *dialect;     /* of the table form */
    struct names migrations; /* joined with folder */
    struct names migrations_shown;
    const char *version_table, *version_table_schema;
    const char *file_template;
    int truncate_slug_length;
    const char *timezone;
    bool recursive;
    const char *revision_id; /* "random", "sequential", "timestamp" */
    const char *transaction; /* "revision" or "run" */
    double lock_timeout, ddl_lock_timeout, data_lock_timeout;
    double statement_timeout;
    struct names attach_names, attach_paths;
    double limit_memory, limit_stall; /* MiB, seconds */
    bool foreign_keys, is_protected;
    const char *role;
    struct names script_modules;
    struct settings naming_convention; /* ix uq ck fk pk */
    const char *environment;           /* the one that was overlaid, or NULL */
    /* keys that were given but whose work a later version does ("schema",
     * "hooks.after_write", ...); refused where they matter */
    struct names later;
};

/* Runs the file `path` (NULL: none, defaults) with the full Lua library in
 * `script`'s state, overlays `environment` (NULL: none), and keeps the `vars`
 * table in the registry ("luamigrate.vars"). Errors: ERROR_CONFIG with file
 * and line, suggestion for an unknown key or environment; ERROR_SECURITY for
 * bytecode. Owns: `arena`. */
int config_load(struct script *script, const char *path, const char *shown,
                const char *environment, struct arena *arena,
                struct config *config, struct error *err);

/* The defaults, without a file. */
void config_defaults(struct config *config);

#endif
