#include "db/url_text.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

int url_text_decode(const char *text, const char *part, size_t size,
                    struct arena *arena, const char **out, struct error *err)
{
    char *data = arena_alloc(arena, size + 1);
    size_t used = 0;

    for (size_t i = 0; i < size; i++) {
        size_t place = (size_t)(part - text) + i + 1;
        int high, low;

        if (part[i] != '%') {
            data[used++] = part[i];
            continue;
        }
        high = i + 1 < size ? hex(part[i + 1]) : -1;
        low = i + 2 < size ? hex(part[i + 2]) : -1;
        if (high < 0 || low < 0) {
            error_set(err, ERROR_CONFIG,
                      "database address: bad percent code at byte %zu", place);
            return error_hint(err, "write a '%%' itself as %%25");
        }
        if (high == 0 && low == 0)
            return error_set(err, ERROR_CONFIG,
                             "database address: a NUL byte at byte %zu", place);
        data[used++] = (char)(high * 16 + low);
        i += 2;
    }
    *out = data;
    return 0;
}
