-- One run of the program: the version comes before anything else.
local cli = require "spec.support.cli"

describe("the program", function()
  local project

  setup(function()
    project = cli.project { revisions = { { id = "a1", message = "first" } } }
  end)
  teardown(function()
    project:remove()
  end)

  it("prints its version", function()
    local result = project:run "--version"
    assert.same({ 0, "luamigrate 0.1.0\n", "" }, { result.code, result.out, result.err })
  end)
end)
