-- db:copy_in: lists, rows and loops are loaded; a bad row is named by its number.
local drivers = require "spec.support.drivers"
local steps = require "spec.support.steps"

-- name, body of an upgrade that raises when it is not so
local works = {
  { "copy_in takes lists and rows", [[
    local at = 0
    same(3, db:copy_in("pair", { "a", "b" }, function()
      at = at + 1
      return ({ { 1, "x" }, { a = 2, b = "y" }, { nil, "z" } })[at]
    end))
    local all = ""
    for row in db:rows "SELECT b FROM pair" do all = all .. row.b end
    same("xyz", all)
    same(0, db:copy_in("pair", { "a", "b" }, function() end))]] },
  { "copy_in copies from a loop, and its iterator may use the connection", [[
    same(2, db:copy_in("pair", { "a", "b" }, db:rows "SELECT id AS a, name AS b, 1 AS c FROM t"))
    local left = 1000
    same(1000, db:copy_in("pair", { "b" }, function()
      if left == 0 then return nil end
      left = left - 1
      return { b = db:scalar("SELECT 'n' || CAST(:n AS TEXT)", { n = left }) }
    end))
    same(1002, db:scalar "SELECT count(*) FROM pair")]] },
  { "names of copy_in are names", [[
    db:execute 'CREATE TABLE "a ""b" ("x y" INTEGER, "select" INTEGER)'
    local once = { { 1, 2 } }
    db:copy_in('a "b', { "x y", "select" }, function() return table.remove(once) end)
    same(2, db:scalar 'SELECT "select" FROM "a ""b"')]] },
  { "values arrive exactly", [[
    local rows = {
      { id = 10, name = "a\tb\nc\\d\re\bf\fg\vh \u{1F600} '\"", flag = true, amount = "0.10",
        ratio = 0.1, data = bytes "\0\1\\x\255", meta = [=[{"a":"\n"}]=] },
      { id = 11, name = "\\N", flag = false, amount = 12345678.25, ratio = -1e300 },
      { id = 12, name = "", ratio = 5, amount = null, data = bytes "" },
      { id = 13, name = "\\.", ratio = math.huge, amount = 7 },
      { id = 14, name = "\\" },
    }
    local at = 0
    same(5, db:copy_in("t", { "id", "name", "flag", "amount", "ratio", "data", "meta" }, function()
      at = at + 1
      return rows[at]
    end))
    local got = db:all "SELECT * FROM t WHERE id >= 10 ORDER BY id"
    for i, row in ipairs(rows) do
      same(row.name, got[i].name) same(row.flag, got[i].flag) same(row.meta, got[i].meta)
      same(row.ratio and row.ratio + 0.0, got[i].ratio)
    end
    same("\0\1\\x\255", got[1].data) same("", got[3].data) same(nil, got[4].data)
    same(0.1, tonumber(got[1].amount)) same(12345678.25, tonumber(got[2].amount))
    same(nil, got[3].amount) same(7.0, tonumber(got[4].amount) + 0.0)]] },
  { "the iterator finds the rows that it gave", [[
    local at = 0
    db:copy_in("pair", { "a", "b" }, function()
      same(at, db:scalar "SELECT count(*) FROM pair")
      at = at + 1
      if at == 4 then return nil end
      op.execute("UPDATE pair SET b = b || 'x'")
      return { at, "y" }
    end)
    same("yxx", db:scalar "SELECT b FROM pair WHERE a = 1")
    same("y", db:scalar "SELECT b FROM pair WHERE a = 3")]] },
  { "copy_in in the iterator of another", [[
    local at = 0
    local function rows(count, text)
      local left = count
      return function()
        left = left - 1
        if left >= 0 then return { left, text } end
      end
    end
    same(10, db:copy_in("pair", { "a", "b" }, function()
      at = at + 1
      if at == 11 then return nil end
      same(3, db:copy_in("pair", { "a", "b" }, rows(3, "inner")))
      return { at, "outer" }
    end))
    same(40, db:scalar "SELECT count(*) FROM pair")]] },
  { "after an error of the iterator the rows before it are there", [[
    local at = 0
    local ok, e = pcall(db.copy_in, db, "pair", { "a", "b" }, function()
      at = at + 1
      if at == 3 then error("mine", 0) end
      return { at, "x" }
    end)
    same(false, ok) same("mine", e)
    same(2, db:scalar "SELECT count(*) FROM pair")
    same(1, db:copy_in("pair", { "b" }, coroutine.wrap(function() coroutine.yield { "z" } end)))
    same(3, db:scalar "SELECT count(*) FROM pair")]] },
  { "a savepoint undoes copy_in", [[
    local ok, e = pcall(op.savepoint, function()
      local left = { { 1, "x" }, { 2, nil } }
      db:copy_in("pair", { "a", "b" }, function() return table.remove(left, 1) end)
    end)
    same(false, ok) same(true, tostring(e):find "row 2: " ~= nil)
    same(0, db:scalar "SELECT count(*) FROM pair")]] },
  { "copy_in waits for locks as other data does, also after a change of tables", [[
    same("2s", db:scalar "SHOW lock_timeout")
    op.execute "CREATE TABLE v (a int, b text DEFAULT current_setting('lock_timeout'))"
    local once = { { 1 } }
    db:copy_in("v", { "a" }, function() return table.remove(once) end)
    same("1min", db:scalar "SELECT b FROM v")]], on = "postgresql" },
  { "many rows in constant memory", [[
    local before, most, at = collectgarbage "count", 0, 0
    same(100000, db:copy_in("pair", { "a", "b" }, function()
      at = at + 1
      if at > 100000 then return nil end
      most = math.max(most, collectgarbage "count")
      return { at, ("x"):rep(50) }
    end))
    if most - before > 2048 then error(("%d KiB more"):format(most - before)) end
    same(100000, db:scalar "SELECT count(*) FROM pair")
    same(5000050000, db:scalar "SELECT CAST(sum(a) AS BIGINT) FROM pair")]] },
}

