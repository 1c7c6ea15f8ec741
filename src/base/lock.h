/* A folder that one program at a time may add files to. */
#ifndef BASE_LOCK_H
#define BASE_LOCK_H

#include "base/clock.h"
#include "base/error.h"

/* Locks `folder` against others that call this (flock(2): it ends with the
 * process), waiting for at most `seconds`. `*lock` is for lock_release; -1
 * where there is nothing to lock: no such folder yet, or a file system without
 * locks. Errors: ERROR_LOCKED; ERROR_SIGNAL when `cancel` (or NULL) is set. */
int lock_take(const char *folder, double seconds, const struct cancel *cancel,
              int *lock, struct error *err);
void lock_release(int lock);

#endif
