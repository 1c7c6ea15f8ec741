#include "db/url.h"

#include "base/fs.h"
#include "base/str.h"
#include "db/url_postgres.h"
#include "db/url_text.h"

#include <string.h>

/* What Python drivers understand and a migration need not. */
static const char *const ignored[] = {"check_same_thread", "timeout",
                                      "cached_statements", "detect_types",
                                      "isolation_level"};

static bool is_ignored(const char *key, size_t size)
{
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        if (strlen(ignored[i]) == size && memcmp(key, ignored[i], size) == 0)
            return true;
    return false;
}

static int check_sqlite_query(const char *text, const char *query,
                              struct error *err)
{
    while (*query != '\0') {
        size_t size = strcspn(query, "&");
        size_t key = strcspn(query, "=&");

        if (!is_ignored(query, key) && size > 0) {
            error_set(err, ERROR_CONFIG,
                      "database address: the option at byte %zu is not "
                      "supported for SQLite",
                      (size_t)(query - text) + 1);
            return error_hint(err, "in a file name write '?' as %%3f, or use "
                                   "sqlite:PATH, whose bytes are the path");
        }
        query += size;
        if (*query == '&')
            query++;
    }
    return 0;
}

static int set_file(const char *path, const char *base, struct arena *arena,
                    struct db_url *url, struct error *err)
{
    if (str_starts(path, "file:")) {
        error_set(err, ERROR_CONFIG,
                  "database address: file: addresses are not supported");
        return error_hint(err, "write sqlite:PATH (sqlite:./file:x for a file "
                               "of that name)");
    }
    url->relative = path[0] != '/';
    url->path = fs_join(arena, base != NULL ? base : ".", path);
    url->name = path;
    url->display = arena_printf(arena, "sqlite:%s", path);
    return 0;
}

static int set_memory(struct db_url *url)
{
    url->memory = true;
    url->path = url->name = ":memory:";
    url->display = "sqlite::memory:";
    return 0;
}

static int parse_sqlite(const char *text, const char *rest, const char *base,
                        struct arena *arena, struct db_url *url,
                        struct error *err)
{
    const char *path = rest, *query;

    url->dialect = DIALECT_SQLITE;
    if (str_starts(rest, "//")) {
        query = rest + strcspn(rest, "?");
        if (*query == '?' && check_sqlite_query(text, query + 1, err) != 0)
            return -1;
        if (query - rest > 2 && rest[2] != '/') {
            error_set(err, ERROR_CONFIG,
                      "database address: a host at byte %zu, but SQLite has "
                      "none",
                      (size_t)(rest - text) + 3);
            return error_hint(err, "write sqlite:PATH, sqlite:///RELATIVE or "
                                   "sqlite:////ABSOLUTE");
        }
        /* sqlite:// and sqlite:/// mean memory, as in SQLAlchemy */
        if (query - rest <= 3)
            return set_memory(url);
        if (url_text_decode(text, rest + 3, (size_t)(query - rest) - 3, arena,
                            &path, err) != 0)
            return -1;
    } else if (*rest == '\0') {
        error_set(err, ERROR_CONFIG, "database address: it names no file");
        return error_hint(err, "write sqlite:app.db or sqlite::memory:");
    }
    if (strcmp(path, ":memory:") == 0)
        return set_memory(url);
    return set_file(path, base, arena, url, err);
}

/* Whether the scheme is `name`, alone or with a driver's suffix. */
static bool is_scheme(const char *text, size_t size, const char *name,
                      bool *suffix)
{
    size_t length = strlen(name);

    if (size < length || memcmp(text, name, length) != 0)
        return false;
    *suffix = size > length;
    if (!*suffix)
        return true;
    if (text[length] != '+' || size == length + 1)
        return false;
    for (size_t i = length + 1; i < size; i++)
        if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_", text[i]) == NULL)
            return false;
    return true;
}

int db_url_parse(const char *text, const char *base, struct arena *arena,
                 struct db_url *url, struct error *err)
{
    size_t scheme = strcspn(text, ":");
    bool suffix;

    memset(url, 0, sizeof *url);
    if (*text == '\0')
        return error_set(err, ERROR_CONFIG, "database address: it is empty");
    if (text[scheme] == ':') {
        const char *rest = text + scheme + 1;

        if (is_scheme(text, scheme, "sqlite", &suffix))
            return parse_sqlite(text, rest, base, arena, url, err);
        if (is_scheme(text, scheme, "postgresql", &suffix) ||
            is_scheme(text, scheme, "postgres", &suffix))
            return url_postgres_parse(text, rest, suffix, arena, url, err);
    }
    error_set(err, ERROR_CONFIG, "database address: unknown scheme");
    return error_hint(err, "write sqlite:FILE or "
                           "postgresql://USER@HOST/DATABASE");
}
