/* Values as the text that PostgreSQL's input functions read. */
#ifndef DB_PG_TEXT_H
#define DB_PG_TEXT_H

#include "base/buf.h"
#include "model/value.h"

#include <stddef.h>

/* The shortest text that reads back as the same number; a whole number has no
 * point, so that it goes into integer columns too. */
void pg_text_number(struct buf *out, double number);

/* One field of a line of COPY's text format: \N for NULL, tab, newline,
 * backslash and the like escaped, bytes as hex. Lists and SQL are no
 * fields. */
void pg_text_field(struct buf *out, const struct value *value);

/* The text for a list, an array: {1,2,"it's",NULL}. Owns: `arena`. */
struct value pg_text_array(const struct value *list, struct arena *arena);

#endif
