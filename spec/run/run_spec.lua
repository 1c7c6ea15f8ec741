-- A whole run: the runner's lock on PostgreSQL, and what is done where a pooler makes it worthless
-- (G3, G5).
local core = require "luamigrate.core"
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"

local REVISIONS = {
  { id = "r1", upgrade = "" }, { id = "r2", down = "r1", upgrade = "" },
}

-- Whether the lock of a runner is held in this database.
local LOCKS = [[SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database
  WHERE locktype = 'advisory' AND datname = current_database()]]

describe("a runner on PostgreSQL", function()
  local project

  before_each(function()
    project = drivers.postgresql.project { revisions = REVISIONS }
  end)

  after_each(function()
    project:remove()
  end)

  it("holds the lock while it works, and gives it back", function()
    project:write("migrations/r2.lua", cli.revision { id = "r2", down = "r1", upgrade =
      ("op.execute [[CREATE TABLE seen AS %s]]"):format(LOCKS) })
    assert.equal(0, project:run("upgrade").code)
    assert.equal("1", project:sql "SELECT * FROM seen")
    assert.equal("0", project:sql(LOCKS))
  end)

  it("takes no lock and waits for nothing when nothing is pending", function()
    assert.equal(0, project:run("upgrade").code)
    local session = project.database:session()
    finally(function() session:close() end)
    session:sql "BEGIN; LOCK TABLE luamigrate_version IN SHARE ROW EXCLUSIVE MODE"
    local proxy = postgres.proxy(project.database)
    finally(function() proxy:stop() session:close() end)
    local result = project:run("upgrade", "-d", proxy.url)
    assert.equal(0, result.code, result.err)
    for _, entry in ipairs(proxy:report().log) do
      assert.falsy(entry.text:find("advisory_lock", 1, true), entry.text)
    end
  end)

  it("waits at most lock_timeout for another one and names it", function()
    project:write("luamigrate.lua",
      ("return { url = %q, lock_timeout = 0.4 }"):format(project.database.url))
    -- the lock's number, from a run that is watched
    local proxy = postgres.proxy(project.database)
    finally(function() proxy:stop() end)
    assert.equal(0, project:run("upgrade", "r1", "-d", proxy.url).code)
    project:write("migrations/r2.lua", cli.revision { id = "r2", down = "r1", upgrade =
      "op.execute [[CREATE TABLE k AS SELECT classid::bigint AS c, objid::bigint AS o "
      .. "FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()]]" })
    assert.equal(0, project:run("upgrade").code)
    assert.equal(0, project:run("downgrade", "--yes").code)
    local session = project.database:session()
    finally(function() session:close() proxy:stop() end)
    local pid = session:sql "SELECT pg_backend_pid()"
    session:sql "SELECT pg_advisory_lock((c << 32) | o) FROM k"
    local last, result = project:json "upgrade"
    assert.equal(7, result.code, result.err)
    assert.equal("locked", last.error.code)
    assert.truthy(last.error.message:find("pid " .. pid, 1, true), last.error.message)
    assert.truthy(result.err:find("waiting for another luamigrate", 1, true), result.err)
    assert.equal("r1", project:sql "SELECT * FROM luamigrate_version")
  end)

  it("needs few round trips: one for a revision, twelve for the rest", function()
    local list = {}
    for i = 1, 20 do
      list[i] = { id = "n" .. i, down = i == 1 and "r2" or "n" .. i - 1, upgrade = ([[
        op.create_table("t%d", { { "id", types.integer } })
        op.create_index("i%d", "t%d", { "id" })
        op.add_column("t%d", { "x", types.text })]]):format(i, i, i, i) }
      project:write(("migrations/n%02d.lua"):format(i), cli.revision(list[i]))
    end
    assert.equal(0, project:run("upgrade", "r2").code)
    local function trips(target)
      local proxy = postgres.proxy(project.database)
      finally(function() proxy:stop() end)
      local result = project:run("upgrade", target, "-d", proxy.url)
      assert.equal(0, result.code, result.err)
      return proxy:stop().trips
    end
    local three, more = trips "n3", trips "n20"
    assert.truthy(three <= 3 + 12, three)
    assert.equal(14, more - three)
  end)
end)

