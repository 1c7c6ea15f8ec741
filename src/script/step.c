#include "script/step.h"

#include "base/str.h"
#include "ddl/sql_kind.h"
#include "run/journal.h"
#include "script/bridge.h"
#include "script/conn_api.h"
#include "script/marshal.h"
#include "script/queue.h"
#include "script/statement.h"
#include "script/step_hash.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

/* how much of a first argument is shown */
#define SHOWN 80

enum { UPVALUES = 3 };

bool step_wanted(const struct script *script)
{
    return script->journal != NULL && !script->in_step;
}

int step_refuse(lua_State *L, const char *name, const char *what)
{
    const struct script *script = script_of(L);
    struct error *err = &script_of(L)->err;

    error_set(err, ERROR_FAILED, "%s: %s cannot run inside a transaction", name,
              what);
    if (script->journal == NULL)
        error_hint(err, "put `transaction = false` into the header of the "
                        "revision: it is a list of steps then");
    else
        error_hint(err, "call it outside of op.step");
    return bridge_raise(L);
}

void step_check_write(lua_State *L, const char *name)
{
    struct error *err = &script_of(L)->err;

    if (!step_wanted(script_of(L)))
        return;
    error_set(err, ERROR_FAILED,
              "%s: outside of a step this revision only reads", name);
    error_hint(err, "put what changes something into op.step");
    bridge_raise(L);
}

void step_check_savepoint(lua_State *L)
{
    struct error *err = &script_of(L)->err;

    if (!step_wanted(script_of(L)) && !script_of(L)->outside)
        return;
    error_set(err, ERROR_FAILED,
              "op.savepoint: outside of a step there is no transaction");
    error_hint(err, "put it into op.step(name, function)");
    bridge_raise(L);
}

/* --- what is known of a step --- */

/* Adds the beginning of `text` in one line. */
static void show(char *out, size_t room, const char *text)
{
    size_t used = strlen(out), size = strnlen(text, SHOWN);

    if (used + size + 2 > room)
        return;
    out[used++] = ' ';
    memcpy(out + used, text, size);
    /* not in the middle of a character */
    while (text[size] != '\0' && size > 0 && (text[size] & 0xC0) == 0x80)
        size--;
    out[used + size] = '\0';
    for (char *c = out + used; *c != '\0'; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
}

/* The text of the statement at `index`, kept by the stack; NULL for what is no
 * SQL. Pushes one value. */
static const char *push_sql(lua_State *L, int index, size_t *size)
{
    if (bridge_is_sql(L, index))
        lua_getfield(L, index, "text");
    else
        lua_pushvalue(L, index);
    return lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, size) : NULL;
}

static void describe(lua_State *L, const char *name, int count,
                     struct journal_entry *entry)
{
    const char *text;
    size_t size;

    entry->arguments = step_hash(L, name, count);
    snprintf(entry->name, sizeof entry->name, "%s", name);
    if (count < 1)
        return;
    text = push_sql(L, 1, &size);
    if (text != NULL)
        show(entry->name, sizeof entry->name, text);
    lua_pop(L, 1);
}

/* --- running one --- */

struct step {
    struct script *script;
    struct journal_entry entry;
    enum step_result result;
    lua_CFunction body;
    int count;          /* of the arguments */
    struct error *kept; /* the first error, when there was one before */
};

struct error *step_errors_begin(lua_State *L)
{
    struct script *script = script_of(L);
    struct error *kept;

    if (!script->failed)
        return NULL;
    kept = lua_newuserdatauv(L, sizeof *kept, 0);
    *kept = *script->first;
    script->failed = false;
    return kept;
}

void step_errors_end(lua_State *L, const struct error *kept)
{
    if (kept == NULL)
        return;
    script_of(L)->failed = true;
    *script_of(L)->first = *kept;
}

static int fail(lua_State *L, struct step *step)
{
    step_errors_end(L, step->kept);
    return bridge_raise(L);
}

/* The body with its arguments, under the message handler. */
static int call_body(lua_State *L, struct step *step)
{
    struct script *script = step->script;
    int results = step->result == STEP_NOTHING ? 0
                  : step->result == STEP_COUNT ? 1
                                               : 2;
    int status;

    for (int i = 1; i <= UPVALUES; i++)
        lua_pushvalue(L, lua_upvalueindex(i));
    lua_pushcclosure(L, step->body, UPVALUES);
    for (int i = 1; i <= step->count; i++)
        lua_pushvalue(L, i);
    script->in_step = true;
    script->outside = step->entry.sql != NULL;
    status = bridge_call(L, step->count, results);
    script->in_step = script->outside = false;
    return status;
}

/* After a body that failed (its error value is on top) or whose function
 * caught the error of a statement. Returns when it is to run again. */
