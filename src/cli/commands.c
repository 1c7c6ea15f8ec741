/* The tables behind options.h. Adding a command: a row here and a function in
 * a cmd_*.c. */
#include "cli/cmd.h"
#include "cli/options.h"

#define FIELD(name) offsetof(struct options, name)
#define FLAG(name, letter, field, help)                                        \
    {                                                                          \
        name, letter, OPTION_FLAG, FIELD(field), NULL, help, false             \
    }
#define TEXT(name, letter, field, argument, help)                              \
    {                                                                          \
        name, letter, OPTION_TEXT, FIELD(field), argument, help, false         \
    }
#define LIST(name, letter, field, argument, help)                              \
    {                                                                          \
        name, letter, OPTION_LIST, FIELD(field), argument, help, false         \
    }
#define LATER(name, kind, argument, help)                                      \
    {                                                                          \
        name, '\0', kind, FIELD(later), argument, help, true                   \
    }
#define END                                                                    \
    {                                                                          \
        NULL, '\0', OPTION_FLAG, 0, NULL, NULL, false                          \
    }

const struct option commands_global[] = {
    TEXT("config", 'c', config, "FILE",
         "configuration file (else LUAMIGRATE_CONFIG, luamigrate.lua)"),
    TEXT("env", 'n', environment, "NAME",
         "environment of the configuration (else LUAMIGRATE_ENV)"),
    {"url", 'd', OPTION_SECRET, FIELD(url), "URL",
     "database (else `url` of the configuration, DATABASE_URL)", false},
    {"x", 'x', OPTION_LIST, FIELD(x), "KEY=VALUE",
     "what revisions read as config.x.KEY", false},
    FLAG("quiet", 'q', quiet, "only errors on standard error"),
    FLAG("verbose", 'v', verbose, "details; SQL and timings of a run"),
    FLAG("json", '\0', json, "results as JSON"),
    TEXT("color", '\0', color, "WHEN", "auto, always or never"),
    {"wait", '\0', OPTION_MAYBE, FIELD(wait), "SECONDS",
     "wait until the database answers (60)", false},
    FLAG("version", '\0', version, "print the version"),
    FLAG("help", 'h', help, "print help"),
    END,
};

static const struct option revision_options[] = {
    TEXT("message", 'm', message, "TEXT", "what the revision does"),
    TEXT("head", '\0', head, "REV",
         "parent: a head, `L@head`, or `base` for a new root"),
    FLAG("splice", '\0', splice, "the parent need not be a head"),
    TEXT("branch-label", 'b', branch_label, "LABEL",
         "name of the branch that begins here"),
    TEXT("version-path", '\0', version_path, "DIR",
         "which of the migrations folders"),
    TEXT("rev-id", '\0', rev_id, "ID", "its id (else made by revision_id)"),
    LIST("depends-on", '\0', depends_on, "REV",
         "revision that must be applied before (repeatable)"),
    LATER("autogenerate", OPTION_FLAG, NULL, "compare with schema.lua"),
    FLAG("edit", '\0', edit, "open the new file in an editor"),
    END,
};

static const struct option upgrade_options[] = {
    TEXT("tag", '\0', tag, "TEXT", "what revisions see as the context's tag"),
    TEXT("transaction", '\0', transaction, "SCOPE",
         "one transaction for each 'revision', or for the 'run'"),
    FLAG("sql", '\0', sql,
         "print a SQL script from A to B instead (A:B); opens no database"),
    FLAG("dry-run", '\0', dry_run, "show the SQL that would run"),
    LATER("backup", OPTION_MAYBE, "FILE", "copy the database before"),
    END,
};

static const struct option downgrade_options[] = {
    FLAG("yes", '\0', yes, "do not ask"),
    FLAG("force", '\0', yes, "the same as --yes"),
    TEXT("tag", '\0', tag, "TEXT", "what revisions see as the context's tag"),
    TEXT("transaction", '\0', transaction, "SCOPE",
         "one transaction for each 'revision', or for the 'run'"),
    FLAG("sql", '\0', sql,
         "print a SQL script from A to B instead (A:B); opens no database"),
    FLAG("dry-run", '\0', dry_run, "show the SQL that would run"),
    LATER("backup", OPTION_MAYBE, "FILE", "copy the database before"),
    END,
};

static const struct option current_options[] = {
    FLAG("check-heads", '\0', check_heads,
         "exit with 3 when a head is not applied"),
    END,
};

static const struct option history_options[] = {
    TEXT("rev-range", 'r', range, "A:B", "from A to B, both included"),
    FLAG("indicate-current", 'i', indicate, "mark the current revision"),
    FLAG("no-graph", '\0', no_graph, "a plain list"),
    FLAG("applied", '\0', applied, "what was run: when, how long and by whom"),
    END,
};

static const struct option heads_options[] = {
    FLAG("resolve-dependencies", '\0', resolve_dependencies,
         "leave out heads that others depend on"),
    END,
};

