-- The completion scripts, run by the shells themselves: all offer the same words.
local cli = require "spec.support.cli"
local shells = require "spec.support.shells"

-- What is typed, and what is offered.
local cases = {
  -- commands, options and their values
  { "h", "heads history" },
  { "", "accept branches completion current downgrade edit heads history init merge rebase "
    .. "revision show squash stamp status upgrade" },
  { "upgrade --js", "--json" },
  { "merge --sp", "--splice" },
  { "upgrade --sp", "" },
  { "--ver", "--verbose --version" },
  { "--color a", "always auto" },
  { "--color=a", "always auto" },
  { "--color always h", "heads history" },
  { "upgrade --transaction r", "revision run" },
  { "completion b", "bash" },
  { "revision --version-path mi", "migrations" },
  { "-c oth", "other.lua others" },
  { "--config=other.l", "other.lua" },
  { "revision -m h", "" },
  { "-n prod h", "heads history" },
  { "-x key=value h", "heads history" },
  { "-d sqlite:x.db h", "heads history" },
  { "init mi", "migrations" },
  -- revisions and labels, asked of the program
  { "upgrade b", "b2 base" },
  { "-v show f", "first" },
  { "revision --head a", "a1" },
  { "revision --head=a", "a1" },
  { "downgrade ", "a1 b2 base first head heads" },
  { "upgrade --sql a1:b", "b2 base" },
  { "history -r a1:", "a1 b2 base first head heads" },
  { "history --rev-range=:b", "b2 base" },
  { "history -r :b", "b2 base" },
  { "--wait=3 edit b", "b2 base" },
  { "upgrade +1 b", "b2 base" },
  { "stamp -q b", "b2 base" },
  { "-c other.lua edit o", "o9" },
  { "--config other.lua edit o", "o9" },
  { "--config=other.lua edit o", "o9" },
  { "-cother.lua edit o", "o9" },
  { "edit -c other.lua o", "o9" },
  -- silent where the tree is broken
  { "-c missing.lua edit o", "" },
}

describe("completion", function()
  local project

  setup(function()
    project = cli.project { revisions = {
      { id = "a1", header = 'branch_labels = "first"' }, { id = "b2", down = "a1" },
    } }
    project:write("other.lua", 'return { migrations = "others" }')
    project:shell "mkdir others"
    project:write("others/o9.lua", cli.revision { id = "o9" })
  end)
  teardown(function()
    project:remove()
  end)

  for _, shell in ipairs(shells.names) do
    it("offers the same in " .. shell, function()
      local lines, wanted = {}, {}
      for i, case in ipairs(cases) do
        lines[i] = "luamigrate " .. case[1]
        wanted[i] = case[1] .. " => " .. case[2]
      end
      local answers = shells.complete(project, shell, lines)
      if answers == nil then
        return pending(shell .. " is not installed (tools/deps.sh test)")
      end
      for i, answer in ipairs(answers) do
        answers[i] = cases[i][1] .. " => " .. answer
      end
      assert.same(wanted, answers)
    end)
  end

  it("knows every command and long option in all of them", function()
    local help = project:run("-h").out
    local lines = { "luamigrate -" }
    for word in help:match("Commands:\n(.-)\nNot built"):gmatch "\n? +(%l+) " do
      lines[#lines + 1] = "luamigrate " .. word .. " --"
    end
    assert.truthy(#lines > 10)
    for _, shell in ipairs(shells.names) do
      local answers = shells.complete(project, shell, lines)
      for i, answer in ipairs(answers or {}) do
        local word = lines[i]:match "^luamigrate (%l*)"
        local options = project:run(word, "-h").out
        if word == "" then options = help end
        for option, rest in options:gmatch "%-%-(%l[%l-]+)([^\n]*)\n" do
          if not rest:find("(later)", 1, true) then
            assert.truthy((" " .. answer .. " "):find(" --" .. option .. " ", 1, true),
              shell .. ": " .. lines[i] .. option .. " not in " .. answer)
          end
        end
      end
    end
  end)
end)
