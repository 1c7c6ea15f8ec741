-- Proves that the Lua files baked into the program are found by name.
local scripts = require "spec.support.scripts"

describe("a baked module", function()
  local project

  before_each(function() project = scripts.open() end)
  after_each(function() project:close() end)

  it("is found by the configuration file, before any file of the system", function()
    local path = project:write("luamigrate.lua", [[
      local template = require "luamigrate.template"
      assert(template == require "luamigrate.template")
      return { vars = { kind = type(template) } }]])
    local config, err = project.state:config(path)
    assert.is_truthy(config, err and err.message)
    assert.is_true(project.state:run(project:add "function upgrade() print(config.vars.kind) end"))
    assert.is_truthy(project.state:log()[1].text:find "^%a+$")
  end)

  it("that does not exist is an error that names it", function()
    local path = project:write("luamigrate.lua", 'require "luamigrate.nothing"')
    local _, err = project.state:config(path)
    assert.are.equal("config", err.code)
    assert.is_truthy(err.message:find("no baked module 'luamigrate.nothing'", 1, true))
  end)
end)
