/* JSON: the script's `json` library (lua-cjson's names, lossless), and a
 * writer for C. */
#ifndef SCRIPT_JSON_H
#define SCRIPT_JSON_H

#include <lua.h>

/* Pushes the library table: encode decode null array_mt empty_array array
 * ... (op-api.md). */
int json_open(lua_State *L);

#endif
