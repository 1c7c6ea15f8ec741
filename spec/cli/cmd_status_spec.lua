-- status: where the database is, and what is pending.
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"
local cjson = require "cjson"

local REVISIONS = {
  { id = "a1", message = "first" },
  { id = "b2", down = "a1", message = "left", header = 'branch_labels = "left"' },
  { id = "c3", down = "a1", message = "right", header = 'depends_on = "left"' },
  { id = "d4", down = { "b2", "c3" }, message = "join" },
}

local function ids(revisions)
  local list = {}
  for i, revision in ipairs(revisions) do
    list[i] = revision.revision
  end
  return list
end

describe("status", function()
  drivers.each(function(driver)
    local project

    before_each(function()
      project = driver.project { revisions = REVISIONS }
    end)
    after_each(function()
      project:remove()
    end)

    it("status: 3 while something is pending, 0 then", function()
      local object, result = project:json "status"
      assert.equal(3, result.code)
      assert.falsy(project:exists "app.db")
      assert.equal("", driver.name == "sqlite" and "" or project:sql(driver.all_tables))
      assert.same({ "a1", "b2", "c3", "d4" }, ids(object.pending))
      assert.same({ driver.name, project.shown:match "[^:/]*$",
        driver.name == "sqlite" and cjson.null or "localhost", "luamigrate.lua", "number" },
        { object.database.dialect, object.database.name, object.database.host,
          object.database.source, type(object.database.server_version) })
      assert.same({ 4, false, {}, {}, cjson.null, { "d4" }, {} },
        { object.pending_count, object.up_to_date, object.edited, object.unfinished,
          object.last_run, ids(object.heads), object.current })
      project:run("upgrade", "b2")
      result = project:run "status"
      assert.equal(3, result.code)
      assert.truthy(result.out:find("Database:  " .. project.shown .. " (from luamigrate.lua)\n",
        1, true))
      assert.truthy(result.out:find(driver.name == "sqlite" and "Server:    SQLite 3%.%d+%.%d+\n"
        or "Server:    PostgreSQL %d+%.%d+\n"), result.out)
      assert.truthy(result.out:find("Current:   b2\nTarget:    d4\nPending:   2\n"
        .. "  a1 -> c3  right\n  b2, c3 -> d4 (head) (mergepoint)  join\n", 1, true), result.out)
      assert.truthy(result.out:find "Last run:  upgrade b2 at 20")
      project:run "upgrade"
      object, result = project:json "status"
      assert.same({ 0, 0, true, "d4" },
        { result.code, object.pending_count, object.up_to_date, object.last_run.revision })
    end)

    it("status lists an unknown row and exits 3", function()
      project:run "upgrade"
      project:sql "INSERT INTO luamigrate_version VALUES ('ghost')"
      local object, result = project:json "status"
      assert.equal(3, result.code)
      assert.same({ "d4", "ghost" }, ids(object.current))
      assert.equal(cjson.null, object.current[2].file)
      assert.is_true(object.current[2].current)
      assert.is_false(object.up_to_date)
      assert.truthy(project:run("status").out:find("Unknown:   ghost", 1, true))
    end)

    it("status names edited files", function()
      project:run "upgrade"
      project:write("migrations/a1.lua", cli.revision { id = "a1", upgrade = "  print(1)" })
      assert.same({ "a1" }, project:json("status").edited)
      assert.truthy(project:run("status").out:find(
        "Edited:    a1 (changed after it was applied; `luamigrate accept REV`", 1, true))
    end)
  end)

  it("says where the address came from", function()
    local project = cli.project { revisions = REVISIONS }
    project:write("luamigrate.lua", "return {}")
    assert.equal(2, project:run("status").code)
    local result = project:shell('"$L" status', { DATABASE_URL = "sqlite:env.db" })
    assert.truthy(result.out:find("Database:  sqlite:env.db (from DATABASE_URL)\n", 1, true))
    assert.truthy(project:run("status", "-d", "sqlite:x.db").out:find("(from -d)", 1, true))
    project:remove()
  end)
end)
