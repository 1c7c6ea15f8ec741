/* Scripts that complete command lines in shells, made from the tables of
 * commands and options. */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include "base/buf.h"
#include "cli/options.h"

/* What follows an option or a command. */
enum complete_kind {
    COMPLETE_NOTHING,
    COMPLETE_FILES,
    COMPLETE_FOLDERS,
    COMPLETE_TARGETS, /* asked of `luamigrate completion --targets` */
    COMPLETE_WORDS    /* of complete_words */
};

enum complete_kind complete_kind(const char *argument);
/* The words of an argument of COMPLETE_WORDS, with blanks between. */
const char *complete_words(const char *argument);
bool complete_has_value(const struct option *option);
/* Adds the options of all commands that are followed by a value, each once:
 * "-m|--message|...". */
void complete_add_valued(struct buf *out, const char *between);

void complete_bash(struct buf *out);
void complete_zsh(struct buf *out);
void complete_fish(struct buf *out);

#endif
