-- What a server or another session can do to a run: each fault has its exit status, a message that
-- says what to do, and leaves the state of before.
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"

local ROOT = {
  id = "r1", upgrade = [[op.create_table("t", { { "id", types.integer, primary_key = true } })]],
}

local function second(body)
  return { id = "r2", down = "r1", upgrade = "op.execute 'CREATE TABLE half (id integer)'\n"
    .. body }
end

describe("a run on a server", function()
  local project, session

  local function start(body, config)
    project = drivers.postgresql.project { config = config, revisions = { ROOT } }
    local result = project:run "upgrade"
    assert.are.equal(0, result.code, result.err)
    if body then
      project:write("migrations/r2.lua", cli.revision(second(body)))
    end
  end

  after_each(function()
    if session then session:close() end
    session = nil
    project:remove()
  end)

  local function check(result, status, ...)
    assert.are.equal(status, result.code, result.err)
    for _, text in ipairs { ... } do
      assert.is_truthy(result.err:find(text), ("no %q in:\n%s"):format(text, result.err))
    end
    assert.is_nil(result.err:find(postgres.available().password, 1, true), result.err)
  end

  local function nothing_changed()
    assert.are.equal("r1", project:sql "SELECT version_num FROM luamigrate_version")
    assert.are.equal("t", project:sql(drivers.postgresql.tables))
    assert.are.equal("1", project:sql "SELECT count(*) FROM luamigrate_history")
  end

  -- Starts an upgrade in the background; `go(pid)` is called when the session of the run is in the
  -- state that `query` finds.
  local function while_running(query, go)
    assert(os.execute(("cd %s && { env %s %s upgrade >out 2>err & echo $! >pid; wait $!; "
      .. "echo $? >status; } &"):format(cli.quote(project.dir), cli.without_libpq,
        cli.quote(cli.program))))
    -- a session of its own: in a transaction the view does not change
    local watcher = project.database:session()
    local found = ""
    for _ = 1, 200 do
      found = watcher:sql("SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
        .. "AND application_name LIKE 'luamigrate%' AND " .. query)
      if found ~= "" then break end
      watcher:sql "SELECT pg_sleep(0.05)"
    end
    if found ~= "" then
      go(found:match "%d+")
    else
      project:shell "kill -9 $(cat pid)"
    end
    for _ = 1, 200 do
      if project:exists "status" and project:read "status" ~= "" then break end
      watcher:sql "SELECT pg_sleep(0.05)"
    end
    watcher:close()
    assert(found ~= "", "the run was never there: " .. query)
    return { code = tonumber(project:read "status"), err = project:read "err",
      out = project:read "out" }
  end

  local SLEEPS = "query LIKE '%pg_sleep%' AND state = 'active'"

  it("whose session is terminated: rolled back, exit 6", function()
    start "op.execute 'SELECT pg_sleep(30)'"
    check(while_running(SLEEPS, function(pid)
      project:sql("SELECT pg_terminate_backend(" .. pid .. ")")
    end), 6, "terminating connection", "rolled back", "r2")
    nothing_changed()
  end)

  it("whose statement is cancelled by somebody: rolled back, exit 5", function()
    start "op.execute 'SELECT pg_sleep(30)'"
    check(while_running(SLEEPS, function(pid)
      project:sql("SELECT pg_cancel_backend(" .. pid .. ")")
    end), 5, "canceling statement", "rolled back")
    nothing_changed()
  end)

  it("that takes longer than statement_timeout: exit 5, and the way out", function()
    start("op.execute 'SELECT pg_sleep(30)'", "return { url = $URL, statement_timeout = 0.3 }")
    check(project:run "upgrade", 5, "statement timeout", "statement_timeout", "r2%.lua:%d")
    nothing_changed()
  end)

  it("that is idle for too long in a script: exit 6, rolled back", function()
    start "sleep(2)\nop.execute 'SELECT 1'"
    project:sql(("ALTER DATABASE %s SET idle_in_transaction_session_timeout = '500ms'"):format(
      project.database.name))
    check(project:run "upgrade", 6, "idle", "rolled back")
    nothing_changed()
  end)

  it("that is read-only: exit 13, before anything runs", function()
    start "print 'it ran'"
    project:sql(("ALTER DATABASE %s SET default_transaction_read_only = on"):format(
      project.database.name))
    local result = project:run "upgrade"
    check(result, 13, "read%-only")
    assert.is_nil(result.err:find "it ran")
    local env = project.database.env
    project.database.env = env .. " PGOPTIONS='-c default_transaction_read_only=off'"
    nothing_changed()
  end)

  it("with a table that somebody holds: tries again and says who, until it is ended", function()
    start("op.add_column('t', { 'a', types.text })",
      "return { url = $URL, ddl_lock_timeout = 0.2 }")
    session = project.database:session()
    session:sql "SET application_name = 'the holder'; BEGIN; LOCK TABLE t IN ACCESS SHARE MODE;"
    local pid = session:sql "SELECT pg_backend_pid()"
    local result = project:shell [["$L" upgrade 2>err & pid=$!
      while ! grep -q 'blocked by' err; do sleep 0.05; done
      kill -TERM $pid; wait $pid]]
    result.err = project:read "err"
    check(result, 143, "lock", "blocked by [^\n]*" .. pid, "the holder", "rolled back")
    session:sql "ROLLBACK"
    nothing_changed()
    check(project:run "upgrade", 0)
  end)

  if os.getenv "SOAK" then
    it("with a table that somebody holds for five minutes: exit 8", function()
      start("op.add_column('t', { 'a', types.text })")
      session = project.database:session()
      session:sql "BEGIN; LOCK TABLE t IN ACCESS SHARE MODE;"
      check(project:run "upgrade", 8, "lock", session:sql "SELECT pg_backend_pid()")
      nothing_changed()
    end)
  end

  it("with a table that is free again soon: tries the whole revision again", function()
    start("op.add_column('t', { 'a', types.text })",
      "return { url = $URL, ddl_lock_timeout = 0.2 }")
    session = project.database:session()
    session:sql "BEGIN; LOCK TABLE t IN ACCESS SHARE MODE;"
    local waits = 0
    local result = while_running("wait_event_type = 'Lock'", function()
      waits = waits + 1
      session:sql "SELECT pg_sleep(0.5)"
      session:sql "ROLLBACK"
    end)
    check(result, 0)
    assert.are.equal(1, waits)
    assert.are.equal("r2", project:sql "SELECT version_num FROM luamigrate_version")
    assert.are.equal("half\nt", project:sql(drivers.postgresql.tables))
  end)

  it("where another runner works: waits, names it, exit 7", function()
    start("op.execute 'SELECT pg_sleep(4)'")
    local second_result
    check(while_running(SLEEPS, function(pid)
      project:write("short.lua", ("return { url = %q, lock_timeout = 0.5 }"):format(project.url))
      second_result = project:run("-c", "short.lua", "upgrade")
      check(second_result, 7, pid, "luamigrate", "lock_timeout")
    end), 0)
    assert.is_truthy(second_result)
  end)

  it("where a dead runner's session still works: waits for it, then goes on", function()
    start "op.execute 'SELECT pg_sleep(2)'"
    local result = project:shell [["$L" upgrade >out 2>err & pid=$!; sleep 0.7
      kill -9 $pid; wait $pid; "$L" upgrade]]
    check(result, 0)
    assert.are.equal("r2", project:sql "SELECT version_num FROM luamigrate_version")
    assert.are.equal("2", project:sql "SELECT count(*) FROM luamigrate_history")
  end)
end)

