-- The files for editors are Lua that loads and that luacheck likes.
local cli = require "spec.support.cli"

describe("editor support", function()
  local project

  before_each(function()
    project = cli.project { config = false }
    os.remove(project:path "migrations")
  end)
  after_each(function()
    project:remove()
  end)

  it("writes Lua that loads and that luacheck likes", function()
    project:run "init"
    project:run("revision", "-m", "add users")
    assert.truthy(loadfile(project:path "luamigrate.lua"))
    assert.truthy(loadfile(project:path "luamigrate.d.lua"))
    local result = project:shell "luacheck -q ."
    assert.equal(0, result.code, result.out)
  end)
end)
