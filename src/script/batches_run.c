#include "script/batches_parts.h"

#include "base/clock.h"
#include "script/batch_rows.h"
#include "script/bridge.h"
#include "script/queue.h"
#include "script/step.h"
#include "script/watch.h"

#include <math.h>
#include <string.h>

/* in one transaction more rows are worth a hint */
#define HINT_ROWS 100000

static void plan(lua_State *L, struct batches *b)
{
    struct script *script = script_of(L);

    script_away(script);
    if (script_back(script, batch_plan_make(script->db, &b->request, &b->kept,
                                            &b->plan, &script->err)) < 0)
        bridge_raise(L);
}

/* --- one batch --- */

static void warn(struct script *script, const char *text)
{
    if (script->options.log != NULL)
        script->options.log(script->options.context, SCRIPT_WARN, false, text,
                            strlen(text));
}

static void hint_large(struct script *script, const struct batches *b)
{
    char count[JOURNAL_COUNT_SIZE];

    if (b->pass.total < HINT_ROWS || step_wanted(script) ||
        (script->journal != NULL && script->in_batch))
        return;
    warn(script,
         arena_printf(&script->arena, "%s: about %s rows in one transaction%s",
                      b->entry.name, journal_count(b->pass.total, count),
                      script->journal != NULL
                          ? ": outside of op.step each batch would commit by "
                            "itself"
                          : "; with `transaction = false` in the header each "
                            "batch commits by itself"));
}

void batches_run_check(lua_State *L, struct script *script, int result)
{
    if (script_back(script, result) < 0)
        bridge_raise(L);
}

/* Finds the end of the batch. Returns false when there is nothing left. */
static bool begin(lua_State *L, struct script *script, struct batches *b)
{
    bool empty;

    arena_clear(&b->arena);
    b->count = 0;
    if (!b->asked && b->pass.total < 0) {
        script_away(script);
        batches_run_check(L, script,
                          batch_total(script->db, &b->plan, &b->arena,
                                      &b->pass.total, &script->err));
        hint_large(script, b);
    }
    b->asked = true;
    script_away(script);
    batches_run_check(L, script,
                      batch_pass_begin(&b->pass, &empty, &script->err));
    return !empty;
}

static int finish(lua_State *L, struct script *script, struct batches *b)
{
    if (batch_pass_follows(&b->pass, b->count, &b->follows, &script->err) < 0)
        return bridge_raise(L);
    script_leave(script);
    return 0;
}

/* (box): a batch of op.update_in_batches */
static int update_body(lua_State *L)
{
    struct batches *b = lua_touserdata(L, BOX);
    struct script *script = script_go_on(L, b->request.function);

    if (begin(L, script, b)) {
        script_away(script);
        batches_run_check(
            L, script,
            batch_pass_update(&b->pass, &b->arena, &b->count, &script->err));
    }
    return finish(L, script, b);
}

static void hand_out(lua_State *L, struct batches *b,
                     const struct batch_rows *rows)
{
    lua_settop(L, FUNCTION);
    lua_gc(L, LUA_GCSTOP); /* there is no garbage among new rows */
    batch_rows_push(L, &b->plan, rows);
    lua_gc(L, LUA_GCRESTART);
    script_leave(script_of(L));
    lua_pushvalue(L, FUNCTION);
    lua_pushvalue(L, LIST);
    lua_call(L, 1, 0);
}

/* (box, function): a batch of op.each_batch */
static int each_body(lua_State *L)
{
    struct batches *b = lua_touserdata(L, BOX);
    struct script *script = script_go_on(L, b->request.function);
    struct batch_rows rows = {0};
    struct value *values;

    if (!begin(L, script, b))
        return finish(L, script, b);
    script_away(script);
    batches_run_check(
        L, script, batch_pass_read(&b->pass, &b->arena, &rows, &script->err));
    if (rows.count > 0) {
        hand_out(L, b, &rows);
        script = script_enter(L, b->request.function);
        values = arena_array(&b->arena, struct value,
                             rows.count * b->plan.update_count + 1);
        batch_rows_take(L, &b->plan, &rows, LIST, values);
        script_away(script);
        batches_run_check(
            L, script,
            batch_pass_write(&b->pass, &rows, values, &b->arena, &script->err));
        if (b->within) /* else the journal collects with the cursor */
            queue_settle(L);
    }
    b->count = (int64_t)rows.count;
    lua_settop(L, FUNCTION);
    lua_gc(L, LUA_GCCOLLECT); /* else two batches lie in memory */
    return finish(L, script, b);
}

static lua_CFunction body_of(const struct batches *b)
{
    return b->request.rows ? each_body : update_body;
}

static void push_body(lua_State *L, const struct batches *b)
{
    lua_pushcfunction(L, body_of(b));
    lua_pushvalue(L, BOX);
    lua_pushvalue(L, FUNCTION);
}

