#include "cli/prompt.h"

#include <unistd.h>

#define ANSWER_LIMIT 4096

bool prompt_possible(const struct cli *cli)
{
    return isatty(STDIN_FILENO) == 1 && cli->tty_err;
}

const char *prompt_ask(struct cli *cli, const char *question)
{
    struct buf text = cli_buf(cli);
    struct buf answer = cli_buf(cli);
    char c;

    buf_add(&text, question);
    out_write(&cli->err_out, &text);
    /* byte by byte: what follows the line is not ours. A signal ends it. */
    while (cli->cancel->signal == 0 && read(STDIN_FILENO, &c, 1) == 1 &&
           c != '\n' && answer.size < ANSWER_LIMIT)
        buf_char(&answer, c);
    return cli->cancel->signal == 0 ? answer.data : "";
}
