#include "script/batches.h"

#include "base/clock.h"
#include "base/str.h"
#include "ddl/ddl.h"
#include "run/batch_pass.h"
#include "run/journal.h"
#include "script/batch_rows.h"
#include "script/bridge.h"
#include "script/marshal_parts.h"
#include "script/queue.h"
#include "script/step.h"
#include "script/step_hash.h"
#include "script/watch.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* the metatable of the userdata, in the registry */
#define BATCHES "luamigrate.batches"

#define TARGET_SECONDS 0.5
/* what "auto" grows to: rows in Lua, rows of an UPDATE */
#define MOST_ROWS 10000
#define MOST_UPDATED 200000
/* in one transaction more rows are worth a hint */
#define HINT_ROWS 100000

struct options {
    const char *table, *schema, *name, *where;
    struct names key, columns, update;
    struct settings set;
    struct value batch_size, target_time, pause;
    bool sweep;
};

#define FIELD(label, type, member)                                             \
    .name = label, .kind = type, .offset = offsetof(struct options, member)
#define SHARED                                                                 \
    {FIELD("table", FIELD_NAME, table), .position = 1, .required = true},      \
        {FIELD("schema", FIELD_NAME, schema)},                                 \
        {FIELD("key", FIELD_ONE_NAME, key)},                                   \
        {FIELD("where", FIELD_SQL, where)},                                    \
        {FIELD("batch_size", FIELD_VALUE, batch_size)},                        \
        {FIELD("target_time", FIELD_VALUE, target_time)},                      \
        {FIELD("pause", FIELD_VALUE, pause)},                                  \
        {FIELD("sweep", FIELD_FLAG, sweep)},                                   \
    {                                                                          \
        FIELD("name", FIELD_TEXT, name)                                        \
    }

static const struct field update_fields[] = {
    SHARED,
    {FIELD("set", FIELD_SETTINGS, set), .required = true},
};
static const struct field each_fields[] = {
    SHARED,
    {FIELD("columns", FIELD_NAMES, columns)},
    {FIELD("update", FIELD_NAMES, update)},
};
static const struct record update_record = {.name = "update_in_batches",
                                            .size = sizeof(struct options),
                                            .fields = update_fields,
                                            .count = sizeof update_fields /
                                                     sizeof update_fields[0]};
static const struct record each_record = {.name = "each_batch",
                                          .size = sizeof(struct options),
                                          .fields = each_fields,
                                          .count = sizeof each_fields /
                                                   sizeof each_fields[0]};

/* One call: a userdata, so that no error of Lua leaks its memory. */
struct batches {
    struct arena kept;   /* request and plan */
    struct arena arena;  /* of the batch that runs */
    struct arena cursor; /* the text of the last one */
    struct options options;
    struct batch_request request;
    struct batch_plan plan;
    struct batch_pass pass;
    double pause; /* seconds */
    struct journal_entry entry;
    struct journal_batch place;
    bool planned;
    bool asked; /* for the total */
    /* of the batch that runs */
    int64_t count;
    bool follows;
};

/* places on the stack: the userdata, the function; the lists of rows */
enum { BOX = 1, FUNCTION, LIST };

static int l_free(lua_State *L)
{
    struct batches *b = luaL_checkudata(L, 1, BATCHES);

    if (b->planned)
        batch_pass_clear(&b->pass);
    b->planned = false;
    arena_clear(&b->kept);
    arena_clear(&b->arena);
    arena_clear(&b->cursor);
    return 0;
}

static struct batches *push_batches(lua_State *L)
{
    struct batches *b = lua_newuserdatauv(L, sizeof *b, 0);

    memset(b, 0, sizeof *b);
    arena_init(&b->kept, NULL, NULL);
    arena_init(&b->arena, NULL, NULL);
    arena_init(&b->cursor, NULL, NULL);
    if (luaL_newmetatable(L, BATCHES)) {
        lua_pushcfunction(L, l_free);
        lua_setfield(L, -2, "__gc");
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
    }
    lua_setmetatable(L, -2);
    return b;
}

/* --- options --- */

/* Seconds; `least` excluded when it is negative. */
static double read_seconds(lua_State *L, const struct batches *b,
                           const char *option, const struct value *value,
                           double usual, bool zero)
{
    double seconds = value->kind == VALUE_INTEGER ? (double)value->integer
                     : value->kind == VALUE_FLOAT ? value->number
                                                  : -1;

    if (value->kind == VALUE_ABSENT)
        return usual;
    if (seconds < 0 || (!zero && seconds <= 0))
        bridge_fail(L, "%s: %s: expected seconds, %s", b->request.function,
                    option, zero ? "0 or more" : "more than 0");
    return seconds;
}

