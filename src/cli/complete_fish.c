/* The completion script for fish, a list of declarations. */
#include "cli/complete.h"

/* Adds `text` in quotes of fish. */
static void add_quoted(struct buf *out, const char *text)
{
    buf_char(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            buf_char(out, '\\');
        buf_char(out, *text);
    }
    buf_char(out, '\'');
}

static void add_kind(struct buf *out, const char *argument)
{
    switch (complete_kind(argument)) {
    case COMPLETE_FILES:
        buf_add(out, " -r -F"); /* it excludes -x */
        break;
    case COMPLETE_FOLDERS:
        buf_add(out, " -a '(__fish_complete_directories)'");
        break;
    case COMPLETE_TARGETS:
        buf_add(out, " -a '(__luamigrate_targets)'");
        break;
    case COMPLETE_WORDS:
        buf_addf(out, " -a '%s'", complete_words(argument));
        break;
    case COMPLETE_NOTHING:
        break;
    }
}

static void add_options(struct buf *out, const char *condition,
                        const struct option *table)
{
    for (; table != NULL && table->name != NULL; table++) {
        if (table->later)
            continue;
        buf_addf(out, "complete -c luamigrate%s", condition);
        if (table->letter != '\0')
            buf_addf(out, " -s %c", table->letter);
        if (table->name[1] != '\0')
            buf_addf(out, " -l %s", table->name);
        if (complete_has_value(table)) {
            if (complete_kind(table->argument) != COMPLETE_FILES)
                buf_add(out, " -x");
            add_kind(out, table->argument);
        }
        buf_add(out, " -d ");
        add_quoted(out, table->help);
        buf_char(out, '\n');
    }
}

/* Functions: what the words before the typed one say, and what the program
 * answers. */
static void add_functions(struct buf *out)
{
    buf_add(out, "# Completion of luamigrate for fish; in config.fish:\n"
                 "# luamigrate completion fish | source\n"
                 "function __luamigrate_words\n"
                 "    set -l words (commandline -opc)\n"
                 "    set -l option ''\n"
                 "    set -l command ''\n"
                 "    set -l given\n"
                 "    for word in $words[2..]\n"
                 "        if test -n \"$option\"\n"
                 "            contains -- $option -c --config -n --env\n"
                 "            and set given $given $option $word\n"
                 "            set option ''\n"
                 "        else if contains -- $word ");
    complete_add_valued(out, " ");
    buf_add(out, "\n"
                 "            set option $word\n"
                 "        else if string match -q -r -- "
                 "'^(-[cn].|--(config|env)=)' $word\n"
                 "            set given $given $word\n"
                 "        else if not string match -q -- '-*' $word\n"
                 "            test -n \"$command\"; or set command $word\n"
                 "        end\n"
                 "    end\n"
                 "    if test $argv[1] = command\n"
                 "        echo $command\n"
                 "    else if set -q given[1]\n"
                 "        printf '%s\\n' $given\n"
                 "    end\n"
                 "end\n"
                 "function __luamigrate_at\n"
                 "    test \"$argv[1]\" = (__luamigrate_words command)\n"
                 "end\n"
                 "function __luamigrate_targets\n"
                 "    set -l words (commandline -opc)\n"
                 "    set -l program (string replace -r '^~(?=/)' $HOME -- "
                 "$words[1])\n"
                 "    set -l given (__luamigrate_words given)\n"
                 "    set -l before (string match -r '^[^=:]*:' -- "
                 "(string replace -r '^--[^=]*=' '' -- (commandline -ct)))\n"
                 "    for target in (command $program $given completion "
                 "--targets 2>/dev/null)\n"
                 "        echo \"$before$target\"\n"
                 "    end\n"
                 "end\n"
                 "complete -c luamigrate -f\n");
}

void complete_fish(struct buf *out)
{
    add_functions(out);
    add_options(out, "", commands_global);
    for (const struct command *c = commands_table; c->name != NULL; c++) {
        const char *condition;

        if (c->later)
            continue;
        condition =
            arena_printf(out->arena, " -n '__luamigrate_at %s'", c->name);
        buf_addf(out,
                 "complete -c luamigrate -n '__luamigrate_at \"\"' -a %s -d ",
                 c->name);
        add_quoted(out, c->summary);
        buf_char(out, '\n');
        add_options(out, condition, c->options);
        if (complete_kind(c->arguments) == COMPLETE_NOTHING)
            continue;
        buf_addf(out, "complete -c luamigrate%s", condition);
        add_kind(out, c->arguments);
        buf_char(out, '\n');
    }
}
