/* Rows of op.bulk_insert by COPY: PostgreSQL, and only where it does the same
 * as INSERT. */
#ifndef SCRIPT_BULK_COPY_H
#define SCRIPT_BULK_COPY_H

#include "base/buf.h"
#include "model/value.h"
#include "script/state.h"

#include <lua.h>
#include <stdbool.h>

struct bulk_copy {
    struct script *script;
    const char *schema, *table;

    bool asked;                       /* the catalog, for the table */
    struct bulk_copy_column *columns; /* of the table, which may be loaded */
    size_t column_count;              /* 0: it may not */
    const struct bulk_copy_column **loaded; /* those of the rows */
    size_t count;

    bool open; /* rows are taken: between begin and end */
    const char *sql;
    struct arena_mark mark; /* what the rows have in the arena */
    struct buf lines;
    int64_t first; /* number of the first row in `lines` */
    int64_t rows;
};

/* Whether rows with these columns may be loaded; then they are taken until
 * bulk_copy_end. Raises: what the database says. */
bool bulk_copy_begin(lua_State *L, struct bulk_copy *copy,
                     const char *const *columns, size_t count);

/* Takes row `number`; false for a value that COPY reads in another way than
 * INSERT does. Raises: what the database says of the rows so far. */
bool bulk_copy_add(lua_State *L, struct bulk_copy *copy,
                   const struct value *values, int64_t number);

/* Loads what was taken. What lies in script->arena since bulk_copy_begin is
 * gone. Raises: what the database says, with the number of the row. */
void bulk_copy_end(lua_State *L, struct bulk_copy *copy);

#endif
