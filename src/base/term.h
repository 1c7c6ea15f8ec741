/* The terminal: whether what is written to it is coloured. */
#ifndef BASE_TERM_H
#define BASE_TERM_H

#include <stdbool.h>
#include <stdio.h>

enum term_color { TERM_AUTO, TERM_ALWAYS, TERM_NEVER };

/* Whether to colour `stream`: `mode` wins over a non-empty NO_COLOR, that
 * over the terminal; TERM=dumb is no colour. */
bool term_use_color(enum term_color mode, FILE *stream);

#endif
