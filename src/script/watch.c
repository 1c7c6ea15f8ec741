#include "script/watch.h"

#include "script/bridge.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

/* A real-time signal that neither libc nor common profilers use. */
#define WATCH_SIGNAL (SIGRTMIN + 9)
#define TICK_MS 200
#define TICK_SHORTEST_MS 10
/* How long the error in the script may take to end it. */
#define GRACE_MS 1000
#define GRACE_SIGNAL_MS 400
#define EXIT_LIMIT 14

struct watch {
    timer_t timer;
    pid_t thread; /* whose timer it is */
    bool created;
    int depth;      /* of watch_start */
    int64_t hit_ms; /* when a limit of time was hit */
};

struct watch *watch_open(void)
{
    return calloc(1, sizeof(struct watch));
}

static pid_t this_thread(void)
{
    return (pid_t)syscall(SYS_gettid);
}

static void stop_hook(lua_State *L, lua_Debug *ar)
{
    (void)ar;
    watch_raise(L);
}

/* write(2) is all a signal handler may do; a failure changes nothing. */
static void put(int fd, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        ssize_t done = write(fd, text, left);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return;
        text += done;
        left -= (size_t)done;
    }
}

static void put_safe(int fd, const char *text)
{
    for (; *text != '\0'; text++) {
        char c[2] = {*text, '\0'};

        put(fd, *text > 0x1f && *text < 0x7f ? c : "?");
    }
}

/* Stage two: the script sits in a C function that no hook reaches. The
 * database rolls back what a dead client left. */
static _Noreturn void die(const struct script *script)
{
    bool signal = script->limit == SCRIPT_LIMIT_SIGNAL;

    put(STDERR_FILENO, "luamigrate: ");
    if (script->revision != NULL && script->revision->file != NULL) {
        put_safe(STDERR_FILENO, script->revision->file);
        put(STDERR_FILENO, ": ");
    }
    put(STDERR_FILENO,
        signal ? "interrupted while the script was stuck in a library function"
               : "the script is stuck in a library function (limits.stall)");
    put(STDERR_FILENO, "; the program ends, and the database rolls back\n");
    if (!signal && script->options.fatal_line != NULL)
        put(STDOUT_FILENO, script->options.fatal_line);
    _exit(signal ? 128 + (int)script->options.cancel->signal : EXIT_LIMIT);
}

void watch_hit(struct script *script, enum script_limit limit)
{
    if (script->limit != SCRIPT_LIMIT_NONE)
        return;
    script->watch->hit_ms = clock_ms();
    script->limit = limit;
}

static bool cancelled(const struct script *script)
{
    return clock_cancelled(script->options.cancel);
}

static void tick(int number, siginfo_t *info, void *context)
{
    struct script *script = info->si_value.sival_ptr;
    int saved = errno;
    int64_t now, grace;

    (void)number;
    (void)context;
    if (info->si_code != SI_TIMER || !script->in_lua)
        return;
    now = clock_ms();
    if (cancelled(script))
        watch_hit(script, SCRIPT_LIMIT_SIGNAL);
    else if (script->options.stall > 0 &&
             (double)(now - script->last_call_ms) >=
                 script->options.stall * 1000)
        watch_hit(script, SCRIPT_LIMIT_STALL);
    if (script->limit != SCRIPT_LIMIT_NONE) {
        /* again at each tick: another coroutine may run by now */
        lua_sethook(script->running, stop_hook, LUA_MASKCOUNT, 1);
        grace =
            script->limit == SCRIPT_LIMIT_SIGNAL ? GRACE_SIGNAL_MS : GRACE_MS;
        if (script->options.fatal && now - script->watch->hit_ms >= grace)
            die(script);
    }
    errno = saved;
}

static void drop_timer(struct watch *watch)
{
    if (watch != NULL && watch->created) {
        (void)timer_delete(watch->timer); /* fails only if there is none */
        watch->created = false;
    }
}

