-- os.execute of the configuration and its hooks: as Lua's own, but a signal ends it and the run.
local cli = require "spec.support.cli"

describe("os.execute of the configuration", function()
  local project

  local function start(body)
    project = cli.project {
      revisions = { { id = "r1", upgrade = "op.execute 'CREATE TABLE t (a)'" } },
      config = "return { url = 'sqlite:app.db', hooks = { before_upgrade = function()\n"
        .. body .. "\nend } }" }
  end

  after_each(function() project:remove() end)

  it("returns what Lua's own returns", function()
    start [[print(os.execute(), os.execute "true", (os.execute "exit 3"))
      print(select(2, os.execute "exit 3"), select(3, os.execute "exit 3"))
      print(select(2, os.execute "kill -9 $$"), select(3, os.execute "kill -9 $$"))
      print(pcall(os.execute, {}))]]
    local result = project:run "upgrade"
    assert.equal(0, result.code, result.err)
    assert.truthy(result.err:find("\ntrue\ttrue\tnil\nexit\t3\nsignal\t9\nfalse\t", 1, true),
      result.err)
  end)

  it("writes where the messages go", function()
    start "os.execute 'echo said'"
    local result = project:run "upgrade"
    assert.equal(0, result.code)
    assert.truthy(result.err:find("said\n", 1, true))
    assert.falsy(result.out:find("said", 1, true))
  end)

  for name, code in pairs { INT = 130, TERM = 143 } do
    it("ends with the run at SIG" .. name, function()
      start "os.execute 'touch begun; echo $$ >pid; sleep 60; touch ended'"
      local result = project:shell(([["$L" upgrade & p=$!
        while [ ! -s pid ]; do sleep 0.02; done
        kill -%s $p; wait $p]]):format(name))
      assert.equal(code, result.code, result.err)
      assert.is_false(project:exists "ended")
      assert.equal("", project:sql "SELECT name FROM sqlite_schema")
      assert.equal("gone\n", project:shell("kill -0 $(cat pid) 2>/dev/null || echo gone").out)
    end)
  end

  it("is not counted as time in Lua", function()
    start "os.execute 'sleep 1.5'"
    project:write("luamigrate.lua", (project:read("luamigrate.lua"):gsub("hooks =",
      "limits = { stall = 0.3 }, hooks =")))
    local result = project:run "upgrade"
    assert.equal(0, result.code, result.err)
  end)
end)
