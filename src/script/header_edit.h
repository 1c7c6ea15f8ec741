/* Changes the header of a revision file and nothing else in it. */
#ifndef SCRIPT_HEADER_EDIT_H
#define SCRIPT_HEADER_EDIT_H

#include "base/buf.h"
#include "model/schema.h"

/* Adds the text of a file to `out` with `down` as its down_revision (none:
 * nil), and in the line "Revises:" of its leading comment, when it has one.
 * The text must be one that header_read accepts. */
void header_edit_down(struct buf *out, const char *text, size_t size,
                      const struct names *down);

#endif
