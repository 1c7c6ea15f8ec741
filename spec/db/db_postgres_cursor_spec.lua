-- Proves that a loop sees the rows as they were when it began, whatever is written meanwhile, that
-- few of them are in memory, and that cursors end with what they belong to.
local postgres = require "spec.support.postgres"
local core = require "luamigrate.core".db

local function rest(cursor)
  local out = {}
  while true do
    local row, err = cursor:next()
    if not row then
      assert.is_nil(err)
      return out
    end
    out[#out + 1] = row[1]
  end
end

local function numbers(from, to)
  local out = {}
  for i = from, to do out[#out + 1] = i end
  return out
end

-- The server's cursors; a query of the runner needs none itself.
local function cursors(db)
  local ticket = assert(db:queue("SELECT count(*) FROM pg_cursors WHERE name LIKE 'luamigrate%'",
    nil, { own = true }))
  assert(db:collect())
  return tonumber((select(3, ticket:answer())))
end

local function memory(what)
  for line in io.lines "/proc/self/status" do
    local kb = line:match("^" .. (what or "VmRSS") .. ":%s+(%d+)")
    if kb then return tonumber(kb) end
  end
end

-- KB that the address sanitizer keeps of what was freed, to notice its use.
local KEPT = os.getenv "SPEC_KIND" == "asan" and 300000 or 0

describe("db_postgres_cursor", function()
  local database, db

  setup(function() database = postgres.database() end)
  teardown(function() database:drop() end)

  before_each(function()
    database:sql [[DROP TABLE IF EXISTS t;
      CREATE TABLE t AS SELECT i AS id, 'x'::text AS a FROM generate_series(1, 1000) AS i]]
    db = assert(core.open(database.url))
  end)

  after_each(function() db:close() end)

  local writes = {
    "UPDATE t SET id = id + 1000", "DELETE FROM t", "INSERT INTO t SELECT id, a FROM t",
    "DROP TABLE t", "TRUNCATE t", "ALTER TABLE t ADD COLUMN b int", "ALTER TABLE t DROP COLUMN id",
    "ALTER TABLE t ALTER id TYPE text", "CREATE INDEX i ON t(a)", "ALTER TABLE t RENAME TO u",
  }
  for _, sql in ipairs(writes) do
    it("keeps its rows through " .. sql, function()
      assert(db:begin())
      local cursor = assert(db:rows "SELECT id FROM t ORDER BY id")
      local second = assert(db:rows "SELECT id FROM t ORDER BY id")
      local untouched = assert(db:rows "SELECT id FROM t ORDER BY id DESC")
      for i = 1, 10 do assert.equal(i, cursor:next()[1]) end
      assert.equal(1, second:next()[1])
      assert(db:queue(sql))
      assert.same(numbers(11, 1000), rest(cursor))
      assert.same(numbers(2, 1000), rest(second))
      assert.equal(1000, untouched:next()[1])
      assert(db:prove())
      assert(db:commit())
      assert.equal(999, untouched:next()[1])
      assert.equal(998, #rest(untouched))
    end)
  end

  for _, count in ipairs { 0, 1, 127, 128, 129, 1000, 5000 } do
    it(("reads %d rows"):format(count), function()
      local sql = ("SELECT i FROM generate_series(1, %d) AS i"):format(count)
      assert(db:begin())
      assert.same(numbers(1, count), rest(assert(db:rows(sql))))
      assert.equal(0, cursors(db))
      assert(db:commit())
      assert.same(numbers(1, count), rest(assert(db:rows(sql))))
      assert.same(numbers(1, count), rest(assert(db:rows(
        ("INSERT INTO t SELECT generate_series(1, %d) RETURNING id"):format(count)))))
    end)
  end

  it("takes parameters", function()
    assert(db:begin())
    assert.same({ 3, 7 }, rest(assert(db:rows(
      "SELECT id FROM t WHERE id = ANY($1) AND a = $2 ORDER BY id", { "{3,7}", "x" }))))
    assert.same({ 5 }, rest(assert(db:rows("UPDATE t SET a = $1 WHERE id = $2 RETURNING id",
      { "y", 5 }))))
    assert.equal("y", (db:one("SELECT a FROM t WHERE id = $1", { 5 })))
  end)

  it("reads what no cursor can", function()
    assert(db:begin())
    assert.equal("on", (db:one "SHOW standard_conforming_strings"))
    assert.equal(1, (db:one "SELECT id FROM t ORDER BY id FOR UPDATE"))
    assert.equal(2, (db:one "WITH a AS (DELETE FROM t WHERE id = 2 RETURNING id) SELECT id FROM a"))
    assert.equal("string", type(db:one "EXPLAIN SELECT 1"))
    assert.is_nil((db:one "DELETE FROM t WHERE id = 3"))
    assert(db:execute "PREPARE p AS SELECT 7")
    assert.equal(7, (db:one "EXECUTE p"))
    assert.equal(998, (db:one "SELECT count(*) FROM t"))
  end)

  it("needs one round trip for a small result", function()
    local proxy = postgres.proxy(database)
    local far = assert(core.open(proxy.url))
    assert(far:begin())
    assert(far:collect())
    local before = proxy:report().trips
    assert.equal(1000, (far:one "SELECT count(*) FROM t"))
    assert.equal("x", (far:one "SELECT a FROM t LIMIT 1"))
    assert.equal(2, proxy:report().trips - before)
    far:close()
    proxy:stop()
  end)

  it("keeps memory constant", function()
    assert(db:begin())
    local function count(sql)
      local cursor, rows = assert(db:rows(sql)), 0
      local before
      while cursor:next() do
        rows = rows + 1
        if rows % 1000 == 0 then collectgarbage() end
        if rows == 20000 then before = memory() end
      end
      return rows, memory() - before
    end
    for _, sql in ipairs {
      "SELECT i, repeat('x', 100) FROM generate_series(1, 300000) AS i",
      "INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, 300000) AS i RETURNING *",
    } do
      local rows, grown = count(sql)
      assert.equal(300000, rows)
      assert.is_true(grown < 6000 + KEPT, ("grew by %d KB"):format(grown))
    end
    local before = memory "VmHWM"
    assert(db:execute "SELECT i, repeat('x', 1000) FROM generate_series(1, 100000) AS i")
    assert.is_true(memory "VmHWM" - before < 10000 + KEPT)
  end)

  it("fetches few rows that are wide", function()
    assert(db:begin())
    local before = memory()
    local cursor = assert(db:rows "SELECT repeat('x', 100000) FROM generate_series(1, 2000)")
    local rows = 0
    while cursor:next() do
      rows = rows + 1
      if rows % 50 == 0 then collectgarbage() end
    end
    assert.equal(2000, rows)
    assert.is_true(memory() - before < 60000 + KEPT)
  end)

  it("tells an error of a later row, again and again", function()
    assert(db:begin())
    local cursor = assert(db:rows "SELECT 1 / (5000 - i) FROM generate_series(1, 6000) AS i")
    local row, err
    repeat row, err = cursor:next() until not row
    assert.equal("22012", err.sqlstate)
    local _, again = cursor:next()
    assert.equal("22012", again.sqlstate)
    assert.is_nil((db:execute "SELECT 1"))
    db:rollback()
    assert.equal(1, (db:one "SELECT 1"))
  end)

  it("shows the statement, not the cursor's", function()
    local trace = {}
    local other = assert(core.open(database.url, { trace = trace }))
    assert(other:begin())
    local _, err = other:rows "SELECT nope FROM t"
    assert.equal("SELECT nope FROM t", err.sql)
    other:rollback()
    assert.equal(1000, #rest(assert(other:rows "SELECT id FROM t")))
    assert.equal("SELECT id FROM t", trace[#trace])
    other:close()
  end)

  it("ends with its transaction", function()
    assert(db:begin())
    local cursor = assert(db:rows "SELECT id FROM t")
    assert(cursor:next())
    db:rollback()
    local _, err = cursor:next()
    assert.matches("has ended", err.message)
    cursor:close()
    assert(db:begin())
    assert.equal(1, (db:one "SELECT 1"))
  end)

  it("ends with its savepoint, outlives others", function()
    assert(db:begin())
    local outer = assert(db:rows "SELECT id FROM t ORDER BY id")
    assert(outer:next())
    assert(db:savepoint())
    local inner = assert(db:rows "SELECT id FROM t ORDER BY id")
    local closed = assert(db:rows "SELECT id FROM t")
    closed:close()
    assert(inner:next())
    assert.is_nil((db:execute "SELECT nope"))
    assert(db:undo())
    local _, err = inner:next()
    assert.matches("has ended", err.message)
    inner:close()
    assert.same(numbers(2, 1000), rest(outer))
    assert(db:savepoint())
    local kept = assert(db:rows "SELECT id FROM t ORDER BY id")
    assert(db:release())
    assert.same(numbers(1, 1000), rest(kept))
  end)

  it("lives outside of transactions, over those of steps", function()
    local cursor = assert(db:rows "SELECT id FROM t ORDER BY id")
    local seen = {}
    for i = 1, 400 do
      seen[i] = cursor:next()[1]
      if i % 100 == 0 then
        assert(db:begin())
        assert(db:execute("DELETE FROM t WHERE id > $1", { i }))
        if i == 200 then
          db:rollback()
        else
          assert(db:prove())
          assert(db:commit())
        end
      end
    end
    assert.same(numbers(1, 400), seen)
    assert.same(numbers(401, 1000), rest(cursor))
    assert.equal(0, cursors(db))
  end)

  it("is closed before its end", function()
    assert(db:begin())
    for _ = 1, 5 do
      local cursor = assert(db:rows "SELECT id FROM t")
      assert(cursor:next())
      cursor:close()
    end
    assert.equal(0, cursors(db))
    assert(db:execute "DROP TABLE t")
    local open = assert(db:rows "SELECT i FROM generate_series(1, 9999) AS i")
    db:close()
    local _, err = open:next()
    assert.matches("has ended", err.message)
  end)

  it("refuses a text without a statement", function()
    local _, err = db:rows "-- nothing"
    assert.matches("no statement", err.message)
  end)
end)
