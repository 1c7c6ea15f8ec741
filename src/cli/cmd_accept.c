/* accept: an edited file, or a step, is as it should be. */
#include "cli/cli.h"
#include "cli/cmd.h"
#include "cli/object.h"
#include "cli/text.h"

static void print_text(struct cli *cli, const struct luamigrate_accepted *done)
{
    struct buf text = cli_buf(cli);

    if (done->restarted)
        buf_add(&text, "forgot the steps of ");
    else if (done->accepted)
        buf_add(&text, "accepted ");
    else if (cli->options.restart)
        buf_add(&text, "nothing to forget: no step is recorded of ");
    else
        buf_add(&text, "nothing to accept: the file is known as it is: ");
    text_add(&text, cli->color_out, TEXT_YELLOW, done->revision);
    buf_char(&text, '\n');
    cli_print(cli, &text);
}

static void print_json(struct cli *cli, const struct luamigrate_accepted *done)
{
    struct buf object = cli_buf(cli);

    object_open(&object, '{');
    object_text(&object, "revision", done->revision);
    object_flag(&object, "accepted", done->accepted);
    object_flag(&object, "restarted", done->restarted);
    cli_print_object(cli, &object);
}

int cmd_accept(struct cli *cli)
{
    struct luamigrate_accepted done;

    if (cli_open(cli) != 0 ||
        (cli->options.restart && cli_check_protected(cli) != 0) ||
        luamigrate_accept(cli->migrate, cli->options.words.items[0],
                          cli->options.restart, &done, &cli->err) != 0)
        return -1;
    if (cli->options.json)
        print_json(cli, &done);
    else
        print_text(cli, &done);
    return 0;
}
