-- accept: an applied file that was edited, a step nobody knows of; --restart; what status says.
local cjson = require "cjson"
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"

local STEPS = [[
revision = "r1"
transaction = false
function upgrade()
  op.create_table("t", { { "id", types.integer } })
  op.execute "INSERT INTO t VALUES (1)"
  %s
end
function downgrade() op.drop_table "t" end
]]

describe("accept", function()
  drivers.each(function(driver)
    local project

    before_each(function()
      project = driver.project()
    end)
    after_each(function()
      project:remove()
    end)

    it("takes an edited file as it is: status names it no longer", function()
      project:write("migrations/a1.lua", cli.revision { id = "a1" })
      assert.equal(0, project:run("upgrade").code)
      local object, result = project:json("accept", "a1")
      assert.same({ 0, { revision = "a1", accepted = false, restarted = false } },
        { result.code, object })
      project:write("migrations/a1.lua", cli.revision { id = "a1", upgrade = "  print(1)" })
      assert.same({ "a1" }, project:json("status").edited)
      assert.same({ revision = "a1", accepted = true, restarted = false },
        (project:json("accept", "a")))
      object, result = project:json "status"
      assert.same({ 0, {}, "accepted" }, { result.code, object.edited, object.last_run.state })
      assert.equal("1", project:sql "SELECT count(*) FROM luamigrate_history")
      assert.equal("nothing to accept: the file is known as it is: a1\n",
        project:run("accept", "a1").out)
    end)

    it("status tells of a revision that stopped between its steps", function()
      project:write("migrations/r1.lua", STEPS:format 'error "stop"')
      assert.equal(11, project:run("upgrade").code)
      local object, result = project:json "status"
      assert.equal(3, result.code)
      assert.same({ { revision = "r1", direction = "upgrade", done = 2, total = cjson.null,
        step = "op.execute INSERT INTO t VALUES (1)" } }, object.unfinished)
      assert.truthy(project:run("status").out:find(
        "Stopped:   r1, 2 steps done, the last one is op.execute INSERT INTO t VALUES (1)\n",
        1, true))
      project:write("migrations/r1.lua", STEPS:format "")
      assert.equal(0, project:run("upgrade").code)
      assert.same({}, project:json("status").unfinished)
    end)

    it("--restart forgets the steps: the revision begins again", function()
      project:write("migrations/r1.lua", STEPS:format 'error "stop"')
      assert.equal(11, project:run("upgrade").code)
      project:sql "DROP TABLE t"
      local object, result = project:json("accept", "--restart", "r1")
      assert.same({ 0, { revision = "r1", accepted = false, restarted = true } },
        { result.code, object })
      assert.same({}, project:json("status").unfinished)
      assert.equal("nothing to forget: no step is recorded of r1\n",
        project:run("accept", "--restart", "r1").out)
      project:write("migrations/r1.lua", STEPS:format "")
      assert.equal(0, project:run("upgrade").code)
      assert.equal("1", project:sql "SELECT count(*) FROM t")
    end)

    it("counts a step as done that was begun", function()
      project:write("migrations/r1.lua", STEPS:format 'error "stop"')
      assert.equal(11, project:run("upgrade").code)
      project:sql "UPDATE luamigrate_progress SET state = 'started' WHERE step LIKE '%INSERT%'"
      assert.equal("accepted r1\n", project:run("accept", "r1").out)
      assert.equal("2", project:sql "SELECT count(*) FROM luamigrate_progress WHERE state = 'done'")
    end)
  end)

  it("never takes an invalid index for done (G9)", function()
    local project = drivers.postgresql.project { revisions = {
      { id = "a", upgrade = [[
        op.create_table("t", { { "x", types.integer } })
        op.execute "INSERT INTO t VALUES (1), (1)"]] },
      { id = "b", down = "a", header = "transaction = false", upgrade = [[
        op.create_index("ux", "t", { "x" },
          { unique = true, postgresql_concurrently = true })]] } } }
    finally(function() project:remove() end)
    assert.equal(11, project:run("upgrade").code)
    local result = project:run("accept", "b")
    assert.same({ 9, "" }, { result.code, result.out })
    assert.truthy(result.err:find("b: the step op.create_index ux has left an invalid index", 1,
      true), result.err)
    project:sql "DELETE FROM t"
    assert.equal(0, project:run("upgrade").code)
    assert.equal("t",
      project:sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ux'::regclass")
  end)

  it("--restart wants the word in a protected environment", function()
    local project = cli.project {
      config = 'return { url = "sqlite:app.db", protected = true }\n',
      revisions = { { id = "a1" } },
    }
    finally(function() project:remove() end)
    local result = project:run("accept", "--restart", "a1")
    assert.same({ 2, "" }, { result.code, result.out })
    assert.truthy(result.err:find("accept: the database is protected", 1, true), result.err)
    assert.equal(0, project:run("accept", "--restart", "a1", "--yes").code)
    assert.equal(0, project:run("accept", "a1").code)
  end)

  it("creates nothing, and knows its words", function()
    local project = cli.project { revisions = { { id = "a1" } } }
    finally(function() project:remove() end)
    assert.equal(0, project:run("accept", "a1").code)
    assert.falsy(project:exists "app.db")
    assert.equal(2, project:run("accept").code)
    assert.equal(2, project:run("accept", "nix").code)
    assert.equal(2, project:run("accept", "a1", "b2").code)
    assert.truthy(project:run("accept", "-h").out:find("luamigrate accept 8a7f", 1, true))
  end)
end)
