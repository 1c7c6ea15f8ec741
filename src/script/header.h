/* The static header of a revision file, read without running it. */
#ifndef SCRIPT_HEADER_H
#define SCRIPT_HEADER_H

#include "base/arena.h"
#include "base/error.h"
#include "graph/graph.h"

#include <stddef.h>
#include <stdint.h>

/* Reads the leading comment and the assignments of the known variables, up to
 * the first function. Fills `revision` except file and path. Faults go to
 * `problems` with `file` and their line, compiled Lua with ERROR_SECURITY.
 * Nothing points into `text` afterwards. Owns: `arena`.
 * Returns 0, or -1 when there was a problem. */
int header_read(const char *text, size_t size, const char *file,
                struct arena *arena, struct revision *revision,
                graph_problems *problems);

/* As header_read, for the beginning of a longer file, cut at a line end.
 * Returns also 1: the header goes on behind it, read more (no problem was
 * added). */
int header_read_part(const char *text, size_t size, const char *file,
                     struct arena *arena, struct revision *revision,
                     graph_problems *problems);

/* Whether the bytes can be a script at all: UTF-8, no NUL, not empty; compiled
 * Lua is a problem with ERROR_SECURITY. Part of header_read, and for the
 * whole text of a file whose beginning only was read before.
 * Returns 0, or -1 when there was a problem. */
int header_check(const char *text, size_t size, const char *file,
                 struct arena *arena, graph_problems *problems);

/* The checksum over the file's Lua tokens (comments, spacing, BOM, line ends
 * and a #! line do not count), as 16 hexadecimal digits. */
void header_checksum(const char *text, size_t size, char out[17]);

#endif
