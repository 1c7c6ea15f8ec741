#include "cli/help.h"

#include "cli/text.h"

#include <stdio.h>

#define OPTION_COLUMN 30
#define COMMAND_COLUMN 24

static void add_option(struct buf *out, const struct option *option)
{
    size_t start = out->size;
    bool is_long = option->name[1] != '\0';

    if (option->letter != '\0')
        buf_addf(out, "  -%c%s", option->letter, is_long ? ", " : "");
    else
        buf_add(out, is_long ? "      " : "  -x");
    if (is_long)
        buf_addf(out, "--%s", option->name);
    if (option->kind == OPTION_MAYBE)
        buf_addf(out, "[=%s]", option->argument);
    else if (option->argument != NULL)
        buf_addf(out, " %s", option->argument);
    buf_addf(out, "  ");
    text_pad(out, out->size - start, OPTION_COLUMN);
    buf_addf(out, "%s%s\n", option->help, option->later ? " (later)" : "");
}

static void add_options(struct buf *out, const char *title,
                        const struct option *table)
{
    if (table == NULL)
        return;
    buf_addf(out, "\n%s:\n", title);
    for (; table->name != NULL; table++)
        add_option(out, table);
}

static void add_commands(struct buf *out, const char *title, bool later)
{
    buf_addf(out, "\n%s:\n", title);
    for (const struct command *c = commands_table; c->name != NULL; c++) {
        size_t start = out->size;

        if (c->later != later)
            continue;
        buf_addf(out, "  %s %s  ", c->name, c->arguments);
        text_pad(out, out->size - start, COMMAND_COLUMN);
        buf_addf(out, "%s\n", c->summary);
    }
}

static void add_program(struct buf *out)
{
    buf_add(out, "Usage: luamigrate [options] COMMAND ...\n"
                 "\n"
                 "Database migrations written in Lua.\n");
    add_commands(out, "Commands", false);
    add_commands(out, "Not built in this version", true);
    add_options(out, "Options, before or after the command", commands_global);
    buf_add(out, "\n`luamigrate COMMAND -h` explains a command.\n"
                 "\n"
                 "Example:\n"
                 "  luamigrate init shop && cd shop\n"
                 "  luamigrate revision -m \"add users\"\n"
                 "  luamigrate upgrade\n");
}

void help_add(struct buf *out, const struct command *command)
{
    if (command == NULL) {
        add_program(out);
        return;
    }
    buf_addf(out, "Usage: luamigrate %s [options]%s%s\n\n", command->name,
             command->arguments[0] != '\0' ? " " : "", command->arguments);
    buf_addf(out, "luamigrate %s: %s.\n", command->name, command->summary);
    if (command->later)
        buf_add(out, "It is not built in this version.\n");
    add_options(out, "Options", command->options);
    add_options(out, "Global options", commands_global);
    if (command->example != NULL)
        buf_addf(out, "\nExample:\n  %s\n", command->example);
}
