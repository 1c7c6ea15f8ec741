/* A proxy between a PostgreSQL client and its server, for the specs: counts
 * messages and round trips, delays, and cuts the connection where it is told.
 *
 *   pgproxy --server=HOST:PORT --control=PATH [OPTION...]
 *   pgproxy --control=PATH --tell=WORD
 *
 * The first form prints the port it listens on (127.0.0.1) and goes on in the
 * background. Options:
 *   --delay=MS         added to each round trip, half of it each way
 *   --do=WHAT          once, at the message that --message or --text names:
 *                      before    cut before it is forwarded
 *                      sent      forward it, then cut; the answer is lost
 *                      answered  forward it and its answer, then cut
 *                      hole      forward nothing from there on, answer nobody
 *   --message=N        the N-th message of the client (all connections)
 *   --text=TEXT        the statement whose SQL begins with TEXT; it is "sent"
 *                      when it is executed, not when it is only parsed
 *   --nth=N            the N-th such statement (default: 1)
 *   --answer=N         cut before the N-th message of the server is forwarded
 *   --refuse[=MS]      after that nobody can connect (for so long)
 * The second form says a word to a running proxy and prints its answer:
 *   report (JSON) stop cut hole refuse accept reset
 *
 * Requests for TLS are answered with "no", so that all can be read. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
    LINKS = 256,
    TEXT = 200,
    LOG = 50000,
    STARTUP = 4,       /* bytes before the message: the length only */
    CANCEL = 80877102, /* codes in the place of the protocol's version */
    TLS = 80877103,
    GSS = 80877104,
};

struct bytes {
    char *data;
    size_t size, room;
};

/* What will be written when its time has come. */
struct chunk {
    struct chunk *next;
    int64_t due;
    size_t size, sent;
    char data[];
};

struct side {
    int fd; /* -1: closed */
    struct bytes in;
    struct chunk *first, **last;
    bool ending; /* nothing follows what is queued */
    bool ended;
};

struct link {
    bool used;
    int number;
    struct side client, server;
    bool started; /* the startup message has passed */
    bool lost;    /* the client is cut off; the server gets what was sent */
    bool spoke;   /* the client has got no answer yet */
    bool armed;   /* the statement that was asked for is the next executed */
    bool due;     /* cut after the answer: */
    long executes, completed, cut_at;
    char statement[64]; /* prepared under this name */
};

struct entry {
    int connection;
    char type;
    char text[TEXT];
};

static struct {
    const char *server_host, *server_port, *control, *tell, *action, *text;
    long delay, message, nth, answer, refuse;
} options = {.nth = 1, .refuse = -1};

static struct link links[LINKS];
static struct entry *entries;
static struct {
    long connections, cuts, trips, client, server, entries, matches;
    uint64_t client_bytes, server_bytes;
} count;
static int listener = -1, control = -1, port;
static bool hole, done, fired;
static int64_t accept_again; /* 0: no such time */

