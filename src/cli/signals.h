/* Signals: the first one asks to stop, the second one ends the process. */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include "base/clock.h"

/* Installs the handlers. Returns what they set. */
struct cancel *signals_setup(void);

#endif
