-- Proves that every wait ends: within a second of a signal, whatever the server does, and at once
-- when the connection is gone; and that neither side can block the other.
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"

-- Longer than a second: the machine may be busy.
local LIMIT = 1.8

local function now()
  local pipe = assert(io.popen "date +%s.%N")
  local text = pipe:read "n"
  pipe:close()
  return text
end

describe("db_postgres_io", function()
  local project, proxy

  local function start(body, url)
    project:write("luamigrate.lua", ("return { url = %q }\n"):format(url or project.url))
    project:write("migrations/001.lua", cli.revision { id = "001",
      upgrade = 'op.execute("CREATE TABLE t (id INT)")\n' .. body })
    local pipe = assert(io.popen(("cd %s && echo $$ && exec %s --json upgrade 2>&1"):format(
      cli.quote(project.dir), cli.quote(cli.program))))
    return pipe, pipe:read "l"
  end

  local function finish(pipe)
    local text = pipe:read "a"
    local _, how, code = pipe:close()
    return how == "signal" and 128 + code or code, text
  end

  -- Waits until the server runs this statement.
  local function runs(sql)
    repeat until project:sql(("SELECT count(*) FROM pg_stat_activity WHERE query = '%s' AND "
      .. "state = 'active' AND datname = current_database()"):format(sql)) ~= "0"
  end

  before_each(function()
    project = drivers.postgresql.project {}
  end)

  after_each(function()
    if proxy then
      proxy:stop()
      proxy = nil
    end
    project:remove()
  end)

  for name, code in pairs { INT = 130, TERM = 143, HUP = 129 } do
    it(("SIG%s ends a statement and rolls back"):format(name), function()
      local pipe, pid = start 'op.execute "SELECT pg_sleep(61)"'
      runs "SELECT pg_sleep(61)"
      local began = now()
      os.execute(("kill -%s %s"):format(name, pid))
      local status, text = finish(pipe)
      assert.equal(code, status, text)
      assert.truthy(now() - began < LIMIT)
      assert.truthy(text:find('"code":"signal"', 1, true), text)
      assert.equal("", project:sql(drivers.postgresql.tables))
      assert.equal("0", project:sql [[SELECT count(*) FROM pg_stat_activity
        WHERE query = 'SELECT pg_sleep(61)' AND datname = current_database()]])
    end)
  end

  it("a signal ends rows that come without end", function()
    local pipe, pid = start [[
      for row in op.get_bind():rows "SELECT generate_series(1, 1000000000)" do
      if row[1] == 1000 or row.generate_series == 1000 then print "running" end end]]
    local text = ""
    repeat
      text = text .. assert(pipe:read "L", text)
    until text:find "running"
    local began = now()
    os.execute("kill -INT " .. pid)
    assert.equal(130, (finish(pipe)))
    assert.truthy(now() - began < LIMIT)
  end)

  it("a signal ends the wait for a server that has gone silent", function()
    proxy = postgres.proxy(project.database)
    local pipe, pid = start('op.execute "SELECT pg_sleep(62)"', proxy.url)
    runs "SELECT pg_sleep(62)"
    proxy:tell "hole"
    local began = now()
    os.execute("kill -INT " .. pid)
    local status, text = finish(pipe)
    assert.equal(130, status, text)
    assert.truthy(now() - began < LIMIT)
  end)

  if os.getenv "SOAK" then
    it("a question of the driver itself is given up after a minute", function()
      proxy = postgres.proxy(project.database, { ["do"] = "hole", text = "SELECT NULL" })
      local pipe = start("", proxy.url)
      local status, text = finish(pipe)
      assert.equal(6, status, text)
      assert.truthy(text:find("did not answer for 60 s", 1, true), text)
      assert.equal("", project:sql(drivers.postgresql.all_tables))
    end)
  end

  it("the second signal ends it at once", function()
    proxy = postgres.proxy(project.database)
    local pipe, pid = start('op.execute "SELECT pg_sleep(63)"', proxy.url)
    runs "SELECT pg_sleep(63)"
    proxy:tell "hole"
    os.execute(("kill -INT %s; kill -TERM %s"):format(pid, pid))
    assert.truthy(({ [130] = true, [143] = true })[(finish(pipe))])
  end)

  it("a connection that is cut is exit 6", function()
    proxy = postgres.proxy(project.database)
    local pipe = start('op.execute "SELECT pg_sleep(64)"', proxy.url)
    runs "SELECT pg_sleep(64)"
    proxy:tell "cut"
    local status, text = finish(pipe)
    assert.equal(6, status, text)
    assert.falsy(text:find("invalid socket", 1, true), text)
    assert.truthy(text:find("connection to the database broke", 1, true), text)
    assert.equal("", project:sql(drivers.postgresql.tables))
  end)

  it("so is a server that kills the session", function()
    local pipe = start 'op.execute "SELECT pg_sleep(65)"'
    runs "SELECT pg_sleep(65)"
    project:sql [[SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE query = 'SELECT pg_sleep(65)' AND datname = current_database()]]
    local status, text = finish(pipe)
    assert.equal(6, status, text)
    assert.truthy(text:find('"sqlstate":"57P01"', 1, true), text)
    assert.truthy(text:find("terminating connection due to administrator command", 1, true), text)
  end)

  it("much flows both ways at once", function()
    local pipe = start [==[
      local long = ("x"):rep(200000)
      for i = 1, 60 do
        op.execute("DO $$ BEGIN RAISE NOTICE '" .. long .. "'; END $$")
      end
      op.execute("INSERT INTO t SELECT length('" .. ("y"):rep(20000000) .. "')")]==]
    local status, text = finish(pipe)
    assert.equal(0, status, text:sub(-2000))
    assert.equal("20000000", project:sql "SELECT * FROM t")
  end)
end)
