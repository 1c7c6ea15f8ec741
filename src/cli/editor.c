#include "cli/editor.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

const char *editor_find(struct cli *cli)
{
    static const char *const variables[] = {"VISUAL", "EDITOR"};

    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *command = getenv(variables[i]);

        if (command != NULL && command[0] != '\0')
            return command;
    }
    error_set(&cli->err, ERROR_USAGE, "no editor is named");
    error_hint(&cli->err, "set VISUAL or EDITOR, for example EDITOR=nano");
    return NULL;
}

/* Starts the command with the file behind its own arguments. Standard output
 * of a program that prints JSON belongs to the JSON. */
static int start(struct cli *cli, char **argv, pid_t *child)
{
    posix_spawn_file_actions_t actions;
    int number = posix_spawn_file_actions_init(&actions);

    if (number != 0)
        return number;
    if (cli->options.json)
        number = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO,
                                                  STDOUT_FILENO);
    if (number == 0)
        number = posix_spawn(child, "/bin/sh", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return number;
}

int editor_open(struct cli *cli, const char *file)
{
    const char *command = editor_find(cli);
    int number, status;
    char *argv[5];
    pid_t child;

    if (command == NULL)
        return -1;
    argv[0] = arena_strdup(&cli->arena, "sh");
    argv[1] = arena_strdup(&cli->arena, "-c");
    argv[2] = arena_printf(&cli->arena, "%s \"$0\"", command);
    argv[3] = file[0] == '-' ? arena_printf(&cli->arena, "./%s", file)
                             : arena_strdup(&cli->arena, file);
    argv[4] = NULL;
    number = start(cli, argv, &child);
    if (number != 0)
        return error_errno(&cli->err, ERROR_FAILED, number,
                           "cannot start the editor");
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return error_errno(&cli->err, ERROR_FAILED, errno, "the editor");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    if (WIFSIGNALED(status))
        return error_set(&cli->err, ERROR_FAILED,
                         "the editor (%s) was ended by signal %d", command,
                         WTERMSIG(status));
    return error_set(&cli->err, ERROR_FAILED,
                     "the editor (%s) ended with status %d", command,
                     WEXITSTATUS(status));
}
