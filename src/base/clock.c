#include "base/clock.h"

#include <stdbool.h>
#include <string.h>
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

int64_t clock_coarse_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
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

/* Reads exactly `count` digits at `*text` and moves it behind them. */
static bool digits(const char **text, int count, int *number)
{
    *number = 0;
    for (int i = 0; i < count; i++, (*text)++) {
        if (**text < '0' || **text > '9')
            return false;
        *number = *number * 10 + (**text - '0');
    }
    return true;
}

static bool one_of(const char **text, const char *set)
{
    if (**text == '\0' || strchr(set, **text) == NULL)
        return false;
    (*text)++;
    return true;
}

/* The zone behind a date, in seconds east of Greenwich. */
static bool zone(const char *text, int *offset)
{
    bool west = *text == '-';
    int hours, minutes;

    *offset = 0;
    if (strcmp(text, "") == 0 || strcmp(text, "Z") == 0 ||
        strcmp(text, "UTC") == 0)
        return true;
    if (!one_of(&text, "+-") || !digits(&text, 2, &hours))
        return false;
    (void)one_of(&text, ":");
    if (!digits(&text, 2, &minutes) || *text != '\0' || minutes > 59)
        return false;
    *offset = (west ? -60 : 60) * (hours * 60 + minutes);
    return true;
}

int clock_parse(const char *text, int64_t *seconds)
{
    struct tm wall = {0}, known;
    int year, month, offset;
    time_t time;

    if (!digits(&text, 4, &year) || !one_of(&text, "-") ||
        !digits(&text, 2, &month) || !one_of(&text, "-") ||
        !digits(&text, 2, &wall.tm_mday) || !one_of(&text, " T") ||
        !digits(&text, 2, &wall.tm_hour) || !one_of(&text, ":") ||
        !digits(&text, 2, &wall.tm_min) || !one_of(&text, ":") ||
        !digits(&text, 2, &wall.tm_sec))
        return -1;
    if (*text == '.')
        text += 1 + strspn(text + 1, "0123456789");
    text += strspn(text, " ");
    if (!zone(text, &offset))
        return -1;
    wall.tm_year = year - 1900;
    wall.tm_mon = month - 1;
    known = wall;
    time = timegm(&wall);
    /* timegm makes March of the 30th of February */
    if (wall.tm_mon != known.tm_mon || wall.tm_mday != known.tm_mday ||
        wall.tm_hour != known.tm_hour || wall.tm_min != known.tm_min ||
        wall.tm_sec != known.tm_sec)
        return -1;
    *seconds = (int64_t)time - offset;
    return 0;
}

bool clock_cancelled(const struct cancel *cancel)
{
    if (cancel == NULL || cancel->signal == 0)
        return false;
    return cancel->grace_ms == 0 ||
           clock_ms() - cancel->asked_ms >= cancel->grace_ms;
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

        if (clock_cancelled(cancel))
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
