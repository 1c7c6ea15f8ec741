#include "db/db_postgres.h"

/* not written yet */
int db_postgres_open(const struct db_url *url, const struct db_options *options,
                     struct db **db, struct error *err)
{
    (void)url;
    (void)options;
    (void)db;
    return error_set(err, ERROR_FAILED,
                     "PostgreSQL is not built in this version");
}
