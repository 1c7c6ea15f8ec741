-- Questions are asked on a terminal only.
local cli = require "spec.support.cli"

local REVISIONS = {
  { id = "001", message = "Add users", upgrade = '  op.execute("CREATE TABLE users (id INT)")',
    downgrade = '  op.execute("DROP TABLE users")' },
  { id = "002", down = "001", message = "Add keys",
    upgrade = '  op.execute("CREATE TABLE keys (id INT)")',
    downgrade = '  op.execute("DROP TABLE keys")' },
}

describe("a question", function()
  local project

  local function start(options)
    options = options or {}
    options.revisions = options.revisions or REVISIONS
    project = cli.project(options)
  end

  after_each(function()
    project:remove()
  end)

  local function rows()
    return project:sql "SELECT group_concat(version_num) FROM luamigrate_version"
  end

  local function on_terminal(line, answer)
    local result = project:shell(([[printf %s | script -qec %s /dev/null]])
      :format(cli.quote(answer), cli.quote('"$L" ' .. line)))
    return result
  end

  it("asks on a terminal, and no is no", function()
    start()
    project:run "upgrade"
    local result = on_terminal("downgrade", "n\\n")
    assert.truthy(result.out:find("Go on? [y/N]", 1, true), result.out)
    assert.equal(2, result.code)
    assert.equal("002", rows())
    assert.equal(0, on_terminal("downgrade", "y\\n").code)
    assert.equal("001", rows())
    result = on_terminal("downgrade --yes", "")
    assert.falsy(result.out:find("Go on?", 1, true))
    assert.equal("", rows())
  end)

  it("goes on in a new line when there is no answer", function()
    start()
    project:run "upgrade"
    local result = on_terminal("downgrade", "\\004")
    assert.equal(2, result.code)
    assert.truthy(result.out:find "%[y/N%] [^\n]*\n[^\n]*error:[^\n]* not confirmed", result.out)
  end)

  it("does not count as work of the run", function()
    start()
    project:run "upgrade"
    local result = project:shell([[(sleep 1; echo y) | script -qec '"$L" downgrade' /dev/null]])
    assert.equal(0, result.code)
    assert.truthy(result.out:find "1 revision, %d+ ms", result.out)
  end)

  it("asks for a message on a terminal", function()
    start { revisions = {} }
    assert.equal(0, on_terminal("revision", "add more\\n").code)
    assert.truthy(project:list("migrations")[1]:find "_add_more%.lua$")
  end)
end)
