-- The connection of a revision: parameters, rows, bulk load; what is refused says why.
local cli = require "spec.support.cli"

local SETUP = [[
revision = "r1"
down_revision = nil
function upgrade()
  op.execute(%q)
end
]]

local TABLES = [[
  CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, flag BOOLEAN, amount NUMERIC(10, 2),
                  ratio REAL, data BLOB, meta JSON);
  CREATE TABLE pair (a INTEGER, b TEXT NOT NULL);
  INSERT INTO t (id, name, flag, amount, ratio, data, meta)
  VALUES (1, 'one', 1, '1.10', 0.5, x'00ff', '{"n":1}'), (2, 'two', 0, NULL, NULL, NULL, NULL);
]]

-- Runs `body` in an upgrade, behind one that made the tables.
local function run(project, body)
  project:write("migrations/r2.lua", ([[
revision = "r2"
down_revision = "r1"
local function same(wanted, got)
  if wanted ~= got or math.type(wanted) ~= math.type(got) then
    error(("expected %%s, got %%s"):format(tostring(wanted), tostring(got)), 2)
  end
end
function upgrade()
  local db = op.get_bind()
  same(true, db == op.get_bind())
%s
end
]]):format(body))
  return project:run("-d", "sqlite:app.db", "upgrade")
end

