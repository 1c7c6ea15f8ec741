-- Proves the lock of one runner: who waits is told for whom, goes on when it is free, and gives up
-- in time; and that the holders of a table's lock are named.
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"

describe("db_postgres_lock", function()
  local project, session

  local function configure(more)
    project:write("luamigrate.lua", ("return { url = %q%s }\n"):format(project.url, more or ""))
  end

  before_each(function()
    project = drivers.postgresql.project { revisions = { { id = "001",
      upgrade = 'op.execute("CREATE TABLE t (id INT)")\n'
        .. 'op.execute("SELECT pg_advisory_xact_lock(77)")' } } }
    session = project.database:session()
    session:sql "SELECT pg_advisory_lock(77)"
  end)

  after_each(function()
    session:close()
    project:remove()
  end)

  -- Starts the program; its output is read with read(), its exit status comes from close().
  local function start(line)
    return assert(io.popen(("cd %s && echo $$ && L=%s; export L; exec %s 2>&1"):format(
      cli.quote(project.dir), cli.quote(cli.program), line)))
  end

  local function waits_for_77()
    return project:sql [[SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
      WHERE locktype = 'advisory' AND objid = 77 AND NOT granted
      AND datname = current_database()]] == "1"
  end

  -- A runner that holds the lock until 77 is free. Returns its pipe and process id.
  local function holder()
    local pipe = start '"$L" upgrade'
    local pid = pipe:read "l"
    repeat until waits_for_77()
    return pipe, pid
  end

  local function finish(pipe)
    local text = pipe:read "a"
    local _, how, code = pipe:close()
    return how == "signal" and 128 + code or code, text
  end

  local function backend()
    return project:sql [[SELECT pid FROM pg_stat_activity WHERE application_name = 'luamigrate'
      AND datname = current_database()]]
  end

  it("names the holder when it gives up", function()
    local first = holder()
    local pid = backend()
    configure ", lock_timeout = 0.5"
    local result = project:run "upgrade"
    assert.equal(7, result.code, result.err)
    local who = ("(pid %s, luamigrate, user "):format(pid)
    for _, text in ipairs { "note: waiting for another luamigrate ",
      "error: another luamigrate works on this database " } do
      assert.truthy(result.err:find(text .. who, 1, true), result.err)
    end
    assert.truthy(result.err:find "connected since %d+%-%d+%-%d+T%d+:%d+:%d+Z")
    local _, count = result.err:gsub("note: waiting", "")
    assert.equal(1, count)
    assert.truthy(result.err:find("raise lock_timeout", 1, true))
    session:sql "SELECT pg_advisory_unlock(77)"
    assert.equal(0, (finish(first)))
  end)

  it("goes on when it is free, and finds nothing to do", function()
    local first = holder()
    local second = start '"$L" upgrade'
    local text = ""
    repeat
      text = text .. assert(second:read "L", text)
    until text:find "waiting for another luamigrate"
    session:sql "SELECT pg_advisory_unlock(77)"
    assert.equal(0, (finish(first)))
    local code, rest = finish(second)
    assert.equal(0, code, rest)
    assert.falsy(rest:find "base %-> 001")
    assert.equal("001", project:sql "SELECT * FROM luamigrate_version")
  end)

  it("is another one for another version table", function()
    -- the history table is there already: two transactions that make it would wait for each other
    local body = project:read "migrations/001.lua"
    local function empty(id)
      project:write("migrations/001.lua", cli.revision { id = id })
    end
    configure ", version_table = 'other_version', lock_timeout = 0.2"
    empty "000"
    assert.equal(0, project:run "upgrade".code)
    assert.equal(0, project:run("downgrade", "base").code)
    project:write("migrations/001.lua", body)
    configure()
    local first = holder()
    configure ", version_table = 'other_version', lock_timeout = 0.2"
    empty "000"
    local result = project:run "upgrade"
    assert.equal(0, result.code, result.err)
    session:sql "SELECT pg_advisory_unlock(77)"
    assert.equal(0, (finish(first)))
  end)

  it("dies with its holder, even in the middle of a statement", function()
    -- before that the server does not look
    if postgres.older(14) then
      return pending(postgres.older(14))
    end
    local first, pid = holder()
    os.execute("kill -9 " .. pid)
    finish(first)
    project:write("migrations/001.lua", cli.revision { id = "001" })
    configure ", lock_timeout = 10"
    local result = project:run "upgrade"
    assert.equal(0, result.code, result.err)
    assert.equal("", project:sql(drivers.postgresql.tables))
  end)

  it("a signal ends the wait", function()
    local first = holder()
    local second = start '"$L" upgrade'
    local pid, text = second:read "l", ""
    repeat
      text = text .. assert(second:read "L", text)
    until text:find "waiting for another luamigrate"
    os.execute("kill -INT " .. pid)
    assert.equal(130, (finish(second)))
    session:sql "SELECT pg_advisory_unlock(77)"
    assert.equal(0, (finish(first)))
  end)

  it("a waiting runner holds no snapshot", function()
    local first = holder()
    local second = start '"$L" upgrade'
    local text = ""
    repeat
      text = text .. assert(second:read "L", text)
    until text:find "waiting for another luamigrate"
    local idle
    for _ = 1, 20 do -- between two polls, that is nearly always
      idle = idle == "t" and idle or project:sql [[
      SELECT bool_and(state = 'idle' AND backend_xmin IS NULL) FROM pg_stat_activity
      WHERE application_name = 'luamigrate' AND datname = current_database()
      AND pid NOT IN (SELECT pid FROM pg_locks WHERE NOT granted)]]
    end
    assert.equal("t", idle)
    session:sql "SELECT pg_advisory_unlock(77)"
    assert.equal(0, (finish(first)))
    assert.equal(0, (finish(second)))
  end)

  it("sessions that hold a table are named", function()
    project:sql 'CREATE TABLE "Held" (id INT)'
    session:sql 'BEGIN; SET application_name = \'the app\'; LOCK TABLE "Held" IN SHARE MODE'
    configure ", ddl_lock_timeout = 0.1"
    project:write("migrations/001.lua", cli.revision { id = "001",
      upgrade = [[op.execute('ALTER TABLE "Held" ADD a INT')]] })
    local pipe = start '"$L" upgrade'
    local text = ""
    repeat
      text = text .. assert(pipe:read "L", text)
    until text:find "holds"
    assert.truthy(text:find("pid %d+ %(the app%), idle in transaction for %d+ s, "
      .. "holds ShareLock on Held: "), text)
    session:sql "ROLLBACK"
    assert.equal(0, (finish(pipe)))
  end)
end)
