-- Proves what is looked up before an op becomes SQL, where SQLite itself cannot say it:
-- IF [NOT] EXISTS of columns, and tables that others refer to.
local cli = require "spec.support.cli"

local SETUP = [[
  CREATE TABLE parent (id INTEGER PRIMARY KEY, up INTEGER REFERENCES parent (id));
  CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES PARENT (id));
  CREATE TABLE alone (id INTEGER PRIMARY KEY, up INTEGER REFERENCES alone (id));
  INSERT INTO parent VALUES (1, 1);
  INSERT INTO child VALUES (10, 1);
]]
local FOREIGN_KEYS = "foreign_keys = true"

-- what, the body, the header, a pattern of the error; nil: it works, and then the query says
local cases = {
  { "a column is there already, in other case",
    'op.add_column("child", { "P", types.text }, { if_not_exists = true })', "", nil,
    "SELECT count(*) FROM pragma_table_info('child')", "2" },
  { "a column is not there yet",
    'op.add_column("child", { "n", types.text, index = true }, { if_not_exists = true })', "", nil,
    "SELECT name FROM sqlite_schema WHERE tbl_name = 'child' AND type = 'index'",
    "ix_child_n" },
  { "a column of a table that is not there",
    'op.add_column("nix", { "n", types.text }, { if_not_exists = true })', "", "nix" },
  { "a column is gone already",
    'op.drop_column("child", "n", { if_exists = true })', "", nil,
    "SELECT count(*) FROM pragma_table_info('child')", "2" },
  { "a missing column without if_exists", 'op.drop_column("child", "n")', "", "n" },
  { "a column of a table that is not there is not gone",
    'op.drop_column("nix", "n", { if_exists = true })', "", "nix" },
  { "a table that another refers to in other letters, keys enforced",
    'op.drop_table "parent"', FOREIGN_KEYS, "the table 'child' refers to 'parent'" },
  { "a table that another refers to, named in other letters",
    'op.drop_table "Parent"', FOREIGN_KEYS, "the table 'child' refers to 'Parent'" },
  { "a table that refers to itself only", 'op.drop_table "alone"', FOREIGN_KEYS, nil,
    "SELECT count(*) FROM sqlite_schema WHERE name = 'alone'", "0" },
  { "the table that refers goes first",
    'op.drop_table "child" op.drop_table "parent"', FOREIGN_KEYS, nil,
    "SELECT count(*) FROM sqlite_schema WHERE name IN ('child', 'parent')", "0" },
  { "both tables, keys not enforced",
    'op.drop_table "parent" op.drop_table "child"', "", nil,
    "SELECT count(*) FROM sqlite_schema WHERE name IN ('child', 'parent')", "0" },
}

describe("an op:", function()
  for _, case in ipairs(cases) do
    local what, body, header, failure, query, answer = table.unpack(case, 1, 6)
    it(what, function()
      local project = cli.project { revisions = { { id = "r1", upgrade = body, header = header } } }
      finally(function() project:remove() end)
      project:sql(SETUP)
      local before = project:sql ".dump"
      local result = project:run "upgrade"
      if failure then
        assert.are.equal(5, result.code, result.err)
        assert.is_truthy(result.err:find(failure, 1, true), result.err)
        assert.are.equal(before, project:sql ".dump")
      else
        assert.are.equal(0, result.code, result.err)
        assert.are.equal(answer, project:sql(query))
      end
    end)
  end
end)
