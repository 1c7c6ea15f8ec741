-- Help is made from the tables, for the program and for each command.
local cli = require "spec.support.cli"

local COMMANDS = {
  "init", "revision", "upgrade", "downgrade", "current", "history", "heads", "show", "status",
  "merge", "stamp",
}

describe("help", function()
  local project

  setup(function()
    project = cli.project { revisions = { { id = "a1", message = "first" } } }
  end)
  teardown(function()
    project:remove()
  end)

  it("alone prints help on standard error and exits 2, with -h on standard output and 0", function()
    local alone, help = project:run(), project:run "-h"
    assert.same({ 2, "" }, { alone.code, alone.out })
    assert.same({ 0, "" }, { help.code, help.err })
    assert.equal(help.out, alone.err)
    for _, name in ipairs(COMMANDS) do
      assert.truthy(help.out:find("\n  " .. name .. " "), name)
    end
  end)

  for _, name in ipairs(COMMANDS) do
    it("explains " .. name .. " with an example", function()
      local result = project:run(name, "-h")
      assert.same({ 0, "" }, { result.code, result.err })
      assert.truthy(result.out:find("Usage: luamigrate " .. name, 1, true))
      assert.truthy(result.out:find("Example:\n  luamigrate " .. name, 1, true))
    end)
  end
end)
