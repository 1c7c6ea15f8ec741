/* op.savepoint. */
#include "script/bridge.h"
#include "script/marshal.h"
#include "script/op_parts.h"
#include "script/queue.h"
#include "script/step.h"

#include <lauxlib.h>

/* After an error inside: nothing of the script may run before the savepoint
 * is rolled back, whatever the error was. The value is on top. */
static int undo(lua_State *L, struct script *script, bool failed)
{
    const struct db_driver *driver = script->db->driver;

    script_away(script);
    if (script_back(script, driver->savepoint_rollback(script->db,
                                                       &script->err)) != 0) {
        /* that ends the revision, not what the savepoint was to undo */
        *script->first = script->err;
        return bridge_raise(L);
    }
    script->failed = failed;
    script_leave(script);
    return lua_error(L);
}

static int raise_first(lua_State *L)
{
    script_of(L)->err = *script_of(L)->first;
    return bridge_raise(L);
}

int op_savepoint(lua_State *L)
{
    struct script *script = op_api_enter(L);
    bool failed = script->failed;
    int status;

    op_api_check_count(L, 1);
    if (lua_type(L, 1) != LUA_TFUNCTION)
        bridge_fail(L, "op.savepoint: argument 1: expected function, got %s",
                    marshal_got(L, 1));
    step_check_savepoint(L);
    queue_collect(L);
    script_away(script);
    if (script_back(script, script->db->driver->savepoint(script->db,
                                                          &script->err)) != 0)
        return bridge_raise(L);
    script_leave(script);
    queue_enter(L);
    status = bridge_call(L, 0, LUA_MULTRET);
    queue_leave(L);
    if (status == LUA_OK && script->failed && !failed) {
        /* the function caught the error: what it did is half done */
        lua_pushcfunction(L, raise_first);
        status = bridge_call(L, 0, 0);
    }
    if (status != LUA_OK)
        return undo(L, script, failed);
    script_enter(L, "op.savepoint");
    script_away(script);
    if (script_back(script, script->db->driver->savepoint_release(
                                script->db, &script->err)) != 0)
        return bridge_raise(L);
    script_leave(script);
    return lua_gettop(L);
}