static void undo(lua_State *L, struct step *step, int status)
{
    struct script *script = step->script;
    bool database = script->failed && script->limit == SCRIPT_LIMIT_NONE;
    enum journal_outcome outcome;

    if (database)
        script->err = *script->first;
    else
        error_clear(&script->err);
    script_away(script);
    outcome =
        journal_undo(script->journal, &step->entry, database, &script->err);
    (void)script_back(script, 0);
    if (outcome == JOURNAL_AGAIN) {
        script->failed = false;
        return;
    }
    if (!database) {
        step_errors_end(L, step->kept);
        lua_error(L);
    }
    if (status == LUA_OK)
        error_hint(&script->err,
                   "the script caught this error; to go on after a failed "
                   "statement, run it inside op.savepoint");
    else if (!bridge_is(L, -1, BRIDGE_ERROR)) {
        step_errors_end(L, step->kept);
        lua_error(L); /* the script's own, after it caught the database's */
    }
    script->failed = false;
    fail(L, step);
}

/* Commits. Returns false when it is to run again. */
static bool leave(lua_State *L, struct step *step)
{
    struct script *script = step->script;
    int64_t rowcount =
        step->result == STEP_NOTHING ? 0 : (int64_t)lua_tointeger(L, -1);
    enum journal_outcome outcome;

    script_away(script);
    outcome =
        journal_leave(script->journal, &step->entry, rowcount, &script->err);
    (void)script_back(script, 0);
    if (outcome == JOURNAL_ERROR)
        fail(L, step);
    return outcome == JOURNAL_DONE;
}

/* Pushes what the function returned when the step was done. */
static int push_skipped(lua_State *L, const struct step *step)
{
    switch (step->result) {
    case STEP_NOTHING:
        return 0;
    case STEP_COUNT:
        lua_pushinteger(L, (lua_Integer)step->entry.rowcount);
        return 1;
    case STEP_RESULT:
        lua_createtable(L, 0, 1);
        lua_pushinteger(L, (lua_Integer)step->entry.rowcount);
        lua_setfield(L, -2, "rowcount");
        return 1;
    }
    return 0;
}

static int run(lua_State *L, struct step *step)
{
    struct script *script = step->script;
    enum journal_outcome outcome;
    int top, status;

    luaL_checkstack(L, step->count + 16, NULL);
    step->kept = step_errors_begin(L);
    top = lua_gettop(L);
    do {
        lua_settop(L, top);
        script_away(script);
        outcome = journal_enter(script->journal, &step->entry, &script->err);
        (void)script_back(script, 0);
        if (outcome == JOURNAL_ERROR)
            return fail(L, step);
        if (outcome == JOURNAL_SKIP) {
            step_errors_end(L, step->kept);
            script_leave(script);
            return push_skipped(L, step);
        }
        status = call_body(L, step);
        if (status != LUA_OK || script->failed) {
            undo(L, step, status);
            continue;
        }
        if (leave(L, step))
            break;
    } while (true);
    step_errors_end(L, step->kept);
    script_leave(script);
    if (step->result == STEP_RESULT)
        lua_pop(L, 1);
    return step->result == STEP_NOTHING ? 0 : 1;
}

int step_call(lua_State *L, const char *name, enum step_result result,
              int count, const char *alone, lua_CFunction body)
{
    struct step step = {
        .script = script_of(L), .result = result, .body = body, .count = count};

    if (!step_wanted(step.script)) {
        lua_settop(L, count);
        return body(L);
    }
    describe(L, name, count, &step.entry);
    step.entry.sql = alone;
    return run(L, &step);
}

/* --- op.execute --- */

/* What the statements of a text do. */
struct kinds {
    size_t count;
    bool write, alone, sets;
};

static enum sql_lex_dialect lex_of(const struct script *script)
{
    return script->db->dialect == DIALECT_SQLITE ? SQL_LEX_SQLITE
                                                 : SQL_LEX_POSTGRESQL;
}

static void add_kind(const struct script *script, const char *sql, size_t size,
                     struct kinds *kinds)
{
    switch (sql_kind(lex_of(script), sql, size, script->db->server_version)) {
    case SQL_KIND_EMPTY:
        return;
    case SQL_KIND_READ:
    case SQL_KIND_SHOW:
        break;
    case SQL_KIND_SETTING:
        kinds->sets = true;
        break;
    case SQL_KIND_ALONE:
        kinds->alone = true;
        break;
    default:
        kinds->write = true;
    }
    kinds->count++;
}

static struct kinds read_kinds(const struct script *script, const char *sql,
                               size_t size)
{
    struct kinds kinds = {0};

    while (size > 0) {
        size_t first = sql_kind_split(lex_of(script), sql, size);

        add_kind(script, sql, first, &kinds);
        sql += first;
        size -= first;
    }
    return kinds;
}

