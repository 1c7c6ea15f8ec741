/* Text: comparing, suggesting, checking and escaping. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool str_equal(const char *a, const char *b);
bool str_starts(const char *text, const char *prefix);
bool str_ends(const char *text, const char *suffix);

/* Copies `size` bytes of `text` and a NUL into `room` bytes, cut to fit without
 * half a character of UTF-8. */
void str_cut(char *out, size_t room, const char *text, size_t size);

/* The name of `names` nearest to `word`, or NULL when none is near (by the
 * Damerau-Levenshtein distance, at most a third of the longer one; what begins
 * with three letters or more of `word` is one step away). */
const char *str_suggest(const char *word, const char *const *names,
                        size_t count);

/* Whether `data` is UTF-8 without surrogates and overlong forms. */
bool str_utf8_valid(const char *data, size_t size);

/* The length of the valid UTF-8 sequence at `data` (1 to 4), 0 if none;
 * `*code` is its code point. */
size_t str_utf8_next(const char *data, size_t size, uint32_t *code);

/* Adds `data` made safe for a terminal: C0 (newline and tab stay when
 * `multiline`), DEL, C1, bidirectional controls and invalid UTF-8 become \x1b
 * or \u202e (guarantees.md G18). */
void str_escape(struct buf *out, const char *data, size_t size, bool multiline);

/* As str_escape; returns the text in `arena`. */
char *str_safe(struct arena *arena, const char *text);

/* 64-bit FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/): starts at
 * STR_HASH_START, goes on from `hash`. */
#define STR_HASH_START 14695981039346656037u
uint64_t str_hash(uint64_t hash, const void *data, size_t size);

/* Reads a whole decimal number (no sign, no blanks) of at most `max`.
 * Returns 0, or -1 when it is something else. */
int str_to_number(const char *text, long max, long *number);

#endif
