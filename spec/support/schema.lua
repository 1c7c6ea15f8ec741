--- The schema of a database as the inspector sees it, in words that are the same on every database.
local cjson = require "cjson"
local cli = require "spec.support.cli"

local schema = {}

-- A revision that prints what the inspector says and takes itself back.
local PROBE = [[
revision = "probe"
down_revision = nil
function upgrade()
  local inspector = op.inspect()
  print("ENUMS " .. json.encode(json.array(inspector:get_enums())))
  for _, name in ipairs(inspector:get_table_names()) do
    local all = { name = name }
    for _, what in ipairs { "columns", "pk_constraint", "foreign_keys", "unique_constraints",
      "check_constraints", "indexes" } do
      all[what] = inspector["get_" .. what](inspector, name)
    end
    print("PROBE " .. json.encode(all))
  end
  error "PROBE ends"
end
]]

--- What the inspector says of each table that is not the program's: a list sorted by name.
function schema.read(url)
  local project = cli.project { config = ("return { url = %q, migrations = 'probe', "
    .. "version_table = 'luamigrate_probe' }"):format(url) }
  project:shell "mkdir probe"
  project:write("probe/probe.lua", PROBE)
  local result = project:run("upgrade")
  project:remove()
  assert(result.err:find("PROBE ends", 1, true), result.err)
  local tables = { enums = {} }
  for _, enum in ipairs(cjson.decode(result.err:match "ENUMS (%[[^\n]*%])")) do
    tables.enums[enum.name:upper()] = enum
  end
  for line in result.err:gmatch "PROBE ({[^\n]*})" do
    local all = cjson.decode(line)
    if not all.name:find "^luamigrate" then
      tables[#tables + 1] = all
    end
  end
  table.sort(tables, function(a, b) return a.name < b.name end)
  return tables
end

-- Types that one database has and the other calls something else.
local TYPES = {
  ["BYTEA"] = "BLOB", ["DOUBLE PRECISION"] = "DOUBLE", ["FLOAT"] = "DOUBLE",
  ["TIMESTAMP"] = "DATETIME", ["TIMESTAMP WITHOUT TIME ZONE"] = "DATETIME",
  ["TIMESTAMP WITH TIME ZONE"] = "DATETIME", ["JSONB"] = "JSON", ["UUID"] = "CHAR(32)",
}

-- SQLite keeps an enum as text of its longest value.
local function type_name(column, enums)
  local text = column.type:upper():gsub("CHARACTER VARYING", "VARCHAR")
    :gsub("^CHARACTER%(", "CHAR("):gsub(", ", ",")
  local most = 0
  for _, label in ipairs(enums[text] and enums[text].labels or {}) do
    most = math.max(most, #label)
  end
  if most > 0 then
    return ("VARCHAR(%d)"):format(most)
  end
  -- a key that numbers itself is INTEGER there, whatever its size
  return column.primary_key and text == "BIGINT" and "INTEGER" or TYPES[text] or text
end

local function default(column)
  local text = column.default
  if type(text) ~= "string" or text:find "^nextval" then
    return ""
  end
  text = text:gsub("::[%w_ ]+$", ""):gsub("^now%(%)$", "CURRENT_TIMESTAMP")
  return " DEFAULT " .. (({ ["true"] = "1", ["false"] = "0" })[text] or text)
end

local function join(list)
  return table.concat(list, ", ")
end

local function sorted(list, word)
  local out = {}
  for _, item in ipairs(list) do
    local text = word(item)
    if text then
      out[#out + 1] = "  " .. text
    end
  end
  table.sort(out)
  return out
end

-- What is said of a table of every database: names of constraints only where the revision gave
-- one, of checks the name alone, since PostgreSQL keeps no texts.
local function words(t, enums)
  local named, checks = {}, table.move(t.check_constraints, 1, #t.check_constraints, 1, {})
  for _, column in ipairs(t.columns) do
    if enums[column.type:upper()] then
      checks[#checks + 1] = { name = enums[column.type:upper()].name }
    end
  end
  local parts = { sorted(t.columns, function(c)
    return ("column %s %s%s%s"):format(c.name, type_name(c, enums),
      c.nullable and "" or " NOT NULL", default(c))
  end) }
  parts[2] = { "  primary key " .. join(t.pk_constraint.constrained_columns) }
  parts[3] = sorted(t.foreign_keys, function(k)
    return ("foreign key %s -> %s (%s) %s"):format(join(k.constrained_columns), k.referred_table,
      join(k.referred_columns), k.options and k.options.ondelete or "")
  end)
  parts[4] = sorted(t.unique_constraints, function(u)
    named[u.name or ""] = true
    return "unique " .. join(u.column_names)
  end)
  parts[5] = sorted(checks, function(c)
    return "check " .. c.name:gsub("^" .. t.name .. "_", ""):gsub("_check$", "")
  end)
  parts[6] = sorted(t.indexes, function(i)
    local options = i.dialect_options or {}
    local where = options.sqlite_where or options.postgresql_where or ""
    return not named[i.name] and ("index %s%s %s %s"):format(i.unique and "unique " or "", i.name,
      join(i.column_names), where:gsub("[()]", ""):gsub("::[%a_ ]+", ""))
  end)
  local out = { t.name }
  for _, part in ipairs(parts) do
    table.move(part, 1, #part, #out + 1, out)
  end
  return table.concat(out, "\n")
end

--- The same as one text, to compare.
function schema.text(url)
  local out, tables = {}, schema.read(url)
  for i, t in ipairs(tables) do
    out[i] = words(t, tables.enums)
  end
  return table.concat(out, "\n")
end

return schema
