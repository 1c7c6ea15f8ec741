/* os.execute of the configuration file and its hooks. */
#ifndef SCRIPT_EXECUTE_H
#define SCRIPT_EXECUTE_H

#include <lua.h>

/* (command or nothing): as Lua's own (which ignores SIGINT while it waits, so
 * that the run would go on after Ctrl-C), but: a signal ends the command and
 * is raised, the stall watch does not count it, and its standard output goes
 * where the messages go. */
int execute_command(lua_State *L);

#endif