describe("a runner behind a pooler", function()
  local db

  before_each(function()
    db = postgres.database()
  end)

  after_each(function()
    db:drop()
  end)

  it("says so once, and runs under the fence alone", function()
    local texts = {}
    assert.equal(2, core.run.upgrade(db.url, { pooled = true, revisions = { { id = "r1", sql =
      ("CREATE TABLE seen AS %s"):format(LOCKS) }, { id = "r2", sql = "SELECT 1" } },
      event = function(text) texts[#texts + 1] = text end }))
    assert.equal(1, #texts)
    assert.truthy(texts[1]:find("pooler", 1, true), texts[1])
    assert.equal("0", db:sql "SELECT * FROM seen")
    assert.equal("r2", db:sql "SELECT * FROM luamigrate_version")
  end)

  it("leaves nothing in the process that is lent to others after it", function()
    local seen = "SELECT concat_ws(' ', current_setting('work_mem'), "
      .. "current_setting('statement_timeout'), session_user, current_user, to_regclass('mine'))"
    assert.equal(2, core.run.upgrade(db.url, { pooled = true, revisions = {
      { id = "r1", sql = [[DO $$ BEGIN
        SET work_mem = '77MB'; SET statement_timeout = 12345; CREATE TEMP TABLE mine (id int);
        SET SESSION AUTHORIZATION pg_monitor; END $$]] },
      { id = "r2", sql = "CREATE TABLE seen AS " .. seen } } }))
    assert.equal(db:sql(seen), db:sql "SELECT * FROM seen")
  end)

  it("runs no script on rows that moved", function()
    local r1 = { id = "r1", sql = "CREATE SEQUENCE s" }
    local r2 = { id = "r2", sql = "SELECT nextval('s')" }
    assert.equal(1, core.run.upgrade(db.url, { revisions = { r1 } }))
    local session = db:session()
    finally(function() session:close() end)
    session:sql [[BEGIN; LOCK TABLE luamigrate_version IN ROW EXCLUSIVE MODE;
      UPDATE luamigrate_version SET version_num = 'r2']]
    session:post "SELECT pg_sleep(0.3); COMMIT"
    local count, err = core.run.upgrade(db.url, { pooled = true, revisions = { r1, r2 } })
    assert.equal(0, count, err and err.message)
    assert.equal("f", db:sql "SELECT is_called FROM s")
  end)

  it("applies each revision once when eight begin together, tables missing and all", function()
    local folder = cli.folder()
    finally(function() os.execute("rm -rf " .. folder) end)
    local script = folder .. "/run.lua"
    local file = assert(io.open(script, "w"))
    assert(file:write(([[
      local revisions = {}
      for i = 1, 4 do
        revisions[i] = { id = "r" .. i, sql = "INSERT INTO log VALUES ('r" .. i .. "')" }
      end
      local count, err = require "luamigrate.core".run.upgrade(%q,
        { pooled = true, lock_timeout = 30, revisions = revisions })
      print(count and "ok" or err.message)
    ]]):format(db.url)))
    assert(file:close())
    for _ = 1, 3 do
      db:sql "DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE log (id text)"
      local pipe = assert(io.popen(("for i in 1 2 3 4 5 6 7 8; do %s %s & done; wait")
        :format(os.getenv "SPEC_LUA" or "lua5.4", script)))
      assert.equal(("ok\n"):rep(8), pipe:read "a")
      assert(pipe:close())
      assert.equal("r1\nr2\nr3\nr4", db:sql "SELECT * FROM log")
      assert.equal("4", db:sql "SELECT count(*) FROM luamigrate_history")
    end
  end)
end)