/* The result and its rowcount: reading that waits for a statement in the
 * queue. */
static int execute_body(lua_State *L)
{
    conn_execute(L);
    lua_getfield(L, -1, "rowcount");
    return 2;
}

/* Between the steps; the text is on top. */
static int execute_step(lua_State *L, struct script *script, const char *sql,
                        size_t size, int count)
{
    struct kinds kinds = read_kinds(script, sql, size);
    bool alone = kinds.alone;

    if (kinds.sets)
        journal_sets(script->journal);
    if (!kinds.write && !kinds.alone) {
        lua_settop(L, count);
        return conn_execute(L);
    }
    /* on SQLite a statement of its own is a transaction of its own */
    if (script->alone && script->db->dialect != DIALECT_SQLITE)
        alone = true;
    if (alone && kinds.count > 1)
        return bridge_fail(L, "op.execute: a statement outside of a "
                              "transaction needs a call of its own");
    return step_call(L, "op.execute", STEP_RESULT, count, alone ? sql : NULL,
                     execute_body);
}

int step_execute(lua_State *L)
{
    struct script *script = script_of(L);
    int count = lua_gettop(L);
    const char *sql = NULL;
    size_t size = 0;

    if (count > 0)
        sql = push_sql(L, 1, &size);
    if (sql != NULL && strlen(sql) == size && step_wanted(script))
        return execute_step(L, script, sql, size, count);
    if (sql != NULL && !script->outside &&
        sql_kind(lex_of(script), sql, size, script->db->server_version) ==
            SQL_KIND_ALONE)
        return step_refuse(L, "op.execute", "this statement");
    lua_settop(L, count);
    return conn_execute(L);
}

/* --- op.step, op.autocommit_block --- */

static void check_function(lua_State *L, const char *name, int index)
{
    if (lua_gettop(L) > index)
        bridge_fail(L, "%s: too many arguments (%d, at most %d)", name,
                    lua_gettop(L), index);
    if (lua_type(L, index) != LUA_TFUNCTION)
        bridge_fail(L, "%s: argument %d: expected function, got %s", name,
                    index, marshal_got(L, index));
}

static int run_body(lua_State *L)
{
    lua_pushvalue(L, 2);
    lua_call(L, 0, 0);
    return 0;
}

/* A step of a revision that is written as SQL: a transaction of its own. */
static int run_written(lua_State *L, struct script *script)
{
    const struct db_driver *driver = script->db->driver;
    struct db_begin how = {.lock_timeout = -1, .statement_timeout = -1};

    if (driver->begin(script->db, &how, &script->err) != 0)
        return bridge_raise(L);
    script->outside = false;
    script->in_step = true;
    lua_call(L, 0, 0);
    script->in_step = false;
    script->outside = true;
    return driver->commit(script->db, &script->err) == 0 ? 0 : bridge_raise(L);
}

/* In one transaction a step simply runs. */
static int run_within(lua_State *L, struct script *script)
{
    int status;

    queue_enter(L);
    script->in_step = true;
    status = bridge_call(L, 0, 0);
    script->in_step = false;
    queue_leave(L);
    return status == LUA_OK ? 0 : lua_error(L);
}

int step_run(lua_State *L)
{
    struct step step = {.script = script_of(L), .body = run_body, .count = 2};
    struct script *script = step.script;
    const char *name;
    size_t size;

    if (lua_type(L, 1) != LUA_TSTRING)
        bridge_fail(L, "op.step: argument 1 (name): expected string, got %s",
                    marshal_got(L, 1));
    check_function(L, "op.step", 2);
    name = lua_tolstring(L, 1, &size);
    if (size == 0 || size >= sizeof step.entry.name || strlen(name) != size)
        bridge_fail(L, "op.step: argument 1 (name): expected 1 to %zu bytes",
                    sizeof step.entry.name - 1);
    if (script->in_step)
        bridge_fail(L, "op.step: '%s' lies inside of another step", name);
    if (script->outside)
        return run_written(L, script);
    if (script->journal == NULL)
        return run_within(L, script);
    snprintf(step.entry.name, sizeof step.entry.name, "%s", name);
    step.entry.named = true;
    step.entry.arguments = str_hash(STR_HASH_START, name, size);
    return run(L, &step);
}

int step_autocommit_block(lua_State *L)
{
    struct script *script = script_of(L);
    bool was = script->alone;
    int status;

    check_function(L, "op.autocommit_block", 1);
    if (script->outside) { /* nothing is in a transaction anyway */
        lua_call(L, 0, 0);
        return 0;
    }
    if (!step_wanted(script))
        return step_refuse(L, "op.autocommit_block", "the block");
    script->alone = true;
    status = bridge_call(L, 0, 0);
    script->alone = was;
    return status == LUA_OK ? 0 : lua_error(L);
}
