-- Proves that :name is found where it is a parameter and nowhere else, and
-- that lists are expanded so that SQLite gives the right answer, and are arrays elsewhere.
local db = require "luamigrate.core".db

local cases = {
  { "a = :a AND b = :b OR c = :a", { a = 1, b = 2 }, "a = ?1 AND b = ?2 OR c = ?1", { 1, 2 } },
  { "x IN (:ids)", { ids = { 4, 5 } }, "x IN (?1, ?2)", { 4, 5 } },
  { "x NOT IN ( :ids ) AND :y", { ids = { 4, 5 }, y = 6 }, "x NOT IN ( ?1, ?2 ) AND ?3",
    { 4, 5, 6 } },
  { "x IN (:i) OR y IN (:i)", { i = { 7, 8 } }, "x IN (?1, ?2) OR y IN (?1, ?2)", { 7, 8 } },
  { "x IN (:ids)", { ids = {} }, "x IN (SELECT NULL WHERE 1 = 0)", {} },
  { "NOT (x IN ( :i )) AND y = :y", { i = {}, y = 1 }, "NOT (x OPERATOR(=) ANY ('{}')) AND y = $1",
    { 1 }, "postgresql" },
  { "a + 1 NOT IN /* none */ (:i)", { i = {} }, "a + 1 OPERATOR(<>) ALL ('{}')", {},
    "postgresql" },
  { "d < :t", { t = { sql = "now()" } }, "d < now()", {} },
  { "SELECT ':a', \":b\", a::int -- :c", {}, "SELECT ':a', \":b\", a::int -- :c", {} },
  { "x = ANY(:ids)", { ids = { 1, -2 } }, "x = ANY($1)", { "{1,-2}" }, "postgresql" },
  { "x = ANY(:i) OR y = ANY(:i)", { i = {} }, "x = ANY($1) OR y = ANY($1)", { "{}" },
    "postgresql" },
  { "x = ANY(:i) AND x IN (:i) AND y <> :b", { i = { 7, 8 }, b = 9 },
    "x = ANY($1) AND x IN ($2, $3) AND y <> $4", { "{7,8}", 7, 8, 9 }, "postgresql" },
  { "x = ANY(:i) -- texts", { i = { "a", "", 'q"\\,{}', "NULL" } }, "x = ANY($1) -- texts",
    { [[{"a","","q\"\\,{}","NULL"}]] }, "postgresql" },
  { "x = ANY(:i) -- others", { i = { true, 0.1, -0.0, 1e300, 12345678901234.0, 1 / 0, 2^60,
    { bytes = "\0a\255" } } }, "x = ANY($1) -- others",
    { [[{true,0.1,-0,1e+300,12345678901234,Infinity,1.152921504606847e+18,"\\x0061ff"}]] },
    "postgresql" },
  { "a = :a", { a = 1 }, "a = $1", { 1 }, "postgresql" },
}

describe("params", function()
  for _, case in ipairs(cases) do
    it("binds " .. case[1], function()
      local sql, values = assert(db.params(case[1], case[2], case[5]))
      assert.equal(case[3], sql)
      if case[4] then assert.same(case[4], values) end
    end)
  end

  it("refuses a list that does not stand in IN on SQLite", function()
    local sql, err = db.params("x = :ids", { ids = { 1, 2 } })
    assert.is_nil(sql)
    assert.matches("'ids' is a list: on SQLite it must stand as IN %(:ids%)", err.message)
  end)

  it("writes a long list so that SQLite reads it in no time, and numbers it as others", function()
    local many, marks = {}, {}
    for i = 1, 60000 do many[i], marks[i] = i, "?" end
    local list = table.concat(marks, ", ")
    local sql, values = assert(db.params(
      "SELECT :a || (:b IN (:many)) || :c || (7 IN (:few)) || :a",
      { a = 4, b = 60000, many = many, c = 5, few = { 7, 8 } }))
    assert.equal("SELECT ?1 || (?2 IN (" .. list
      .. ")) || ?60003 || (7 IN (?60004, ?60005)) || ?1", sql)
    local handle = assert(db.open "sqlite::memory:")
    assert.equal("41514", (handle:one(sql, values)))
    handle:close()
    -- a second place has the same numbers
    sql = assert(db.params("1 IN (:m) OR 2 IN (:m)", { m = table.move(many, 1, 33, 1, {}) }))
    assert.truthy(sql:find("?, ?) OR 2 IN (?1, ?2, ", 1, true))
  end)

  it("gives the names once, in order", function()
    local _, _, names = assert(db.params(":b :a :b", { a = 1, b = 2 }))
    assert.same({ "b", "a" }, names)
  end)

  it("an empty list matches nothing, and its negation everything", function()
    local handle = assert(db.open "sqlite::memory:")
    local sql = assert(db.params("SELECT 1 IN (:i)", { i = {} }))
    assert.equal(0, (handle:one(sql)))
    sql = assert(db.params("SELECT 1 NOT IN (:i)", { i = {} }))
    assert.equal(1, (handle:one(sql)))
    handle:close()
  end)
end)
