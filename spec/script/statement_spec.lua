-- The SQL and the parameters of a call: values arrive exactly, mistakes are named.
local drivers = require "spec.support.drivers"
local steps = require "spec.support.steps"

-- name, body of an upgrade that raises when it is not so
local works = {
  { "an sql value is a statement too", [[
    same(7, db:scalar(sql "SELECT 7"))
    op.execute(sql "INSERT INTO pair VALUES (1, 'x')")]] },
  { "parameters go by name, one name several times", [[
    local row = db:one("SELECT :a AS a, :b AS b, :a AS c, ':a' AS d, '1'||':b' AS e -- :nix",
      { a = 5, b = "it's" })
    same(5, row.a) same("it's", row.b) same(5, row.c) same(":a", row.d) same("1:b", row.e)]] },
  { "values arrive exactly", [[
    for _, value in ipairs {
      math.maxinteger, math.mininteger, 2^53, 0.1, -0.0, 1e308, math.huge, "", "a\0b", "\u{1F600}",
    } do
      same(value, db:scalar("SELECT :v", { v = value }))
    end
    same(1, db:scalar("SELECT :v", { v = true }))
    same(nil, db:scalar("SELECT :v", { v = null }))
    same("blob", db:scalar("SELECT typeof(:v)", { v = bytes "x" }))
    same("\0\255", db:scalar("SELECT :v", { v = bytes "\0\255" }))
    same("text", db:scalar("SELECT typeof(:v)", { v = "x" }))]], on = "sqlite" },
  { "values arrive exactly", [[
    for _, value in ipairs {
      math.maxinteger, math.mininteger, 1, -32768, 32768, 2147483648, 2^53, 0.1, -0.0, 1e308,
      math.huge, "", "it's \\ \u{1F600}", true, false,
    } do
      same(value, db:scalar("SELECT :v", { v = value }))
    end
    same(nil, db:scalar("SELECT :v", { v = null }))
    same(nil, db:scalar("SELECT :v", { v = null, }))
    same("\0\255", db:scalar("SELECT :v", { v = bytes "\0\255" }))
    same("", db:scalar("SELECT :v", { v = bytes "" }))
    same("bytea", db:scalar("SELECT pg_typeof(:v)::text", { v = bytes "x" }))
    same("boolean", db:scalar("SELECT pg_typeof(:v)::text", { v = true }))
    same("double precision", db:scalar("SELECT pg_typeof(:v)::text", { v = 1.5 }))]],
    on = "postgresql" },
  { "parameters beside casts, and of the type of what they stand beside", [[
    same(7, db:scalar("SELECT :a::int", { a = "7" }))
    same(8, db:scalar("SELECT :a::int8+:b", { a = 7, b = 1 }))
    same("7", db:scalar("SELECT :a::text", { a = "7" }))
    db:execute "CREATE TABLE n (big bigint, small smallint, num numeric, at timestamp, j jsonb)"
    db:execute("INSERT INTO n VALUES (:big, :small, :num, :at, :j)", { big = 1 << 40, small = -3,
      num = "12345678901234567890.5", at = "2026-11-21 10:00:00", j = '{"a":[1]}' })
    same(1, db:scalar("SELECT count(*) FROM n WHERE big = :a", { a = 1 << 40 }))
    same(0, db:scalar("SELECT count(*) FROM n WHERE big = :a", { a = 5 }))
    same(1, db:scalar("SELECT count(*) FROM n WHERE small < :a", { a = 1 << 40 }))
    same(1, db:scalar("SELECT count(*) FROM n WHERE num > :a AND at < :at",
      { a = 5, at = "2027-01-01" }))
    same(1, db:scalar("SELECT count(*) FROM n WHERE :a IS NULL OR big = :a", { a = 1 << 40 }))
    same("12345678901234567890.5", db:one "SELECT num FROM n".num)
    same('{"a": [1]}', db:one "SELECT j FROM n".j)
    same("1", db:scalar("SELECT j->'a'->0 FROM n WHERE j @> :j", { j = '{"a":[1]}' }))
    same("2026-11-21 10:00:00", db:scalar "SELECT at FROM n")]], on = "postgresql" },
  { "parameters beside subscripts", [[
    db:execute "CREATE TABLE n (j jsonb)"
    db:execute("INSERT INTO n VALUES (:j)", { j = '{"a":[1]}' })
    same("1", db:scalar([=[SELECT j['a'][0] FROM n WHERE j @> :j]=], { j = '{"a":[1]}' }))]],
    on = "postgresql", since = 14 },
  { "a text that comes again is prepared, unless it has a list: the plan depends on its length", [[
    for i = 1, 10 do
      db:execute("UPDATE pair SET a = a WHERE a = :a", { a = i })
      db:execute("UPDATE pair SET a = a FROM unnest(:list::int[]) AS u WHERE a = u",
        { list = { i, i + 1 } })
    end
    local prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE :text"
    same(1, db:scalar(prepared, { text = "UPDATE pair SET a = a WHERE%" }))
    same(0, db:scalar(prepared, { text = "UPDATE pair%unnest%" }))]], on = "postgresql" },
  { "NaN, which this database has", [[
    db:execute "CREATE TABLE n (f float8)"
    op.bulk_insert("n", { { f = 0 / 0 }, { f = 1 } })
    db:execute("UPDATE n SET f = :nan WHERE f = :one", { nan = 0 / 0, one = 1 })
    for row in db:rows "SELECT f FROM n" do same(true, row.f ~= row.f) end
    same(2, db:scalar("SELECT count(*) FROM n WHERE f IN (:list)", { list = { 0 / 0, 2 } }))]],
    on = "postgresql" },
  { "an empty list is in nothing, and nothing is in it", [[
    same(0, db:scalar("SELECT count(*) FROM t WHERE id IN (:ids)", { ids = {} }))
    local all = db:scalar "SELECT count(*) FROM t"
    same(true, all > 0)
    same(all, db:scalar("SELECT count(*) FROM t WHERE id NOT IN (:ids)", { ids = {} }))
    same(all, db:scalar([=[SELECT count(*) FROM t
      WHERE NOT (id + 1 IN ( :ids )) AND name NOT IN (:ids)]=], { ids = {} }))]] },
  { "a list is an array in ANY", [[
    local function count(sql, value)
      return db:scalar("SELECT count(*) FROM t WHERE " .. sql, { v = value })
    end
    same(2, count("id = ANY(:v)", { 1, 2, 3 })) same(0, count("id = ANY(:v)", {}))
    same(2, count("id <> ALL(:v)", {})) same(1, count("name = ANY(:v)", { "one", 'x"\\,{}', "" }))
    same(1, count("flag = ANY(:v)", { true })) same(1, count("ratio = ANY(:v)", { 0.5, 1e300 }))
    same(1, count("data = ANY(:v)", { bytes "\0\255", bytes '"' }))
    same(2, count("id = ANY(:v::bigint[])", { 1, 2 }))
    same(1, count("id = ANY(:v) AND id IN (:v) AND NOT id = 2", { 1, 2 }))
    same('x"\\,{} NULL', db:scalar("SELECT (:v::text[])[1]", { v = { 'x"\\,{} NULL' } }))
    same(true, db:scalar("SELECT (:v::text[])[2] IS NULL", { v = { "NULL", null } }))
    same("NULL", db:scalar("SELECT (:v::text[])[1]", { v = { "NULL" } }))]], on = "postgresql" },
  { "a name that the table lacks is NULL", [[
    same(1, db:scalar("SELECT 1 WHERE CAST(:a AS TEXT) IS NULL AND CAST(:b AS TEXT) IS NULL",
      { b = nil }))
    same(1, db:scalar("SELECT 1 WHERE CAST(:a AS TEXT) IS NULL", {}))]] },
  { "a row of a result may have keys that are not used", [[
    for row in db:rows "SELECT id, name FROM t" do
      db:execute("UPDATE t SET ratio = :id WHERE id = :id", row)
    end
    same(2.0, db:scalar "SELECT ratio FROM t WHERE id = 2")
    local row = db:one "SELECT id, name FROM t WHERE id = 1"
    same("one", db:scalar("SELECT name FROM t WHERE id = :id", row))
    row.name = "other"
    db:execute("UPDATE t SET name = :name WHERE id = :id", row)
    same("other", db:all "SELECT * FROM t ORDER BY id"[1].name)]] },
  { "a list is expanded in IN", [[
    local function count(ids)
      return db:scalar("SELECT count(*) FROM t WHERE id IN (:ids) AND name <> :name",
        { ids = ids, name = "x" })
    end
    same(2, count { 1, 2, 3 }) same(1, count { 2 }) same(0, count {}) same(2, count { 2, 1 })]] },
  { "a text is parsed once, whatever the values", [[
    for i = 1, 1000 do
      same(i, db:scalar("SELECT :a", { a = i }))
      same(i, db:scalar("SELECT :a + " .. i, { a = 0 }))
    end
    same(1, db:scalar("SELECT 1 WHERE 3 IN (:a)", { a = { 1, 2, 3 } }))
    same(1, db:scalar("SELECT 1 WHERE 3 IN (:a)", { a = 3 }))]] },
}

