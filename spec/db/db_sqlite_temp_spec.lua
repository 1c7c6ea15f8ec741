-- Proves that what a script leaves in the temporary schema ends with the revision: the next one
-- sees the same, and the version table is never hidden, whether they run in one command or two.
local cli = require "spec.support.cli"

local function run(first, second)
  local project = cli.project {
    revisions = {
      { id = "r1", upgrade = first },
      { id = "r2", down = "r1", upgrade = second },
    },
  }
  finally(function() project:remove() end)
  local result = project:run "upgrade"
  assert.are.equal(0, result.code, result.err)
  assert.are.equal("r2|2", project:sql [[
    SELECT version_num, (SELECT count(*) FROM luamigrate_history) FROM luamigrate_version]])
end

local TWICE = [[op.execute "CREATE TEMP TABLE scratch (a); INSERT INTO scratch VALUES (1)"]]

describe("temporary", function()
  it("tables end with the revision", function()
    run(TWICE, TWICE)
  end)

  it("tables of op.create_table end too", function()
    local body = [[op.create_table("scratch", { { "a", types.text } }, { prefixes = { "TEMP" } })]]
    run(body, body)
  end)

  it("tables do not stand before the version table", function()
    run([[op.execute "CREATE TEMP TABLE luamigrate_version (version_num TEXT)"
      op.execute "CREATE TEMP VIEW luamigrate_history AS SELECT 1"]],
      [[op.execute "CREATE TEMP TABLE luamigrate_version AS SELECT * FROM main.luamigrate_version"
        op.execute "CREATE TEMP TABLE luamigrate_history (revision TEXT)"]])
  end)

  it("triggers, views, indexes and virtual tables end with the revision", function()
    run([==[op.execute [[
        CREATE TABLE t (a); CREATE TEMP TABLE x (a INTEGER PRIMARY KEY AUTOINCREMENT);
        CREATE INDEX temp.ix ON x (a); INSERT INTO x VALUES (1);
        CREATE TEMP VIEW v AS SELECT a FROM x;
        CREATE VIRTUAL TABLE temp.words USING fts5(body); INSERT INTO words VALUES ('one');
        CREATE TEMP TRIGGER gone AFTER INSERT ON main.t BEGIN DELETE FROM t; END;
        CREATE TEMP TRIGGER of_view INSTEAD OF INSERT ON v BEGIN SELECT 1; END]]]==],
      [[op.execute "INSERT INTO t VALUES (1)"
        local db = op.get_bind()
        assert(db:scalar "SELECT count(*) FROM t" == 1)
        assert(db:scalar "SELECT count(*) FROM temp.sqlite_schema WHERE name NOT LIKE 'sqlite%'"
          == 0)]])
  end)

  it("tables may be read in a loop that the revision leaves", function()
    run([[op.execute "CREATE TEMP TABLE x AS SELECT 1 AS a UNION SELECT 2"
      for row in op.get_bind():rows "SELECT a FROM x" do
        if row.a == 1 then break end
      end
      local next_row = op.get_bind():rows "SELECT a FROM x"
      next_row()]], TWICE)
  end)

  it("tables of a failed revision are rolled back", function()
    local project = cli.project {
      revisions = { { id = "r1", upgrade = TWICE .. "\nerror 'stop'" } },
    }
    finally(function() project:remove() end)
    local result = project:run "upgrade"
    assert.are.equal(5, result.code)
    assert.is_truthy(result.err:find("stop", 1, true), result.err)
  end)
end)
