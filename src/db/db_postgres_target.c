#include "db/db_postgres.h"

#include "base/str.h"
#include "base/vec.h"

#include <arpa/inet.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PORT_DEFAULT "5432"
#define TIMEOUT_DEFAULT 10   /* seconds */
#define TIMEOUT_NONE 1000000 /* seconds; connect_timeout=0 */

/* A path under something that is no folder: there can be no such file. */
#define NO_FILE "/dev/null/none"

/* Given unless the address has them: a peer that is gone is noticed within
 * half a minute. */
static const char *const defaults[][2] = {
    {"fallback_application_name", "luamigrate"},
    {"keepalives_idle", "10"},
    {"keepalives_interval", "5"},
    {"keepalives_count", "4"},
    {"tcp_user_timeout", "30000"},
};

/* Ours, whatever the address says. */
static const char *const replaced[] = {"client_encoding", "host", "hostaddr",
                                       "port"};

struct pairs {
    VEC(const char *) keys, values;
};

static const char *value_of(const struct db_url *url, const char *key)
{
    for (size_t i = 0; i < url->keys.count; i++)
        if (str_equal(url->keys.items[i], key))
            return url->values.items[i];
    return NULL;
}

static const char *variable(const char *name)
{
    const char *text = getenv(name);

    return text != NULL && text[0] != '\0' ? text : NULL;
}

static void add(struct arena *arena, struct pairs *settings, const char *key,
                const char *value)
{
    vec_push(arena, &settings->keys, key);
    vec_push(arena, &settings->values, value);
}

static bool is_replaced(const char *key)
{
    for (size_t i = 0; i < sizeof replaced / sizeof replaced[0]; i++)
        if (strcmp(replaced[i], key) == 0)
            return true;
    return false;
}

/* The settings as libpq puts them together from the address, variables and
 * service files. A connection is begun with a value that libpq refuses before
 * it looks for any server; its own password keeps it from reading .pgpass. */
static PQconninfoOption *look(struct pg_db *db, struct arena *arena,
                              struct error *err)
{
    const struct db_url *url = db->db.url;
    PQconninfoOption *options = NULL;
    struct pairs all = {0};
    PGconn *conn;

    for (size_t i = 0; i < url->keys.count; i++)
        if (!str_equal(url->keys.items[i], "channel_binding") &&
            !str_equal(url->keys.items[i], "password"))
            add(arena, &all, url->keys.items[i], url->values.items[i]);
    add(arena, &all, "channel_binding", "?");
    add(arena, &all, "password", "?");
    add(arena, &all, NULL, NULL);
    conn = libpq.PQconnectStartParams(all.keys.items, all.values.items, 0);
    if (conn != NULL)
        options = libpq.PQconninfo(conn);
    for (PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++)
        if (str_equal(o->keyword, "password") && str_equal(o->val, "?")) {
            libpq.PQfinish(conn);
            return options;
        }
    if (conn == NULL || options == NULL) {
        error_set(err, ERROR_LIMIT, "out of memory");
    } else {
        char *text = arena_strdup(arena, libpq.PQerrorMessage(conn));

        text[strcspn(text, "\n")] = '\0';
        db_postgres_error_scrub(db, text);
        error_set(err, ERROR_CONFIG, "database address: %s", text);
    }
    libpq.PQconninfoFree(options);
    libpq.PQfinish(conn);
    return NULL;
}

static const char *option(struct arena *arena, const PQconninfoOption *options,
                          const char *key)
{
    for (; options->keyword != NULL; options++)
        if (strcmp(options->keyword, key) == 0)
            return options->val != NULL && options->val[0] != '\0'
                       ? arena_strdup(arena, options->val)
                       : NULL;
    return NULL;
}

/* The password file that libpq would read. */
static const char *passfile_of(struct arena *arena, const char *given)
{
    const char *home = variable("HOME");
    struct passwd entry, *found = NULL;
    char text[4096];

    if (given != NULL)
        return given;
    if (home == NULL &&
        getpwuid_r(geteuid(), &entry, text, sizeof text, &found) == 0 &&
        found != NULL)
        home = entry.pw_dir;
    return home != NULL ? arena_printf(arena, "%s/.pgpass", home) : NULL;
}

/* Whether libpq would refuse the file, and say so on standard error. */
static bool is_refused(const char *path)
{
    struct stat info;

    return path != NULL && stat(path, &info) == 0 &&
           (!S_ISREG(info.st_mode) ||
            (info.st_mode & (S_IRWXG | S_IRWXO)) != 0);
}

