-- `revision` tells where the file is.
local cli = require "spec.support.cli"

describe("revision", function()
  local project

  before_each(function()
    project = cli.project()
  end)
  after_each(function()
    project:remove()
  end)

  it("prints the path alone on standard output", function()
    local result = project:run("revision", "first", "--rev-id", "x")
    assert.same({ 0, "migrations/x_first.lua\n" }, { result.code, result.out })
    assert.equal("", project:run("-q", "revision", "second").err)
  end)
end)

describe("merge", function()
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

  it("names what it joins when there is no message", function()
    local object = project:json("merge", "c3", "b")
    assert.equal("merge c3 and b", project:json("show", object.revision).revisions[1].message)
  end)
end)
