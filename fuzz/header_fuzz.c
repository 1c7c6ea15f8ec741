/* libFuzzer target: the header and the checksum of any bytes. */
#include "script/header.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int read_text(const char *text, size_t size, int is_part)
{
    struct revision revision = {.file = "f.lua"};
    graph_problems problems = {0};
    struct arena arena;
    char sum[17];
    int status;

    arena_init(&arena, NULL, NULL);
    status = (is_part ? header_read_part : header_read)(
        text, size, "f.lua", &arena, &revision, &problems);
    if ((status < 0) != (problems.count > 0) ||
        (status == 0 && (revision.id == NULL || revision.id[0] == '\0')))
        abort();
    header_checksum(text, size, sum);
    if (strlen(sum) != 16)
        abort();
    arena_clear(&arena);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* of exactly this size, so that a read behind the end is seen */
    char *text = malloc(size > 0 ? size : 1);

    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    read_text(text, size, 0);
    read_text(text, size, 1);
    free(text);
    return 0;
}
