/* Names of hosts. libpq would ask for them inside PQconnectPoll, which blocks
 * as long as the resolver does. */
#include "db/db_postgres.h"

#include "base/vec.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define SLICE_NS 50000000

/* Belongs to the resolver's thread while it runs: what is given up stays. */
struct lookup {
    struct gaicb request;
    struct addrinfo hints;
    char host[];
};

static struct lookup *start(const char *host)
{
    struct lookup *lookup = calloc(1, sizeof *lookup + strlen(host) + 1);
    struct gaicb *list[1];

    if (lookup == NULL)
        return NULL;
    strcpy(lookup->host, host);
    lookup->hints.ai_family = AF_UNSPEC;
    lookup->hints.ai_socktype = SOCK_STREAM;
    lookup->request.ar_name = lookup->host;
    lookup->request.ar_request = &lookup->hints;
    list[0] = &lookup->request;
    if (getaddrinfo_a(GAI_NOWAIT, list, 1, NULL) == 0)
        return lookup;
    free(lookup);
    return NULL;
}

static void finish(struct lookup *lookup)
{
    if (gai_error(&lookup->request) == EAI_INPROGRESS &&
        gai_cancel(&lookup->request) != EAI_CANCELED)
        return; /* the thread still writes to it */
    if (lookup->request.ar_result != NULL)
        freeaddrinfo(lookup->request.ar_result);
    free(lookup);
}

static int wait_for(struct pg_db *db, struct lookup *lookup, int64_t deadline,
                    struct error *err)
{
    const struct gaicb *list[1] = {&lookup->request};
    const struct timespec slice = {.tv_nsec = SLICE_NS};

    while (gai_error(&lookup->request) == EAI_INPROGRESS) {
        if (db_postgres_io_check(db, err) != 0)
            return -1;
        if (clock_ms() >= deadline) {
            error_set(err, ERROR_CONNECTION,
                      "its name was not resolved in "
                      "time");
            return error_hint(err, "look at the name server of this machine");
        }
        (void)gai_suspend(list, 1, &slice);
    }
    return 0;
}

static int take(struct pg_db *db, struct lookup *lookup,
                struct names *addresses, struct error *err)
{
    int status = gai_error(&lookup->request);
    VEC(const char *) found = {0};
    char text[NI_MAXHOST];

    if (status != 0) {
        error_set(err, ERROR_CONNECTION, "its name is unknown (%s)",
                  gai_strerror(status));
        return error_hint(err, "check the name of the host in the address");
    }
    for (struct addrinfo *at = lookup->request.ar_result; at != NULL;
         at = at->ai_next)
        if (getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof text, NULL, 0,
                        NI_NUMERICHOST) == 0)
            vec_push(&db->arena, &found, arena_strdup(&db->arena, text));
    addresses->items = found.items;
    addresses->count = found.count;
    return 0;
}

int db_postgres_resolve(struct pg_db *db, const char *host, int64_t deadline,
                        struct names *addresses, struct error *err)
{
    struct lookup *lookup = start(host);
    int status;

    addresses->count = 0;
    if (lookup == NULL)
        return error_set(err, ERROR_CONNECTION,
                         "its name cannot be resolved now");
    status = wait_for(db, lookup, deadline, err);
    if (status == 0)
        status = take(db, lookup, addresses, err);
    finish(lookup);
    return status;
}
