-- Proves that a loop sees the rows as they were when it began, whatever is
-- written meanwhile, and that values come by the declared type.
local db = require "luamigrate.core".db

local function make(sql)
  local handle = assert(db.open "sqlite::memory:")
  assert(handle:execute(sql, nil, true))
  return handle
end

local function all(cursor)
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

local fill = [[CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
  INSERT INTO t SELECT i, 'x' FROM n]]

describe("db_sqlite_cursor", function()
  local writes = {
    "UPDATE t SET id = id + 1000", "DELETE FROM t", "INSERT INTO t(a) SELECT a FROM t",
    "DROP TABLE t", "ALTER TABLE t ADD COLUMN b", "ALTER TABLE t DROP COLUMN a",
    "CREATE INDEX i ON t(a)",
  }
  for _, sql in ipairs(writes) do
    it("keeps its rows through " .. sql, function()
      local handle = make(fill)
      assert(handle:begin())
      local cursor = assert(handle:rows "SELECT id FROM t")
      local second = assert(handle:rows "SELECT id FROM t")
      local untouched = assert(handle:rows "SELECT id FROM t ORDER BY id DESC")
      for i = 1, 10 do assert.equal(i, cursor:next()[1]) end
      assert.equal(1, second:next()[1])
      assert(handle:execute(sql))
      assert.same(numbers(11, 100), all(cursor))
      assert.same(numbers(2, 100), all(second))
      assert.equal(100, untouched:next()[1])
      assert(handle:commit())
      assert.equal(99, untouched:next()[1])
    end)
  end

  it("keeps its rows when a savepoint is undone", function()
    local handle = make(fill)
    assert(handle:begin())
    assert(handle:savepoint())
    assert(handle:execute "DELETE FROM t WHERE id > 50")
    local cursor = assert(handle:rows "SELECT id FROM t")
    assert(handle:undo())
    assert.same(numbers(1, 50), all(cursor))
    handle:rollback()
  end)

  it("ends with the transaction that is rolled back", function()
    local handle = make(fill)
    assert(handle:begin())
    local cursor = assert(handle:rows "SELECT id FROM t")
    handle:rollback()
    local row, err = cursor:next()
    assert.is_nil(row)
    assert.matches("the transaction of this loop has ended", err.message)
  end)

  it("puts aside more than a megabyte, every byte of it", function()
    local handle = make "CREATE TABLE t(id INTEGER PRIMARY KEY, a BLOB, b TEXT, c REAL, d)"
    assert(handle:begin())
    for i = 1, 60 do
      assert(handle:execute("INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5)",
        { i, { bytes = ("\0\255x"):rep(i * 700) }, ("y\0"):rep(i * 10), i / 3, n = 5 }))
    end
    local cursor = assert(handle:rows "SELECT * FROM t ORDER BY id")
    assert(handle:execute "DELETE FROM t")
    for i = 1, 60 do
      local row, kinds = cursor:next()
      assert.same({ i, ("\0\255x"):rep(i * 700), ("y\0"):rep(i * 10), i / 3 }, row)
      assert.same({ "integer", "bytes", "text", "float", "null" }, kinds)
    end
    assert.is_nil(cursor:next())
  end)

  it("reads the rows of RETURNING after the statement has ended", function()
    local handle = make(fill)
    assert(handle:begin())
    local cursor = assert(handle:rows "UPDATE t SET a = 'y' WHERE id < 4 RETURNING id")
    assert.equal(3, (handle:one "SELECT count(*) FROM t WHERE a = 'y'"))
    assert(handle:execute "DROP TABLE t")
    assert.same({ 1, 2, 3 }, all(cursor))
    assert(handle:commit())
  end)

  it("reports an error in the middle of the rows, put aside or not", function()
    for _, write in ipairs { false, true } do
      local handle = make(fill)
      local cursor = assert(handle:rows
        "SELECT CASE id WHEN 3 THEN abs(-9223372036854775808) ELSE id END FROM t")
      if write then assert(handle:execute "INSERT INTO t(a) VALUES (1)") end
      assert.equal(1, cursor:next()[1])
      assert.equal(2, cursor:next()[1])
      local row, err = cursor:next()
      assert.is_nil(row)
      assert.matches("integer overflow", err.message)
    end
  end)

  -- declared type, value in SQL, kind, value
  local values = {
    { "BOOLEAN", "1", "boolean", true }, { "BOOL", "0", "boolean", false },
    { "boolean", "2", "integer", 2 }, { "BOOLEAN", "'yes'", "text", "yes" },
    { "INTEGER", "7", "integer", 7 }, { "UNSIGNED BIG INT", "7", "integer", 7 },
    { "INTEGER", "1.5", "float", 1.5 }, { "INTEGER", "'x'", "text", "x" },
    { "REAL", "7", "float", 7.0 }, { "DOUBLE PRECISION", "7", "float", 7.0 },
    { "float(3)", "7", "float", 7.0 },
    { "NUMERIC(10, 2)", "7", "text", "7" }, { "DECIMAL", "1.10", "text", "1.1" },
    { "NUMERIC", "0.1", "text", "0.1" }, { "NUMERIC", "-0.00012", "text", "-0.00012" },
    { "NUMERIC", "1e20", "text", "100000000000000000000" },
    { "NUMERIC", "123456789.125", "text", "123456789.125" },
    { "NUMERIC", "9223372036854775807", "text", "9223372036854775807" },
    { "NUMERIC", "0.1 + 0.2", "text", "0.30000000000000004" },
    { "NUMERIC", "'abc'", "text", "abc" },
    { "JSON", "'5'", "text", "5" }, { "JSON", "'1.5'", "text", "1.5" },
    { "json", "'{\"a\":1}'", "text", '{"a":1}' },
    { "DATE", "'2026-01-01'", "text", "2026-01-01" }, { "DATETIME", "12345", "integer", 12345 },
    { "TIMESTAMP WITH TIME ZONE", "'x'", "text", "x" }, { "UUID", "'ab'", "text", "ab" },
    { "BLOB", "x'0001'", "bytes", "\0\1" }, { "VARBINARY(9)", "'t'", "text", "t" },
    { "BLOB", "x''", "bytes", "" },
    { "VARCHAR(9)", "'5'", "text", "5" }, { "TEXT", "x'41'", "bytes", "A" },
    { "", "5", "integer", 5 }, { "POINT", "'a'", "text", "a" }, { "INTEGER", "NULL", "null" },
  }
  for _, case in ipairs(values) do
    it("reads " .. case[2] .. " in a column " .. case[1], function()
      local handle = make("CREATE TABLE t(a " .. case[1] .. "); INSERT INTO t VALUES (" ..
        case[2] .. ")")
      local value, kind = handle:one "SELECT a FROM t"
      assert.equal(case[3], kind)
      assert.equal(case[4], value)
      assert.equal(math.type(case[4]), math.type(value))
      -- put aside, the same
      local cursor = assert(handle:rows "SELECT a FROM t")
      assert(handle:execute "DELETE FROM t")
      local row, kinds = cursor:next()
      assert.same({ case[4], case[3] }, { row[1], kinds[1] })
    end)
  end

  it("reads an expression by its value", function()
    local handle = make "CREATE TABLE t(a BOOLEAN); INSERT INTO t VALUES (1)"
    assert.equal(0, (handle:one "SELECT NOT a FROM t"))
    assert.equal(true, (handle:one "SELECT a AS b FROM (SELECT a FROM t)"))
  end)
end)
