/* The hooks of the configuration around a run. */
#ifndef API_HOOK_H
#define API_HOOK_H

#include "api/handle.h"

/* Whether the configuration has hooks at all. */
bool hook_any(const struct luamigrate *migrate);
/* A run begins: what it plans is not known yet. */
void hook_begin(struct luamigrate *migrate, enum direction direction);
/* Before the first write, with each plan: before_upgrade, once. */
int hook_plan(struct luamigrate *migrate, const struct plan *plan,
              struct error *err);
/* A step was committed: after_revision. */
void hook_step(struct luamigrate *migrate, const struct plan_step *step);
/* The run has ended: after_upgrade, or with `err` on_error. */
void hook_end(struct luamigrate *migrate, const struct run_result *result,
              const struct error *err);

#endif
