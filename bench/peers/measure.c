/* Runs commands in turn and prints what each run took.
 * measure ROUNDS COMMAND ARGUMENT... [--- COMMAND ARGUMENT...]...
 * One line for each run: number of the command (from 1), milliseconds of wall
 * time from the fork to the end, kilobytes of resident memory at most, exit
 * status, milliseconds of processor time. Output of the commands is thrown
 * away. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now_ms(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        abort();
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double ms(struct timeval time)
{
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

static int run(int number, char **command,
               const posix_spawn_file_actions_t *files)
{
    double start = now_ms();
    struct rusage usage;
    int status;
    pid_t child;
    int failed =
        posix_spawnp(&child, command[0], files, NULL, command, environ);

    if (failed != 0) {
        (void)fprintf(stderr, "%s: %s\n", command[0], strerror(failed));
        return -1;
    }
    if (wait4(child, &status, 0, &usage) != child)
        return -1;
    if (printf("%d %.4f %ld %d %.4f\n", number, now_ms() - start,
               usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128,
               ms(usage.ru_utime) + ms(usage.ru_stime)) < 0)
        return -1;
    return 0;
}

static int run_all(char **arguments, const posix_spawn_file_actions_t *files)
{
    for (int number = 1; *arguments != NULL; number++) {
        char **end = arguments;

        while (*end != NULL && strcmp(*end, "---") != 0)
            end++;
        char *separator = *end;
        *end = NULL;
        int result = end != arguments ? run(number, arguments, files) : -1;
        *end = separator;
        if (result < 0)
            return -1;
        arguments = separator != NULL ? end + 1 : end;
    }
    return 0;
}

int main(int argc, char **argv)
{
    long rounds = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
    posix_spawn_file_actions_t files;

    if (rounds < 1) {
        (void)fputs("usage: measure ROUNDS COMMAND...\n", stderr);
        return 2;
    }
    if (posix_spawn_file_actions_init(&files) != 0 ||
        posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0) ||
        posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0))
        return 1;
    for (long i = 0; i < rounds; i++) {
        if (run_all(argv + 2, &files) < 0)
            return 1;
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
