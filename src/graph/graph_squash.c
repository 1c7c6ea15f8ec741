/* Squashed ranges. A revision that replaces others stands in their place; the
 * files of the old ones may stay. Where all or none of them is applied the
 * new one is the node, and the last old id another name of it. A database
 * inside the range sees the old ones, and has to finish them first. */
#include "graph/graph_internal.h"

#include "base/str.h"

#define MISSING (GRAPH_NONE - 1)

struct squash {
    uint32_t revision;       /* its place in the list */
    uint32_t *members;       /* places of the old ones; MISSING: no file */
    const struct names *ids; /* of the old ones, the last one at the end */
    bool can_expand;         /* all old files are there */
    bool is_expanded;        /* in the view that is made */
};

struct squashes {
    const struct revision *list;
    uint32_t count;
    struct squash *items; /* those inside others come first */
    uint32_t squash_count;
    uint32_t *squash_of;      /* by place: its own squash, or GRAPH_NONE */
    uint32_t *owner;          /* by place: the squash that replaces it */
    struct graph_index ids;   /* of all files: places */
    struct graph_index names; /* replaced ids: squashes, by first number */
    struct graph whole;       /* the view with new ones only */
    struct graph base;        /* the view with as many old ones as can be */
};

struct order {
    struct squashes *all;
    struct squash *sorted;
    uint32_t count;
    uint8_t *state; /* 1: being visited, 2: done */
    bool is_cyclic;
};

static void index_ids(struct squashes *all, struct arena *arena)
{
    const struct graph_name *unused;

    graph_index_init(&all->ids, arena, NULL, 0, all->count);
    for (uint32_t i = 0; i < all->count; i++) {
        struct graph_name name = {.text = all->list[i].id, .node = i};

        graph_index_add(&all->ids, &name, &unused);
    }
}

static void add_member(struct squashes *all, uint32_t at, size_t which,
                       struct arena *arena, graph_problems *problems)
{
    struct squash *squash = &all->items[at];
    const struct revision *revision = &all->list[squash->revision];
    const char *id = squash->ids->items[which];
    struct graph_name own = {.text = id, .node = at};
    const struct graph_name *name = graph_index_find(&all->ids, id);
    const struct graph_name *other, *unused;

    squash->members[which] = name != NULL ? name->node : MISSING;
    if (name == NULL)
        squash->can_expand = false;
    if (str_equal(id, revision->id)) {
        graph_problem_add(
            problems, arena, revision->file, revision->replaces_line,
            "replaces of %s: a revision cannot replace itself", id);
        return;
    }
    other = graph_index_add(&all->names, &own, &unused);
    if (other != NULL) {
        graph_problem_add(
            problems, arena, revision->file, revision->replaces_line,
            "replaces of %s: %s is replaced by %s already", revision->id, id,
            all->list[all->items[other->node].revision].id);
        return;
    }
    if (name != NULL)
        all->owner[name->node] = at;
}

static void find_squashes(struct squashes *all, struct arena *arena,
                          graph_problems *problems)
{
    size_t names = 0;

    all->squash_of = arena_array(arena, uint32_t, all->count);
    all->owner = arena_array(arena, uint32_t, all->count);
    all->items = arena_array(arena, struct squash, all->count);
    for (uint32_t i = 0; i < all->count; i++) {
        const struct names *ids = &all->list[i].replaces;

        all->squash_of[i] = all->owner[i] = GRAPH_NONE;
        if (ids->count == 0)
            continue;
        names += ids->count;
        all->squash_of[i] = all->squash_count;
        all->items[all->squash_count++] =
            (struct squash){.revision = i, .ids = ids, .can_expand = true};
    }
    graph_index_init(&all->names, arena, NULL, 0, names);
    for (uint32_t i = 0; i < all->squash_count; i++) {
        struct squash *squash = &all->items[i];

        squash->members = arena_array(arena, uint32_t, squash->ids->count);
        for (size_t j = 0; j < squash->ids->count; j++)
            add_member(all, i, j, arena, problems);
    }
}

/* Puts `at` behind the squashes inside it. Ranges are nested a few deep. */
static void visit(struct order *order, uint32_t at)
{
    const struct squashes *all = order->all;
    const struct squash *squash = &all->items[at];

    if (order->state[at] == 2)
        return;
    if (order->state[at] == 1) {
        order->is_cyclic = true;
        return;
    }
    order->state[at] = 1;
    for (size_t i = 0; i < squash->ids->count; i++)
        if (squash->members[i] != MISSING &&
            all->squash_of[squash->members[i]] != GRAPH_NONE)
            visit(order, all->squash_of[squash->members[i]]);
    order->state[at] = 2;
    order->sorted[order->count++] = *squash;
}

