/* Any text as an address: no crash, and what is not accepted gets an error
 * that shows nothing of it (G17). */
#include "db/url.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct error err;
    struct arena arena;
    struct db_url url;
    char *text = malloc(size + 1);

    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    arena_init(&arena, NULL, NULL);
    error_clear(&err);
    if (db_url_parse(text, ".", &arena, &url, &err) != 0) {
        if (err.code != ERROR_CONFIG || err.message[0] == '\0')
            abort();
    } else if (url.display == NULL || url.name == NULL ||
               url.keys.count != url.values.count) {
        abort();
    }
    arena_clear(&arena);
    free(text);
    return 0;
}
