/* The terminal: whether there is one, how wide, and its colours. */
#ifndef BASE_TERM_H
#define BASE_TERM_H

#include <stdbool.h>
#include <stdio.h>

enum term_color { TERM_AUTO, TERM_ALWAYS, TERM_NEVER };

/* Whether to colour `stream`: `mode` wins over a non-empty NO_COLOR, that
 * over the terminal; TERM=dumb is no colour. */
bool term_use_color(enum term_color mode, FILE *stream);

/* Columns of the terminal behind `stream`, 80 when it is none. */
int term_width(FILE *stream);

#endif
