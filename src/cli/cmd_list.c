/* current, heads, branches, history, show: lists of revisions. */
#include "cli/cli.h"
#include "cli/cmd.h"
#include "cli/draw.h"
#include "cli/object.h"
#include "cli/text.h"

#include "base/str.h"
#include "base/vec.h"

#include <string.h>

#define EXIT_PENDING 3

typedef VEC(const struct graph_node *) node_list;

/* Prints nodes as lines, or as blocks with -v. */
static void print_nodes(struct cli *cli, const struct view *view,
                        const struct graph_node *const *nodes, size_t count,
                        bool edges, bool blocks)
{
    struct buf text = cli_buf(cli);

    if (!blocks)
        view_lines(&text, view, nodes, count, edges, "");
    for (size_t i = 0; blocks && i < count; i++)
        view_block(&text, view, nodes[i]);
    cli_print(cli, &text);
}

static void print_list(struct cli *cli, const struct view *view,
                       const char *name, const struct graph_node *const *nodes,
                       size_t count, bool edges)
{
    struct buf object = cli_buf(cli);

    if (!cli->options.json) {
        print_nodes(cli, view, nodes, count, edges, cli->options.verbose);
        return;
    }
    object_open(&object, '{');
    view_list(&object, view, name, nodes, count);
    cli_print_object(cli, &object);
}

/* current */

/* Whether every head is applied: as a row, or because a row implies it. */
static int find_at_heads(struct cli *cli, const struct graph *graph,
                         bool *at_heads)
{
    const bool *applied;

    if (luamigrate_applied(cli->migrate, &applied, &cli->err) != 0)
        return -1;
    *at_heads = true;
    for (uint32_t i = 0; i < graph->count; i++)
        if (graph_is_head(&graph->nodes[i]) && !applied[i])
            *at_heads = false;
    return 0;
}

static void print_current(struct cli *cli, struct view *view, bool at_heads)
{
    const struct names *rows = view->rows;
    struct buf text = cli_buf(cli);
    node_list nodes = {0};

    if (cli->options.json) {
        object_open(&text, '{');
        view_id_list(&text, view, "current", rows);
        object_flag(&text, "at_heads", at_heads);
        cli_print_object(cli, &text);
        return;
    }
    for (size_t i = 0; i < rows->count; i++)
        vec_push(&cli->arena, &nodes, graph_find(view->graph, rows->items[i]));
    view->rows = NULL; /* all are current: no mark */
    print_nodes(cli, view, nodes.items, nodes.count, false,
                cli->options.verbose);
    if (nodes.count == 0) {
        buf_add(&text, "no revision is applied\n");
        cli_note(cli, &text);
    }
}

int cmd_current(struct cli *cli)
{
    struct view view;
    bool at_heads = true;

    if (cli_open_view(cli, true, &view) != 0)
        return -1;
    /* asks the database again: only for those who want to know */
    if ((cli->options.json || cli->options.check_heads) &&
        find_at_heads(cli, view.graph, &at_heads) != 0)
        return -1;
    print_current(cli, &view, at_heads);
    return cli->options.check_heads && !at_heads ? EXIT_PENDING : 0;
}

/* heads */

static void collect_heads(struct cli *cli, const struct graph *graph, bool real,
                          node_list *nodes)
{
    for (uint32_t i = 0; i < graph->count; i++) {
        const struct graph_node *node = &graph->nodes[i];

        if (real ? node->dependents_count == 0 : graph_is_head(node))
            vec_push(&cli->arena, nodes, node);
    }
}

int cmd_heads(struct cli *cli)
{
    node_list nodes = {0};
    struct view view;

    if (cli_open_view(cli, false, &view) != 0)
        return -1;
    collect_heads(cli, view.graph, cli->options.resolve_dependencies, &nodes);
    print_list(cli, &view, "heads", nodes.items, nodes.count, false);
    return 0;
}

/* branches */

static void branch_objects(struct cli *cli, const struct view *view,
                           const node_list *nodes)
{
    struct buf object = cli_buf(cli);

    object_open(&object, '{');
    object_key(&object, "branches");
    object_open(&object, '[');
    for (size_t i = 0; i < nodes->count; i++) {
        const struct graph_node *node = nodes->items[i];
        struct names children = {
            arena_array(&cli->arena, const char *, node->children_count), 0};

        for (uint32_t j = 0; j < node->children_count; j++)
            children.items[children.count++] =
                view->graph->nodes[node->children[j]].revision->id;
        object_open(&object, '{');
        view_fields(&object, view, node);
        object_names(&object, "children", &children);
        object_close(&object, '}');
    }
    object_close(&object, ']');
    cli_print_object(cli, &object);
}

