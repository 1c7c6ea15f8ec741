-- upgrade, downgrade and stamp: what they do and print, and their exit status.
local drivers = require "spec.support.drivers"

local REVISIONS = {
  { id = "001", message = "Add users", upgrade = '  op.execute("CREATE TABLE users (id INT)")',
    downgrade = '  op.execute("DROP TABLE users")' },
  { id = "002", down = "001", message = "Add keys",
    upgrade = '  op.execute("CREATE TABLE keys (id INT)")',
    downgrade = '  op.execute("DROP TABLE keys")' },
}

describe("a run", function()
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

    it("shows one line per revision on standard error, the result on standard output", function()
      start()
      local result = project:run "upgrade"
      assert.equal(0, result.code)
      assert.equal("database: " .. project.shown, (result.err:match "^[^\n]*"))
      assert.truthy(result.err:find "\n  base %-> 001  Add users  %d+ ms\n")
      assert.truthy(result.err:find "\n  001 %-> 002  Add keys  %d+ ms\n$")
      assert.truthy(result.out:find "^upgraded: base %-> 002, 2 revisions, %d+ ms\n$")
    end)

    it("says when there is nothing to do", function()
      start()
      project:run "upgrade"
      local result = project:run("upgrade", "001")
      assert.same({ 0, "nothing to do: already at or past 001 (at 002)\n" },
        { result.code, result.out })
    end)

    it("shows what a downgrade reverts and goes on without a terminal", function()
      start()
      project:run "upgrade"
      local result = project:run "downgrade"
      assert.equal(0, result.code)
      assert.truthy(result.err:find("to be reverted:\n  002  Add keys\nwarning: data", 1, true))
      assert.truthy(result.err:find "\n  002 %-> 001  Add keys  %d+ ms\n")
      assert.equal("001", rows())
    end)

    it("a protected environment always wants --yes", function()
      start { config = [[return { url = $URL,
        environments = { production = { protected = true } } }]] }
      project:run "upgrade"
      for _, words in ipairs { { "downgrade" }, { "stamp", "001" } } do
        local result = project:run("-n", "production", table.unpack(words))
        assert.equal(2, result.code)
        assert.truthy(result.err:find('the environment "production" is protected', 1, true))
        assert.equal("002", rows())
      end
      assert.equal(0, project:run("-n", "production", "downgrade", "--yes").code)
      assert.equal("001", rows())
      assert.equal(0, project:run("-n", "production", "stamp", "--force", "002").code)
      assert.equal(0, project:run("-n", "production", "upgrade").code)
    end)

    it("stamps without running scripts", function()
      start()
      local last, result = project:json("stamp", "head")
      assert.equal(0, result.code)
      assert.same({ "stamp", {}, { "002" } }, { last.direction, last.from, last.to })
      assert.same({ "step", "stamp" }, { result.lines[1].event, result.lines[1].direction })
      assert.equal("", project:sql(driver.tables))
      local text = project:run("stamp", "001")
      assert.truthy(text.err:find("  002 -> 001", 1, true), text.err)
      assert.equal("stamped: 002 -> 001\n", text.out)
    end)

    it("an unknown row is exit 9, and stamp --purge goes on", function()
      start()
      project:run "upgrade"
      project:sql "UPDATE luamigrate_version SET version_num = 'ghost'"
      for _, words in ipairs {
        { "upgrade" }, { "downgrade" }, { "stamp", "001" }, { "current" }, { "history", "-i" },
        { "show", "current" },
      } do
        local object, result = project:json(table.unpack(words))
        assert.equal(9, result.code, table.concat(words, " "))
        assert.truthy(object.error.message:find("ghost", 1, true))
      end
      assert.equal(0, project:run("stamp", "--purge", "001").code)
      assert.equal("001", rows())
    end)
  end)
end)
