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
    assert.same({ version = "0.1.0" }, (project:json "--version"))
  end)

  it("tells a program of a script that nothing but the end of the process stops", function()
    local stuck = cli.project {
      config = 'return { url = "sqlite:app.db", limits = { stall = 1 } }',
      revisions = { { id = "a1", upgrade = [[  op.execute("CREATE TABLE t (a)")
  string.find(("a"):rep(40), ("a*"):rep(20) .. "b")]] } },
    }
    local object, result = stuck:json "upgrade"
    assert.same({ 14, 14, "limit" }, { result.code, object.error.exit, object.error.code })
    assert.equal("0", stuck:sql "SELECT count(*) FROM sqlite_master WHERE name = 't'")
    stuck:remove()
  end)
end)
