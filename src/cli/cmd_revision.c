/* revision, merge. */
#include "cli/cli.h"
#include "cli/cmd.h"
#include "cli/editor.h"
#include "cli/prompt.h"

#include "base/str.h"

static int write_new(struct cli *cli, const struct luamigrate_new *request)
{
    struct luamigrate_file file;

    if (luamigrate_new_revision(cli->migrate, request, &file, &cli->err) != 0)
        return -1;
    cli_print_file(cli, "wrote revision", file.id, file.file);
    return cli->options.edit ? editor_open(cli, file.path) : 0;
}

static int find_message(struct cli *cli, const char **message)
{
    const struct options *options = &cli->options;

    *message = options->message;
    if (options->words.count > 0 && options->message != NULL)
        return error_set(&cli->err, ERROR_USAGE,
                         "the message is given twice, with -m and without");
    if (options->words.count > 0)
        *message = options->words.items[0];
    if (*message == NULL && !prompt_possible(cli)) {
        error_set(&cli->err, ERROR_USAGE, "a message is needed");
        return error_hint(&cli->err, "luamigrate revision -m \"what it does\"");
    }
    if (*message == NULL)
        *message = prompt_ask(cli, "What does the revision do? ");
    return 0;
}

int cmd_revision(struct cli *cli)
{
    const struct options *options = &cli->options;
    struct luamigrate_new request = {
        .depends_on = options->depends_on,
        .branch_label = options->branch_label,
        .version_path = options->version_path,
        .id = options->rev_id,
        .root = options->head != NULL && str_equal(options->head, "base"),
        .splice = options->splice,
    };

    const char *parent = options->head;

    if (parent != NULL && !request.root) {
        request.down.items = &parent;
        request.down.count = 1;
    }
    if (options->edit && editor_find(cli) == NULL)
        return -1;
    if (cli_open(cli) != 0 || find_message(cli, &request.message) != 0)
        return -1;
    return write_new(cli, &request);
}

/* "merge a and b", of what was named. */
static const char *merge_message(struct cli *cli)
{
    const struct names *words = &cli->options.words;
    struct buf text = cli_buf(cli);

    buf_add(&text, "merge ");
    for (size_t i = 0; i < words->count; i++)
        buf_addf(&text, "%s%s", i > 0 ? " and " : "", words->items[i]);
    return text.data;
}

int cmd_merge(struct cli *cli)
{
    const struct options *options = &cli->options;
    struct luamigrate_new request = {
        .message = options->message,
        .down = options->words,
        .branch_label = options->branch_label,
        .version_path = options->version_path,
        .id = options->rev_id,
        .splice = options->splice,
        .merge = true,
    };

    if (request.message == NULL)
        request.message = merge_message(cli);
    if (cli_open(cli) != 0)
        return -1;
    return write_new(cli, &request);
}
