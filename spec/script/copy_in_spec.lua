-- db:copy_in: lists, rows and loops are loaded; a bad row is named by its number.
local steps = require "spec.support.steps"

-- name, body of an upgrade that raises when it is not so
local works = {
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
    [[db:copy_in("pair", { "a" }, function() return { 1 } end)]], "row 1: .*NOT NULL" },
}

describe("copy_in", function()
  steps.check(it, works, fails)
end)
