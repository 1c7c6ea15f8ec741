#include "script/revision.h"

#include "base/fs.h"
#include "run/journal.h"
#include "script/bridge.h"
#include "script/header.h"
#include "script/hooks.h"
#include "script/marshal.h"
#include "script/op_parts.h"
#include "script/rows.h"
#include "script/sandbox.h"
#include "script/tree.h"
#include "script/watch.h"

#include <lauxlib.h>
#include <string.h>

/* Registry tables: revision (its address) to its environment, and to the
 * checksum of its file. */
static const char environments_key = 0, checksums_key = 0;

/* Environments that wait for their turn, and the memory of Lua above which
 * none does. A plan may have thousands of scripts: those behind are checked,
 * forgotten, and loaded once more. */
#define WAITING_MAX 100
#define WAITING_BYTES ((size_t)16 * 1024 * 1024)

struct load {
    const struct revision *revision;
    enum direction direction;
    bool again; /* it was checked before: the file must be the same */
    struct fs_text text;
};

static void push_table(lua_State *L, const void *key)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, key) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

/* --- what the script set against what the static header says --- */

static bool same_names(lua_State *L, const struct names *names)
{
    switch (lua_type(L, -1)) {
    case LUA_TNIL:
        return names->count == 0;
    case LUA_TSTRING:
        return names->count == 1 &&
               strcmp(lua_tostring(L, -1), names->items[0]) == 0;
    case LUA_TTABLE:
        if (lua_rawlen(L, -1) != names->count)
            return false;
        for (size_t i = 0; i < names->count; i++) {
            bool same = lua_rawgeti(L, -1, (lua_Integer)i + 1) == LUA_TSTRING &&
                        strcmp(lua_tostring(L, -1), names->items[i]) == 0;

            lua_pop(L, 1);
            if (!same)
                return false;
        }
        return true;
    default:
        return false;
    }
}

static bool same_text(lua_State *L, const char *text)
{
    if (text == NULL)
        return lua_isnil(L, -1);
    return lua_type(L, -1) == LUA_TSTRING &&
           strcmp(lua_tostring(L, -1), text) == 0;
}

static bool same_tri(lua_State *L, enum tri tri)
{
    if (tri == TRI_UNSET)
        return lua_isnil(L, -1);
    return lua_isboolean(L, -1) && lua_toboolean(L, -1) == (tri == TRI_TRUE);
}

static bool same_seconds(lua_State *L, double seconds)
{
    if (seconds < 0)
        return lua_isnil(L, -1);
    return lua_type(L, -1) == LUA_TNUMBER && lua_tonumber(L, -1) >= seconds &&
           lua_tonumber(L, -1) <= seconds;
}

/* The value is on top; `i` as in sandbox_header. */
static bool same(lua_State *L, const struct revision *revision, int i)
{
    switch (i) {
    case 0:
        return same_text(L, revision->id);
    case 1:
        return same_names(L, &revision->down);
    case 2:
        return same_names(L, &revision->labels);
    case 3:
        return same_names(L, &revision->depends_on);
    case 4:
        return same_names(L, &revision->replaces);
    case 5:
        return same_tri(L, revision->transaction);
    case 6:
        return same_tri(L, revision->foreign_keys);
    case 7:
        return same_text(L, revision->irreversible);
    case 8:
        return same_seconds(L, revision->lock_timeout);
    default:
        return same_seconds(L, revision->statement_timeout);
    }
}

static void check_header(lua_State *L, int environment,
                         const struct revision *revision)
{
    const int *lines = script_of(L)->header_lines;

    for (int i = 0; sandbox_header[i] != NULL; i++) {
        sandbox_get(L, environment, sandbox_header[i]);
        if (!same(L, revision, i))
            bridge_fault(
                L, ERROR_SCRIPT, revision->file, lines[i],
                "'%s' is set by code: the header is read without running the "
                "script, so it takes literal values before the first function",
                sandbox_header[i]);
        lua_pop(L, 1);
    }
}

static void check_function(lua_State *L, int environment,
                           const struct revision *revision, const char *name,
                           const char *way_out)
{
    int type = sandbox_get(L, environment, name);

    if (type == LUA_TNIL)
        bridge_fault(L, ERROR_SCRIPT, revision->file, 0,
                     "the script has no function %s() (%s)", name, way_out);
    if (type != LUA_TFUNCTION)
        bridge_fault(L, ERROR_SCRIPT, revision->file, 0,
                     "'%s' is not a function", name);
    lua_pop(L, 1);
}

