/* The least that a program linked to SQLite and Lua takes to start. */
#include <lua.h>
#include <sqlite3.h>

int main(void)
{
    return sqlite3_libversion_number() == 0 || lua_version(NULL) < 500;
}
