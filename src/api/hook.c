#include "api/hook.h"

#include "script/hooks.h"

#include <stdio.h>
#include <string.h>

bool hook_any(const struct luamigrate *migrate)
{
    return migrate->script != NULL && migrate->script->hooks;
}

void hook_begin(struct luamigrate *migrate, enum direction direction)
{
    migrate->hook.direction = direction;
    migrate->hook.planned = false;
    migrate->hook.plan.count = 0;
}

static struct names ids_of(struct luamigrate *migrate,
                           const struct plan_step *steps, size_t count)
{
    struct names ids = {0};

    ids.items = arena_array(&migrate->arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        ids.items[ids.count++] = steps[i].node->revision->id;
    return ids;
}

int hook_plan(struct luamigrate *migrate, const struct plan *plan,
              struct error *err)
{
    struct hook_facts facts = {.direction = migrate->hook.direction,
                               .plan = &migrate->hook.plan};
    bool first = !migrate->hook.planned;

    if (plan->count == 0)
        return 0;
    migrate->hook.planned = true;
    migrate->hook.plan = ids_of(migrate, plan->steps, plan->count);
    if (!first || facts.direction != DIRECTION_UPGRADE)
        return 0;
    return hooks_run(migrate->script, "before_upgrade", &facts, err);
}

/* What is done is done: an error is a warning. */
static void run_after(struct luamigrate *migrate, const char *name,
                      const struct hook_facts *facts)
{
    struct script *script = migrate->script;
    struct arena_mark mark = arena_mark(&migrate->arena);
    struct error *err;
    const char *text;

    if (!hook_any(migrate))
        return;
    err = arena_new(&migrate->arena, struct error);
    if (hooks_run(script, name, facts, err) == 0 ||
        script->options.log == NULL) {
        arena_release(&migrate->arena, mark);
        return;
    }
    text = err->file[0] != '\0'
               ? arena_printf(&migrate->arena, "%s:%d: %s", err->file,
                              err->line, err->message)
               : err->message;
    script->options.log(script->options.context, SCRIPT_WARN, false, text,
                        strlen(text));
    arena_release(&migrate->arena, mark);
}

void hook_step(struct luamigrate *migrate, const struct plan_step *step)
{
    struct hook_facts facts = {.revision = step->node->revision,
                               .direction = step->direction};

    if (step->direction != DIRECTION_STAMP)
        run_after(migrate, "after_revision", &facts);
}

void hook_end(struct luamigrate *migrate, const struct run_result *result,
              const struct error *err)
{
    struct hook_facts facts = {.direction = migrate->hook.direction,
                               .plan = &migrate->hook.plan,
                               .error = err};
    struct names done;

    if (!migrate->hook.planned)
        return;
    if (err != NULL) {
        run_after(migrate, "on_error", &facts);
    } else if (facts.direction == DIRECTION_UPGRADE && result->count > 0) {
        done = ids_of(migrate, result->steps, result->count);
        facts.plan = &done;
        run_after(migrate, "after_upgrade", &facts);
    }
}
