-- Of several runners started together each revision is applied by exactly
-- one; the others wait and then find nothing to do (G3).
local drivers = require "spec.support.drivers"

local RUNNERS = 10
local ROUNDS = { sqlite = os.getenv "SPEC_KIND" == "asan" and 5 or 20,
  postgresql = os.getenv "SOAK" and 20 or 3 }

local function write_history(project)
  for i = 1, 5 do
    project:write(("migrations/r%d.lua"):format(i), ([[
revision = "r%d"
down_revision = %s
function upgrade()
  op.execute "CREATE TABLE IF NOT EXISTS log (revision TEXT)"
  op.execute("INSERT INTO log VALUES (:r)", { r = revision })
  op.create_table("t%d", { { "id", types.integer, primary_key = true } })
end
function downgrade() op.drop_table("t%d") end
]]):format(i, i > 1 and ('"r%d"'):format(i - 1) or "nil", i, i))
  end
end

describe(RUNNERS .. " runners at once", function()
  drivers.each(function(driver)
    local rounds = ROUNDS[driver.name]

    it(("apply every revision exactly once, %d rounds"):format(rounds), function()
      local project = driver.project { config = false }
      write_history(project)
      for round = 1, rounds do
        local database = driver.another(project, "round" .. round)
        project:shell(([[rm -f status.*
          for i in $(seq %d); do
            ( "$L" -d "%s" upgrade >out.$i 2>err.$i; echo $? >status.$i ) &
          done; wait]]):format(RUNNERS, database.url))
        for i = 1, RUNNERS do
          assert.are.equal("0\n", project:read("status." .. i), project:read("err." .. i))
        end
        assert.are.equal("r1\nr2\nr3\nr4\nr5", database:sql "SELECT * FROM log")
        assert.are.equal("5", database:sql "SELECT count(*) FROM luamigrate_history")
        assert.are.equal("r5", database:sql "SELECT * FROM luamigrate_version")
        database:drop()
      end
      project:remove()
    end)

    it("revert one revision each time one is asked for, and never two for one", function()
      local project = driver.project { config = false }
      write_history(project)
      assert.are.equal(0, project:run("-d", project.url, "upgrade").code)
      project:shell([[for i in 1 2 3; do
        "$L" -d "]] .. project.url .. [[" downgrade -1 >out.$i 2>err.$i &
      done; wait]])
      local version = project:sql "SELECT * FROM luamigrate_version"
      local reverted = project:sql [[SELECT count(*), count(DISTINCT revision)
        FROM luamigrate_history WHERE direction = 'downgrade']]
      local count, distinct = reverted:match "(%d+)|(%d+)"
      assert.are.equal(count, distinct)
      assert.are.equal(("r%d"):format(5 - tonumber(count)), version)
      project:remove()
    end)
  end)
end)

describe("a runner that waits for a file", function()
  local HOLD = [[mkfifo go; ( echo 'BEGIN IMMEDIATE;'; cat go ) | sqlite3 app.db &
    holder=$!; exec 3>go; sleep 0.3; ]]

  it("gives up after lock_timeout with 7 and says who to wait for", function()
    local project = drivers.sqlite.project { config = false }
    write_history(project)
    project:write("luamigrate.lua", 'return { url = "sqlite:app.db", lock_timeout = 0.5 }')
    project:shell(HOLD .. [["$L" upgrade >out 2>err; echo $? >status; exec 3>&-; wait]])
    assert.are.equal("7\n", project:read "status", project:read "err")
    assert.is_truthy(project:read "err":find "lock_timeout", project:read "err")
    project:remove()
  end)

  it("goes on when the lock is free", function()
    local project = drivers.sqlite.project { config = false }
    write_history(project)
    project:shell(HOLD .. [[( sleep 0.7; exec 3>&- ) & exec 3>&-
      "$L" -d sqlite:app.db upgrade >out 2>err; echo $? >status; wait]])
    assert.are.equal("0\n", project:read "status", project:read "err")
    project:remove()
  end)

  it("takes no lock when nothing is pending", function()
    local project = drivers.sqlite.project { config = false }
    write_history(project)
    assert.are.equal(0, project:run("-d", "sqlite:app.db", "upgrade").code)
    project:shell(HOLD .. [["$L" -d sqlite:app.db upgrade >out 2>err; echo $? >status
      exec 3>&-; wait]])
    assert.are.equal("0\n", project:read "status", project:read "err")
    project:remove()
  end)
end)
