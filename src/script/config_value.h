/* The kinds of values in the configuration file, for config_fields.c. Every
 * function raises ERROR_CONFIG with the path of the key and its line. */
#ifndef SCRIPT_CONFIG_VALUE_H
#define SCRIPT_CONFIG_VALUE_H

#include "script/config_fields.h"

#include <stdbool.h>
#include <stddef.h>

struct config_reader;
struct config_field;

/* Reads the value on top of the stack. */
typedef void config_value_reader(struct config_reader *reader,
                                 const struct config_field *field);

struct config_field {
    const char *key;
    config_value_reader *read;
    size_t offset;
    double min, max;
    const char *choices[4];
};

/* Rows of a table of keys. Seconds and counts beyond the largest number are
 * mistakes. */
#define CONFIG_LARGEST 1e9
#define CONFIG_FIELD(key, read, member)                                        \
    {                                                                          \
        key, read, offsetof(struct config, member), 0, CONFIG_LARGEST,         \
        {                                                                      \
            NULL                                                               \
        }                                                                      \
    }
#define CONFIG_RANGE(key, read, member, min, max)                              \
    {                                                                          \
        key, read, offsetof(struct config, member), min, max,                  \
        {                                                                      \
            NULL                                                               \
        }                                                                      \
    }
#define CONFIG_OTHER(key, read)                                                \
    {                                                                          \
        key, read, 0, 0, 0,                                                    \
        {                                                                      \
            NULL                                                               \
        }                                                                      \
    }
#define CONFIG_COUNT(array) (sizeof(array) / sizeof(array)[0])

struct config_reader {
    lua_State *L;
    const struct config_source *source;
    struct config *config;
    const char *path; /* of the table: "", "limits.", ... */
    bool is_environment;
};

/* The line of the file where the key `path` ("limits.memory") stands, 0 when
 * it is not found. A guess for messages. */
int config_value_line(const char *text, const char *path);

void config_value_fail(struct config_reader *reader, const char *key,
                       const char *text);
/* "expected X, got the type on top". */
void config_value_fail_type(struct config_reader *reader, const char *key,
                            const char *expected);

/* Copies of what is on top: a text that is not empty; a string or a list. */
const char *config_value_text(struct config_reader *reader, const char *key,
                              const char *expected);
struct names config_value_names(struct config_reader *reader,
                                const struct config_field *field);

/* Readers of a member of struct config. */
config_value_reader config_value_read_text, config_value_read_choice,
    config_value_read_flag, config_value_read_number, config_value_read_count,
    config_value_read_names;

/* Adds to two lists of equal length, sorted by key. */
void config_value_add_pair(struct config_reader *reader, struct names *keys,
                           struct names *values, const char *key,
                           const char *value);
/* The key below the value on top, which must be a name. */
const char *config_value_pair_key(struct config_reader *reader,
                                  const struct config_field *field);

/* config_fields.c: reads the table on top, which is the value of `key`. */
void config_fields_table(struct config_reader *reader,
                         const struct config_field *fields, size_t count,
                         const char *key);

/* config_url.c: `url`, `attach`. */
config_value_reader config_url_read, config_url_read_attach;

/* config_later.c: readers that note the key in config->later. A comparison is
 * a flag or a function; `true` is the default and asks for nothing. */
config_value_reader config_later_text, config_later_flag, config_later_compare,
    config_later_function, config_later_names;

/* config_hooks.c: `naming_convention`, `hooks`. */
config_value_reader config_hooks_read_convention, config_hooks_read;

#endif
