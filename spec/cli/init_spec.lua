-- `init` writes a project that works, and never over anything.
local cli = require "spec.support.cli"

local FILES = { ".luacheckrc", "luamigrate.d.lua", "luamigrate.lua", "migrations" }

describe("init", function()
  local project

  before_each(function()
    project = cli.project { config = false }
    os.remove(project:path "migrations")
  end)
  after_each(function()
    project:remove()
  end)

  it("writes configuration, folder and editor support, and says what is next", function()
    local result = project:run("init", "deep/shop")
    assert.same({ 0, "" }, { result.code, result.err })
    assert.same(FILES, project:list "deep/shop")
    assert.same({}, project:list "deep/shop/migrations")
    assert.truthy(result.out:find("function upgrade()", 1, true))
    assert.truthy(result.out:find("luamigrate upgrade", 1, true))
  end)

  it("works in the current folder and tells a program what it wrote", function()
    local object, result = project:json "init"
    assert.equal(0, result.code)
    table.sort(object.files)
    assert.same(FILES, object.files)
  end)

  it("makes a project in which a revision is written and applied", function()
    project:run "init"
    assert.equal(0, project:run("revision", "-m", "add users").code)
    assert.equal(0, project:run("upgrade").code)
    assert.equal(1, #project:list "migrations")
    assert.equal(project:list("migrations")[1]:match "^%x+",
      project:sql "SELECT version_num FROM luamigrate_version")
  end)

  it("writes Lua that loads and that luacheck likes", function()
    project:run "init"
    project:run("revision", "-m", "add users")
    assert.truthy(loadfile(project:path "luamigrate.lua"))
    assert.truthy(loadfile(project:path "luamigrate.d.lua"))
    local result = project:shell "luacheck -q ."
    assert.equal(0, result.code, result.out)
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
