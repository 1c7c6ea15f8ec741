--- What a call of op means for a schema, told without the program: a schema is a set of facts.
local model = {}

local function words_of(value)
  return type(value) == "table" and not value.sql and value or { value }
end

-- types.x, types.x(...), types.x { ... }: { type, args, options, variants }
local Type = {}
Type.__index = Type

function Type.__call(self, ...)
  local args, options = { ... }, {}
  local last = args[#args]
  local needs = self.type == "enum" and 2 or self.type == "array" and 1 or 0
  if type(last) == "table" and #args > needs then
    options = table.remove(args)
    args[1] = args[1] or options[1]
  end
  return setmetatable({ type = self.type, args = args, options = options }, Type)
end

function Type:with_variant(other, dialect)
  return setmetatable({ type = self.type, args = self.args, options = self.options,
    variants = { [dialect] = other } }, Type)
end

--- The words of a revision that build the arguments.
function model.vocabulary()
  local function constraint(kind)
    return function(...) return { kind = kind, ... } end
  end
  return {
    types = setmetatable({}, { __index = function(_, name)
      return setmetatable({ type = name, args = {}, options = {} }, Type)
    end }),
    sql = setmetatable({ now = { sql = "now" } },
      { __call = function(_, text) return { sql = text } end }),
    null = "null", bytes = function(s) return { bytes = s } end,
    primary_key = constraint "primary_key", unique = constraint "unique",
    foreign_key = constraint "foreign_key", check = constraint "check",
    exclude = constraint "exclude", index = constraint "index",
  }
end

local function longest(values)
  local most = 0
  for _, value in ipairs(values) do most = math.max(most, utf8.len(value)) end
  return most
end

local NAMES = {
  sqlite = { smallinteger = "smallint", biginteger = "bigint", string = "varchar",
    unicode = "varchar", interval = "datetime", binary = "blob", uuid = "char(32)" },
  postgresql = { smallinteger = "smallint", biginteger = "bigint", string = "character varying",
    unicode = "character varying", char = "character", float = "double precision",
    double = "double precision", binary = "bytea", time = "time without time zone",
    datetime = "timestamp", timestamp = "timestamp" },
}

local function type_text(definition, dialect)
  local own = definition.variants and definition.variants[dialect]
  if own then
    return type_text(own, dialect)
  end
  local kind, args, options = definition.type, definition.args, definition.options
  if kind == "enum" then
    if dialect == "sqlite" or options.native == false then
      return ("%s(%d)"):format(NAMES[dialect].string, longest(args[2]))
    end
    return (options.schema and options.schema .. "." or "") .. args[1]:lower()
  elseif kind == "array" then
    return type_text(args[1], dialect) .. "[]"
  elseif kind == "domain" or kind == "raw" then
    return args[1]:lower()
  end
  local text = NAMES[dialect][kind] or kind
  if #args > 0 then
    text = ("%s(%s)"):format(text, table.concat(args, dialect == "sqlite" and ", " or ","))
  end
  if dialect == "postgresql" and text == "timestamp" then
    return ("timestamp%s with%s time zone"):format(options.precision
      and ("(%d)"):format(options.precision) or "", options.timezone and "" or "out")
  end
  return text
end

-- A schema: how often each fact holds. Those of a table begin with "its name|".
local function add(facts, text, ...)
  text = text:format(...)
  facts[text] = (facts[text] or 0) + 1
end

local function remove(facts, text)
  facts[text] = facts[text] and facts[text] > 1 and facts[text] - 1 or nil
end

-- The facts that begin with this.
local function beginning(facts, start)
  local found = {}
  for fact in pairs(facts) do
    if fact:sub(1, #start) == start then found[#found + 1] = fact end
  end
  return found
end

local function has(facts, start)
  return #beginning(facts, start) > 0
end

local function list(names)
  local out = {}
  for i, name in ipairs(words_of(names)) do out[i] = type(name) == "table" and "*" or name end
  return table.concat(out, ",")
end

local function column_fact(c)
  return ("%s|column %s %s %s%s"):format(c.table, c.name, c.type,
    c.nullable and "null" or "not null", c.default and " default" or "")
end

local function key_fact(name, columns, referent, remote, o)
  return ("%s|foreign key (%s) -> %s (%s)%s%s%s"):format(name, list(columns), referent,
    list(remote), o.ondelete and " delete " .. o.ondelete or "",
    o.onupdate and " update " .. o.onupdate or "", o.initially and " " .. o.initially or "")
end

--- What was read back, as facts. Names of constraints are facts of their own.
function model.facts(seen)
  local facts = {}
  for _, t in ipairs(seen.tables) do
    local function named(name)
      if name then add(facts, "%s|named %s", t.name, name) end
    end
    add(facts, "%s|table", t.name)
    for _, c in ipairs(t.columns) do
      add(facts, "%s", column_fact { table = t.name, name = c.name, type = c.type:lower()
        :gsub('"', ""), nullable = c.nullable, default = c.default })
      if c.comment then add(facts, "%s|comment %s %s", t.name, c.name, c.comment) end
      if c.identity then add(facts, "%s|identity %s %s", t.name, c.name, c.identity.always) end
      if c.computed then add(facts, "%s|computed %s", t.name, c.name) end
    end
    if #t.pk_constraint.constrained_columns > 0 then
      add(facts, "%s|primary key (%s)", t.name, list(t.pk_constraint.constrained_columns))
      named(t.pk_constraint.name)
    end
    for _, k in ipairs(t.foreign_keys) do
      add(facts, "%s", key_fact(t.name, k.constrained_columns, k.referred_table,
        k.referred_columns, k.options or {}))
      named(k.name)
    end
    for _, k in ipairs(t.unique_constraints) do
      add(facts, "%s|unique (%s)", t.name, list(k.column_names))
      named(k.name)
    end
    for _, k in ipairs(t.check_constraints) do
      add(facts, "%s|%s", t.name, k.exclude and "exclude" or "check")
      named(k.name)
    end
    for _, k in ipairs(t.indexes) do
      if not k.duplicates_constraint then
        local options, names = k.dialect_options or {}, {}
        for i = 1, math.max(#k.column_names, #(k.expressions or {})) do
          names[i] = type(k.column_names[i]) == "string" and k.column_names[i] or "*"
        end
        add(facts, "%s|index %s%s (%s)%s", t.name, k.name, k.unique and " unique" or "",
          list(names), (options.postgresql_where or options.sqlite_where) and " where" or "")
      end
    end
    local comment = (t.comment or t.table_comment or {}).text
    if type(comment) == "string" then add(facts, "%s|comment %s", t.name, comment) end
  end
  for _, name in ipairs(seen.views) do add(facts, "view %s", name) end
  for _, name in ipairs(seen.sequences) do add(facts, "sequence %s", name) end
  for _, name in ipairs(seen.schemas) do add(facts, "schema %s", name) end
  for _, e in ipairs(seen.enums) do add(facts, "enum %s (%s)", e.name, list(e.labels)) end
  return facts
end

-- What the parts of a table add.
local parts = {}

function parts.named(facts, name, constraint)
  if constraint then add(facts, "%s|named %s", name, constraint) end
end

function parts.primary_key(facts, name, columns, o)
  add(facts, "%s|primary key (%s)", name, list(columns))
  parts.named(facts, name, o.name)
end

function parts.unique(facts, name, columns, o)
  add(facts, "%s|unique (%s)", name, list(columns))
  parts.named(facts, name, o.name)
end

function parts.foreign_key(facts, name, columns, o, _, referent, remote)
  add(facts, "%s", key_fact(name, columns, referent, remote, o))
  parts.named(facts, name, o.name)
end

function parts.check(facts, name, _, o)
  add(facts, "%s|check", name)
  parts.named(facts, name, o.name)
end

function parts.exclude(facts, name, _, o)
  add(facts, "%s|exclude", name)
  parts.named(facts, name, o.name)
end

function parts.index(facts, name, columns, o, dialect)
  columns = words_of(columns)
  local own = o.name or ("ix_%s%s_%s"):format(o.in_schema and o.in_schema .. "_" or "", name,
    columns[1])
  local sorted = {}
  for i, c in ipairs(columns) do
    -- an expression that is a column with an order counts as the column
    sorted[i] = type(c) == "table" and (c.sql:match "^(%l+) DESC$" or "*") or c
  end
  add(facts, "%s|index %s%s (%s)%s", name, own, o.unique and " unique" or "", list(sorted),
    (o.where or o[dialect .. "_where"]) and " where" or "")
end

local SERIAL = { integer = true, biginteger = true, smallinteger = true }

-- A column; `key`: it is part of the primary key, "alone" if it is all of it.
local function add_column(facts, name, c, dialect, key, o)
  local pg, kind = dialect == "postgresql", c[2]
  local alone = SERIAL[kind.type] and key and c.autoincrement ~= false and c.server_default == nil
    and not c.references and (key == "alone" or c.autoincrement)
  local serial = alone and not c.identity
  local text = type_text(kind, dialect)
  if alone and key == "alone" and not pg and o.sqlite_with_rowid ~= false then
    text = "integer"
  end
  add(facts, "%s", column_fact { table = name, name = c[1], type = text,
    nullable = c.nullable ~= false and not key and not (c.identity and pg),
    default = c.server_default ~= nil and (c.server_default ~= "null" or not pg)
      or serial and pg })
  if (serial or c.identity) and pg then
    add(facts, "sequence %s_%s_seq", name, c[1])
  end
  if c.identity and pg then
    add(facts, "%s|identity %s %s", name, c[1], c.identity.always == true)
  end
  if c.computed then add(facts, "%s|computed %s", name, c[1]) end
  if c.comment and pg then add(facts, "%s|comment %s %s", name, c[1], c.comment) end
  if c.references then
    parts.foreign_key(facts, name, { c[1] }, c.references, dialect, c.references[1],
      c.references[2])
  end
  if c.index then
    parts.index(facts, name, { c[1] }, { unique = c.unique, in_schema = pg and o.schema }, dialect)
  elseif c.unique then
    parts.unique(facts, name, { c[1] }, {})
  end
  if c.check then
    parts.check(facts, name, nil, type(c.check) == "table" and c.check or {})
  end
  local enum = kind.type == "enum" and pg and kind.options.native ~= false and kind
  if enum and not enum.options.schema and not has(facts, ("enum %s ("):format(enum.args[1])) then
    add(facts, "enum %s (%s)", enum.args[1], list(enum.args[2]))
  end
  if kind.type == "enum" and kind.options.check and (not pg or kind.options.native == false) then
    parts.check(facts, name, nil, { name = kind.args[1] })
  end
end

-- Columns of the primary key: name -> true, or "alone".
local function key_of(items)
  local key, count = {}, 0
  for _, item in ipairs(items) do
    for _, column in ipairs(item.kind == "primary_key" and words_of(item[1])
      or not item.kind and item.primary_key and { item[1] } or {}) do
      key[column], count = true, count + 1
    end
  end
  for column in pairs(key) do key[column] = count == 1 and "alone" or true end
  return key
end

local function drop(facts, start)
  for _, fact in ipairs(beginning(facts, start)) do facts[fact] = nil end
end

-- Facts of a table that name one of these columns.
local function column_gone(facts, name, column)
  for _, fact in ipairs(beginning(facts, name .. "|")) do
    local columns = fact:match "%(([^)]*)%)"
    if fact:find(name .. "|column " .. column .. " ", 1, true) == 1 or columns
      and fact:find("|[fpui]") and ("," .. columns .. ","):find("," .. column .. ",", 1, true) then
      facts[fact] = nil
    end
  end
end

local calls = {}

function calls.create_table(facts, op, dialect)
  local name, items, key = op[2], op[3], key_of(op[3])
  if has(facts, name .. "|") then
    return
  end
  add(facts, "%s|table", name)
  local marked = {}
  for _, item in ipairs(items) do
    if not item.kind then
      add_column(facts, name, item, dialect, key[item[1]], op)
      if item.primary_key then marked[#marked + 1] = item[1] end
    else
      local o = item[item.kind == "foreign_key" and 4 or 2] or {}
      parts[item.kind](facts, name, item[1], o, dialect, item[2], item[3])
    end
  end
  if #marked > 0 then parts.primary_key(facts, name, marked, {}) end
  for _, parent in ipairs(dialect == "postgresql" and op.postgresql_inherits or {}) do
    model.inherit(facts, name, parent)
  end
  if op.comment and dialect == "postgresql" then add(facts, "%s|comment %s", name, op.comment) end
end

-- The columns of `t`, the one table that another inherits from here.
function model.inherit(facts, name, parent)
  assert(parent == "t")
  for _, c in ipairs { { "id", "integer" }, { "a", "character varying(40)", true },
    { "b", "text", true }, { "n", "integer", true, true }, { "p_id", "integer", true } } do
    add(facts, "%s", column_fact { table = name, name = c[1], type = c[2], nullable = c[3],
      default = c[4] })
  end
end

function calls.drop_table(facts, op, dialect)
  drop(facts, op[2] .. "|")
  if op[2] == "c" and dialect == "postgresql" then
    facts["view seen"], facts["view kept"] = nil, nil
  end
end

function calls.rename_table(facts, op)
  for _, fact in ipairs(beginning(facts, op[2] .. "|")) do
    add(facts, "%s", op[3] .. fact:sub(#op[2] + 1))
    facts[fact] = nil
  end
end

function calls.add_column(facts, op, dialect)
  if not (op.if_not_exists and has(facts, ("%s|column %s "):format(op[2], op[3][1]))) then
    add_column(facts, op[2], op[3], dialect, false, op)
  end
end

function calls.drop_column(facts, op)
  column_gone(facts, op[2], op[3])
  if op[3] == "w" then -- the names of what goes with it
    remove(facts, "c|named fk_c")
    remove(facts, "c|named ck_c")
    remove(facts, "c|check")
  elseif op[3] == "k" then
    remove(facts, "c|named uq_c")
    facts["view seen"], facts["view kept"] = nil, nil
  end
end

function calls.alter_column(facts, op, dialect)
  local name, column, pg = op[2], op[3], dialect == "postgresql"
  local start = ("%s|column %s "):format(name, column)
  local old = beginning(facts, start)[1]
  local text = old:sub(#start + 1)
  local default = text:find " default$" ~= nil
  text = text:gsub(" default$", "")
  local nullable = not text:find " not null$"
  text = text:gsub(" not null$", ""):gsub(" null$", "")
  if op.server_default ~= nil then default = op.server_default ~= "null" end
  if op.nullable ~= nil then nullable = op.nullable end
  if op.identity == "null" then
    drop(facts, ("%s|identity %s"):format(name, column))
    remove(facts, ("sequence %s_%s_seq"):format(name, column))
  elseif op.identity then
    drop(facts, ("%s|identity %s"):format(name, column))
    add(facts, "%s|identity %s %s", name, column, op.identity.always == true)
  end
  if op.comment and op.comment ~= "null" and pg then
    add(facts, "%s|comment %s %s", name, column, op.comment)
  end
  remove(facts, old)
  add(facts, "%s", column_fact { table = name, name = column, nullable = nullable,
    type = op.type and type_text(op.type, dialect) or text, default = default })
  local new = op.new_column_name
  for _, fact in ipairs(new and beginning(facts, name .. "|") or {}) do
    local renamed = fact:gsub("|column " .. column .. " ", "|column " .. new .. " ")
    renamed = renamed:gsub("%(" .. column .. "%)", "(" .. new .. ")")
    if renamed ~= fact then
      remove(facts, fact)
      add(facts, "%s", renamed)
    end
  end
end

function calls.create_index(facts, op, dialect)
  local o = setmetatable({ name = op[2] }, { __index = op })
  if not (op.if_not_exists and op[2] and has(facts, ("%s|index %s "):format(op[3], op[2]))) then
    parts.index(facts, op[3], op[4], o, dialect)
  end
end

function calls.drop_index(facts, op)
  drop(facts, ("c|index %s "):format(op[2]))
end

function calls.rename_index(facts, op)
  local old = beginning(facts, ("c|index %s "):format(op[2]))[1]
  remove(facts, old)
  add(facts, "c|index %s%s", op[3], old:sub(#("c|index " .. op[2]) + 1))
end

local function constraint(kind)
  return function(facts, op, dialect)
    local o = setmetatable({ name = op[2] }, { __index = op })
    parts[kind](facts, op[3], op[4], o, dialect)
    for _, column in ipairs(kind == "primary_key" and op[4] or {}) do
      local fact = beginning(facts, ("%s|column %s "):format(op[3], column))[1]
      remove(facts, fact)
      add(facts, "%s", (fact:gsub(" null", " not null")))
    end
  end
end

calls.create_primary_key, calls.create_unique_constraint = constraint "primary_key",
  constraint "unique"
calls.create_check_constraint, calls.create_exclude_constraint = constraint "check",
  constraint "exclude"

function calls.create_foreign_key(facts, op)
  parts.foreign_key(facts, op[3], op[5], setmetatable({ name = op[2] }, { __index = op }), nil,
    op[4], op[6])
end

function calls.validate_constraint()
end

local DROPPED = { uq_c = "c|unique (k)", ck_c = "c|check", pk_c = "c|primary key (id)",
  fk_c = "c|foreign key (w) -> p (id)", uq_p = "p|unique (x,y)" }

function calls.drop_constraint(facts, op)
  if DROPPED[op[2]] then
    remove(facts, DROPPED[op[2]])
    remove(facts, ("%s|named %s"):format(op[3], op[2]))
  end
end

function calls.rename_constraint(facts, op)
  remove(facts, ("%s|named %s"):format(op[2], op[3]))
  add(facts, "%s|named %s", op[2], op[4])
end

function calls.create_table_comment(facts, op, dialect)
  if dialect == "postgresql" then add(facts, "%s|comment %s", op[2], op[3]) end
end

function calls.drop_table_comment(facts, op)
  drop(facts, op[2] .. "|comment ")
end

-- The values of an enum type, changed by a function.
local function enum(facts, name, change)
  local start = ("enum %s ("):format(name)
  local old = beginning(facts, start)[1]
  local values = {}
  for value in (old or start .. ")"):sub(#start + 1, -2):gmatch "[^,]+" do
    values[#values + 1] = value
  end
  values = change(values)
  if old then remove(facts, old) end
  if values then add(facts, "enum %s (%s)", name, list(values)) end
end

function calls.create_enum(facts, op, dialect)
  if dialect == "postgresql" then enum(facts, op[2], function() return op[3] end) end
end

function calls.drop_enum(facts, op)
  enum(facts, op[2], function() return nil end)
end

function calls.add_enum_value(facts, op, dialect)
  if dialect == "postgresql" then
    enum(facts, op[2], function(values)
      local place = #values + 1
      for i, value in ipairs(values) do
        if value == op[3] then return values end
        place = value == op.before and i or value == op.after and i + 1 or place
      end
      table.insert(values, place, op[3])
      return values
    end)
  end
end

function calls.rename_enum_value(facts, op, dialect)
  if dialect == "postgresql" then
    enum(facts, op[2], function(values)
      for i, value in ipairs(values) do values[i] = value == op[3] and op[4] or value end
      return values
    end)
  end
end

calls.alter_enum = calls.create_enum

local function make(word)
  return function(facts, op)
    if not facts[word .. op[2]] then add(facts, "%s", word .. op[2]) end
  end
end

local function unmake(word)
  return function(facts, op) facts[word .. op[2]] = nil end
end

calls.create_view, calls.drop_view = make "view ", unmake "view "
calls.create_sequence, calls.drop_sequence = make "sequence ", unmake "sequence "
calls.create_schema = make "schema "

function calls.drop_schema(facts, op)
  facts["schema " .. op[2]] = nil
end

function calls.create_extension()
end

calls.drop_extension = calls.create_extension

--- The facts behind a call: changes `facts` and returns them.
function model.apply(facts, op, dialect)
  calls[op[1]](facts, op, dialect)
  return facts
end

--- `after` without the names that the database chose: those that `wanted` lacks.
function model.known(after, wanted)
  for _, fact in ipairs(beginning(after, "")) do
    if fact:find("|named ", 1, true) and not wanted[fact] then
      after[fact] = nil
    end
  end
  return after
end

return model
