rockspec_format = "3.0"
package = "luamigrate"
version = "scm-1"
source = {
  url = "git+file://.",
}
description = {
  summary = "Database migrations whose revisions are Lua scripts",
  detailed = "The core of luamigrate as a Lua library, for SQLite.",
  license = "MIT",
}
dependencies = {
  "lua == 5.4",
}
external_dependencies = {
  SQLITE = { header = "sqlite3.h" },
}
build = {
  type = "make",
  build_target = "core",
  install_target = "install-rock",
  build_variables = {
    LUA_CFLAGS = "-I$(LUA_INCDIR)",
    BUILD = "build/rock",
  },
  install_variables = {
    BUILD = "build/rock",
    INST_LIBDIR = "$(LIBDIR)",
    INST_LUADIR = "$(LUADIR)",
  },
}
