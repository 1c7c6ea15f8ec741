#include "cli/options.h"

#include "base/str.h"
#include "base/vec.h"

#include <ctype.h>
#include <string.h>

struct parser {
    int argc, at;
    char **argv;
    struct arena *arena;
    struct options *options;
    const struct command *command;
    struct error *err;
};

static int usage_hint(struct parser *parser)
{
    if (parser->command == NULL)
        return error_hint(parser->err,
                          "`luamigrate -h` lists commands and options");
    return error_hint(parser->err, "`luamigrate %s -h` explains the command",
                      parser->command->name);
}

/* "--url", or "-x" where the name is one letter. */
static const char *shown(struct parser *parser, const char *name)
{
    return arena_printf(parser->arena, "%s%s", name[1] == '\0' ? "-" : "--",
                        name);
}

/* Looking up */

static const struct option *find_long(const struct option *table,
                                      const char *name, size_t size)
{
    for (; table != NULL && table->name != NULL; table++)
        if (strlen(table->name) == size &&
            strncmp(table->name, name, size) == 0)
            return table;
    return NULL;
}

static const struct option *find_letter(const struct option *table, char letter)
{
    for (; table != NULL && table->name != NULL; table++)
        if (table->letter == letter)
            return table;
    return NULL;
}

static const struct option *command_options(const struct parser *parser)
{
    return parser->command != NULL ? parser->command->options : NULL;
}

/* An option of some command that was put before the command. */
static bool belongs_to_command(const char *name, size_t size)
{
    for (const struct command *c = commands_table; c->name != NULL; c++)
        if (find_long(c->options, name, size) != NULL)
            return true;
    return false;
}

static int unknown_option(struct parser *parser, const char *name, size_t size)
{
    const char *word = arena_strndup(parser->arena, name, size);
    VEC(const char *) known = {0};
    const struct option *tables[] = {commands_global, command_options(parser)};
    const char *near;

    if (parser->command == NULL && belongs_to_command(name, size)) {
        error_set(parser->err, ERROR_USAGE,
                  "option '--%s' comes after its command", word);
        return usage_hint(parser);
    }
    for (size_t i = 0; i < 2; i++)
        for (const struct option *o = tables[i]; o != NULL && o->name != NULL;
             o++)
            vec_push(parser->arena, &known, o->name);
    near = str_suggest(word, known.items, known.count);
    if (near == NULL) {
        error_set(parser->err, ERROR_USAGE, "unknown option '--%s'", word);
        return usage_hint(parser);
    }
    error_set(parser->err, ERROR_USAGE,
              "unknown option '--%s' (did you mean '--%s'?)", word, near);
    error_candidate(parser->err, arena_printf(parser->arena, "--%s", near));
    return usage_hint(parser);
}

static int unknown_command(struct parser *parser, const char *word)
{
    VEC(const char *) known = {0};
    const char *near;

    for (const struct command *c = commands_table; c->name != NULL; c++)
        vec_push(parser->arena, &known, c->name);
    near = str_suggest(word, known.items, known.count);
    if (near == NULL) {
        error_set(parser->err, ERROR_USAGE, "unknown command '%s'", word);
        return usage_hint(parser);
    }
    error_set(parser->err, ERROR_USAGE,
              "unknown command '%s' (did you mean '%s'?)", word, near);
    error_candidate(parser->err, near);
    return usage_hint(parser);
}

/* Taking */

static int refuse_later(struct parser *parser, const struct option *option)
{
    error_set(parser->err, ERROR_FAILED,
              "luamigrate %s --%s is not built in this version",
              parser->command->name, option->name);
    return -1;
}

/* Whether the value of an option may be an address: text that is only kept,
 * or KEY=VALUE, of which only the key is ever shown. */
static bool may_hold_address(const struct option *option, const char *value)
{
    if (str_equal(option->name, "x"))
        return strchr(value, '=') != NULL;
    return option->kind == OPTION_SECRET || str_equal(option->name, "tag") ||
           str_equal(option->name, "message");
}

/* Messages show what an option cannot use, and an address may hold a
 * password. */
static int check_value(struct parser *parser, const struct option *option,
                       const char *value)
{
    if (value == NULL || strstr(value, "://") == NULL ||
        may_hold_address(option, value))
        return 0;
    return error_set(parser->err, ERROR_USAGE,
                     "an address belongs to -d, not to '%s'",
                     shown(parser, option->name));
}

/* Stores `value` (NULL for a flag). The text of a secret is copied and then
 * overwritten, so that the process list shows it for an instant only. */
static int take(struct parser *parser, const struct option *option, char *value)
{
    char *field = (char *)parser->options + option->field;

    if (option->later)
        return refuse_later(parser, option);
    if (check_value(parser, option, value) != 0)
        return -1;
    switch (option->kind) {
    case OPTION_FLAG:
        *(bool *)(void *)field = true;
        return 0;
    case OPTION_LIST:
        names_push((struct names *)(void *)field, parser->arena, value);
        return 0;
    case OPTION_SECRET:
        *(const char **)(void *)field = arena_strdup(parser->arena, value);
        memset(value, 'x', strlen(value));
        return 0;
    case OPTION_TEXT:
    case OPTION_MAYBE:
        *(const char **)(void *)field = value != NULL ? value : "";
        return 0;
    }
    return 0;
}

static bool needs_value(const struct option *option)
{
    return option->kind == OPTION_TEXT || option->kind == OPTION_SECRET ||
           option->kind == OPTION_LIST;
}