static int create_timer(struct script *script, struct error *err)
{
    struct watch *watch = script->watch;
    struct sigaction action = {.sa_sigaction = tick,
                               .sa_flags = SA_SIGINFO | SA_RESTART};
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID,
                             .sigev_signo = WATCH_SIGNAL,
                             .sigev_value.sival_ptr = script};

    if (watch->created && watch->thread == this_thread())
        return 0;
    drop_timer(watch);
    event.sigev_notify_thread_id = this_thread();
    if (sigemptyset(&action.sa_mask) != 0 ||
        sigaction(WATCH_SIGNAL, &action, NULL) != 0 ||
        timer_create(CLOCK_MONOTONIC, &event, &watch->timer) != 0)
        return error_errno(err, ERROR_INTERNAL, errno,
                           "cannot create the timer that watches scripts");
    watch->created = true;
    watch->thread = event.sigev_notify_thread_id;
    return 0;
}

static long tick_length(const struct script *script)
{
    double quarter = script->options.stall * 1000 / 4;

    if (script->options.stall <= 0 || quarter > TICK_MS)
        return TICK_MS;
    return quarter < TICK_SHORTEST_MS ? TICK_SHORTEST_MS : (long)quarter;
}

int watch_start(struct script *script, struct error *err)
{
    struct watch *watch = script->watch;
    long ns = tick_length(script) * 1000000;
    struct itimerspec ticks = {{0, ns}, {0, ns}};

    if (watch->depth > 0) {
        watch->depth++;
        return 0;
    }
    if (create_timer(script, err) != 0)
        return -1;
    if (timer_settime(watch->timer, 0, &ticks, NULL) != 0)
        return error_errno(err, ERROR_INTERNAL, errno,
                           "cannot start the timer that watches scripts");
    watch->depth = 1;
    return 0;
}

void watch_stop(struct script *script)
{
    static const struct itimerspec none = {{0, 0}, {0, 0}};

    if (--script->watch->depth > 0)
        return;
    /* cannot fail: the timer is there; a late tick finds in_lua unset */
    (void)timer_settime(script->watch->timer, 0, &none, NULL);
}

void watch_close(struct script *script)
{
    drop_timer(script->watch);
    free(script->watch);
    script->watch = NULL;
}

int watch_raise(lua_State *L)
{
    struct script *script = script_of(L);

    script->in_lua = 1;
    if (script->limit_place.line == 0)
        (void)bridge_place(L, &script->limit_place);
    lua_sethook(L, stop_hook, LUA_MASKCOUNT, 1);
    /* a value that is there already: nothing may be left to allocate */
    lua_rawgetp(L, LUA_REGISTRYINDEX, script);
    return lua_error(L);
}

bool watch_caught(struct script *script, lua_State *from, int status)
{
    const char *text;

    if (status == LUA_ERRMEM)
        watch_hit(script, SCRIPT_LIMIT_MEMORY);
    /* the buffers of lauxlib raise this one as a plain string */
    if (status == LUA_ERRRUN && script->memory_denied &&
        lua_type(from, -1) == LUA_TSTRING) {
        text = lua_tostring(from, -1);
        if (strcmp(text, "not enough memory") == 0)
            watch_hit(script, SCRIPT_LIMIT_MEMORY);
    }
    return script->limit != SCRIPT_LIMIT_NONE;
}

void watch_hold(lua_State *L, lua_State *from, int status)
{
    if (watch_caught(script_of(L), from, status))
        watch_raise(L);
}

void watch_cancel(lua_State *L)
{
    struct script *script = script_of(L);

    if (cancelled(script))
        watch_hit(script, SCRIPT_LIMIT_SIGNAL);
    if (script->limit != SCRIPT_LIMIT_NONE)
        watch_raise(L);
}

void watch_error(struct script *script, struct error *err)
{
    const struct script_options *options = &script->options;

    if (script->limit == SCRIPT_LIMIT_SIGNAL) {
        int number = options->cancel != NULL ? options->cancel->signal : 0;

        error_set(err, ERROR_SIGNAL, "interrupted by signal %d", number);
        err->signal = number;
    } else if (script->limit == SCRIPT_LIMIT_MEMORY) {
        error_set(err, ERROR_LIMIT,
                  "the script needs more than %.0f MiB of memory",
                  (double)options->memory_limit / (1024 * 1024));
        error_hint(err, "read rows with db:rows, or raise limits.memory");
    } else {
        error_set(err, ERROR_LIMIT,
                  "the script ran for %g s without calling the database",
                  options->stall);
        error_hint(err, "look for an endless loop, or raise limits.stall");
    }
    if (script->limit_place.line > 0)
        error_at(err, script->limit_place.file, script->limit_place.line);
}
