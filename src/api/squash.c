/* luamigrate_squash: one revision in the place of a linear range. */
#include "api/handle.h"
#include "api/new.h"
#include "api/rewrite.h"
#include "base/fs.h"
#include "script/tree.h"

struct range {
    struct luamigrate *migrate;
    struct arena *arena;
    const struct graph_node **nodes; /* the oldest one first */
    size_t count;
    bool *inside; /* by node of the graph */
    struct new_squash squash;
    struct error *err;
};

static int not_linear(struct range *range, const struct graph_node *at,
                      const char *what)
{
    error_set(range->err, ERROR_USAGE, "the range is not linear: %s %s",
              at->revision->id, what);
    return error_hint(range->err, "squash the part before or behind it");
}

/* Walks from the last revision down to the first one. */
static int walk(struct range *range, const struct graph_node *first,
                const struct graph_node *last)
{
    const struct graph *graph = &range->migrate->graph;
    const struct graph_node *at = last;

    range->nodes =
        arena_array(range->arena, const struct graph_node *, graph->count);
    range->inside = arena_array(range->arena, bool, graph->count);
    for (;; at = &graph->nodes[at->down[0]]) {
        range->nodes[range->count++] = at;
        range->inside[at - graph->nodes] = true;
        if (at != last && at->children_count > 1)
            return not_linear(range, at, "has several children");
        if (at == first)
            break;
        if (at->down_count > 1)
            return not_linear(range, at, "is a merge");
        if (at->down_count == 0) {
            error_set(range->err, ERROR_USAGE,
                      "%s does not follow %s by down_revision",
                      last->revision->id, first->revision->id);
            return error_hint(range->err, "the older revision comes first");
        }
    }
    for (size_t i = 0; i < range->count / 2; i++) {
        at = range->nodes[i];
        range->nodes[i] = range->nodes[range->count - 1 - i];
        range->nodes[range->count - 1 - i] = at;
    }
    if (range->count < 2)
        return error_set(range->err, ERROR_USAGE,
                         "%s is one revision: there is nothing to squash",
                         first->revision->id);
    return 0;
}

static void add_name(struct range *range, struct names *names, const char *name)
{
    if (!names_have(names, name))
        names_push(names, range->arena, name);
}

static int disagree(struct range *range, const struct revision *revision,
                    const char *what)
{
    error_set(range->err, ERROR_USAGE,
              "%s: %s is not that of the revisions before it in the range",
              revision->id, what);
    return error_at(range->err, revision->file, 0);
}

/* Settings of the header hold for the whole transaction. */
static int add_settings(struct range *range, size_t i)
{
    const struct revision *revision = range->nodes[i]->revision;
    struct new_squash *squash = &range->squash;

    if (revision->transaction == TRI_FALSE) {
        error_set(range->err, ERROR_USAGE,
                  "%s has transaction = false: its steps cannot become part "
                  "of a transaction",
                  revision->id);
        return error_at(range->err, revision->file, 0);
    }
    if (i > 0 && squash->foreign_keys != revision->foreign_keys)
        return disagree(range, revision, "foreign_keys");
    squash->foreign_keys = revision->foreign_keys;
    if (revision->lock_timeout > squash->lock_timeout)
        squash->lock_timeout = revision->lock_timeout;
    if (revision->statement_timeout > squash->statement_timeout)
        squash->statement_timeout = revision->statement_timeout;
    if (revision->irreversible != NULL && squash->irreversible == NULL)
        squash->irreversible = revision->irreversible;
    return 0;
}

/* Dependencies that lie outside stay, as they are written. */
static void add_dependencies(struct range *range, const struct graph_node *node)
{
    const struct graph *graph = &range->migrate->graph;
    const struct names *wanted = &node->revision->depends_on;

    for (size_t i = 0; i < wanted->count; i++) {
        const struct graph_node *needed;
        struct error unused;

        if (graph_resolve(graph, wanted->items[i], &needed, &unused) == 0 &&
            !range->inside[needed - graph->nodes])
            add_name(range, &range->squash.depends_on, wanted->items[i]);
    }
}

static int gather(struct range *range)
{
    struct new_squash *squash = &range->squash;

    squash->lock_timeout = squash->statement_timeout = -1;
    for (size_t i = 0; i < range->count; i++) {
        const struct revision *revision = range->nodes[i]->revision;

        add_name(range, &squash->replaces, revision->id);
        for (size_t j = 0; j < revision->labels.count; j++)
            add_name(range, &squash->labels, revision->labels.items[j]);
        add_dependencies(range, range->nodes[i]);
        if (add_settings(range, i) < 0)
            return -1;
        add_name(range, &squash->files, revision->file);
    }
    squash->texts.items = arena_array(range->arena, const char *, range->count);
    for (size_t i = 0; i < range->count; i++) {
        struct fs_text text;

        if (fs_read(range->nodes[i]->revision->path, TREE_FILE_LIMIT,
                    range->arena, &text, range->err) < 0)
            return -1;
        squash->texts.items[squash->texts.count++] = text.data;
    }
    return 0;
}

int luamigrate_squash(struct luamigrate *migrate, const char *first,
                      const char *last, const struct luamigrate_new *request,
                      struct luamigrate_file *file, struct error *err)
{
    struct new_making making = {.migrate = migrate,
                                .request = request,
                                .config = luamigrate_config(migrate),
                                .arena = luamigrate_arena(migrate),
                                .err = err};
    struct range range = {
        .migrate = migrate, .arena = luamigrate_arena(migrate), .err = err};
    const struct graph_node *a, *b;

    if (luamigrate_graph(migrate, &making.graph, err) < 0 ||
        rewrite_find(migrate, first, &a, err) < 0 ||
        rewrite_find(migrate, last, &b, err) < 0 || walk(&range, a, b) < 0 ||
        gather(&range) < 0)
        return -1;
    for (uint32_t i = 0; i < a->down_count; i++)
        vec_push(making.arena, &making.parents,
                 &making.graph->nodes[a->down[i]]);
    making.squash = &range.squash;
    return new_make(&making, file);
}
