-- The table luamigrate_progress: made when it is needed, where the version table is, one row for
-- each step.
local drivers = require "spec.support.drivers"

local STEPS = [[
revision = "r1"
transaction = false
function upgrade()
  op.create_table("t", { { "id", types.integer } })
  op.execute "INSERT INTO t VALUES (1), (2)"
  op.step("last", function() end)
  %s
end
function downgrade() op.drop_table "t" end
]]

describe("the progress table", function()
  drivers.each(function(driver)
    local project

    before_each(function()
      project = driver.project()
      project:write("migrations/r1.lua", STEPS:format 'error "stop"')
    end)
    after_each(function()
      project:remove()
    end)

    it("is made with the first step, not before", function()
      project:write("migrations/r0.lua", 'revision = "r0"\nfunction upgrade() end\n')
      assert.are.equal(0, project:run("upgrade", "r0").code)
      assert.are.equal("luamigrate_history\nluamigrate_version", project:sql(driver.all_tables))
      assert.are.equal(0, project:run("status").code & 4)
      assert.are.equal("luamigrate_history\nluamigrate_version", project:sql(driver.all_tables))
      assert.are.equal(11, project:run("upgrade", "r1").code)
      assert.are.equal("luamigrate_history\nluamigrate_progress\nluamigrate_version\nt",
        project:sql(driver.all_tables))
    end)

    it("has a row for each step, in their order", function()
      assert.are.equal(11, project:run("upgrade").code)
      assert.are.equal("luamigrate_version|r1|op.create_table t|done|0\n"
        .. "luamigrate_version|r1|op.execute INSERT INTO t VALUES (1), (2)|done|2\n"
        .. "luamigrate_version|r1|last|done|0", project:sql [[
          SELECT version_table || '|' || revision || '|' || step || '|' || state || '|' || rowcount
          FROM luamigrate_progress ORDER BY id]])
      assert.are.equal("3|1|3", project:sql([[SELECT count(DISTINCT fingerprint) || '|' ||
        count(DISTINCT tokens) || '|' || count(DISTINCT arguments) FROM luamigrate_progress]]))
      assert.are.equal("0", project:sql [[SELECT count(*) FROM luamigrate_progress
        WHERE cursor IS NOT NULL OR done IS NOT NULL OR total IS NOT NULL]])
      project:write("migrations/r1.lua", STEPS:format "")
      assert.are.equal(0, project:run("upgrade").code)
      assert.are.equal("0", project:sql "SELECT count(*) FROM luamigrate_progress")
    end)

    it("knows each version table's steps apart", function()
      assert.are.equal(11, project:run("upgrade").code)
      project:sql "DROP TABLE t"
      project:write("luamigrate.lua",
        ("return { url = %q, version_table = 'other' }\n"):format(project.url))
      project:write("migrations/r1.lua", STEPS:format "")
      assert.are.equal(0, project:run("upgrade").code)
      assert.are.equal("2", project:sql "SELECT count(*) FROM t")
      assert.are.equal("3", project:sql "SELECT count(*) FROM luamigrate_progress")
    end)

    it("of another shape is refused before anything runs", function()
      project:sql "CREATE TABLE luamigrate_progress (id INTEGER)"
      local result = project:run "upgrade"
      assert.are.equal(9, result.code, result.err)
      assert.is_truthy(result.err:find("luamigrate_progress is no progress table", 1, true))
      assert.are.equal("", project:sql(driver.tables))
      project:sql "DROP TABLE luamigrate_progress; CREATE VIEW luamigrate_progress AS SELECT 1 AS a"
      assert.are.equal(9, project:run("upgrade").code)
    end)
  end)

  it("lies in version_table_schema", function()
    local project = drivers.postgresql.project {
      config = "return { url = $URL, version_table_schema = 'own' }\n" }
    finally(function() project:remove() end)
    project:sql "CREATE SCHEMA own"
    project:write("migrations/r1.lua", STEPS:format 'error "stop"')
    assert.are.equal(11, project:run("upgrade").code)
    assert.are.equal("3", project:sql "SELECT count(*) FROM own.luamigrate_progress")
    project:write("migrations/r1.lua", STEPS:format "")
    local result = project:run "upgrade"
    assert.are.equal(0, result.code, result.err)
    assert.are.equal("2", project:sql "SELECT count(*) FROM t")
  end)

  it("lies in the attached file that version_table_schema names", function()
    local project = drivers.sqlite.project {
      config = "return { url = $URL, version_table_schema = 'own', attach = { own = 'own.db' } }" }
    finally(function() project:remove() end)
    project:write("migrations/r1.lua", STEPS:format 'error "stop"')
    assert.are.equal(11, project:run("upgrade").code)
    assert.are.equal("3", project:sql("SELECT count(*) FROM luamigrate_progress", "own.db"))
    project:write("migrations/r1.lua", STEPS:format "")
    assert.are.equal(0, project:run("upgrade").code)
  end)
end)
