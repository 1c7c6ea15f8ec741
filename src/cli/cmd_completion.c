/* completion. */
#include "cli/cli.h"
#include "cli/cmd.h"
#include "cli/complete.h"

#include "base/str.h"

static const struct {
    const char *name;
    void (*add)(struct buf *out);
} shells[] = {
    {"bash", complete_bash},
    {"zsh", complete_zsh},
    {"fish", complete_fish},
};

#define SHELL_COUNT (sizeof shells / sizeof shells[0])

static int unknown_shell(struct cli *cli, const char *name)
{
    if (name == NULL)
        error_set(&cli->err, ERROR_USAGE, "completion needs a shell");
    else
        error_set(&cli->err, ERROR_USAGE, "completion: no script for \"%s\"",
                  str_safe(&cli->arena, name));
    for (size_t i = 0; i < SHELL_COUNT; i++)
        error_candidate(&cli->err, shells[i].name);
    return error_hint(&cli->err, "there are bash, zsh and fish");
}

/* What the scripts ask for: one word on a line. */
static int print_targets(struct cli *cli)
{
    struct buf text = cli_buf(cli);
    struct view view;

    if (cli_open_view(cli, false, &view) != 0)
        return -1;
    buf_add(&text, "head\nheads\nbase\n");
    for (uint32_t i = 0; i < view.graph->count; i++) {
        const struct revision *revision = view.graph->nodes[i].revision;

        buf_addf(&text, "%s\n", revision->id);
        for (size_t j = 0; j < revision->labels.count; j++)
            buf_addf(&text, "%s\n", revision->labels.items[j]);
    }
    cli_print(cli, &text);
    return 0;
}

int cmd_completion(struct cli *cli)
{
    const struct names *words = &cli->options.words;
    const char *name = words->count > 0 ? words->items[0] : NULL;
    struct buf text = cli_buf(cli);

    if (name == NULL && cli->options.targets)
        return print_targets(cli);
    for (size_t i = 0; name != NULL && i < SHELL_COUNT; i++) {
        if (!str_equal(shells[i].name, name))
            continue;
        shells[i].add(&text);
        cli_print(cli, &text);
        return 0;
    }
    return unknown_shell(cli, name);
}
