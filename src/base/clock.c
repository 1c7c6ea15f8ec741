#include "base/clock.h"

#include <stdio.h>
#include <time.h>

int64_t clock_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_ms(void)
{
    return clock_us() / 1000;
}

double clock_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void clock_iso(int64_t seconds, char out[CLOCK_ISO_SIZE])
{
    time_t time = (time_t)seconds;
    struct tm parts;

    if (gmtime_r(&time, &parts) == NULL ||
        strftime(out, CLOCK_ISO_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        out[0] = '\0';
}

int clock_sleep(int64_t ms, const struct cancel *cancel)
{
    /* short slices: a signal that came between the check and the sleep is
     * seen soon, whichever thread it hit */
    const int64_t slice = 50;
    int64_t end = clock_ms() + ms;

    for (;;) {
        int64_t left = end - clock_ms();
        struct timespec pause;

        if (cancel != NULL && cancel->signal != 0)
            return -1;
        if (left <= 0)
            return 0;
        if (left > slice)
            left = slice;
        pause.tv_sec = 0;
        pause.tv_nsec = (long)left * 1000000;
        nanosleep(&pause, NULL);
    }
}
