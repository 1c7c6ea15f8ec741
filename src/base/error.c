#include "base/error.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *word;
    int exit_status;
} codes[ERROR_CODE_COUNT] = {
    [ERROR_NONE] = {"none", 0},
    [ERROR_INTERNAL] = {"internal", 1},
    [ERROR_USAGE] = {"usage", 2},
    [ERROR_CONFIG] = {"config", 2},
    [ERROR_TREE] = {"tree", 4},
    [ERROR_SCRIPT] = {"script", 4},
    [ERROR_FAILED] = {"failed", 5},
    [ERROR_CONNECTION] = {"connection", 6},
    [ERROR_LOCKED] = {"locked", 7},
    [ERROR_BUSY] = {"busy", 8},
    [ERROR_REFUSED] = {"refused", 9},
    [ERROR_INTERRUPTED] = {"interrupted", 10},
    [ERROR_PARTIAL] = {"partial", 11},
    [ERROR_UNKNOWN_COMMIT] = {"unknown_commit", 12},
    [ERROR_IO] = {"io", 13},
    [ERROR_LIMIT] = {"limit", 14},
    [ERROR_SECURITY] = {"security", 15},
    [ERROR_SIGNAL] = {"signal", 128},
};

/* vsnprintf whose result is only cut, never an error to handle. */
static void format_into(char *out, size_t size, const char *format,
                        va_list args)
{
    if (vsnprintf(out, size, format, args) < 0)
        out[0] = '\0';
}

void error_clear(struct error *err)
{
    memset(err, 0, sizeof *err);
}

int error_set(struct error *err, enum error_code code, const char *format, ...)
{
    va_list args;

    error_clear(err);
    err->code = code;
    va_start(args, format);
    format_into(err->message, sizeof err->message, format, args);
    va_end(args);
    return -1;
}

int error_errno(struct error *err, enum error_code code, int number,
                const char *format, ...)
{
    va_list args;
    size_t used;

    error_clear(err);
    err->code = code;
    va_start(args, format);
    format_into(err->message, sizeof err->message, format, args);
    va_end(args);
    used = strlen(err->message);
    snprintf(err->message + used, sizeof err->message - used, ": %s",
             strerror(number));
    return -1;
}

int error_context(struct error *err, const char *format, ...)
{
    char prefix[1024];
    va_list args;
    size_t length, room;

    va_start(args, format);
    format_into(prefix, sizeof prefix - 2, format, args);
    va_end(args);
    strcat(prefix, ": ");
    length = strlen(prefix);
    room = sizeof err->message - length - 1;
    memmove(err->message + length, err->message, room);
    memcpy(err->message, prefix, length);
    err->message[sizeof err->message - 1] = '\0';
    return -1;
}

int error_hint(struct error *err, const char *format, ...)
{
    va_list args;

    if (err->hint[0] != '\0')
        return -1;
    va_start(args, format);
    format_into(err->hint, sizeof err->hint, format, args);
    va_end(args);
    return -1;
}

int error_at(struct error *err, const char *file, int line)
{
    if (err->file[0] == '\0' && file != NULL) {
        snprintf(err->file, sizeof err->file, "%s", file);
        err->line = line;
    }
    return -1;
}

void error_candidate(struct error *err, const char *candidate)
{
    size_t used = strlen(err->candidates);
    size_t room = sizeof err->candidates - used;

    if (strlen(candidate) + 2 > room)
        return;
    snprintf(err->candidates + used, room, "%s%s", used > 0 ? "\n" : "",
             candidate);
}

const char *error_word(enum error_code code)
{
    return codes[code].word;
}

int error_exit_status(const struct error *err)
{
    if (err->code == ERROR_SIGNAL)
        return 128 + err->signal;
    return codes[err->code].exit_status;
}
