--- All that the inspector says of a database, as lines "key: text", to compare. Every field of it
-- is in a line: one that is not known here is an error.
local cjson = require "cjson"

local record = {}

local function list(names)
  local out = {}
  for i, name in ipairs(names or {}) do out[i] = name == cjson.null and "?" or name end
  return table.concat(out, ", ")
end

local function sorted(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

local function flat(t)
  local out = {}
  for i, key in ipairs(sorted(t)) do out[i] = ("%s = %s"):format(key, tostring(t[key])) end
  return table.concat(out, ", ")
end

-- Takes the fields of one thing away, one by one; what is left is not known.
local function reader(what, thing)
  local rest = {}
  for key, value in pairs(thing) do rest[key] = value ~= cjson.null and value or nil end
  local out = {}
  local self = {}
  function self.take(key)
    local value = rest[key]
    rest[key] = nil
    return value
  end
  function self.say(format, value)
    if value and value ~= "" then out[#out + 1] = format:format(value) end
  end
  function self.text()
    assert(next(rest) == nil, ("%s: an unknown field: %s"):format(what, tostring(next(rest))))
    return table.concat(out, " ")
  end
  return self
end

local function identity(t)
  local r = reader("identity", t)
  r.say("%s", r.take "always" and "always" or "by default")
  for _, key in ipairs { "start", "increment", "minvalue", "maxvalue", "cache" } do
    r.say(key .. " %s", r.take(key))
  end
  r.say("%s", r.take "cycle" and "cycle")
  return r.text()
end

local function computed(t)
  local r = reader("computed", t)
  r.say("(%s)", r.take "sqltext")
  r.say("%s", r.take "persisted" and "stored" or "virtual")
  return r.text()
end

local function column(c)
  local r = reader("column", c)
  r.take "name"
  r.say("%s", r.take "type")
  r.say("%s", r.take "nullable" and "null" or "not null")
  r.say("collate %s", r.take "collation")
  local default, own, made = r.take "default", r.take "identity", r.take "computed"
  r.say("default %s", default)
  r.say("%s", r.take "primary_key" and "key")
  r.say("%s", r.take "autoincrement" and "autoincrement")
  r.say("identity %s", own and identity(own))
  r.say("computed %s", made and computed(made))
  local comment = r.take "comment"
  r.say("comment '%s'", comment)
  return r.text()
end

local function deferral(r)
  local deferrable = r.take "deferrable"
  r.say("%s", deferrable ~= nil and (deferrable and "deferrable" or "not deferrable"))
  r.say("initially %s", r.take "initially")
end

local function options(r)
  local o = r.take "dialect_options"
  if not o then
    return
  end
  o = reader("dialect_options", o)
  o.say("include (%s)", list(o.take "postgresql_include"))
  o.say("%s", o.take "postgresql_nulls_not_distinct" and "nulls not distinct")
  o.say("%s", o.take "not_valid" and "not valid")
  o.say("%s", o.take "no_inherit" and "no inherit")
  o.say("using %s", o.take "postgresql_using")
  local classes, storage = o.take "postgresql_ops", o.take "postgresql_with"
  o.say("ops {%s}", classes and flat(classes))
  o.say("with {%s}", storage and flat(storage))
  o.say("tablespace %s", o.take "postgresql_tablespace")
  o.say("where %s", o.take "postgresql_where")
  o.say("where %s", o.take "sqlite_where")
  r.say("%s", o.text())
end

local function key(k)
  local r = reader("key", k)
  local name = r.take "name"
  r.say("(%s)", list(r.take "constrained_columns" or r.take "column_names"))
  deferral(r)
  options(r)
  return name, r.text()
end

local function foreign_key(k)
  local r = reader("foreign key", k)
  local name, schema = r.take "name", r.take "referred_schema"
  local columns, o = list(r.take "constrained_columns"), reader("options", r.take "options")
  r.say("(%s) ->", columns)
  r.say("%s", (schema and schema .. "." or "") .. r.take "referred_table")
  r.say("(%s)", list(r.take "referred_columns"))
  o.say("on delete %s", o.take "ondelete")
  o.say("on update %s", o.take "onupdate")
  o.say("match %s", o.take "match")
  deferral(o)
  o.say("%s", o.take "postgresql_not_valid" and "not valid")
  r.say("%s", o.text())
  return name, r.text()
end

local function check(k)
  local r = reader("check", k)
  local name = r.take "name"
  r.say("%s", r.take "sqltext")
  options(r)
  return name, r.text()
end

local function index(k)
  local r = reader("index", k)
  local name, included = r.take "name", r.take "include_columns"
  local columns, expressions = r.take "column_names", r.take "expressions"
  local sorting, used, elements = r.take "column_sorting" or {}, {}, {}
  for i, one in ipairs(columns) do
    -- both lists say the same of what is a column
    local text = expressions and expressions[i] or one
    assert(one == cjson.null or one == text)
    elements[i] = (one == cjson.null and "<" .. text .. ">" or one)
      .. (sorting[text] and " " .. table.concat(sorting[text], " ") or "")
    used[text] = true
  end
  for text in pairs(sorting) do assert(used[text], text) end
  r.say("%s", r.take "unique" and "unique")
  r.say("(%s)", table.concat(elements, ", "))
  local o = k.dialect_options
  assert(not included or list(included) == list(o.postgresql_include))
  options(r)
  r.say("%s", r.take "invalid" and "invalid")
  return name, r.text()
end

local function add(lines, name, text)
  local own, count = name, 1
  while lines[own] do
    count = count + 1
    own = ("%s %d"):format(name, count)
  end
  lines[own] = text:gsub("\n", "\\n")
end

local function add_table(lines, t)
  local names = {}
  for i, c in ipairs(t.columns) do
    names[i] = c.name
    add(lines, ("column %s.%s"):format(t.name, c.name), column(c))
  end
  add(lines, "table " .. t.name, ("(%s)"):format(table.concat(names, ", ")))
  local function each(what, things, say)
    for _, thing in ipairs(things) do
      local name, text = say(thing)
      add(lines, ("%s %s%s"):format(what, t.name, name and " " .. name or ""), text)
    end
  end
  if #t.pk_constraint.constrained_columns > 0 then
    each("primary key", { t.pk_constraint }, key)
  end
  each("unique", t.unique_constraints, key)
  each("foreign key", t.foreign_keys, foreign_key)
  each("check", t.check_constraints, check)
  each("index", t.indexes, index)
  local comment = reader("comment", t.table_comment)
  comment.say("%s", comment.take "text")
  if comment.text() ~= "" then add(lines, "comment " .. t.name, comment.text()) end
end

--- The lines of what a revision has seen: { [key] = text }.
function record.lines(seen)
  local lines = {}
  for _, t in ipairs(seen.tables) do add_table(lines, t) end
  for _, name in ipairs(seen.table_names) do
    if not name:find "^luamigrate" and not lines["table " .. name] then
      add(lines, "table " .. name, "")
    end
  end
  for _, word in ipairs { "view", "sequence", "schema" } do
    for _, name in ipairs(seen[word .. "s"]) do add(lines, word .. " " .. name, "") end
  end
  for _, e in ipairs(seen.enums) do
    local r = reader("enum", e)
    local name = r.take "name"
    r.say("%s", ("('%s')"):format(table.concat(r.take "labels", "', '")))
    r.say("in %s", r.take "schema")
    r.say("%s", not r.take "visible" and "hidden")
    add(lines, "enum " .. name, r.text())
  end
  -- what the inspector has no words for
  for _, row in ipairs(seen.catalog) do
    local own = row.key
    lines[own] = nil
    add(lines, own, (row.text:gsub("%s+", " "):match "^ ?(.-) ?$"))
  end
  return lines
end

--- A value as one text, whatever the order of its fields.
function record.text(value)
  if type(value) ~= "table" then
    return tostring(value)
  end
  local out = {}
  for field, one in pairs(value) do out[#out + 1] = ("%s=%s"):format(field, record.text(one)) end
  table.sort(out)
  return "{" .. table.concat(out, ";") .. "}"
end

--- What `after` has otherwise, a line for each: "+ key: text", "- key", "~ key: text".
function record.changes(before, after)
  local changes = {}
  for _, name in ipairs(sorted(before)) do
    if not after[name] then changes[#changes + 1] = "- " .. name end
  end
  for _, name in ipairs(sorted(after)) do
    if after[name] ~= before[name] then
      changes[#changes + 1] = (before[name] and "~ " or "+ ") .. name
        .. (after[name] ~= "" and ": " .. after[name] or "")
    end
  end
  return table.concat(changes, "\n")
end

return record
