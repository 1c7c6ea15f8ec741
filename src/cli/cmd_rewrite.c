/* rebase, squash. */
#include "cli/cli.h"
#include "cli/cmd.h"

#include <string.h>

int cmd_rebase(struct cli *cli)
{
    const struct options *options = &cli->options;
    struct luamigrate_file file;

    if (options->onto == NULL) {
        error_set(&cli->err, ERROR_USAGE, "rebase needs --onto REV");
        return error_hint(&cli->err, "luamigrate rebase %s --onto head",
                          options->words.items[0]);
    }
    if (cli_open(cli) != 0 ||
        luamigrate_rebase(cli->migrate, options->words.items[0], options->onto,
                          &file, &cli->err) != 0)
        return -1;
    cli_print_file(cli, "rebased", file.id, file.file);
    return 0;
}

int cmd_squash(struct cli *cli)
{
    const struct options *options = &cli->options;
    const char *range = options->words.items[0];
    const char *colon = strchr(range, ':');
    struct luamigrate_new request = {
        .message = options->message,
        .version_path = options->version_path,
        .id = options->rev_id,
    };
    struct luamigrate_file file;

    if (colon == NULL || colon == range || colon[1] == '\0' ||
        strchr(colon + 1, ':') != NULL)
        return error_set(&cli->err, ERROR_USAGE,
                         "squash '%s': expected A:B, two revisions", range);
    if (request.message == NULL)
        request.message = arena_printf(&cli->arena, "squash %.*s to %s",
                                       (int)(colon - range), range, colon + 1);
    if (cli_open(cli) != 0 ||
        luamigrate_squash(
            cli->migrate,
            arena_strndup(&cli->arena, range, (size_t)(colon - range)),
            colon + 1, &request, &file, &cli->err) != 0)
        return -1;
    cli_print_file(cli, "wrote revision", file.id, file.file);
    return 0;
}
