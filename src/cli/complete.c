#include "cli/complete.h"

#include "base/str.h"

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

/* Whether an option of this spelling is in a table before `table`. */
static bool is_repeated(const struct option *table, const struct option *option)
{
    const struct command *c = commands_table;

    for (const struct option *o = commands_global; o != table; o = c++->options)
        for (; o != NULL && o->name != NULL; o++)
            if (!o->later && str_equal(o->name, option->name) &&
                o->letter == option->letter)
                return true;
    return false;
}

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

static bool add_table_valued(struct buf *out, const struct option *table,
                             const char *between, bool first)
{
    for (const struct option *o = table; o != NULL && o->name != NULL; o++) {
        if (!complete_has_value(o) || o->later || is_repeated(table, o))
            continue;
        if (!first)
            buf_add(out, between);
        first = false;
        add_spellings(out, o, between);
    }
    return first;
}

void complete_add_valued(struct buf *out, const char *between)
{
    bool first = add_table_valued(out, commands_global, between, true);

    for (const struct command *c = commands_table; c->name != NULL; c++)
        first = add_table_valued(out, c->options, between, first);
}

/* What bash and zsh have in common: `bash` tells them apart. */
struct shell {
    struct buf *out;
    bool bash;
};

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

/* Rows for the options whose value is completed. */
static void add_option_values(const struct shell *shell,
                              const struct option *table)
{
    for (const struct option *o = table; o != NULL && o->name != NULL; o++) {
        if (!complete_has_value(o) || o->later || is_repeated(table, o) ||
            complete_kind(o->argument) == COMPLETE_NOTHING)
            continue;
        buf_add(shell->out, "        ");
        add_spellings(shell->out, o, "|");
        buf_add(shell->out, ") ");
        add_answer(shell, o->argument);
        buf_add(shell->out, "; return ;;\n");
    }
}

/* A case for the option whose value is typed. */
static void add_values(const struct shell *shell)
{
    buf_add(shell->out, "    case $option in\n"
                        "        '') ;;\n");
    add_option_values(shell, commands_global);
    for (const struct command *c = commands_table; c->name != NULL; c++)
        add_option_values(shell, c->options);
    buf_add(shell->out, "        *) return ;;\n"
                        "    esac\n");
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

/* The body of the loop over the words before the one that is typed: finds the
 * command, the options to ask the program with, and the option whose value
 * comes next. */
static void add_scan(const struct shell *shell)
{
    struct buf *out = shell->out;
    const char *word =
        shell->bash ? "${word//[\\\\\\\"\\']/}" : "${(Q)word}"; /* unquoted */

    buf_addf(out,
             "        if [ -n \"$option\" ]; then\n"
             "            case $option in\n"
             "            -c|--config|-n|--env) given+=(\"$option\" "
             "\"%s\") ;;\n"
             "            esac\n"
             "            option=\n"
             "            continue\n"
             "        fi\n"
             "        case $word in\n"
             "        ",
             word);
    complete_add_valued(out, "|");
    buf_addf(out,
             ") option=$word ;;\n"
             "        -c*|-n*|--config=*|--env=*) given+=(\"%s\") ;;\n"
             "        -*) ;;\n"
             "        *) [ -n \"$command\" ] || command=$word ;;\n"
             "        esac\n"
             "    done\n",
             word);
}

void complete_bash(struct buf *out)
{
    const struct shell shell = {out, true};

    buf_add(
        out,
        "# Completion of luamigrate for bash; in ~/.bashrc:\n"
        "# source <(luamigrate completion bash)\n"
        "_luamigrate_add() {\n"
        "    local IFS=$' \\t\\n' raw=${COMP_WORDS[COMP_CWORD]} prefix= word\n"
        "    # what of the word bash would replace, but is not completed\n"
        "    case $raw in = | :) ;; *) prefix=${raw%\"$current\"} ;; esac\n"
        "    case $1 in -f | -d) compopt -o filenames 2>/dev/null ;; esac\n"
        "    while IFS= read -r word; do COMPREPLY+=(\"$word\"); done "
        "< <(compgen -P \"$prefix\" \"$@\" -- \"$current\")\n"
        "}\n"
        "_luamigrate_targets() {\n"
        "    current=${current##*:}\n"
        "    _luamigrate_add -W \"$(\"${COMP_WORDS[0]/#\\~\\//$HOME/}\" "
        "\"${given[@]}\" completion --targets 2>/dev/null)\"\n"
        "}\n"
        "_luamigrate() {\n"
        "    local rest=$COMP_LINE current= option= command= blank word i\n"
        "    local -a typed=() given=()\n"
        "    COMPREPLY=()\n"
        "    # bash takes a:b and --option=value apart\n"
        "    for ((i = 0; i <= COMP_CWORD; i++)); do\n"
        "        word=${COMP_WORDS[i]}\n"
        "        blank=${rest%%[![:space:]]*}\n"
        "        rest=${rest#\"$blank\"}\n"
        "        rest=${rest#\"$word\"}\n"
        "        if [ -z \"$blank\" ] && [ -n \"$word\" ] && [ $i -gt 0 ]; "
        "then\n"
        "            typed[${#typed[@]}-1]+=$word\n"
        "        else\n"
        "            typed+=(\"$word\")\n"
        "        fi\n"
        "    done\n"
        "    i=$((${#typed[@]} - 1))\n"
        "    current=${typed[i]}\n"
        "    for word in \"${typed[@]:1:i-1}\"; do\n");
    add_scan(&shell);
    buf_add(out, "    case $option$current in\n"
                 "        --*=*) option=${current%%=*} current=${current#*=} "
                 ";;\n"
                 "    esac\n");
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
                 "    compset -P '*:'\n"
                 "    compadd -- ${(f)\"$(${~${(Q)words[1]}} "
                 "\"${given[@]}\" completion --targets 2>/dev/null)\"}\n"
                 "}\n"
                 "_luamigrate() {\n"
                 "    local current=${words[CURRENT]} option= command= word\n"
                 "    local -a given=()\n"
                 "    for word in \"${(@)words[2,CURRENT-1]}\"; do\n");
    add_scan(&shell);
    buf_add(out, "    case $option$current in\n"
                 "        --*=*) option=${current%%=*}; compset -P '*=' ;;\n"
                 "    esac\n");
    add_values(&shell);
    add_command_options(&shell);
    buf_add(out, "    case $current in\n"
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
