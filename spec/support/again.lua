--- A table is read, made again from what was read, and read once more.
local assert = require "luassert"
local core = require "luamigrate.core"

local again = {}

local function run(db, text)
  local ok, err = db:execute(text)
  if not ok then
    error(err.message .. "\n" .. text, 0)
  end
end

-- SQLite knows several words for a type (INT, INTEGER) and takes any parentheses around an
-- expression; PostgreSQL writes IN over texts in another way each time; a key that may be NULL is
-- not made by create_table.
local function same_words(before, after)
  for i, constraint in ipairs(before.constraints) do
    local new = after.constraints[i]
    if new and (constraint.condition or ""):find("ANY ((ARRAY[", 1, true) then
      new.condition = constraint.condition
    end
  end
  for i, index in ipairs(before.indexes) do
    for k, element in ipairs(index.elements) do
      local new = after.indexes[i] and after.indexes[i].elements[k] or {}
      if element.expression and new.expression == "(" .. element.expression .. ")" then
        new.expression = element.expression
      end
    end
  end
  for i, column in ipairs(before.columns) do
    local new = after.columns[i]
    if new and column.type ~= "raw" and column.type == new.type then
      new.type_text = column.type_text
    end
    if new and column.autoincrement and new.autoincrement then
      new.default_text = column.default_text -- the sequence of a renamed table keeps its name
    end
    if new and column.primary_key then
      new.nullable = column.nullable
    end
  end
end

--- Makes one table of an open connection again, inside its transaction; what changes is undone.
-- cascade: with what depends on it (PostgreSQL).
function again.table(db, name, schema, cascade)
  local quoted = '"' .. name:gsub('"', '""') .. '"'
  quoted = schema and ('"%s".%s'):format(schema, quoted) or quoted
  local before = assert(db:reflect(name, schema))
  local statements = assert(db:reflect(name, schema, "ddl"))
  run(db, "SAVEPOINT again")
  run(db, "DROP TABLE " .. quoted .. (cascade and " CASCADE" or ""))
  for _, statement in ipairs(statements) do
    run(db, statement)
  end
  local after = assert(db:reflect(name, schema))
  run(db, "ROLLBACK TO SAVEPOINT again")
  run(db, "RELEASE SAVEPOINT again")
  same_words(before, after)
  assert.are.same(before, after, table.concat(statements, ";\n"))
  return statements
end

--- The same with all tables of a database that are not the program's. Returns how many.
function again.all(url, schema)
  local db = assert(core.db.open(url))
  local count = 0
  run(db, "BEGIN")
  for _, name in ipairs(assert(db:relations("tables", schema))) do
    if not name:find "^luamigrate" then
      again.table(db, name, schema, not url:find "^sqlite")
      count = count + 1
    end
  end
  db:close()
  return count
end

return again
