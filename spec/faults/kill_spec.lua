-- kill -9 at any moment of an upgrade: version row, history and schema never
-- disagree, and the next upgrade finishes without any option (G1, G2).
local cli = require "spec.support.cli"

local REVISIONS = 20
local ROUNDS = os.getenv "SOAK" and 200 or 20

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

-- The last finished revision according to each of the three witnesses.
local function witnesses(project)
  local function number(sql)
    local answer = project:sql(sql)
    return tonumber(answer:match "r(%d+)" or 0)
  end
  local has_table = project:sql [[
    SELECT count(*) FROM sqlite_schema WHERE name = 'luamigrate_version']]
  if tonumber(has_table) == 0 then
    return 0, 0, number "SELECT max(name) FROM sqlite_schema WHERE name GLOB 'r[0-9]*'"
  end
  return number "SELECT version_num FROM luamigrate_version",
    number "SELECT max(revision) FROM luamigrate_history",
    number "SELECT max(name) FROM sqlite_schema WHERE type = 'table' AND name GLOB 'r[0-9]*'"
end

describe("kill -9 in an upgrade through 20 revisions with data", function()
  it(("leaves one truth, %d times"):format(ROUNDS), function()
    local project = cli.project { config = false }
    write_history(project)
    local started = project:shell("date +%s%N").out
    assert.are.equal(0, project:run("-d", "sqlite:whole.db", "upgrade").code)
    local seconds = (tonumber(project:shell("date +%s%N").out) - tonumber(started)) / 1e9

    math.randomseed(20261121)
    local cut_short = 0
    for _ = 1, ROUNDS do
      project:shell 'rm -f app.db*'
      project:shell(([[timeout -s KILL %.4f "$L" -q -d sqlite:app.db upgrade
        true]]):format(0.002 + math.random() * seconds))
      if project:exists "app.db" then
        local version, history, schema = witnesses(project)
        assert.are.equal(version, history)
        assert.are.equal(version, schema)
        if version < REVISIONS then cut_short = cut_short + 1 end
        assert.are.equal("ok", project:sql("PRAGMA integrity_check"))
      end
      local again = project:run("-d", "sqlite:app.db", "upgrade")
      assert.are.equal(0, again.code, again.err)
      local version, history, schema = witnesses(project)
      assert.are.same({ REVISIONS, REVISIONS, REVISIONS }, { version, history, schema })
    end
    project:remove()
    -- a run that was never hit proves nothing
    assert.is_true(cut_short > ROUNDS / 4, cut_short .. " rounds were hit")
  end)
end)

describe("a signal", function()
  for signal, status in pairs { INT = 130, TERM = 143 } do
    for name, body in pairs {
      ["in Lua"] = "while true do end",
      ["in a statement"] = [[op.execute("WITH RECURSIVE c(i) AS (VALUES (1) UNION ALL "
        .. "SELECT i + 1 FROM c) SELECT count(*) FROM c")]],
      ["in a sleep"] = "sleep(60)",
    } do
      it(("SIG%s %s ends the run within a second, rolled back"):format(signal, name), function()
        local project = cli.project { config = false }
        project:write("migrations/r1.lua", ([[
revision = "r1"
function upgrade()
  op.execute "CREATE TABLE half (id INTEGER)"
  %s
end]]):format(body))
        local result = project:shell(([["$L" -d sqlite:app.db upgrade 2>err & pid=$!
          sleep 0.5; start=$(date +%%s%%N); kill -%s $pid; wait $pid; code=$?
          echo $(( ($(date +%%s%%N) - start) / 1000000 )); exit $code]]):format(signal))
        assert.are.equal(status, result.code, project:read "err")
        assert.is_true(tonumber(result.out:match "%d+") < 1000, result.out)
        assert.is_truthy(project:read "err":find "rolled back", project:read "err")
        assert.are.equal("", project:sql("SELECT name FROM sqlite_schema"))
        project:remove()
      end)
    end
  end
end)
