--- Bodies of upgrade() that check themselves, run by the program against a small database.
local assert = require "luassert"
local busted = require "busted"
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"

local steps = {}

local TABLES = { sqlite = [[
  CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, flag BOOLEAN, amount NUMERIC(10, 2),
                  ratio REAL, data BLOB, meta JSON);
  CREATE TABLE pair (a INTEGER, b TEXT NOT NULL);
  INSERT INTO t (id, name, flag, amount, ratio, data, meta)
  VALUES (1, 'one', 1, '1.10', 0.5, x'00ff', '{"n":1}'), (2, 'two', 0, NULL, NULL, NULL, NULL);
]], postgresql = [[
  CREATE TABLE t (id SERIAL PRIMARY KEY, name TEXT, flag BOOLEAN, amount NUMERIC(10, 2),
                  ratio DOUBLE PRECISION, data BYTEA, meta JSON);
  CREATE TABLE pair (a INTEGER, b TEXT NOT NULL);
  INSERT INTO t (id, name, flag, amount, ratio, data, meta)
  VALUES (1, 'one', true, '1.10', 0.5, '\x00ff', '{"n":1}'),
         (2, 'two', false, NULL, NULL, NULL, NULL);
  SELECT setval('t_id_seq', 2);
]] }

local BODY = [[
revision = "r2"
down_revision = "r1"
local function same(wanted, got)
  if wanted ~= got or math.type(wanted) ~= math.type(got) then
    error(("expected %%s, got %%s"):format(tostring(wanted), tostring(got)), 2)
  end
end
function upgrade()
  local db = op.get_bind()
  same(true, db == op.get_bind())
%s
end
]]

--- A project whose first revision makes the tables; `driver` (default SQLite) is one of
-- spec.support.drivers.
function steps.project(driver)
  driver = driver or drivers.sqlite
  return driver.project {
    revisions = { { id = "r1", upgrade = ("op.execute(%q)"):format(TABLES[driver.name]) } },
  }
end

--- Upgrades with `body`, which has `db` and `same(wanted, got)`.
function steps.run(project, body)
  project:write("migrations/r2.lua", BODY:format(body))
  return project:run "upgrade"
end

-- The cases of a driver: those with `on` are for one only.
local function of(driver, cases)
  local own = {}
  for _, case in ipairs(cases) do
    if not case.on or case.on == driver.name then
      own[#own + 1] = case
    end
  end
  return own
end

--- A test for each case: `works` are { name, body }, `fails` { name, body, pattern of the error
-- (a table of patterns by driver) }, after which nothing is changed. A case with `on` is for the
-- driver of that name only, one with `since` for a server of that version and newer.
function steps.check(it, works, fails, driver)
  driver = driver or drivers.sqlite
  for _, case in ipairs(of(driver, works)) do
    local test = case.since and postgres.older(case.since) and busted.pending or it
    test(case[1], function()
      local project = steps.project(driver)
      local result = steps.run(project, case[2])
      project:remove()
      assert.are.equal(0, result.code, result.err)
    end)
  end
  for _, case in ipairs(of(driver, fails)) do
    it("refuses " .. case[1], function()
      local project = steps.project(driver)
      local result = steps.run(project, case[2])
      local version = project:sql "SELECT version_num FROM luamigrate_version"
      local rows = project:sql "SELECT count(*) FROM pair"
      local pattern = type(case[3]) == "table" and case[3][driver.name] or case[3]
      project:remove()
      assert.are.equal(5, result.code, result.err)
      assert.is_truthy(result.err:find(pattern), ("no %q in:\n%s"):format(pattern, result.err))
      assert.is_truthy(result.err:find "r2%.lua:%d+", result.err)
      assert.are.equal("r1", version)
      assert.are.equal("0", rows)
    end)
  end
end

return steps
