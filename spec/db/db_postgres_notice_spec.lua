-- Proves that what the server says is shown once, escaped, with its severity, and not without end.
local drivers = require "spec.support.drivers"

describe("db_postgres_notice", function()
  local project

  local function start(body)
    project = drivers.postgresql.project { revisions = { { id = "001", upgrade = body } } }
  end

  local function block(body)
    return ("op.execute [==[DO $$ BEGIN %s END $$]==]"):format(body)
  end

  after_each(function()
    project:remove()
  end)

  it("shows notices and warnings, escaped", function()
    start(block [[RAISE NOTICE E'one\033[2J\ntwo'; RAISE WARNING 'three' USING DETAIL = 'four',
      HINT = 'five'; RAISE INFO 'six';]])
    local result = project:run "upgrade"
    assert.equal(0, result.code, result.err)
    for _, line in ipairs { "\nnotice: one\\x1b[2J\\x0atwo\n",
      "\nwarning: three (detail: four) (hint: five)\n", "\nnotice: six\n" } do
      local _, count = result.err:gsub(line:gsub("%p", "%%%0"), "")
      assert.equal(1, count, result.err)
    end
  end)

  it("tells programs", function()
    start(block [[RAISE NOTICE E'a\tb'; RAISE WARNING 'c';]])
    local _, result = project:json "upgrade"
    assert.same({ event = "notice", severity = "NOTICE", message = "a\tb" }, result.lines[1])
    assert.same({ event = "notice", severity = "WARNING", message = "c" }, result.lines[2])
    assert.equal("step", result.lines[3].event)
  end)

  it("-q hides them", function()
    start(block "RAISE WARNING 'w';")
    local result = project:run("-q", "upgrade")
    assert.same({ 0, "" }, { result.code, result.err })
  end)

  it("keeps the runner's own to itself, and shows those of a script", function()
    start 'op.execute("CREATE TABLE IF NOT EXISTS t (a INT)")\n'
    project:sql "CREATE TABLE t (a INT)"
    assert.equal(0, project:run "upgrade".code)
    project:write("migrations/002.lua", require "spec.support.cli".revision { id = "002",
      down = "001", upgrade = 'op.execute("CREATE TABLE IF NOT EXISTS t (a INT)")' })
    local result = project:run "upgrade"
    local _, count = result.err:gsub("notice:", "")
    assert.equal(1, count, result.err)
    assert.truthy(result.err:find('notice: relation "t" already exists, skipping\n', 1, true))
  end)

  it("stops after a hundred", function()
    start(block "FOR i IN 1 .. 5000 LOOP RAISE NOTICE 'n%', i; END LOOP;")
    local result = project:run "upgrade"
    assert.equal(0, result.code, result.err)
    local _, count = result.err:gsub("notice: ", "")
    assert.equal(101, count)
    assert.truthy(result.err:find("notice: n100\nnotice: more notices are not shown\n", 1, true))
  end)

  it("begins again with the next revision", function()
    start(block "FOR i IN 1 .. 200 LOOP RAISE NOTICE 'n%', i; END LOOP;")
    project:write("migrations/002.lua", require "spec.support.cli".revision { id = "002",
      down = "001", upgrade = block "RAISE NOTICE 'second';" })
    assert.truthy(project:run "upgrade".err:find("notice: second\n", 1, true))
  end)
end)
