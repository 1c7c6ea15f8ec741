/* What op.alter_enum is on both databases. */
#ifndef RUN_EXEC_ENUM_H
#define RUN_EXEC_ENUM_H

#include "base/buf.h"
#include "run/exec_parts.h"

/* Rows of texts; NULL is NULL. */
struct exec_enum_rows {
    const char *const **items;
    size_t count;
};
int exec_enum_rows(const struct exec *exec, const char *sql,
                   struct exec_enum_rows *out);

/* Checks what the script gave. The first call. */
int exec_enum_options(const struct exec *exec,
                      const struct op_alter_enum *alter);

/* Checks the renames against the values that are there now and those that
 * shall be. Errors: one is in neither list. */
int exec_enum_check(const struct exec *exec, const struct op_alter_enum *alter,
                    const struct names *present);

/* The values of `present` that nothing takes the place of. */
struct names exec_enum_removed(const struct exec *exec,
                               const struct op_alter_enum *alter,
                               const struct names *present);

/* What the value becomes: itself or its new name. */
const char *exec_enum_renamed(const struct op_alter_enum *alter,
                              const char *value);

bool exec_enum_has(const struct names *values, const char *value);

/* Adds "'a', 'b'" in the words of the database. */
int exec_enum_add_list(const struct exec *exec, struct buf *out,
                       const struct names *values);
/* Adds "CASE <text> WHEN 'old' THEN 'new' ... ELSE <text> END". */
int exec_enum_add_case(const struct exec *exec, struct buf *out,
                       const struct op_alter_enum *alter, const char *text);
int exec_enum_add_text(const struct exec *exec, struct buf *out,
                       const char *text);

/* Rows, or the default (rows NULL), hold a value that is removed. */
int exec_enum_refuse(const struct exec *exec, const char *table,
                     const char *column, const char *value, const char *rows);

#endif