static void tell(struct script *script, const struct batches *b)
{
    struct script_progress progress = {
        .revision = script->revision != NULL ? script->revision->id : "",
        .step = b->entry.name,
        .done = b->pass.done,
        .total = b->pass.total,
        .ended = !b->follows};

    if (progress.ended ||
        (progress.total >= 0 && progress.total < progress.done))
        progress.total = progress.done;
    if (script->options.progress != NULL)
        script->options.progress(script->options.context, &progress);
}

static void say_halved(struct script *script, const struct batches *b)
{
    warn(script, arena_printf(&script->arena,
                              "%s: the statement timed out, batches have %lld "
                              "rows now",
                              b->entry.name, (long long)b->pass.size));
}

/* --- as part of a transaction --- */

/* Whether the server ends long statements: then each batch can be undone. */
static bool has_timeout(lua_State *L, struct script *script)
{
    static const char sql[] =
        "SELECT pg_catalog.current_setting('statement_timeout') <> '0'";
    struct db_statement query = {
        .sql = sql, .size = sizeof sql - 1, .own = true};
    struct value value;

    if (script->db->dialect != DIALECT_POSTGRESQL)
        return false;
    script_away(script);
    batches_run_check(
        L, script,
        db_query_one(script->db, &query, &script->arena, &value, &script->err));
    return value.kind == VALUE_BOOLEAN && value.boolean;
}

/* A batch in a savepoint, again with half as many rows after a timeout. */
static void run_undoable(lua_State *L, struct script *script, struct batches *b)
{
    const struct db_driver *driver = script->db->driver;
    bool failed = script->failed;

    for (;;) {
        int status;

        queue_enter(L);
        script_away(script);
        status =
            script_back(script, driver->savepoint(script->db, &script->err));
        if (status == 0) {
            push_body(L, b);
            status = bridge_call(L, 2, 0);
        } else {
            queue_leave(L);
            bridge_raise(L);
        }
        if (status == LUA_OK && script->failed == failed) {
            script_away(script);
            status = script_back(
                script, driver->savepoint_release(script->db, &script->err));
            queue_leave(L);
            if (status < 0)
                bridge_raise(L);
            return;
        }
        queue_leave(L);
        if (failed || !script->failed || script->limit != SCRIPT_LIMIT_NONE ||
            !batch_pass_halve(&b->pass, script->first)) {
            if (status == LUA_OK)
                return; /* the revision fails at its end */
            lua_error(L);
        }
        lua_settop(L, FUNCTION);
        script_away(script);
        batches_run_check(L, script,
                          driver->savepoint_rollback(script->db, &script->err));
        script->failed = false;
        say_halved(script, b);
    }
}

int batches_run_within(lua_State *L, struct batches *b)
{
    struct script *script = script_of(L);
    bool undoable;

    plan(L, b);
    b->within = true;
    undoable = has_timeout(L, script);
    if (batch_pass_load(&b->pass, NULL, 0, -1, &script->err) < 0)
        return bridge_raise(L);
    do {
        int64_t began = clock_us();

        if (undoable) {
            run_undoable(L, script, b);
        } else {
            push_body(L, b);
            lua_call(L, 2, 0);
        }
        lua_settop(L, FUNCTION);
        batch_pass_advance(&b->pass, b->count,
                           (double)(clock_us() - began) / 1e6);
        tell(script, b);
    } while (b->follows);
    lua_pushinteger(L, (lua_Integer)b->pass.done);
    return 1;
}

/* --- each batch in a transaction of its own --- */

struct loop {
    struct script *script;
    struct batches *b;
    struct error *kept; /* the first error, when there was one before */
};

static int fail(lua_State *L, struct loop *loop)
{
    step_errors_end(L, loop->kept);
    return bridge_raise(L);
}

/* After a batch that failed (its error value is on top) or whose function
 * caught the error of a statement. Returns when it is to run again. */
static void undo(lua_State *L, struct loop *loop, int status)
{
    struct script *script = loop->script;
    struct batches *b = loop->b;
    bool free = script->limit == SCRIPT_LIMIT_NONE;
    bool database = script->failed && free;
    bool lost = free && script->err.code == ERROR_CONNECTION;
    enum journal_outcome outcome;

    if (database)
        script->err = *script->first;
    else if (!lost)
        error_clear(&script->err);
    if (database && batch_pass_halve(&b->pass, &script->err)) {
        script_away(script);
        journal_batch_cancel(script->journal);
        (void)script_back(script, 0);
        script->failed = false;
        say_halved(script, b);
        return;
    }
    script_away(script);
    outcome =
        journal_batch_undo(script->journal, &b->entry, database, &script->err);
    (void)script_back(script, 0);
    script->failed = outcome == JOURNAL_AGAIN ? false : script->failed;
    if (outcome == JOURNAL_AGAIN)
        return;
    if (status == LUA_OK)
        error_hint(&script->err,
                   "the script caught this error; to go on after a failed "
                   "statement, run it inside op.savepoint");
    else if (!(database || lost) || !bridge_is(L, -1, BRIDGE_ERROR)) {
        step_errors_end(L, loop->kept);
        lua_error(L);
    }
    script->failed = false;
    fail(L, loop);
}

