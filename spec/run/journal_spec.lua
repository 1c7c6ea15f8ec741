-- Revisions with transaction = false: each step exactly once, also when a run stops in between
-- (G9); the statements that run alone: alone_spec.lua.
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"

local KILLS = os.getenv "SOAK" and 200 or 20

-- A revision of steps; what the body prints tells which way it went.
local function revision(id, parent, body, downgrade)
  return ([[
revision = "%s"
down_revision = %s
transaction = false
function upgrade()
  local db = op.get_bind()
%s
end
function downgrade()
%s
end
]]):format(id, parent and ('"%s"'):format(parent) or "nil", body, downgrade or "")
end

local TABLE = 'op.create_table("t", { { "id", types.integer, primary_key = true, '
  .. 'autoincrement = false }, { "n", types.integer } })\n'

describe("a revision with transaction = false", function()
  drivers.each(function(driver)
    local project

    before_each(function()
      project = driver.project()
    end)
    after_each(function()
      project:remove()
    end)

    local function write(body, downgrade)
      project:write("migrations/r1.lua", revision("r1", nil, body, downgrade))
    end

    local function run(status, ...)
      local words = { ... }
      if #words == 0 then words = { "upgrade" } end
      local result = project:run(table.unpack(words))
      assert.are.equal(status, result.code, result.err)
      return result
    end

    local function has(text, wanted)
      assert.is_truthy(text:find(wanted, 1, true), ("no %q in:\n%s"):format(wanted, text))
    end

    local function steps()
      return project:sql "SELECT count(*) FROM luamigrate_progress"
    end

    it("finishes with version row and history row, and without steps", function()
      write(TABLE .. [[op.execute "INSERT INTO t VALUES (1, 1)"]], 'op.drop_table "t"')
      run(0)
      assert.are.equal("r1", project:sql "SELECT version_num FROM luamigrate_version")
      assert.are.equal("upgrade done",
        project:sql "SELECT direction || ' ' || state FROM luamigrate_history")
      assert.are.equal("0", steps())
      run(0, "downgrade")
      assert.are.equal("", project:sql(driver.tables))
      assert.are.equal("0", steps())
    end)

    it("keeps finished steps after an error and goes on behind them", function()
      write(TABLE .. [[
  op.execute "INSERT INTO t VALUES (1, 1)"
  local changed = op.execute("UPDATE t SET n = n + :d", { d = 10 }).rowcount
  local count = op.bulk_insert("t", { { id = 2, n = 2 }, { id = 3, n = 3 } })
  op.step("named", function()
    op.execute "INSERT INTO t VALUES (4, 4)"
    db:execute "INSERT INTO t VALUES (5, 5)"
  end)
  print("results", changed, count)
  if not STOPPED then error "stop here" end]])
      local text = project:read "migrations/r1.lua"
      project:write("migrations/r1.lua", (text:gsub("not STOPPED", "true")))
      local result = run(11)
      has(result.err, "stop here")
      has(result.err, "5 steps of r1 are done and stay done")
      has(result.err, "the next `luamigrate upgrade` goes on from there")
      has(result.err, "results\t1\t2")
      assert.are.equal("5", steps())
      assert.are.equal("", project:sql "SELECT version_num FROM luamigrate_version")
      project:write("migrations/r1.lua", (text:gsub("not STOPPED", "false")))
      has(run(0).err, "results\t1\t2")
      assert.are.equal("5|30", project:sql "SELECT count(*), sum(n) - sum(id) + 20 FROM t"
        :gsub("||", "|"))
      assert.are.equal("0", steps())
    end)

    it("knows a step with a JSON text again in the next process", function()
      write(TABLE .. [[
  op.add_column("t", { "doc", types.text })
  op.bulk_insert("t", { { id = 1, doc = json.encode {
    name = "x", low = 1, high = 2, step = 3, log = true, choices = { one = 1, two = 2 } } } })
  error "stop here"]])
      for _ = 1, 4 do
        run(11)
      end
      assert.are.equal("1", project:sql "SELECT count(*) FROM t")
    end)

    it("ends with 11 when the first step fails, and nothing is left of it", function()
      write(TABLE .. [[op.execute "INSERT INTO nix VALUES (1)"]])
      run(11)
      write [[
  op.step("both", function()
    op.create_table("u", { { "id", types.integer } })
    op.execute "INSERT INTO nix VALUES (1)"
  end)]]
      has(run(11).err, "it stopped in both")
      assert.are.equal("t", project:sql(driver.tables))
    end)

    it("knows a step by function and arguments, not by its place", function()
      write(TABLE .. [[
  op.execute "INSERT INTO t VALUES (1, 1)"
  op.execute("UPDATE t SET n = n + :a * :b", { a = 2, b = 3 })
  error "stop"]])
      run(11)
      write([[
  op.execute "CREATE TABLE before (id INTEGER)"
  op.execute("UPDATE t SET n = n + :a * :b", { b = 3, a = 2 })
  op.execute("UPDATE t SET n = n + :a * :b", { b = 30, a = 2 })
  if not op.inspect():has_table "t" then
  ]] .. TABLE .. [[end
  op.execute "INSERT INTO t VALUES (1, 1)"]])
      run(0)
      assert.are.equal("67", project:sql "SELECT n FROM t")
    end)

    it("counts how often the same step came before", function()
      write(TABLE .. [[
  op.execute "INSERT INTO t VALUES (1, 0)"
  for i = 1, 3 do
    op.execute "UPDATE t SET n = n + 1"
    if i == 2 then error "stop" end
  end]])
      run(11)
      assert.are.equal("2", project:sql "SELECT n FROM t")
      local text = project:read "migrations/r1.lua":gsub("if i == 2 then error \"stop\" end", "")
      project:write("migrations/r1.lua", text)
      run(0)
      assert.are.equal("3", project:sql "SELECT n FROM t")
    end)

    it("knows a named step by its name alone, and no name twice", function()
      write(TABLE .. [[
  op.step("fill", function() op.execute "INSERT INTO t VALUES (1, 1)" end)
  error "stop"]])
      run(11)
      write(TABLE .. [[
  op.step("fill", function() op.execute "INSERT INTO t VALUES (2, 2)" end)
  op.step("fill", function() op.execute "INSERT INTO t VALUES (3, 3)" end)]])
      has(run(11).err, "two steps have the name 'fill'")
      assert.are.equal("1", project:sql "SELECT id FROM t")
    end)

    it("undoes only the step whose error was caught, and ends with 11", function()
      write(TABLE .. [[
  op.execute "INSERT INTO t VALUES (1, 1)"
  print(pcall(op.step, "double", function()
    op.execute "INSERT INTO t VALUES (2, 2)"
    pcall(op.execute, "INSERT INTO t VALUES (1, 1)")
  end))
  print(pcall(op.execute, "INSERT INTO t VALUES (1, 2)"))
  op.execute "INSERT INTO t VALUES (3, 3)"]])
      local result = run(11)
      has(result.err, "the script caught this error")
      assert.are.equal("1\n3", project:sql "SELECT id FROM t ORDER BY id")
      assert.are.equal("3", steps())
    end)

    it("lets an error of Lua in a step be caught: the step is undone, the rest counts", function()
      write(TABLE .. [[
  local ok = pcall(op.step, "half", function()
    op.execute "INSERT INTO t VALUES (1, 1)"
    error "not so"
  end)
  assert(not ok)
  op.execute "INSERT INTO t VALUES (2, 2)"]])
      run(0)
      assert.are.equal("2", project:sql "SELECT id FROM t")
    end)

    it("rolls back to a savepoint inside of a step", function()
      write(TABLE .. [[
  op.step("part", function()
    op.execute "INSERT INTO t VALUES (1, 1)"
    pcall(op.savepoint, function()
      op.execute "INSERT INTO t VALUES (2, 2)"
      op.execute "INSERT INTO t VALUES (1, 1)"
    end)
  end)]])
      run(0)
      assert.are.equal("1", project:sql "SELECT id FROM t")
    end)

    it("refuses to write outside of a step, and reads there", function()
      write(TABLE .. [[
  op.execute "INSERT INTO t VALUES (1, 1)"
  print("read", db:scalar "SELECT n FROM t", op.execute("SELECT 1").rowcount)
  db:execute "DELETE FROM t"]])
      local result = run(11)
      has(result.err, "read\t1\t0")
      has(result.err, "outside of a step this revision only reads")
      has(result.err, "op.step")
      has(result.err, "r1.lua:9")
      assert.are.equal("2", steps())
      for _, body in ipairs {
        [[db:all "DELETE FROM t RETURNING id"]],
        [[for _ in db:rows "DELETE FROM t RETURNING id" do end]],
        [[db:copy_in("t", { "id", "n" }, { { 9, 9 } })]],
      } do
        write(TABLE .. [[op.execute "INSERT INTO t VALUES (1, 1)"
          ]] .. body)
        has(run(11).err, "outside of a step this revision only reads")
      end
      assert.are.equal("1", project:sql "SELECT count(*) FROM t")
    end)

    it("reads rows as they were when the loop began, whatever its steps do", function()
      write(TABLE .. [[
  op.bulk_insert("t", { { id = 1, n = 1 }, { id = 2, n = 2 }, { id = 3, n = 3 } })
  local sum = 0
  for row in db:rows "SELECT id, n FROM t ORDER BY id" do
    sum = sum + row.n
    op.execute("UPDATE t SET n = n + 100")
    op.execute("INSERT INTO t VALUES (:id, 0)", { id = row.id + 10 })
  end
  print("sum", sum)]])
      has(run(0).err, "sum\t6")
      assert.are.equal("6", project:sql "SELECT count(*) FROM t")
    end)

    local SETTING = {
      sqlite = { "PRAGMA recursive_triggers = ON", "PRAGMA recursive_triggers", "1", "0" },
      postgresql = { "SET work_mem = '7MB'", "SHOW work_mem", "7MB", "4MB" },
    }

    it("runs settings each time; they hold to the end of the revision", function()
      local set = SETTING[driver.name]
      write(("op.execute %q\n"):format(set[1]) .. TABLE .. ([[
  op.execute "INSERT INTO t VALUES (1, 1)"
  pcall(op.step, "undone", function() error "x" end)
  op.step("inside", function() print("inside", db:scalar %q) end)
  print("now", db:scalar %q)
  error "stop"]]):format(set[2], set[2]))
      local first = run(11).err
      has(first, "inside\t" .. set[3])
      has(first, "now\t" .. set[3])
      assert.are.equal("3", steps())
      local text = project:read "migrations/r1.lua":gsub('error "stop"', "")
      project:write("migrations/r1.lua", text)
      project:write("migrations/r2.lua", revision("r2", "r1",
        ("print('later', db:scalar %q)"):format(set[2])))
      local second = run(0).err
      has(second, "now\t" .. set[3])
      has(second, "later\t" .. set[4])
    end)

    it("is resumable in a downgrade, too", function()
      write(TABLE .. [[op.execute "INSERT INTO t VALUES (1, 1)"]], [[
  op.execute "UPDATE t SET n = n + 1"
  error "stop"]])
      run(0)
      has(run(11, "downgrade").err, "the next `luamigrate downgrade` goes on")
      assert.are.equal("r1", project:sql "SELECT version_num FROM luamigrate_version")
      write(TABLE .. [[op.execute "INSERT INTO t VALUES (1, 1)"]], [[
  op.execute "UPDATE t SET n = n + 1"
  op.execute "INSERT INTO t SELECT id + 1, n FROM t"]])
      run(0, "downgrade")
      assert.are.equal("2\n2", project:sql "SELECT n FROM t")
      assert.are.equal("0", steps())
    end)

    it("ends with 10 when a signal comes once a step has begun, else with 128 + n", function()
      local line = [[: >err; "$L" upgrade 2>>err & pid=$!
        until grep -q ready err; do sleep 0.02; done; kill -INT $pid; wait $pid]]
      write [[print "ready" sleep(60)]]
      assert.are.equal(130, project:shell(line).code, project:read "err")
      write(TABLE .. [[print "ready" sleep(60)]])
      assert.are.equal(10, project:shell(line).code, project:read "err")
      has(project:read "err", "1 step of r1 is done and stays done")
      write(TABLE .. [[op.step("long", function()
        op.execute "INSERT INTO t VALUES (1, 1)" print "ready" sleep(60) end)]])
      assert.are.equal(10, project:shell(line).code, project:read "err")
      assert.are.equal("0", project:sql "SELECT count(*) FROM t")
      write(TABLE)
      run(0)
    end)

    it(("does each of six steps once in %d rounds of kill -9"):format(KILLS), function()
      local body = TABLE .. [[
  op.execute "INSERT INTO t WITH RECURSIVE c(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM c \z
    WHERE i < 20000) SELECT i, 0 FROM c"
  for i = 1, 2 do op.execute "UPDATE t SET n = n + 1" end
  op.step("sum", function()
    op.execute "UPDATE t SET n = n + 10"
    op.bulk_insert("t", { { id = 2, n = 100 } })
  end)
  op.execute "UPDATE t SET n = n + 1000"]]
      write(body)
      local started = project:shell("date +%s%N").out
      run(0)
      local seconds = (tonumber(project:shell("date +%s%N").out) - tonumber(started)) / 1e9
      math.randomseed(20261121)
      local cut, kept = 0, 0
      for round = 1, KILLS do
        local database = driver.another(project, "round" .. round)
        local function kill()
          project:shell(([[timeout -s KILL %.4f "$L" -q -d "%s" upgrade; true]]):format(
            seconds * (0.1 + 0.9 * math.random()), database.url))
        end
        kill()
        if round % 2 == 0 then kill() end
        local tables = "\n" .. database:sql(driver.all_tables) .. "\n"
        if tables:find "\nluamigrate_version\n" then
          local done = database:sql "SELECT count(*) FROM luamigrate_version"
          if done == "0" then cut = cut + 1 end
          if tables:find "\nluamigrate_progress\n" and done == "0"
            and tonumber(database:sql "SELECT count(*) FROM luamigrate_progress") > 0 then
            kept = kept + 1
          end
        else
          cut = cut + 1
        end
        local again = project:run("-d", database.url, "upgrade")
        assert.are.equal(0, again.code, again.err)
        assert.are.equal("1100 1012 1012", database:sql "SELECT (SELECT n FROM t WHERE id = 2) \z
          || ' ' || min(n) || ' ' || max(n) FROM t WHERE id > 2")
        assert.are.equal("0", database:sql "SELECT count(*) FROM luamigrate_progress")
        database:drop()
      end
      -- rounds in which nothing was cut short prove nothing
      assert.is_true(cut > KILLS / 10 and kept > 0, cut .. " were cut, " .. kept .. " in between")
    end)

    it("lets several runners do each step once", function()
      write(TABLE .. [[
  op.execute "INSERT INTO t VALUES (1, 0)"
  for i = 1, 20 do op.execute "UPDATE t SET n = n + 1" end]])
      local result = project:shell [[
        for i in 1 2 3 4; do "$L" -q upgrade 2>err$i & pids="$pids $!"; done
        for pid in $pids; do wait $pid || exit $?; done]]
      assert.are.equal(0, result.code, project:read "err1" .. project:read "err2"
        .. project:read "err3" .. project:read "err4")
      assert.are.equal("20", project:sql "SELECT n FROM t")
      assert.are.equal("1", project:sql "SELECT count(*) FROM luamigrate_history")
    end)
  end)

  describe("on postgresql", function()
    it("ends with 10 when the connection is lost once a step has begun, else with 6", function()
      local project = drivers.postgresql.project()
      finally(function() project:remove() end)
      local die = "db:scalar 'SELECT pg_terminate_backend(pg_backend_pid())'\n"
      for _, case in ipairs {
        { 6, die },
        { 10, TABLE .. die },
        { 10, TABLE .. 'op.step("x", function() op.execute "INSERT INTO t VALUES (1, 1)" '
          .. die .. "end)" },
      } do
        local status, body = table.unpack(case)
        project:write("migrations/r1.lua", revision("r1", nil, body))
        local result = project:run "upgrade"
        assert.are.equal(status, result.code, result.err)
      end
      project:write("migrations/r1.lua", revision("r1", nil, TABLE))
      assert.are.equal(0, project:run("upgrade").code)
      assert.are.equal("0", project:sql "SELECT count(*) FROM t")
    end)

    it("tells nothing of steps that it could not read, and says what is known", function()
      local project = drivers.postgresql.project()
      finally(function() project:remove() end)
      project:write("migrations/r1.lua", revision("r1", nil, TABLE .. 'error "stop"'))
      assert.are.equal(11, project:run("upgrade").code)
      local proxy = postgres.proxy(project.database, { ["do"] = "before",
        text = "SELECT revision, step" })
      local result = project:run("-d", proxy.url, "upgrade")
      assert.are.equal(1, proxy:stop().cuts)
      assert.are.equal(6, result.code, result.err)
      assert.is_truthy(result.err:find("earlier ones have done stay done", 1, true), result.err)
      assert.are.equal("1", project:sql "SELECT count(*) FROM luamigrate_progress")
    end)
  end)

  describe("on sqlite", function()
    it("does each step once when two runners are between its steps", function()
      local project = drivers.sqlite.project()
      finally(function() project:remove() end)
      project:sql "CREATE TABLE gate (id INTEGER)"
      project:write("migrations/r1.lua", revision("r1", nil, TABLE .. [[
  op.execute "INSERT INTO t VALUES (1, 0)"
  print "waits"
  while db:scalar "SELECT count(*) FROM gate" == 0 do sleep(0.01) end
  for i = 1, 40 do op.execute "UPDATE t SET n = n + 1" sleep(0.005) end]]))
      local result = project:shell [[
        for i in 1 2; do "$L" upgrade 2>err$i & pids="$pids $!"; done
        until { grep -q waits err1 && grep -q waits err2; } || ! kill -0 $pids; do
          sleep 0.01; done 2>/dev/null
        sqlite3 -cmd '.timeout 5000' app.db 'INSERT INTO gate VALUES (1)'
        for pid in $pids; do wait $pid || exit $?; done]]
      assert.are.equal(0, result.code, project:read "err1" .. project:read "err2")
      assert.are.equal("40", project:sql "SELECT n FROM t")
      assert.are.equal("1", project:sql "SELECT count(*) FROM luamigrate_history")
    end)

    it("checks foreign keys step by step, and passes violations that were there", function()
      local project = drivers.sqlite.project()
      finally(function() project:remove() end)
      project:sql [[CREATE TABLE p (id INTEGER PRIMARY KEY);
        CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id));
        INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1, 1), (2, 99)]]
      project:write("migrations/r1.lua", revision("r1", nil, [[
  op.execute "INSERT INTO c VALUES (3, 2)"
  op.execute "DELETE FROM p WHERE id = 1"]]))
      local result = project:run "upgrade"
      assert.are.equal(11, result.code, result.err)
      assert.is_truthy(result.err:find("foreign keys are violated by 1 row", 1, true), result.err)
      assert.are.equal("3 2",
        project:sql "SELECT (SELECT count(*) FROM c) || ' ' || count(*) FROM p")
    end)
  end)
end)