-- name, body, what the error says
local fails = {
  { "a yield out of copy_in",
    [[coroutine.wrap(function() db:copy_in("pair", { "b" }, coroutine.yield) end)()]], "yield" },
  { "copy_in without columns", [[db:copy_in("pair", {}, function() end)]], "column names" },
  { "copy_in with a hole in the columns",
    [[db:copy_in("pair", { [1] = "a", [4] = "b" }, function() end)]], "without holes" },
  { "copy_in with a type for the columns",
    [[db:copy_in("pair", types.text, function() end)]], "list of column names, got type" },
  { "copy_in with an empty name", [[db:copy_in("pair", { "" }, function() end)]], "empty" },
  { "copy_in with a NUL byte", [[db:copy_in("pair\0x", { "b" }, function() end)]], "NUL byte" },
  { "copy_in with an unknown option",
    [[db:copy_in("pair", { "b" }, function() end, { shema = "x" })]], "shema: unknown option" },
  { "copy_in with an unknown column in a row",
    [[db:copy_in("pair", { "b" }, function() return { bb = 1 } end)]], "row 1: 'bb'" },
  { "copy_in with too many values",
    [[db:copy_in("pair", { "b" }, function() return { "x", "y" } end)]],
    "row 1 has a value at %[2%]" },
  { "copy_in with no row", [[db:copy_in("pair", { "b" }, function() return 1 end)]],
    "the iterator returned a number" },
  { "copy_in that the database refuses",
    [[db:copy_in("pair", { "a" }, function() return { 1 } end)]],
    { sqlite = "row 1: .*NOT NULL", postgresql = "row 1: .*null value in column" } },
  { "copy_in of a text that is no number", [[
    local left = { { 1, "x" }, { 2, "y" }, { "three", "z" } }
    db:copy_in("pair", { "a", "b" }, function() return table.remove(left, 1) end)]],
    "row 3: .*invalid input syntax", on = "postgresql" },
  { "what the database says of the rows before the iterator's error", [[
    local left = { { 1, "x" }, { 2, nil } }
    db:copy_in("pair", { "a", "b" }, function() return table.remove(left, 1) or error "mine" end)]],
    { sqlite = "row 2: .*NOT NULL", postgresql = "row 2: .*null value in column" } },
  { "an error before copy_in", [[
    op.execute "INSERT INTO missing VALUES (1)"
    db:copy_in("pair", { "b" }, function() error "mine" end)]], "missing" },
}

describe("copy_in", function()
  drivers.each(function(driver)
    steps.check(it, works, fails, driver)
  end)
end)
