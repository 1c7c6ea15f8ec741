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

/* Native enum types, each once. */
struct ddl_enums {
    const struct type **items;
    size_t count;
};

/* The enum types that PostgreSQL must have before `op` (not a batch) runs.
 * Errors: the same name with other values. Owns: `arena`. */
int ddl_enum_types(const struct op *op, struct arena *arena,
                   struct ddl_enums *out, struct error *err);
/* CREATE TYPE of one of them. */
int ddl_enum_text(struct arena *arena, const struct type *type,
                  const char **sql, struct error *err);
/* "'a', 'b'", for messages. */
const char *ddl_enum_list(struct arena *arena, const struct names *values);

struct ddl_ops {
    struct op *items;
    size_t count;
    size_t first_arg; /* those of table_args are the last */
};

/* The ops that a batch is on PostgreSQL, in order. Owns: `arena`. */
int ddl_batch_ops(const struct op_batch_alter_table *batch, struct arena *arena,
                  struct ddl_ops *out, struct error *err);

/* The longest name of PostgreSQL, in bytes. */
enum { DDL_NAME_MAX = 63 };

/* Adds `name` as an identifier, quoted when needed. */
void ddl_name(struct buf *out, enum dialect dialect, const char *name);
/* The same, quoted in any case. */
void ddl_name_quoted(struct buf *out, const char *name);
/* Adds schema.name. */
void ddl_qualified(struct buf *out, enum dialect dialect, const char *schema,
                   const char *name);
/* Adds a value as a literal of the dialect (VALUE_SQL as it is). */
int ddl_literal(struct buf *out, enum dialect dialect,
                const struct value *value, struct error *err);
/* Adds the SQL text of a type. */
int ddl_type(struct buf *out, enum dialect dialect, const struct type *type,
             struct error *err);
/* Whether PostgreSQL, where a type of this name is written without its schema,
 * finds one of its own. */
bool ddl_type_is_hidden(const char *name);
/* Refuses an empty name and, on PostgreSQL, one longer than 63 bytes. (NUL
 * bytes and invalid UTF-8 are the marshaller's work.) */
int ddl_check_name(enum dialect dialect, const char *name, struct error *err);

#endif
