/* Lua arguments to ops, by the field tables of model/fields.h. Works in any
 * lua_State; calls no metamethod and raises nothing but a memory error. */
#ifndef SCRIPT_MARSHAL_H
#define SCRIPT_MARSHAL_H

#include "base/arena.h"
#include "base/error.h"
#include "model/fields.h"
#include "model/naming.h"
#include "model/op.h"

#include <lua.h>

/* Metatables in the registry (vocabulary.c): a type is { "string", 50,
 * collation = "C" }, an item { "unique", { "a" }, name = "uq" }. */
#define MARSHAL_TYPE "luamigrate.type"
#define MARSHAL_ITEM "luamigrate.item"

/* What one conversion works with. */
struct marshal {
    lua_State *L;
    struct arena *arena; /* holds everything that was read */
    struct error *err;
    const char *function; /* for messages: "op.create_table" */
    int depth;            /* of tables that are being read; 0 at first */
    int inserted; /* the argument that the script did not write; 0: none */
    struct naming *naming; /* how ops get names; NULL: as they are written */
};

/* Pushes the arguments at `first` .. top as one table { name, positions ...,
 * option = value ... }, the form in which data describes the same thing.
 * Returns 0, or -1 with nothing pushed. */
int marshal_compose(struct marshal *marshal, const char *name,
                    const struct record *record, int first);

/* Reads the composed table at `index` into `op`. */
int marshal_op(struct marshal *marshal, enum op_kind kind, int index,
               struct op *op);

/* Reads the table at `index` whose first item names the op. */
int marshal_named_op(struct marshal *marshal, int index, struct op *op);

/* The string at `index` is a final name from now on (op.f), until all are
 * forgotten. */
void marshal_mark_final(lua_State *L, int index);
void marshal_forget_finals(lua_State *L);

/* Checks a type or item (a table as above, at `index`). */
int marshal_type(struct marshal *marshal, int index);
int marshal_item(struct marshal *marshal, int index);

/* The number of the argument at `position`, as the script counts. */
int marshal_argument(const struct marshal *marshal, int position);

/* Fails with "function: text". Returns -1. */
int marshal_fail(struct marshal *marshal, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What the value at `index` is, for messages: "a string" without article;
 * "nil" when there is none. */
const char *marshal_got(lua_State *L, int index);

#endif
