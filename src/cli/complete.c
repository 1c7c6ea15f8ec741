#include "cli/complete.h"

#include <string.h>

static const struct {
    const char *argument;
    enum complete_kind kind;
    const char *words;
} arguments[] = {
    {"FILE", COMPLETE_FILES, NULL},
    {"DIR", COMPLETE_FOLDERS, NULL},
    {"REV", COMPLETE_TARGETS, NULL},
    {"TARGET", COMPLETE_TARGETS, NULL},
    {"A:B", COMPLETE_TARGETS, NULL},
    {"WHEN", COMPLETE_WORDS, "auto always never"},
    {"SCOPE", COMPLETE_WORDS, "revision run"},
    {"SHELL", COMPLETE_WORDS, "bash zsh fish"},
};

/* The row of an argument such as "[TARGET...]", or -1. */
static int find(const char *argument)
{
    size_t size;

    if (argument == NULL)
        return -1;
    argument += strspn(argument, "[");
    size = strcspn(argument, ".] ");
    for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++)
        if (strlen(arguments[i].argument) == size &&
            strncmp(arguments[i].argument, argument, size) == 0)
            return (int)i;
    return -1;
}

enum complete_kind complete_kind(const char *argument)
{
    int at = find(argument);

    return at < 0 ? COMPLETE_NOTHING : arguments[at].kind;
}

const char *complete_words(const char *argument)
{
    return arguments[find(argument)].words;
}

bool complete_has_value(const struct option *option)
{
    return option->kind == OPTION_TEXT || option->kind == OPTION_SECRET ||
           option->kind == OPTION_LIST;
}

/* What bash and zsh have in common: `bash` tells them apart. */
struct shell {
    struct buf *out;
    bool bash;
};

/* Adds "-m|--message". */
static void add_spellings(struct buf *out, const struct option *option,
                          const char *between)
{
    if (option->letter != '\0')
        buf_addf(out, "-%c", option->letter);
    if (option->name[1] == '\0')
        return;
    buf_addf(out, "%s--%s", option->letter != '\0' ? between : "",
             option->name);
}

/* Adds what completes an argument, as the body of a case. */
static void add_answer(const struct shell *shell, const char *argument)
{
    struct buf *out = shell->out;

    switch (complete_kind(argument)) {
    case COMPLETE_FILES:
        buf_add(out, shell->bash ? "_luamigrate_add -f" : "_files");
        break;
    case COMPLETE_FOLDERS:
        buf_add(out, shell->bash ? "_luamigrate_add -d" : "_files -/");
        break;
    case COMPLETE_TARGETS:
        buf_add(out, "_luamigrate_targets");
        break;
    case COMPLETE_WORDS:
        buf_addf(out, shell->bash ? "_luamigrate_add -W '%s'" : "compadd -- %s",
                 complete_words(argument));
        break;
    case COMPLETE_NOTHING:
        buf_char(out, ':');
        break;
    }
}

static void add_option_values(const struct shell *shell,
                              const struct option *table)
{
    for (; table != NULL && table->name != NULL; table++) {
        if (!complete_has_value(table) || table->later)
            continue;
        buf_add(shell->out, "        ");
        add_spellings(shell->out, table, "|");
        buf_add(shell->out, ") ");
        add_answer(shell, table->argument);
        buf_add(shell->out, "; return ;;\n");
    }
}

/* A case with a row for each option that has a value. */
static void add_values(const struct shell *shell)
{
    buf_add(shell->out, "    case $previous in\n");
    add_option_values(shell, commands_global);
    for (const struct command *c = commands_table; c->name != NULL; c++)
        add_option_values(shell, c->options);
    buf_add(shell->out, "    esac\n");
}

static void add_options(struct buf *out, const struct option *table)
{
    for (; table != NULL && table->name != NULL; table++) {
        if (table->later)
            continue;
        buf_char(out, ' ');
        add_spellings(out, table, " ");
    }
}

/* Sets `options` to those of the command. */
static void add_command_options(const struct shell *shell)
{
    struct buf *out = shell->out;

    buf_add(out, "    local options='");
    add_options(out, commands_global);
    buf_add(out, "'\n    case $command in\n");
    for (const struct command *c = commands_table; c->name != NULL; c++) {
        if (c->options == NULL || c->later)
            continue;
        buf_addf(out, "        %s) options+='", c->name);
        add_options(out, c->options);
        buf_add(out, "' ;;\n");
    }
    buf_add(out, "    esac\n");
}

