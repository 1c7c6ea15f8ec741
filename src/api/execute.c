/* upgrade, downgrade, stamp: the run layer with revision scripts. */
#include "api/handle.h"
#include "api/hook.h"

#include "base/str.h"
#include "script/revision.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_SIZE 256

static void check_open(struct luamigrate *migrate, const struct plan *plan)
{
    const char *first = NULL;
    size_t count = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const struct revision *revision = plan->steps[i].node->revision;

        if (!handle_is_open(revision->path))
            continue;
        first = first != NULL ? first : revision->file;
        count++;
    }
    if (count == 1)
        handle_note(migrate, arena_printf(&migrate->arena,
                                          "every user may write %s, which "
                                          "runs as root",
                                          first));
    else if (count > 1)
        handle_note(migrate, arena_printf(&migrate->arena,
                                          "every user may write %s and %zu "
                                          "more, which run as root",
                                          first, count - 1));
}

static int on_prepare(void *context, const struct plan *plan, struct error *err)
{
    struct luamigrate *migrate = context;
    struct script *script;

    if (handle_script(migrate, &script, err) < 0)
        return -1;
    check_open(migrate, plan);
    for (size_t i = 0; i < plan->count; i++)
        if (revision_load(script, plan->steps[i].node->revision,
                          plan->steps[i].direction, err) < 0)
            return -1;
    return migrate->prints ? 0 : hook_plan(migrate, plan, err);
}

static int on_step(void *context, const struct plan_step *step, struct db *db,
                   struct error *err)
{
    struct luamigrate *migrate = context;

    return revision_run(migrate->script, step->node->revision, step->direction,
                        db, err);
}

static int on_journal(void *context, const struct plan_step *step,
                      struct journal *journal, struct error *err)
{
    struct luamigrate *migrate = context;

    return revision_run_steps(migrate->script, step->node->revision,
                              step->direction, journal, err);
}

static const char *on_checksum(void *context, const struct revision *revision)
{
    struct luamigrate *migrate = context;
    const char *known = migrate->script != NULL
                            ? revision_checksum(migrate->script, revision)
                            : NULL;
    struct error unread;
    char checksum[17];

    if (known != NULL)
        return known;
    /* a stamp loads no script; a file that is gone has no checksum */
    if (handle_checksum(migrate, revision, checksum, &unread) < 0)
        return NULL;
    return arena_strdup(&migrate->arena, checksum);
}

static void on_event(void *context, const struct run_event *event)
{
    struct luamigrate *migrate = context;
    struct luamigrate_event out = {.step = event->step,
                                   .duration_ms = event->duration_ms,
                                   .from = event->from,
                                   .to = event->to};

    switch (event->kind) {
    case RUN_STEP_BEGIN:
        out.kind = LUAMIGRATE_STEP_BEGIN;
        break;
    case RUN_STEP_END:
        out.kind = LUAMIGRATE_STEP_END;
        break;
    case RUN_REDUNDANT:
        out.kind = LUAMIGRATE_NOTE;
        out.text = arena_printf(&migrate->arena,
                                "removed the redundant version row %s: a "
                                "later one implies it",
                                event->text);
        break;
    case RUN_RENAMED:
        out.kind = LUAMIGRATE_NOTE;
        out.text = arena_printf(&migrate->arena,
                                "the version row %s was rewritten: its "
                                "revision was squashed",
                                event->text);
        break;
    case RUN_SQL:
        out.kind = LUAMIGRATE_SCRIPT;
        out.text = event->text;
        break;
    case RUN_NOTE:
    case RUN_WAITING:
        out.kind = LUAMIGRATE_NOTE;
        out.text = event->text;
        break;
    }
    out.size = out.text != NULL ? strlen(out.text) : 0;
    handle_emit(migrate, &out);
    if (event->kind == RUN_STEP_END)
        hook_step(migrate, event->step);
}

