-- The version rows of a run: a plan has them in the order of the files, the table is read sorted by
-- id, and the two need not agree.
local cli = require "spec.support.cli"

describe("version rows whose ids are not in the order of the files", function()
  local project

  before_each(function()
    project = cli.project()
    for file, id in pairs { ["1"] = "m1", ["2"] = "z1", ["3"] = "a1" } do
      project:write("migrations/" .. file .. ".lua", cli.revision { id = id })
    end
    project:write("migrations/4.lua", cli.revision { id = "j1", down = { "z1", "a1", "m1" } })
  end)
  after_each(function()
    project:remove()
  end)

  local function rows()
    return project:sql("SELECT group_concat(version_num) FROM "
      .. "(SELECT version_num FROM luamigrate_version ORDER BY 1)")
  end

  it("go up and down", function()
    local result, how = project:json("upgrade", "m1", "z1", "a1")
    assert.equal(0, how.code, how.err)
    assert.same({ "a1", "m1", "z1" }, result.to)
    assert.equal("a1,m1,z1", rows())
    local last = how.lines[3]
    assert.same({ { "a1", "z1" }, { "a1", "m1", "z1" } }, { last.from, last.to })
    result, how = project:json "upgrade"
    assert.equal(0, how.code, how.err)
    assert.same({ { "a1", "m1", "z1" }, { "j1" } }, { result.from, result.to })
    result, how = project:json "downgrade"
    assert.equal(0, how.code, how.err)
    assert.same({ { "j1" }, { "a1", "m1", "z1" } }, { result.from, result.to })
    assert.equal(0, project:run("downgrade", "base").code)
    assert.equal("", rows())
  end)

  it("are stamped", function()
    assert.equal(0, project:run("stamp", "heads").code)
    assert.equal(0, project:run("stamp", "z1", "m1", "a1").code)
    assert.equal("a1,m1,z1", rows())
    local result, how = project:json("stamp", "base")
    assert.equal(0, how.code, how.err)
    assert.same({}, result.to)
    assert.same({ "a1", "m1", "z1" }, result.from)
  end)
end)