static _Noreturn void die(const char *what)
{
    (void)fprintf(stderr, "pgproxy: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now_us(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        die("clock");
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void *grow(void *memory, size_t size)
{
    void *result = realloc(memory, size);

    if (result == NULL)
        die("memory");
    return result;
}

static void append(struct bytes *bytes, const char *data, size_t size)
{
    if (bytes->size + size > bytes->room) {
        bytes->room = (bytes->size + size) * 2;
        bytes->data = grow(bytes->data, bytes->room);
    }
    memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
}

static uint32_t number_at(const char *data)
{
    uint32_t number;

    memcpy(&number, data, sizeof number);
    return ntohl(number);
}

/* --- sides --- */

static void side_close(struct side *side)
{
    if (side->fd >= 0)
        (void)close(side->fd);
    side->fd = -1;
    while (side->first != NULL) {
        struct chunk *chunk = side->first;

        side->first = chunk->next;
        free(chunk);
    }
    side->last = &side->first;
    free(side->in.data);
    side->in = (struct bytes){0};
}

static void side_open(struct side *side, int fd)
{
    int on = 1;

    *side = (struct side){.fd = fd};
    side->last = &side->first;
    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
        fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
        die("socket");
}

static void side_queue(struct side *side, const char *data, size_t size,
                       int64_t due)
{
    struct chunk *chunk;

    if (side->fd < 0)
        return;
    chunk = grow(NULL, sizeof *chunk + size);
    *chunk = (struct chunk){.due = due, .size = size};
    memcpy(chunk->data, data, size);
    *side->last = chunk;
    side->last = &chunk->next;
}

/* Writes what is due. Returns -1 when the other end is gone. */
static int side_write(struct side *side, int64_t now)
{
    while (side->first != NULL && side->first->due <= now) {
        struct chunk *chunk = side->first;
        ssize_t size = send(side->fd, chunk->data + chunk->sent,
                            chunk->size - chunk->sent, MSG_NOSIGNAL);

        if (size < 0)
            return errno == EAGAIN || errno == EINTR ? 0 : -1;
        chunk->sent += (size_t)size;
        if (chunk->sent < chunk->size)
            return 0;
        side->first = chunk->next;
        if (side->first == NULL)
            side->last = &side->first;
        free(chunk);
    }
    if (side->first == NULL && side->ending && !side->ended) {
        (void)shutdown(side->fd, SHUT_WR);
        side->ended = true;
    }
    return 0;
}

/* --- faults --- */

static void stop_listening(void)
{
    if (listener >= 0)
        (void)close(listener);
    listener = -1;
}

/* The client sees the end at once; the server gets what was sent before, and
 * ends when it has read it. */
static void cut(struct link *link)
{
    side_close(&link->client);
    link->lost = true;
    link->server.ending = true;
    count.cuts++;
    if (options.refuse >= 0) {
        stop_listening();
        accept_again =
            options.refuse > 0 ? now_us() + options.refuse * 1000 : 0;
    }
}

static void link_close(struct link *link)
{
    side_close(&link->client);
    side_close(&link->server);
    link->used = false;
}

static bool action_is(const char *name)
{
    return options.action != NULL && strcmp(options.action, name) == 0;
}

/* --- messages --- */

static void note(const struct link *link, char type, const char *text)
{
    struct entry *entry;

    if (count.entries == LOG)
        return;
    if (entries == NULL)
        entries = grow(NULL, LOG * sizeof *entries);
    entry = &entries[count.entries++];
    entry->connection = link->number;
    entry->type = type;
    (void)snprintf(entry->text, sizeof entry->text, "%s", text);
}

/* The SQL or the name in a message that has one, else "". */
static const char *text_of(const char *data, size_t size)
{
    const char *text = data + 5, *end = data + size;

    if (size < 6 || end[-1] != '\0')
        return "";
    switch (data[0]) {
    case 'P': /* name, SQL, types */
        return text + strlen(text) + 1 < end ? text + strlen(text) + 1 : "";
    case 'Q':
        return text;
    default:
        return "";
    }
}

/* Parse is ended by its parameter types, Bind by its formats: made texts. */
static const char *terminated(const char *data, size_t size)
{
    static struct bytes copy;

    copy.size = 0;
    append(&copy, data, size);
    append(&copy, "", 1);
    return copy.data;
}

/* Whether this is the execution of the statement that --text names. */
static bool is_wanted(struct link *link, const char *data, size_t size)
{
    const char *copy = terminated(data, size);
    const char *text = text_of(copy, size + 1);
    bool holds = options.text != NULL &&
                 strncmp(text, options.text, strlen(options.text)) == 0;

    switch (data[0]) {
    case 'Q':
        return holds;
    case 'P':
        if (holds && copy[5] != '\0')
            (void)snprintf(link->statement, sizeof link->statement, "%s",
                           copy + 5);
        link->armed = holds && copy[5] == '\0';
        return false;
    case 'B': /* portal, statement */
        if (link->statement[0] != '\0')
            link->armed =
                strcmp(copy + 5 + strlen(copy + 5) + 1, link->statement) == 0;
        return false;
    case 'E':
        return link->armed;
    default:
        return false;
    }
}

/* Whether the fault is to happen at this message. */
static bool is_place(struct link *link, const char *data, size_t size)
{
    bool wanted = link->started && is_wanted(link, data, size);

    if (data[0] == 'E' && link->started)
        link->armed = false;
    if (fired)
        return false;
    if (wanted)
        fired = ++count.matches == options.nth;
    else if (options.message > 0)
        fired = count.client == options.message;
    return fired;
}

/* The message that asks for a connection. Returns whether to forward it. */
static bool start(struct link *link, const char *data)
{
    switch (number_at(data + 4)) {
    case TLS:
    case GSS:
        side_queue(&link->client, "N", 1, now_us() + options.delay * 1000);
        return false;
    case CANCEL:
        note(link, '!', "cancel");
        return true;
    default:
        note(link, '0', "start");
        link->started = true;
        return true;
    }
}

static void forward(struct link *link, const char *data, size_t size)
{
    side_queue(&link->server, data, size, now_us() + options.delay * 500);
}

static void from_client(struct link *link, const char *data, size_t size)
{
    bool place, started = link->started;

    count.client++;
    count.client_bytes += size;
    link->spoke = true;
    place = is_place(link, data, size);
    if (started)
        note(link, data[0], text_of(terminated(data, size), size + 1));
    if (place && action_is("before")) {
        cut(link);
        return;
    }
    if (place && action_is("hole")) {
        hole = true;
        return;
    }
    if (!started && !start(link, data))
        return;
    if (started && (data[0] == 'E' || data[0] == 'Q'))
        link->executes++;
    forward(link, data, size);
    if (place && action_is("sent"))
        cut(link);
    if (place && action_is("answered")) {
        link->due = true;
        link->cut_at = data[0] == 'E' ? link->executes : 0;
    }
}

static void from_server(struct link *link, const char *data, size_t size)
{
    char type = data[0];

    if (link->lost)
        return;
    count.server++;
    count.server_bytes += size;
    if (options.answer > 0 && count.server == options.answer) {
        cut(link);
        return;
    }
    side_queue(&link->client, data, size, now_us() + options.delay * 500);
    if (type == 'C' || type == 'I' || type == 's')
        link->completed++;
    if (type == 'Z')
        link->completed = link->executes;
    if (link->due && (type == 'Z' ||
                      (link->cut_at > 0 && link->completed >= link->cut_at))) {
        /* now, not after the delay: what is queued must not be lost */
        (void)side_write(&link->client, INT64_MAX);
        cut(link);
    }
}

/* Hands each whole message in `in` to its function. */
static void take(struct link *link, struct side *side, bool client)
{
    size_t at = 0;

    while (side->fd >= 0) {
        size_t head = client && !link->started ? STARTUP : STARTUP + 1;
        size_t left = side->in.size - at, size;
        const char *data = side->in.data + at;

        if (left < head + (head == STARTUP ? 4 : 0))
            break;
        size = number_at(data + head - 4) + head - 4;
        if (left < size)
            break;
        if (client)
            from_client(link, data, size);
        else
            from_server(link, data, size);
        at += size;
    }
    if (side->fd >= 0 && at > 0) {
        side->in.size -= at;
        memmove(side->in.data, side->in.data + at, side->in.size);
    }
}

/* --- the loop --- */

static void readable(struct link *link, struct side *side)
{
    static char data[65536];
    bool client = side == &link->client;
    struct side *other = client ? &link->server : &link->client;
    ssize_t size = recv(side->fd, data, sizeof data, 0);

    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size <= 0) {
        if (client)
            side_close(side);
        if (other->fd < 0 || link->lost)
            link_close(link);
        else if (!client)
            side_close(side);
        other->ending = true;
        return;
    }
    append(&side->in, data, (size_t)size);
    take(link, side, client);
}

static int connect_server(void)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list, *at;
    int fd = -1;

    if (getaddrinfo(options.server_host, options.server_port, &hints, &list))
        return -1;
    for (at = list; at != NULL && fd < 0; at = at->ai_next) {
        fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen) != 0) {
            (void)close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(list);
    return fd;
}

