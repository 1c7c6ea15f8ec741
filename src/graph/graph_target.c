#include "graph/graph_internal.h"

#include "base/str.h"

#include <string.h>

#define MAX_STEPS 1000000000
#define SYMBOL_BYTES                                                           \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."

static int malformed(const struct graph_state *state, const char *text,
                     struct error *err)
{
    error_set(err, ERROR_USAGE, "target \"%s\" is not understood",
              str_safe(state->arena, text));
    if (strchr(text, ':') != NULL)
        return error_hint(err, "a range A:B belongs to `history -r`");
    return error_hint(err, "a target is head, heads, base, a revision or its "
                           "beginning, a label, +N or -N, and LABEL@ may "
                           "stand before it");
}

/* Reads the "+N" or "-N" at the end of a target. */
static int read_steps(const struct graph_state *state, const char *steps,
                      struct graph_target *target, struct error *err)
{
    size_t digits = strspn(steps + 1, "0123456789");
    long number = 0;

    if (digits == 0 || steps[1 + digits] != '\0')
        return malformed(state, target->text, err);
    if (str_to_number(steps + 1, MAX_STEPS, &number) < 0)
        return error_set(err, ERROR_USAGE,
                         "target \"%s\": the number is too large",
                         target->text);
    if (number == 0 && target->symbol == NULL)
        return error_set(err, ERROR_USAGE,
                         "target \"%s\" goes nowhere: the number must be at "
                         "least 1",
                         target->text);
    target->sign = steps[0];
    target->steps = (uint32_t)number;
    return 0;
}

static int read_branch(const struct graph_state *state,
                       struct graph_target *target, struct error *err)
{
    uint32_t at;

    if (target->branch == NULL)
        return 0;
    if (graph_resolve_within(state->graph, target->branch, NULL, &at, err) < 0)
        return -1;
    target->branch_node = &state->graph->nodes[at];
    target->lineage = graph_lineage(state->graph, state->arena, at);
    return 0;
}

int graph_target_read(const struct graph_state *state, const char *text,
                      struct graph_target *target, struct error *err)
{
    const char *rest = text;
    size_t size = strspn(text, SYMBOL_BYTES);

    *target = (struct graph_target){.text = text};
    if (rest[size] == '@') {
        if (size == 0)
            return malformed(state, text, err);
        target->branch = arena_strndup(state->arena, rest, size);
        rest += size + 1;
        size = strspn(rest, SYMBOL_BYTES);
    }
    if (size > 0)
        target->symbol = arena_strndup(state->arena, rest, size);
    rest += size;
    if (*rest == '+' || *rest == '-') {
        if (read_steps(state, rest, target, err) < 0)
            return -1;
    } else if (*rest != '\0' || size == 0) {
        return malformed(state, text, err);
    }
    return read_branch(state, target, err);
}

static void add_candidates(const struct graph_state *state, const bool *set,
                           struct error *err)
{
    for (uint32_t i = 0; i < state->graph->count; i++)
        if (set[i])
            error_candidate(err, state->graph->nodes[i].revision->id);
}

/* The rows inside the lineage; without any, what is applied of it and has
 * nothing applied of it above. */
int graph_target_start(const struct graph_state *state,
                       const struct graph_target *target, uint32_t *start,
                       struct error *err)
{
    const struct graph *graph = state->graph;
    bool *set = arena_array(state->arena, bool, graph->count);
    size_t count = 0;

    *start = GRAPH_NONE;
    for (uint32_t i = 0; i < graph->count; i++) {
        set[i] = state->rows[i] && (!target->lineage || target->lineage[i]);
        count += set[i];
    }
    for (uint32_t i = 0; count == 0 && target->lineage && i < graph->count; i++)
        set[i] = state->applied[i] && target->lineage[i];
    if (count == 0)
        for (uint32_t i = graph->count; i-- > 0;)
            for (uint32_t j = 0;
                 j < graph->nodes[graph->order[i]].children_count; j++)
                if (state->applied[graph->nodes[graph->order[i]].children[j]] &&
                    target->lineage &&
                    target->lineage[graph->nodes[graph->order[i]].children[j]])
                    set[graph->order[i]] = false;
    count = 0;
    for (uint32_t i = 0; i < graph->count; i++)
        if (set[i]) {
            count++;
            *start = i;
        }
    if (count < 2)
        return 0;
    error_set(err, ERROR_USAGE,
              "\"%s\" starts at the current revision, and there are %zu%s%s",
              target->text, count, target->branch ? " in " : "",
              target->branch ? target->branch : "");
    add_candidates(state, set, err);
    return error_hint(err,
                      "say which branch, such as %s@%c%u, or name the "
                      "revision to go to",
                      graph->nodes[*start].revision->id, target->sign,
                      target->steps);
}

