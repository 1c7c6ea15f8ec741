/* The words of JSON text: strings and numbers, and errors by their place. */
#ifndef SCRIPT_JSON_SCAN_H
#define SCRIPT_JSON_SCAN_H

#include "script/json_parts.h"

#include <stddef.h>

/* What integers beyond 64 bits become. */
enum json_big { JSON_BIG_ERROR, JSON_BIG_FLOAT, JSON_BIG_STRING };

/* A text that is being read. */
struct json_scan {
    lua_State *L;
    const struct json_config *config;
    const char *start;
    const char *at;
    const char *end; /* a NUL stands here */
    lua_Integer depth;
    enum json_big big;
    char *scratch; /* for strings with escapes */
    size_t scratch_size;
    int scratch_slot; /* on the stack: keeps a large scratch alive */
};

/* Raises the error at `place`, by line and column (in characters). The
 * formats are those of lua_pushfstring. */
void json_scan_fail(struct json_scan *d, const char *place, const char *format,
                    ...) __attribute__((noreturn, format(printf, 3, 4)));

/* Raises what stands at `at` instead of `expected`. */
void json_scan_unexpected(struct json_scan *d, const char *expected)
    __attribute__((noreturn));

/* Pushes the string whose quote is at `at`, and goes behind it. */
void json_scan_string(struct json_scan *d);

/* Pushes the number at `at`, and goes behind it. */
void json_scan_number(struct json_scan *d);

#endif
