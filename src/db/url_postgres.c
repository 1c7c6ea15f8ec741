#include "db/url_postgres.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"
#include "db/url_text.h"

#include <string.h>

#define PORT_MAX 65535

/* The connection keywords of libpq 17 (documentation, 34.1.2). */
static const char *const keywords[] = {"host",
                                       "hostaddr",
                                       "port",
                                       "dbname",
                                       "user",
                                       "password",
                                       "passfile",
                                       "require_auth",
                                       "channel_binding",
                                       "connect_timeout",
                                       "client_encoding",
                                       "options",
                                       "application_name",
                                       "fallback_application_name",
                                       "keepalives",
                                       "keepalives_idle",
                                       "keepalives_interval",
                                       "keepalives_count",
                                       "tcp_user_timeout",
                                       "gssencmode",
                                       "sslmode",
                                       "sslnegotiation",
                                       "sslcompression",
                                       "sslcert",
                                       "sslkey",
                                       "sslpassword",
                                       "sslcertmode",
                                       "sslrootcert",
                                       "sslcrl",
                                       "sslcrldir",
                                       "sslsni",
                                       "requirepeer",
                                       "ssl_min_protocol_version",
                                       "ssl_max_protocol_version",
                                       "krbsrvname",
                                       "gsslib",
                                       "gssdelegation",
                                       "service",
                                       "target_session_attrs",
                                       "load_balance_hosts"};

/* What Python drivers understand and a migration need not. */
static const char *const ignored[] = {
    "prepared_statement_cache_size", "prepared_statement_name_func",
    "statement_cache_size", "async_fallback", "command_timeout"};

struct parser {
    const char *text;
    struct arena *arena;
    struct error *err;
    bool suffix;
    const char *values[sizeof keywords / sizeof keywords[0]];
};

static int fail(const struct parser *p, const char *at, const char *what)
{
    return error_set(p->err, ERROR_CONFIG, "database address: %s at byte %zu",
                     what, (size_t)(at - p->text) + 1);
}

static int keyword(const char *name)
{
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
        if (strcmp(keywords[i], name) == 0)
            return (int)i;
    return -1;
}

static const char **slot(struct parser *p, const char *name)
{
    return &p->values[keyword(name)];
}

static int decode(struct parser *p, const char *from, const char *to,
                  const char **out)
{
    return url_text_decode(p->text, from, (size_t)(to - from), p->arena, out,
                           p->err);
}

static int check_port(struct parser *p, const char *at, const char *port)
{
    long number;

    if (*port == '\0')
        return 0;
    if (str_to_number(port, PORT_MAX, &number) != 0 || number < 1)
        return fail(p, at, "a port that is not a number from 1 to 65535");
    return 0;
}

/* The end of the host at `at`, brackets of an IPv6 address included. */
static const char *host_end(const char *at, const char *end)
{
    if (at < end && *at == '[') {
        const char *close = memchr(at, ']', (size_t)(end - at));

        return close != NULL ? close + 1 : NULL;
    }
    while (at < end && *at != ':' && *at != ',')
        at++;
    return at;
}

/* host[:port],host[:port],... */
static int parse_hosts(struct parser *p, const char *at, const char *end)
{
    struct buf hosts, ports;
    bool any_port = false;

    buf_init(&hosts, p->arena);
    buf_init(&ports, p->arena);
    for (;; at++) {
        const char *stop = host_end(at, end), *name, *port = "";
        bool bracket = at < end && *at == '[';

        if (stop == NULL)
            return fail(p, at, "an IPv6 address without ']'");
        if (decode(p, at + bracket, stop - bracket, &name) != 0)
            return -1;
        if (strchr(name, ',') != NULL)
            return fail(p, at, "a comma in a host name");
        buf_add(&hosts, name);
        at = stop;
        if (at < end && *at == ':') {
            const char *from = ++at;

            while (at < end && *at != ',')
                at++;
            if (decode(p, from, at, &port) != 0 ||
                check_port(p, from, port) != 0)
                return -1;
            any_port = any_port || *port != '\0';
            buf_add(&ports, port);
        }
        if (at >= end)
            break;
        if (*at != ',')
            return fail(p, at, "something else than ',' or ':' behind a host");
        buf_char(&hosts, ',');
        buf_char(&ports, ',');
    }
    if (hosts.size > 0)
        *slot(p, "host") = hosts.data;
    if (any_port)
        *slot(p, "port") = ports.data;
    return 0;
}

static bool is_port_list(const char *at, const char *end)
{
    return strspn(at, "0123456789,") >= (size_t)(end - at);
}

/* Finds the '@' that ends user and password. A password may hold any of
 * "@:/?" unescaped, as long as only one reading is left. */
static const char *user_end(const char *rest, const char *authority_end)
{
    const char *at = memrchr(rest, '@', (size_t)(authority_end - rest));
    const char *colon;

    if (at != NULL)
        return at;
    colon = memchr(rest, ':', (size_t)(authority_end - rest));
    if (colon == NULL || *rest == '[' || is_port_list(colon + 1, authority_end))
        return NULL;
    return strchr(authority_end, '@');
}

static int parse_user(struct parser *p, const char *rest, const char *at)
{
    const char *colon = memchr(rest, ':', (size_t)(at - rest));
    const char *end = colon != NULL ? colon : at;

    if (end > rest && decode(p, rest, end, slot(p, "user")) != 0)
        return -1;
    if (colon != NULL && decode(p, colon + 1, at, slot(p, "password")) != 0)
        return -1;
    return 0;
}