static const struct option merge_options[] = {
    TEXT("message", 'm', message, "TEXT", "what is merged"),
    TEXT("branch-label", 'b', branch_label, "LABEL",
         "name of the branch that begins here"),
    TEXT("rev-id", '\0', rev_id, "ID", "its id (else made by revision_id)"),
    TEXT("version-path", '\0', version_path, "DIR",
         "which of the migrations folders"),
    FLAG("splice", '\0', splice, "the parents need not be heads"),
    END,
};

static const struct option stamp_options[] = {
    FLAG("purge", '\0', purge, "remove every row of the version table before"),
    FLAG("yes", '\0', yes, "do not ask (protected environments)"),
    FLAG("force", '\0', yes, "the same as --yes"),
    TEXT("tag", '\0', tag, "TEXT", "what revisions see as the context's tag"),
    FLAG("sql", '\0', sql,
         "print a SQL script from A to B instead (A:B); opens no database"),
    END,
};

static const struct option accept_options[] = {
    FLAG("restart", '\0', restart, "forget the steps that are done"),
    FLAG("yes", '\0', yes, "do not ask (protected environments)"),
    FLAG("force", '\0', yes, "the same as --yes"),
    END,
};

static const struct option rebase_options[] = {
    TEXT("onto", '\0', onto, "REV", "the new parent, or `base`"),
    END,
};

static const struct option squash_options[] = {
    TEXT("message", 'm', message, "TEXT", "what the range does"),
    TEXT("rev-id", '\0', rev_id, "ID", "its id (else made by revision_id)"),
    TEXT("version-path", '\0', version_path, "DIR",
         "which of the migrations folders"),
    END,
};

static const struct option completion_options[] = {
    FLAG("targets", '\0', targets, "print words that a target may be"),
    END,
};

#define LATER_COMMAND(name, arguments, summary)                                \
    {                                                                          \
        name, arguments, summary, NULL, NULL, 0, OPTIONS_ANY_WORDS, NULL, true \
    }

const struct command commands_table[] = {
    {"init", "[DIR]", "write a new project", "luamigrate init shop && cd shop",
     NULL, 0, 1, cmd_init, false},
    {"revision", "[MESSAGE]", "write a new revision file",
     "luamigrate revision -m \"add users\"", revision_options, 0, 1,
     cmd_revision, false},
    {"upgrade", "[TARGET...]", "apply revisions, up to the head",
     "luamigrate upgrade +1", upgrade_options, 0, OPTIONS_ANY_WORDS,
     cmd_upgrade, false},
    {"downgrade", "[TARGET]", "revert revisions, by default the last one",
     "luamigrate downgrade -2 --yes", downgrade_options, 0, 1, cmd_downgrade,
     false},
    {"current", "", "show where the database is",
     "luamigrate current --check-heads", current_options, 0, 0, cmd_current,
     false},
    {"history", "", "list revisions, newest first",
     "luamigrate history -r current: -v", history_options, 0, 0, cmd_history,
     false},
    {"heads", "", "list the revisions that nothing follows",
     "luamigrate heads -v", heads_options, 0, 0, cmd_heads, false},
    {"branches", "", "list the revisions where branches begin",
     "luamigrate branches -v", NULL, 0, 0, cmd_branches, false},
    {"show", "REV...", "show revisions with their comment",
     "luamigrate show head", NULL, 1, OPTIONS_ANY_WORDS, cmd_show, false},
    {"status", "", "show database, current revision and what is pending",
     "luamigrate status --json", NULL, 0, 0, cmd_status, false},
    {"merge", "REV...", "write a revision that joins branches",
     "luamigrate merge heads -m \"join\"", merge_options, 1, OPTIONS_ANY_WORDS,
     cmd_merge, false},
    {"stamp", "TARGET...", "set the version rows without running scripts",
     "luamigrate stamp head", stamp_options, 1, OPTIONS_ANY_WORDS, cmd_stamp,
     false},
    {"accept", "REV", "accept an applied file that was edited, or a step",
     "luamigrate accept 8a7f", accept_options, 1, 1, cmd_accept, false},
    {"rebase", "REV", "give a revision that is not applied another parent",
     "luamigrate rebase 8a7f --onto head", rebase_options, 1, 1, cmd_rebase,
     false},
    {"squash", "A:B", "write one revision in the place of several",
     "luamigrate squash 001:020 -m \"first release\"", squash_options, 1, 1,
     cmd_squash, false},
    {"edit", "REV", "open a revision file in an editor", "luamigrate edit head",
     NULL, 1, 1, cmd_edit, false},
    {"completion", "SHELL", "print completion for bash, zsh or fish",
     "source <(luamigrate completion bash)", completion_options, 0, 1,
     cmd_completion, false},
    LATER_COMMAND("check", "", "compare database, files and schema.lua"),
    LATER_COMMAND("verify", "[REV]", "try revisions on a scratch database"),
    {NULL, NULL, NULL, NULL, NULL, 0, 0, NULL, false},
};
