#include "db/libpq.h"

#include <dlfcn.h>
#include <stdbool.h>

#define LIBPQ_FILE "libpq.so.5"
#define LIBPQ_OLDEST 140000 /* the first one with pipelines */

struct libpq libpq;

/* Functions and data pointers are of one size wherever dlsym exists. */
static bool find(void *library, const char *name, void *slot)
{
    *(void **)slot = dlsym(library, name);
    return *(void **)slot != NULL;
}

static int too_old(struct error *err)
{
    error_set(err, ERROR_CONNECTION,
              "%s is too old: PostgreSQL needs version 14 or newer",
              LIBPQ_FILE);
    return error_hint(err, "install a newer libpq (on Debian the package "
                           "libpq5)");
}

int libpq_load(struct error *err)
{
    static bool loaded;
    struct libpq found;
    void *library;

    if (loaded)
        return 0;
    /* never closed: it may have started threads and exit handlers */
    library = dlopen(LIBPQ_FILE, RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL) {
        error_set(err, ERROR_CONNECTION,
                  "PostgreSQL needs the library %s, which cannot be loaded: "
                  "%s",
                  LIBPQ_FILE, dlerror());
        return error_hint(err, "install it (on Debian the package libpq5)");
    }
#define LIBPQ_FIND(name)                                                       \
    if (!find(library, #name, (void *)&found.name))                            \
        return too_old(err);
    LIBPQ_FUNCTIONS(LIBPQ_FIND)
#undef LIBPQ_FIND
    if (found.PQlibVersion() < LIBPQ_OLDEST)
        return too_old(err);
    libpq = found;
    loaded = true;
    return 0;
}
