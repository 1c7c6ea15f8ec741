-- Many first runs at once in one fresh database, each with a version table of its own: all make the
-- tables that they share, none fails and none leaves anything out.
local drivers = require "spec.support.drivers"

local RUNNERS = 6
local ROUNDS = os.getenv "SOAK" and 40 or 2

local REVISION = [[
revision = "%s"
down_revision = %s
%s
function upgrade()
  op.execute("CREATE TABLE " .. config.x.who .. "_%s (id INTEGER)")
  op.execute("INSERT INTO " .. config.x.who .. "_%s VALUES (1)")
end
]]

describe(RUNNERS .. " first runs at once with version tables of their own", function()
  drivers.each(function(driver)
    for what, header in pairs { ["in transactions"] = "", ["in steps"] = "transaction = false" } do
      it("all succeed, " .. what, function()
        local project = driver.project()
        finally(function() project:remove() end)
        for i = 1, 2 do
          local id = "r" .. i
          project:write("migrations/" .. id .. ".lua", REVISION:format(id,
            i > 1 and '"r1"' or "nil", header, id, id))
        end
        for round = 1, ROUNDS do
          local database = driver.another(project, "round" .. round)
          for i = 1, RUNNERS do
            project:write("config" .. i .. ".lua",
              ('return { url = %q, version_table = "version_%d", lock_timeout = 60 }\n')
              :format(database.url, i))
          end
          local result = project:shell(([[
            for i in $(seq %d); do "$L" -q -c config$i.lua -x who=w$i upgrade 2>err$i & \
              pids="$pids $!"; done
            for pid in $pids; do wait $pid || code=$?; done; cat err*; exit ${code:-0}]])
            :format(RUNNERS))
          assert.are.equal("", (result.out:gsub("upgraded: [^\n]*\n", "")))
          assert.are.equal(0, result.code)
          assert.are.equal(tostring(2 * RUNNERS),
            database:sql "SELECT count(*) FROM luamigrate_history")
          for i = 1, RUNNERS do
            assert.are.equal("r2", database:sql("SELECT version_num FROM version_" .. i))
            assert.are.equal("1", database:sql(("SELECT count(*) FROM w%d_r2"):format(i)))
          end
          database:drop()
        end
      end)
    end
  end)
end)
