-- Revisions that have stopped between their steps, and what stamp, upgrade and downgrade do beside
-- them: none takes steps for done whose work is gone.
local drivers = require "spec.support.drivers"

local STEPS = [[
revision = "%s"
down_revision = %s
transaction = false
function upgrade()
  op.create_table("t_%s", { { "id", types.integer } })
  op.execute "INSERT INTO t_%s VALUES (1)"
  if config.x.stop == "%s" then error "stop here" end
end
function downgrade()
  op.execute "DELETE FROM t_%s"
  if config.x.stop == "%s" then error "stop here" end
  op.drop_table "t_%s"
end
]]

local function steps(id, parent)
  return (STEPS:gsub("%%s", id, 1):gsub("%%s", parent and '"' .. parent .. '"' or "nil", 1)
    :gsub("%%s", id))
end

describe("a revision that has stopped between its steps", function()
  drivers.each(function(driver)
    local project

    before_each(function()
      project = driver.project()
      for id, parent in pairs { r1 = false, r2 = "r1", r3 = "r2", other = "r1" } do
        project:write("migrations/" .. id .. ".lua", steps(id, parent))
      end
    end)
    after_each(function()
      project:remove()
    end)

    local function run(status, ...)
      local result = project:run(...)
      assert.are.equal(status, result.code, result.err)
      return result
    end

    local function has(text, wanted)
      assert.is_truthy(text:find(wanted, 1, true), ("no %q in:\n%s"):format(wanted, text))
    end

    local function unfinished()
      local names = {}
      for i, item in ipairs(project:json("status").unfinished) do
        names[i] = item.revision .. " " .. item.direction
      end
      return table.concat(names, ", ")
    end

    local function rows()
      return project:sql "SELECT version_num FROM luamigrate_version ORDER BY 1":gsub("\n", " ")
    end

    -- At r1, with r2 half applied; at r2, half reverted.
    local function half_applied()
      run(0, "upgrade", "r1")
      run(11, "-x", "stop=r2", "upgrade", "r2")
      assert.are.equal("r2 upgrade", unfinished())
    end
    local function half_reverted()
      run(0, "upgrade", "r2")
      run(11, "-x", "stop=r2", "downgrade", "r1")
      assert.are.equal("r2 downgrade", unfinished())
    end

    local UP = "r2 has stopped in its upgrade: 2 steps are done, the last one is op.execute INSERT"
    local DOWN = "r2 has stopped in its downgrade: 1 step is done, the last one is op.execute DEL"

    it("is finished for a stamp of it: its steps are forgotten, and told", function()
      half_applied()
      local result = run(0, "stamp", "r2")
      has(result.err, UP)
      has(result.err, "its steps are forgotten")
      assert.are.equal("", unfinished())
      run(0, "downgrade", "r1")
      assert.are.equal("t_r1", project:sql(driver.tables))
    end)

    it("is left behind by a stamp above or below it", function()
      for words, left in pairs { ["stamp r3"] = "r3", ["stamp base"] = "",
        ["stamp --purge r3"] = "r3" } do
        half_applied()
        local list = {}
        for word in words:gmatch "%S+" do list[#list + 1] = word end
        has(run(0, table.unpack(list)).err, UP)
        assert.are.equal("", unfinished())
        assert.are.equal(left, rows())
        project:sql "DELETE FROM luamigrate_version"
        project:sql "DROP TABLE t_r1"
        project:sql "DROP TABLE t_r2"
      end
    end)

    it("keeps its steps beside a stamp that does not move over it", function()
      half_applied()
      local result = run(0, "stamp", "other")
      assert.is_nil(result.err:find("forgotten", 1, true))
      assert.are.equal("r2 upgrade", unfinished())
      run(0, "upgrade", "r2")
      assert.are.equal("1", project:sql "SELECT count(*) FROM t_r2")
      assert.are.equal("other r2", rows())
    end)

    it("is reverted for a stamp below it, and whole for one above it", function()
      for target, left in pairs { r1 = "r1", r3 = "r3" } do
        half_reverted()
        has(run(0, "stamp", target).err, DOWN)
        assert.are.equal("", unfinished())
        assert.are.equal(left, rows())
        project:sql "DELETE FROM luamigrate_version"
        project:sql "DROP TABLE t_r1"
        project:sql "DROP TABLE t_r2"
      end
    end)

    it("is told of by a stamp that changes nothing", function()
      half_reverted()
      local result = run(0, "stamp", "r2")
      has(result.err, DOWN)
      has(result.err, "`luamigrate downgrade` goes on with it")
      assert.are.equal("r2 downgrade", unfinished())
    end)

    it("is nothing to build upon while it is half reverted", function()
      half_reverted()
      for _, mode in ipairs { "revision", "run" } do
        if mode == "run" then
          for _, id in ipairs { "r3" } do
            project:write("migrations/" .. id .. ".lua",
              (steps(id, "r2"):gsub("transaction = false", "")))
          end
        end
        local object, result = project:json("upgrade", "--transaction", mode, "r3")
        assert.are.same({ 9, "refused", "r2" },
          { result.code, object.error.code, object.error.revision })
        has(object.error.message, DOWN)
        has(object.error.message, "; r3 builds on it")
        has(object.error.hint, "`luamigrate downgrade` goes on with it")
        has(object.error.hint, "`luamigrate accept --restart r2` forgets them")
        assert.are.equal("nothing was changed; the database is at r2", object.error.state)
      end
      assert.are.equal("r2", rows())
      run(0, "downgrade", "r1")
      run(0, "upgrade", "r3")
      assert.are.equal("1", project:sql "SELECT count(*) FROM t_r2")
    end)

    it("is told of by an upgrade that has nothing to do, and status is not content", function()
      half_reverted()
      local result = run(0, "upgrade", "r2")
      has(result.out, "nothing to do")
      has(result.err, DOWN)
      os.remove(project:path "migrations/r3.lua")
      os.remove(project:path "migrations/other.lua")
      result = run(3, "status")
      has(result.out, "Stopped:   r2 in its downgrade, 1 step done, the last one is op.execute")
      assert.is_false(project:json("status").up_to_date)
      run(0, "upgrade")
      -- what the steps did is undone by hand
      project:sql "INSERT INTO t_r2 VALUES (1)"
      run(0, "accept", "--restart", "r2")
      run(0, "status")
    end)

    it("does not hinder an upgrade beside it", function()
      half_reverted()
      has(run(0, "upgrade", "other").err, DOWN)
      assert.are.equal("other r2", rows())
      run(0, "downgrade", "r2@-1")
      assert.are.equal("other", rows())
    end)

    it("keeps what it stands on while it is half applied", function()
      half_applied()
      local object, result = project:json("downgrade", "base")
      assert.are.same({ 9, "refused", "r2" },
        { result.code, object.error.code, object.error.revision })
      has(object.error.message, UP)
      has(object.error.message, "; it builds on r1, which would be reverted")
      has(object.error.hint, "`luamigrate upgrade r2` goes on with it")
      assert.are.equal("r1", rows())
      assert.are.equal("1", project:sql "SELECT count(*) FROM t_r2")
      run(0, "upgrade", "r2")
      run(0, "downgrade", "base")
      assert.are.equal("", project:sql(driver.tables))
    end)

    it("is told of by a dry run as by the run", function()
      half_applied()
      run(9, "downgrade", "base", "--dry-run")
      run(0, "upgrade", "r2", "--dry-run")
      run(0, "upgrade", "r2")
      run(11, "-x", "stop=r2", "downgrade", "r1")
      run(9, "upgrade", "r3", "--dry-run")
      assert.are.equal("r2 downgrade", unfinished())
    end)

    it("is refused when its header says something else meanwhile", function()
      half_applied()
      local text = project:read "migrations/r2.lua"
      for _, id in ipairs { "r1", "r2", "r3", "other" } do
        local path = "migrations/" .. id .. ".lua"
        project:write(path, (project:read(path):gsub("transaction = false", "")))
      end
      local result = run(9, "upgrade", "r2")
      has(result.err, UP)
      has(result.err, "its header says `transaction = false` no more")
      has(result.err, "hint: with `transaction = false` in its header it goes on; or undo")
      project:write("migrations/r2.lua", text)
      run(0, "upgrade", "r2")
    end)

    it("that no file knows any more goes with stamp --purge", function()
      half_applied()
      for _, id in ipairs { "r2", "r3" } do
        os.remove(project:path("migrations/" .. id .. ".lua"))
      end
      assert.are.equal("r2 upgrade", unfinished())
      has(run(0, "stamp", "--purge", "r1").err, "its steps are forgotten")
      assert.are.equal("", unfinished())
      run(0, "upgrade")
    end)

    it("that no file knows any more stops runs until it is forgotten by name", function()
      half_applied()
      for _, id in ipairs { "r2", "r3" } do
        os.remove(project:path("migrations/" .. id .. ".lua"))
      end
      for _, words in ipairs { { "upgrade" }, { "downgrade", "base" } } do
        local object, result = project:json(table.unpack(words))
        assert.are.same({ 9, "refused", "r2" },
          { result.code, object.error.code, object.error.revision })
        has(object.error.message, UP)
        has(object.error.message, ", and no file knows it")
        has(object.error.hint, "`luamigrate accept --restart r2` forgets them")
      end
      run(2, "accept", "--restart", "r9")
      has(run(0, "accept", "--restart", "r2").out, "forgot the steps of r2")
      run(0, "upgrade")
    end)
  end)

  -- On SQLite no lock is held between two revisions.
  it("is seen by a downgrade between whose revisions it has stopped", function()
    local project = drivers.sqlite.project { config = [[return { url = $URL, hooks = {
      after_revision = function(run)
        if run.direction == "downgrade" and run.revision == "r3" then
          os.execute(os.getenv "L" .. " -x stop=r2 upgrade r2 >/dev/null 2>&1")
        end
      end } }]] }
    finally(function() project:remove() end)
    for id, parent in pairs { r1 = false, r2 = "r1", r3 = "r1" } do
      project:write("migrations/" .. id .. ".lua", (steps(id, parent)
        :gsub("transaction = false", id == "r2" and "%0" or "")))
    end
    assert.are.equal(0, project:run("upgrade", "r3").code)
    local result = project:run("downgrade", "base")
    assert.are.equal(9, result.code, result.err)
    assert.is_truthy(result.err:find("r2 has stopped in its upgrade: 2 steps are done", 1, true),
      result.err)
    assert.are.equal("r1", project:sql "SELECT version_num FROM luamigrate_version")
    assert.are.equal(0, project:run("upgrade", "r2").code)
    assert.are.equal("1", project:sql "SELECT count(*) FROM t_r2")
  end)
end)
