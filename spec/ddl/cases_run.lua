--- Runs the cases in a revision of the program, and has it write their SQL.
local cases = require "spec.ddl.cases"
local cjson = require "cjson"

local cases_run = {}

-- The revision: FILES are replaced by the names of files. Every case is undone.
local REVISION = [==[
revision = "r1"
down_revision = nil
local FILES = { $FILES }
local dialect, options

local SQLITE = [[
  SELECT 'view ' || name AS key, sql AS text FROM $schema.sqlite_schema WHERE type = 'view'
  UNION ALL SELECT 'options ' || name, CASE WHEN wr THEN 'without rowid ' ELSE '' END
    || CASE WHEN strict THEN 'strict' ELSE '' END FROM pragma_table_list
    WHERE schema = '$schema' AND (wr OR strict)
  UNION ALL SELECT 'temporary ' || name, sql FROM temp.sqlite_schema WHERE sql IS NOT NULL
    AND name NOT LIKE 'luamigrate%']]

-- Before PostgreSQL 16 the columns of a view have the name of its only table before them.
local POSTGRESQL = [[
  WITH r AS (SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE nspname = :schema AND relname NOT LIKE 'luamigrate%')
  SELECT 'sequence ' || relname AS key, concat_ws(' ', format_type(seqtypid, NULL),
    CASE WHEN seqstart <> 1 THEN 'start ' || seqstart END,
    CASE WHEN seqincrement <> 1 THEN 'by ' || seqincrement END,
    CASE WHEN seqmin <> 1 THEN 'from ' || seqmin END,
    CASE WHEN seqmax NOT IN (32767, 2147483647, 9223372036854775807) THEN 'to ' || seqmax END,
    CASE WHEN seqcache <> 1 THEN 'cache ' || seqcache END, CASE WHEN seqcycle THEN 'cycle' END,
    (SELECT 'of ' || o.relname || '.' || a.attname FROM pg_depend d
      JOIN pg_class o ON o.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = o.oid
      AND a.attnum = d.refobjsubid WHERE d.objid = r.oid AND d.deptype IN ('a', 'i'))) AS text
    FROM r JOIN pg_sequence ON seqrelid = r.oid
  UNION ALL SELECT 'view ' || relname, CASE relkind WHEN 'm' THEN 'materialized ' ELSE '' END
    || CASE WHEN definition LIKE '% JOIN %' THEN definition
      ELSE regexp_replace(definition, '(?<!FROM )\m\w+\.(?=[\w"])', '', 'g') END
    FROM r, pg_get_viewdef(oid) AS definition WHERE relkind IN ('v', 'm')
  UNION ALL SELECT 'options ' || relname, text FROM (SELECT relname, concat_ws(' ',
    CASE relpersistence WHEN 'u' THEN 'unlogged' END, 'with ' || reloptions::text,
    (SELECT 'toast with ' || o.reloptions::text FROM pg_class o WHERE o.oid = r.reltoastrelid),
    'partition by ' || pg_get_partkeydef(oid), 'inherits ' || (SELECT string_agg(
      inhparent::regclass::text, ', ' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = r.oid),
    (SELECT 'using ' || amname FROM pg_am WHERE pg_am.oid = relam AND amname <> 'heap'),
    (SELECT 'tablespace ' || spcname FROM pg_tablespace s WHERE s.oid = reltablespace)) AS text
    FROM r WHERE relkind IN ('r', 'p')) o WHERE text <> ''
  UNION ALL SELECT format('exclude %s %s', relname, conname), pg_get_constraintdef(k.oid)
    FROM r JOIN pg_constraint k ON conrelid = r.oid WHERE contype = 'x'
  UNION ALL SELECT 'extension ' || extname, nspname FROM pg_extension
    JOIN pg_namespace n ON n.oid = extnamespace WHERE extname <> 'plpgsql'
  UNION ALL SELECT 'temporary ' || relname, relkind::text FROM pg_class WHERE relpersistence = 't'
    AND relname NOT LIKE 'luamigrate%' AND relname NOT LIKE 'pg_toast%'
    AND relkind IN ('r', 'i')]]

local function see(names)
  local inspector = op.inspect()
  local seen = { tables = {}, table_names = inspector:get_table_names(options),
    views = inspector:get_view_names(options), enums = inspector:get_enums(options),
    sequences = inspector:get_sequence_names(options), schemas = inspector:get_schema_names(),
    catalog = {} }
  local schema = options and options.schema
  local present = {}
  for _, name in ipairs(seen.schemas) do present[name] = true end
  if dialect == "postgresql" then
    seen.catalog = op.get_bind():all(POSTGRESQL, { schema = schema or "public" })
  elseif not schema or present[schema] then
    seen.catalog = op.get_bind():all((SQLITE:gsub("$schema", schema or "main")))
  end
  present = {}
  for _, list in ipairs { seen.table_names, seen.views } do
    for _, name in ipairs(list) do present[name] = true end
  end
  for _, name in ipairs(names) do
    if present[name] then
      local t = { name = name }
      for _, what in ipairs { "columns", "pk_constraint", "foreign_keys", "unique_constraints",
        "check_constraints", "indexes", "table_comment" } do
        t[what] = inspector["get_" .. what](inspector, name, options)
      end
      -- numbers as texts: they may have more digits than those of JSON keep
      for _, column in ipairs(t.columns) do
        for field, value in pairs(column.identity or {}) do
          if math.type(value) then column.identity[field] = tostring(value) end
        end
      end
      seen.tables[#seen.tables + 1] = t
    end
  end
  return seen
end

-- One change of a batch: { name, arguments ..., option = value ... }; n: how many arguments there
-- are, when the last of them is nil.
local function change(batch, call)
  local arguments, named, last = {}, nil, 1 + (call.n or 0)
  for key, value in pairs(call) do
    if key ~= "n" and type(key) == "string" then
      named = named or {}
      named[key] = value
    elseif key ~= "n" then
      arguments[key - 1], last = value, math.max(last, key)
    end
  end
  arguments[last] = named
  batch[call[1]](table.unpack(arguments, 1, last))
end

local function invoke(call)
  if call[1] ~= "batch_alter_table" then
    return op.invoke(call)
  end
  local named = {}
  for key, value in pairs(call) do
    if type(key) == "string" and key ~= "changes" then named[key] = value end
  end
  op.batch_alter_table(call[2], named, function(batch)
    for _, one in ipairs(call.changes) do change(batch, one) end
  end)
end

local known, states = {}, 0

-- The number of the state before the case, printed when it is a new one.
local function state(case)
  local key = table.concat(case.tables, ",") .. "|" .. (options and options.schema or "")
  if case.before or not known[key] then
    states = states + 1
    print("STATE " .. json.encode { number = states, seen = see(case.tables) })
  end
  local number = case.before and states or known[key] or states
  if not case.before then known[key] = number end
  return number
end

local function run(case, number)
  local line, undo = { file = case.file, number = number }, {}
  local schema = case.op.schema or case.op.source_schema
  if dialect == "sqlite" and case.op[1]:find "_enum" then
    schema = nil -- that of a type
  end
  options = schema and { schema = schema } or nil
  local ok, err = pcall(op.savepoint, function()
    for _, call in ipairs(case.before or {}) do invoke(call) end
    line.before = state(case)
    invoke(case.op)
    line.after = see(case.tables)
    if dialect == "sqlite" and #line.after.tables > 0 then
      line.copied = op.get_bind():scalar(("SELECT sql FROM %s.sqlite_schema WHERE name = :n")
        :format(schema or "main"), { n = case.tables[1] })
    end
    error(undo)
  end)
  if not ok and err ~= undo then line.error = tostring(err) end
  print("CASE " .. json.encode(line))
end

function upgrade()
  dialect = op.get_context().dialect
  if not op.is_offline() then
    $SURROUNDINGS
  end
  for _, file in ipairs(FILES) do
    for number, case in ipairs(require("lib." .. file)) do
      case.file = file
      if op.is_offline() then
        if case[dialect] then
          op.execute(("SELECT 'case %s %d'"):format(file, number))
          invoke(case.op)
        end
      elseif not case["no_run_" .. dialect] then
        run(case, number)
      end
    end
  end
end
]==]

local function quoted(list)
  local out = {}
  for i, text in ipairs(list) do out[i] = ("%q"):format(text) end
  return out
end

local function new_project(driver, files, convention)
  local execute = {}
  for _, list in ipairs { cases.surroundings, cases[driver.name .. "_surroundings"] } do
    for _, text in ipairs(list) do execute[#execute + 1] = ("op.execute(%q)"):format(text) end
  end
  local parts = { FILES = table.concat(quoted(files), ", "),
    SURROUNDINGS = table.concat(execute, "\n    ") }
  local config = { "return { url = $URL, attach = { s = \"s.db\" }" }
  if convention then
    config[#config + 1] = ", naming_convention = {"
    for key, pattern in pairs(cases.convention) do
      config[#config + 1] = ("%s = %q,"):format(key, pattern)
    end
    config[#config + 1] = "}"
  end
  local project = driver.project { config = table.concat(config) .. " }",
    files = { ["migrations/r1.lua"] = REVISION:gsub("%$(%u+)", parts) } }
  project:shell "mkdir migrations/lib"
  for path, text in pairs(cases.modules()) do project:write("migrations/" .. path, text) end
  return project
end

--- Runs the cases of these files. Returns what became of each, by file and number.
function cases_run.run(driver, files, convention)
  local project = new_project(driver, files, convention)
  local result, lines, states = project:run "upgrade", {}, {}
  assert(result.code == 0, result.err)
  for kind, text in result.err:gmatch "(%u+) ({[^\n]*)\n" do
    local line = cjson.decode(text)
    if kind == "STATE" then
      states[line.number] = line.seen
    elseif kind == "CASE" then
      line.before = states[line.before]
      lines[("%s %d"):format(line.file, line.number)] = line
    end
  end
  project:remove()
  return lines
end

--- The SQL of the cases of these files as the program writes it without a database.
function cases_run.print_sql(driver, files, convention)
  local project = new_project(driver, files, convention)
  local result, printed, name = project:run("upgrade", "--sql"), {}, nil
  assert(result.code == 0, result.err)
  for line in (result.out .. "\n"):gmatch "([^\n]*)\n" do
    local mark = line:match "^SELECT 'case ([%w_]+ %d+)';$"
    if mark or line:find "luamigrate_version" then
      name = mark
    elseif name and line ~= "" then
      printed[name] = (printed[name] and printed[name] .. "\n" or "") .. line
    end
  end
  project:remove()
  return printed
end

return cases_run