/* Takes the next argument as the value of `option`. */
static int take_next(struct parser *parser, const struct option *option)
{
    if (option->later)
        return refuse_later(parser, option);
    if (parser->at + 1 >= parser->argc) {
        error_set(parser->err, ERROR_USAGE, "option '%s' needs a value (%s)",
                  shown(parser, option->name), option->argument);
        return usage_hint(parser);
    }
    return take(parser, option, parser->argv[++parser->at]);
}

static int parse_long(struct parser *parser, char *text)
{
    char *equal = strchr(text, '=');
    size_t size = equal != NULL ? (size_t)(equal - text) : strlen(text);
    const struct option *option = find_long(commands_global, text, size);

    if (option == NULL)
        option = find_long(command_options(parser), text, size);
    if (option == NULL)
        return unknown_option(parser, text, size);
    if (equal != NULL && option->kind == OPTION_FLAG && !option->later) {
        error_set(parser->err, ERROR_USAGE, "option '--%s' takes no value",
                  option->name);
        return usage_hint(parser);
    }
    if (equal != NULL)
        return take(parser, option, equal + 1);
    return needs_value(option) ? take_next(parser, option)
                               : take(parser, option, NULL);
}

static int unknown_letter(struct parser *parser, char letter)
{
    bool known = false;

    for (const struct command *c = commands_table; c->name != NULL; c++)
        if (parser->command == NULL && find_letter(c->options, letter) != NULL)
            known = true;
    if (known)
        error_set(parser->err, ERROR_USAGE,
                  "option '-%c' comes after its command", letter);
    else
        error_set(parser->err, ERROR_USAGE, "unknown option '-%c'",
                  isprint((unsigned char)letter) ? letter : '?');
    return usage_hint(parser);
}

/* "-qv", "-dURL", "-vd URL". */
static int parse_short(struct parser *parser, char *text)
{
    for (; *text != '\0'; text++) {
        const struct option *option = find_letter(commands_global, *text);

        if (option == NULL)
            option = find_letter(command_options(parser), *text);
        if (option == NULL)
            return unknown_letter(parser, *text);
        if (needs_value(option))
            return text[1] != '\0' ? take(parser, option, text + 1)
                                   : take_next(parser, option);
        if (take(parser, option, NULL) != 0)
            return -1;
    }
    return 0;
}

static bool asks_for_help(const struct parser *parser)
{
    for (int i = parser->at; i < parser->argc; i++)
        if (str_equal(parser->argv[i], "-h") ||
            str_equal(parser->argv[i], "--help"))
            return true;
    return parser->options->help;
}

static int take_command(struct parser *parser, const char *word)
{
    for (const struct command *c = commands_table; c->name != NULL; c++) {
        if (!str_equal(c->name, word))
            continue;
        parser->command = c;
        if (c->later && !asks_for_help(parser))
            return error_set(parser->err, ERROR_FAILED,
                             "luamigrate %s is not built in this version",
                             word);
        return 0;
    }
    if (strstr(word, "://") != NULL)
        return error_set(parser->err, ERROR_USAGE,
                         "an address is not a command, it belongs to -d");
    return unknown_command(parser, word);
}

static int take_word(struct parser *parser, const char *word)
{
    struct options *options = parser->options;

    if (parser->command == NULL)
        return take_command(parser, word);
    /* a target is shown in messages, an address may hold a password */
    if (strstr(word, "://") != NULL &&
        !str_equal(parser->command->name, "revision"))
        return error_set(parser->err, ERROR_USAGE,
                         "an address belongs to -d, not among the arguments");
    if (options->words.count >= parser->command->max_words) {
        error_set(parser->err, ERROR_USAGE, "%s takes %s: '%s' is too much",
                  parser->command->name,
                  parser->command->max_words == 0 ? "no arguments"
                                                  : "one argument",
                  word);
        return usage_hint(parser);
    }
    names_push(&options->words, parser->arena, word);
    return 0;
}

/* -1, -2, ...: a target, not an option. */
static bool is_step(const char *text)
{
    return text[0] == '-' && text[1] != '\0' &&
           strspn(text + 1, "0123456789") == strlen(text + 1);
}

static int parse_argument(struct parser *parser, char *text)
{
    if (text[0] != '-' || text[1] == '\0' || is_step(text))
        return take_word(parser, text);
    return text[1] == '-' ? parse_long(parser, text + 2)
                          : parse_short(parser, text + 1);
}

static int parse_all(struct parser *parser)
{
    bool only_words = false;

    for (parser->at = 1; parser->at < parser->argc; parser->at++) {
        char *text = parser->argv[parser->at];

        if (!only_words && str_equal(text, "--"))
            only_words = true;
        else if (only_words ? take_word(parser, text) != 0
                            : parse_argument(parser, text) != 0)
            return -1;
    }
    return 0;
}

static int check_count(struct parser *parser)
{
    const struct command *command = parser->command;

    if (command == NULL || parser->options->help ||
        parser->options->words.count >= command->min_words)
        return 0;
    error_set(parser->err, ERROR_USAGE, "%s needs %s", command->name,
              command->arguments);
    return usage_hint(parser);
}

int options_parse(int argc, char **argv, struct arena *arena,
                  struct options *options, const struct command **command,
                  struct error *err)
{
    struct parser parser = {.argc = argc,
                            .argv = argv,
                            .arena = arena,
                            .options = options,
                            .err = err};
    int status = parse_all(&parser);

    if (status == 0)
        status = check_count(&parser);
    *command = parser.command;
    return status;
}
