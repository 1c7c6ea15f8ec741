-- A revision as a line.
local cli = require "spec.support.cli"

local REVISIONS = {
  { id = "a1", message = "first" },
  { id = "b2", down = "a1", message = "left", header = 'branch_labels = "left"' },
  { id = "c3", down = "a1", message = "right", header = 'depends_on = "left"' },
  { id = "d4", down = { "b2", "c3" }, message = "join" },
}

describe("a revision for people", function()
  local project

  before_each(function()
    project = cli.project { revisions = REVISIONS }
  end)
  after_each(function()
    project:remove()
  end)

  it("history: newest first, without a database", function()
    local result = project:run("-c", "luamigrate.lua", "history")
    assert.same({ 0, "" }, { result.code, result.err })
    assert.equal(
      "b2, c3 -> d4 (left) (head) (mergepoint)  join\n"
      .. "a1 -> c3  right\n"
      .. "a1 -> b2 (left)  left\n"
      .. "base -> a1 (branchpoint)  first\n", result.out)
    assert.falsy(project:exists "app.db")
    assert.equal(result.out, project:run("history", "--no-graph").out)
  end)
end)