/* Orders the squashes; false when they replace each other. */
static bool sort_squashes(struct squashes *all, struct arena *arena)
{
    struct order order = {.all = all};
    uint32_t *place = arena_array(arena, uint32_t, all->squash_count);

    order.sorted = arena_array(arena, struct squash, all->squash_count);
    order.state = arena_array(arena, uint8_t, all->squash_count);
    for (uint32_t i = 0; i < all->squash_count; i++)
        visit(&order, i);
    if (order.is_cyclic)
        return false;
    for (uint32_t i = 0; i < all->squash_count; i++)
        place[all->squash_of[order.sorted[i].revision]] = i;
    for (uint32_t i = 0; i < all->count; i++) {
        if (all->squash_of[i] != GRAPH_NONE)
            all->squash_of[i] = place[all->squash_of[i]];
        if (all->owner[i] != GRAPH_NONE)
            all->owner[i] = place[all->owner[i]];
    }
    for (uint32_t i = 0; i < all->names.count; i++)
        all->names.names[i].node = place[all->names.names[i].node];
    all->items = order.sorted;
    return true;
}

/* The outermost squash that is a node and hides the one at `owner`. */
static uint32_t cover(const struct squashes *all, uint32_t owner)
{
    uint32_t found = GRAPH_NONE;

    while (owner != GRAPH_NONE) {
        if (!all->items[owner].is_expanded)
            found = owner;
        owner = all->owner[all->items[owner].revision];
    }
    return found;
}

/* Whether `id`, replaced by `owner`, is the last of the range of `top`. */
static bool is_last(const struct squashes *all, const char *id, uint32_t owner,
                    uint32_t top)
{
    for (;;) {
        const struct squash *squash = &all->items[owner];

        if (!str_equal(squash->ids->items[squash->ids->count - 1], id))
            return false;
        if (owner == top)
            return true;
        id = all->list[squash->revision].id;
        owner = all->owner[squash->revision];
    }
}

/* The place of what stands for the expanded squash: its last revision. */
static uint32_t last_of(const struct squashes *all, uint32_t at)
{
    for (;;) {
        const struct squash *squash = &all->items[at];
        uint32_t last = squash->members[squash->ids->count - 1];

        if (all->squash_of[last] == GRAPH_NONE ||
            !all->items[all->squash_of[last]].is_expanded)
            return last;
        at = all->squash_of[last];
    }
}

struct view {
    struct graph_source source;
    uint32_t *place; /* by place in all: that in the view */
};

static void add_other(struct view *view, const char *text, uint32_t node,
                      bool is_inner)
{
    view->source.others[view->source.other_count++] =
        (struct graph_name){.text = text, .node = node, .is_inner = is_inner};
}

/* Which revisions are nodes. */
static void choose(const struct squashes *all, struct arena *arena,
                   struct view *view)
{
    graph_source_init(&view->source, arena, all->count);
    view->place = arena_array(arena, uint32_t, all->count);
    for (uint32_t i = 0; i < all->count; i++) {
        view->place[i] = GRAPH_NONE;
        if (cover(all, all->owner[i]) != GRAPH_NONE ||
            (all->squash_of[i] != GRAPH_NONE &&
             all->items[all->squash_of[i]].is_expanded))
            continue;
        view->place[i] = view->source.count;
        graph_source_add(&view->source, &all->list[i]);
    }
}

static void name_hidden(const struct squashes *all, struct arena *arena,
                        struct view *view)
{
    view->source.others = arena_array(arena, struct graph_name,
                                      all->names.count + all->squash_count);
    for (uint32_t i = 0; i < all->names.count; i++) {
        const struct graph_name *name = &all->names.names[i];
        uint32_t top = cover(all, name->node);

        if (top != GRAPH_NONE)
            add_other(view, name->text, view->place[all->items[top].revision],
                      !is_last(all, name->text, name->node, top));
    }
    for (uint32_t i = 0; i < all->squash_count; i++) {
        uint32_t revision = all->items[i].revision;

        if (all->items[i].is_expanded &&
            cover(all, all->owner[revision]) == GRAPH_NONE)
            add_other(view, all->list[revision].id,
                      view->place[last_of(all, i)], false);
    }
}

