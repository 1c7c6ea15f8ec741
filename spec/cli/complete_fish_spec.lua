-- The completion script for fish describes every command and long option; what it offers:
-- complete_spec.lua.
local cli = require "spec.support.cli"

describe("completion for fish", function()
  local project

  setup(function()
    project = cli.project()
  end)
  teardown(function()
    project:remove()
  end)

  it("has a line for each command and long option", function()
    local script = project:run("completion", "fish").out
    local help = project:run("-h").out
    local count = 0
    for word in help:match("Commands:\n(.-)\nNot built"):gmatch "\n? +(%l+) " do
      if script:find([[-n '__luamigrate_at ""' -a ]] .. word .. " -d '", 1, true) then
        count = count + 1
      end
      for option, rest in project:run(word, "-h").out:gmatch "%-%-(%l[%l-]+)([^\n]*)\n" do
        if not rest:find("(later)", 1, true) then
          assert.truthy(script:find(" -l " .. option .. " ", 1, true), option)
        end
      end
    end
    assert.truthy(count > 15, count)
  end)

  it("completes values, and leaves no quote open", function()
    local script = project:run("completion", "fish").out
    assert.truthy(script:find("-l color -x -a 'auto always never' -d", 1, true))
    assert.truthy(script:find("__luamigrate_at upgrade' -a '(__luamigrate_targets)'", 1, true))
    for line in script:gmatch "complete [^\n]+" do
      assert.equal(0, select(2, line:gsub("\\'", ""):gsub("'", "")) % 2, line)
    end
  end)
end)
