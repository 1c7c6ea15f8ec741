/* JSON objects, one field after the other. */
#ifndef CLI_OBJECT_H
#define CLI_OBJECT_H

#include "base/buf.h"
#include "model/schema.h"

#include <stdbool.h>
#include <stdint.h>

/* "{" or "[", after a comma where one is needed. */
void object_open(struct buf *out, char bracket);
void object_close(struct buf *out, char bracket);

/* A name; its value follows. */
void object_key(struct buf *out, const char *name);

void object_text(struct buf *out, const char *name, const char *text);
void object_flag(struct buf *out, const char *name, bool value);
void object_integer(struct buf *out, const char *name, int64_t value);
/* Milliseconds, to the microsecond. */
void object_duration(struct buf *out, const char *name, double ms);
void object_names(struct buf *out, const char *name, const struct names *items);
void object_null(struct buf *out, const char *name);

#endif