/* Commits the batch. Returns false when it is to run again. */
static bool leave(lua_State *L, struct loop *loop, double seconds)
{
    struct script *script = loop->script;
    struct batches *b = loop->b;
    struct journal_batch next = b->place;
    enum journal_outcome outcome;

    next.cursor = batch_pass_save(&b->pass, &b->arena);
    next.rows = b->pass.done + b->count;
    next.total = b->pass.total;
    script_away(script);
    outcome = journal_batch_leave(script->journal, &b->entry, &next,
                                  !b->follows, &script->err);
    (void)script_back(script, 0);
    if (outcome == JOURNAL_ERROR) {
        if (!batch_pass_halve(&b->pass, &script->err)) {
            script->failed = false;
            fail(L, loop);
        }
        say_halved(script, b);
    }
    if (outcome != JOURNAL_DONE)
        return false;
    b->place = next;
    arena_clear(&b->cursor);
    b->place.cursor = arena_strdup(&b->cursor, next.cursor);
    batch_pass_advance(&b->pass, b->count, seconds);
    tell(script, b);
    return true;
}

/* Waits between two batches; a signal ends here what it did not end before. */
static void rest(lua_State *L, struct loop *loop)
{
    struct script *script = loop->script;
    const struct batches *b = loop->b;

    if (b->pause > 0 && b->count > 0) {
        script_away(script);
        (void)script_back(script, clock_sleep((int64_t)ceil(b->pause * 1000),
                                              script->options.cancel));
    }
    watch_cancel(L);
}

/* Enters the next batch. Returns false when another runner has ended the
 * step. */
static bool enter(lua_State *L, struct loop *loop, bool first)
{
    struct script *script = loop->script;
    struct batches *b = loop->b;
    enum journal_outcome outcome;

    do {
        script_away(script);
        outcome = journal_batch_enter(script->journal, &b->entry, &b->place,
                                      &script->err);
        (void)script_back(script, 0);
    } while (outcome == JOURNAL_AGAIN);
    if (outcome == JOURNAL_ERROR)
        fail(L, loop);
    if (outcome == JOURNAL_SKIP)
        return false;
    if ((first || b->place.moved) &&
        batch_pass_load(&b->pass, b->place.cursor, b->place.rows,
                        b->place.total, &script->err) < 0) {
        journal_batch_cancel(script->journal);
        error_hint(&script->err,
                   "`luamigrate accept --restart %s` begins again",
                   script->revision->id);
        fail(L, loop);
    }
    return true;
}

static int call_body(lua_State *L, struct loop *loop)
{
    struct script *script = loop->script;
    int status;

    push_body(L, loop->b);
    script->in_step = script->in_batch = true;
    status = bridge_call(L, 2, 0);
    script->in_step = script->in_batch = false;
    return status;
}

static bool run_steps(lua_State *L, struct loop *loop)
{
    int top = lua_gettop(L);
    bool first = true;

    for (;;) {
        int64_t began = clock_us();
        int status;

        lua_settop(L, top);
        if (!enter(L, loop, first))
            return false;
        first = false;
        status = call_body(L, loop);
        if (status != LUA_OK || loop->script->failed) {
            undo(L, loop, status);
            continue;
        }
        if (!leave(L, loop, (double)(clock_us() - began) / 1e6))
            continue;
        if (!loop->b->follows)
            return true;
        rest(L, loop);
    }
}

int batches_run_journal(lua_State *L, struct batches *b)
{
    struct script *script = script_of(L);
    struct loop loop = {.script = script, .b = b};
    enum journal_outcome outcome;
    int64_t count;

    lua_settop(L, FUNCTION);
    script_away(script);
    outcome = journal_batch_begin(script->journal, &b->entry, &b->place,
                                  &script->err);
    (void)script_back(script, 0);
    if (outcome == JOURNAL_ERROR)
        return bridge_raise(L);
    count = b->entry.rowcount;
    if (outcome == JOURNAL_RUN) {
        plan(L, b);
        loop.kept = step_errors_begin(L);
        count = run_steps(L, &loop) ? b->pass.done : b->entry.rowcount;
        step_errors_end(L, loop.kept);
    }
    script_leave(script);
    lua_pushinteger(L, (lua_Integer)count);
    return 1;
}