static void read_size(lua_State *L, struct batches *b)
{
    const struct value *size = &b->options.batch_size;

    b->pass.most = b->request.rows ? MOST_ROWS : MOST_UPDATED;
    b->pass.adapts =
        size->kind == VALUE_ABSENT ||
        (size->kind == VALUE_TEXT && str_equal(size->text.data, "auto"));
    if (b->pass.adapts)
        return;
    if (size->kind != VALUE_INTEGER || size->integer < 1)
        bridge_fail(L, "%s: batch_size: expected an integer from 1 or \"auto\"",
                    b->request.function);
    b->pass.size = size->integer;
}

static void check_options(lua_State *L, struct batches *b)
{
    const struct options *options = &b->options;

    read_size(L, b);
    b->pass.sweep = options->sweep;
    b->pass.target = read_seconds(L, b, "target_time", &options->target_time,
                                  TARGET_SECONDS, false);
    b->pause = read_seconds(L, b, "pause", &options->pause, 0, true);
    if (!b->request.rows && options->set.count == 0)
        bridge_fail(L, "%s: set: there is nothing to set", b->request.function);
    if (options->sweep && options->where == NULL)
        bridge_fail(L,
                    "%s: sweep: it needs a `where` that an updated row does "
                    "not match any more",
                    b->request.function);
    if (options->name != NULL &&
        (options->name[0] == '\0' ||
         strlen(options->name) >= sizeof b->entry.name))
        bridge_fail(L, "%s: name: expected 1 to %zu bytes", b->request.function,
                    sizeof b->entry.name - 1);
}

static int l_hash(lua_State *L)
{
    uint64_t hash = step_hash(L, "", lua_gettop(L));

    lua_pushinteger(L, (lua_Integer)hash);
    return 1;
}

/* The hash of the options at `index`, without those that only say how fast it
 * goes. */
static uint64_t hash_options(lua_State *L, int index)
{
    static const char *const pace[] = {"batch_size", "target_time", "pause",
                                       "name"};
    uint64_t hash;

    lua_pushcfunction(L, l_hash);
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, index) != 0;) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
    for (size_t i = 0; i < sizeof pace / sizeof pace[0]; i++) {
        lua_pushstring(L, pace[i]);
        lua_pushnil(L);
        lua_rawset(L, -3);
    }
    lua_call(L, 1, 1);
    hash = (uint64_t)lua_tointeger(L, -1);
    lua_pop(L, 1);
    return hash;
}

static void name_step(struct batches *b)
{
    const struct options *options = &b->options;
    const char *schema = options->schema != NULL ? options->schema : "";
    struct journal_entry *entry = &b->entry;
    uint64_t hash;

    if (options->name != NULL) {
        entry->named = true;
        snprintf(entry->name, sizeof entry->name, "%s", options->name);
        entry->arguments =
            str_hash(STR_HASH_START, options->name, strlen(options->name));
        return;
    }
    snprintf(entry->name, sizeof entry->name, "%s %s%s%s", b->request.function,
             schema, schema[0] != '\0' ? "." : "", options->table);
    hash = str_hash(STR_HASH_START, b->request.function,
                    strlen(b->request.function) + 1);
    hash = str_hash(hash, schema, strlen(schema) + 1);
    entry->arguments =
        str_hash(hash, options->table, strlen(options->table) + 1);
}

/* Reads the arguments from `first` on. */
static void read_options(lua_State *L, struct batches *b, int first, int last)
{
    struct script *script = script_of(L);
    const struct record *record =
        b->request.rows ? &each_record : &update_record;
    struct marshal marshal = {.L = L,
                              .arena = &b->kept,
                              .err = &script->err,
                              .function = b->request.function};
    int composed;

    luaL_checkstack(L, 32, NULL);
    for (int i = first; i <= last; i++)
        lua_pushvalue(L, i);
    if (marshal_compose(&marshal, record->name, record,
                        lua_gettop(L) - (last - first)) != 0)
        bridge_raise(L);
    composed = lua_gettop(L);
    if (marshal_record_read(&marshal, record, NULL, composed, 1, &b->options) !=
        0)
        bridge_raise(L);
    b->request.schema = b->options.schema;
    b->request.table = b->options.table;
    b->request.key = b->options.key;
    b->request.where = b->options.where;
    b->request.set = b->options.set;
    b->request.columns = b->options.columns;
    b->request.update = b->options.update;
    batch_pass_init(&b->pass, script->db, &b->plan);
    b->planned = true;
    check_options(L, b);
    name_step(b);
    b->place.arguments = hash_options(L, composed);
    lua_settop(L, composed - (last - first + 1) - 1); /* the userdata on top */
}

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

/* Around each call of the run layer. */
static void check(lua_State *L, struct script *script, int result)
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
        check(L, script,
              batch_total(script->db, &b->plan, &b->arena, &b->pass.total,
                          &script->err));
        hint_large(script, b);
    }
    b->asked = true;
    script_away(script);
    check(L, script, batch_pass_begin(&b->pass, &empty, &script->err));
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
        check(L, script,
              batch_pass_update(&b->pass, &b->arena, &b->count, &script->err));
    }
    return finish(L, script, b);
}

