-- Every function that a revision can call, with every kind of wrong value in every argument, with
-- too few and too many: each call is accepted because it is listed here, or is an error with its
-- place. Nothing crashes, hangs or passes in silence (bad-input matrix of the reliability page).
local drivers = require "spec.support.drivers"

local SETUP = {
  sqlite = "CREATE TABLE t (a INTEGER PRIMARY KEY, b, free); CREATE INDEX ix ON t (b); "
    .. "INSERT INTO t (b) VALUES (1)",
  postgresql = "CREATE TABLE t (a SERIAL PRIMARY KEY, b TEXT, free TEXT); "
    .. "CREATE INDEX ix ON t (b); INSERT INTO t (b) VALUES (1); "
    .. "CREATE TYPE e AS ENUM ('a')",
}

-- name of a value, its text in Lua
local values = {
  { "nil", "nil" }, { "boolean", "true" }, { "number", "1" }, { "NaN", "0/0" }, { "inf", "1/0" },
  { "float", "2^53+1" }, { "zero", "-0.0" }, { "maxint", "math.maxinteger" }, { "empty", '""' },
  { "quote", [["a'b"]] }, { "quotes", [['a"b']] }, { "backslash", [["a\\b"]] },
  { "NUL", [["a\0b"]] }, { "bad8", [["a\xffb"]] }, { "long", '("x"):rep(1 << 20)' },
  { "table", "{}" }, { "cyclic", "cyclic" }, { "hole", '{ "a", nil, "c" }' },
  { "gap", '{ [1] = "a", [4] = "c" }' }, { "unknown", "{ nosuch = 1 }" },
  { "keyed", "{ [true] = 1 }" }, { "lookup", "setmetatable({}, { __index = error })" },
  { "function", "function() end" }, { "thread", "coroutine.create(print)" }, { "null", "null" },
  { "connection", "db" }, { "inspector", "inspector" }, { "sql", 'sql "1"' },
  { "bytes", 'bytes "x"' }, { "type", "types.integer" }, { "constraint", 'unique { "a" }' },
  { "row", 'db:one "SELECT 1 AS a"' }, { "deep", ("{"):rep(150) .. ("}"):rep(150) },
}

-- what may stand in a place, beside the value that is given for it
local NAME = "quote quotes backslash long"
local TEXT = "empty " .. NAME
local TABLE = "nil table lookup"
local PARAMS = "table lookup row"
local VALUE = "nil boolean number inf float zero maxint bad8 null sql bytes " .. TEXT

