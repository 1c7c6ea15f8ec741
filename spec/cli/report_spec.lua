-- Errors: every part for people and for programs, safe for a terminal.
local drivers = require "spec.support.drivers"

local REVISIONS = {
  { id = "001", message = "Add users", upgrade = '  op.execute("CREATE TABLE users (id INT)")',
    downgrade = '  op.execute("DROP TABLE users")' },
  { id = "002", down = "001", message = "Add keys",
    upgrade = '  op.execute("CREATE TABLE keys (id INT)")',
    downgrade = '  op.execute("DROP TABLE keys")' },
}

describe("an error", function()
  drivers.each(function(driver)
    local project

    local function start(options)
      options = options or {}
      options.revisions = options.revisions or REVISIONS
      project = driver.project(options)
    end

    after_each(function()
      project:remove()
    end)

    local function rows()
      return project:sql "SELECT version_num FROM luamigrate_version"
    end

    it("keeps the finished steps and ends with the error", function()
      start { revisions = { REVISIONS[1],
        { id = "bad", down = "001", upgrade = '  op.execute("SELEC 1")' } } }
      local last, result = project:json "upgrade"
      assert.equal(5, result.code)
      assert.equal("001", result.lines[1].revision)
      assert.same({ "failed", 5, "bad", "migrations/bad.lua", "SELEC 1" },
        { last.error.code, last.error.exit, last.error.revision, last.error.file,
          last.error.sql })
      assert.equal(9, last.error.line)
      assert.truthy(result.err:find("luamigrate: error: ", 1, true))
      assert.truthy(result.err:find("  revision: bad\n  at: migrations/bad.lua:9\n", 1, true))
      assert.truthy(result.err:find("  SQL: SELEC 1\n", 1, true))
      assert.equal("001", rows())
    end)

    it("escapes what an error says, and no line of it looks like ours", function()
      start { revisions = { { id = "a",
        upgrade = '  error "x\\27[2J\\nluamigrate: error: fake"' } } }
      local result = project:run "upgrade"
      assert.equal(5, result.code)
      assert.truthy(result.err:find("\\x1b[2J", 1, true))
      assert.falsy(result.err:find("\27", 1, true))
      assert.falsy(result.err:find("\nluamigrate: error: fake", 1, true))
    end)
  end)
end)