static void add_commands(const struct shell *shell)
{
    struct buf *out = shell->out;

    buf_add(out, "    case $command in\n        '') ");
    buf_add(out, shell->bash ? "_luamigrate_add -W '" : "compadd -- ");
    for (const struct command *c = commands_table; c->name != NULL; c++)
        if (!c->later)
            buf_addf(out, "%s ", c->name);
    buf_add(out, shell->bash ? "' ;;\n" : ";;\n");
    for (const struct command *c = commands_table; c->name != NULL; c++) {
        if (c->later || complete_kind(c->arguments) == COMPLETE_NOTHING)
            continue;
        buf_addf(out, "        %s) ", c->name);
        add_answer(shell, c->arguments);
        buf_add(out, " ;;\n");
    }
    buf_add(out, "    esac\n");
}

static void add_skipped(struct buf *out, const struct option *table,
                        bool *first)
{
    for (; table != NULL && table->name != NULL; table++) {
        if (!complete_has_value(table) || table->later)
            continue;
        if (!*first)
            buf_char(out, '|');
        *first = false;
        add_spellings(out, table, "|");
    }
}

/* The options whose value is not the command. */
static void add_valued(struct buf *out)
{
    bool first = true;

    add_skipped(out, commands_global, &first);
    for (const struct command *c = commands_table; c->name != NULL; c++)
        add_skipped(out, c->options, &first);
}

/* The loop that finds the command and the options to ask the program with. */
static void add_scan(const struct shell *shell)
{
    struct buf *out = shell->out;

    buf_add(out, "        case $word in\n"
                 "        -c|--config|-n|--env) given+=(\"$word\" "
                 "\"$next\"); i=$((i + 1)) ;;\n        ");
    add_valued(out);
    buf_add(out, ") i=$((i + 1)) ;;\n"
                 "        -*) ;;\n"
                 "        *) [ -n \"$command\" ] || command=$word ;;\n"
                 "        esac\n"
                 "    done\n");
}

void complete_bash(struct buf *out)
{
    const struct shell shell = {out, true};

    buf_add(out,
            "# Completion of luamigrate for bash; in ~/.bashrc:\n"
            "# source <(luamigrate completion bash)\n"
            "_luamigrate_add() {\n"
            "    local IFS=$' \\t\\n'\n"
            "    while IFS= read -r word; do COMPREPLY+=(\"$word\"); done "
            "< <(compgen \"$@\" -- \"$current\")\n"
            "}\n"
            "_luamigrate_targets() {\n"
            "    _luamigrate_add -W \"$(\"${COMP_WORDS[0]}\" \"${given[@]}\" "
            "completion --targets 2>/dev/null)\"\n"
            "}\n"
            "_luamigrate() {\n"
            "    local current=${COMP_WORDS[COMP_CWORD]} previous= command= "
            "word next i\n"
            "    local -a given=()\n"
            "    COMPREPLY=()\n"
            "    # bash splits --option=value at the =\n"
            "    [ \"$current\" = = ] && current=\n"
            "    previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
            "    [ \"$previous\" = = ] && "
            "previous=${COMP_WORDS[COMP_CWORD - 2]}\n"
            "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
            "        word=${COMP_WORDS[i]}\n"
            "        [ \"${COMP_WORDS[i + 1]}\" = = ] && i=$((i + 1))\n"
            "        next=${COMP_WORDS[i + 1]}\n");
    add_scan(&shell);
    add_values(&shell);
    add_command_options(&shell);
    buf_add(out, "    case $current in\n"
                 "        -*) _luamigrate_add -W \"$options\"; return ;;\n"
                 "    esac\n");
    add_commands(&shell);
    buf_add(out, "}\ncomplete -F _luamigrate luamigrate\n");
}

void complete_zsh(struct buf *out)
{
    const struct shell shell = {out, false};

    buf_add(out, "#compdef luamigrate\n"
                 "# Completion of luamigrate for zsh: save it as _luamigrate "
                 "in a folder of $fpath,\n"
                 "# or in ~/.zshrc: source <(luamigrate completion zsh)\n"
                 "_luamigrate_targets() {\n"
                 "    compadd -- ${(f)\"$(\"${words[1]}\" \"${given[@]}\" "
                 "completion --targets 2>/dev/null)\"}\n"
                 "}\n"
                 "_luamigrate() {\n"
                 "    local previous=${words[CURRENT - 1]} command= word next "
                 "i\n"
                 "    local -a given=()\n"
                 "    for ((i = 2; i < CURRENT; i++)); do\n"
                 "        word=${words[i]}\n"
                 "        next=${words[i + 1]}\n");
    add_scan(&shell);
    add_values(&shell);
    add_command_options(&shell);
    buf_add(out, "    case ${words[CURRENT]} in\n"
                 "        -*) compadd -- ${(z)options}; return ;;\n"
                 "    esac\n");
    add_commands(&shell);
    buf_add(out, "}\n"
                 "if [ \"$funcstack[1]\" = _luamigrate ]; then\n"
                 "    _luamigrate \"$@\"\n"
                 "else\n"
                 "    compdef _luamigrate luamigrate\n"
                 "fi\n");
}
