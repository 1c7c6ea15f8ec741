-- The history table: a row for each revision applied, reverted or stamped, in
-- the transaction of that revision.
local drivers = require "spec.support.drivers"

describe("the history table", function()
  drivers.each(function(driver)
    it("tells what ran, when, by whom and from which file", function()
      local project = driver.project()
      finally(function() project:remove() end)
      for i = 1, 2 do
        project:write(("migrations/r%d.lua"):format(i), ([[
revision = "r%d"
down_revision = %s
function upgrade() end
function downgrade() end
]]):format(i, i > 1 and '"r1"' or "nil"))
      end
      local function run(...)
        local result = project:run(...)
        assert.are.equal(0, result.code, result.err)
        return result
      end
      run "upgrade"
      run("downgrade", "-1")
      run("stamp", "r2")
      assert.are.equal("r1|upgrade\nr2|upgrade\nr2|downgrade\nr2|stamp",
        project:sql("SELECT revision, direction FROM luamigrate_history ORDER BY id"))
      local one = project:sql([[SELECT version_table, started_at, length(checksum), version, state
        FROM luamigrate_history WHERE duration_ms >= 0 AND actor <> '' AND host <> ''
        ORDER BY id LIMIT 1]])
      assert.is_truthy(
        one:find "^luamigrate_version|%d+%-%d%d%-%d%dT%d%d:%d%d:%d%dZ|16|%d[%d.]*|done$", one)

      -- comments and spacing are free, other changes are reported
      local function edited()
        return run("status", "--json").out:match '"edited":%s*(%b[])'
      end
      project:write("migrations/r1.lua", "-- a comment\nrevision   = 'r1' function upgrade() end\n"
        .. "down_revision = nil function downgrade() end")
      assert.are_not.equal("[]", edited()) -- the order of the tokens did change
      project:write("migrations/r1.lua", "-- a comment\nrevision = \"r1\" down_revision\n= nil\n"
        .. "function upgrade() end -- more\n\nfunction downgrade() end")
      assert.are.equal("[]", edited())
      project:write("migrations/r1.lua", "revision = \"r1\"\ndown_revision = nil\n"
        .. "function upgrade() op.execute 'SELECT 1' end\nfunction downgrade() end")
      assert.is_truthy(edited():find "r1")
    end)

    it("of another make is refused before the first write", function()
      for _, definition in ipairs { "TABLE luamigrate_history (x integer)",
        "VIEW luamigrate_history AS SELECT 1 AS x" } do
        local project = driver.project { revisions = { { id = "r1", upgrade = "error 'ran'" } } }
        project:sql("CREATE " .. definition)
        for _, words in ipairs { { "upgrade" }, { "stamp", "r1" }, { "stamp", "--purge", "r1" },
          { "status" }, { "history", "--applied" } } do
          local result = project:run(table.unpack(words))
          assert.are.equal(9, result.code, result.err)
          assert.is_truthy(
            result.err:find("luamigrate_history is no history table", 1, true), result.err)
        end
        assert.is_falsy(project:sql(driver.all_tables):find "luamigrate_version")
        project:remove()
      end
    end)
  end)
end)