static void accept_link(void)
{
    int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC), server;
    struct link *link = links;

    if (client < 0)
        return;
    while (link < links + LINKS && link->used)
        link++;
    server = link < links + LINKS ? connect_server() : -1;
    if (server < 0) {
        (void)close(client);
        return;
    }
    *link = (struct link){.used = true};
    link->number = (int)++count.connections;
    side_open(&link->client, client);
    side_open(&link->server, server);
}

static void start_listening(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port)};
    socklen_t size = sizeof at;
    int on = 1;

    if (listener >= 0)
        return;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 ||
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(listener, (struct sockaddr *)&at, size) != 0 ||
        listen(listener, 64) != 0 ||
        getsockname(listener, (struct sockaddr *)&at, &size) != 0)
        die("listen");
    port = ntohs(at.sin_port);
}

/* Milliseconds until something is due, -1: nothing is. */
static int wait_for(int64_t now)
{
    int64_t due = accept_again > 0 ? accept_again : INT64_MAX;

    for (struct link *link = links; link < links + LINKS; link++) {
        const struct chunk *chunks[2] = {
            link->used ? link->client.first : NULL,
            link->used ? link->server.first : NULL,
        };

        for (int i = 0; i < 2; i++) {
            if (chunks[i] != NULL && chunks[i]->due > now &&
                chunks[i]->due < due)
                due = chunks[i]->due;
        }
    }
    if (due == INT64_MAX)
        return -1;
    return due <= now ? 0 : (int)((due - now + 999) / 1000);
}

