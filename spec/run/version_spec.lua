-- The version table: its shape, a table that Alembic made, and rows changed
-- by compare-and-set.
local cli = require "spec.support.cli"

local function write(project, id, parents, body)
  project:write("migrations/" .. id .. ".lua", ([[
revision = "%s"
down_revision = %s
function upgrade() %s end
function downgrade() end
]]):format(id, parents or "nil", body or ""))
end

local ALEMBIC = 'return { url = "sqlite:app.db", version_table = "alembic_version" }'

describe("the version table", function()
  local project

  before_each(function()
    project = cli.project { config = false }
    write(project, "a")
    write(project, "b1", '"a"')
    write(project, "b2", '"a"')
    write(project, "m", '{ "b1", "b2" }')
  end)

  after_each(function()
    project:remove()
  end)

  local function run(...)
    local result = project:run("-d", "sqlite:app.db", ...)
    assert.are.equal(0, result.code, result.err)
    return result
  end

  local function rows(name)
    return project:sql(("SELECT version_num FROM %s ORDER BY 1")
      :format(name or "luamigrate_version"))
  end

  it("has one row for each head that is applied", function()
    run("upgrade", "b1")
    assert.are.equal("b1", rows())
    run("upgrade", "b2")
    assert.are.equal("b1\nb2", rows())
    run("upgrade", "head")
    assert.are.equal("m", rows())
    run("downgrade", "-1")
    assert.are.equal("b1\nb2", rows())
    run("downgrade", "base")
    assert.are.equal("", rows())
  end)

  it("is made like Alembic's, 255 wide", function()
    run("upgrade", "a")
    assert.are.equal("version_num|VARCHAR(255)|1|1", project:sql [[
      SELECT name, type, "notnull", pk FROM pragma_table_info('luamigrate_version')]])
  end)

  it("may be the one that Alembic made", function()
    project:write("luamigrate.lua", ALEMBIC)
    project:sql([[CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,
      CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
      INSERT INTO alembic_version VALUES ('b1')]])
    run "upgrade"
    assert.are.equal("m", rows "alembic_version")
    assert.are.equal("2", project:sql("SELECT count(*) FROM luamigrate_history"))
  end)

  it("refuses an id that it cannot hold, before the first write", function()
    local long = ("x"):rep(33)
    write(project, long, '"m"')
    project:write("luamigrate.lua", ALEMBIC)
    project:sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    local result = project:run("upgrade")
    assert.are.equal(4, result.code, result.err)
    assert.is_truthy(result.err:find(long, 1, true))
    assert.are.equal("", rows "alembic_version")
  end)

  it("of another make keeps its rows, --purge or not", function()
    for _, definition in ipairs {
      "TABLE luamigrate_version (version_num TEXT, note TEXT)",
      "TABLE luamigrate_version (version_number TEXT)",
      "VIEW luamigrate_version AS SELECT 'a' AS version_num",
    } do
      project:shell "rm -f app.db"
      project:sql("CREATE " .. definition)
      if definition:find "^TABLE" then
        project:sql "INSERT INTO luamigrate_version DEFAULT VALUES"
      end
      local before = project:sql ".dump"
      local result = project:run("-d", "sqlite:app.db", "stamp", "--purge", "m")
      assert.are.equal(9, result.code, result.err)
      assert.are.equal(before, project:sql ".dump")
    end
  end)

  it("with a row twice is refused, and --purge goes on", function()
    project:sql([[CREATE TABLE luamigrate_version (version_num VARCHAR(255));
      INSERT INTO luamigrate_version VALUES ('a'), ('a')]])
    for _, command in ipairs { "current", "upgrade", "status" } do
      local result = project:run("-d", "sqlite:app.db", command)
      assert.are.equal(9, result.code, result.err)
      assert.is_truthy(result.err:find('row "a" twice', 1, true), result.err)
    end
    run("stamp", "--purge", "b1")
    assert.are.equal("b1", rows())
    local object = project:json("-d", "sqlite:app.db", "stamp", "--purge", "m")
    assert.are.same({ { "b1" }, { "m" } }, { object.from, object.to })
  end)

  it("of Alembic's width holds no longer id after a --purge either", function()
    write(project, ("x"):rep(33), '"m"')
    project:write("luamigrate.lua", ALEMBIC)
    project:sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    assert.are.equal(4, project:run("stamp", "--purge", "head").code)
  end)

  it("is stamped in one piece, --purge included", function()
    project:sql([[CREATE TABLE luamigrate_version (version_num VARCHAR(255) NOT NULL PRIMARY KEY);
      INSERT INTO luamigrate_version VALUES ('unknown')]])
    assert.are.equal(9, project:run("-d", "sqlite:app.db", "stamp", "m").code)
    run("stamp", "--purge", "b1", "b2")
    assert.are.equal("b1\nb2", rows())
    run("stamp", "m")
    assert.are.equal("m", rows())
    run("stamp", "base")
    assert.are.equal("", rows())
  end)
end)
