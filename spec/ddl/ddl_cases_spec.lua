-- Runs the cases: their SQL is what stands there; on a real database each does to the schema what
-- the case says, which is compared with all that the inspector tells afterwards, and nothing else.
local cases = require "spec.ddl.cases"
local cases_run = require "spec.ddl.cases_run"
local core = require "luamigrate.core"
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"
local record = require "spec.ddl.record"

-- The cases that are executed and read back, at the least: on each database, and on any of them.
local LEAST, LEAST_OF_ALL = 650, 800

-- What a convention names, and changes made together, only the program itself can put into SQL.
local PRINTED = { names = true, batches = true }

local plain = {}
for _, name in ipairs(cases.files) do
  if name ~= "names" then plain[#plain + 1] = name end
end

local function key(case)
  return case.file .. " " .. case.number
end

local function title(case)
  local out = { key(case) .. ":" }
  for n = 1, 3 do
    out[n + 1] = type(case.op[n]) == "string" and case.op[n] or "..."
  end
  return table.concat(out, " ")
end

local function is_run(case, dialect)
  return not case["no_run_" .. dialect] and not case["refused_" .. dialect]
end

-- The SQL of a case; nil and the message of the error.
local function sql_of(case, dialect, printed)
  if PRINTED[case.file] then
    return (printed[key(case)] or ""):gsub(";$", ""), nil
  end
  local statements, message = core.ddl.compile(case.op, dialect)
  return statements and table.concat(statements, ";\n"), message
end

-- Before PostgreSQL 13 what is said of rows does not name the table.
local function as_said(message, dialect)
  if message and dialect == "postgresql" and postgres.older(13) then
    message = message:gsub(' of relation "[^"]*" (contains null)', " %1")
      :gsub(' of relation "[^"]*" (is violated)', " %1")
  end
  return message
end

drivers.each(function(driver)
  local dialect = driver.name
  local lines, printed

  setup(function()
    lines = cases_run.run(driver, plain)
    for name, line in pairs(cases_run.run(driver, { "names" }, true)) do lines[name] = line end
    printed = cases_run.print_sql(driver, { "batches" })
    for name, sql in pairs(cases_run.print_sql(driver, { "names" }, true)) do
      printed[name] = sql
    end
  end)

  for _, case in ipairs(cases.list) do
    it("case " .. title(case), function()
      local wanted, refused = case[dialect], case["refused_" .. dialect]
      if wanted or not PRINTED[case.file] then
        local sql, message = sql_of(case, dialect, printed)
        assert.are.equal(wanted, sql, message)
      end
      local old = case.since and dialect == "postgresql" and postgres.older(case.since)
      if old then
        return pending(old)
      end
      local line = lines[key(case)]
      if case["no_run_" .. dialect] then
        return assert.is_nil(line)
      end
      assert.are.equal(as_said(refused, dialect), line.error)
      if refused then
        return
      end
      if dialect == "sqlite" then
        assert.are.equal(case.copied, not wanted and line.copied or nil)
      end
      assert.are.equal(case["finds_" .. dialect], record.changes(record.lines(line.before),
        record.lines(line.after)))
    end)
  end

  it(("executes and reads back %d cases and more"):format(LEAST), function()
    local count = 0
    for _, case in ipairs(cases.list) do
      if is_run(case, dialect) and lines[key(case)] then count = count + 1 end
    end
    print(("%s: %d cases executed and read back"):format(dialect, count))
    assert.is_true(count >= LEAST, count)
  end)
end)

-- Notes what is used: functions and types, and [name .. "." .. option] of all that has options.
local function note(used, name, value)
  used[name] = true
  for option in pairs(value) do
    if type(option) == "string" then used[name .. "." .. option] = true end
  end
end

local walk

-- `value` is what `name` calls it: an op, a column, or a part of one.
local function walk_as(used, name, value)
  if type(value) ~= "table" then
    return
  end
  note(used, name, value)
  for _, part in ipairs { "identity", "existing_identity", "computed", "references", "check" } do
    walk_as(used, (part:gsub("existing_", "")), rawget(value, part))
  end
  walk(used, value)
end

local is_type, is_item = {}, { array = true }
for _, name in ipairs((core.ddl.type_names())) do is_type[name] = true end
for _, name in ipairs { "primary_key", "unique", "foreign_key", "check", "exclude", "index" } do
  is_item[name] = true
end

-- All inside of `value`: types and what stands beside columns begin with their name, a column with
-- its own and then its type.
function walk(used, value)
  for _, one in pairs(value) do
    local first, second
    if type(one) == "table" then first, second = rawget(one, 1), rawget(one, 2) end
    if type(second) == "table" and is_type[rawget(second, 1)] and not is_item[first] then
      walk_as(used, "column", one)
    elseif is_item[first] or is_type[first] then
      walk_as(used, first, one)
    elseif type(one) == "table" then
      walk(used, one)
    end
  end
end

describe("the cases", function()
  it("run every function, every type, and every option of all of them", function()
    local used, missing = {}, {}
    for _, case in ipairs(cases.list) do
      if is_run(case, "sqlite") or is_run(case, "postgresql") then
        walk_as(used, case.op[1], case.op)
        for _, change in ipairs(case.op.changes or {}) do walk_as(used, change[1], change) end
      end
    end
    for name, options in pairs(core.ddl.options()) do
      if not used[name] then missing[#missing + 1] = name end
      for _, option in ipairs(options) do
        local full = name .. "." .. option
        if not used[full] then missing[#missing + 1] = full end
      end
    end
    table.sort(missing)
    assert.are.same({}, missing)
  end)

  it(("are %d and more that some database runs, none of them twice"):format(LEAST_OF_ALL),
    function()
      local count, seen = 0, {}
      for _, case in ipairs(cases.list) do
        if is_run(case, "sqlite") or is_run(case, "postgresql") then count = count + 1 end
        local text = record.text { case.op, case.before, named = case.file == "names" }
        assert.is_nil(seen[text], title(case))
        seen[text] = true
      end
      print(("%d cases are executed and read back in all"):format(count))
      assert.is_true(count >= LEAST_OF_ALL, count)
    end)
end)
