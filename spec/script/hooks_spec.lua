-- Proves the hooks of the configuration: when they run, what they are told, what their errors do.
local drivers = require "spec.support.drivers"

-- Each hook prints what it is told.
local ALL = [==[
local function show(name)
  return function(c)
    print(("hook %s: %s %s %s%s"):format(name, c.direction, c.revision or "-",
      c.plan and table.concat(c.plan, ",") or "-", c.error and " " .. c.error.code or ""))
  end
end
return { url = $URL, hooks = { before_upgrade = show "before_upgrade",
  after_upgrade = show "after_upgrade", before_revision = show "before_revision",
  after_revision = show "after_revision", on_error = show "on_error" } }
]==]

local TWO = { { id = "r1", upgrade = 'op.create_table("a", { { "x", types.text } })',
    downgrade = 'op.drop_table "a"' },
  { id = "r2", down = "r1", upgrade = 'op.create_table("b", { { "x", types.text } })',
    downgrade = 'op.drop_table "b"' } }
local BAD = { TWO[1], { id = "r2", down = "r1", upgrade = 'op.execute "SELECT nothing"' } }

local function hooks(text)
  return "return { url = $URL, hooks = { " .. text .. " } }"
end

drivers.each(function(driver)
  local function project(config, revisions)
    local self = driver.project { config = config, revisions = revisions or TWO }
    finally(function() self:remove() end)
    return self
  end

  local function told(result)
    local list = {}
    for line in result.err:gmatch "hook ([^\n]*)" do
      list[#list + 1] = line
    end
    return list
  end

  describe("hooks", function()
    it("run around an upgrade", function()
      local self = project(ALL)
      local result = self:run "upgrade"
      assert.are.equal(0, result.code, result.err)
      assert.are.same({ "before_upgrade: upgrade - r1,r2", "before_revision: upgrade r1 -",
        "after_revision: upgrade r1 -", "before_revision: upgrade r2 -",
        "after_revision: upgrade r2 -", "after_upgrade: upgrade - r1,r2" }, told(result))
      assert.are.same({}, told(self:run "upgrade"))
    end)

    it("of revisions run in a downgrade too, and none in a stamp", function()
      local self = project(ALL)
      self:run "upgrade"
      local result = self:run("downgrade", "-1", "--yes")
      assert.are.equal(0, result.code, result.err)
      assert.are.same({ "before_revision: downgrade r2 -", "after_revision: downgrade r2 -" },
        told(result))
      result = self:run("stamp", "head")
      assert.are.equal(0, result.code, result.err)
      assert.are.same({}, told(result))
    end)

    it("run after an error, with it", function()
      local self = project(ALL, BAD)
      local result = self:run "upgrade"
      assert.are.equal(5, result.code)
      assert.are.same({ "before_upgrade: upgrade - r1,r2", "before_revision: upgrade r1 -",
        "after_revision: upgrade r1 -", "before_revision: upgrade r2 -",
        "on_error: upgrade r2 r1,r2 failed" }, told(result))
      assert.are.equal("r1", self:sql "SELECT version_num FROM luamigrate_version")
    end)

    it("run with one transaction for all", function()
      local result = project(ALL):run("upgrade", "--transaction", "run")
      assert.are.equal(0, result.code, result.err)
      assert.are.same({ "before_upgrade: upgrade - r1,r2", "before_revision: upgrade r1 -",
        "before_revision: upgrade r2 -", "after_revision: upgrade r1 -",
        "after_revision: upgrade r2 -", "after_upgrade: upgrade - r1,r2" }, told(result))
    end)

    it("do not run in a dry run", function()
      local self = project(ALL)
      local result = self:run("upgrade", "--dry-run")
      assert.are.equal(0, result.code, result.err)
      for _, line in ipairs(told(result)) do
        assert.is_truthy(line:find "^before_revision", line)
      end
    end)
  end)

  describe("before_upgrade", function()
    it("stops with its error before the first write", function()
      local self = project(hooks [[before_upgrade = function(c)
        error("not " .. c.plan[2] .. " today")
      end, on_error = function(c) print("on_error", c.error.message) end]])
      local result = self:run "upgrade"
      assert.are.equal(5, result.code)
      assert.is_truthy(result.err:find("hooks.before_upgrade: not r2 today", 1, true), result.err)
      assert.is_truthy(result.err:find("luamigrate.lua:2", 1, true), result.err)
      assert.is_truthy(result.err:find "on_error\t.*not r2 today", result.err)
      assert.are.equal("", self:sql(driver.all_tables))
    end)

    it("has no database", function()
      local result = project(hooks [[before_upgrade = function(c)
        assert(c.op == nil and c.revision == nil and os.getenv and io.open)
      end]]):run "upgrade"
      assert.are.equal(0, result.code, result.err)
    end)
  end)

  describe("before_revision", function()
    it("works in the transaction of its revision", function()
      local self = project(hooks [[before_revision = function(c)
        if c.revision == "r1" then
          c.op.execute "CREATE TABLE log (line TEXT)"
        end
        c.op.bulk_insert("log", { { line = c.revision .. " " .. c.direction } })
      end]], BAD)
      local result = self:run "upgrade"
      assert.are.equal(5, result.code)
      assert.are.equal("r1 upgrade", self:sql "SELECT line FROM log")
    end)

    it("fails the revision with its error", function()
      local self = project(hooks [[before_revision = function(c)
        c.op.execute "CREATE TABLE log (line TEXT)"
        if c.revision == "r1" then error { message = "no" } end
      end]])
      local result = self:run "upgrade"
      assert.are.equal(5, result.code)
      assert.is_truthy(result.err:find "revision: r1")
      assert.are.equal("", self:sql(driver.tables))
    end)

    it("is a step in a revision of steps", function()
      local self = project(hooks [[before_revision = function(c)
        c.op.execute "CREATE TABLE log (line TEXT)"
      end]], { { id = "r1", header = "transaction = false", upgrade = [[
        if config.x.stop then op.execute "SELECT nothing" end]] } })
      assert.are_not.equal(0, self:run("upgrade", "-x", "stop=1").code)
      local result = self:run "upgrade"
      assert.are.equal(0, result.code, result.err)
      assert.are.equal("log", self:sql(driver.tables))
    end)

    it("leaves the revision its own strings", function()
      local self = project(hooks [[before_revision = function(c)
        string.mine = function() return "mine" end
        assert(("x"):mine() == "mine")
      end]], { { id = "r1", upgrade = 'assert(not pcall(function() return ("x").mine end))' } })
      local result = self:run "upgrade"
      assert.are.equal(0, result.code, result.err)
    end)
  end)

  describe("an error in", function()
    for _, name in ipairs { "after_revision", "after_upgrade" } do
      it(name .. " is a warning", function()
        local self = project(hooks(name .. " = function() error 'oops' end"))
        local result = self:run "upgrade"
        assert.are.equal(0, result.code, result.err)
        assert.is_truthy(result.err:find(
          "warning: luamigrate.lua:1: hooks." .. name .. ": oops", 1, true), result.err)
        assert.are.equal("r2", self:sql "SELECT version_num FROM luamigrate_version")
      end)
    end

    it("on_error leaves the first error", function()
      local result = project(hooks "on_error = function() error 'oops' end", BAD):run "upgrade"
      assert.are.equal(5, result.code)
      assert.is_truthy(result.err:find("hooks.on_error: oops", 1, true), result.err)
      assert.is_truthy(result.err:find("revision: r2", 1, true), result.err)
    end)
  end)

  it("an environment has some hooks of its own", function()
    local self = project [[return { url = $URL, hooks = {
        before_upgrade = function() print "file" end,
        after_upgrade = function() print "after" end },
      environments = { other = { hooks = { before_upgrade = function() print "other" end } },
        bad = { hooks = { before_upgrade = function() error "bad" end } } } }]]
    local result = self:run("upgrade", "-n", "other")
    assert.are.equal(0, result.code, result.err)
    assert.is_nil(result.err:find "file")
    assert.is_truthy(result.err:find "\nother\n" and result.err:find "\nafter\n", result.err)
  end)

  it("one that hangs is stopped like a script", function()
    local result = project [[return { url = $URL, limits = { stall = 0.3 },
      hooks = { before_upgrade = function() while true do end end } }]]:run "upgrade"
    assert.are.equal(14, result.code, result.err)
  end)
end)
