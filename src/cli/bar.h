/* How far a long step is: on a terminal one line that is drawn again in its
 * place, elsewhere a line every few seconds; for programs JSON lines. */
#ifndef CLI_BAR_H
#define CLI_BAR_H

#include "base/buf.h"
#include "luamigrate.h"

#include <stdbool.h>
#include <stdint.h>

struct cli;

struct bar {
    char step[256];    /* the one that runs; "": none */
    int64_t began_ms;  /* when its first event came ... */
    int64_t first;     /* ... and how many rows were done */
    int64_t shown_ms;  /* when it was shown last */
    int64_t object_ms; /* the same for the JSON lines */
    bool shown;
};

/* Shows a LUAMIGRATE_PROGRESS. */
void bar_show(struct cli *cli, const struct luamigrate_event *event);

#endif
