#include "script/execute.h"

#include "script/bridge.h"
#include "script/state.h"
#include "script/watch.h"

#include <errno.h>
#include <lauxlib.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define LONGEST_MS 20   /* between two looks at the command */
#define PATIENCE_MS 500 /* for a command that was asked to end */

/* Returns 0 or a number of errno. */
static int start(const char *command, pid_t *child)
{
    char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, NULL, NULL};
    posix_spawn_file_actions_t actions;
    int number = posix_spawn_file_actions_init(&actions);

    if (number != 0)
        return number;
    argv[2] = strdup(command);
    if (argv[2] == NULL)
        number = ENOMEM;
    if (number == 0)
        number = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO,
                                                  STDOUT_FILENO);
    if (number == 0)
        number = posix_spawn(child, "/bin/sh", &actions, NULL, argv, environ);
    free(argv[2]);
    posix_spawn_file_actions_destroy(&actions);
    return number;
}

/* Waits at most `ms` milliseconds, less after a signal of `cancel`. Returns
 * the child, 0 when it still runs, or -1. */
static pid_t wait_for(pid_t child, int64_t ms, const struct cancel *cancel,
                      int *status)
{
    int64_t end = clock_ms() + ms, pause = 1;

    for (;;) {
        pid_t ended = waitpid(child, status, WNOHANG);

        if (ended != 0 && !(ended < 0 && errno == EINTR))
            return ended;
        if (clock_cancelled(cancel) || clock_ms() >= end)
            return 0;
        (void)clock_sleep(pause, cancel);
        pause = pause < LONGEST_MS ? pause * 2 : LONGEST_MS;
    }
}

/* On a terminal the command has had the signal too. */
static void stop(pid_t child)
{
    int status;

    (void)kill(child, SIGTERM);
    if (wait_for(child, PATIENCE_MS, NULL, &status) != 0)
        return;
    (void)kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
}

int execute_command(lua_State *L)
{
    const char *command = luaL_optstring(L, 1, NULL);
    struct script *script = script_of(L);
    const struct cancel *cancel = script->options.cancel;
    int number, status = 0;
    pid_t child, ended;

    if (command == NULL) {
        lua_pushboolean(L, 1); /* there is a shell */
        return 1;
    }
    script_away(script);
    number = start(command, &child);
    ended = number == 0 ? wait_for(child, INT64_MAX / 2, cancel, &status) : -1;
    if (number == 0 && ended < 0)
        number = errno;
    if (ended == 0)
        stop(child);
    (void)script_back(script, 0);
    script_leave(script);
    watch_cancel(L);
    if (number != 0)
        return luaL_error(L, "os.execute: %s", strerror(number));
    errno = 0; /* luaL_execresult looks at it */
    return luaL_execresult(L, status);
}