-- name, { argument, what else is accepted there } ...
local functions = {
  { "op.create_table", { '"u"', NAME }, { '{ { "c", types.text } }' }, { "{}", TABLE } },
  { "op.drop_table", { '"t"' }, { "{}", TABLE } },
  { "op.rename_table", { '"t"' }, { '"v"', NAME }, { "{}", TABLE } },
  { "op.add_column", { '"t"' }, { '{ "c", types.text }' }, { "{}", TABLE } },
  { "op.drop_column", { '"t"' }, { '"free"' }, { "{}", TABLE } },
  { "op.create_index", { '"iy"', "nil " .. NAME }, { '"t"' }, { '{ "b" }' }, { "{}", TABLE } },
  { "op.drop_index", { '"ix"' }, { '"t"', "nil " .. NAME }, { "{}", TABLE } },
  { "op.create_table_comment", { '"t"', NAME }, { '"text"', TEXT }, { "{}", TABLE } },
  { "op.drop_table_comment", { '"t"', NAME }, { "{}", TABLE } },
  { "op.execute", { '"UPDATE t SET b = :b"', "empty" }, { "{}", PARAMS }, { "{}", TABLE } },
  { "op.bulk_insert", { '"t"' }, { "{ { b = 1 } }", "table lookup" }, { "{}", TABLE } },
  { "op.savepoint", { "function() end", "function" } },
  { "op.f", { '"n"', "NUL bad8 " .. TEXT } },
  { "op.alter_enum", { '"e"', NAME }, { '{ "a" }' }, { "{}", TABLE } },
  { "op.invoke", { '{ "f", "n" }' } },
  { "op.register_operation", { '"own"', "long" }, { "function() end", "function" } },
  { "op.inline_literal", { "1", VALUE } },
  { "op.get_bind" }, { "op.inspect" }, { "op.get_context" }, { "op.is_offline" },
  { "db.execute", { "db", "connection" }, { '"UPDATE t SET b = :b"', "empty" }, { "{}", PARAMS } },
  { "db.rows", { "db", "connection" }, { '"SELECT :b"' }, { "{}", PARAMS } },
  { "db.all", { "db", "connection" }, { '"SELECT :b"' }, { "{}", PARAMS } },
  { "db.one", { "db", "connection" }, { '"SELECT :b"' }, { "{}", PARAMS } },
  { "db.scalar", { "db", "connection" }, { '"SELECT :b"' }, { "{}", PARAMS } },
  { "db.copy_in", { "db", "connection" }, { '"t"', NAME }, { '{ "b" }' },
    { "function() end", "function" }, { "{}", TABLE } },
  { "sql", { '"x"', "NUL bad8 " .. TEXT } },
  { "bytes", { '"x"', "NUL bad8 " .. TEXT } },
  { "primary_key", { '{ "a" }' }, { "{}", TABLE } },
  { "unique", { '{ "a" }' }, { "{}", TABLE } },
  { "foreign_key", { '{ "a" }' }, { '"t"', NAME }, { '{ "a" }' }, { "{}", TABLE } },
  { "check", { '"a > 0"', "bad8 sql " .. NAME }, { "{}", TABLE } },
  { "exclude", { '{ { "a", "=" } }' }, { "{}", TABLE } },
  { "index", { '{ "a" }' }, { "{}", TABLE } },
  { "types.string", { "5", "nil number" }, { "{}", TABLE } },
  { "types.numeric", { "5", "number" }, { "2", "nil number zero" }, { "{}", TABLE } },
  { "types.enum", { '"n"', "nil " .. NAME }, { '{ "a" }' }, { "{}", TABLE } },
  { "types.array", { "types.text", "type" }, { "{}", TABLE } },
  { "types.datetime", { "{ timezone = true }", TABLE } },
  { "types.raw", { '"X"', "bad8 sql " .. NAME } },
  { "json.decode", { '"1"', "nil number float zero maxint" }, { "{}", TABLE } },
  { "json.array", { "{}", "nil table cyclic hole gap unknown keyed deep" } },
}
for _, name in ipairs { "get_columns", "get_pk_constraint", "get_foreign_keys",
  "get_unique_constraints", "get_check_constraints", "get_indexes", "get_table_comment" } do
  functions[#functions + 1] =
    { "inspector." .. name, { "inspector", "inspector" }, { '"t"' }, { "{}", TABLE } }
end
for _, name in ipairs { "get_table_names", "get_view_names", "get_enums", "get_sequence_names",
  "get_schema_names" } do
  functions[#functions + 1] =
    { "inspector." .. name, { "inspector", "inspector" }, { "{}", TABLE } }
end
functions[#functions + 1] = { "inspector.has_table", { "inspector", "inspector" },
  { '"t"', "bad8 " .. TEXT }, { "{}", TABLE } }
functions[#functions + 1] = { "inspector.has_column", { "inspector", "inspector" },
  { '"t"', "bad8 " .. TEXT }, { '"b"', "bad8 " .. TEXT }, { "{}", TABLE } }

-- What is other on PostgreSQL: function, argument, values that are accepted, values that are not.
local other = { sqlite = {}, postgresql = {} }
for _, rule in ipairs {
  { "op.create_table", 1, "", "long" }, { "op.create_table", 2, "table lookup", "" },
  { "op.rename_table", 2, "", "long" }, { "op.create_index", 1, "", "long" },
  -- a table that is not there has no comment
  { "op.create_table_comment", 1, "", NAME }, { "op.drop_table_comment", 1, "", NAME },
  -- a type must be there
  { "op.alter_enum", 1, "", NAME },
  { "op.inline_literal", 1, "NaN", "bad8" }, { "db.copy_in", 2, "", "long" },
  { "inspector.has_table", 2, "", "bad8" }, { "inspector.has_column", 2, "", "bad8" },
} do
  for i = 3, 4 do
    for word in rule[i]:gmatch "%S+" do
      other.postgresql[("%s %d %s"):format(rule[1], rule[2], word)] = i == 3
    end
  end
end

-- Each call in a savepoint that is undone. What is not accepted must be an error of ours or of
-- Lua that says where it is.
local SCRIPT = [[
revision = "r1"
down_revision = nil
function upgrade()
  local db, inspector, cyclic = op.get_bind(), op.inspect(), {}
  cyclic[1], cyclic.self = cyclic, cyclic
  local function try(label, f, ...)
    local args = table.pack(...)
    local ok, e = pcall(op.savepoint, function()
      f(table.unpack(args, 1, args.n))
      error("accepted", 0)
    end)
    local text, where = tostring(e), type(e) == "table" and e.where or tostring(e)
    if e == "accepted" then
      print("accepted " .. label)
    elseif ok or not where:find "^migrations/r1%%.lua:%%d+" or #text > 10000 then
      print("odd " .. label .. ": " .. text:sub(1, 200))
    end
  end
  local function matrix(name, f, n, ...)
    local args, values = table.pack(...), { %s }
    try(name .. " good", f, table.unpack(args, 1, n))
    for i = 1, n do
      for v = 1, %d do
        local copy = table.pack(table.unpack(args, 1, n))
        copy[i] = values[v]
        try(name .. " " .. i .. " " .. v, f, table.unpack(copy, 1, n))
      end
    end
    args[n + 1] = 1
    try(name .. " many", f, table.unpack(args, 1, n + 1))
    args[n + 1], args[n + 2], args[n + 3] = nil, nil, {}
    try(name .. " more", f, table.unpack(args, 1, n + 3))
  end
%s
  print "finished"
end
]]

local function source()
  local texts, calls = {}, {}
  for i, value in ipairs(values) do texts[i] = value[2] end
  for i, f in ipairs(functions) do
    local args = { ("%q"):format(f[1]), f[1], tostring(#f - 1) }
    for k = 2, #f do args[#args + 1] = f[k][1] end
    calls[i] = "  matrix(" .. table.concat(args, ", ") .. ")"
  end
  return SCRIPT:format(table.concat(texts, ", "), #values, table.concat(calls, "\n"))
end

describe("wrong arguments", function()
  drivers.each(function(driver)
    local accepted, odd, result = {}, {}, nil

    setup(function()
      local project = driver.project { files = { ["migrations/r1.lua"] = source() } }
      project:sql(SETUP[driver.name])
      result = project:run "upgrade"
      for label in result.err:gmatch "accepted ([^\n]*)" do accepted[label] = true end
      for label in result.err:gmatch "odd ([^\n]*)" do odd[#odd + 1] = label end
      result.rows = project:sql "SELECT count(*), max(b) FROM t"
      project:remove()
    end)

    it("end neither the program nor the script", function()
      assert.are.equal(0, result.code, result.err)
      assert.is_truthy(result.err:find "finished")
      assert.are.same({}, odd)
      assert.are.equal("1|1", result.rows)
    end)

    for _, f in ipairs(functions) do
      it("of " .. f[1] .. " are errors", function()
        local wrong = {}
        local function expect(label, wanted, shown)
          if (accepted[f[1] .. " " .. label] or false) ~= wanted then
            wrong[#wrong + 1] = shown .. (wanted and " is refused" or " is accepted")
          end
        end
        expect("good", true, "the right call")
        for i = 2, #f do
          for v, value in ipairs(values) do
            local listed = (" " .. (f[i][2] or "") .. " "):find(" " .. value[1] .. " ", 1, true)
            local here = other[driver.name][("%s %d %s"):format(f[1], i - 1, value[1])]
            if here == nil then here = listed ~= nil end
            expect(("%d %d"):format(i - 1, v), here, ("argument %d: %s"):format(i - 1, value[1]))
          end
        end
        expect("many", false, "one argument more")
        expect("more", false, "three arguments more")
        assert.are.same({}, wrong)
      end)

      it("of " .. f[1] .. " end the revision with the place", function()
        local body = ("local db, inspector = op.get_bind(), op.inspect()\n"
          .. "%s(coroutine.create(print), {}, 1, 2, 3, 4, 5)"):format(f[1])
        local project = driver.project { revisions = { { id = "r1", upgrade = body } } }
        project:sql(SETUP[driver.name])
        local failed = project:run "upgrade"
        local tables = project:sql (driver.tables)
        project:remove()
        assert.are.equal(5, failed.code, failed.err)
        assert.is_truthy(failed.err:find("at: migrations/r1.lua:10", 1, true), failed.err)
        assert.are.equal("t", tables)
      end)
    end
  end)
end)
