-- kill -9 at any moment of a change of a table: the old one or the new one, nothing between, and no
-- table of the copy is left.
local cli = require "spec.support.cli"

local ROUNDS = os.getenv "SOAK" and 200 or 12

local SETUP = [[
  CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, n INTEGER);
  CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER REFERENCES p (id) ON DELETE CASCADE);
  CREATE INDEX i ON p (name DESC) WHERE n > 3;
  CREATE TRIGGER tr AFTER INSERT ON p BEGIN UPDATE p SET n = n + 1 WHERE id = new.id; END;
  WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 20000)
    INSERT INTO p SELECT i, 'name ' || i, i % 7 FROM k;
  INSERT INTO c SELECT id, id FROM p;
]]

local STATE = [[
  SELECT type, name, sql FROM sqlite_schema WHERE tbl_name NOT LIKE 'luamigrate!_v%' ESCAPE '!'
    AND tbl_name NOT LIKE 'luamigrate!_h%' ESCAPE '!' ORDER BY 1, 2;
  SELECT count(*), sum(length(name)), sum(n) FROM p; SELECT count(*) FROM c;
  SELECT * FROM sqlite_sequence WHERE name = 'p'; PRAGMA integrity_check;]]

describe("kill -9 in changes of a table", function()
  it(("leaves the old or the new one, %d times"):format(ROUNDS), function()
    local project = cli.project { config = false, revisions = { { id = "r1", upgrade = [[
      op.create_unique_constraint("uq", "p", { "name" })
      op.alter_column("p", "n", { nullable = false, new_column_name = "m" })
      op.batch_alter_table("p", { recreate = "always" }, function(batch)
        batch.alter_column("m", { new_column_name = "n", nullable = true })
        batch.add_column { "x", types.text, unique = true }
      end)]] } } }
    finally(function() project:remove() end)
    project:sql(SETUP, "first.db")
    local old = project:sql(STATE, "first.db")
    project:shell "cp first.db app.db"
    local started = project:shell("date +%s%N").out
    local result = project:run("-d", "sqlite:app.db", "upgrade")
    local seconds = (tonumber(project:shell("date +%s%N").out) - tonumber(started)) / 1e9
    assert.are.equal(0, result.code, result.err)
    local new = project:sql(STATE)
    assert.are_not.equal(old, new)

    math.randomseed(20261121)
    local seen = { [old] = 0, [new] = 0 }
    for _ = 1, ROUNDS do
      project:shell "rm -f app.db*; cp first.db app.db"
      project:shell(([[timeout -s KILL %.4f "$L" -q -d sqlite:app.db upgrade
        true]]):format(0.002 + math.random() * seconds))
      local state = project:sql(STATE)
      assert.truthy(seen[state], "neither the old nor the new state:\n" .. state)
      seen[state] = seen[state] + 1
      assert.are.equal(0, project:run("-d", "sqlite:app.db", "upgrade").code)
      assert.are.equal(new, project:sql(STATE))
    end
    assert.is_true(seen[old] > 0, "no run was cut short")
  end)
end)
