#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static struct cancel cancel;

/* The database rolls back what a dead process leaves behind. */
static void on_signal(int number)
{
    if (cancel.signal != 0)
        _exit(128 + number);
    cancel.asked_ms = clock_ms();
    cancel.signal = number;
}

static void handle(int number, void (*handler)(int))
{
    struct sigaction action = {0};

    action.sa_handler = handler;
    /* no SA_RESTART: a read of an answer or a wait must end */
    if (sigemptyset(&action.sa_mask) == 0 &&
        sigaction(number, &action, NULL) < 0)
        _exit(1);
}

struct cancel *signals_setup(void)
{
    struct sigaction before;

    handle(SIGINT, on_signal);
    handle(SIGTERM, on_signal);
    /* nohup has reasons to ignore it */
    if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        handle(SIGHUP, on_signal);
    /* a full file or a closed pipe is an error of the write, not our end */
    handle(SIGPIPE, SIG_IGN);
    handle(SIGXFSZ, SIG_IGN);
    return &cancel;
}
