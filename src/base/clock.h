/* Time: monotonic for waiting, wall clock for what people read. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#define CLOCK_ISO_SIZE 32

/* Monotonic milliseconds since some start. */
int64_t clock_ms(void);
/* Monotonic microseconds since some start. */
int64_t clock_us(void);
/* As clock_ms(), but it costs next to nothing and may be ten behind. */
int64_t clock_coarse_ms(void);
/* Seconds since 1970 with fractions. */
double clock_now(void);
/* Writes seconds since 1970 as "2026-11-21T12:30:00Z". */
void clock_iso(int64_t seconds, char out[CLOCK_ISO_SIZE]);

/* Reads "2026-11-21 12:30:00", with a T for the space, with a fraction (which
 * is dropped), with UTC, Z or an offset like +0530 or -01:00 behind it; without
 * a zone it is UTC. Sets `*seconds` since 1970.
 * Returns 0, or -1 when `text` is no such date. */
int clock_parse(const char *text, int64_t *seconds);

/* Set by the program's signal handler, read by everything that waits: the
 * number of the signal that asks to stop, or 0. A NULL pointer to one means
 * that nothing can interrupt. */
struct cancel {
    volatile sig_atomic_t signal;
    /* While a batch runs it may end well: the signal counts so many
     * milliseconds after `asked_ms` (clock_ms, set before `signal`); 0: at
     * once. Written by the thread that runs. */
    volatile int64_t grace_ms;
    volatile int64_t asked_ms;
};

/* Whether what runs has to stop now. NULL: nothing can interrupt. */
bool clock_cancelled(const struct cancel *cancel);

/* Sleeps `ms` milliseconds, less when `cancel` is set meanwhile.
 * Returns 0, or -1 when it was cancelled. */
int clock_sleep(int64_t ms, const struct cancel *cancel);

#endif
