-- upgrade, downgrade and stamp: what they do and print, and their exit status.
local core = require "luamigrate.core"
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
        assert.equal('the database is at revision "ghost", which no revision file has',
          object.error.message)
        assert.truthy(object.error.hint:find("stamp --purge REV", 1, true))
      end
      assert.equal(0, project:run("stamp", "--purge", "001").code)
      assert.equal("001", rows())
    end)
  end)
end)

describe("a run on SQLite", function()
  it("tells what it waits for", function()
    local project = drivers.sqlite.project { revisions = REVISIONS }
    finally(function() project:remove() end)
    project:write("luamigrate.lua", 'return { url = "sqlite:app.db", lock_timeout = 1.5 }')
    local other = assert(core.db.open("sqlite:" .. project:path "app.db", { create = true }))
    assert(other:begin())
    local result = project:run "upgrade"
    other:rollback()
    other:close()
    assert.equal(7, result.code, result.err)
    local note = "note: waiting for another program, which has locked app.db"
    local _, count = result.err:gsub(note, "")
    assert.equal(1, count, result.err)
  end)
end)

-- Of a long plan the last scripts are loaded again when their turn comes.
describe("a plan of 150 revisions", function()
  drivers.each(function(driver)
    local project

    local function start(last, config)
      local revisions = {}
      for number = 1, 150 do
        local id = ("%03d"):format(number)
        revisions[number] = { id = id, down = number > 1 and ("%03d"):format(number - 1) or nil,
          header = ("print 'top %s'"):format(id), upgrade = ("print 'up %s'"):format(id) }
      end
      for key, value in pairs(last) do
        revisions[150][key] = value
      end
      project = driver.project { revisions = revisions, config = config }
    end

    after_each(function() project:remove() end)

    it("shows what each top level prints once", function()
      start {}
      local result, top, up = project:run "upgrade", {}, {}
      assert.equal(0, result.code)
      for kind, id in result.err:gmatch "(%l+) (%d%d%d)\n" do
        table.insert(kind == "top" and top or up, id)
      end
      assert.same({ 150, 150, "150", "150" }, { #top, #up, top[150], up[150] })
    end)

    it("knows the operations that the last one registers", function()
      start { header = "op.register_operation('mark', function(o, name)\n"
        .. "  o.execute('CREATE TABLE ' .. name .. ' (id INT)')\nend)",
        upgrade = "op.mark 'marked'" }
      assert.equal(0, project:run("upgrade").code)
      assert.equal("0", project:sql "SELECT count(*) FROM marked")
    end)

    it("is refused before the first write when the last one is wrong", function()
      start { upgrade = "end end" }
      local result = project:run "upgrade"
      assert.equal(4, result.code)
      assert.truthy(result.err:find("migrations/150.lua", 1, true))
      assert.equal("", project:sql(driver.tables))
    end)

    it("stops in front of a file that was changed meanwhile", function()
      start({}, [[return { url = $URL, hooks = { after_revision = function(run)
        if run.revision == "120" then
          local file = assert(io.open("migrations/150.lua", "a"))
          file:write "changed = true\n"
          file:close()
        end
      end } }]])
      local result = project:run "upgrade"
      assert.equal(4, result.code)
      assert.truthy(result.err:find("the file was changed while revisions before it ran", 1, true))
      assert.truthy(result.err:find("migrations/150.lua", 1, true))
      assert.equal("149", project:sql "SELECT version_num FROM luamigrate_version")
      assert.equal(0, project:run("upgrade").code)
      assert.equal("150", project:sql "SELECT version_num FROM luamigrate_version")
    end)

    it("needs no memory for scripts that wait", function()
      local config = "return { url = $URL, limits = { memory = 64 } }"
      start({}, config)
      for number = 1, 150 do
        local path = ("migrations/%03d.lua"):format(number)
        local text = project:read(path):gsub("print 'top", "local data = ('x'):rep(1e6)\n%0")
        project:write(path, (text:gsub("print 'up", "assert(#data == 1e6)\n%0")))
      end
      local result = project:run "upgrade"
      assert.same({ 0, "" }, { result.code, result.err:match "error:[^\n]*" or "" })
    end)
  end)
end)