describe("a server that cannot be reached", function()
  local at = postgres.available()
  local cases = {
    { "a wrong password", { password = "s3cretword" }, "password" },
    { "an unknown user", { user = "nobody_here", password = "s3cretword" }, "nobody_here" },
    { "an unknown database", { name = "no_such_database" }, "no_such_database" },
    { "a port where nobody listens", { port = "1", password = "s3cretword" }, "refused" },
    { "an unknown host", { host = "no-such-host.invalid", password = "s3cretword" },
      "no%-such%-host%.invalid" },
    { "a socket that is not there", { host = "/nowhere/at/all" }, "/nowhere/at/all" },
  }
  for _, case in ipairs(cases) do
    it("because of " .. case[1] .. ": exit 6 and what to do", function()
      assert(at, "no PostgreSQL server")
      local project = cli.project { config = false, revisions = { ROOT } }
      local url = postgres.url(case[2].name or "postgres", case[2])
      for _, command in ipairs { "upgrade", "status", "current" } do
        local result = project:run("-d", url, command)
        assert.are.equal(6, result.code, result.err)
        assert.is_truthy(result.err:find(case[3]), result.err)
        assert.is_truthy(result.err:find "\n  hint: ", result.err)
        assert.is_nil((result.err .. result.out):find("s3cretword", 1, true), result.err)
        assert.is_nil((result.err .. result.out):find(at.password, 1, true), result.err)
      end
      project:remove()
    end)
  end
end)

describe("a server that stops", function()
  local project, cluster

  before_each(function()
    cluster = postgres.cluster()
    project = cli.project { database = cluster:database(), revisions = { ROOT,
      second "op.execute 'SELECT pg_sleep(3)'" } }
  end)

  after_each(function()
    project:remove()
    cluster:stop()
  end)

  it("and comes back: rolled back, said so, and the next run goes on", function()
    local run = ("cd %s && { env %s %s upgrade >out 2>err; echo $? >status; } &"):format(
      cli.quote(project.dir), cli.without_libpq, cli.quote(cli.program))
    assert(os.execute(run))
    local session = project.database:session()
    for _ = 1, 200 do
      if session:sql "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(3)%'" ~= ""
        then break end
      session:sql "SELECT pg_sleep(0.05)"
    end
    cluster:restart "immediate"
    session:close()
    for _ = 1, 100 do
      if project:exists "status" and project:read "status" ~= "" then break end
      os.execute "sleep 0.1"
    end
    assert.are.equal("6\n", project:read "status", project:read "err")
    assert.is_truthy(project:read "err":find("rolled back", 1, true), project:read "err")
    assert.are.equal("r1", project:sql "SELECT version_num FROM luamigrate_version")
    local again = project:run "upgrade"
    assert.are.equal(0, again.code, again.err)
    assert.are.equal("half\nt", project:sql(drivers.postgresql.tables))
  end)
end)
