-- Proves what is looked up before an op becomes SQL, where SQLite itself cannot say it:
-- IF [NOT] EXISTS of columns, tables that others refer to, other names of indexes and constraints.
local cli = require "spec.support.cli"

local SETUP = [[
  CREATE TABLE parent (id INTEGER PRIMARY KEY, up INTEGER REFERENCES parent (id));
  CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES PARENT (id));
  CREATE TABLE alone (id INTEGER PRIMARY KEY, up INTEGER REFERENCES alone (id));
  CREATE TABLE named (a INTEGER CONSTRAINT ck_a CHECK (a > 0), b TEXT, CONSTRAINT uq UNIQUE (b));
  CREATE TABLE states (id INTEGER PRIMARY KEY, s VARCHAR(3) DEFAULT 'on' NOT NULL
    CONSTRAINT state CHECK (s IN ('on', 'off')), t VARCHAR(3) CONSTRAINT state
    CHECK (t IN ('on', 'off')), u TEXT CONSTRAINT other CHECK (u IN ('on')));
  INSERT INTO states (s, t) VALUES ('on', 'off'), ('off', NULL);
  CREATE UNIQUE INDEX "old index" ON named (a DESC, lower(b)) WHERE a > 1;
  INSERT INTO named VALUES (5, 'x');
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
  { "an index gets another name", 'op.rename_index("OLD index", "new", { schema = "main" })', "",
    nil, "SELECT sql FROM sqlite_schema WHERE name = 'new' OR name = 'old index'",
    'CREATE UNIQUE INDEX new ON named (a DESC, lower(b)) WHERE a > 1' },
  { "an index that is not there", 'op.rename_index("nix", "new")', "",
    "op.rename_index: no such index: nix" },
  { "an index that may be missing", 'op.rename_index("nix", "new", { if_exists = true })', "", nil,
    "SELECT count(*) FROM sqlite_schema WHERE name = 'old index'", "1" },
  { "an index takes a name that is there", 'op.rename_index("old index", "named")', "",
    "named" },
  { "the index of a constraint", 'op.rename_index("sqlite_autoindex_named_1", "new")', "",
    "the index 'sqlite_autoindex_named_1' belongs to a constraint of the table 'named'" },
  { "constraints get other names",
    'op.rename_constraint("named", "UQ", "a b") op.rename_constraint("named", "ck_a", "ck")', "",
    nil, "SELECT sql FROM sqlite_schema WHERE name = 'named'",
    'CREATE TABLE named (a INTEGER CONSTRAINT ck CHECK (a > 0), b TEXT, '
    .. 'CONSTRAINT "a b" UNIQUE (b))' },
  { "a constraint that is not there", 'op.rename_constraint("named", "nix", "x")', "",
    "the table 'named' has no constraint 'nix'; it has" },
  { "a constraint takes a name that is there", 'op.rename_constraint("named", "uq", "CK_A")', "",
    "the table 'named' has a constraint 'CK_A' already" },
  { "enum types are nothing", [[op.create_enum("e", { "a" }) op.add_enum_value("e", "b")
    op.rename_enum_value("e", "a", "c") op.drop_enum("e")]], "", nil,
    "SELECT count(*) FROM sqlite_schema WHERE name = 'e'", "0" },
  { "a value is added to the CHECKs of its type", [[
    op.add_enum_value("state", "it's", { before = "off" })
    op.add_enum_value("STATE", "it's", { if_not_exists = true })
    op.add_enum_value("state", "new", { after = "off" })
    op.execute "INSERT INTO states (s, t) VALUES ('it''s', 'new')"
    ]], "", nil, "SELECT group_concat(s) || ' ' || group_concat(t) || ' ' || (SELECT "
    .. "sql LIKE '%s IN (''on'', ''it''''s'', ''off'', ''new'')%' FROM sqlite_schema "
    .. "WHERE name = 'states') FROM states", "on,off,it's off,new 1" },
  { "a value is renamed in the CHECKs, the rows and the default", [[
    op.rename_enum_value("state", "on", "ON")
    op.execute "INSERT INTO states (t) VALUES ('ON')"]], "", nil,
    "SELECT group_concat(s) || ' ' || group_concat(t) FROM states", "ON,off,ON off,ON" },
  { "a value that is there already", 'op.add_enum_value("state", "off")', "",
    "op.add_enum_value: the enum type 'state' has the value 'off' already" },
  { "a value beside one that is not there", 'op.add_enum_value("state", "x", { after = "y" })', "",
    "op.add_enum_value: the enum type 'state' has no value 'y'; it has 'on', 'off'" },
  { "a value gets a name that is there", 'op.rename_enum_value("state", "on", "off")', "",
    "op.rename_enum_value: the enum type 'state' has the value 'off' already" },
  { "a value that is not there gets a name", 'op.rename_enum_value("state", "x", "y")', "",
    "op.rename_enum_value: the enum type 'state' has no value 'x'" },
  { "a view in the place of another", [[op.create_view("v", "SELECT a FROM named")
    op.create_view("v", "SELECT b FROM named", { replace = true })
    op.create_view("v", "SELECT 1", { if_not_exists = true })]], "", nil,
    "SELECT b FROM v", "x" },
  { "a view goes", [[op.create_view("v", "SELECT a FROM named") op.drop_view("v")
    op.drop_view("v", { if_exists = true })]], "", nil,
    "SELECT count(*) FROM sqlite_schema WHERE name = 'v'", "0" },
  { "what only PostgreSQL has", 'op.create_sequence("q")', "",
    "op.create_sequence: sequences exist on PostgreSQL only" },
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
