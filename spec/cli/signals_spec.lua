-- Signals roll back; a second one ends the program.
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"

describe("a signal", function()
  drivers.each(function(driver)
    local project

    before_each(function()
      project = driver.project {
        revisions = {
          { id = "a1", message = "evil \27[31m\u{202E}",
            upgrade = '  op.execute("CREATE TABLE t (a int)")' },
          { id = "b2", down = "a1" },
        },
      }
    end)
    after_each(function()
      project:remove()
    end)

    for _, case in ipairs { { "INT", 130 }, { "TERM", 143 }, { "HUP", 129 } } do
      local name, status = table.unpack(case)
      it("SIG" .. name .. " rolls back and is exit " .. status, function()
        project:write("migrations/a1.lua", cli.revision { id = "a1",
          upgrade = '  op.execute("CREATE TABLE t (a int)"); sleep(20)' })
        local result = project:shell([["$L" --json upgrade >log 2>&1 & sleep 0.5
          kill -]] .. name .. [[ $!; wait $!; echo $?; cat log]])
        assert.truthy(result.out:find("^" .. status .. "\n"), result.out)
        assert.truthy(result.out:find('"exit":' .. status, 1, true), result.out)
        assert.equal("", project:sql(driver.tables))
      end)
    end

    it("a second signal ends a script that does not listen at once", function()
      project:write("migrations/a1.lua", cli.revision { id = "a1",
        upgrade = '  op.execute("CREATE TABLE t (a int)"); while true do end' })
      local result = project:shell [["$L" upgrade >log 2>&1 & sleep 0.5
        kill -TERM $!; sleep 0.1; kill -TERM $!; wait $!; echo $?]]
      assert.equal("143\n", result.out)
      assert.equal("", project:sql(driver.tables))
    end)
  end)
end)
