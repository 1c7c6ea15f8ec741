-- Text for people: nothing gets through to the terminal, colours when wanted.
local cli = require "spec.support.cli"

describe("text", function()
  local project

  before_each(function()
    project = cli.project {
      revisions = {
        { id = "a1", message = "evil \27[31m\u{202E}",
          upgrade = '  op.execute("CREATE TABLE t (a)")' },
        { id = "b2", down = "a1" },
      },
    }
  end)
  after_each(function()
    project:remove()
  end)

  it("control characters of a message never reach a terminal", function()
    for _, words in ipairs { { "history" }, { "show", "a1" }, { "status" }, { "upgrade" } } do
      local result = project:run(table.unpack(words))
      assert.falsy((result.out .. result.err):find("\27", 1, true), words[1])
      assert.falsy((result.out .. result.err):find("\u{202E}", 1, true), words[1])
      assert.truthy((result.out .. result.err):find("\\x1b[31m", 1, true), words[1])
    end
  end)

  it("colours when asked to", function()
    assert.truthy(project:run("heads", "--color", "always").out:find("\27[", 1, true))
    assert.falsy(project:run("heads", "--color=never").out:find("\27[", 1, true))
    local env = { NO_COLOR = "1" }
    assert.truthy(project:shell('"$L" heads --color always', env).out:find("\27[", 1, true))
    local terminal = [[TERM=xterm script -qec '"$L" heads' /dev/null]]
    assert.truthy(project:shell(terminal).out:find("\27[", 1, true))
    assert.falsy(project:shell(terminal, env).out:find("\27[", 1, true))
  end)

  it("aligns messages on a terminal", function()
    project:write("migrations/c3.lua", cli.revision { id = "c3_long", down = "b2", message = "m" })
    local result = project:shell [[script -qec '"$L" history --color never' /dev/null]]
    local columns = {}
    for line in result.out:gmatch "[^\r\n]+" do
      columns[#columns + 1] = line:find "%S+$"
    end
    assert.equal(3, #columns)
    assert.is_true(columns[1] == columns[2])
  end)
end)
