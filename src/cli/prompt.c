#include "cli/prompt.h"

#include "base/clock.h"

#include <unistd.h>

#define ANSWER_LIMIT 4096

bool prompt_possible(const struct cli *cli)
{
    return isatty(STDIN_FILENO) == 1 && cli->tty_err;
}

const char *prompt_ask(struct cli *cli, const char *question)
{
    int64_t begin = clock_us();
    struct buf text = cli_buf(cli);
    struct buf answer = cli_buf(cli);
    char c = '\0';

    buf_add(&text, question);
    out_write(&cli->err_out, &text);
    /* byte by byte: what follows the line is not ours. A signal ends it. */
    while (cli->cancel->signal == 0 && read(STDIN_FILENO, &c, 1) == 1 &&
           c != '\n' && answer.size < ANSWER_LIMIT)
        buf_char(&answer, c);
    if (c != '\n') { /* what is said next gets a line of its own */
        buf_reset(&text);
        buf_char(&text, '\n');
        out_write(&cli->err_out, &text);
    }
    cli->asked_us += clock_us() - begin;
    return cli->cancel->signal == 0 ? answer.data : "";
}
