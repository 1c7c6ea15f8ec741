#include "script/queue.h"

#include "script/bridge.h"

/* An unfinished coroutine would never leave: in coroutines nothing is counted,
 * and nothing queued. */
static bool in_main(lua_State *L)
{
    return L == script_of(L)->L;
}

bool queue_allowed(lua_State *L)
{
    const struct script *script = script_of(L);

    /* each call of a revision of steps is proven by itself */
    return script->pipeline && script->journal == NULL && script->eager == 0 &&
           in_main(L);
}

const struct db_statement *queue_place(lua_State *L, struct queue_place *place)
{
    if (!queue_allowed(L) || !bridge_place(L, &place->at))
        return NULL;
    place->statement =
        (struct db_statement){.file = place->at.file, .line = place->at.line};
    return &place->statement;
}

int queue_send(lua_State *L, struct db_statement *statement,
               struct db_ticket *ticket)
{
    struct script *script = script_of(L);
    struct script_place place;
    struct db *db = script->db;
    int result;

    if (!queue_allowed(L)) {
        script_away(script);
        result =
            db_execute(db, statement, ticket != NULL ? &ticket->result : NULL,
                       &script->err);
        if (ticket != NULL)
            ticket->answered = result == 0;
        return script_back(script, result);
    }
    if (bridge_place(L, &place)) {
        statement->file = place.file;
        statement->line = place.line;
    }
    script_away(script);
    return script_back(script,
                       db->driver->queue(db, statement, ticket, &script->err));
}

static void collect(lua_State *L)
{
    struct script *script = script_of(L);

    script_away(script);
    if (script_back(script,
                    script->db->driver->collect(script->db, &script->err)) != 0)
        bridge_raise(L);
}

void queue_collect(lua_State *L)
{
    /* after a failed statement nothing waits, and its error was raised */
    if (queue_allowed(L) && !script_of(L)->failed)
        collect(L);
}

void queue_settle(lua_State *L)
{
    if (script_of(L)->pipeline && !queue_allowed(L))
        collect(L);
}

void queue_enter(lua_State *L)
{
    queue_collect(L);
    if (in_main(L))
        script_of(L)->eager++;
}

void queue_leave(lua_State *L)
{
    if (in_main(L))
        script_of(L)->eager--;
}