static void check_functions(lua_State *L, int environment,
                            const struct load *load)
{
    const struct revision *revision = load->revision;

    check_function(L, environment, revision, "upgrade",
                   "a local one does not count");
    if (load->direction != DIRECTION_DOWNGRADE)
        return;
    if (revision->irreversible != NULL)
        bridge_fault(L, ERROR_SCRIPT, revision->file, 0,
                     "the revision is irreversible: %s",
                     revision->irreversible);
    check_function(L, environment, revision, "downgrade",
                   "write it, or say `irreversible = \"why\"` in the header");
}

/* Keeps the checksum of the file. */
static void take_checksum(lua_State *L, const struct load *load)
{
    char checksum[17];

    header_checksum(load->text.data, load->text.size, checksum);
    push_table(L, &checksums_key);
    lua_pushstring(L, checksum);
    if (load->again && lua_rawgetp(L, -2, load->revision) == LUA_TSTRING &&
        !lua_rawequal(L, -1, -2))
        bridge_fault(L, ERROR_SCRIPT, load->revision->file, 0,
                     "the file was changed while revisions before it ran: "
                     "check it and run the command again");
    lua_settop(L, 3);
    lua_rawsetp(L, -2, load->revision);
    lua_settop(L, 1);
}

/* (load): everything of revision_load that may raise. */
static int load_body(lua_State *L)
{
    struct load *load = lua_touserdata(L, 1);

    take_checksum(L, load);
    if (load->direction == DIRECTION_STAMP)
        return 0;
    push_table(L, &environments_key);
    sandbox_strings(L, false); /* the configuration file had the full ones */
    sandbox_push(L, 0);
    lua_replace(L, 1);
    lua_pushvalue(L, 1);
    sandbox_compile(L, load->text.data, load->text.size, load->revision->file);
    lua_call(L, 0, 0);
    check_header(L, 1, load->revision);
    check_functions(L, 1, load);
    lua_pushvalue(L, 1);
    lua_rawsetp(L, -2, load->revision);
    return 0;
}

static int call(struct script *script, lua_CFunction body, void *argument,
                enum error_code code, struct error *err)
{
    lua_State *L = script->L;
    int status;

    if (watch_start(script, err) != 0)
        return -1;
    lua_pushcfunction(L, body);
    lua_pushlightuserdata(L, argument);
    status = bridge_call(L, 1, 0);
    if (status != LUA_OK)
        bridge_catch(L, status, code, err);
    watch_stop(script);
    return status == LUA_OK ? 0 : -1;
}

static int in_revision(const struct revision *revision, struct error *err)
{
    snprintf(err->revision, sizeof err->revision, "%s", revision->id);
    return error_at(err, revision->file, 0);
}

/* Reads the whole file; of a long one the tree saw only the beginning. */
static int read_text(const struct revision *revision, struct arena *arena,
                     struct fs_text *text, struct error *err)
{
    graph_problems problems = {0};

    if (fs_read(revision->path, TREE_FILE_LIMIT, arena, text, err) != 0)
        return -1;
    (void)header_check(text->data, text->size, revision->file, arena,
                       &problems);
    return graph_report(&problems, err);
}

/* Lua collects when its memory has doubled. What a thousand scripts leave
 * behind, each of them little, would be as much as the scripts: a quarter is
 * enough. */
static void collect(struct script *script)
{
    size_t kept = script->memory_kept;

    if (script->memory_used < kept + kept / 4 + 128 * 1024)
        return;
    lua_gc(script->L, LUA_GCCOLLECT);
    script->memory_kept = script->memory_used;
}

static bool is_loaded(struct script *script, const struct revision *revision)
{
    lua_State *L = script->L;
    bool loaded =
        lua_rawgetp(L, LUA_REGISTRYINDEX, &environments_key) == LUA_TTABLE &&
        lua_rawgetp(L, -1, revision) == LUA_TTABLE;

    lua_settop(L, 0);
    return loaded;
}

/* An environment fills itself while it runs: it goes when the next one
 * starts, also when that is the same revision once more: what an attempt that
 * was rolled back has noted in Lua is not true any more. */
static void unload(struct script *script, const struct revision *revision)
{
    lua_State *L = script->L;

    if (!is_loaded(script, revision))
        return;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &environments_key);
    lua_pushnil(L);
    lua_rawsetp(L, -2, revision); /* the key is there: allocates nothing */
    lua_settop(L, 0);
    op_invoke_forget(L, revision);
    script->waiting--;
}

