/* Ops to SQL text: pure, no connection. */
#ifndef DDL_DDL_H
#define DDL_DDL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "model/op.h"

/* The statements of `op` on `dialect`, without a final semicolon, in order.
 * Errors: ERROR_FAILED for what the dialect cannot do. Owns: `arena`. */
int ddl_compile(const struct op *op, enum dialect dialect, struct arena *arena,
                struct names *statements, struct error *err);

/* Adds `name` as an identifier, quoted when needed. */
void ddl_name(struct buf *out, enum dialect dialect, const char *name);
/* Adds schema.name. */
void ddl_qualified(struct buf *out, enum dialect dialect, const char *schema,
                   const char *name);
/* Adds a value as a literal of the dialect (VALUE_SQL as it is). */
int ddl_literal(struct buf *out, enum dialect dialect,
                const struct value *value, struct error *err);
/* Adds the SQL text of a type. */
int ddl_type(struct buf *out, enum dialect dialect, const struct type *type,
             struct error *err);
/* Refuses an empty name and, on PostgreSQL, one longer than 63 bytes. (NUL
 * bytes and invalid UTF-8 are the marshaller's work.) */
int ddl_check_name(enum dialect dialect, const char *name, struct error *err);

#endif
