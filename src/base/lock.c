#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define PAUSE_MS 5

int lock_take(const char *folder, double seconds, const struct cancel *cancel,
              int *lock, struct error *err)
{
    int64_t end = clock_ms() + (int64_t)(seconds * 1000);

    *lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*lock < 0)
        return 0; /* who reads or writes there says why */
    while (flock(*lock, LOCK_EX | LOCK_NB) < 0) {
        int status = 0;

        if (errno != EWOULDBLOCK && errno != EINTR) {
            lock_release(*lock);
            *lock = -1;
            return 0;
        }
        if (clock_ms() >= end) {
            status = error_set(err, ERROR_LOCKED,
                               "another program holds the folder %s (waited "
                               "%g s)",
                               folder, seconds);
        } else if (clock_sleep(PAUSE_MS, cancel) != 0) {
            status = error_set(err, ERROR_SIGNAL, "interrupted by signal %d",
                               (int)cancel->signal);
            err->signal = cancel->signal;
        }
        if (status == 0)
            continue;
        lock_release(*lock);
        *lock = -1;
        return -1;
    }
    return 0;
}

void lock_release(int lock)
{
    if (lock >= 0)
        (void)close(lock);
}
