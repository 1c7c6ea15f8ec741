#include "base/term.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool term_use_color(enum term_color mode, FILE *stream)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    if (mode != TERM_AUTO)
        return mode == TERM_ALWAYS;
    if (no_color != NULL && no_color[0] != '\0')
        return false;
    if (terminal == NULL || strcmp(terminal, "dumb") == 0)
        return false;
    return isatty(fileno(stream)) == 1;
}
