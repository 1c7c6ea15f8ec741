/* Where SQLite's expressions and lists of columns name a column. */
#ifndef DDL_TABLE_EXPR_H
#define DDL_TABLE_EXPR_H

#include "base/arena.h"
#include "ddl/table_text.h"

#include <stddef.h>

struct table_expr_places {
    struct table_range *items; /* in order */
    size_t count;
};

/* The tokens in `range` of `sql`, an expression, that mean the column. */
void table_expr_find(struct arena *arena, const char *sql,
                     struct table_range range, const char *column,
                     struct table_expr_places *out);
/* The same in a list "a, b COLLATE c DESC". */
void table_expr_list(struct arena *arena, const char *sql,
                     struct table_range range, const char *column,
                     struct table_expr_places *out);
/* The inside of the parentheses that follow byte `at`; empty when none do. */
struct table_range table_expr_group(const char *sql, size_t at);

#endif