static void write_link(struct link *link, int64_t now)
{
    const struct chunk *before = link->client.first;

    if (link->client.fd >= 0 && side_write(&link->client, now) != 0) {
        link_close(link);
    } else if (link->client.first != before && link->spoke) {
        count.trips++;
        link->spoke = false;
    }
    if (link->used && link->server.fd >= 0 &&
        side_write(&link->server, now) != 0)
        link_close(link);
    if (link->used && ((link->client.fd < 0 && link->server.fd < 0) ||
                       (link->client.ended && link->server.fd < 0)))
        link_close(link);
}

/* --- control --- */

static void write_text(FILE *file, const char *text)
{
    (void)fputc('"', file);
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte < 0x20 || byte == '"' || byte == '\\' || byte > 0x7e)
            (void)fprintf(file, "\\u%04x", byte);
        else
            (void)fputc(byte, file);
    }
    (void)fputc('"', file);
}

static void write_report(FILE *file)
{
    (void)fprintf(file,
                  "{\"connections\":%ld,\"cuts\":%ld,\"trips\":%ld,"
                  "\"client\":{\"messages\":%ld,\"bytes\":%" PRIu64
                  "},\"server\":{\"messages\":%ld,\"bytes\":%" PRIu64
                  "},\"log\":[",
                  count.connections, count.cuts, count.trips, count.client,
                  count.client_bytes, count.server, count.server_bytes);
    for (long i = 0; i < count.entries; i++) {
        (void)fprintf(file, "%s{\"connection\":%d,\"type\":\"%c\",\"text\":",
                      i > 0 ? "," : "", entries[i].connection, entries[i].type);
        write_text(file, entries[i].text);
        (void)fputc('}', file);
    }
    (void)fputs("]}\n", file);
}

static void obey(const char *word, FILE *answer)
{
    if (strcmp(word, "report") == 0 || strcmp(word, "stop") == 0)
        write_report(answer);
    if (strcmp(word, "stop") == 0) {
        done = true;
    } else if (strcmp(word, "refuse") == 0) {
        stop_listening();
    } else if (strcmp(word, "hole") == 0) {
        hole = true;
    } else if (strcmp(word, "accept") == 0) {
        hole = false;
        start_listening();
    } else if (strcmp(word, "reset") == 0) {
        memset(&count, 0, sizeof count);
    } else if (strcmp(word, "cut") == 0) {
        for (struct link *link = links; link < links + LINKS; link++) {
            if (link->used && !link->lost)
                cut(link);
        }
    }
}

static void accept_control(void)
{
    int fd = accept4(control, NULL, NULL, SOCK_CLOEXEC);
    char word[16];
    ssize_t size;
    FILE *answer;

    if (fd < 0)
        return;
    size = read(fd, word, sizeof word - 1);
    answer = fdopen(fd, "w");
    if (answer == NULL)
        die("control");
    word[size > 0 ? size : 0] = '\0';
    word[strcspn(word, "\n")] = '\0';
    obey(word, answer);
    (void)fclose(answer);
}

static struct sockaddr_un control_address(void)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};

    if (strlen(options.control) >= sizeof at.sun_path)
        die("--control");
    strcpy(at.sun_path, options.control);
    return at;
}

static void listen_control(void)
{
    struct sockaddr_un at = control_address();

    control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (control < 0 || bind(control, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(control, 8) != 0)
        die("control");
}

static int tell(void)
{
    struct sockaddr_un at = control_address();
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char data[4096];
    ssize_t size;

    if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at) != 0 ||
        dprintf(fd, "%s\n", options.tell) < 0 || shutdown(fd, SHUT_WR) != 0)
        die("tell");
    while ((size = read(fd, data, sizeof data)) > 0) {
        if (fwrite(data, 1, (size_t)size, stdout) != (size_t)size)
            die("output");
    }
    return size < 0 || fflush(stdout) != 0 ? 1 : 0;
}

