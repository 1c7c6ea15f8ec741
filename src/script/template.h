/* Calls into lua/luamigrate/template.lua, the texts of new files. */
#ifndef SCRIPT_TEMPLATE_H
#define SCRIPT_TEMPLATE_H

#include "base/arena.h"
#include "base/error.h"
#include "model/schema.h"
#include "script/state.h"

/* A field of the table that the Lua function gets: a text or a list. */
struct template_field {
    const char *name;
    const char *text;         /* NULL: `list` counts */
    const struct names *list; /* NULL too: the field is left out */
};

/* Calls `function` of the module; it returns a list of texts, or nil and why
 * not. Errors: ERROR_CONFIG with that reason. Owns: `arena`. */
int template_call(struct script *script, const char *function,
                  const struct template_field *fields, size_t count,
                  struct arena *arena, struct names *texts, struct error *err);

#endif
