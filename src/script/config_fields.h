/* The keys of the configuration file: one table, read by config.c. */
#ifndef SCRIPT_CONFIG_FIELDS_H
#define SCRIPT_CONFIG_FIELDS_H

#include "base/arena.h"
#include "script/config.h"

#include <lua.h>

/* What is being read. */
struct config_source {
    struct arena *arena;
    const char *text;  /* of the file, to find the line of a key */
    const char *shown; /* of the file */
    const char *shown_folder;
    const char *environment; /* wanted, or NULL */
};

/* Reads the table on top of the stack into `config`, overlays the wanted
 * environment, leaves `vars` in the registry. Raises: ERROR_CONFIG with the
 * path of the key and its line. */
void config_fields_read(lua_State *L, const struct config_source *source,
                        struct config *config);

#endif
