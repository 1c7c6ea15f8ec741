/* What the files of the json library share. */
#ifndef SCRIPT_JSON_PARTS_H
#define SCRIPT_JSON_PARTS_H

#include <locale.h>
#include <lua.h>
#include <stdbool.h>

/* The upvalues of every function of the library. */
#define JSON_CONFIG lua_upvalueindex(1)   /* userdata struct json_config */
#define JSON_ARRAY_MT lua_upvalueindex(2) /* the metatable of arrays */

/* The settings of one library table. */
struct json_config {
    const void *array_mt; /* as lua_topointer tells them */
    const void *empty_array_mt;
    locale_t locale; /* "C": numbers have a point everywhere */
    lua_Integer encode_depth;
    lua_Integer decode_depth;
    lua_Integer sparse_ratio; /* 0: any array may be sparse */
    lua_Integer sparse_safe;
    bool sparse_convert;
    bool keep_buffer;
};

/* The address that `json.empty_array` is. */
extern const char json_empty_array;

/* json.decode(text [, { big_integers = "float" or "string" }]).
 * Raises: what is wrong, with line and column. */
int json_decode(lua_State *L);

/* json.encode(value). Raises: what cannot be encoded, with its path. */
int json_encode(lua_State *L);

#endif
