-- Each folder of examples/ does what its README says.
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"

describe("examples/irreversible", function()
  drivers.each(function(driver)
    local project

    before_each(function()
      project = driver.project()
      assert(os.execute(("cp -r examples/irreversible/. %s/"):format(cli.quote(project.dir))))
    end)

    after_each(function()
      project:remove()
    end)

    local function dump()
      return project:dump()
    end

    it("refuses the downgrade before the first write", function()
      assert.are.equal(0, project:run("-d", project.url, "upgrade").code)
      assert.are.equal(0, project:run("-d", project.url, "downgrade", "--yes").code)
      local before = dump()
      local result = project:run("-d", project.url, "downgrade", "--yes")
      assert.are.equal(4, result.code, result.err)
      assert.is_truthy(result.err:find("irreversible", 1, true), result.err)
      assert.is_truthy(result.err:find("the birth dates are gone", 1, true), result.err)
      assert.is_truthy(result.err:find("002_forget_birth_dates.lua", 1, true), result.err)
      assert.are.equal(before, dump())
    end)

    it("begins nothing of a way down that it cannot finish", function()
      assert.are.equal(0, project:run("-d", project.url, "upgrade").code)
      local before = dump()
      local result = project:run("-d", project.url, "downgrade", "base", "--yes")
      assert.are.equal(4, result.code, result.err)
      assert.is_truthy(result.err:find("the birth dates are gone", 1, true), result.err)
      assert.are.equal(before, dump())
    end)

    it("goes up again from where it is", function()
      assert.are.equal(0, project:run("-d", project.url, "upgrade").code)
      assert.are.equal(0, project:run("-d", project.url, "downgrade", "--yes").code)
      assert.are.equal(0, project:run("-d", project.url, "upgrade").code)
      assert.are.equal("C-000001\nC-000002",
        project:sql "SELECT number FROM customers ORDER BY id")
    end)
  end)
end)

describe("examples/proxy-pool", function()
  local project

  before_each(function()
    project = cli.project()
    assert(os.execute(("cp -r examples/proxy-pool/. %s/"):format(cli.quote(project.dir))))
  end)

  after_each(function()
    project:remove()
  end)

  -- Rows and schema of the pool; spaces of the texts do not count, since an edit may break lines.
  local function state()
    return (project:sql([[
      SELECT type, name, sql FROM sqlite_schema WHERE tbl_name NOT LIKE 'luamigrate%' ORDER BY 1, 2;
      SELECT * FROM providers; SELECT rowid, * FROM proxies; SELECT rowid, * FROM leases;
      SELECT * FROM free_proxies; SELECT * FROM sqlite_sequence WHERE name = 'leases';
      PRAGMA integrity_check; PRAGMA foreign_key_check]], "proxy-pool.db"):gsub("%s+", " "))
  end

  it("goes up, down and up, and every state is the same again", function()
    local revisions = { "001_pool", "002_rules", "003_health", "004_lease_keys" }
    local states = {}
    for i, revision in ipairs(revisions) do
      local result = project:run("upgrade", revision)
      assert.are.equal(0, result.code, result.err)
      states[i] = state()
    end
    for i = #revisions - 1, 1, -1 do
      local result = project:run("downgrade", revisions[i], "--yes")
      assert.are.equal(0, result.code, result.err)
      assert.are.equal(states[i], state())
    end
    assert.are.equal(0, project:run("upgrade").code)
    assert.are.equal(states[#states], state())
  end)

  it("cannot break its rules half", function()
    assert.are.equal(0, project:run("upgrade", "001_pool").code)
    project:sql("INSERT INTO proxies VALUES (4, 1, '192.0.2.9', '70000', 'NO', 1)", "proxy-pool.db")
    local before = state()
    local result = project:run("upgrade", "002_rules")
    assert.are.equal(5, result.code)
    assert.is_truthy(result.err:find("ck_proxies_port", 1, true), result.err)
    assert.are.equal(before, state())
  end)
end)