static void hand_out(lua_State *L, struct batches *b,
                     const struct batch_rows *rows)
{
    lua_settop(L, FUNCTION);
    batch_rows_push(L, &b->plan, rows);
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
    check(L, script, batch_pass_read(&b->pass, &b->arena, &rows, &script->err));
    if (rows.count > 0) {
        hand_out(L, b, &rows);
        script = script_enter(L, b->request.function);
        values = arena_array(&b->arena, struct value,
                             rows.count * b->plan.update_count + 1);
        batch_rows_take(L, &b->plan, &rows, LIST, values);
        script_away(script);
        check(
            L, script,
            batch_pass_write(&b->pass, &rows, values, &b->arena, &script->err));
    }
    b->count = (int64_t)rows.count;
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
    check(
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
        check(L, script, driver->savepoint_rollback(script->db, &script->err));
        script->failed = false;
        say_halved(script, b);
    }
}

static int run_within(lua_State *L, struct batches *b)
{
    struct script *script = script_of(L);
    bool undoable = has_timeout(L, script);

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
    if (outcome == JOURNAL_ERROR && !batch_pass_halve(&b->pass, &script->err)) {
        script->failed = false;
        fail(L, loop);
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

static int run_journal(lua_State *L, struct batches *b)
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

/* --- the functions --- */

/* What a dry run shows of op.each_batch, whose function is not called: its
 * values are not known. */
static const char *shown_rows(const struct script *script, struct batches *b)
{
    const struct batch_request *request = &b->request;
    enum dialect dialect = script->db->dialect;
    struct buf sql;

    buf_init(&sql, &b->kept);
    buf_add(&sql, "UPDATE ");
    ddl_qualified(&sql, dialect, request->schema, request->table);
    for (size_t i = 0; i < request->update.count; i++) {
        buf_add(&sql, i == 0 ? " SET " : ", ");
        ddl_name(&sql, dialect, request->update.items[i]);
        buf_add(&sql, " = ");
        ddl_name(&sql, dialect, request->update.items[i]);
    }
    if (request->where != NULL)
        buf_addf(&sql, " WHERE %s\n", request->where);
    buf_add(&sql, " /* op.each_batch: the values come from its function, "
                  "batch by batch */");
    return sql.data;
}

/* SQL that is written and not run: one statement. */
static int run_printed(lua_State *L, struct batches *b)
{
    struct script *script = script_of(L);
    struct value *values =
        arena_array(&b->kept, struct value, b->request.set.count + 1);
    struct db_statement statement = {.params = values};
    struct db_result result;

    if (b->request.rows && script->db->offline)
        return bridge_fail(L,
                           "%s: rows cannot be read while SQL is only written",
                           b->request.function);
    for (size_t i = 0; i < b->request.set.count; i++)
        if (b->request.set.items[i].value.kind != VALUE_SQL)
            values[statement.param_count++] = b->request.set.items[i].value;
    statement.sql = b->request.rows ? shown_rows(script, b)
                                    : batch_sql_whole(script->db->dialect,
                                                      &b->kept, &b->request);
    statement.size = strlen(statement.sql);
    script_away(script);
    check(L, script, db_execute(script->db, &statement, &result, &script->err));
    script_leave(script);
    lua_pushinteger(L, 0);
    return 1;
}

/* The userdata is on top of the arguments that were read. */
static int run(lua_State *L, struct batches *b)
{
    struct script *script = script_of(L);

    if (script->db->prints)
        return run_printed(L, b);
    if (step_wanted(script))
        return run_journal(L, b);
    queue_collect(L);
    plan(L, b);
    return run_within(L, b);
}

int batches_update(lua_State *L)
{
    int count = lua_gettop(L);
    struct batches *b = push_batches(L);

    b->request.function = "op.update_in_batches";
    read_options(L, b, 1, count);
    lua_insert(L, 1);
    lua_settop(L, 1);
    lua_pushnil(L);
    return run(L, b);
}

int batches_each(lua_State *L)
{
    int count = lua_gettop(L);
    struct batches *b;

    if (count < 1 || lua_type(L, count) != LUA_TFUNCTION)
        return bridge_fail(L,
                           "op.each_batch: the last argument: expected "
                           "function, got %s",
                           marshal_got(L, count > 0 ? count : 1));
    b = push_batches(L);
    b->request.function = "op.each_batch";
    b->request.rows = true;
    read_options(L, b, 1, count - 1);
    lua_insert(L, 1);
    lua_pushvalue(L, count + 1);
    lua_insert(L, 2);
    lua_settop(L, 2);
    return run(L, b);
}
