-- kill -9 at any moment of an upgrade: version row, history and schema never
-- disagree, and the next upgrade finishes without any option (G1, G2).
local drivers = require "spec.support.drivers"

local REVISIONS = 20
local ROUNDS = os.getenv "SOAK" and 200 or os.getenv "SPEC_KIND" == "asan" and 5 or 20

-- r01 .. r20: each makes a table, fills it and changes an older one.
local function write_history(project)
  for i = 1, REVISIONS do
    local id, parent = ("r%02d"):format(i), ("r%02d"):format(i - 1)
    project:write("migrations/" .. id .. ".lua", ([[
revision = "%s"
down_revision = %s
function upgrade()
  op.create_table("%s", {
    { "id", types.integer, primary_key = true }, { "body", types.text } })
  local db = op.get_bind()
  for i = 1, 400 do
    db:execute("INSERT INTO %s VALUES (:id, :body)", { id = i, body = ("x"):rep(200) })
  end
  op.create_index("ix_%s", "%s", { "body" })
end
function downgrade() op.drop_table("%s") end
]]):format(id, i > 1 and ('"%s"'):format(parent) or "nil", id, id, id, id, id))
  end
end

-- The last finished revision according to each of the three witnesses, in one snapshot.
local HAS_TABLE = {
  sqlite = "SELECT count(*) FROM sqlite_schema WHERE name = 'luamigrate_version'",
  postgresql = "SELECT count(*) FROM pg_class WHERE relname = 'luamigrate_version'",
}
local WITNESSES = "SELECT (SELECT max(version_num) FROM luamigrate_version), "
  .. "(SELECT max(revision) FROM luamigrate_history), "
local TABLE = {
  sqlite = "(SELECT max(name) FROM sqlite_schema WHERE type = 'table' AND name GLOB 'r[0-9]*')",
  postgresql = "(SELECT max(relname) FROM pg_class WHERE relkind = 'r' AND relname ~ '^r[0-9]')",
}

local function witnesses(driver, database)
  if database:sql(HAS_TABLE[driver.name]) == "0" then
    return { "", "", database:sql("SELECT " .. TABLE[driver.name]) }
  end
  local answer = database:sql(WITNESSES .. TABLE[driver.name])
  return { answer:match "^(.-)|(.-)|(.-)$" }
end

describe("kill -9 in an upgrade through 20 revisions with data", function()
  drivers.each(function(driver)
    it(("leaves one truth, %d times"):format(ROUNDS), function()
      local project = driver.project { config = false }
      write_history(project)
      local whole = driver.another(project, "whole")
      local started = project:shell("date +%s%N").out
      local result = project:run("-d", whole.url, "upgrade")
      assert.are.equal(0, result.code, result.err)
      local seconds = (tonumber(project:shell("date +%s%N").out) - tonumber(started)) / 1e9
      whole:drop()

      math.randomseed(20261121)
      local cut_short = 0
      local last = ("r%02d"):format(REVISIONS)
      for round = 1, ROUNDS do
        local database = driver.another(project, "round" .. round)
        project:shell(([[timeout -s KILL %.4f "$L" -q -d "%s" upgrade
          true]]):format(0.002 + math.random() * seconds, database.url))
        local found = witnesses(driver, database)
        assert.are.same({ found[1], found[1], found[1] }, found)
        if found[1] < last then cut_short = cut_short + 1 end
        if driver.name == "sqlite" then
          assert.are.equal("ok", database:sql "PRAGMA integrity_check")
        end
        local again = project:run("-d", database.url, "upgrade")
        assert.are.equal(0, again.code, again.err)
        assert.are.same({ last, last, last }, witnesses(driver, database))
        database:drop()
      end
      project:remove()
      -- a run that was never hit proves nothing
      assert.is_true(cut_short > ROUNDS / 4, cut_short .. " rounds were hit")
    end)
  end)
end)

local ENDLESS = {
  sqlite = "WITH RECURSIVE c(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM c) "
    .. "SELECT count(*) FROM c",
  postgresql = "SELECT pg_sleep(60)",
}

describe("a signal", function()
  drivers.each(function(driver)
    for signal, status in pairs { INT = 130, TERM = 143 } do
      for name, body in pairs {
        ["in Lua"] = "while true do end",
        ["in a statement"] = ("op.execute %q"):format(ENDLESS[driver.name]),
        ["in a query"] = ("op.get_bind():scalar %q"):format(ENDLESS[driver.name]),
        ["in a sleep"] = "sleep(60)",
      } do
        it(("SIG%s %s ends the run within a second, rolled back"):format(signal, name), function()
          local project = driver.project { config = false }
          project:write("migrations/r1.lua", ([[
revision = "r1"
function upgrade()
  op.execute "CREATE TABLE half (id INTEGER)"
  %s
end]]):format(body))
          local result = project:shell(([["$L" -d "%s" upgrade 2>err & pid=$!
            sleep 0.5; start=$(date +%%s%%N); kill -%s $pid; wait $pid; code=$?
            echo $(( ($(date +%%s%%N) - start) / 1000000 )); exit $code]]):format(project.url,
            signal))
          assert.are.equal(status, result.code, project:read "err")
          assert.is_true(tonumber(result.out:match "%d+") < 1000, result.out)
          assert.is_truthy(project:read "err":find "rolled back", project:read "err")
          assert.are.equal("", project:sql(driver.tables))
          project:remove()
        end)
      end
    end
  end)
end)