/* --- start --- */

static size_t fill(struct pollfd *polled, struct side **sides)
{
    size_t size = 2;

    polled[0] = (struct pollfd){.fd = control, .events = POLLIN};
    polled[1] = (struct pollfd){.fd = hole ? -1 : listener, .events = POLLIN};
    for (struct link *link = links; link < links + LINKS && !hole; link++) {
        struct side *both[2] = {&link->client, &link->server};

        for (int i = 0; i < 2 && link->used; i++) {
            struct side *side = both[i];

            if (side->fd < 0)
                continue;
            polled[size] = (struct pollfd){.fd = side->fd, .events = POLLIN};
            if (side->first != NULL && side->first->due <= now_us())
                polled[size].events = POLLIN | POLLOUT;
            sides[size++] = side;
        }
    }
    return size;
}

static struct link *owner(const struct side *side)
{
    for (struct link *link = links; link < links + LINKS; link++) {
        if (side == &link->client || side == &link->server)
            return link;
    }
    abort();
}

static void step(void)
{
    static struct pollfd polled[2 * LINKS + 2];
    static struct side *sides[2 * LINKS + 2];
    size_t size = fill(polled, sides);
    int64_t now;

    if (poll(polled, size, hole ? -1 : wait_for(now_us())) < 0) {
        if (errno != EINTR)
            die("poll");
        return;
    }
    if (polled[0].revents != 0)
        accept_control();
    if (polled[1].revents != 0 && listener >= 0)
        accept_link();
    for (size_t i = 2; i < size; i++) {
        if ((polled[i].revents & ~POLLOUT) != 0 && !hole &&
            sides[i]->fd == polled[i].fd)
            readable(owner(sides[i]), sides[i]);
    }
    now = now_us();
    if (accept_again > 0 && accept_again <= now) {
        accept_again = 0;
        start_listening();
    }
    for (struct link *link = links; link < links + LINKS && !hole; link++) {
        if (link->used)
            write_link(link, now);
    }
}

static bool option(const char *argument, const char *name, const char **value)
{
    size_t size = strlen(name);

    if (strncmp(argument, name, size) != 0 ||
        (argument[size] != '=' && argument[size] != '\0'))
        return false;
    *value = argument[size] == '=' ? argument + size + 1 : "0";
    return true;
}

static void read_option(char *argument)
{
    const struct {
        const char *name;
        long *number;
        const char **text;
    } known[] = {
        {"--server", NULL, &options.server_host},
        {"--control", NULL, &options.control},
        {"--tell", NULL, &options.tell},
        {"--do", NULL, &options.action},
        {"--text", NULL, &options.text},
        {"--delay", &options.delay, NULL},
        {"--message", &options.message, NULL},
        {"--nth", &options.nth, NULL},
        {"--answer", &options.answer, NULL},
        {"--refuse", &options.refuse, NULL},
    };
    const char *value;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!option(argument, known[i].name, &value))
            continue;
        if (known[i].number != NULL)
            *known[i].number = strtol(value, NULL, 10);
        else
            *known[i].text = value;
        return;
    }
    errno = EINVAL;
    die(argument);
}

/* Goes on in the background; who started it can go on too. */
static void detach(void)
{
    pid_t child = fork();
    int null;

    if (child < 0)
        die("fork");
    if (child > 0)
        _exit(0);
    null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || setsid() < 0)
        die("detach");
}

int main(int argc, char **argv)
{
    char *colon;

    for (int i = 1; i < argc; i++)
        read_option(argv[i]);
    errno = EINVAL;
    if (options.control == NULL)
        die("--control");
    if (options.tell != NULL)
        return tell();
    if (options.server_host == NULL)
        die("--server");
    colon = strrchr(options.server_host, ':');
    if (colon == NULL)
        die("--server");
    *colon = '\0';
    options.server_port = colon + 1;
    start_listening();
    listen_control();
    if (printf("%d\n", port) < 0 || fflush(stdout) != 0)
        die("output");
    detach();
    while (!done)
        step();
    for (struct link *link = links; link < links + LINKS; link++) {
        if (link->used)
            link_close(link);
    }
    free(entries);
    stop_listening();
    (void)close(control);
    return unlink(options.control) == 0 ? 0 : 1;
}
