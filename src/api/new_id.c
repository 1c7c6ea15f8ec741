#include "api/new.h"

#include "base/str.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#define ID_LIMIT 255
/* ids made of more digits than these are no numbers of a sequence */
#define SEQUENCE_DIGITS 9

static int check_word(const char *what, const char *word, struct error *err)
{
    static const char *const reserved[] = {"head", "heads", "base", "current"};
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789_.";
    size_t size = strlen(word);

    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        if (str_equal(word, reserved[i]))
            return error_set(err, ERROR_USAGE, "%s '%s' is a reserved word",
                             what, word);
    if (size == 0 || size > ID_LIMIT || word[0] == '.' ||
        strspn(word, allowed) != size)
        return error_set(err, ERROR_USAGE,
                         "%s '%.64s' is not possible: use A-Z a-z 0-9 _ . "
                         "(no dot in front), 1 to %d bytes",
                         what, word, ID_LIMIT);
    return 0;
}

const char *new_id_collision(const struct graph *graph, const char *word)
{
    for (uint32_t i = 0; i < graph->count; i++) {
        const struct revision *revision = graph->nodes[i].revision;

        if (strcasecmp(revision->id, word) == 0)
            return revision->id;
        for (size_t n = 0; n < revision->labels.count; n++)
            if (str_equal(revision->labels.items[n], word))
                return revision->labels.items[n];
    }
    return NULL;
}

int new_id_check(struct new_making *making, const char *what, const char *word)
{
    const char *other;

    if (check_word(what, word, making->err) != 0)
        return -1;
    other = new_id_collision(making->graph, word);
    if (other != NULL)
        return error_set(making->err, ERROR_USAGE,
                         "%s '%s' is there already (%s)", what, word, other);
    return 0;
}

static int random_id(struct new_making *making)
{
    unsigned char bytes[6];

    do {
        if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
            return error_errno(making->err, ERROR_IO, errno,
                               "no random numbers");
        making->id =
            arena_printf(making->arena, "%02x%02x%02x%02x%02x%02x", bytes[0],
                         bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]);
    } while (new_id_collision(making->graph, making->id) != NULL);
    return 0;
}

static void sequential_id(struct new_making *making)
{
    size_t width = 3;
    long highest = 0;

    for (uint32_t i = 0; i < making->graph->count; i++) {
        const char *id = making->graph->nodes[i].revision->id;
        size_t digits = strspn(id, "0123456789");
        long number;

        if (digits == 0 || digits > SEQUENCE_DIGITS ||
            (id[digits] != '\0' && id[digits] != '_'))
            continue;
        number = strtol(id, NULL, 10);
        if (number > highest)
            highest = number;
        if (digits > width)
            width = digits;
    }
    do {
        making->id =
            arena_printf(making->arena, "%0*ld", (int)width, ++highest);
    } while (new_id_collision(making->graph, making->id) != NULL);
}

/* Two within a second: the second one counts on. */
static void timestamp_id(struct new_making *making)
{
    char text[32];
    long long number;

    if (strftime(text, sizeof text, "%Y%m%d%H%M%S", &making->wall) == 0)
        text[0] = '\0';
    number = strtoll(text, NULL, 10);
    do {
        making->id = arena_printf(making->arena, "%lld", number++);
    } while (new_id_collision(making->graph, making->id) != NULL);
}

int new_id(struct new_making *making)
{
    const char *kind = making->config->revision_id;

    if (making->request->id != NULL) {
        making->id = making->request->id;
        return new_id_check(making, "revision id", making->id);
    }
    if (str_equal(kind, "sequential"))
        sequential_id(making);
    else if (str_equal(kind, "timestamp"))
        timestamp_id(making);
    else
        return random_id(making);
    return 0;
}