-- name, body, what the error says
local fails = {
  { "a misspelt parameter", [[db:execute("UPDATE t SET name = :name", { nmae = 1 })]],
    "db:execute: parameter 'nmae' is not used by the statement %(did you mean 'name'%?%)" },
  { "a parameter too many", [[db:scalar("SELECT :a", { a = 1, zzz = 2 })]], "'zzz' is not used" },
  { "positions", [[db:execute("SELECT ?", { 1 })]], "parameters have names" },
  { "an sql value", [[db:execute("SELECT :a", { a = sql "now()" })]],
    "'a': an sql value cannot be a parameter" },
  { "a function", [[db:execute("SELECT :a", { a = print })]], "'a': expected .* got a function" },
  { "a table",
    [[db:execute("SELECT 1 IN (:a)", { a = { b = 1 } })]], "'a': expected .* got a table" },
  { "a list with a table", [[db:execute("SELECT 1 IN (:a)", { a = { {} } })]], "'a'" },
  { "a list with an sql value", [[db:execute("SELECT 1 IN (:a)", { a = { sql "1" } })]],
    "'a': item 1 of the list" },
  { "a list outside of IN", [[db:execute("SELECT :a", { a = { 1, 2 } })]], "IN", on = "sqlite" },
  { "a list for what is no array", [[db:execute("SELECT :a + 1", { a = { 1, 2 } })]],
    "invalid input syntax", on = "postgresql" },
  { "a text with a NUL byte", [[db:execute("SELECT :a", { a = "a\0b" })]], "NUL",
    on = "postgresql" },
  { "NaN", [[db:execute("SELECT :a", { a = 0 / 0 })]], "'a' is NaN", on = "sqlite" },
  { "NaN in a list", [[db:execute("SELECT 1 IN (:a)", { a = { 0 / 0 } })]], "item 1 of the list",
    on = "sqlite" },
  { "parameters that are no table",
    [[db:execute("SELECT 1", 1)]], "expected a table of parameters" },
  { "no SQL", [[db:execute()]], "db:execute: expected the SQL as a string, got nothing" },
  { "SQL of another type", [[db:rows {}]], "db:rows: expected the SQL as a string, got table" },
  { "SQL with a NUL byte", [[db:execute "SELECT 1\0; DROP TABLE t"]], "NUL byte" },
}

