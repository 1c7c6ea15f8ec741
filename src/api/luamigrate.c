#include "luamigrate.h"

#include "api/handle.h"
#include "base/fs.h"
#include "script/tree.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_CONFIG "luamigrate.lua"
#define MEBIBYTE (1024.0 * 1024.0)

void handle_emit(const struct luamigrate *migrate,
                 const struct luamigrate_event *event)
{
    if (migrate->options.event != NULL)
        migrate->options.event(migrate->options.context, event);
}

void handle_note(const struct luamigrate *migrate, const char *text)
{
    struct luamigrate_event event = {
        .kind = LUAMIGRATE_NOTE, .text = text, .size = strlen(text)};

    handle_emit(migrate, &event);
}

bool handle_is_open(const char *path)
{
    struct stat info;

    return geteuid() == 0 && stat(path, &info) == 0 &&
           (info.st_mode & S_IWOTH) != 0;
}

static void on_log(void *context, enum script_level level, bool print,
                   const char *text, size_t size)
{
    struct luamigrate_event event = {.kind = LUAMIGRATE_LOG,
                                     .level = (int)level,
                                     .print = print,
                                     .text = text,
                                     .size = size};

    handle_emit(context, &event);
}

static void on_progress(void *context, const struct script_progress *progress)
{
    struct luamigrate_event event = {.kind = LUAMIGRATE_PROGRESS,
                                     .revision = progress->revision,
                                     .text = progress->step,
                                     .size = strlen(progress->step),
                                     .done = progress->done,
                                     .total = progress->total,
                                     .ended = progress->ended};

    handle_emit(context, &event);
}

/* Limits and folders, as the configuration says. */
static void apply_config(struct luamigrate *migrate)
{
    struct script_options *options = &migrate->script->options;

    options->memory_limit = (size_t)(migrate->config.limit_memory * MEBIBYTE);
    options->stall = migrate->config.limit_stall;
    options->roots = migrate->config.migrations;
    options->script_modules = migrate->config.script_modules;
    options->environment = migrate->config.environment;
    migrate->script->naming = &migrate->config.naming_convention;
}

int handle_script(struct luamigrate *migrate, struct script **script,
                  struct error *err)
{
    if (migrate->script == NULL) {
        struct script_options options = {
            .memory_limit = (size_t)(migrate->config.limit_memory * MEBIBYTE),
            .stall = migrate->config.limit_stall,
            .fatal = migrate->options.fatal,
            .fatal_line = migrate->options.fatal_line,
            .cancel = migrate->options.cancel,
            .log = on_log,
            .progress = on_progress,
            .context = migrate,
            .tag = migrate->options.tag,
            .x_keys = migrate->options.x_keys,
            .x_values = migrate->options.x_values,
        };

        if (script_open(&options, &migrate->script, err) < 0)
            return -1;
        apply_config(migrate);
    }
    *script = migrate->script;
    return 0;
}

static const char *non_empty(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : NULL;
}

/* Finds and loads the configuration file; without one the defaults stay. */
static int load_config(struct luamigrate *migrate, struct error *err)
{
    const char *path = migrate->options.config;
    const char *environment = migrate->options.environment;
    struct script *script;

    if (path == NULL)
        path = non_empty(getenv("LUAMIGRATE_CONFIG"));
    if (environment == NULL)
        environment = non_empty(getenv("LUAMIGRATE_ENV"));
    if (path == NULL && fs_exists(DEFAULT_CONFIG))
        path = DEFAULT_CONFIG;
    if (path != NULL && path[0] == '\0') {
        error_set(err, ERROR_CONFIG, "the configuration file has no name");
        return error_hint(err, "give -c a file, or leave it out");
    }
    if (path == NULL && environment == NULL)
        return 0;
    if (path == NULL) {
        error_set(err, ERROR_CONFIG,
                  "environment \"%s\" is wanted, but there is no "
                  "configuration file",
                  environment);
        return error_hint(err, "name one with -c, or leave -n and "
                               "LUAMIGRATE_ENV out");
    }
    if (handle_script(migrate, &script, err) < 0 ||
        config_load(script, path, path, environment, &migrate->arena,
                    &migrate->config, err) < 0)
        return -1;
    if (handle_is_open(path))
        handle_note(migrate, arena_printf(&migrate->arena,
                                          "every user may write %s, which "
                                          "runs as root",
                                          path));
    apply_config(migrate);
    return 0;
}

int luamigrate_open(const struct luamigrate_options *options,
                    struct luamigrate **migrate, struct error *err)
{
    struct luamigrate *new = calloc(1, sizeof *new);

    *migrate = NULL;
    if (new == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    new->options = *options;
    arena_init(&new->arena, NULL, NULL);
    config_defaults(&new->config);
    if (load_config(new, err) < 0) {
        luamigrate_close(new);
        return -1;
    }
    *migrate = new;
    return 0;
}

void luamigrate_close(struct luamigrate *migrate)
{
    if (migrate == NULL)
        return;
    script_close(migrate->script);
    db_close(migrate->db);
    arena_clear(&migrate->arena);
    free(migrate);
}

const struct config *luamigrate_config(const struct luamigrate *migrate)
{
    return &migrate->config;
}

struct arena *luamigrate_arena(struct luamigrate *migrate)
{
    return &migrate->arena;
}

int luamigrate_script(struct luamigrate *migrate, struct script **script,
                      struct error *err)
{
    return handle_script(migrate, script, err);
}

int luamigrate_graph(struct luamigrate *migrate, const struct graph **graph,
                     struct error *err)
{
    if (!migrate->has_graph) {
        const struct config *config = &migrate->config;
        struct tree_source source = {
            config->migrations, config->migrations_shown, config->recursive};

        if (tree_load(&source, &migrate->arena, &migrate->tree, err) < 0)
            return -1;
        migrate->graph = migrate->tree;
        migrate->has_graph = true;
    }
    *graph = &migrate->graph;
    return 0;
}