int graph_target_too_far(const struct graph_target *target, uint32_t walked,
                         struct error *err)
{
    return error_set(err, ERROR_USAGE,
                     "\"%s\" goes too far: %s after %u revision%s",
                     target->text,
                     target->sign == '+' ? "there is no further revision"
                                         : "base is reached",
                     walked, walked == 1 ? "" : "s");
}

static int at_branches(const struct graph_state *state,
                       const struct graph_target *target, uint32_t at,
                       const bool *children, struct error *err)
{
    error_set(err, ERROR_USAGE,
              "\"%s\" does not say which way to go: several revisions follow "
              "%s",
              target->text,
              at == GRAPH_NONE ? "base" : state->graph->nodes[at].revision->id);
    add_candidates(state, children, err);
    return error_hint(err, "name the revision to go to, or the branch "
                           "(LABEL@+N)");
}

int graph_target_at_merge(const struct graph_state *state,
                          const struct graph_target *target, uint32_t at,
                          struct error *err)
{
    const struct graph_node *node = &state->graph->nodes[at];

    error_set(err, ERROR_USAGE,
              "\"%s\" does not say which way to go: %s is a merge, and only "
              "the last revision of a walk may be one",
              target->text, node->revision->id);
    for (uint32_t i = 0; i < node->down_count; i++)
        error_candidate(err, state->graph->nodes[node->down[i]].revision->id);
    return error_hint(err, "name the revision to go to");
}

/* The only child of `at` (GRAPH_NONE: the only root) in the lineage: 1, none
 * of them: 0, several: -1. */
static int next_child(const struct graph_state *state,
                      const struct graph_target *target, uint32_t at,
                      uint32_t *child, struct error *err)
{
    const struct graph *graph = state->graph;
    uint32_t count =
        at == GRAPH_NONE ? graph->count : graph->nodes[at].children_count;
    uint32_t found = 0;
    bool *set;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t to = at == GRAPH_NONE ? i : graph->nodes[at].children[i];

        if ((at == GRAPH_NONE && graph->nodes[to].down_count > 0) ||
            (target->lineage && !target->lineage[to]))
            continue;
        *child = to;
        found++;
    }
    if (found < 2)
        return (int)found;
    set = arena_array(state->arena, bool, graph->count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t to = at == GRAPH_NONE ? i : graph->nodes[at].children[i];

        set[to] = (at != GRAPH_NONE || graph->nodes[to].down_count == 0) &&
                  (!target->lineage || target->lineage[to]);
    }
    return at_branches(state, target, at, set, err);
}

static void place_set(const struct graph_state *state,
                      struct graph_place *place, uint32_t at)
{
    place->merge = GRAPH_NONE;
    place->count = at == GRAPH_NONE ? 0 : 1;
    place->nodes = arena_new(state->arena, uint32_t);
    *place->nodes = at;
}

static int walk_up(const struct graph_state *state,
                   const struct graph_target *target, bool range, uint32_t at,
                   struct graph_place *place, struct error *err)
{
    for (uint32_t i = 0; i < target->steps; i++) {
        int found = next_child(state, target, at, &at, err);

        if (found < 0)
            return -1;
        if (found == 0 && !range)
            return graph_target_too_far(target, i, err);
        if (found == 0)
            break;
    }
    place_set(state, place, at);
    return 0;
}

static int walk_down(const struct graph_state *state,
                     const struct graph_target *target, bool range, uint32_t at,
                     struct graph_place *place, struct error *err)
{
    for (uint32_t i = 0; i < target->steps; i++) {
        const struct graph_node *node = &state->graph->nodes[at];

        if (at == GRAPH_NONE && range)
            break;
        if (at == GRAPH_NONE)
            return graph_target_too_far(target, i, err);
        if (node->down_count > 1 && i + 1 < target->steps)
            return graph_target_at_merge(state, target, at, err);
        if (node->down_count > 1) {
            place->merge = at;
            place->count = node->down_count;
            place->nodes =
                arena_array(state->arena, uint32_t, node->down_count);
            memcpy(place->nodes, node->down,
                   sizeof *node->down * node->down_count);
            return 0;
        }
        at = node->down_count == 0 ? GRAPH_NONE : node->down[0];
    }
    place_set(state, place, at);
    return 0;
}

