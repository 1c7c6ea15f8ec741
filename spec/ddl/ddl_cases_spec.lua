-- Runs the calls of cases.lua: their SQL is what stands there; on a real database each does to the
-- schema, as it is read back, what the call says, and nothing else.
local cjson = require "cjson"
local core = require "luamigrate.core"
local drivers = require "spec.support.drivers"
local model = require "spec.ddl.model"

local PATH = "spec/ddl/cases.lua"

local function load(environment)
  return assert(loadfile(PATH, "t", setmetatable(environment, { __index = _G })))()
end

local cases = load(core.ddl.vocabulary())
local meant = load(model.vocabulary())

-- The inspector's words of a table that core.db has read.
local function inspected(t)
  local out = { name = t.name, columns = t.columns, indexes = {}, foreign_keys = {},
    unique_constraints = {}, check_constraints = {}, comment = { text = t.comment },
    pk_constraint = { constrained_columns = {} } }
  for _, c in ipairs(t.columns) do
    c.type, c.default = c.type_text, c.default or c.default_text
  end
  for _, k in ipairs(t.constraints) do
    if k.kind == "primary" then
      out.pk_constraint = { name = k.name, constrained_columns = k.columns }
    elseif k.kind == "foreignkey" then
      table.insert(out.foreign_keys, { name = k.name, constrained_columns = k.columns, options = k,
        referred_table = k.referent, referred_columns = k.referent_columns })
    elseif k.kind == "unique" then
      table.insert(out.unique_constraints, { name = k.name, column_names = k.columns })
    elseif k.kind == "check" then
      table.insert(out.check_constraints, { name = k.name })
    else
      table.insert(out.check_constraints, { name = k.name, exclude = true })
    end
  end
  for _, i in ipairs(t.indexes) do
    local names = {}
    for n, element in ipairs(i.elements) do names[n] = element.column or "*" end
    table.insert(out.indexes, { name = i.name, unique = i.unique, column_names = names,
      dialect_options = { postgresql_where = i.where } })
  end
  return out
end

