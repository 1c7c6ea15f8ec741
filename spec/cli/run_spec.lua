-- upgrade, downgrade and stamp: what they print, as text and as JSON, and their exit status.
local cli = require "spec.support.cli"

local REVISIONS = {
  { id = "001", message = "Add users", upgrade = '  op.execute("CREATE TABLE users (id INT)")',
    downgrade = '  op.execute("DROP TABLE users")' },
  { id = "002", down = "001", message = "Add keys",
    upgrade = '  op.execute("CREATE TABLE keys (id INT)")',
    downgrade = '  op.execute("DROP TABLE keys")' },
}

describe("a run", function()
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

  it("shows one line per revision on standard error, the result on standard output", function()
    start()
    local result = project:run "upgrade"
    assert.equal(0, result.code)
    assert.truthy(result.err:find "^database: sqlite:app%.db\n")
    assert.truthy(result.err:find "\n  base %-> 001  Add users  %d+ ms\n")
    assert.truthy(result.err:find "\n  001 %-> 002  Add keys  %d+ ms\n$")
    assert.truthy(result.out:find "^upgraded: base %-> 002, 2 revisions, %d+ ms\n$")
  end)

  it("says when there is nothing to do", function()
    start()
    project:run "upgrade"
    local result = project:run("upgrade", "001")
    assert.same({ 0, "nothing to do: already at or past 001 (at 002)\n" },
      { result.code, result.out })
  end)

  it("-q leaves errors only", function()
    start { revisions = { { id = "a", upgrade = '  print "p"; log.info "i"; log.error "e"' } } }
    local result = project:run("-q", "upgrade")
    assert.same({ 0, "error: e\n" }, { result.code, result.err })
  end)

  it("-v shows SQL with timings and debug messages", function()
    start { revisions = { { id = "a",
      upgrade = '  log.debug "d"; op.execute("CREATE TABLE t (id INT)")' } } }
    local result = project:run("-v", "upgrade")
    assert.truthy(result.err:find("debug: d\n", 1, true))
    assert.truthy(result.err:find "    CREATE TABLE t %(id INT%)  %-%- [%d.]+ ms\n")
  end)

  it("prints messages of scripts on standard error only, escaped", function()
    start { revisions = { { id = "a",
      upgrade = '  print "p\\27[2J"; log.warn "w\\n[ERROR] x"\n'
        .. '  log.info "%d%%"; log.debug "no"' } } }
    local result = project:run "upgrade"
    assert.truthy(result.err:find("p\\x1b[2J\n", 1, true), result.err)
    assert.truthy(result.err:find("warning: w\\x0a[ERROR] x\n", 1, true))
    assert.truthy(result.err:find("info: %d%%\n", 1, true))
    assert.falsy(result.err:find("debug", 1, true))
    assert.falsy(result.out:find("p\\x1b", 1, true))
  end)

  it("tells a program of every step and of the end", function()
    start()
    local last, result = project:json "upgrade"
    assert.equal(3, #result.lines)
    local step = result.lines[2]
    assert.same({ "step", "002", "upgrade", { "001" }, { "002" }, "number" },
      { step.event, step.revision, step.direction, step.from, step.to,
        type(step.duration_ms) })
    assert.same({ {}, { "001" } }, { result.lines[1].from, result.lines[1].to })
    assert.same({ "result", "upgrade", false, {}, { "002" }, 2 },
      { last.event, last.direction, last.dry_run, last.from, last.to, #last.steps })
    assert.same({ "001", false, "002", true },
      { last.steps[1].revision, last.steps[1].current, last.steps[2].revision,
        last.steps[2].current })
    last, result = project:json "upgrade"
    assert.same({ 0, 1, {} }, { result.code, #result.lines, last.steps })
    last = project:json("downgrade", "base")
    assert.same({ "downgrade", { "002" }, {} }, { last.direction, last.from, last.to })
  end)

  it("gives log events to a program too", function()
    start { revisions = { { id = "a", upgrade = '  log.warn "w"' } } }
    local _, result = project:json "upgrade"
    assert.same({ event = "log", level = "warning", message = "w" }, result.lines[1])
  end)

  it("keeps the finished steps and ends with the error", function()
    start { revisions = { REVISIONS[1],
      { id = "bad", down = "001", upgrade = '  op.execute("SELEC 1")' } } }
    local last, result = project:json "upgrade"
    assert.equal(5, result.code)
    assert.equal("001", result.lines[1].revision)
    assert.same({ "failed", 5, "bad", "migrations/bad.lua", "SELEC 1" },
      { last.error.code, last.error.exit, last.error.revision, last.error.file,
        last.error.sql })
    assert.equal(9, last.error.line)
    assert.truthy(result.err:find("luamigrate: error: ", 1, true))
    assert.truthy(result.err:find("  revision: bad\n  at: migrations/bad.lua:9\n", 1, true))
    assert.truthy(result.err:find("  SQL: SELEC 1\n", 1, true))
    assert.equal("001", rows())
  end)

  it("escapes what an error says, and no line of it looks like ours", function()
    start { revisions = { { id = "a", upgrade = '  error "x\\27[2J\\nluamigrate: error: fake"' } } }
    local result = project:run "upgrade"
    assert.equal(5, result.code)
    assert.truthy(result.err:find("\\x1b[2J", 1, true))
    assert.falsy(result.err:find("\27", 1, true))
    assert.falsy(result.err:find("\nluamigrate: error: fake", 1, true))
  end)

  it("shows what a downgrade reverts and goes on without a terminal", function()
    start()
    project:run "upgrade"
    local result = project:run "downgrade"
    assert.equal(0, result.code)
    assert.truthy(result.err:find("to be reverted:\n  002  Add keys\nwarning: data", 1, true))
    assert.truthy(result.err:find "\n  002 %-> 001  Add keys  %d+ ms\n")
    assert.equal("001", rows())
  end)

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

  it("asks for a message on a terminal", function()
    start { revisions = {} }
    assert.equal(0, on_terminal("revision", "add more\\n").code)
    assert.truthy(project:list("migrations")[1]:find "_add_more%.lua$")
  end)

  it("a protected environment always wants --yes", function()
    start { config = [[return { url = "sqlite:app.db",
      environments = { production = { protected = true } } }]] }
    project:run "upgrade"
    for _, words in ipairs { { "downgrade" }, { "stamp", "001" } } do
      local result = project:run("-n", "production", table.unpack(words))
      assert.equal(2, result.code)
      assert.truthy(result.err:find('the environment "production" is protected', 1, true))
      assert.equal("002", rows())
    end
    assert.equal(0, project:run("-n", "production", "downgrade", "--yes").code)
    assert.equal("001", rows())
    assert.equal(0, project:run("-n", "production", "stamp", "--force", "002").code)
    assert.equal(0, project:run("-n", "production", "upgrade").code)
  end)

  it("stamps without running scripts", function()
    start()
    local last, result = project:json("stamp", "head")
    assert.equal(0, result.code)
    assert.same({ "stamp", {}, { "002" } }, { last.direction, last.from, last.to })
    assert.same({ "step", "stamp" }, { result.lines[1].event, result.lines[1].direction })
    assert.equal("0", project:sql "SELECT count(*) FROM sqlite_master WHERE name = 'users'")
    local text = project:run("stamp", "001")
    assert.truthy(text.err:find("  002 -> 001", 1, true), text.err)
    assert.equal("stamped: 002 -> 001\n", text.out)
  end)

  it("an unknown row is exit 9, and stamp --purge goes on", function()
    start()
    project:run "upgrade"
    project:sql "UPDATE luamigrate_version SET version_num = 'ghost'"
    for _, words in ipairs {
      { "upgrade" }, { "downgrade" }, { "stamp", "001" }, { "current" }, { "history", "-i" },
      { "show", "current" },
    } do
      local object, result = project:json(table.unpack(words))
      assert.equal(9, result.code, table.concat(words, " "))
      assert.truthy(object.error.message:find("ghost", 1, true))
    end
    assert.equal(0, project:run("stamp", "--purge", "001").code)
    assert.equal("001", rows())
  end)
end)