static void branch_lines(struct cli *cli, const struct view *view,
                         const node_list *nodes)
{
    struct buf text = cli_buf(cli);

    for (size_t i = 0; i < nodes->count; i++) {
        const struct graph_node *node = nodes->items[i];

        if (cli->options.verbose)
            view_block(&text, view, node);
        else
            view_lines(&text, view, &node, 1, false, "");
        for (uint32_t j = 0; j < node->children_count; j++) {
            const struct graph_node *child =
                &view->graph->nodes[node->children[j]];

            view_lines(&text, view, &child, 1, false, "  -> ");
        }
        if (cli->options.verbose)
            buf_char(&text, '\n');
    }
    cli_print(cli, &text);
}

int cmd_branches(struct cli *cli)
{
    node_list nodes = {0};
    struct view view;

    if (cli_open_view(cli, false, &view) != 0)
        return -1;
    for (uint32_t i = 0; i < view.graph->count; i++)
        if (graph_is_branch_point(&view.graph->nodes[i]))
            vec_push(&cli->arena, &nodes, &view.graph->nodes[i]);
    if (cli->options.json)
        branch_objects(cli, &view, &nodes);
    else
        branch_lines(cli, &view, &nodes);
    return 0;
}

/* history */

static int split_range(struct cli *cli, const char **a, const char **b)
{
    const char *range = cli->options.range;
    const char *colon = range != NULL ? strchr(range, ':') : NULL;

    *a = *b = NULL;
    if (range == NULL)
        return 0;
    if (colon == NULL || strchr(colon + 1, ':') != NULL)
        return error_set(&cli->err, ERROR_USAGE,
                         "-r '%s': expected A:B, A: or :B", range);
    *a = arena_strndup(&cli->arena, range, (size_t)(colon - range));
    *b = colon + 1;
    return 0;
}

static void print_applied_object(struct cli *cli, const struct view *view,
                                 const struct history_row *rows, size_t count)
{
    struct buf object = cli_buf(cli);

    object_open(&object, '{');
    object_key(&object, "history");
    object_open(&object, '[');
    for (size_t i = 0; i < count; i++) {
        object_open(&object, '{');
        view_id_fields(&object, view, rows[i].revision);
        object_text(&object, "started_at", rows[i].started_at);
        object_integer(&object, "duration_ms", rows[i].duration_ms);
        object_text(&object, "actor", rows[i].actor);
        object_text(&object, "host", rows[i].host);
        object_text(&object, "direction", rows[i].direction);
        object_text(&object, "state", rows[i].state);
        object_close(&object, '}');
    }
    object_close(&object, ']');
    cli_print_object(cli, &object);
}

static const char *known(const char *text)
{
    return text != NULL ? text : "?";
}

/* Keeps the rows whose revision is one of `nodes`. */
static size_t keep_range(struct cli *cli, const struct view *view,
                         const struct graph_node *const *nodes, size_t count,
                         struct history_row *rows, size_t row_count)
{
    bool *wanted = arena_array(&cli->arena, bool, view->graph->count + 1);
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        wanted[nodes[i] - view->graph->nodes] = true;
    for (size_t i = 0; i < row_count; i++) {
        const struct graph_node *node =
            rows[i].revision != NULL ? graph_find(view->graph, rows[i].revision)
                                     : NULL;

        if (node != NULL && wanted[node - view->graph->nodes])
            rows[kept++] = rows[i];
    }
    return kept;
}

/* history --applied: what was run, from the history table; with -r the rows
 * of these revisions only. */
