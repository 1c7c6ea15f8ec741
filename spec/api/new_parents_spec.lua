-- A new revision follows the head, or what was named.
local cli = require "spec.support.cli"

describe("the parents of a new revision", function()
  local project

  before_each(function()
    project = cli.project()
  end)
  after_each(function()
    project:remove()
  end)

  local function new(...)
    local object, result = project:json("revision", ...)
    assert.equal(0, result.code, result.err)
    return object
  end

  it("follows the single head", function()
    new("a", "--rev-id", "a1")
    local second = new("b")
    assert.truthy(second.revision:find "^%x%x%x%x%x%x%x%x%x%x%x%x$")
    local shown = project:json("show", "head").revisions[1]
    assert.same({ second.revision, { "a1" }, "b", second.file },
      { shown.revision, shown.down_revision, shown.message, shown.file })
  end)

  it("branches with --splice, roots with --head base, labels and dependencies", function()
    new("a", "--rev-id", "a1")
    new("b", "--rev-id", "b2")
    local refused = project:run("revision", "c", "--head", "a1")
    assert.equal(2, refused.code)
    assert.truthy(refused.err:find("a1 is not a head", 1, true))
    assert.truthy(refused.err:find("--splice", 1, true))
    new("c", "--head", "a1", "--splice", "--rev-id", "c3", "-b", "feature")
    new("d", "--head", "base", "--rev-id", "d4", "--depends-on", "b", "--depends-on", "feature")
    local shown = project:json("show", "d4").revisions[1]
    assert.same({ {}, { "b2", "c3" } }, { shown.down_revision, shown.depends_on })
    assert.same({ "feature" }, project:json("show", "c3").revisions[1].branch_labels)
    assert.truthy(project:read("migrations/d4_d.lua")
      :find('depends_on = { "b2", "feature" }', 1, true))
    local several = project:json("revision", "e")
    assert.equal(2, several.error.exit)
    assert.same({ "b2", "c3", "d4" }, several.error.candidates)
  end)
end)

describe("the parents of a merge", function()
  local project

  before_each(function()
    project = cli.project {
      revisions = {
        { id = "a1" }, { id = "b2", down = "a1" }, { id = "c3", down = "a1" },
      },
    }
  end)
  after_each(function()
    project:remove()
  end)

  it("joins all heads", function()
    local object = project:json("merge", "heads", "-m", "join", "--rev-id", "m1")
    assert.same({ revision = "m1", file = "migrations/m1_join.lua" }, object)
    assert.truthy(project:read(object.file):find('down_revision = { "b2", "c3" }', 1, true))
    local heads = project:json("heads").heads
    assert.equal(1, #heads)
    assert.is_true(heads[1].merge_point)
    assert.equal(0, project:run("upgrade").code)
    assert.equal("m1", project:sql "SELECT version_num FROM luamigrate_version")
  end)

  for _, words in ipairs {
    { "b2" }, { "b2", "b2" }, { "b2", "nothing" }, { "a1", "b2" }, { "heads", "b2" },
  } do
    it("refuses " .. table.concat(words, " "), function()
      assert.equal(2, project:run("merge", table.unpack(words)).code)
      assert.equal(3, #project:list "migrations")
    end)
  end
end)
