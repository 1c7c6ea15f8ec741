/* Values: parameters, rows, defaults; one kind for both databases. */
#ifndef MODEL_VALUE_H
#define MODEL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_kind {
    VALUE_ABSENT, /* not given */
    VALUE_NULL,
    VALUE_BOOLEAN,
    VALUE_INTEGER,
    VALUE_FLOAT,
    VALUE_TEXT,
    VALUE_BYTES,
    VALUE_SQL, /* an SQL expression, passed through */
    VALUE_LIST /* only as a parameter */
};

/* Text, bytes and SQL are NUL-terminated too, so that text.data may be used
 * as a C string where NUL bytes have been refused. */
struct value {
    enum value_kind kind;
    union {
        bool boolean;
        int64_t integer;
        double number;
        struct {
            const char *data;
            size_t size; /* bytes, without the final NUL */
        } text;
        struct {
            const struct value *items;
            size_t count;
        } list;
    };
};

#endif