static int print_applied(struct cli *cli, const struct view *view,
                         const struct graph_node *const *nodes,
                         size_t node_count)
{
    struct buf text = cli_buf(cli);
    struct history_row *rows;
    size_t count;

    if (luamigrate_history(cli->migrate, &rows, &count, &cli->err) != 0)
        return -1;
    if (cli->options.range != NULL)
        count = keep_range(cli, view, nodes, node_count, rows, count);
    if (cli->options.json) {
        print_applied_object(cli, view, rows, count);
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        text_add(&text, false, TEXT_PLAIN, known(rows[i].started_at));
        buf_add(&text, "  ");
        text_add(&text, false, TEXT_PLAIN, known(rows[i].direction));
        buf_add(&text, "  ");
        text_add(&text, view->colored, TEXT_YELLOW, known(rows[i].revision));
        buf_add(&text, "  ");
        text_duration(&text, (double)rows[i].duration_ms);
        buf_add(&text, "  ");
        text_add(&text, false, TEXT_PLAIN, known(rows[i].actor));
        buf_char(&text, '@');
        text_add(&text, false, TEXT_PLAIN, known(rows[i].host));
        if (!str_equal(rows[i].state, HISTORY_DONE)) {
            buf_add(&text, "  ");
            text_add(&text, false, TEXT_PLAIN, known(rows[i].state));
        }
        buf_char(&text, '\n');
    }
    cli_print(cli, &text);
    return 0;
}

/* The graph as lines. */
static void print_graph(struct cli *cli, const struct view *view,
                        const struct graph_node *const *nodes, size_t count)
{
    struct draw *draw = draw_new(&cli->arena, view->graph, nodes, count);
    size_t columns = view_columns(view, nodes, count, false);
    struct buf text = cli_buf(cli);

    for (size_t i = 0; i < count; i++) {
        bool is_open = view->applied != NULL &&
                       !view->applied[nodes[i] - view->graph->nodes];

        draw_node(draw, &text, nodes[i], is_open ? 'o' : '*');
        view_line(&text, view, nodes[i], false, columns);
    }
    cli_print(cli, &text);
}

int cmd_history(struct cli *cli)
{
    const struct options *options = &cli->options;
    const struct graph_node **nodes;
    const char *a, *b;
    struct view view;
    size_t count;

    if (split_range(cli, &a, &b) != 0 ||
        cli_open_view(cli,
                      options->indicate || options->applied ||
                          graph_names_current(options->range),
                      &view) != 0)
        return -1;
    if (graph_range(view.graph, &cli->arena, view.rows, a, b, &nodes, &count,
                    &cli->err) != 0)
        return -1;
    if (options->applied)
        return print_applied(cli, &view, nodes, count);
    if (!options->indicate && !options->json)
        view.rows = NULL; /* only -i marks the current revision */
    if (options->indicate && !options->json &&
        luamigrate_applied(cli->migrate, &view.applied, &cli->err) != 0)
        return -1;
    if (cli->tty_out && !options->no_graph && !options->json &&
        !options->verbose) {
        print_graph(cli, &view, nodes, count);
        return 0;
    }
    print_list(cli, &view, "history", nodes, count, true);
    return 0;
}

/* show */

static int add_symbol(struct cli *cli, const struct view *view,
                      const char *symbol, node_list *nodes)
{
    const struct graph_node **found;
    size_t count;

    if (graph_symbol(view->graph, &cli->arena, view->rows, symbol, &found,
                     &count, &cli->err) != 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        vec_push(&cli->arena, nodes, found[i]);
    return 0;
}

static void print_shown(struct cli *cli, const struct view *view,
                        const node_list *nodes)
{
    struct buf object = cli_buf(cli);

    if (!cli->options.json) {
        print_nodes(cli, view, nodes->items, nodes->count, false, true);
        return;
    }
    object_open(&object, '{');
    object_key(&object, "revisions");
    object_open(&object, '[');
    for (size_t i = 0; i < nodes->count; i++) {
        object_open(&object, '{');
        view_fields(&object, view, nodes->items[i]);
        object_text(&object, "doc", nodes->items[i]->revision->doc);
        object_close(&object, '}');
    }
    object_close(&object, ']');
    cli_print_object(cli, &object);
}

int cmd_show(struct cli *cli)
{
    const struct names *words = &cli->options.words;
    node_list nodes = {0};
    bool with_rows = false;
    struct view view;

    for (size_t i = 0; i < words->count; i++)
        with_rows = with_rows || graph_names_current(words->items[i]);
    if (cli_open_view(cli, with_rows, &view) != 0)
        return -1;
    for (size_t i = 0; i < words->count; i++)
        if (add_symbol(cli, &view, words->items[i], &nodes) != 0)
            return -1;
    print_shown(cli, &view, &nodes);
    return 0;
}
