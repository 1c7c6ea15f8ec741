-- Names and values are never SQL (G16): random ones go through real tables, columns, indexes,
-- constraints, defaults, parameters and literals, and come back the same. More values, and names of
-- columns, in values_spec.lua.
local drivers = require "spec.support.drivers"

local SEED = tonumber(os.getenv "SEED") or 1
-- tables, each with ten names
local TABLES = os.getenv "SOAK" and { sqlite = 5000, postgresql = 1000 }
  or { sqlite = 300, postgresql = 50 }
local VALUES = 20000

local SCRIPT = [==[
revision = "r1"
down_revision = nil
local words = {
  "select", "table", "order", "a b", "A", "a", "İ", "ß", "日本", "💥", "--", "/*", "*/", ";", "'",
  '"', "`", "[", "]", "\\", "\n", "\r\n", "\t", ":x", "?1", "$1", "@v", "%%s", "%%n", "\27[31m",
  "NULL", "1", "_", "x'00'", "\u{202e}", "\u{7f}", "||", ",", "(", ")", "))", "values", "PRIMARY",
  "check", "unique", "default", "collate", "generated", "0x", "1e5", ".", "constraint",
}
local function text(most)
  local parts = {}
  for i = 1, math.random(0, most) do parts[i] = words[math.random(#words)] end
  return table.concat(parts, math.random(2) == 1 and " " or "")
end
local postgresql = false
-- a longer one is refused there
local name
function name(suffix)
  local made = text(5) .. "_" .. suffix
  return postgresql and #made > 63 and name(suffix) or made
end
local function raw(least)
  local bytes = {}
  for i = 1, math.random(0, 40) do bytes[i] = string.char(math.random(least, 255)) end
  return table.concat(bytes)
end
-- a literal holds no NUL, and SQLite reads decimal fractions not to the last bit
local function value(literal)
  if postgresql then return math.random(7) == 1 and null or text(6) end
  local kind = math.random(7)
  if kind == 1 then return math.random(0) end
  if kind == 2 then return literal and math.random(1 << 30) / 1024 or math.random() * 1e300 end
  if kind == 3 then return null end
  if kind == 4 then return bytes(raw(0)) end
  if kind == 5 then return raw(literal and 1 or 0) end
  return text(6)
end
local function plain(v)
  if v == null then return nil end
  return type(v) == "table" and v.data or v
end
local function same(wanted, got, what)
  if wanted ~= got or math.type(wanted) ~= math.type(got) then
    error(("%%s: expected %%q, got %%q"):format(what, wanted, got), 2)
  end
end
local function quote(s) return '"' .. s:gsub('"', '""') .. '"' end

local function make(i, names, default)
  op.create_table(names.table, {
    { names.a, types.integer, primary_key = true },
    { names.b, postgresql and types.integer or types.raw "BLOB" },
    { names.c, postgresql and types.text or types.raw "BLOB", server_default = default },
    unique({ names.b, names.a }, { name = names.unique }),
    check("1 = 1", { name = names.check }),
    foreign_key({ names.b }, names.table, { names.a }, { name = names.key }),
    index({ names.b, names.c }, { name = names.index, unique = i %% 2 == 0 }),
  })
end

local function look(i, names)
  local inspector = op.inspect()
  local columns = inspector:get_columns(names.table)
  same(3, #columns, "columns")
  for k, column in ipairs { names.a, names.b, names.c } do
    same(column, columns[k].name, "column")
  end
  local indexes = inspector:get_indexes(names.table)
  same(names.index, indexes[1].name, "index")
  same(names.b, indexes[1].column_names[1], "column of the index")
  same(names.c, indexes[1].column_names[2], "column of the index")
  same(i %% 2 == 0, indexes[1].unique, "unique")
  local unique_constraint = inspector:get_unique_constraints(names.table)[1]
  same(names.unique, unique_constraint.name, "unique constraint")
  same(names.a, unique_constraint.column_names[2], "its column")
  same(names.check, inspector:get_check_constraints(names.table)[1].name, "check")
  local key = inspector:get_foreign_keys(names.table)[1]
  same(names.key, key.name, "foreign key")
  same(names.table, key.referred_table, "referred table")
  same(names.b, key.constrained_columns[1], "its column")
  same(names.a, inspector:get_pk_constraint(names.table).constrained_columns[1], "primary key")
end

local function change(i, names)
  local added, new = name "d", name("u" .. i)
  op.add_column(names.table, { added, types.text, server_default = "it's" })
  same(true, op.inspect():has_column(names.table, added), "added column")
  op.drop_column(names.table, added)
  same(false, op.inspect():has_column(names.table, added), "dropped column")
  op.drop_index(names.index, names.table)
  op.rename_table(names.table, new)
  names.table = new
  same(new, op.inspect():get_foreign_keys(new)[1].referred_table, "referred table")
end

local function values(names, count)
  local db, rows = op.get_bind(), {}
  for k = 1, count do rows[k] = { [names.a] = k + 1, [names.c] = value() } end
  op.bulk_insert(names.table, rows)
  local seen = 0
  for row in db:rows(("SELECT * FROM %%s WHERE %%s > 1 ORDER BY 1"):format(quote(names.table),
      quote(names.a))) do
    seen = seen + 1
    local wanted = plain(rows[seen][names.c])
    same(wanted, row[names.c], "row")
    same(wanted, db:scalar("SELECT :v", { v = rows[seen][names.c] }), "parameter")
    local literal = value(true)
    same(plain(literal), db:scalar("SELECT " .. op.inline_literal(literal).text), "literal")
  end
  same(count, seen, "rows")
end

function upgrade()
  postgresql = op.get_bind().dialect == "postgresql"
  math.randomseed(%d)
  local count = 0
  for i = 1, %d do
    local names = {
      table = name("t" .. i), a = name "a", b = name "b", c = name "c", unique = name "u",
      check = name "k", key = name "f", index = name("i" .. i),
    }
    local default = value(true)
    make(i, names, default)
    look(i, names)
    op.bulk_insert(names.table, { { [names.a] = 1 } })
    same(plain(default), op.get_bind():one("SELECT * FROM " .. quote(names.table))[names.c],
      "default")
    change(i, names)
    values(names, %d)
    op.drop_table(names.table)
  end
end
]==]

describe("random names and values", function()
  drivers.each(function(driver)
    it("come back as they were (seed " .. SEED .. ")", function()
      local count = TABLES[driver.name]
      local project = driver.project {
        files = { ["migrations/r1.lua"] = SCRIPT:format(SEED, count, math.ceil(VALUES / 300)) },
      }
      local result = project:run "upgrade"
      local tables = project:sql(driver.all_tables)
      project:remove()
      assert.are.equal(0, result.code, result.err)
      assert.are.equal("luamigrate_history\nluamigrate_version", tables)
    end)
  end)
end)
