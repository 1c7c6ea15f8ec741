-- Compares luamigrate with what could do its work, in one run and in turns,
-- and prints ratios. Usage: lua5.4 bench/bench.lua [CASE ...]
-- Cases: start no-op upgrade downgrade plan list empty tables pg-latency pg-upgrade pg-current
-- data (default: all; the last four need the server that PGHOST and so on name).
-- Environment: BUILD, RUNS (5), SIZES ("10 100 1000"), BENCH_DIR (where the
-- databases are; default BUILD/bench), ROWS (of the case data), ALEMBIC=0 leaves alembic out.
package.path = "bench/?.lua;./?.lua;" .. package.path
local generate = require "generate"

local build = os.getenv "BUILD" or "build"
local runs = math.max(5, tonumber(os.getenv "RUNS" or 5))
local folder = (os.getenv "BENCH_DIR" or build .. "/bench") .. "/data"
local sizes = {}
for size in (os.getenv "SIZES" or "10 100 1000"):gmatch "%d+" do
  sizes[#sizes + 1] = tonumber(size)
end

local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function shell(...)
  local command = string.format(...)
  assert(os.execute(command), command)
end

local function output(...)
  local pipe = assert(io.popen(string.format(...)))
  local text = pipe:read "a"
  return pipe:close() and text:gsub("%s+$", "") or nil
end

build = output("realpath %s", quoted(build))
shell("rm -rf %s && mkdir -p %s", quoted(folder), quoted(folder))
folder = output("realpath %s", quoted(folder))
local program = build .. "/bin/luamigrate"
local has_alembic = os.getenv "ALEMBIC" ~= "0" and output "command -v alembic" ~= nil

local function median(list)
  local sorted = table.move(list, 1, #list, 1, {})
  table.sort(sorted)
  local middle = (#sorted + 1) // 2
  return #sorted % 2 == 1 and sorted[middle] or (sorted[middle] + sorted[middle + 1]) / 2
end

-- Runs `commands` in turn, `rounds` times; `before(i)` prepares each run.
-- Returns for each command its times in ms, its memory in MB and its processor times in ms.
local function measure(rounds, commands, before)
  local times, memory, cpu = {}, {}, {}
  for i = 1, #commands do
    times[i], memory[i], cpu[i] = {}, 0, {}
  end
  local function collect(text, fixed)
    for which, ms, kb, status, busy in text:gmatch "(%d+) (%S+) (%d+) (%d+) (%S+)\n" do
      local i = fixed or tonumber(which)
      assert(status == "0", "failed with " .. status .. ": " .. commands[i])
      table.insert(times[i], tonumber(ms))
      table.insert(cpu[i], tonumber(busy))
      memory[i] = math.max(memory[i], tonumber(kb) / 1024)
    end
  end
  local tool = quoted(build .. "/bench/measure")
  local function read(arguments)
    local pipe = assert(io.popen(tool .. " " .. arguments))
    local text = pipe:read "a"
    assert(pipe:close(), arguments)
    return text
  end
  if not before then
    collect(read(rounds .. " " .. table.concat(commands, " --- ")))
    return times, memory, cpu
  end
  for _ = 1, rounds do
    for i, command in ipairs(commands) do
      before(i)
      collect(read("1 " .. command), i)
    end
  end
  return times, memory, cpu
end

local fell_short = 0

-- One line: medians of both, and the median of the ratios of the pairs.
local function row(name, peer, ours, theirs, target)
  local ratios = {}
  for i = 1, #ours do
    ratios[i] = ours[i] / theirs[i]
  end
  local ratio = median(ratios)
  local ok = not target and "" or ratio <= target and "ok" or "MISSED"
  fell_short = fell_short + (ok == "MISSED" and 1 or 0)
  print(("%-26s %10.2f ms  %-22s %10.2f ms  %7.3f  %6s  %s"):format(name, median(ours), peer,
    median(theirs), ratio, target and ("%.2f"):format(target) or "", ok))
end

local function row_memory(name, mb, target)
  local ok = not target and "" or mb <= target and "ok" or "MISSED"
  fell_short = fell_short + (ok == "MISSED" and 1 or 0)
  print(("%-26s %10.2f MB  %-22s %10s     %7s  %6s  %s"):format(name, mb, "", "", "",
    target and ("%.0f"):format(target) or "", ok))
end

-- The projects, made once for each size.
local made = {}
local function project(size)
  local at = folder .. "/" .. size
  if made[size] then
    return made[size]
  end
  shell("mkdir -p %s/lua %s/alembic/versions", quoted(at), quoted(at))
  generate.luamigrate(at .. "/lua", size)
  generate.sqlite_up(at .. "/up.sql", size)
  generate.sqlite_down(at .. "/down.sql", size)
  generate.alembic(at .. "/alembic", size, at .. "/alembic.db")
  local file = assert(io.open(at .. "/luamigrate.lua", "w"))
  assert(file:write(('return { url = "sqlite:%s/ours.db", migrations = "lua" }\n'):format(at)))
  assert(file:close())
  made[size] = {
    at = at,
    ours = quoted(program) .. " -q -c " .. quoted(at .. "/luamigrate.lua") .. " ",
    alembic = "alembic -c " .. quoted(at .. "/alembic/alembic.ini") .. " ",
    shell = ("sqlite3 -batch -bail %s/shell.db '.read %s/%%s.sql'"):format(at, at),
  }
  return made[size]
end

local function empty_databases(at)
  shell("cd %s && rm -f *.db *.db-journal *.db-wal *.db-shm", quoted(at))
end

local cases = {}

function cases.start()
  local empty = quoted(build .. "/bench/empty")
  local ten = project(10)
  shell("%s upgrade >/dev/null 2>&1", ten.ours)
  local times = measure(40 * runs, { empty, program .. " --version", ten.ours .. "current" })
  row("--version", "empty C program", times[2], times[1], 2)
  row("current, 10 revisions", "empty C program", times[3], times[1], 3)
  if has_alembic then
    shell("%s upgrade head >/dev/null 2>&1", ten.alembic)
    times = measure(runs, { ten.ours .. "current", ten.alembic .. "current" })
    row("current, 10 revisions", "alembic", times[1], times[2])
  end
end

cases["no-op"] = function()
  local size = 5000
  local many = project(size)
  local base = folder .. "/seed.db"
  shell("sqlite3 %s 'CREATE TABLE luamigrate_version (version_num VARCHAR(255) NOT NULL "
    .. "PRIMARY KEY); INSERT INTO luamigrate_version VALUES (%s)'", quoted(base),
    ("'\\''%04d_table'\\''"):format(size))
  shell("cp %s %s/ours.db", quoted(base), quoted(many.at))
  local times, memory = measure(4 * runs, {
    many.ours .. "upgrade",
    ("%s %s/lua %s/ours.db"):format(quoted(build .. "/bench/headers"), many.at, many.at),
    ("lua5.4 bench/peers/headers.lua %s/lua %d"):format(many.at, size),
  })
  row("no-op, 5000 files", "headers in C", times[1], times[2], 1.5)
  row("no-op, 5000 files", "headers in Lua", times[1], times[3])
  row_memory("no-op, 5000 files: memory", memory[1])
  if has_alembic then
    local thousand = project(1000)
    shell("cp %s %s/ours.db", quoted(base), quoted(thousand.at))
    shell("sqlite3 %s/ours.db \"UPDATE luamigrate_version SET version_num = '1000_table'\"",
      quoted(thousand.at))
    shell("%s stamp head >/dev/null 2>&1", thousand.alembic)
    times = measure(runs, { thousand.ours .. "upgrade", thousand.alembic .. "upgrade head" })
    row("no-op, 1000 files", "alembic", times[1], times[2])
    empty_databases(thousand.at)
  end
end

function cases.upgrade()
  for _, size in ipairs(sizes) do
    local made_for = project(size)
    local commands = { made_for.ours .. "upgrade", made_for.shell:format "up" }
    if has_alembic then
      commands[3] = made_for.alembic .. "upgrade head"
    end
    local times, memory = measure(runs, commands, function()
      empty_databases(made_for.at)
    end)
    local name = ("upgrade, %d revisions"):format(size)
    row(name, "sqlite3 shell", times[1], times[2], size == 1000 and 1.15 or nil)
    if has_alembic then
      row(name, "alembic", times[1], times[3])
    end
    row_memory(name .. ": memory", memory[1], size == 1000 and 15 or nil)
  end
end

function cases.downgrade()
  local size = sizes[#sizes]
  local made_for = project(size)
  local commands = { made_for.ours .. "downgrade --yes base", made_for.shell:format "down" }
  local ready = { made_for.ours .. "upgrade", made_for.shell:format "up" }
  if has_alembic then
    commands[3], ready[3] = made_for.alembic .. "downgrade base", made_for.alembic .. "upgrade head"
  end
  local names = { "ours.db", "shell.db", "alembic.db" }
  empty_databases(made_for.at)
  for i, command in ipairs(ready) do
    shell("%s >/dev/null 2>&1", command)
    shell("cd %s && mv %s %s.full", quoted(made_for.at), names[i], names[i])
  end
  local times, memory = measure(runs, commands, function(i)
    empty_databases(made_for.at)
    shell("cd %s && cp %s.full %s && sync %s", quoted(made_for.at), names[i], names[i], names[i])
  end)
  local name = ("downgrade, %d revisions"):format(size)
  row(name, "sqlite3 shell", times[1], times[2])
  if has_alembic then
    row(name, "alembic", times[1], times[3])
  end
  row_memory(name .. ": memory", memory[1])
end

-- Planning grows with the number of revisions, whatever the shape of the graph.
function cases.plan()
  for _, shape in ipairs { "line", "ladder", "branches" } do
    local small, big = {}, {}
    for i = 1, 4 * runs do
      small[i] = tonumber(output("%s %s 10000", quoted(build .. "/bench/plan"), shape))
      big[i] = tonumber(output("%s %s 100000", quoted(build .. "/bench/plan"), shape))
    end
    row("plan 100000, " .. shape, "plan 10000", big, small, 11)
  end
end

-- heads and history over many files, against a program that reads them and asks a database once.
function cases.list()
  local size = 10000
  shell("sqlite3 %s 'CREATE TABLE luamigrate_version (version_num VARCHAR(255) NOT NULL "
    .. "PRIMARY KEY); INSERT INTO luamigrate_version VALUES (1)'", quoted(folder .. "/list.db"))
  for _, shape in ipairs { "line", "ladder", "branches" } do
    local at = folder .. "/list-" .. shape
    shell("mkdir -p %s/lua", quoted(at))
    generate.empty(at .. "/lua", size, shape)
    shell("printf 'return { migrations = \"lua\" }' >%s/luamigrate.lua", quoted(at))
    local ours = quoted(program) .. " -c " .. quoted(at .. "/luamigrate.lua") .. " "
    local times, memory = measure(2 * runs, {
      ours .. "heads", ours .. "history",
      ("%s %s/lua %s"):format(quoted(build .. "/bench/headers"), at, folder .. "/list.db"),
    })
    row("heads, 10000, " .. shape, "headers in C", times[1], times[3], 1.5)
    row("history, 10000, " .. shape, "headers in C", times[2], times[3], 1.5)
    row_memory("history, " .. shape .. ": memory", memory[2], 30)
  end
end

-- An upgrade through revisions that do nothing, with branches and merges.
function cases.empty()
  local size = tonumber(os.getenv "EMPTY" or 5000)
  local at = folder .. "/empty"
  shell("mkdir -p %s/lua %s/alembic/versions", quoted(at), quoted(at))
  generate.empty(at .. "/lua", size, "ladder")
  generate.alembic_empty(at .. "/alembic", size, at .. "/alembic.db")
  shell("printf 'return { url = \"sqlite:ours.db\", migrations = \"lua\" }' >%s/luamigrate.lua",
    quoted(at))
  local commands = { quoted(program) .. " -q -c " .. quoted(at .. "/luamigrate.lua") .. " upgrade" }
  if has_alembic then
    commands[2] = "alembic -c " .. quoted(at .. "/alembic/alembic.ini") .. " upgrade heads"
  end
  local times, memory = measure(runs, commands, function()
    empty_databases(at)
  end)
  if has_alembic then
    row(("upgrade, %d empty"):format(size), "alembic", times[1], times[2], 0.125)
  end
  row_memory(("upgrade, %d empty: memory"):format(size), memory[1], 30)
end

-- A table of 1,000,000 rows that refers to another: a change by copy, one of the schema's text.
local TABLE = "(id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, n %s DEFAULT 0, note TEXT, "
  .. "parent_id INTEGER REFERENCES parent (id))"
local CHANGES = {
  copy = 'op.alter_column("t", "n", { type = types.text })',
  text = 'op.alter_column("t", "email", { nullable = false })',
}

local function write(path, ...)
  local file = assert(io.open(path, "w"))
  assert(file:write(string.format(...)))
  assert(file:close())
end

function cases.tables()
  local at = folder .. "/tables"
  shell("mkdir -p %s", quoted(at))
  write(at .. "/full.sql", [[
CREATE TABLE parent (id INTEGER PRIMARY KEY);
CREATE TABLE t %s;
INSERT INTO parent SELECT value FROM generate_series(1, 100);
INSERT INTO t SELECT value, 'name ' || value, 'user' || value || '@example.com', value %% 100,
  'a note about ' || value, value %% 100 + 1 FROM generate_series(1, 1000000);
]], TABLE:format "INTEGER")
  write(at .. "/copy.sql", [[
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
CREATE TABLE copied %s;
INSERT INTO copied (id, name, email, n, note, parent_id)
  SELECT id, name, email, n, note, parent_id FROM t;
DROP TABLE t;
ALTER TABLE copied RENAME TO t;
COMMIT;
]], TABLE:format "TEXT")
  local commands = {}
  for i, way in ipairs { "copy", "text" } do
    shell("mkdir -p %s/%s", quoted(at), way)
    write(("%s/%s.lua"):format(at, way), 'return { url = "sqlite:%s/work.db", migrations = %q }\n',
      at, way)
    write(("%s/%s/r1.lua"):format(at, way), 'revision = "r1"\ndown_revision = nil\n'
      .. "function upgrade() %s end\nfunction downgrade() end\n", CHANGES[way])
    commands[i] = ("%s -q -c %s/%s.lua upgrade"):format(quoted(program), at, way)
  end
  commands[3] = ("sqlite3 -batch -bail %s/work.db '.read %s/copy.sql'"):format(at, at)
  if has_alembic then
    shell("mkdir -p %s/alembic/versions", quoted(at))
    generate.alembic_batch(at .. "/alembic", at .. "/work.db")
    commands[4] = "alembic -c " .. quoted(at .. "/alembic/alembic.ini") .. " upgrade head"
  end
  shell("sqlite3 -batch -bail %s/full.db '.read %s/full.sql'", at, at)
  local times, memory = measure(runs, commands, function()
    shell("cd %s && rm -f work.db* && cp full.db work.db && sync work.db", quoted(at))
  end)
  row("table, 10^6 rows: copy", "sqlite3 shell", times[1], times[3], 1.15)
  if has_alembic then
    row("table, 10^6 rows: copy", "alembic's batch mode", times[1], times[4])
  end
  row("table, 10^6 rows: text", "sqlite3 shell's copy", times[2], times[3], 0.4)
  row_memory("table, 10^6 rows: memory", math.max(memory[1], memory[2]))
end

local tools = {
  build = build, program = program, folder = folder, runs = runs, has_alembic = has_alembic,
  measure = measure, row = row, row_memory = row_memory, quoted = quoted, shell = shell,
}
for _, part in ipairs { "postgres", "data" } do
  for name, case in pairs(require(part)(tools)) do
    cases[name] = case
  end
end

print(("%-26s %13s  %-22s %13s  %7s  %6s"):format("case", "ours", "peer", "peer's", "ratio",
  "target"))
local names = #arg > 0 and arg or {
  "start", "no-op", "upgrade", "downgrade", "plan", "list", "empty", "tables", "pg-latency",
  "pg-upgrade", "pg-current", "data",
}
for _, name in ipairs(names) do
  assert(cases[name], "no such case: " .. name)()
end
if fell_short > 0 then
  print(("%d missed"):format(fell_short))
  os.exit(false)
end
