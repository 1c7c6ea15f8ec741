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
        buf_add(out, " -F");
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
            buf_add(out, " -x");
            add_kind(out, table->argument);
        }
        buf_add(out, " -d ");
        add_quoted(out, table->help);
        buf_char(out, '\n');
    }
}

void complete_fish(struct buf *out)
{
    buf_add(out, "# Completion of luamigrate for fish; in config.fish:\n"
                 "# luamigrate completion fish | source\n"
                 "function __luamigrate_targets\n"
                 "    set -l words (commandline -opc)\n"
                 "    set -l given\n"
                 "    for i in (seq 2 (count $words))\n"
                 "        if contains -- $words[$i] -c --config -n --env\n"
                 "            set given $given $words[$i] "
                 "$words[(math $i + 1)]\n"
                 "        end\n"
                 "    end\n"
                 "    command $words[1] $given completion --targets "
                 "2>/dev/null\n"
                 "end\n"
                 "complete -c luamigrate -f\n");
    add_options(out, "", commands_global);
    for (const struct command *c = commands_table; c->name != NULL; c++) {
        const char *condition;

        if (c->later)
            continue;
        condition = arena_printf(
            out->arena, " -n '__fish_seen_subcommand_from %s'", c->name);
        buf_addf(out,
                 "complete -c luamigrate -n __fish_use_subcommand -a %s"
                 " -d ",
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
