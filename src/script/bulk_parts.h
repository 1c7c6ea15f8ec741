/* What the files of op.bulk_insert share. */
#ifndef SCRIPT_BULK_PARTS_H
#define SCRIPT_BULK_PARTS_H

#include "script/bulk_copy.h"
#include "script/bulk_insert.h"

#define BULK_NAME "op.bulk_insert"

/* the protocol counts the parameters of a statement in 16 bits */
enum { BULK_PARAMS = 65535 };

/* places on the stack: the arguments, the texts by their set of columns, the
 * columns of the current set, the row */
enum { TABLE = 1, ROWS, OPTIONS, SETS, COLUMNS, ROW };

struct bulk {
    struct script *script;
    const char *schema;
    const char *sql; /* for rows with the current columns; held by SETS */
    size_t size;
    const char **columns; /* sorted; held by COLUMNS */
    struct value *values;
    size_t count;
    size_t capacity; /* of columns and values */
    size_t sets;
    bool inlined;    /* a value of the row is `sql` */
    lua_Integer row; /* from 1, for messages */

    /* PostgreSQL, and where SQL is only written: rows with the current columns,
     * for one statement */
    bool gathers;
    struct value *chunk;
    size_t chunk_capacity, chunk_rows, chunk_bytes;
    struct arena_mark chunk_mark; /* what the chunk has in the arena */
    size_t text_rows;             /* rows of the text in SETS[1] */

    struct bulk_copy copy;
    lua_Integer total;     /* rows */
    lua_Integer copy_from; /* before this row COPY is not tried again */
};

/* Sends a statement that holds the rows from `first` to bulk->row. Raises: what
 * the database says. */
void bulk_insert_send(lua_State *L, struct bulk *bulk, lua_Integer first,
                      struct db_statement *statement);

/* bulk_text.c: adds "INSERT INTO t (a, b) VALUES (?1, ...)" for `rows` rows;
 * with `values`, those that are `sql` are written and the others numbered. */
void bulk_text_insert(lua_State *L, const struct bulk *bulk,
                      const struct value *values, size_t rows, struct buf *sql);
/* Finds the text for one row with the current columns, or writes it. */
void bulk_text_find(lua_State *L, struct bulk *bulk);

/* bulk_chunk.c: several rows in a statement. Begin: makes room for the columns
 * that come now. Add: takes the values of the row. Flush: sends what was
 * taken, up to row `last`. Raise: what the database says. */
void bulk_chunk_begin(struct bulk *bulk);
void bulk_chunk_add(lua_State *L, struct bulk *bulk);
void bulk_chunk_flush(lua_State *L, struct bulk *bulk, lua_Integer last);

#endif
