/* Standard output and standard error, without stdio: every text is written
 * at once, and the first failure is kept. */
#ifndef CLI_OUT_H
#define CLI_OUT_H

#include "base/buf.h"

#include <stdbool.h>

struct out {
    int fd;
    int error; /* errno of the first write that failed; 0: none */
    bool bar;  /* a progress bar stands there, which the next text wipes */
};

/* Makes sure that descriptors 0, 1 and 2 are open, so that no database or
 * file gets the number of a closed one: a closed output fails when written.
 * Call before anything else opens a file. */
void out_setup(void);

void out_write(struct out *out, const struct buf *text);

/* Wipes the progress bar, if there is one. */
void out_wipe(struct out *out);

#endif
