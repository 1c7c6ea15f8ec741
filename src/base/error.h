/* Errors: one struct without heap, filled where a fault is found and
 * extended on the way up. Functions that can fail return 0 or -1 and fill
 * the `struct error` that the caller passes last. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Only what a caller branches on has a code; the table in error.c maps each
 * one to its word and its exit status (design: output.md). */
enum error_code {
    ERROR_NONE,
    ERROR_INTERNAL,       /* 1 internal */
    ERROR_USAGE,          /* 2 usage */
    ERROR_CONFIG,         /* 2 config */
    ERROR_TREE,           /* 4 tree */
    ERROR_SCRIPT,         /* 4 script */
    ERROR_FAILED,         /* 5 failed */
    ERROR_CONNECTION,     /* 6 connection */
    ERROR_LOCKED,         /* 7 locked */
    ERROR_BUSY,           /* 8 busy */
    ERROR_REFUSED,        /* 9 refused */
    ERROR_INTERRUPTED,    /* 10 interrupted */
    ERROR_PARTIAL,        /* 11 partial */
    ERROR_UNKNOWN_COMMIT, /* 12 unknown_commit */
    ERROR_IO,             /* 13 io */
    ERROR_LIMIT,          /* 14 limit */
    ERROR_SECURITY,       /* 15 security */
    ERROR_SIGNAL,         /* 128 + signal */
    ERROR_CODE_COUNT
};

/* About 16 KB: keep one per command or per script state, not one per call
 * frame of a recursion. Every text is NUL-terminated and cut to fit. */
struct error {
    enum error_code code;
    int signal;           /* ERROR_SIGNAL: the number of the signal */
    int line;             /* of `file`; 0 when there is none */
    int sqlite_code;      /* extended result code; 0 when there is none */
    bool database;        /* a statement failed in the database */
    char sqlstate[6];     /* PostgreSQL; "" when there is none */
    char revision[256];   /* the revision that failed */
    char file[512];       /* script or configuration file, as displayed */
    char constraint[128]; /* the database's words, where it gives them */
    char table[128];
    char column[128];
    char sql[1024];        /* the statement that failed, cut */
    char hint[512];        /* the next step for the user */
    char state[256];       /* in what state the database is now */
    char candidates[2048]; /* separated by newlines */
    char message[8192];
};

/* Sets `err` to a fresh error. Returns -1, so that `return error_set(...)`
 * ends a failing function. */
int error_set(struct error *err, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As error_set, from errno-like `number`: "format: strerror". */
int error_errno(struct error *err, enum error_code code, int number,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Puts "format: " before the message. Returns -1. */
int error_context(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Sets the next step for the user, unless there is one. Returns -1. */
int error_hint(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Sets file and line, unless they are set already. Returns -1. */
int error_at(struct error *err, const char *file, int line);

/* Adds one candidate (a revision id, a command, an option). */
void error_candidate(struct error *err, const char *candidate);

void error_clear(struct error *err);

/* The stable word of the error (output.md), such as "tree". */
const char *error_word(enum error_code code);

/* The exit status of the error: 1 to 15, or 128 + signal. */
int error_exit_status(const struct error *err);

#endif