/* `host=` may come several times, as SQLAlchemy writes several hosts. */
static int add_host(struct parser *p, const char *at, const char *value,
                    bool first)
{
    const char **host = slot(p, "host"), **port = slot(p, "port");
    const char *colon = p->suffix ? strchr(value, ':') : NULL;
    const char *number = "";

    if (colon != NULL && value[0] != '/' && strchr(colon + 1, ':') == NULL) {
        number = colon + 1;
        value = arena_strndup(p->arena, value, (size_t)(colon - value));
        if (check_port(p, at, number) != 0)
            return -1;
    }
    if (first) {
        *host = value;
        if (*number != '\0')
            *port = number;
        return 0;
    }
    *host = arena_printf(p->arena, "%s,%s", *host, value);
    if (*port != NULL || *number != '\0')
        *port =
            arena_printf(p->arena, "%s,%s", *port != NULL ? *port : "", number);
    return 0;
}

static bool is_ignored(const char *key)
{
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        if (strcmp(ignored[i], key) == 0)
            return true;
    return false;
}

/* Drivers write ssl=require or ssl=true for sslmode=require. */
static const char *ssl_mode(const char *value)
{
    if (strcmp(value, "true") == 0 || strcmp(value, "True") == 0)
        return "require";
    if (strcmp(value, "false") == 0 || strcmp(value, "False") == 0)
        return "disable";
    return value;
}

static int check_ports(struct parser *p, const char *at, const char *value)
{
    while (*value != '\0') {
        size_t size = strcspn(value, ",");

        if (check_port(p, at, arena_strndup(p->arena, value, size)) != 0)
            return -1;
        value += size + (value[size] == ',');
    }
    return 0;
}

static int set_option(struct parser *p, const char *at, const char *key,
                      const char *value, bool *hosts)
{
    int index = keyword(key);

    if (strcmp(key, "host") == 0) {
        bool first = !*hosts;

        *hosts = true;
        return add_host(p, at, value, first);
    }
    if (strcmp(key, "ssl") == 0) {
        *slot(p, "sslmode") = ssl_mode(value);
        return 0;
    }
    if (index < 0 && p->suffix && is_ignored(key))
        return 0;
    if (index < 0) {
        fail(p, at, "an unknown parameter");
        return error_hint(p->err, "a '?' in the password is written %%3f");
    }
    if (strcmp(key, "port") == 0 && check_ports(p, at, value) != 0)
        return -1;
    p->values[index] = value;
    return 0;
}

static int parse_query(struct parser *p, const char *at)
{
    bool hosts = false;

    while (*at != '\0') {
        const char *end = at + strcspn(at, "&");
        const char *equals = memchr(at, '=', (size_t)(end - at));
        const char *key, *value;

        if (equals == NULL && end > at)
            return fail(p, at, "a parameter without '='");
        if (equals != NULL) {
            if (decode(p, at, equals, &key) != 0 ||
                decode(p, equals + 1, end, &value) != 0 ||
                set_option(p, at, key, value, &hosts) != 0)
                return -1;
        }
        at = *end == '&' ? end + 1 : end;
    }
    return 0;
}

static void fill(struct parser *p, struct db_url *url)
{
    VEC(const char *) keys = {0};
    VEC(const char *) values = {0};
    struct buf display;
    const char *port = *slot(p, "port");

    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        if (p->values[i] == NULL)
            continue;
        vec_push(p->arena, &keys, keywords[i]);
        vec_push(p->arena, &values, p->values[i]);
    }
    url->keys.items = keys.items;
    url->values.items = values.items;
    url->keys.count = url->values.count = keys.count;
    url->host = *slot(p, "host") != NULL ? *slot(p, "host") : "";
    url->name = *slot(p, "dbname") != NULL ? *slot(p, "dbname") : "";
    buf_init(&display, p->arena);
    buf_addf(&display, "postgresql://%s", url->host);
    if (port != NULL)
        buf_addf(&display, ":%s", port);
    buf_addf(&display, "/%s", url->name);
    url->display = display.data;
}

int url_postgres_parse(const char *text, const char *rest, bool suffix,
                       struct arena *arena, struct db_url *url,
                       struct error *err)
{
    struct parser parser = {
        .text = text, .arena = arena, .err = err, .suffix = suffix};
    struct parser *p = &parser;
    const char *end, *at, *path_end;
    bool guessed = false;

    url->dialect = DIALECT_POSTGRESQL;
    if (!str_starts(rest, "//"))
        return fail(p, rest, "no '//' behind the scheme");
    rest += 2;
    end = rest + strcspn(rest, "/?");
    at = user_end(rest, end);
    if (at != NULL) {
        guessed = at > end;
        if (parse_user(p, rest, at) != 0)
            return -1;
        rest = at + 1;
        end = rest + strcspn(rest, "/?");
    }
    path_end = end + strcspn(end, "?");
    /* a second '@' means that a piece of the password may be in the host */
    at = memchr(rest, '@', guessed ? strlen(rest) : (size_t)(path_end - rest));
    if (at != NULL) {
        fail(p, at, "a bare '@'");
        return error_hint(err, "in user, password and database name write "
                               "'@' as %%40 and '/' as %%2f");
    }
    if (parse_hosts(p, rest, end) != 0)
        return -1;
    if (path_end > end + 1 &&
        decode(p, end + 1, path_end, slot(p, "dbname")) != 0)
        return -1;
    if (*path_end == '?' && parse_query(p, path_end + 1) != 0)
        return -1;
    fill(p, url);
    return 0;
}
