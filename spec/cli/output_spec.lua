-- Where output goes, what becomes of it when it cannot, signals, colours.
local cli = require "spec.support.cli"

describe("output", function()
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

  local function version()
    return project:sql "SELECT version_num FROM luamigrate_version"
  end

  for _, redirection in ipairs { ">&-", ">/dev/full" } do
    for _, line in ipairs { "--version", "-h", "heads", "upgrade", "--json upgrade", "status" } do
      it(line .. " " .. redirection .. " is exit 13", function()
        local result = project:shell('"$L" ' .. line .. " " .. redirection)
        assert.equal(13, result.code)
        assert.truthy(result.err:find("cannot write the output", 1, true))
      end)
    end
  end

  it("a full output does not stop the work", function()
    assert.equal(13, project:shell('"$L" --json upgrade >/dev/full').code)
    assert.equal("b2", version())
  end)

  it("a closed descriptor never becomes the database", function()
    project:shell('"$L" upgrade <&- >&- 2>&-')
    assert.equal("b2", version())
    assert.equal("ok", project:sql "PRAGMA integrity_check")
  end)

  it("a broken pipe ends quietly with 141, after the work", function()
    local result = project:shell(
      [[( "$L" --json upgrade 2>err; echo $? >status ) | true; sleep 0.3; cat status]])
    assert.equal("141\n", result.out)
    assert.falsy(project:read("err"):find("error", 1, true))
    assert.equal("b2", version())
  end)

  it("an error keeps its own status when standard output is full", function()
    assert.equal(2, project:shell('"$L" --json upgrade nothing >/dev/full').code)
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

  for _, case in ipairs { { "INT", 130 }, { "TERM", 143 }, { "HUP", 129 } } do
    local name, status = table.unpack(case)
    it("SIG" .. name .. " rolls back and is exit " .. status, function()
      project:write("migrations/a1.lua", cli.revision { id = "a1",
        upgrade = '  op.execute("CREATE TABLE t (a)"); sleep(20)' })
      local result = project:shell([["$L" --json upgrade >log 2>&1 & sleep 0.5
        kill -]] .. name .. [[ $!; wait $!; echo $?; cat log]])
      assert.truthy(result.out:find("^" .. status .. "\n"), result.out)
      assert.truthy(result.out:find('"exit":' .. status, 1, true), result.out)
      assert.equal("0", project:sql "SELECT count(*) FROM sqlite_master WHERE name = 't'")
    end)
  end

  it("a second signal ends a script that does not listen at once", function()
    project:write("migrations/a1.lua", cli.revision { id = "a1",
      upgrade = '  op.execute("CREATE TABLE t (a)"); while true do end' })
    local result = project:shell [["$L" upgrade >log 2>&1 & sleep 0.5
      kill -TERM $!; sleep 0.1; kill -TERM $!; wait $!; echo $?]]
    assert.equal("143\n", result.out)
    assert.equal("0", project:sql "SELECT count(*) FROM sqlite_master WHERE name = 't'")
  end)
end)
