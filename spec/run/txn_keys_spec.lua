-- Foreign keys that were violated before a revision are no fault of it, also when it renames what
-- they are known by; new violations are (G13).
local cli = require "spec.support.cli"

local BEFORE = [[
  CREATE TABLE p (id INTEGER PRIMARY KEY);
  CREATE TABLE q (id INTEGER PRIMARY KEY);
  CREATE TABLE c (a INTEGER REFERENCES p (id), z INTEGER REFERENCES q (id));
  CREATE TABLE two (a INTEGER, b INTEGER, FOREIGN KEY (a, b) REFERENCES pair (x, y));
  CREATE TABLE pair (x INTEGER, y INTEGER, PRIMARY KEY (x, y));
  CREATE TABLE e (x INTEGER);
  INSERT INTO p VALUES (1);
  INSERT INTO c (a) VALUES (7), (1);
  INSERT INTO two VALUES (5, 6)]]

local BATCH = [[op.batch_alter_table("c", { recreate = "always" }, function(batch)
  batch.alter_column("a", { new_column_name = "b" }) end)]]

local ACCEPTED = {
  'op.rename_table("c", "d")',
  'op.rename_table("p", "pp")',
  'op.alter_column("p", "id", { new_column_name = "x" })',
  'op.alter_column("c", "a", { new_column_name = "b" })',
  BATCH,
  'op.rename_table("p", "pp") ' .. BATCH .. ' op.rename_table("c", "d")',
  'op.rename_table("pair", "couple") op.alter_column("two", "b", { new_column_name = "c" })',
  [[op.execute "CREATE TABLE n (a INTEGER REFERENCES p (id), z INTEGER REFERENCES q (id))"
    op.execute "INSERT INTO n SELECT * FROM c" op.drop_table "c"]],
}

-- What is done, and the violation that is named.
local REFUSED = {
  ['op.execute "UPDATE c SET a = 1, z = 9 WHERE a = 7"'] = "c row 1: (z) references q(id)",
  ['op.rename_table("c", "d") op.execute "UPDATE d SET a = 1, z = 9 WHERE a = 7"'] =
    "d row 1: (z) references q(id)",
  ['op.rename_table("c", "d") op.execute "INSERT INTO d (a) VALUES (8)"'] =
    "d row 3: (a) references p(id)",
  ['op.rename_table("c", "d") op.execute "DELETE FROM p"'] = "d row 2: (a) references p(id)",
  ['op.rename_table("e", "f") op.execute "UPDATE c SET z = 3 WHERE a = 1"'] =
    "c row 2: (z) references q(id)",
  ['op.rename_table("e", "f") op.execute "DELETE FROM c" op.execute "UPDATE two SET a = 0"'] =
    "two row 1: (a, b) references pair(x, y)",
}

describe("foreign keys that were violated before", function()
  local project

  local function upgrade(body)
    project = cli.project { revisions = { { id = "r1", upgrade = body } } }
    finally(function() project:remove() end)
    project:sql(BEFORE)
    return project:run "upgrade"
  end

  for _, body in ipairs(ACCEPTED) do
    it("are known again: " .. body, function()
      local result = upgrade(body)
      assert.are.equal(0, result.code, result.err)
    end)
  end

  for body, violation in pairs(REFUSED) do
    it("do not hide new ones: " .. body, function()
      local before = violation:find "^two" and "INSERT INTO pair VALUES (5, 6)"
      project = cli.project { revisions = { { id = "r1", upgrade = body } } }
      finally(function() project:remove() end)
      project:sql(BEFORE .. (before and ";" .. before or ""))
      local dump = project:dump()
      local result = project:run "upgrade"
      assert.are.equal(5, result.code, result.err)
      assert.is_truthy(result.err:find("foreign keys are violated by 1 row:\n    " .. violation, 1,
        true), result.err)
      assert.are.equal(dump, project:dump())
    end)
  end
end)
