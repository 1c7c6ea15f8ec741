#include "cli/out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

void out_setup(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        /* the wrong direction on purpose: writing to it must fail */
        int flags = fd == 1 ? O_RDONLY : O_RDWR;

        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags) != fd)
            _exit(13);
    }
}

void out_write(struct out *out, const struct buf *text)
{
    size_t done = 0;

    while (out->error == 0 && done < text->size) {
        ssize_t count = write(out->fd, text->data + done, text->size - done);

        if (count >= 0)
            done += (size_t)count;
        else if (errno != EINTR)
            out->error = errno;
    }
}