int graph_target_walk(const struct graph_state *state,
                      const struct graph_target *target, bool range,
                      struct graph_place *place, struct error *err)
{
    uint32_t at = place->count == 0 ? GRAPH_NONE : place->nodes[0];

    if (place->count > 1) {
        error_set(err, ERROR_USAGE,
                  "\"%s\" starts at one revision, and there are %zu",
                  target->text, place->count);
        for (size_t i = 0; i < place->count; i++)
            error_candidate(err,
                            state->graph->nodes[place->nodes[i]].revision->id);
        return error_hint(err, "name the revision to start at");
    }
    if (target->sign == '+')
        return walk_up(state, target, range, at, place, err);
    return walk_down(state, target, range, at, place, err);
}

static int several_heads(const struct graph_state *state,
                         const struct graph_target *target,
                         const struct graph_place *place, struct error *err)
{
    error_set(err, ERROR_USAGE,
              "\"%s\" is not one revision: there are %zu "
              "heads",
              target->text, place->count);
    for (size_t i = 0; i < place->count; i++)
        error_candidate(err, state->graph->nodes[place->nodes[i]].revision->id);
    return error_hint(err,
                      "name one of them, use `heads` for all, or join them "
                      "with `luamigrate merge heads -m MESSAGE`");
}

/* The heads: without a branch by any edge when `all`, else by down_revision
 * and in the lineage. */
static void place_heads(const struct graph_state *state,
                        const struct graph_target *target, bool all,
                        struct graph_place *place)
{
    const struct graph *graph = state->graph;
    bool *needed = arena_array(state->arena, bool, graph->count);

    for (uint32_t i = 0; all && i < graph->first[graph->count]; i++)
        needed[graph->needs[i]] = true;
    place->merge = GRAPH_NONE;
    place->count = 0;
    place->nodes = arena_array(state->arena, uint32_t, graph->count);
    for (uint32_t i = 0; i < graph->count; i++)
        if (target->lineage
                ? target->lineage[i] && graph_is_head(&graph->nodes[i])
            : all ? !needed[i]
                  : graph_is_head(&graph->nodes[i]))
            place->nodes[place->count++] = i;
}

static int place_current(const struct graph_state *state,
                         const struct graph_target *target, bool range,
                         struct graph_place *place, struct error *err)
{
    if (!range && !state->has_current) {
        error_set(err, ERROR_USAGE, "\"current\" is no target here");
        return error_hint(err, "`history`, `show` and `edit` know it");
    }
    place->merge = GRAPH_NONE;
    place->count = 0;
    place->nodes = arena_array(state->arena, uint32_t, state->graph->count);
    for (uint32_t i = 0; i < state->graph->count; i++)
        if (state->rows[i] && (!target->lineage || target->lineage[i]))
            place->nodes[place->count++] = i;
    return 0;
}

static int place_revision(const struct graph_state *state,
                          const struct graph_target *target,
                          struct graph_place *place, struct error *err)
{
    uint32_t at;

    if (graph_resolve_within(state->graph, target->symbol, target->lineage, &at,
                             err) < 0)
        return -1;
    if (target->lineage != NULL && !target->lineage[at]) {
        error_set(err, ERROR_USAGE, "%s is not in the branch of %s",
                  state->graph->nodes[at].revision->id, target->branch);
        return error_hint(err, "write %s without \"%s@\"", target->symbol,
                          target->branch);
    }
    place_set(state, place, at);
    return 0;
}

int graph_target_place(const struct graph_state *state,
                       const struct graph_target *target, bool range,
                       struct graph_place *place, struct error *err)
{
    const char *symbol = target->symbol;
    uint32_t start = GRAPH_NONE;

    place_set(state, place, GRAPH_NONE);
    if (symbol == NULL) {
        if (graph_target_start(state, target, &start, err) < 0)
            return -1;
        place_set(state, place, start);
    } else if (str_equal(symbol, "head") || str_equal(symbol, "heads")) {
        place_heads(state, target, str_equal(symbol, "heads"), place);
        if (place->count > 1 && str_equal(symbol, "head"))
            return several_heads(state, target, place, err);
    } else if (str_equal(symbol, "current")) {
        if (place_current(state, target, range, place, err) < 0)
            return -1;
    } else if (!str_equal(symbol, "base") &&
               place_revision(state, target, place, err) < 0) {
        return -1;
    }
    if (target->sign == 0)
        return 0;
    return graph_target_walk(state, target, range, place, err);
}
