/* The values of a header's variables: checked and stored. */
#ifndef SCRIPT_HEADER_VALUE_H
#define SCRIPT_HEADER_VALUE_H

#include "graph/graph.h"

enum header_variable {
    HEADER_REVISION,
    HEADER_DOWN_REVISION,
    HEADER_BRANCH_LABELS,
    HEADER_DEPENDS_ON,
    HEADER_TRANSACTION,
    HEADER_LOCK_TIMEOUT,
    HEADER_STATEMENT_TIMEOUT,
    HEADER_FOREIGN_KEYS,
    HEADER_IRREVERSIBLE,
    HEADER_REPLACES,
    HEADER_VARIABLE_COUNT
};

extern const char *const header_variables[HEADER_VARIABLE_COUNT];

enum header_kind {
    HEADER_NIL,
    HEADER_BOOLEAN,
    HEADER_NUMBER,
    HEADER_STRING,
    HEADER_LIST,
    HEADER_COMPUTED, /* not a literal */
    HEADER_MALFORMED /* a number that is none */
};

struct header_value {
    enum header_kind kind;
    bool boolean;
    bool has_nul; /* a text has a NUL byte inside */
    double number;
    const char *text;
    struct names list;
};

/* Where the faults of a file go. */
struct header_sink {
    const char *file;
    struct arena *arena;
    graph_problems *problems;
};

void header_fault(const struct header_sink *sink, int line, const char *format,
                  ...) __attribute__((format(printf, 3, 4)));

/* Reads a Lua number. Returns 0, or -1 with value->kind HEADER_MALFORMED. */
int header_value_number(const char *text, size_t size, bool is_negative,
                        struct header_value *value);

/* Stores a value in `revision`, or adds a fault at `line`. */
void header_value_store(const struct header_sink *sink,
                        struct revision *revision, int variable, int line,
                        const struct header_value *value);

#endif
