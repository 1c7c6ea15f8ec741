-- A project is written whole or not at all, and never over anything.
local cli = require "spec.support.cli"

describe("a new project", function()
  local project

  before_each(function()
    project = cli.project { config = false }
    os.remove(project:path "migrations")
  end)
  after_each(function()
    project:remove()
  end)

  for _, name in ipairs { "luamigrate.lua", ".luacheckrc", "luamigrate.d.lua" } do
    it("writes nothing when " .. name .. " is there", function()
      project:write(name, "mine")
      local result = project:run "init"
      assert.equal(2, result.code)
      assert.truthy(result.err:find(name .. " is there already", 1, true))
      assert.same({ name }, project:list ".")
      assert.equal("mine", project:read(name))
    end)
  end

  it("writes nothing when there are migrations", function()
    os.execute("mkdir " .. cli.quote(project:path "migrations"))
    project:write("migrations/a.lua", "mine")
    assert.equal(2, project:run("init").code)
    assert.same({ "migrations" }, project:list ".")
  end)

  it("exits 13 where it may not write", function()
    project:write("file", "")
    assert.equal(13, project:run("init", "file/below").code)
  end)
end)
