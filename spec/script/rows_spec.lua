-- Rows of a result: plain tables, as they were when the loop began, in constant memory.
local drivers = require "spec.support.drivers"
local steps = require "spec.support.steps"

-- name, body of an upgrade that raises when it is not so
local works = {
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
  { "rows share nothing that a script could change", [[
    same(false, getmetatable(db:one "SELECT 1 AS a"))
    same(nil, db:one "SELECT 1 AS a".b)]] },
  { "of two columns with one name the last counts", [[
    same(2, db:one "SELECT 1 AS a, 2 AS a".a)
    same(nil, db:one "SELECT 1 AS a, NULL AS a".a)]] },
  { "all, one and scalar of no row", [[
    same(0, #db:all "SELECT * FROM t WHERE 1 = 0")
    same(nil, db:one "SELECT * FROM t WHERE 1 = 0")
    same(nil, db:scalar "SELECT id FROM t WHERE 1 = 0")
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
  { "a loop that changes what it is ordered by meets each of many rows once, as it was", [[
    local count = 20000
    local function name(i) return ("row %d "):format(i):rep(10) end
    db:execute "DELETE FROM t"
    local made = {}
    for i = 1, count do made[i] = { id = i, name = name(i) } end
    op.bulk_insert("t", made)
    db:execute "CREATE INDEX ix_order ON t (name, id)"
    local seen, last = 0, ""
    for row in db:rows "SELECT id, name, ratio, flag FROM t ORDER BY name, id" do
      seen = seen + 1
      same(name(row.id), row.name) same(nil, row.ratio) same(nil, row.flag)
      if row.name < last then error "not in order" end
      last = row.name
      -- the row goes behind all others, and so does one that the loop has not met yet
      db:execute("UPDATE t SET name = :name WHERE id = :id",
        { id = row.id, name = "z" .. row.name })
      db:execute("UPDATE t SET ratio = 1, flag = :yes WHERE id = :id",
        { id = count + 1 - row.id, yes = true })
    end
    same(count, seen)
    same(count, db:scalar "SELECT count(*) FROM t WHERE name LIKE 'zrow%' AND ratio = 1")]] },
  { "break and an error end a loop", [[
    for i = 1, 50 do
      for _ in db:rows "SELECT * FROM t" do break end
      pcall(function() for _ in db:rows "SELECT * FROM t" do error "x" end end)
    end
    db:execute "DROP TABLE t"]] },
  { "an op may change the table of an open loop", [[
    for i = 3, 1000 do db:execute("INSERT INTO t (id, name) VALUES (:i, 'n')", { i = i }) end
    local count = 0
    for row in db:rows "SELECT id, name FROM t ORDER BY id" do
      count = count + 1
      if row.id == 2 then op.drop_column("t", "name") end
      same("string", type(row.name))
    end
    same(1000, count)
    op.drop_table "t"]] },
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
  { "an error of a later row ends the loop, with the SQL", [[
    local rows = 0
    local fine, e = pcall(op.savepoint, function()
      for _ in db:rows "SELECT abs(column1) AS x FROM (VALUES (1), (-9223372036854775807 - 1))" do
        rows = rows + 1
      end
    end)
    same(false, fine) same(1, rows)
    same(true, e.sql:find "abs" ~= nil)]], on = "sqlite" },
  { "an error of a later row ends the loop, with the SQL", [[
    local rows = 0
    local fine, e = pcall(op.savepoint, function()
      for _ in db:rows("SELECT 1 / (:most - n) AS x FROM generate_series(1, 5000) n",
          { most = 4000 }) do
        rows = rows + 1
      end
    end)
    same(false, fine) same(true, rows < 4000) same("22012", e.sqlstate)
    same(true, e.sql:find(":most", 1, true) ~= nil)
    same(2, db:scalar "SELECT count(*) FROM t")]], on = "postgresql" },
  { "values come by the type of the column", [[
    local row = db:one [=[
      SELECT 9223372036854775807 AS int8, 7::int2 AS int2, 0.1::float8 AS float8,
        'NaN'::float8 AS nan, '-Infinity'::float8 AS low, 1.5::float4 AS float4, true AS yes,
        false AS no, 12345678901234567890.123456789 AS num, '{"a": 1}'::json AS json,
        '{"a": 1}'::jsonb AS jsonb, ARRAY[1, 2] AS list, '\x00ff41'::bytea AS bytes,
        '2026-11-21'::date AS day, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid AS uuid,
        NULL::int AS nothing, 'x'::char(3) AS fixed, 7::oid AS oid, ''::text AS empty ]=]
    same(math.maxinteger, row.int8) same(7, row.int2) same(0.1, row.float8) same(1.5, row.float4)
    same(true, row.nan ~= row.nan) same(-math.huge, row.low)
    same(true, row.yes) same(false, row.no)
    same("12345678901234567890.123456789", row.num)
    same('{"a": 1}', row.json) same('{"a": 1}', row.jsonb) same("{1,2}", row.list)
    same("\0\255A", row.bytes) same("2026-11-21", row.day)
    same("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", row.uuid)
    same(nil, row.nothing) same("x  ", row.fixed) same(7, row.oid) same("", row.empty)]],
    on = "postgresql" },
  { "a cursor lives through savepoints and other loops", [[
    local seen = 0
    for row in db:rows "SELECT n FROM generate_series(1, 3000) n" do
      seen = seen + 1
      if row.n % 500 == 0 then
        pcall(op.savepoint, function() db:execute "INSERT INTO missing VALUES (1)" end)
        op.savepoint(function() db:execute "UPDATE t SET name = 'x'" end)
      end
    end
    same(3000, seen)]], on = "postgresql" },
}

-- name, body, what the error says
local fails = {
  { "rows that have ended", [[
    local next_row = db:rows "SELECT id FROM t WHERE 1 = 0"
    next_row()
    next_row()]], "db:rows: these rows have been read already" },
  { "rows after a break", [[
    local next_row, _, _, closing = db:rows "SELECT id FROM t"
    do local held <close> = closing end
    next_row()]], "have been read already" },
  { "what changes the table of an open loop behind our back, and names the loop", [[
    db:execute "INSERT INTO t (name) SELECT 'x' FROM generate_series(1, 5000)"
    for _ in db:rows "SELECT id FROM t" do
      db:execute "DO $$ BEGIN ALTER TABLE t DROP COLUMN name; END $$"
    end]], "the loop over db:rows at migrations/r2.lua:12 still reads", on = "postgresql" },
}

local MANY = { sqlite = [[
  WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
  SELECT i, printf('%0100d', i) AS text FROM n]],
  postgresql = "SELECT i, repeat('0', 100) || i AS text FROM generate_series(1, 200000) i" }

drivers.each(function(driver)
  describe("rows", function()
    steps.check(it, works, fails, driver)

    it("keeps memory constant in a loop over many rows", function()
      local project = steps.project(driver)
      local result = steps.run(project, [[
        local before, most = collectgarbage "count", 0
        local rows = 0
        for row in db:rows [=[ ]] .. MANY[driver.name] .. [[ ]=] do
          rows = rows + 1
          most = math.max(most, collectgarbage "count")
        end
        same(200000, rows)
        if most - before > 2048 then error(("%d KiB more"):format(most - before)) end]])
      project:remove()
      assert.are.equal(0, result.code, result.err)
    end)
  end)
end)
