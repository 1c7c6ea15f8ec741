-- Random schemas with rows, and changes of a table that can be taken back. Runs inside a revision:
-- everything it needs comes in by `env`: { op, types, sql, null, seed }.
local env = ...
local op, types, sql, null = env.op, env.types, env.sql, env.null
local db = op.get_bind()

local state = env.seed * 2654435761 % 4294967296
local function random(n)
  state = (state * 1664525 + 1013904223) % 4294967296
  return (state >> 8) % n + 1
end
local function chance(percent) return random(100) <= percent end
local function pick(list) return list[random(#list)] end

local NAMES = { "a", "b", "n", "Name", "two words", "order", 'qu"ote', "é", "x_1", "type", "value",
  "key", "Date", "a$b", "desc", "rowid", "is" }

local PLAIN = { a = true, b = true, n = true, Name = true, x_1 = true, value = true, ["é"] = true,
  ["a$b"] = true, type = true, Date = true, key = true }

-- A name as a person may have spelt it.
local function spelt(name)
  local way = random(4)
  if way == 1 and PLAIN[name] then return name end
  if way == 2 and not name:find "`" then return "`" .. name .. "`" end
  if way == 3 and not name:find "%]" then return "[" .. name .. "]" end
  return '"' .. name:gsub('"', '""') .. '"'
end
local function quoted(name) return '"' .. name:gsub('"', '""') .. '"' end

local function comment()
  if chance(85) then return "" end
  return pick { " /* , ) */", " -- it's, a ( comment\n", "\n  " }
end

local TYPES = { "INTEGER", "TEXT", "VARCHAR(10)", "REAL", "BLOB", "NUMERIC(10, 2)", "", "INT",
  '"odd type"', "unsigned big int", "DATETIME", "character varying ( 20 )" }
local STRICT = { "INTEGER", "TEXT", "REAL", "BLOB", "ANY", "INT" }
local DEFAULTS = { "1", "'x'", "(1 + 2)", "NULL", "-1.5", "CURRENT_TIMESTAMP", "x'00ff'",
  "(lower('A'))" }
local ACTIONS = { "CASCADE", "SET NULL", "RESTRICT", "NO ACTION", "SET DEFAULT" }
local CONFLICTS = { "", "", "", " ON CONFLICT IGNORE", " ON CONFLICT REPLACE", " ON CONFLICT FAIL" }

local function column_text(t, column)
  local parts = { spelt(column.name) }
  if column.type ~= "" then parts[#parts + 1] = column.type end
  if column.generated then
    parts[#parts + 1] = ("%s (%s || 'g')%s"):format(pick { "AS", "GENERATED ALWAYS AS" },
      spelt(column.generated), pick { "", " STORED", " VIRTUAL" })
  elseif column.rowid then
    parts[#parts + 1] = "PRIMARY KEY" .. (t.autoincrement and " AUTOINCREMENT" or "")
  else
    if column.not_null then parts[#parts + 1] = "NOT NULL" .. pick(CONFLICTS) end
    if column.default then parts[#parts + 1] = "DEFAULT " .. column.default end
  end
  if chance(20) then parts[#parts + 1] = "COLLATE " .. pick { "NOCASE", "rtrim", '"BINARY"' } end
  if column.unique then parts[#parts + 1] = "UNIQUE" .. pick(CONFLICTS) end
  if chance(15) then
    parts[#parts + 1] = ("%sCHECK (%s IS NOT 'never')"):format(
      pick { "", 'CONSTRAINT "c 1" ' }, spelt(column.name))
  end
  if chance(8) then
    parts[#parts + 1] = "REFERENCES " .. spelt(t.name) .. " ON DELETE " .. pick(ACTIONS)
      .. pick { "", " DEFERRABLE INITIALLY DEFERRED", " NOT DEFERRABLE" }
  end
  return table.concat(parts, " ") .. comment()
end

local function columns_of(t)
  local free = {}
  for i, name in ipairs(NAMES) do free[i] = name end
  t.columns = {}
  for i = 1, 2 + random(4) do
    local column = { name = table.remove(free, random(#free)),
      type = pick(t.strict and STRICT or TYPES), not_null = chance(25), unique = chance(12),
      default = chance(35) and pick(DEFAULTS) or nil }
    if t.strict and column.default and column.default ~= "NULL" then column.default = nil end
    t.columns[i] = column
  end
  if t.key == "rowid" then
    t.columns[1].rowid, t.columns[1].type, t.columns[1].unique = true, "INTEGER", false
  end
  if chance(30) then
    t.columns[#t.columns + 1] = { name = table.remove(free), type = "TEXT", not_null = false,
      generated = t.columns[2].name }
  end
  t.free = free
end

local function constraints_of(t)
  local list = {}
  local one, two = t.columns[1], t.columns[2]
  if t.key == "one" then list[1] = ("PRIMARY KEY (%s)"):format(spelt(one.name)) end
  if t.key == "two" then
    list[1] = ("CONSTRAINT pk PRIMARY KEY (%s DESC, %s)"):format(spelt(two.name), spelt(one.name))
  end
  if chance(30) then
    list[#list + 1] = ("%sUNIQUE (%s, %s)%s"):format(pick { "", "CONSTRAINT uq " }, spelt(one.name),
      spelt(two.name), pick(CONFLICTS))
  end
  if chance(40) then
    list[#list + 1] = ("CHECK (%s IS NOT 'no' OR length(%s) < 99)"):format(spelt(two.name),
      spelt(pick { one, two }.name))
  end
  if chance(30) then
    list[#list + 1] = ("FOREIGN KEY (%s) REFERENCES other (id) ON UPDATE %s"):format(
      spelt(two.name), pick(ACTIONS))
  end
  return list
end

local function random_value(t, column)
  local kind = column.type
  if column.rowid then return tostring(random(1000)) end
  if not column.not_null and chance(15) and not (t.without and column.key) then return "NULL" end
  if t.strict then
    return ({ INTEGER = random(50), INT = random(50), REAL = random(50) / 4,
      BLOB = "x'0" .. random(9) .. "'" })[kind] or ("'v%d'"):format(random(40))
  end
  return pick { tostring(random(60)), ("'v%d'"):format(random(40)), "'it''s'", random(9) .. ".5",
    "x'00'", "'12'" }
end

-- A table `t` with all that hangs on it.
local function generate()
  local t = { name = pick { "t", "T able", "group" }, strict = chance(15) }
  t.key = pick { "rowid", "rowid", "one", "two", "none" }
  t.without = (t.key == "one" or t.key == "two") and chance(40)
  t.autoincrement = t.key == "rowid" and chance(50)
  columns_of(t)
  local parts = {}
  for i, column in ipairs(t.columns) do parts[i] = column_text(t, column) end
  for i, constraint in ipairs(constraints_of(t)) do
    -- SQLite takes constraints without commas between them
    if i > 1 and chance(25) then
      parts[#parts] = parts[#parts] .. " " .. constraint
    else
      parts[#parts + 1] = constraint .. comment()
    end
  end
  local options = {}
  if t.without then options[1] = "WITHOUT ROWID" end
  if t.strict then options[#options + 1] = "STRICT" end
  local made = {
    "CREATE TABLE other (id INTEGER PRIMARY KEY, x)",
    ("CREATE TABLE %s (%s%s) %s"):format(spelt(t.name),
      pick { "", "\n  ", " /* head */ " }, table.concat(parts, pick { ", ", ",\n  " }) .. "\n",
      table.concat(options, ", ")),
    ("CREATE TABLE child (id INTEGER PRIMARY KEY, x REFERENCES %s ON DELETE CASCADE)")
      :format(spelt(t.name)),
    "CREATE TABLE log (what)",
  }
  local one, two = t.columns[1].name, t.columns[2].name
  if chance(50) then
    made[#made + 1] = ("CREATE %s INDEX i1 ON %s (%s%s)%s"):format("", spelt(t.name), spelt(two),
      pick { "", " DESC", " COLLATE NOCASE" }, pick { "", " WHERE " .. spelt(one) .. " > 3" })
  end
  if chance(30) then
    made[#made + 1] = ("CREATE INDEX %s ON %s (lower(%s), %s)"):format(spelt "i 2", spelt(t.name),
      quoted(two), spelt(one))
  end
  if chance(40) then
    made[#made + 1] = ("CREATE VIEW v AS SELECT %s AS z FROM %s WHERE %s IS NOT 'q'"):format(
      spelt(one), spelt(t.name), spelt(two))
  end
  if chance(40) then
    made[#made + 1] = ("CREATE TRIGGER tr AFTER %s ON %s BEGIN INSERT INTO log VALUES (%s.%s); END")
      :format(pick { "INSERT", "UPDATE OF " .. spelt(two) }, spelt(t.name), "new", spelt(two))
  end
  if chance(20) then
    made[#made + 1] = ("CREATE TRIGGER tr2 AFTER INSERT ON child BEGIN UPDATE %s SET %s = %s; END")
      :format(spelt(t.name), spelt(two), spelt(two))
  end
  for _, statement in ipairs(made) do op.execute(statement) end
  for _ = 1, random(8) do
    local names, values = {}, {}
    for _, column in ipairs(t.columns) do
      if not column.generated then
        names[#names + 1], values[#values + 1] = quoted(column.name), random_value(t, column)
      end
    end
    -- a value may not fit its column: then there is a row less
    pcall(op.savepoint, function()
      op.execute(("INSERT OR IGNORE INTO %s (%s) VALUES (%s)"):format(quoted(t.name),
        table.concat(names, ", "), table.concat(values, ", ")))
    end)
    op.execute(("INSERT INTO child (x) SELECT %s FROM %s LIMIT 1"):format(quoted(one),
      quoted(t.name)))
  end
  env.made = table.concat(made, ";\n")
  return t
end

-- The tokens of a text without spaces and comments; names and strings without their quotes.
local function tokens(text)
  local list, at = {}, 1
  while at <= #text do
    local rest = text:sub(at)
    local skip = rest:match "^%s+" or rest:match "^%-%-[^\n]*" or rest:match "^/%*.-%*/"
    if skip then
      at = at + #skip
    else
      local quote = rest:match "^[\"'`%[]"
      if quote then
        local close, stop = quote == "[" and "]" or quote, at + 1
        while true do
          stop = assert(text:find(close, stop, true))
          if close == "]" or text:sub(stop + 1, stop + 1) ~= close then break end
          stop = stop + 2
        end
        local name = text:sub(at + 1, stop - 1)
        if quote ~= "[" then name = name:gsub(quote .. quote, quote) end
        list[#list + 1] = name:lower()
        at = stop + 1
      else
        local word = rest:match "^[%w_$\x80-\xff]+" or rest:sub(1, 1)
        if word ~= "," and word ~= ";" then list[#list + 1] = word:lower() end
        at = at + #word
      end
    end
  end
  return list
end

local function normal(text)
  if not text then return "-" end
  local list = tokens(text)
  table.sort(list)
  return table.concat(list, " ")
end

local function lines(query)
  local out = {}
  for row in db:rows(query) do out[#out + 1] = row.z end
  return table.concat(out, "\n")
end

-- All rows of a table as text, with rowids; `without` is a column left out.
local function rows_of(name, without)
  local list = {}
  for column in db:rows("SELECT name FROM pragma_table_xinfo(:t) ORDER BY name", { t = name }) do
    if column.name ~= without then
      list[#list + 1] = ("quote(%s)"):format(quoted(column.name))
    end
  end
  local rowid = db:scalar("SELECT wr FROM pragma_table_list WHERE name = :t", { t = name }) == 0
  if rowid then list[#list + 1] = "_rowid_" end
  local text = table.concat(list, " || '|' || ")
  return lines(("SELECT %s AS z FROM %s ORDER BY 1"):format(text, quoted(name)))
end

local function snapshot(t, without)
  local out = { schema = {}, rows = rows_of(t.name, without) }
  for row in db:rows [[SELECT type, name, tbl_name, sql FROM sqlite_schema
      WHERE tbl_name NOT LIKE 'luamigrate%' AND sql IS NOT NULL ORDER BY type, name]] do
    if not (without and row.tbl_name == t.name) then
      out.schema[#out.schema + 1] = row.type .. " " .. row.name .. ": " .. normal(row.sql)
    end
  end
  out.schema = table.concat(out.schema, "\n")
  out.columns = without and "" or lines(
    "SELECT cid || ' ' || name || ' ' || type || ' ' || \"notnull\" || ' ' || "
      .. "ifnull(trim(dflt_value, '\"'''), '') || ' ' || pk || ' ' || hidden AS z "
      .. "FROM pragma_table_xinfo('" .. t.name .. "')")
  out.others = rows_of "other" .. "\n--\n" .. rows_of "child" .. "\n--\n" .. rows_of "log"
  out.sequence = db:scalar "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'" > 0
    and lines "SELECT name || seq AS z FROM sqlite_sequence" or ""
  out.integrity = lines "SELECT integrity_check AS z FROM pragma_integrity_check"
  return out
end

local function same(before, after, what)
  for _, part in ipairs { "schema", "columns", "rows", "others", "sequence", "integrity" } do
    if before[part] ~= after[part] then
      error(("%s changed the %s:\n%s\n---\n%s"):format(what, part, before[part], after[part]), 0)
    end
  end
end

-- --- changes: each does something and takes it back; false: not possible here ---

local changes = {}

function changes.rename_column(t)
  local column, name = pick(t.columns).name, pick(t.free)
  op.alter_column(t.name, column, { new_column_name = name })
  op.alter_column(t.name, name, { new_column_name = column })
end

function changes.nullable(t)
  local column = pick(t.columns)
  if column.not_null or column.generated or column.rowid or column.key then return false end
  local query = ("SELECT count(*) FROM %s WHERE %s IS NULL"):format(quoted(t.name),
    quoted(column.name))
  if db:scalar(query) > 0 then return false end
  op.alter_column(t.name, column.name, { nullable = false })
  op.alter_column(t.name, column.name, { nullable = true })
end

function changes.default(t)
  local column = pick(t.columns)
  if column.default or column.generated or column.rowid then return false end
  op.alter_column(t.name, column.name, { server_default = pick { 1, "x", sql "1 + 1" } })
  op.alter_column(t.name, column.name, { server_default = null })
end

function changes.check(t)
  op.create_check_constraint("ck new", t.name, quoted(pick(t.columns).name) .. " IS NOT 'nowhere'")
  op.drop_constraint("ck new", t.name)
end

function changes.unique(t)
  if t.key ~= "rowid" then return false end
  op.create_unique_constraint("uq_new", t.name, { t.columns[2].name, t.columns[1].name })
  op.drop_constraint("uq_new", t.name, { type = "unique" })
end

function changes.foreign_key(t)
  op.create_foreign_key("fk_new", t.name, "other", { pick(t.columns).name }, { "id" },
    { ondelete = "CASCADE" })
  op.drop_constraint("fk_new", t.name)
end

function changes.add_column(t)
  local options = pick { { unique = true }, { server_default = sql "CURRENT_TIMESTAMP" },
    { computed = { "1 + 1", persisted = true } }, { server_default = 5, nullable = false },
    { index = true, unique = true } }
  local column = { pick(t.free), types.text }
  for key, value in pairs(options) do column[key] = value end
  op.add_column(t.name, column)
  op.drop_column(t.name, column[1])
end

function changes.insert_column(t)
  op.batch_alter_table(t.name, function(batch)
    batch.add_column({ pick(t.free), types.text }, { insert_before = t.columns[1].name })
  end)
  op.drop_column(t.name, db:scalar(("SELECT name FROM pragma_table_info('%s')"):format(t.name)))
end

function changes.rename_table(t)
  op.rename_table(t.name, "new name")
  op.rename_table("new name", t.name)
end

function changes.copy(t)
  op.batch_alter_table(t.name, { recreate = "always" }, function() end)
end

function changes.type(t)
  local column = pick(t.columns)
  if column.type == "" or column.generated or column.rowid or t.strict then return false end
  local other = column.type:upper():find "INT" and "BIGINT" or column.type:find "CHAR" and "TEXT"
    or column.type:find "char" and "CLOB" or column.type == "TEXT" and "VARCHAR(5)" or nil
  if not other then return false end
  op.alter_column(t.name, column.name, { type = types.raw(other) })
  op.alter_column(t.name, column.name, { type = types.raw(column.type) })
end

function changes.batch(t)
  local column, name, added = t.columns[2].name, t.free[1], t.free[2]
  op.batch_alter_table(t.name, function(batch)
    batch.create_check_constraint("ck new", quoted(column) .. " IS NOT 'nowhere'")
    batch.alter_column(column, { new_column_name = name })
    batch.add_column { added, types.integer, unique = true }
    batch.create_index("ix new", { name, added })
  end)
  op.batch_alter_table(t.name, function(batch)
    batch.drop_index "ix new"
    batch.drop_column(added)
    batch.alter_column(name, { new_column_name = column })
    batch.drop_constraint "ck new"
  end)
end

local names = {}
for name in pairs(changes) do names[#names + 1] = name end
table.sort(names)

-- A dropped column loses itself, or is refused and nothing is lost.
local function drop_column(t)
  local column = pick(t.columns)
  local before, with = snapshot(t, column.name), snapshot(t)
  local done, err = pcall(op.savepoint, function() op.drop_column(t.name, column.name) end)
  if done then
    local after = snapshot(t, column.name)
    -- a table that no longer numbers itself has no number
    if column.rowid then before.sequence = after.sequence end
    same(before, after, "drop_column " .. column.name)
    return "dropped"
  end
  local text = tostring(err)
  if not (text:find "shares a constraint" or text:find "also about columns that stay"
      or text:find "would break" or text:find "hidden rowid" or text:find "is computed from it"
      or text:find "PRIMARY KEY missing" or text:find "no column of") then
    error("drop_column: " .. text, 0)
  end
  same(with, snapshot(t), "a refused drop_column")
  return "refused"
end

local t = generate()
local name = pick(names)
local before = snapshot(t)
if changes[name](t) ~= false then
  same(before, snapshot(t), name)
else
  name = "nothing"
end
return name, drop_column(t)