static int load(struct script *script, const struct revision *revision,
                enum direction direction, bool again, struct error *err)
{
    struct load load = {revision, direction, again, {NULL, 0}};
    int lines[SANDBOX_HEADER_COUNT] = {0}, result;
    struct arena arena;

    if (script->limit != SCRIPT_LIMIT_NONE) {
        watch_error(script, err);
        return in_revision(revision, err);
    }
    arena_init(&arena, NULL, NULL);
    result = read_text(revision, &arena, &load.text, err);
    if (result == 0) {
        script->revision = revision;
        script->header_lines = lines;
        script->mute = again; /* what it prints was shown */
        unload(script, revision);
        result = call(script, load_body, &load, ERROR_SCRIPT, err);
        script->waiting += is_loaded(script, revision);
        script->mute = false;
        script->header_lines = NULL;
        script->revision = NULL;
        /* what bridge_fail raised at the top level is a fault of the file */
        if (result != 0 && err->code == ERROR_FAILED)
            err->code = ERROR_SCRIPT;
    }
    arena_clear(&arena);
    collect(script);
    return result == 0 ? 0 : in_revision(revision, err);
}

int revision_load(struct script *script, const struct revision *revision,
                  enum direction direction, struct error *err)
{
    if (load(script, revision, direction, false, err) != 0)
        return -1;
    if (script->waiting > WAITING_MAX || script->memory_used > WAITING_BYTES)
        unload(script, revision);
    return 0;
}

static int run_body(lua_State *L)
{
    struct script *script = script_of(L);

    hooks_before_revision(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &environments_key);
    lua_rawgetp(L, -1, script->revision);
    sandbox_get(L, -1, direction_name(script->direction));
    lua_call(L, 0, 0);
    watch_cancel(L); /* a signal during the last call of the database */
    return 0;
}

/* The first database error counts, whatever the script did after it: the
 * transaction holds a part of its work only. */
static int swallowed(struct script *script, int result, struct error *err)
{
    struct error *first = script->first;

    if (!script->failed)
        return result;
    if (result != 0 && (err->code == ERROR_LIMIT || err->code == ERROR_SIGNAL))
        return result;
    if (result == 0)
        error_hint(first, "the script caught this error; to go on after a "
                          "failed statement, run it inside op.savepoint");
    else if (strcmp(first->message, err->message) != 0)
        error_hint(first,
                   "the script caught this error and then raised: %.300s",
                   err->message);
    *err = *first;
    return -1;
}

/* A script that failed may have a statement in the queue that failed before
 * it: then that is the error. */
static void came_first(struct script *script, struct error *err)
{
    struct error *queued = &script->err;

    if (!script->pipeline || script->failed || err->code == ERROR_LIMIT ||
        err->code == ERROR_SIGNAL)
        return;
    if (script->db->driver->collect(script->db, queued) != 0)
        *err = *queued;
}

int revision_run(struct script *script, const struct revision *revision,
                 enum direction direction, struct db *db, struct error *err)
{
    int result;

    if (script->last != NULL) {
        unload(script, script->last);
        collect(script);
    }
    script->last = revision;
    if (!is_loaded(script, revision) &&
        load(script, revision, direction,
             revision_checksum(script, revision) != NULL, err) != 0)
        return -1;
    script->revision = revision;
    script->direction = direction;
    script->db = db;
    script->pipeline = db->driver != NULL && db->driver->pipeline;
    script->in_step = script->alone = false;
    script->outside = db->prints && !db->driver->in_transaction(db);
    script->eager = 0;
    script->copying = NULL;
    script->failed = false;
    marshal_forget_finals(script->L);
    result = call(script, run_body, NULL, ERROR_FAILED, err);
    if (result != 0)
        came_first(script, err);
    result = swallowed(script, result, err);
    rows_close_all(script);
    script->generation++;
    script->pipeline = false;
    script->db = NULL;
    script->revision = NULL;
    return result == 0 ? 0 : in_revision(revision, err);
}

int revision_run_steps(struct script *script, const struct revision *revision,
                       enum direction direction, struct journal *journal,
                       struct error *err)
{
    int result;

    script->journal = journal;
    result =
        revision_run(script, revision, direction, journal_db(journal), err);
    script->journal = NULL;
    return result;
}

const char *revision_checksum(struct script *script,
                              const struct revision *revision)
{
    lua_State *L = script->L;
    const char *text = NULL;

    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &checksums_key) == LUA_TTABLE &&
        lua_rawgetp(L, -1, revision) == LUA_TSTRING)
        text = lua_tostring(L, -1); /* the table keeps it */
    lua_settop(L, 0);
    return text;
}
