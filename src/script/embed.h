/* Lua files of lua/luamigrate/, baked into the program. */
#ifndef SCRIPT_EMBED_H
#define SCRIPT_EMBED_H

#include <lua.h>
#include <stddef.h>

/* A baked file; the array is ended by a NULL name (tools/embed.lua). */
struct embed_file {
    const char *name; /* "luamigrate.template" */
    const char *data;
    size_t size;
};

extern const struct embed_file embed_files[];

/* Pushes what the baked module `name` ("luamigrate.template") returns,
 * running it once per state. Raises: when there is none of that name. */
int embed_require(lua_State *L, const char *name);

/* The baked file `name`, or NULL. */
const struct embed_file *embed_find(const char *name);

/* Adds the searcher of baked modules to package.searchers. */
void embed_install(lua_State *L);

#endif