-- Runs what core.db can run by itself, everything in one transaction that is rolled back.
-- Returns { before, after } or { error } by the number of the case, as REVISION prints them.
local function run_here(database)
  local db = assert(core.db.open(database.url))
  local lines, known = {}, {}
  local function run(text)
    local ok, err = db:execute(text)
    return ok and true or error(err.message, 0)
  end
  local function see(names, schema)
    local seen = { tables = {}, views = db:relations("views", schema), enums = {},
      sequences = db:sequences(schema), schemas = db:schemas() }
    for i, e in ipairs(db:enums(schema)) do seen.enums[i] = { name = e.name, labels = e.values } end
    for _, name in ipairs(names) do
      local t, err = db:reflect(name, schema)
      assert(t ~= nil, err and err.message)
      seen.tables[#seen.tables + 1] = t and inspected(t) or nil
    end
    return seen
  end
  local function before(case, schema)
    local key = table.concat(case.tables, ",") .. "|" .. (schema or "")
    for _, op in ipairs(case.before or {}) do
      for _, text in ipairs(assert(core.ddl.compile(op, "postgresql"))) do run(text) end
      key = #lines + 1
    end
    known[key] = known[key] or see(case.tables, schema)
    return known[key]
  end
  run "BEGIN"
  for _, list in ipairs { cases.surroundings, cases.postgresql_surroundings } do
    for _, text in ipairs(list) do run(text) end
  end
  for i, case in ipairs(cases.list) do
    if case.postgresql and not case.looks and not case.no_run_postgresql then
      local line, schema = { number = i }, case.op.schema or case.op.source_schema
      run "SAVEPOINT here"
      local ok, err = pcall(function()
        line.before = before(case, schema)
        for _, text in ipairs(assert(core.ddl.compile(case.op, "postgresql"))) do run(text) end
        line.after = see(case.tables, schema)
      end)
      line.error = not ok and err or nil
      lines[i] = line
      run "ROLLBACK TO SAVEPOINT here"
      run "RELEASE SAVEPOINT here"
    end
  end
  db:close()
  return lines
end

-- The rest, in one revision: what needs to look into the database first. Every case is undone.
local REVISION = [==[
revision = "r1"
down_revision = nil
local cases = require "lib.cases"

local function see(names, options)
  local inspector = op.inspect()
  local seen = { views = inspector:get_view_names(options), tables = {},
    enums = inspector:get_enums(options), sequences = inspector:get_sequence_names(options),
    schemas = inspector:get_schema_names() }
  for _, name in ipairs(names) do
    if inspector:has_table(name, options) then
      local t = { name = name }
      for _, what in ipairs { "columns", "pk_constraint", "foreign_keys", "unique_constraints",
        "check_constraints", "indexes", "table_comment" } do
        t[what] = inspector["get_" .. what](inspector, name, options)
      end
      seen.tables[#seen.tables + 1] = t
    end
  end
  return seen
end

function upgrade()
  local dialect = op.get_context().dialect
  for _, text in ipairs(cases.surroundings) do op.execute(text) end
  if dialect == "postgresql" then
    for _, text in ipairs(cases.postgresql_surroundings) do op.execute(text) end
  end
  for i, case in ipairs(cases.list) do
    local here = dialect == "sqlite" or case.looks or not case.postgresql
    if here and not case["no_run_" .. dialect] then
      local line, undo = { number = i }, {}
      local ok, err = pcall(op.savepoint, function()
        local options = case.op.schema and { schema = case.op.schema }
        if dialect == "sqlite" then options = nil end
        for _, call in ipairs(case.before or {}) do op.invoke(call) end
        line.before = see(case.tables, options)
        op.invoke(case.op)
        line.after = see(case.tables, options)
        if dialect == "sqlite" and case.tables[1] then
          line.copied = op.get_bind():scalar("SELECT sql FROM sqlite_schema WHERE name = :n",
            { n = case.tables[1] })
        end
        error(undo)
      end)
      if not ok and err ~= undo then line.error = tostring(err) end
      print("CASE " .. json.encode(line))
    end
  end
end
]==]

local function run_revision(driver)
  local project = driver.project { files = { ["migrations/r1.lua"] = REVISION } }
  project:shell "mkdir migrations/lib"
  local file = assert(io.open(PATH, "rb"))
  project:write("migrations/lib/cases.lua", file:read "a")
  file:close()
  local result, lines = project:run "upgrade", {}
  for text in result.err:gmatch "CASE ([^\n]*)" do
    local line = cjson.decode(text)
    lines[line.number] = line
  end
  project:remove()
  return result, lines
end

local function run(driver)
  local result, lines = run_revision(driver)
  assert(result.code == 0, result.err)
  if driver == drivers.postgresql then
    local project = driver.project()
    for i, line in pairs(run_here(project.database)) do lines[i] = line end
    project:remove()
  end
  return lines
end

local function title(i, case)
  local words = {}
  for n = 1, 3 do words[n] = type(case.op[n]) == "string" and case.op[n] or nil end
  return ("%d: %s"):format(i, table.concat(words, " ", 1, #words))
end

drivers.each(function(driver)
  local dialect = driver.name
  local lines

  setup(function()
    lines = run(driver)
  end)

  for i, case in ipairs(cases.list) do
    it("case " .. title(i, case), function()
      local wanted, refused = case[dialect], case["refused_" .. dialect]
      local statements, message = core.ddl.compile(case.op, dialect)
      if wanted ~= nil then
        assert.are.equal(wanted, table.concat(assert(statements, message), ";\n"))
      else
        assert.is_nil(statements)
      end
      local line = lines[i]
      if case["no_run_" .. dialect] then
        return assert.is_nil(line)
      end
      if refused then
        return assert(line.error and line.error:find(refused, 1, true), line.error)
      end
      assert.is_nil(line.error)
      if dialect == "sqlite" then
        assert.are.equal(case.copied, not wanted and line.copied or nil)
      end
      local wanted_facts = model.apply(model.facts(line.before), meant.list[i].op, dialect)
      assert.are.same(wanted_facts, model.known(model.facts(line.after), wanted_facts))
    end)
  end
end)
