/* edit. */
#include "cli/cli.h"
#include "cli/cmd.h"
#include "cli/editor.h"

static int not_one(struct cli *cli, const char *symbol,
                   const struct graph_node *const *nodes, size_t count)
{
    if (count == 0)
        return error_set(&cli->err, ERROR_USAGE,
                         "\"%s\": nothing is applied in the database", symbol);
    error_set(&cli->err, ERROR_USAGE, "\"%s\" names %zu revisions", symbol,
              count);
    for (size_t i = 0; i < count; i++)
        error_candidate(&cli->err, nodes[i]->revision->id);
    return error_hint(&cli->err, "name one of them");
}

int cmd_edit(struct cli *cli)
{
    const char *symbol = cli->options.words.items[0];
    const struct graph_node **nodes;
    struct view view;
    size_t count;

    if (editor_find(cli) == NULL ||
        cli_open_view(cli, graph_names_current(symbol), &view) != 0 ||
        graph_symbol(view.graph, &cli->arena, view.rows, symbol, &nodes, &count,
                     &cli->err) != 0)
        return -1;
    if (count != 1)
        return not_one(cli, symbol, nodes, count);
    if (editor_open(cli, nodes[0]->revision->path) != 0)
        return -1;
    if (cli->options.json)
        cli_print_file(cli, "", nodes[0]->revision->id,
                       nodes[0]->revision->file);
    return 0;
}
