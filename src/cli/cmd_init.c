#include "cli/cli.h"
#include "cli/cmd.h"
#include "cli/object.h"
#include "cli/text.h"

static const char *const next_steps =
    "\n"
    "Next steps:\n"
    "  luamigrate revision -m \"add users\"   writes migrations/..._users.lua\n"
    "  luamigrate upgrade                   applies it\n"
    "  luamigrate status                    shows where the database is\n"
    "\n"
    "A revision may look like this:\n"
    "\n"
    "  function upgrade()\n"
    "    op.create_table(\"users\", {\n"
    "      { \"id\", types.integer, primary_key = true },\n"
    "      { \"email\", types.string(255), nullable = false, unique = true },\n"
    "    })\n"
    "  end\n"
    "\n"
    "  function downgrade()\n"
    "    op.drop_table(\"users\")\n"
    "  end\n";

static void print_text(struct cli *cli, const char *folder,
                       const struct names *files)
{
    struct buf text = cli_buf(cli);

    for (size_t i = 0; i < files->count; i++) {
        buf_add(&text, "wrote ");
        text_add(&text, false, TEXT_PLAIN, files->items[i]);
        buf_char(&text, '\n');
    }
    buf_add(&text, next_steps);
    if (folder != NULL) {
        buf_add(&text, "\nGo there first: cd ");
        text_add(&text, false, TEXT_PLAIN, folder);
        buf_char(&text, '\n');
    }
    cli_print(cli, &text);
}

int cmd_init(struct cli *cli)
{
    const char *folder =
        cli->options.words.count > 0 ? cli->options.words.items[0] : NULL;
    struct names files;
    struct buf object = cli_buf(cli);

    if (luamigrate_init(folder, &cli->arena, &files, &cli->err) != 0)
        return -1;
    if (!cli->options.json) {
        print_text(cli, folder, &files);
        return 0;
    }
    object_open(&object, '{');
    object_names(&object, "files", &files);
    cli_print_object(cli, &object);
    return 0;
}
