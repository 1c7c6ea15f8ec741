/* What happens during a run: lines for people, JSON lines for programs. */
#ifndef CLI_EVENTS_H
#define CLI_EVENTS_H

#include "luamigrate.h"

#include <stddef.h>

/* The callback of luamigrate_options; `context` is the struct cli. */
void events_show(void *context, const struct luamigrate_event *event);

/* Columns of "from -> to" of a step, to align them. */
size_t events_width(const struct plan_step *step, struct arena *arena);

#endif