/* Who runs this, for the history: a name without a look-up that may block. */
static const char *actor_name(struct arena *arena)
{
    static const char *const variables[] = {"LOGNAME", "USER"};

    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *name = getenv(variables[i]);

        if (name != NULL && name[0] != '\0' && strlen(name) < NAME_SIZE &&
            str_utf8_valid(name, strlen(name)))
            return name;
    }
    return arena_printf(arena, "uid %ld", (long)getuid());
}

static const char *host_name(struct arena *arena)
{
    char name[NAME_SIZE];

    if (gethostname(name, sizeof name) < 0)
        return NULL;
    name[sizeof name - 1] = '\0';
    return arena_strdup(arena, name);
}

/* Refuses by name what this version does not do, before anything runs. */
static int check_built(const struct luamigrate *migrate, struct error *err)
{
    const struct config *config = &migrate->config;

    if (config->later.count > 0) {
        error_set(err, ERROR_FAILED,
                  "'%s' in the configuration is not built in this version",
                  config->later.items[0]);
        return error_at(err, config->file, 0);
    }
    return 0;
}

/* Whether one transaction is asked for the whole run. */
static bool is_whole(const struct luamigrate *migrate)
{
    const char *transaction = migrate->options.transaction != NULL
                                  ? migrate->options.transaction
                                  : migrate->config.transaction;

    return str_equal(transaction, "run");
}

/* The id that `symbol` stands for where a script begins. */
static int find_start(const struct luamigrate *migrate, const char *symbol,
                      const char **id, struct error *err)
{
    const struct graph *graph = &migrate->tree;
    const struct graph_node *node;

    *id = symbol;
    for (size_t i = 0; i < graph->revision_count; i++)
        if (str_equal(graph->revisions[i].id, symbol))
            return 0;
    if (graph_resolve(graph, symbol, &node, err) < 0)
        return -1;
    *id = node->revision->id;
    return 0;
}

/* Writes the SQL of a run, or shows what it would do. */
static int print(struct luamigrate *migrate, struct run_request *request,
                 const struct run_hooks *hooks, struct run_result *result,
                 struct error *err)
{
    struct run_tables tables = handle_tables(migrate);
    const char **start = arena_array(&migrate->arena, const char *, 1);
    struct db *db;
    int status;

    if (request->rows.count > 0) {
        if (find_start(migrate, request->rows.items[0], start, err) < 0)
            return -1;
        request->rows.items = start;
    }
    if (handle_printer(migrate, request->mode == RUN_DRY, &db, err) < 0)
        return -1;
    migrate->prints = true;
    status = run_execute(db, &migrate->tree, &tables, request, hooks,
                         &migrate->arena, result, err);
    migrate->prints = false;
    db_close(db);
    return status;
}

int luamigrate_run(struct luamigrate *migrate,
                   const struct run_request *request, struct run_result *result,
                   struct error *err)
{
    struct run_hooks hooks = {migrate,    on_prepare,  on_step,
                              on_journal, on_checksum, on_event};
    struct run_tables tables = handle_tables(migrate);
    struct run_request full = *request;
    const struct graph *graph;
    struct db *db;
    int status;

    memset(result, 0, sizeof *result);
    if (check_built(migrate, err) < 0 ||
        luamigrate_graph(migrate, &graph, err) < 0)
        return -1;
    full.version = LUAMIGRATE_VERSION;
    full.foreign_keys = migrate->config.foreign_keys;
    full.whole = is_whole(migrate);
    if (request->mode != RUN_APPLY)
        return print(migrate, &full, &hooks, result, err);
    if (handle_connect(migrate, request->direction != DIRECTION_DOWNGRADE, &db,
                       err) < 0)
        return -1;
    full.actor = actor_name(&migrate->arena);
    full.host = host_name(&migrate->arena);
    full.at_once = hook_any(migrate);
    hook_begin(migrate, request->direction);
    status = run_execute(db, &migrate->tree, &tables, &full, &hooks,
                         &migrate->arena, result, err);
    hook_end(migrate, result, status < 0 ? err : NULL);
    return status;
}