static void build_view(const struct squashes *all, struct arena *arena,
                       struct graph *graph, graph_problems *problems)
{
    struct view view;

    choose(all, arena, &view);
    name_hidden(all, arena, &view);
    graph_build_view(arena, &view.source, graph, problems);
}

static bool has_problem(const graph_problems *problems,
                        const struct graph_problem *problem)
{
    for (size_t i = 0; i < problems->count; i++)
        if (problems->items[i].line == problem->line &&
            str_equal(problems->items[i].file, problem->file) &&
            str_equal(problems->items[i].text, problem->text))
            return true;
    return false;
}

/* Both the old revisions and the new ones must be without fault. */
static void build_views(struct squashes *all, struct arena *arena,
                        struct graph *graph, graph_problems *problems)
{
    graph_problems second = {0};
    bool can_expand = false;

    build_view(all, arena, graph, problems);
    for (uint32_t i = 0; i < all->squash_count; i++) {
        all->items[i].is_expanded = all->items[i].can_expand;
        can_expand = can_expand || all->items[i].can_expand;
    }
    if (!can_expand)
        return;
    build_view(all, arena, &all->base, &second);
    for (size_t i = 0; i < second.count; i++)
        if (!has_problem(problems, &second.items[i]))
            vec_push(arena, problems, second.items[i]);
    graph->squashes = all;
    all->whole = *graph;
}

void graph_squash_build(struct arena *arena, const struct revision *revisions,
                        const struct graph_source *source, struct graph *graph,
                        graph_problems *problems)
{
    struct squashes *all = arena_new(arena, struct squashes);
    size_t before = problems->count;
    const struct revision *first;

    all->list = revisions;
    all->count = source->count;
    index_ids(all, arena);
    find_squashes(all, arena, problems);
    if (problems->count == before && !sort_squashes(all, arena)) {
        first = &revisions[all->items[0].revision];
        graph_problem_add(problems, arena, first->file, first->replaces_line,
                          "revisions replace each other");
    }
    if (problems->count == before)
        build_views(all, arena, graph, problems);
    else
        graph_build_view(arena, source, graph, problems);
}

/* How many revisions of the range of `at` there are in the base view, and how
 * many of them are applied. */
static void count_applied(const struct squashes *all, const bool *applied,
                          uint32_t at, size_t *total, size_t *done)
{
    const struct squash *squash = &all->items[at];

    for (size_t i = 0; i < squash->ids->count; i++) {
        uint32_t inner = squash->members[i] != MISSING
                             ? all->squash_of[squash->members[i]]
                             : GRAPH_NONE;
        const struct graph_node *node;

        if (inner != GRAPH_NONE && all->items[inner].can_expand) {
            count_applied(all, applied, inner, total, done);
            continue;
        }
        node = graph_find(&all->base, squash->ids->items[i]);
        *total += 1;
        *done += node != NULL && applied[node - all->base.nodes];
    }
}

void graph_view(const struct graph *graph, struct arena *arena,
                const struct names *rows, struct graph *view)
{
    const struct squashes *source = graph->squashes;
    struct squashes all;
    graph_problems none = {0};
    bool *applied;
    bool changed = false;

    *view = *graph;
    if (source == NULL)
        return;
    *view = source->whole;
    all = *source;
    all.items = arena_array(arena, struct squash, all.squash_count);
    applied = arena_array(arena, bool, all.base.count);
    for (size_t i = 0; i < rows->count; i++) {
        const struct graph_node *node = graph_find(&all.base, rows->items[i]);

        if (node != NULL)
            applied[node - all.base.nodes] = true;
    }
    graph_close_down(&all.base, applied);
    for (uint32_t i = 0; i < all.squash_count; i++) {
        size_t total = 0, done = 0;

        all.items[i] = source->items[i];
        all.items[i].is_expanded = false;
        if (!source->items[i].can_expand)
            continue;
        count_applied(source, applied, i, &total, &done);
        all.items[i].is_expanded = done > 0 && done < total;
        changed = changed || all.items[i].is_expanded;
    }
    if (changed)
        build_view(&all, arena, view, &none);
    /* the old ones of one range may need what another range puts behind them:
     * with all the old ones there is no fault */
    if (none.count > 0)
        *view = source->base;
    view->revisions = graph->revisions;
    view->revision_count = graph->revision_count;
    view->squashes = graph->squashes;
}