/* As libpq has it: nothing above zero means no end. */
static int read_timeout(const char *text, double *timeout, struct error *err)
{
    bool negative = text != NULL && text[0] == '-';
    long seconds = 0;

    *timeout = TIMEOUT_DEFAULT;
    if (text == NULL)
        return 0;
    if (str_to_number(text + negative, TIMEOUT_NONE, &seconds) != 0)
        return error_set(err, ERROR_CONFIG,
                         "database address: connect_timeout is no number of "
                         "seconds: \"%.40s\"",
                         text);
    *timeout = seconds > 0 && !negative ? (double)seconds : TIMEOUT_NONE;
    return 0;
}

static void set_names(struct names *names, const char **items, size_t count)
{
    names->items = items;
    names->count = count;
}

int db_postgres_target(struct pg_db *db, struct arena *arena,
                       struct pg_target *target, struct error *err)
{
    const struct db_url *url = db->db.url;
    struct pairs all = {0};
    PQconninfoOption *options;
    const char *passfile;

    memset(target, 0, sizeof *target);
    target->arena = arena;
    db_postgres_error_secret(db, value_of(url, "password"));
    db_postgres_error_secret(db, value_of(url, "sslpassword"));
    db_postgres_error_secret(db, variable("PGPASSWORD"));
    options = look(db, arena, err);
    if (options == NULL)
        return -1;
    target->hosts = option(arena, options, "host");
    target->addresses = option(arena, options, "hostaddr");
    target->ports = option(arena, options, "port");
    if (read_timeout(option(arena, options, "connect_timeout"),
                     &target->timeout, err) != 0) {
        libpq.PQconninfoFree(options);
        return -1;
    }
    target->tls_unsaid = value_of(url, "sslmode") == NULL &&
                         variable("PGSSLMODE") == NULL &&
                         str_equal(option(arena, options, "sslmode"), "prefer");
    passfile = passfile_of(arena, option(arena, options, "passfile"));
    libpq.PQconninfoFree(options);
    for (size_t i = 0; i < url->keys.count; i++)
        if (!is_replaced(url->keys.items[i]))
            add(arena, &all, url->keys.items[i], url->values.items[i]);
    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
        if (value_of(url, defaults[i][0]) == NULL)
            add(arena, &all, defaults[i][0], defaults[i][1]);
    add(arena, &all, "client_encoding", "UTF8");
    if (is_refused(passfile)) {
        target->passfile = passfile;
        add(arena, &all, "passfile", NO_FILE);
    }
    set_names(&target->keys, all.keys.items, all.keys.count);
    set_names(&target->values, all.values.items, all.values.count);
    return 0;
}

/* Servers */

/* The `index`-th of the texts between the commas of `list`, NULL when it is
 * empty or there is none. */
static const char *item(struct arena *arena, const char *list, size_t index)
{
    size_t size;

    if (list == NULL)
        return NULL;
    for (; index > 0; index--) {
        list = strchr(list, ',');
        if (list == NULL)
            return NULL;
        list++;
    }
    size = strcspn(list, ",");
    return size > 0 ? arena_strndup(arena, list, size) : NULL;
}

static size_t count_items(const char *list)
{
    size_t count = list != NULL;

    for (; list != NULL && *list != '\0'; list++)
        count += *list == ',';
    return count;
}

static bool needs_resolving(const char *host)
{
    unsigned char address[sizeof(struct in6_addr)];

    return host != NULL && host[0] != '/' && host[0] != '@' &&
           inet_pton(AF_INET, host, address) != 1 &&
           strchr(host, ':') == NULL; /* no name has a colon: IPv6 */
}

int db_postgres_target_endpoints(struct pg_db *db,
                                 const struct pg_target *target,
                                 struct pg_endpoint **endpoints, size_t *count,
                                 struct error *err)
{
    struct arena *arena = target->arena;
    VEC(struct pg_endpoint) found = {0};
    size_t servers = count_items(target->addresses != NULL ? target->addresses
                                                           : target->hosts);
    size_t ports = count_items(target->ports);

    for (size_t i = 0; i < (servers > 0 ? servers : 1); i++) {
        struct pg_endpoint one = {
            .host = item(arena, target->hosts, i),
            .address = item(arena, target->addresses, i),
            .port = item(arena, target->ports, ports > 1 ? i : 0)};
        int64_t deadline = clock_ms() + (int64_t)(target->timeout * 1000);
        struct names addresses = {0};

        if (one.port == NULL && target->ports != NULL)
            one.port = PORT_DEFAULT;
        if (one.address == NULL && needs_resolving(one.host)) {
            if (db_postgres_resolve(db, one.host, deadline, &addresses, err) !=
                0) {
                if (err->code == ERROR_SIGNAL)
                    return -1;
                one.failed = true;
                one.reason = arena_new(arena, struct error);
                *one.reason = *err;
            }
        }
        if (addresses.count == 0)
            vec_push(arena, &found, one);
        for (size_t k = 0; k < addresses.count; k++) {
            one.address = addresses.items[k];
            vec_push(arena, &found, one);
        }
    }
    *endpoints = found.items;
    *count = found.count;
    return 0;
}
