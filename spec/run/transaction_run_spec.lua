-- transaction = "run": one transaction for the whole command, everything or nothing.
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"

local function revisions(last)
  return {
    { id = "r1", upgrade = 'op.create_table("t1", { { "id", types.integer } })',
      downgrade = 'op.drop_table "t1"' },
    { id = "r2", down = "r1", upgrade = 'op.create_table("t2", { { "id", types.integer } })',
      downgrade = 'op.drop_table "t2"' },
    last,
  }
end

local CONFIG = 'return { url = $URL, transaction = "run" }'
local WRONG = { id = "r3", down = "r2", upgrade = 'op.execute "INSERT INTO nix VALUES (1)"' }

describe("one transaction for the run", function()
  drivers.each(function(driver)
    local project

    local function start(last, config)
      project = driver.project { revisions = revisions(last), config = config or CONFIG }
    end

    after_each(function()
      project:remove()
    end)

    local function version()
      return project:sql "SELECT version_num FROM luamigrate_version"
    end

    local function history()
      return project:sql "SELECT revision, direction FROM luamigrate_history ORDER BY id"
    end

    it("goes up and down", function()
      start()
      local last, result = project:json "upgrade"
      assert.equal(0, result.code, result.err)
      assert.same({}, last.from)
      assert.same({ "r2" }, last.to)
      assert.same({ "step", "r1", "r1" },
        { result.lines[1].event, result.lines[1].revision, result.lines[1].to[1] })
      assert.same({ "r1" }, result.lines[2].from)
      assert.equal("r2", version())
      assert.equal("t1\nt2", project:sql(driver.tables))
      assert.equal("r1|upgrade\nr2|upgrade", history())
      result = project:run("downgrade", "base", "--yes")
      assert.equal(0, result.code, result.err)
      assert.equal("", version())
      assert.equal("", project:sql(driver.tables))
    end)

    it("leaves nothing of any revision when one fails, and tells of none", function()
      start(WRONG)
      local last, result = project:json "upgrade"
      assert.equal(5, result.code, result.err)
      assert.equal("", project:sql(driver.all_tables))
      assert.equal(1, #result.lines)
      assert.equal("r3", last.error.revision)
      assert.equal("rolled back; the database is at base", last.error.state)
    end)

    it("leaves what earlier commands did", function()
      start(WRONG)
      assert.equal(0, project:run("upgrade", "r1").code)
      local last, result = project:json "upgrade"
      assert.equal(5, result.code, result.err)
      assert.equal("rolled back; the database is at r1", last.error.state)
      assert.equal("r1", version())
      assert.equal("t1", project:sql(driver.tables))
      assert.equal("r1|upgrade", history())
    end)

    it("is asked for by --transaction, and so is one for each revision", function()
      start(WRONG, "return { url = $URL }")
      assert.equal(5, project:run("upgrade", "--transaction", "run").code)
      assert.equal("", project:sql(driver.all_tables))
      assert.equal(5, project:run("upgrade", "--transaction", "revision").code)
      assert.equal("r2", version())
      project:write("luamigrate.lua", project:read "luamigrate.lua":gsub("}%s*$",
        ', transaction = "run" }'))
      assert.equal(5, project:run("upgrade", "--transaction=revision").code)
      assert.equal(0, project:run("downgrade", "--yes", "base").code)
      assert.equal(5, project:run("upgrade").code)
      assert.equal("", version())
    end)

    it("refuses a revision of steps before the first write", function()
      start { id = "r3", down = "r2", header = "transaction = false", upgrade = "" }
      local result = project:run "upgrade"
      assert.equal(4, result.code, result.err)
      for _, word in ipairs { "r3", "transaction = false", "--transaction revision" } do
        assert.truthy(result.err:find(word, 1, true), result.err)
      end
      assert.equal("", project:sql(driver.all_tables))
      -- what is not in the plan is not asked
      assert.equal(0, project:run("upgrade", "r2").code)
      assert.equal("r2", version())
    end)

    it("removes redundant rows in it", function()
      start(WRONG)
      assert.equal(0, project:run("upgrade", "r2").code)
      project:sql "INSERT INTO luamigrate_version VALUES ('r1')"
      assert.equal(5, project:run("upgrade").code)
      assert.equal("r1\nr2", project:sql "SELECT version_num FROM luamigrate_version ORDER BY 1")
      project:write("migrations/r3.lua", cli.revision { id = "r3", down = "r2" })
      local result = project:run "upgrade"
      assert.equal(0, result.code, result.err)
      assert.truthy(result.err:find("redundant version row r1", 1, true), result.err)
      assert.equal("r3", version())
    end)
  end)
end)

describe("one transaction for the run on SQLite", function()
  local TABLES = [[op.execute "CREATE TABLE parent (id INTEGER PRIMARY KEY)"
    op.execute "CREATE TABLE child (id INTEGER, p INTEGER REFERENCES parent (id))"]]

  local function project(...)
    local self = cli.project { revisions = { ... },
      config = 'return { url = "sqlite:app.db", transaction = "run" }' }
    finally(function() self:remove() end)
    return self
  end

  it("refuses revisions that want foreign keys on and off", function()
    local self = project({ id = "r1", upgrade = TABLES },
      { id = "r2", down = "r1", header = "foreign_keys = true", upgrade = "" })
    local result = self:run "upgrade"
    assert.equal(4, result.code, result.err)
    assert.truthy(result.err:find("foreign_keys", 1, true), result.err)
    assert.equal("", self:sql "SELECT name FROM sqlite_schema")
  end)

  it("goes past violations that were there before, and finds new ones", function()
    local self = project({ id = "r1", upgrade = TABLES },
      { id = "r2", down = "r1", upgrade = 'op.execute "CREATE TABLE other (id)"' },
      { id = "r3", down = "r2", upgrade = 'op.execute "INSERT INTO child VALUES (2, NULL)"' },
      { id = "r4", down = "r3", upgrade = 'op.execute "INSERT INTO child VALUES (3, 99)"' })
    assert.equal(0, self:run("upgrade", "r1").code)
    self:sql "INSERT INTO child VALUES (1, 77)"
    local result = self:run("upgrade", "r3")
    assert.equal(0, result.code, result.err)
    assert.equal("1\n2", self:sql "SELECT id FROM child")
    assert.equal("1", self:sql "SELECT count(*) FROM sqlite_schema WHERE name = 'other'")
    result = self:run "upgrade"
    assert.equal(5, result.code, result.err)
    assert.truthy(result.err:find("violated by 1 row", 1, true), result.err)
    assert.equal("r3", self:sql "SELECT * FROM luamigrate_version")
  end)
end)

describe("one transaction for the run on PostgreSQL", function()
  it("keeps what a revision set in the session from the next one", function()
    local self = drivers.postgresql.project { config = CONFIG, revisions = {
      { id = "r1", header = "statement_timeout = 33", upgrade = [[
        op.execute "SET work_mem = '77MB'"
        op.execute "SET search_path = nowhere"
        op.execute "SET lock_timeout = 1"
        op.execute "CREATE TEMP TABLE mine (id integer)"]] },
      { id = "r2", down = "r1", upgrade = [[
        local db = op.get_bind()
        print(db:scalar "SHOW work_mem", db:scalar "SHOW search_path",
          db:scalar "SHOW statement_timeout", db:scalar "SELECT to_regclass('mine')")
        op.execute "SET lock_timeout = 0"
        op.create_table("t", { { "id", types.integer } })]] } } }
    finally(function() self:remove() end)
    local result = self:run "upgrade"
    assert.equal(0, result.code, result.err)
    assert.truthy(result.err:find('4MB\t"$user", public\t33s\tnil\n', 1, true), result.err)
    assert.equal("t", self:sql(drivers.postgresql.tables))
  end)
end)
