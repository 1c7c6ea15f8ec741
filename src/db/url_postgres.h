/* PostgreSQL addresses to libpq keywords. */
#ifndef DB_URL_POSTGRES_H
#define DB_URL_POSTGRES_H

#include "db/url.h"

/* Parses `rest`, what follows "postgresql:" in `text`. `suffix`: the scheme
 * named a driver of SQLAlchemy's. Errors: as db_url_parse. */
int url_postgres_parse(const char *text, const char *rest, bool suffix,
                       struct arena *arena, struct db_url *url,
                       struct error *err);

#endif
