-- Checks what no compiler does: the arrows between the layers, the names that
-- files export, that each source has its spec, that the manual is complete.
-- Usage: lua5.4 src/tools/check.lua ROOT BUILD [CHECK ...]
-- Prints the problems, one a line, and fails when there is one.
local root, build = assert(arg[1], "ROOT is missing"), assert(arg[2], "BUILD is missing")

local problems = {}
local function problem(...)
  problems[#problems + 1] = string.format(...)
end

local function read(path)
  local file = io.open(root .. "/" .. path, "rb")
  if not file then
    return nil
  end
  local text = file:read "a"
  file:close()
  return text
end

local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function output(...)
  local pipe = assert(io.popen(string.format(...)))
  local text = pipe:read "a"
  return text, pipe:close()
end

-- The files below `folder` whose names end with `suffix`, sorted.
local function files(folder, suffix)
  local list = {}
  local text = output("cd %s && find %s -type f -name %s 2>/dev/null", quoted(root),
    quoted(folder), quoted("*" .. suffix))
  for path in text:gmatch "[^\n]+" do
    list[#list + 1] = path
  end
  table.sort(list)
  return list
end

-- What each layer may include besides itself. core/ and module.c, which show
-- the inside to the specs, and main.c may include anything.
local below = {
  base = "",
  model = "base",
  graph = "base model",
  ddl = "base model",
  db = "base model ddl",
  run = "base model graph ddl db",
  script = "base model graph ddl db run",
  api = "base model graph ddl db run script",
  cli = "base model graph ddl db run script api",
}

-- Headers of libraries, and the files that may name them (patterns).
local owners = {
  ["lua.h"] = { "^src/script/" },
  ["sqlite3.h"] = { "^src/db/[%w_]*sqlite" },
  ["libpq-fe.h"] = { "^src/db/[%w_]*postgres", "^src/db/libpq%.h$" },
}
owners["lauxlib.h"], owners["lualib.h"] = owners["lua.h"], owners["lua.h"]

local function layer_of(path)
  return path == "luamigrate.h" and "api" or path:match "^([%w_]+)/"
end

local function may_include(layer, other)
  return layer == other or (" " .. below[layer] .. " "):find(" " .. other .. " ", 1, true)
end

local function owns(path, header)
  for _, pattern in ipairs(owners[header] or { "" }) do
    if path:find(pattern) then
      return true
    end
  end
  return false
end

local function each_source(visit)
  for _, suffix in ipairs { ".c", ".h" } do
    for _, path in ipairs(files("src", suffix)) do
      visit(path, read(path))
    end
  end
end

local checks = {}

function checks.layers()
  each_source(function(path, text)
    local layer = layer_of(path:sub(5))
    if layer == "core" or path == "src/module.c" or path == "src/main.c" then
      return
    elseif not below[layer] then
      problem("%s: no layer has this folder", path)
      return
    end
    local number = 0
    for line in text:gmatch "([^\n]*)\n?" do
      number = number + 1
      local own = line:match '^%s*#%s*include%s*"([^"]+)"'
      local foreign = line:match "^%s*#%s*include%s*<([^>]+)>"
      local other = own and layer_of(own)
      if own and not other then
        problem('%s:%d: "%s" is not written from src/', path, number, own)
      elseif own and not (below[other] and may_include(layer, other)) then
        problem("%s:%d: %s must not include %s", path, number, layer, own)
      elseif foreign and not owns(path, foreign) then
        problem("%s:%d: <%s> does not belong here", path, number, foreign)
      end
    end
  end)
end

-- Only the command line prints and ends the process; exceptions, with reasons.
local speakers = {
  ["src/base/arena.c"] = "the end when memory is out and nobody handles it",
  ["src/script/state.c"] = "the panic function, which no correct program calls",
}

function checks.printing()
  each_source(function(path, text)
    if path:find "^src/c[lo][ir]" or path == "src/main.c" or speakers[path] then
      return
    end
    local number = 0
    for line in text:gmatch "([^\n]*)\n?" do
      number = number + 1
      line = line:gsub('"[^"]*"', '""')
      local word = line:match "%f[%w_]printf%s*%(" or line:match "%f[%w_]puts%s*%("
        or line:match "%f[%w_]exit%s*%(" or line:match "%f[%w_]stdout%f[^%w_]"
        or line:match "%f[%w_]stderr%f[^%w_]" or line:match "%f[%w_]abort%s*%("
      if word and not line:match "^%s*/?%*" and not line:match "luaL?_" then
        problem("%s:%d: nothing below cli prints or exits (%s)", path, number, word)
      end
    end
  end)
end

function checks.guards()
  for _, path in ipairs(files("src", ".h")) do
    local guard = path:sub(5):upper():gsub("[/.]", "_")
    if not read(path):find("\n?#ifndef " .. guard .. "\n#define " .. guard .. "\n") then
      problem("%s: its guard is not %s", path, guard)
    end
  end
end

-- Prefixes that are neither the file's own name, nor the beginning of it up to
-- an underscore (graph_plan.c exports graph_plan_* and graph_*), nor one of
-- these behind the layer's name (db/url.c exports db_url_*): those of the types
-- that the file's header declares.
local prefixes = {
  ["^src/api/"] = { "luamigrate_", "handle_" },
  ["^src/graph/graph%.c$"] = { "direction_" },
  ["^src/model/schema%.c$"] = { "dialect_", "type_" },
  ["^src/script/state%.c$"] = { "script_" },
}

local function exported_name_fits(path, symbol)
  local layer, stem = path:match "([^/]+)/([^/]+)%.c$"
  while stem do
    for _, name in ipairs { stem, layer .. "_" .. stem } do
      if symbol == name or symbol:sub(1, #name + 1) == name .. "_" then
        return true
      end
    end
    stem = stem:match "^(.+)_[^_]*$"
  end
  for pattern, list in pairs(prefixes) do
    for _, prefix in ipairs(path:find(pattern) and list or {}) do
      if symbol:sub(1, #prefix) == prefix then
        return true
      end
    end
  end
  return false
end

function checks.exports()
  for _, path in ipairs(files("src", ".c")) do
    local object = build .. "/" .. path:sub(5, -3) .. ".o"
    local symbols = output("nm -g --defined-only %s 2>/dev/null", quoted(object))
    for symbol in symbols:gmatch "%x+ %u ([%w_]+)" do
      local fits = path == "src/main.c" or path == "src/module.c"
        or symbol:sub(1, 2) == "__" or exported_name_fits(path, symbol)
      if not fits then
        problem("%s: exports %s, which its name does not announce", path, symbol)
      end
    end
  end
end

-- Sources without a spec of their name, or of the beginning of it up to an
-- underscore (graph_cycle.c is proven by graph_spec.lua): where they are proven.
local proven_by = {
  -- the calls of the library, through the commands, their thin clients
  ["src/api/luamigrate.c"] = "spec/cli/cli_spec.lua",
  ["src/api/applied.c"] = "spec/cli/cmd_status_spec.lua",
  ["src/api/database.c"] = "spec/cli/cmd_status_spec.lua",
  ["src/api/execute.c"] = "spec/cli/cmd_run_spec.lua",
  ["src/api/accept.c"] = "spec/cli/cmd_accept_spec.lua",
  ["src/run/accept.c"] = "spec/cli/cmd_accept_spec.lua",
  ["src/run/print.c"] = "spec/cli/cmd_sql_spec.lua",
  ["src/run/table_print.c"] = "spec/cli/cmd_sql_spec.lua",
  ["src/run/own_table.c"] = "spec/run/history_spec.lua",
  ["src/run/run.c"] = "spec/cli/cmd_run_spec.lua",
  -- parts of what the named spec proves as a whole
  ["src/script/watch.c"] = "spec/script/limits_spec.lua",
  ["src/script/pool.c"] = "spec/script/limits_spec.lua",
  ["src/script/require.c"] = "spec/script/sandbox_spec.lua",
  ["src/script/coroutine.c"] = "spec/script/sandbox_spec.lua",
  ["src/script/log.c"] = "spec/script/sandbox_spec.lua",
  ["src/script/lua_lex.c"] = "spec/script/header_spec.lua",
  ["src/script/batch_rows.c"] = "spec/script/batches_spec.lua",
  ["src/run/batch_sql.c"] = "spec/run/batch_plan_spec.lua",
  ["src/run/batch_cursor.c"] = "spec/run/batch_plan_spec.lua",
  ["src/run/batch_total.c"] = "spec/run/batch_pass_spec.lua",
  ["src/run/journal_batch.c"] = "spec/run/batch_pass_spec.lua",
  ["src/script/bulk_insert.c"] = "spec/script/op_api_spec.lua",
  ["src/script/op_savepoint.c"] = "spec/script/op_api_spec.lua",
  ["src/api/hook.c"] = "spec/script/hooks_spec.lua",
  ["src/base/lock.c"] = "spec/api/new_revision_spec.lua",
  ["src/base/md5.c"] = "spec/model/naming_spec.lua",
  ["src/db/db.c"] = "spec/db/db_sqlite_spec.lua",
  ["src/db/libpq.c"] = "spec/db/db_postgres_open_spec.lua",
  ["src/db/db_postgres_target.c"] = "spec/db/db_postgres_open_spec.lua",
  ["src/db/db_postgres_resolve.c"] = "spec/db/db_postgres_open_spec.lua",
  ["src/db/db_postgres_blockers.c"] = "spec/db/db_postgres_lock_spec.lua",
  ["src/db/pg_text.c"] = "spec/db/params_spec.lua",
  ["src/base/json_number.c"] = "spec/base/json_write_spec.lua",
}

local function has_spec(path)
  if proven_by[path] then
    return read(proven_by[path]) ~= nil
  end
  local layer, stem = path:match "^src/([%w_]+)/([%w_]+)%.c$"
  while stem do
    if read(("spec/%s/%s_spec.lua"):format(layer, stem)) then
      return true
    end
    stem = stem:match "^(.+)_[^_]*$"
  end
  return false
end

function checks.specs()
  for _, path in ipairs(files("src", ".c")) do
    local layer = path:match "^src/([%w_]+)/"
    if layer and layer ~= "core" and not has_spec(path) then
      problem("%s: %s is missing", path,
        proven_by[path] or path:gsub("^src/", "spec/"):gsub("%.c$", "_spec.lua"))
    end
  end
  for _, path in ipairs(files("lua/luamigrate", ".lua")) do
    local name = path:match "([^/]+)%.lua$" .. "_spec.lua"
    if not proven_by[path] and #files("spec", name) == 0 or proven_by[path]
      and not read(proven_by[path]) then
      problem("%s: %s is missing", path, proven_by[path] or "spec/**/" .. name)
    end
  end
end

-- Every command and option that -h knows stands in the manual.
function checks.docs()
  local program = quoted(build .. "/bin/luamigrate")
  local manual = read "docs/commands.md"
  local help, ok = output("%s -h 2>/dev/null", program)
  if not manual or not ok then
    problem(manual and "docs: %s/bin/luamigrate -h fails" or "docs/commands.md is missing", build)
    return
  end
  -- As a pattern, of this word and no other.
  local function word(text)
    return text:gsub("%p", "%%%0") .. "%f[^%w-]"
  end
  local function compare(text, where)
    for option in text:gmatch "%-%-%a[%w-]*" do
      if not manual:find("%f[%w-]" .. word(option)) then
        problem("docs/commands.md: %s (%s -h) is missing", option, where)
      end
    end
  end
  compare(help, "luamigrate")
  local listed = 0
  for command in help:gmatch "\n  (%l[%l-]+)%f[%s]" do
    local text, known = output("%s %s -h 2>/dev/null", program, command)
    if known then
      listed = listed + 1
      compare(text, "luamigrate " .. command)
      if not manual:find("`" .. word(command)) and not manual:find("# " .. word(command)) then
        problem("docs/commands.md: the command %s is missing", command)
      end
    end
  end
  if listed == 0 then
    problem("docs: luamigrate -h lists no command")
  end
end

-- Words that show work left undone, and files that have grown too long: they
-- have about 150 lines, seldom over 400, and never more than this.
local longest = 700

function checks.text()
  local marks = { "TO" .. "DO", "FIX" .. "ME" }
  for _, folder in ipairs { "src", "lua", "spec", "bench", "tools", "migrations", "docs" } do
    for _, path in ipairs(files(folder, "")) do
      local text = read(path)
      for _, mark in ipairs(marks) do
        if text:find("%f[%w_]" .. mark .. "%f[^%w_]") then
          problem("%s: holds the mark %s", path, mark)
        end
      end
      local _, lines = text:gsub("\n", "")
      if path:find "^src/.*%.c$" and lines > longest then
        problem("%s: %d lines, more than %d", path, lines, longest)
      end
    end
  end
end

local names = table.move(arg, 3, #arg, 1, {})
if #names == 0 then
  for name in pairs(checks) do
    names[#names + 1] = name
  end
  table.sort(names)
end
for _, name in ipairs(names) do
  assert(checks[name], "unknown check " .. name)()
end
for _, text in ipairs(problems) do
  print(text)
end
os.exit(#problems == 0)
