-- completion: its words, and what the scripts ask.
local cli = require "spec.support.cli"

describe("completion", function()
  local project

  setup(function()
    project = cli.project { revisions = {
      { id = "a1", header = 'branch_labels = "first"' }, { id = "b2", down = "a1" },
    } }
  end)
  teardown(function()
    project:remove()
  end)

  it("prints words that a target may be, without a database", function()
    local result = project:run("completion", "--targets")
    assert.same({ 0, "head\nheads\nbase\na1\nfirst\nb2\n", "" },
      { result.code, result.out, result.err })
    assert.falsy(project:exists "app.db")
  end)

  it("refuses another shell", function()
    local object, result = project:json("completion", "tcsh")
    assert.equal(2, result.code)
    assert.same({ "bash", "zsh", "fish" }, object.error.candidates)
    assert.equal(2, project:run("completion").code)
  end)
end)