describe("a statement", function()
  drivers.each(function(driver)
    steps.check(it, works, fails, driver)

    -- the number of parameters that the database takes
    local function most(project)
      if driver.name == "postgresql" then return 65535 end
      return tonumber(project:sql "PRAGMA compile_options":match "MAX_VARIABLE_NUMBER=(%d+)")
        or 32766
    end

    -- what the hint says instead
    local INSTEAD = {
      sqlite = { [[IN (SELECT value FROM json_each(:ids))]], "json.encode(ids)" },
      postgresql = { "= ANY (:ids)", "ids" },
    }

    it("with too many parameters is refused with the way out, which works", function()
      local project = steps.project(driver)
      finally(function() project:remove() end)
      local list = ("local ids = {} for i = 1, %d do ids[i] = i end\n"):format(most(project) + 1)
      local result = steps.run(project, list
        .. [[db:scalar("SELECT count(*) FROM t WHERE id IN (:ids)", { ids = ids })]])
      assert.is_true(result.code == 5 or result.code == 14, result.err)
      local instead, value = table.unpack(INSTEAD[driver.name])
      assert.is_truthy(result.err:find((instead:gsub(":ids", ":name")), 1, true), result.err)
      assert.is_truthy(result.err:find("in batches", 1, true), result.err)
      assert.is_truthy(result.err:find("r2.lua:%d+"), result.err)
      result = steps.run(project, list .. ([[
        same(2, db:scalar("SELECT count(*) FROM t WHERE id %s", { ids = %s }))
        if %s then same(0, db:scalar("SELECT count(*) FROM t WHERE id <> ALL (:ids)",
          { ids = ids })) end
        ids[#ids] = nil
        same(2, db:scalar("SELECT count(*) FROM t WHERE id IN (:ids)", { ids = ids }))]])
        :format(instead, value, tostring(driver.name == "postgresql")))
      assert.are.equal(0, result.code, result.err)
    end)
  end)
end)
