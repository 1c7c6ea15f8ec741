#include "script/batches.h"

#include "base/str.h"
#include "ddl/ddl.h"
#include "script/batches_parts.h"
#include "script/bridge.h"
#include "script/marshal_parts.h"
#include "script/queue.h"
#include "script/step.h"
#include "script/step_hash.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

/* the metatable of the userdata, in the registry */
#define BATCHES "luamigrate.batches"

#define TARGET_SECONDS 0.5
/* what "auto" grows to: rows in Lua, rows of an UPDATE */
#define MOST_ROWS 10000
#define MOST_UPDATED 200000

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

    if (b->request.rows && script->db->offline) {
        error_set(&script->err, ERROR_FAILED,
                  "%s: rows cannot be read while SQL is only written",
                  b->request.function);
        error_hint(&script->err,
                   "write it as SQL, with op.update_in_batches or op.execute, "
                   "or upgrade without --sql");
        return bridge_raise(L);
    }
    for (size_t i = 0; i < b->request.set.count; i++)
        if (b->request.set.items[i].value.kind != VALUE_SQL)
            values[statement.param_count++] = b->request.set.items[i].value;
    statement.sql = b->request.rows ? shown_rows(script, b)
                                    : batch_sql_whole(script->db->dialect,
                                                      &b->kept, &b->request);
    statement.size = strlen(statement.sql);
    script_away(script);
    batches_run_check(
        L, script, db_execute(script->db, &statement, &result, &script->err));
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
        return batches_run_journal(L, b);
    queue_collect(L);
    return batches_run_within(L, b);
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
