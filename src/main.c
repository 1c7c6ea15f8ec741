#include "cli/cli.h"

#include "db/db.h"

#include <malloc.h>

/* What a batch gives back the next one takes again: this much stays here
 * instead of going to the kernel and coming back as pages to be cleared. */
#define KEPT_BYTES (16 * 1024 * 1024)

int main(int argc, char **argv)
{
#ifdef M_TRIM_THRESHOLD
    (void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    (void)mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
#endif
    db_sqlite_alone();
    return cli_main(argc, argv);
}
