-- The completion script for bash, run as bash would; the one for zsh names every word.
local cli = require "spec.support.cli"

local project

-- What bash offers for `words`, the last of which is being typed; sorted.
local function complete(words)
  local quoted = {}
  for i, word in ipairs(words) do
    quoted[i] = cli.quote(word)
  end
  project:write("ask", ([[
source <("$L" completion bash)
COMP_WORDS=("$L" %s)
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_luamigrate
printf '%%s\n' "${COMPREPLY[@]}" | sort -u
]]):format(table.concat(quoted, " ")))
  local result = project:shell "bash ask"
  assert.equal("", result.err)
  return (result.out:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
end

describe("completion", function()
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

  it("of commands, options and their values in bash", function()
    assert.equal("heads history", complete { "h" })
    assert.equal("--json", complete { "upgrade", "--js" })
    assert.equal("--splice", complete { "merge", "--sp" })
    assert.equal("", complete { "upgrade", "--sp" })
    assert.equal("always auto", complete { "--color", "a" })
    assert.equal("always auto", complete { "--color", "=", "a" })
    assert.equal("bash", complete { "completion", "b" })
    assert.equal("migrations", complete { "revision", "--version-path", "mi" })
    assert.equal("luamigrate.lua", complete { "-c", "lua" })
    assert.equal("", complete { "revision", "-m", "h" })
  end)

  it("of revisions and labels, asked of the program", function()
    assert.equal("b2 base", complete { "upgrade", "b" })
    assert.equal("first", complete { "-v", "show", "f" })
    assert.equal("a1", complete { "revision", "--head", "a" })
    assert.equal("a1 b2 base first head heads", complete { "downgrade", "" })
    assert.equal("o9", complete { "-c", "other.lua", "edit", "o" })
    assert.equal("o9", complete { "--config", "=", "other.lua", "edit", "o" })
  end)

  it("is silent where the tree is broken", function()
    assert.equal("", complete { "-c", "missing.lua", "edit", "o" })
  end)

  it("knows every command and long option in both", function()
    local help = project:run("-h").out
    for _, shell in ipairs { "bash", "zsh" } do
      local result = project:run("completion", shell)
      assert.equal(0, result.code)
      local count = 0
      for word in help:match("Commands:\n(.-)\nNot built"):gmatch "\n? +(%l+) " do
        count = count + 1
        for option, rest in project:run(word, "-h").out:gmatch "%-%-(%l[%l-]+)([^\n]*)\n" do
          if not rest:find("(later)", 1, true) then
            assert.truthy(result.out:find(option, 1, true), shell .. " " .. option)
          end
        end
      end
      assert.truthy(count > 10)
    end
  end)
end)
