/* Writing JSON text from C: always valid, whatever the bytes. */
#ifndef BASE_JSON_WRITE_H
#define BASE_JSON_WRITE_H

#include "base/buf.h"

#include <stdint.h>

/* A string with its quotes; control characters are escaped, invalid UTF-8
 * becomes U+FFFD. NULL is null. */
void json_write_string(struct buf *out, const char *data, size_t size);
void json_write_text(struct buf *out, const char *text); /* NUL-terminated */
void json_write_integer(struct buf *out, int64_t number);
/* 17 significant digits at most, shortest that reads back the same and as a
 * float (1.0, 1e+20); NaN and infinities are null. */
void json_write_number(struct buf *out, double number);

/* For writers that have their own buffer. */
#define JSON_WRITE_ESCAPE_SIZE 6
/* How many bytes of `data` may stand in a JSON string as they are: up to the
 * first quote, backslash, control character or invalid UTF-8. */
size_t json_write_plain(const char *data, size_t size);
/* Writes the escape of `c`, which is ASCII. Returns the length, 2 or 6. */
size_t json_write_escape(char out[JSON_WRITE_ESCAPE_SIZE], char c);

#endif
