-- Statements that nobody waits for: they run in order, an error that comes later has its own line
-- and SQL, and no pcall ever catches the error of a statement before it.
local drivers = require "spec.support.drivers"

local HEAD = [[
revision = "r1"
local function same(wanted, got)
  if wanted ~= got then
    error(("expected %s, got %s"):format(tostring(wanted), tostring(got)), 2)
  end
end
function upgrade()
  local db = op.get_bind()
]]
-- the first line of a body
local FIRST = 9

-- Upgrades with `body`. Returns the result of the run; `after(project)` may look at the database.
local function upgrade(driver, body, after)
  local project = driver.project {}
  project:write("migrations/r1.lua", HEAD .. body .. "\nend\n")
  local _, result = project:json "upgrade"
  if after then
    result.after = after(project)
  end
  project:remove()
  result.last = result.lines[#result.lines]
  return result
end

-- name, body that checks itself
local works = {
  { "statements run in their order", [[
    op.create_table("t", { { "id", types.integer, primary_key = true }, { "n", types.text } })
    for i = 1, 50 do op.execute("INSERT INTO t (id, n) VALUES (:i, 'a')", { i = i }) end
    op.execute "UPDATE t SET n = n || 'b'"
    op.execute("DELETE FROM t WHERE id > :i", { i = 10 })
    same(10, db:scalar "SELECT count(*) FROM t WHERE n = 'ab'")]] },
  { "rowcount waits for the answer", [[
    op.execute "CREATE TABLE t (id integer)"
    local inserted = op.execute "INSERT INTO t VALUES (1), (2), (3)"
    local updated = db:execute("UPDATE t SET id = id + 1 WHERE id > :id", { id = 1 })
    same(2, updated.rowcount) same(3, inserted.rowcount)
    same(2, updated.rowcount)
    same(nil, updated.rowcuont)
    local keys = {}
    for key, value in pairs(inserted) do keys[key] = value end
    same(3, keys.rowcount)]] },
  { "rowcount of the last of several statements", [[
    same(2, op.execute "CREATE TABLE t (id integer); INSERT INTO t VALUES (1), (2)".rowcount)]] },
  { "rowcount can be read in pcall, in a coroutine and after other statements", [[
    op.execute "CREATE TABLE t (id integer)"
    local first = op.execute "INSERT INTO t VALUES (1), (2), (3)"
    op.execute "DELETE FROM t"
    local ok, count = pcall(function() return first.rowcount end)
    same(true, ok) same(3, count)
    local second = op.execute "INSERT INTO t VALUES (1)"
    same(1, coroutine.wrap(function() return second.rowcount end)())
    same(4, coroutine.wrap(function()
      return op.execute "INSERT INTO t VALUES (1), (2), (3), (4)".rowcount
    end)())
    same(5, pcall(error) or db:scalar "SELECT count(*) FROM t")]] },
  { "results that nobody keeps", [[
    op.execute "CREATE TABLE t (id integer)"
    for i = 1, 3000 do
      local result = op.execute("INSERT INTO t VALUES (:i)", { i = i })
      if i % 1000 == 0 then same(1, result.rowcount) end
      if i % 100 == 0 then local garbage = ("x"):rep(100000) .. i end
    end
    same(3000, db:scalar "SELECT count(*) FROM t")]] },
  { "pcall around a statement that works", [[
    op.execute "CREATE TABLE t (id integer)"
    same(true, (pcall(op.execute, "INSERT INTO t VALUES (1)")))
    same(true, (xpcall(op.execute, function() end, "INSERT INTO t VALUES (2)")))
    op.execute "INSERT INTO t VALUES (3)"
    same(3, db:scalar "SELECT count(*) FROM t")]] },
  { "a savepoint undoes what is in it, not what was queued before", [[
    op.execute "CREATE TABLE t (id integer PRIMARY KEY)"
    op.execute "INSERT INTO t VALUES (1)"
    local ok, e = pcall(op.savepoint, function()
      op.execute "INSERT INTO t VALUES (2)"
      op.execute "INSERT INTO t VALUES (1)"
      error "not reached"
    end)
    same(false, ok)
    same("INSERT INTO t VALUES (1)", e.sql)
    op.execute "INSERT INTO t VALUES (3)"
    op.savepoint(function() op.execute "INSERT INTO t VALUES (4)" end)
    same(3, db:scalar "SELECT count(*) FROM t")
    same(8, db:scalar "SELECT sum(id) FROM t")]] },
  { "savepoints nest, and give results back", [[
    op.execute "CREATE TABLE t (id integer PRIMARY KEY)"
    local got = op.savepoint(function()
      op.execute "INSERT INTO t VALUES (1)"
      pcall(op.savepoint, function()
        op.execute "INSERT INTO t VALUES (2)"
        op.savepoint(function() op.execute "INSERT INTO t VALUES (1)" end)
      end)
      op.execute "INSERT INTO t VALUES (3)"
      return "given"
    end)
    same("given", got)
    same(4, db:scalar "SELECT sum(id) FROM t")]] },
  { "a savepoint that a Lua error ends", [[
    op.execute "CREATE TABLE t (id integer)"
    local ok, e = pcall(op.savepoint, function()
      op.execute "INSERT INTO t VALUES (1)"
      error("mine", 0)
    end)
    same(false, ok) same("mine", e)
    same(0, db:scalar "SELECT count(*) FROM t")]] },
  { "a loop over rows while statements are queued", [[
    op.execute "CREATE TABLE t (id integer, n integer)"
    op.bulk_insert("t", { { id = 1 }, { id = 2 }, { id = 3 }, { id = 4 } })
    local seen = 0
    for row in db:rows "SELECT id FROM t ORDER BY id" do
      seen = seen + row.id
      op.execute("UPDATE t SET n = id * 2, id = id + 100 WHERE id = :id", row)
      for other in db:rows "SELECT id FROM t ORDER BY id DESC" do
        op.execute("INSERT INTO t (id) VALUES (:id)", { id = -other.id })
        break
      end
    end
    same(10, seen)
    same(4, db:scalar "SELECT count(*) FROM t WHERE id > 100 AND n < 10")
    same(4, db:scalar "SELECT count(*) FROM t WHERE id < 0")]] },
  { "coroutines that yield with statements on both sides", [[
    op.execute "CREATE TABLE t (id integer)"
    local step = coroutine.wrap(function()
      for i = 1, 5 do
        op.execute("INSERT INTO t VALUES (:i)", { i = i })
        coroutine.yield(i)
      end
    end)
    for i = 1, 5 do
      same(i, step())
      op.execute("INSERT INTO t VALUES (:i)", { i = -i })
    end
    same(10, db:scalar "SELECT count(*) FROM t")]] },
  { "a pcall that is never left because its coroutine is forgotten", [[
    op.execute "CREATE TABLE t (id integer)"
    for i = 1, 10 do
      coroutine.wrap(function()
        pcall(function() op.execute "INSERT INTO t VALUES (1)" coroutine.yield() end)
      end)()
    end
    op.execute "INSERT INTO t VALUES (1)"
    same(11, db:scalar "SELECT count(*) FROM t")]] },
}

-- name, body, the line in it and the SQL of the error that ends the revision; `caught`: by the
-- script, which could not keep it
local fails = {
  { "behind statements that were queued after it", [[
    op.execute "CREATE TABLE t (id integer PRIMARY KEY)"
    op.execute("INSERT INTO t (id) VALUES (:id)", { id = 1 })
    op.execute("INSERT INTO t (id) VALUES (:id) -- twice", { id = 1 })
    op.execute("INSERT INTO t (id) VALUES (:id)", { id = 2 })
    op.execute "DROP TABLE t"]], 3, "INSERT INTO t (id) VALUES (:id) -- twice" },
  { "of a statement in a text of several", [[
    op.execute "CREATE TABLE t (id integer PRIMARY KEY)"
    op.execute "INSERT INTO t VALUES (1); INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)"
    op.execute "DROP TABLE t"]], 2, "INSERT INTO t VALUES (1)" },
  { "of an op", [[
    op.create_table("t", { { "id", types.integer } })
    op.create_table("u", { { "id", types.integer } })
    op.create_table("t",
      { { "id", types.integer } })
    op.create_table("v", { { "id", types.integer } })]], 3, "CREATE TABLE t" },
  { "before pcall", [[
    op.execute "INSERT INTO missing VALUES (1)"
    for i = 1, 3 do
      pcall(op.execute, "SELECT 1")
    end]], 1, "INSERT INTO missing VALUES (1)" },
  { "before xpcall", [[
    op.execute "INSERT INTO missing VALUES (1)"
    xpcall(function() op.execute "SELECT 1" end, function() return "mine" end)]], 1,
    "INSERT INTO missing VALUES (1)" },
  { "before a coroutine", [[
    op.execute "INSERT INTO missing VALUES (1)"
    coroutine.resume(coroutine.create(function() op.execute "SELECT 1" end))
    error "not reached"]], 1, "INSERT INTO missing VALUES (1)" },
  { "before a savepoint", [[
    op.execute "INSERT INTO missing VALUES (1)"
    pcall(op.savepoint, function() op.execute "SELECT 1" end)]], 1,
    "INSERT INTO missing VALUES (1)" },
  { "before a query", [[
    op.execute "INSERT INTO missing VALUES (1)"
    local row = db:one "SELECT 1 AS a"
    error(row.a)]], 1, "INSERT INTO missing VALUES (1)" },
  { "before a loop over rows", [[
    op.execute "INSERT INTO missing VALUES (1)"
    for row in db:rows "SELECT 1 AS a" do error(row.a) end]], 1,
    "INSERT INTO missing VALUES (1)" },
  { "in a loop over rows", [[
    op.execute "CREATE TABLE t (id integer PRIMARY KEY)"
    op.execute "INSERT INTO t VALUES (1), (2)"
    for row in db:rows "SELECT id FROM t ORDER BY id" do
      op.execute("INSERT INTO t (id) VALUES (:id)", row)
    end]], 4, "INSERT INTO t (id) VALUES (:id)" },
  { "before the inspector", [[
    op.execute "INSERT INTO missing VALUES (1)"
    error(#op.inspect():get_table_names())]], 1, "INSERT INTO missing VALUES (1)" },
  { "before a rowcount", [[
    op.execute "INSERT INTO missing VALUES (1)"
    error(op.execute "SELECT 1".rowcount)]], 1, "INSERT INTO missing VALUES (1)" },
  { "before an error of the script", [[
    op.execute "INSERT INTO missing VALUES (1)"
    error "a script must not come so far"]], 1, "INSERT INTO missing VALUES (1)" },
  { "before a mistake in another statement", [[
    op.execute "INSERT INTO missing VALUES (1)"
    op.execute("SELECT :a", { b = 1 })]], 1, "INSERT INTO missing VALUES (1)" },
  { "that pcall caught, of its own statement", [[
    op.execute "CREATE TABLE t (id integer PRIMARY KEY)"
    op.execute "INSERT INTO t VALUES (1)"
    local ok = pcall(op.execute, "INSERT INTO t VALUES (1)")
    assert(not ok)]], 3, "INSERT INTO t VALUES (1)", caught = true },
  { "that resume caught, of a statement in the coroutine", [[
    assert(not coroutine.resume(coroutine.create(function()
      op.execute "INSERT INTO missing VALUES (1)"
    end)))]], 2, "INSERT INTO missing VALUES (1)", caught = true },
  { "of the last statement", [[op.execute "INSERT INTO missing VALUES (1)"]], 1,
    "INSERT INTO missing VALUES (1)" },
}

drivers.each(function(driver)
  describe("statements that nobody waits for:", function()
    for _, case in ipairs(works) do
      it(case[1], function()
        local result = upgrade(driver, case[2])
        assert.are.equal(0, result.code, result.err .. result.out)
      end)
    end

    for _, case in ipairs(fails) do
      it("an error " .. case[1], function()
        local result = upgrade(driver, case[2], function(project)
          return project:sql(driver.tables)
        end)
        assert.are.equal(5, result.code, result.err .. result.out)
        assert.are.equal("", result.after)
        local err = result.last.error
        assert.are.equal(("migrations/r1.lua:%d"):format(FIRST + case[3] - 1),
          ("%s:%d"):format(err.file, err.line))
        assert.are.equal(case[4], err.sql:gsub("^%s+", ""):sub(1, #case[4]))
        assert.are.equal("r1", err.revision)
        assert.are.equal(case.caught, err.hint and err.hint:find("caught", 1, true) and true)
      end)
    end

    it("what is logged comes behind what ran before", function()
      local result = upgrade(driver, [[
        op.execute "CREATE TABLE t (id integer)"
        log.info "made"
        op.execute "INSERT INTO missing VALUES (1)"
        log.info "not reached"]])
      assert.are.equal(5, result.code)
      assert.is_truthy(result.err:find "made" or result.out:find "made")
      assert.is_nil(result.err:find "not reached" or result.out:find "not reached")
    end)

    it("the script goes on after an error that it caught", function()
      local result = upgrade(driver, [[
        op.execute "CREATE TABLE t (id integer)"
        local ok, e = pcall(op.execute, "INSERT INTO missing VALUES (1)")
        print "caught" log.info "logged" sleep(0)
        local again = pcall(function() os.now() error "mine" end)
        same(false, ok) same(false, again) same("failed", e.code)
        error "reached the end"]])
      assert.are.equal(5, result.code)
      local err = result.last.error
      assert.are.equal("INSERT INTO missing VALUES (1)", err.sql)
      assert.is_truthy(err.hint:find("reached the end", 1, true), err.hint)
    end)

    it("memory stays constant", function()
      local result = upgrade(driver, [[
        op.execute "CREATE TABLE t (id integer)"
        local before = collectgarbage "count"
        for i = 1, 200000 do db:execute("INSERT INTO t VALUES (:i)", { i = i }) end
        if collectgarbage "count" - before > 2048 then error "memory grows" end
        same(200000, db:scalar "SELECT count(*) FROM t")]])
      assert.are.equal(0, result.code, result.err .. result.out)
    end)
  end)
end)

describe("on PostgreSQL", function()
  it("the result that is not needed is no table", function()
    local result = upgrade(drivers.postgresql, [[
      op.execute "CREATE TABLE t (id integer)"
      local result = op.execute "INSERT INTO t VALUES (1)"
      same("result", tostring(result):match "^result")
      local ok, e = pcall(function() result.rowcount = 2 end)
      same(false, ok)
      same(true, tostring(e):find("cannot be changed", 1, true) ~= nil)]])
    assert.are.equal(0, result.code, result.err .. result.out)
  end)
end)
