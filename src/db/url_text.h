/* Pieces of an address. */
#ifndef DB_URL_TEXT_H
#define DB_URL_TEXT_H

#include "base/arena.h"
#include "base/error.h"

#include <stddef.h>

/* Decodes the percent codes of `size` bytes at `part`, a piece of `text`.
 * Errors: ERROR_CONFIG, with the place of a bad code or of a NUL byte. */
int url_text_decode(const char *text, const char *part, size_t size,
                    struct arena *arena, const char **out, struct error *err);

#endif
