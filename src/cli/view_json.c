/* The JSON half of view.h. */
#include "base/clock.h"
#include "base/vec.h"
#include "cli/object.h"
#include "cli/view.h"

/* The date as "2026-11-21T12:30:00Z"; NULL for none, or something else. */
static const char *iso_date(struct arena *arena, const char *text)
{
    char iso[CLOCK_ISO_SIZE];
    int64_t seconds;

    if (text == NULL || clock_parse(text, &seconds) != 0)
        return NULL;
    clock_iso(seconds, iso);
    return arena_strdup(arena, iso);
}

static void add_parents(struct buf *out, const struct view *view,
                        const struct graph_node *node)
{
    VEC(const char *) ids = {0};
    struct names names;

    for (uint32_t i = 0; i < node->down_count; i++)
        vec_push(view->arena, &ids, node->all[node->down[i]].revision->id);
    names.items = ids.items;
    names.count = ids.count;
    object_names(out, "down_revision", &names);
}

/* depends_on may hold labels and parts of ids: here they are full ids. */
static void add_dependencies(struct buf *out, const struct view *view,
                             const struct graph_node *node)
{
    const struct names *symbols = &node->revision->depends_on;
    struct names names = {
        arena_array(view->arena, const char *, symbols->count + 1),
        symbols->count};

    for (size_t i = 0; i < symbols->count; i++) {
        const struct graph_node *found =
            graph_find(view->graph, symbols->items[i]);
        struct error ignored;

        if (found == NULL && graph_resolve(view->graph, symbols->items[i],
                                           &found, &ignored) != 0)
            found = NULL;
        names.items[i] =
            found != NULL ? found->revision->id : symbols->items[i];
    }
    object_names(out, "depends_on", &names);
}

/* `id` is the revision's, or that of the one which it replaces. */
static void add_fields(struct buf *out, const struct view *view, const char *id,
                       const struct graph_node *node)
{
    const struct revision *revision = node->revision;

    object_text(out, "revision", id);
    add_parents(out, view, node);
    add_dependencies(out, view, node);
    object_names(out, "branch_labels", &revision->labels);
    object_text(out, "message", revision->message);
    object_text(out, "file", revision->file);
    object_text(out, "create_date",
                iso_date(view->arena, revision->create_date));
    object_flag(out, "head", graph_is_head(node));
    object_flag(out, "branch_point", graph_is_branch_point(node));
    object_flag(out, "merge_point", graph_is_merge_point(node));
    object_flag(out, "current", view_is_current(view, revision->id));
}

void view_fields(struct buf *out, const struct view *view,
                 const struct graph_node *node)
{
    add_fields(out, view, node->revision->id, node);
}

void view_id_fields(struct buf *out, const struct view *view, const char *id)
{
    static const struct names none = {NULL, 0};
    const struct graph_node *node = graph_find(view->graph, id);

    if (node != NULL) {
        add_fields(out, view, id, node);
        return;
    }
    object_text(out, "revision", id);
    object_names(out, "down_revision", &none);
    object_names(out, "depends_on", &none);
    object_names(out, "branch_labels", &none);
    object_null(out, "message");
    object_null(out, "file");
    object_null(out, "create_date");
    object_flag(out, "head", false);
    object_flag(out, "branch_point", false);
    object_flag(out, "merge_point", false);
    object_flag(out, "current", view_is_current(view, id));
}

void view_list(struct buf *out, const struct view *view, const char *name,
               const struct graph_node *const *nodes, size_t count)
{
    object_key(out, name);
    object_open(out, '[');
    for (size_t i = 0; i < count; i++) {
        object_open(out, '{');
        view_fields(out, view, nodes[i]);
        object_close(out, '}');
    }
    object_close(out, ']');
}

void view_id_list(struct buf *out, const struct view *view, const char *name,
                  const struct names *ids)
{
    object_key(out, name);
    object_open(out, '[');
    for (size_t i = 0; i < ids->count; i++) {
        object_open(out, '{');
        view_id_fields(out, view, ids->items[i]);
        object_close(out, '}');
    }
    object_close(out, ']');
}