-- name, body of an upgrade that raises when it is not so
local works = {
  { "execute counts what it changed", [[
    local result = db:execute("UPDATE t SET name = 'x' WHERE id > :id", { id = 0 })
    same(2, result.rowcount)
    result = db:execute "INSERT INTO t (name) VALUES ('three')"
    same(1, result.rowcount)
    same(3, result.last_insert_id)
    same(1, op.execute("DELETE FROM t WHERE id = :id", { id = 3 }).rowcount)]] },
  { "execute runs several statements without parameters", [[
    db:execute "INSERT INTO pair VALUES (1, ':a'); INSERT INTO pair VALUES (2, 'it''s; fine');"
    same(2, db:scalar "SELECT count(*) FROM pair")
    same("it's; fine", db:scalar "SELECT b FROM pair WHERE a = 2")]] },
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
    same("text", db:scalar("SELECT typeof(:v)", { v = "x" }))]] },
  { "a name that the table lacks is NULL", [[
    same(1, db:scalar("SELECT :a IS NULL AND :b IS NULL", { b = nil }))
    same(1, db:scalar("SELECT :a IS NULL", {}))]] },
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
    same(1, db:scalar("SELECT 3 IN (:a)", { a = { 1, 2, 3 } }))
    same(1, db:scalar("SELECT 3 IN (:a)", { a = 3 }))]] },
  { "rows are plain tables, NULL an absent key", [[
    local seen = {}
    for row in db:rows "SELECT * FROM t ORDER BY id" do seen[#seen + 1] = row end
    same(2, #seen)
    local keys = {}
    for key in pairs(seen[2]) do keys[#keys + 1] = key end
    table.sort(keys)
    same("flag id name", table.concat(keys, " "))
    same(1, seen[1].id) same("one", seen[1].name) same(true, seen[1].flag) same(false, seen[2].flag)
    same(0.5, seen[1].ratio) same("\0\255", seen[1].data) same('{"n":1}', seen[1].meta)
    same("string", type(seen[1].amount)) same(1.1, tonumber(seen[1].amount))
    same(1, json.decode(seen[1].meta).n)
    same(nil, json.decode(seen[2].meta))
    seen[1].data = nil
    same("one", json.decode(json.encode(seen[1])).name)
    op.bulk_insert("pair", db:all "SELECT id AS a, name AS b FROM t")
    same(2, db:scalar "SELECT count(*) FROM pair")]] },
  { "of two columns with one name the last counts", [[
    same(2, db:one "SELECT 1 AS a, 2 AS a".a)
    same(nil, db:one "SELECT 1 AS a, NULL AS a".a)]] },
  { "all, one and scalar of no row", [[
    same(0, #db:all "SELECT * FROM t WHERE 0")
    same(nil, db:one "SELECT * FROM t WHERE 0")
    same(nil, db:scalar "SELECT id FROM t WHERE 0")
    same(nil, db:scalar "SELECT NULL")]] },
  { "RETURNING gives rows", [[
    same(3, db:scalar "INSERT INTO t (name) VALUES ('three') RETURNING id")
    local rows = db:all("UPDATE t SET name = name || '!' WHERE id < :id RETURNING name", { id = 3 })
    same(2, #rows) same("one!", rows[1].name)
    same("three", db:one "DELETE FROM t WHERE id = 3 RETURNING name".name)
    same(2, db:scalar "SELECT count(*) FROM t")]] },
  { "a statement without rows is fine in rows, all and one", [[
    same(0, #db:all "UPDATE t SET name = 'a'")
    same(nil, db:one "UPDATE t SET name = 'b' WHERE id = 1")
    for _ in db:rows "UPDATE t SET name = 'c' WHERE id = 2" do error "a row" end
    same("b", db:scalar "SELECT name FROM t WHERE id = 1")
    same("c", db:scalar "SELECT name FROM t WHERE id = 2")]] },
  { "a loop sees the rows as they were", [[
    for i = 3, 500 do db:execute("INSERT INTO t (id, name) VALUES (:i, 'n')", { i = i }) end
    local count = 0
    for row in db:rows "SELECT id FROM t" do
      count = count + 1
      db:execute("UPDATE t SET id = id + 1000000 WHERE id = :id", { id = row.id })
      db:execute("INSERT INTO t (id, name) VALUES (:id, 'new')", { id = 1000 + count })
    end
    same(500, count)]] },
  { "break and an error end a loop", [[
    for i = 1, 50 do
      for _ in db:rows "SELECT * FROM t" do break end
      pcall(function() for _ in db:rows "SELECT * FROM t" do error "x" end end)
    end
    db:execute "DROP TABLE t"]] },
  { "loops nest", [[
    local seen = ""
    for a in db:rows "SELECT id FROM t ORDER BY id" do
      for b in db:rows("SELECT id FROM t WHERE id >= :id ORDER BY id", a) do
        seen = seen .. a.id .. b.id .. " "
      end
    end
    same("11 12 22 ", seen)]] },
  { "the iterator works without for", [[
    local next_row = db:rows "SELECT id FROM t ORDER BY id"
    same(1, next_row().id) same(2, next_row().id) same(nil, next_row())]] },
  { "copy_in takes lists and rows", [[
    local at = 0
    same(3, db:copy_in("pair", { "a", "b" }, function()
      at = at + 1
      return ({ { 1, "x" }, { a = 2, b = "y" }, { nil, "z" } })[at]
    end))
    same("xyz", db:scalar "SELECT group_concat(b, '') FROM pair")
    same(0, db:copy_in("pair", { "a", "b" }, function() end))]] },
  { "copy_in copies from a loop, and its iterator may use the connection", [[
    same(2, db:copy_in("pair", { "a", "b" }, db:rows "SELECT id AS a, name AS b, 1 AS c FROM t"))
    local left = 1000
    same(1000, db:copy_in("pair", { "b" }, function()
      if left == 0 then return nil end
      left = left - 1
      return { b = db:scalar("SELECT 'n' || :n", { n = left }) }
    end))
    same(1002, db:scalar "SELECT count(*) FROM pair")]] },
  { "names of copy_in are names", [[
    db:execute 'CREATE TABLE "a ""b" ("x y" INTEGER, "select" INTEGER)'
    local once = { { 1, 2 } }
    db:copy_in('a "b', { "x y", "select" }, function() return table.remove(once) end)
    same(2, db:scalar 'SELECT "select" FROM "a ""b"')]] },
  { "the connection knows its database", [[
    same("sqlite", db.dialect)
    same("integer", math.type(db.server_version))
    same(true, db.server_version >= 3035000)]] },
  { "an error is a value", [[
    local fine, e = pcall(op.savepoint, function()
      db:execute("INSERT INTO t (id) VALUES (:id)", { id = 1 })
    end)
    same(false, fine)
    same(true, tostring(e):find("UNIQUE", 1, true) ~= nil)
    same("failed", e.code)
    same(1555, e.sqlite_code)
    same("INSERT INTO t (id) VALUES (:id)", e.sql)
    same(true, e.where:find "r2%.lua:%d+$" ~= nil)]] },
  { "an error of a later row ends the loop, with the SQL", [[
    local rows = 0
    local fine, e = pcall(op.savepoint, function()
      for _ in db:rows "SELECT abs(column1) AS x FROM (VALUES (1), (-9223372036854775807 - 1))" do
        rows = rows + 1
      end
    end)
    same(false, fine) same(1, rows)
    same(true, e.sql:find "abs" ~= nil)]] },
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
  { "a table", [[db:execute("SELECT 1 IN (:a)", { a = { b = 1 } })]], "'a': expected .* got a table" },
  { "a list with a table", [[db:execute("SELECT 1 IN (:a)", { a = { {} } })]], "'a'" },
  { "a list with an sql value", [[db:execute("SELECT 1 IN (:a)", { a = { sql "1" } })]],
    "'a': item 1 of the list" },
  { "a list outside of IN", [[db:execute("SELECT :a", { a = { 1, 2 } })]], "IN" },
  { "NaN", [[db:execute("SELECT :a", { a = 0 / 0 })]], "'a' is NaN" },
  { "NaN in a list", [[db:execute("SELECT 1 IN (:a)", { a = { 0 / 0 } })]], "item 1 of the list" },
  { "parameters that are no table", [[db:execute("SELECT 1", 1)]], "expected a table of parameters" },
  { "no SQL", [[db:execute()]], "db:execute: expected the SQL as a string, got nothing" },
  { "SQL of another type", [[db:rows {}]], "db:rows: expected the SQL as a string, got table" },
  { "SQL with a NUL byte", [[db:execute "SELECT 1\0; DROP TABLE t"]], "NUL byte" },
  { "a dot", [[db.execute "SELECT 1"]], "db:execute: call it with a colon" },
  { "an unknown method", [[db:exceute "SELECT 1"]], "db.exceute: unknown name %(did you mean 'execute'%?%)" },
  { "a change of the connection", [[db.x = 1]], "cannot be changed" },
  { "options of op.execute", [[op.execute("SELECT 1", nil, { x = 1 })]], "op.execute: x: unknown option" },
  { "a syntax error", [[db:execute "SELEC 1"]], "syntax error" },
  { "a syntax error in the second statement", [[db:execute "SELECT 1; SELEC 2"]], "SELEC 2" },
  { "the transaction's end", [[db:execute "COMMIT"]], "COMMIT" },
  { "the transaction's end among several", [[db:execute "SELECT 1; ROLLBACK"]], "ROLLBACK" },
  { "rows that have ended", [[
    local next_row = db:rows "SELECT id FROM t WHERE 0"
    next_row()
    next_row()]], "db:rows: these rows have been read already" },
  { "rows after a break", [[
    local next_row, _, _, closing = db:rows "SELECT id FROM t"
    do local held <close> = closing end
    next_row()]], "have been read already" },
  { "a yield out of copy_in",
    [[coroutine.wrap(function() db:copy_in("pair", { "b" }, coroutine.yield) end)()]], "yield" },
  { "copy_in without columns", [[db:copy_in("pair", {}, function() end)]], "column names" },
  { "copy_in with an unknown column in a row",
    [[db:copy_in("pair", { "b" }, function() return { bb = 1 } end)]], "row 1: 'bb'" },
  { "copy_in with too many values",
    [[db:copy_in("pair", { "b" }, function() return { "x", "y" } end)]], "row 1 has a value at %[2%]" },
  { "copy_in with no row", [[db:copy_in("pair", { "b" }, function() return 1 end)]],
    "the iterator returned a number" },
  { "copy_in that the database refuses",
    [[db:copy_in("pair", { "a" }, function() return { 1 } end)]], "row 1: .*NOT NULL" },
  { "a caught error without a savepoint",
    [[pcall(db.execute, db, "INSERT INTO t (id) VALUES (1)")]], "UNIQUE" },
}

describe("the connection", function()
  local project

  before_each(function()
    project = cli.project()
    project:write("migrations/r1.lua", SETUP:format(TABLES))
  end)

  after_each(function()
    project:remove()
  end)

  for _, case in ipairs(works) do
    it(case[1], function()
      local result = run(project, case[2])
      assert.are.equal(0, result.code, result.err)
    end)
  end

  for _, case in ipairs(fails) do
    it("refuses " .. case[1], function()
      local result = run(project, case[2])
      assert.are.equal(5, result.code, result.err)
      assert.is_truthy(result.err:find(case[3]), ("no %q in:\n%s"):format(case[3], result.err))
      assert.is_truthy(result.err:find "r2%.lua:%d+", result.err)
      assert.are.equal("r1", project:sql "SELECT version_num FROM luamigrate_version")
      assert.are.equal("0", project:sql "SELECT count(*) FROM pair")
    end)
  end

  it("keeps memory constant in a loop over many rows", function()
    local result = run(project, [[
      local before, most = collectgarbage "count", 0
      local rows = 0
      for row in db:rows [=[
        WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
        SELECT i, printf('%0100d', i) AS text FROM n
      ]=] do
        rows = rows + 1
        most = math.max(most, collectgarbage "count")
      end
      same(200000, rows)
      if most - before > 2048 then error(("%d KiB more"):format(most - before)) end]])
    assert.are.equal(0, result.code, result.err)
  end)
end)
