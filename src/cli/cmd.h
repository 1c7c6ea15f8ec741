/* The functions of the table of commands: each returns the exit status, or -1
 * with cli->err. */
#ifndef CLI_CMD_H
#define CLI_CMD_H

struct cli;

int cmd_init(struct cli *cli);
int cmd_revision(struct cli *cli);
int cmd_merge(struct cli *cli);
int cmd_upgrade(struct cli *cli);
int cmd_downgrade(struct cli *cli);
int cmd_stamp(struct cli *cli);
int cmd_current(struct cli *cli);
int cmd_history(struct cli *cli);
int cmd_heads(struct cli *cli);
int cmd_branches(struct cli *cli);
int cmd_show(struct cli *cli);
int cmd_rebase(struct cli *cli);
int cmd_squash(struct cli *cli);
int cmd_edit(struct cli *cli);
int cmd_completion(struct cli *cli);
int cmd_status(struct cli *cli);
int cmd_accept(struct cli *cli);

#endif
