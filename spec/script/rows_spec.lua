-- Rows of a result: plain tables, as they were when the loop began, in constant memory.
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
  { "rows that have ended", [[
    local next_row = db:rows "SELECT id FROM t WHERE 0"
    next_row()
    next_row()]], "db:rows: these rows have been read already" },
  { "rows after a break", [[
    local next_row, _, _, closing = db:rows "SELECT id FROM t"
    do local held <close> = closing end
    next_row()]], "have been read already" },
}

describe("rows", function()
  steps.check(it, works, fails)

  it("keeps memory constant in a loop over many rows", function()
    local project = steps.project()
    local result = steps.run(project, [[
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
    project:remove()
    assert.are.equal(0, result.code, result.err)
  end)
end)
