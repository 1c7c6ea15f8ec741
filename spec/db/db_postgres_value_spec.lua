-- Proves that values go to PostgreSQL and come back as op-api.md says: exactly, by type.
local postgres = require "spec.support.postgres"
local core = require "luamigrate.core".db

describe("db_postgres_value", function()
  local database, db

  setup(function()
    database = postgres.database()
    db = assert(core.open(database.url))
  end)

  teardown(function()
    db:close()
    database:drop()
  end)

  local function one(sql, ...)
    return db:one(sql, select("#", ...) > 0 and { n = select("#", ...), ... } or nil)
  end

  local function check(sql, value, kind)
    local got, got_kind = one(sql)
    assert.equal(kind, got_kind, sql)
    assert.equal(math.type(value), math.type(got), sql)
    assert.equal(value, got, sql)
  end

  it("reads each type as its own", function()
    check("SELECT 32767::int2", 32767, "integer")
    check("SELECT (-2147483648)::int4", -2147483648, "integer")
    check("SELECT 9223372036854775807", math.maxinteger, "integer")
    check("SELECT (-9223372036854775808)::int8", math.mininteger, "integer")
    check("SELECT 4294967295::oid", 4294967295, "integer")
    check("SELECT 1.5::float8", 1.5, "float")
    check("SELECT 1::float4", 1.0, "float")
    check("SELECT 0.1::float8", 0.1, "float")
    check("SELECT 'Infinity'::float8", math.huge, "float")
    check("SELECT '-Infinity'::float4", -math.huge, "float")
    check("SELECT true", true, "boolean")
    check("SELECT 1 = 2", false, "boolean")
    check("SELECT '\\x00ff41'::bytea", "\0\255A", "bytes")
    check("SELECT ''::bytea", "", "bytes")
    check("SELECT 123456789012345678901234567890.10::numeric",
      "123456789012345678901234567890.10", "text")
    check("SELECT '{\"a\": [1, 2]}'::jsonb", '{"a": [1, 2]}', "text")
    check("SELECT ARRAY[1, 2, NULL]", "{1,2,NULL}", "text")
    check("SELECT DATE '2026-11-21'", "2026-11-21", "text")
    check("SELECT interval '1 day 2 hours'", "1 day 02:00:00", "text")
    check("SELECT 'ä'::char(3)", "ä  ", "text")
    check("SELECT ''", "", "text")
    check("SELECT 'a'::name", "a", "text")
    check("SELECT 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'::uuid",
      "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "text")
    check("SELECT NULL::int", nil, "null")
    local nan = one "SELECT 'NaN'::float8"
    assert.is_true(nan ~= nan)
  end)

  it("names the class of each column", function()
    local _, columns = db:rows [[SELECT 1::int2 AS a, 2::float4 AS b, true AS c, 'x' AS d,
      '\x00'::bytea AS e, 1.0 AS f, 1::oid AS g, now() AS h]]
    local got = {}
    for i, column in ipairs(columns) do got[i] = column.name .. " " .. column.class end
    assert.same({ "a number", "b number", "c boolean", "d text", "e bytes", "f text", "g number",
      "h text" }, got)
  end)

  it("reads bytea in its older form too", function()
    assert(db:execute "SET bytea_output = 'escape'")
    check("SELECT '\\x00ff41'::bytea", "\0\255A", "bytes")
    assert(db:execute "SET bytea_output = 'hex'")
  end)

  it("sends integers as the smallest type", function()
    local function type_of(value) return (one("SELECT pg_typeof($1)::text", value)) end
    assert.equal("smallint", type_of(32767))
    assert.equal("integer", type_of(32768))
    assert.equal("integer", type_of(-2147483648))
    assert.equal("bigint", type_of(2147483648))
    assert.equal("bigint", type_of(math.mininteger))
    assert.equal("double precision", type_of(1.0))
    assert.equal("boolean", type_of(true))
    assert.equal("bytea", type_of { bytes = "" })
    assert.equal("text", (one("SELECT pg_typeof($1 || 'x')::text", "x")))
  end)

  it("gets every value back that it sent", function()
    assert(db:execute [[CREATE TEMP TABLE v(i int8, f float8, b bool, t text, y bytea, n numeric)]])
    local all = {}
    for byte = 0, 255 do all[#all + 1] = string.char(byte) end
    local bytes = table.concat(all)
    local rows = {
      { 0, 0.1, true, "", { bytes = "" }, "1.10" },
      { math.maxinteger, 1e308, false, "a'b\"c\\d\n\t$1 :x", { bytes = bytes }, "0.000" },
      { math.mininteger, -math.huge, true, ("ä\u{1F600}"):rep(1000), { bytes = bytes:rep(50) },
        ("9"):rep(200) },
      { -1, 5e-324, false, "NULL", { bytes = "\\x00" }, "NaN" },
    }
    for _, row in ipairs(rows) do
      row.n = 6
      assert(db:execute("DELETE FROM v"))
      assert.equal(1, (assert(db:execute("INSERT INTO v VALUES ($1, $2, $3, $4, $5, $6)", row))))
      local got = assert(db:rows "SELECT * FROM v"):next()
      for i = 1, 6 do
        local sent = row[i]
        assert.equal(type(sent) == "table" and sent.bytes or sent, got[i])
      end
    end
  end)

  it("sends NULL", function()
    assert.same({ nil, "null" }, { one("SELECT $1::int", nil) })
    assert.equal(true, (one("SELECT $1::text IS NULL AND $2::int = 3", nil, 3)))
  end)

  it("leaves the type of a text to the server", function()
    assert.equal(7, (one("SELECT $1::int + 2", "5")))
    assert.equal(true, (one("SELECT $1 = DATE '2026-11-21'", "2026-11-21")))
    assert.equal("1", (one("SELECT $1::jsonb ->> 'a'", '{"a": 1}')))
  end)

  it("refuses a NUL byte in a text, and what is not UTF-8", function()
    local _, err = one("SELECT $2::text || $1", "fine", "a\0b")
    assert.matches("parameter $2 has a NUL byte", err.message, 1, true)
    assert.matches("bytes(s)", err.hint, 1, true)
    for _, text in ipairs { "\255", "a\xc3", "\xed\xa0\x80", "\xc0\xaf" } do
      local _, wrong = one("SELECT $1::text", text)
      assert.matches("parameter $1 is not UTF-8", wrong.message, 1, true)
    end
    assert.equal(1, (one "SELECT 1"))
  end)

  it("refuses a value beyond the memory limit", function()
    local small = assert(core.open(database.url, { memory_limit = 1000 }))
    assert.equal(("x"):rep(1000), (small:one "SELECT repeat('x', 1000)"))
    local _, err = small:one "SELECT repeat('x', 1001) AS big"
    assert.equal("limit", err.code)
    assert.matches("column big", err.message, 1, true)
    assert.equal(1, (small:one "SELECT 1"))
    small:close()
  end)
end)
