#include "cli/view.h"

#include "base/str.h"
#include "cli/text.h"

#include <string.h>

#define DOC_INDENT "    "

bool view_is_current(const struct view *view, const char *id)
{
    for (size_t i = 0; view->rows != NULL && i < view->rows->count; i++) {
        const struct graph_node *node =
            graph_find(view->graph, view->rows->items[i]);

        if (str_equal(view->rows->items[i], id) ||
            (node != NULL && str_equal(node->revision->id, id)))
            return true;
    }
    return false;
}

static void add_mark(struct buf *out, const struct view *view,
                     enum text_color color, const char *mark)
{
    buf_char(out, ' ');
    text_add(out, view->colored, color, mark);
}

/* Adds the id with its marks: "002 (label) (head) (current)". */
static void add_name(struct buf *out, const struct view *view,
                     const struct graph_node *node)
{
    const struct revision *revision = node->revision;
    size_t at = (size_t)(node - node->all);
    const struct names *labels =
        view->labels != NULL ? &view->labels[at] : &revision->labels;

    text_add(out, view->colored, TEXT_YELLOW, revision->id);
    if (labels->count > 0) {
        buf_add(out, " (");
        text_ids(out, labels, "");
        buf_char(out, ')');
    }
    if (graph_is_head(node))
        add_mark(out, view, TEXT_GREEN,
                 node->dependents_count > 0 ? "(effective head)" : "(head)");
    if (graph_is_branch_point(node))
        add_mark(out, view, TEXT_CYAN, "(branchpoint)");
    if (graph_is_merge_point(node))
        add_mark(out, view, TEXT_CYAN, "(mergepoint)");
    if (view_is_current(view, revision->id))
        add_mark(out, view, TEXT_GREEN, "(current)");
    else if (view->applied != NULL && view->applied[at])
        add_mark(out, view, TEXT_GREEN, "(applied)");
}

static void add_parents(struct buf *out, const struct graph_node *node)
{
    if (node->down_count == 0)
        buf_add(out, "base");
    for (uint32_t i = 0; i < node->down_count; i++) {
        if (i > 0)
            buf_add(out, ", ");
        text_add(out, false, TEXT_PLAIN, node->all[node->down[i]].revision->id);
    }
}

/* Adds what stands before the message. */
static void add_left(struct buf *out, const struct view *view,
                     const struct graph_node *node, bool edges)
{
    if (edges) {
        add_parents(out, node);
        buf_add(out, " -> ");
    }
    add_name(out, view, node);
}

/* The same without colours, to measure it. */
static const char *left_part(const struct view *view,
                             const struct graph_node *node, bool edges)
{
    struct view own = *view;
    struct buf left;

    own.colored = false;
    buf_init(&left, view->arena);
    add_left(&left, &own, node, edges);
    return left.data;
}

size_t view_columns(const struct view *view,
                    const struct graph_node *const *nodes, size_t count,
                    bool edges)
{
    size_t columns = 0;

    for (size_t i = 0; view->aligned && i < count; i++) {
        size_t width = text_width(left_part(view, nodes[i], edges));

        if (width > columns)
            columns = width;
    }
    return columns;
}

void view_line(struct buf *out, const struct view *view,
               const struct graph_node *node, bool edges, size_t columns)
{
    const char *message = node->revision->message;

    add_left(out, view, node, edges);
    if (message != NULL) {
        if (columns > 0)
            text_pad(out, text_width(left_part(view, node, edges)), columns);
        buf_add(out, "  ");
        text_add(out, false, TEXT_PLAIN, message);
    }
    buf_char(out, '\n');
}

void view_lines(struct buf *out, const struct view *view,
                const struct graph_node *const *nodes, size_t count, bool edges,
                const char *indent)
{
    size_t columns = view_columns(view, nodes, count, edges);

    for (size_t i = 0; i < count; i++) {
        buf_add(out, indent);
        view_line(out, view, nodes[i], edges, columns);
    }
}

/* The comment without the lines that only repeat the header. */
static void add_doc(struct buf *out, const char *doc)
{
    static const char *const repeated[] = {
        "Revision ID:", "Revises:", "Create Date:"};
    bool skipped = false;

    while (*doc != '\0') {
        size_t length = strcspn(doc, "\n");

        skipped = false;
        for (size_t i = 0; i < sizeof repeated / sizeof repeated[0]; i++)
            skipped = skipped || str_starts(doc, repeated[i]);
        if (!skipped) {
            buf_add(out, DOC_INDENT);
            str_escape(out, doc, length, false);
            buf_char(out, '\n');
        }
        doc += length;
        doc += *doc == '\n';
    }
}

static void add_line(struct buf *out, const char *title, const char *text)
{
    buf_add(out, title);
    text_add(out, false, TEXT_PLAIN, text);
    buf_char(out, '\n');
}

void view_block(struct buf *out, const struct view *view,
                const struct graph_node *node)
{
    const struct revision *revision = node->revision;

    buf_add(out, "Revision:  ");
    add_name(out, view, node);
    buf_add(out, "\nParent:    ");
    add_parents(out, node);
    buf_char(out, '\n');
    if (revision->depends_on.count > 0) {
        buf_add(out, "Depends:   ");
        text_ids(out, &revision->depends_on, "");
        buf_char(out, '\n');
    }
    add_line(out, "File:      ", revision->file);
    if (revision->create_date != NULL)
        add_line(out, "Created:   ", revision->create_date);
    if (revision->irreversible != NULL)
        add_line(out, "No return: ", revision->irreversible);
    buf_char(out, '\n');
    if (revision->doc != NULL) {
        add_doc(out, revision->doc);
        buf_char(out, '\n');
    }
}
