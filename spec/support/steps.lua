--- Bodies of upgrade() that check themselves, run by the program against a small database.
local assert = require "luassert"
local cli = require "spec.support.cli"

local steps = {}

local TABLES = [[
  CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, flag BOOLEAN, amount NUMERIC(10, 2),
                  ratio REAL, data BLOB, meta JSON);
  CREATE TABLE pair (a INTEGER, b TEXT NOT NULL);
  INSERT INTO t (id, name, flag, amount, ratio, data, meta)
  VALUES (1, 'one', 1, '1.10', 0.5, x'00ff', '{"n":1}'), (2, 'two', 0, NULL, NULL, NULL, NULL);
]]

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

--- A project whose first revision makes the tables.
function steps.project()
  return cli.project {
    revisions = { { id = "r1", upgrade = ("op.execute(%q)"):format(TABLES) } },
  }
end

--- Upgrades with `body`, which has `db` and `same(wanted, got)`.
function steps.run(project, body)
  project:write("migrations/r2.lua", BODY:format(body))
  return project:run "upgrade"
end

--- A test for each case: `works` are { name, body }, `fails` { name, body, pattern of the error },
-- after which nothing is changed.
function steps.check(it, works, fails)
  for _, case in ipairs(works) do
    it(case[1], function()
      local project = steps.project()
      local result = steps.run(project, case[2])
      project:remove()
      assert.are.equal(0, result.code, result.err)
    end)
  end
  for _, case in ipairs(fails) do
    it("refuses " .. case[1], function()
      local project = steps.project()
      local result = steps.run(project, case[2])
      local version = project:sql "SELECT version_num FROM luamigrate_version"
      local rows = project:sql "SELECT count(*) FROM pair"
      project:remove()
      assert.are.equal(5, result.code, result.err)
      assert.is_truthy(result.err:find(case[3]), ("no %q in:\n%s"):format(case[3], result.err))
      assert.is_truthy(result.err:find "r2%.lua:%d+", result.err)
      assert.are.equal("r1", version)
      assert.are.equal("0", rows)
    end)
  end
end

return steps
