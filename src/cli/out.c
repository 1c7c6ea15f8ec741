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

static void put(struct out *out, const char *data, size_t size)
{
    size_t done = 0;

    while (out->error == 0 && done < size) {
        ssize_t count = write(out->fd, data + done, size - done);

        if (count >= 0)
            done += (size_t)count;
        else if (errno != EINTR)
            out->error = errno;
    }
}

void out_wipe(struct out *out)
{
    static const char wipe[] = "\r\033[K";

    if (out->bar)
        put(out, wipe, sizeof wipe - 1);
    out->bar = false;
}

void out_write(struct out *out, const struct buf *text)
{
    out_wipe(out);
    put(out, text->data, text->size);
}
