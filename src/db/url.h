/* Addresses of databases (product.md section 1, "URLs"). */
#ifndef DB_URL_H
#define DB_URL_H

#include "base/arena.h"
#include "base/error.h"
#include "model/schema.h"

#include <stdbool.h>

struct db_url {
    enum dialect dialect;
    bool memory;         /* sqlite::memory: */
    bool relative;       /* SQLite: `path` was relative before joining */
    const char *path;    /* SQLite: the file, bytes kept exactly */
    struct names keys;   /* PostgreSQL: libpq keywords ... */
    struct names values; /* ... and their values, decoded */
    const char *display; /* without any secret: "sqlite:app.db" */
    const char *name;    /* database name, or file as given */
    const char *host;    /* NULL for SQLite */
};

/* Parses `text`; a relative SQLite path starts at `base`. Errors:
 * ERROR_CONFIG that never shows a secret or a piece of one. */
int db_url_parse(const char *text, const char *base, struct arena *arena,
                 struct db_url *url, struct error *err);

#endif
