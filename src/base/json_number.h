/* Numbers as JSON text, without a buffer and whatever the locale. */
#ifndef BASE_JSON_NUMBER_H
#define BASE_JSON_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#define JSON_NUMBER_SIZE 32

/* Writes `number` in decimal, without a NUL. Returns the length. */
size_t json_number_integer(char out[JSON_NUMBER_SIZE], int64_t number);

/* Writes 17 significant digits at most, shortest that reads back the same,
 * and always as a float (1.0, -0.0, 1e+20), without a NUL. Returns the
 * length, 0 for NaN and infinities. */
size_t json_number_float(char out[JSON_NUMBER_SIZE], double number);

#endif
