-- Changing a table on SQLite loses nothing: each loss that copying a reflected table has, one by
-- one, against the real program and the sqlite3 shell's view of the result.
local cli = require "spec.support.cli"

local SETUP = [[
  CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT, n INTEGER DEFAULT 1);
  CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER REFERENCES p (id) ON DELETE CASCADE);
  INSERT INTO p VALUES (1, 'a', 1), (2, 'b', 2), (5, 'c', 3);
  INSERT INTO c VALUES (1, 1), (2, 1), (3, 5);
]]

local function run(setup, body, header, config)
  local self = cli.project {
    revisions = { { id = "r1", upgrade = body, header = header } }, config = config }
  finally(function() self:remove() end)
  self:sql(setup)
  local result = self:run "upgrade"
  return result, self
end

local function text(name)
  return "SELECT sql FROM sqlite_schema WHERE name = '" .. name .. "'"
end

local COPY = [[op.batch_alter_table("p", { recreate = "always" }, function() end)]]
local SCHEMA = "SELECT type, name, sql FROM sqlite_schema WHERE tbl_name NOT IN "
  .. "('luamigrate_version', 'luamigrate_history') ORDER BY name"

-- what, setup, queries whose answer stays through a copy
local kept = {
  { "child rows under ON DELETE CASCADE", SETUP, "SELECT * FROM c; SELECT * FROM p" },
  { "a view on the table", SETUP .. "CREATE VIEW v AS SELECT name FROM p;", "SELECT * FROM v" },
  { "triggers on the table", SETUP .. [[
    CREATE TRIGGER t1 AFTER INSERT ON p BEGIN UPDATE p SET n = n + 1 WHERE id = new.id; END;
    CREATE TRIGGER t2 BEFORE UPDATE OF name, n ON p WHEN new.n > 5 BEGIN SELECT 1; END;]],
    "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'" },
  { "triggers of others that use the table", SETUP .. [[
    CREATE TRIGGER t1 AFTER INSERT ON c BEGIN UPDATE p SET n = n + 1; END;]],
    "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'" },
  { "WITHOUT ROWID and STRICT", [[
    CREATE TABLE p (a TEXT, b INT, PRIMARY KEY (a DESC, b)) WITHOUT ROWID, STRICT;
    INSERT INTO p VALUES ('x', 1), ('y', 2);]], "SELECT * FROM p; SELECT wr, strict FROM "
    .. "pragma_table_list('p')" },
  { "AUTOINCREMENT and its sequence", [[
    CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, a);
    INSERT INTO p VALUES (7, 'x'), (100, 'y'); DELETE FROM p WHERE id = 100;]],
    "SELECT * FROM sqlite_sequence" },
  { "the sequence of an empty table", [[
    CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, a);
    INSERT INTO p VALUES (100, 'y'); DELETE FROM p;]], "SELECT * FROM sqlite_sequence" },
  { "COLLATE of columns, COLLATE and DESC of indexes", [[
    CREATE TABLE p (a TEXT COLLATE NOCASE, b TEXT);
    CREATE INDEX i ON p (b COLLATE RTRIM DESC, a);]], "SELECT * FROM pragma_index_xinfo('i')" },
  { "CHECKs with and without names", [[
    CREATE TABLE p (a INTEGER CHECK (a > 0), b INTEGER,
                    CONSTRAINT c CHECK (b > a), CHECK (b < 9));]],
    "SELECT 1" },
  { "ON CONFLICT clauses", [[
    CREATE TABLE p (a INTEGER NOT NULL ON CONFLICT REPLACE DEFAULT 4 UNIQUE ON CONFLICT IGNORE,
                    b TEXT, UNIQUE (b) ON CONFLICT REPLACE);
    INSERT INTO p VALUES (1, 'x'), (NULL, 'y');]], "SELECT * FROM p" },
  { "indexes on expressions and of some rows", SETUP .. [[
    CREATE INDEX i ON p (lower(name), n + 1) WHERE n > 1 AND name IS NOT NULL;
    CREATE UNIQUE INDEX u ON p (name) WHERE n = 1;]], "SELECT * FROM pragma_index_list('p')" },
  { "generated columns, two of them", [[
    CREATE TABLE p (a INTEGER, b INTEGER AS (a * 2) STORED, c TEXT GENERATED ALWAYS AS (a || 'x'));
    INSERT INTO p VALUES (1), (2);]], "SELECT * FROM p" },
  { "a default that is a string in double quotes", [[
    CREATE TABLE p (a TEXT DEFAULT "x", b TEXT CHECK (b <> "abc"));
    INSERT INTO p (b) VALUES ('1');]], "SELECT * FROM p" },
  { "columns without a type, odd type texts, odd names", [[
    CREATE TABLE p ("a b", [c] "my type"(3), `d``e` UNSIGNED BIG INT,
                    "f""g" character  varying ( 5 ));
    INSERT INTO p VALUES (1, 2, 3, 4);]], "SELECT * FROM p" },
  { "INT PRIMARY KEY, which is not the rowid", [[
    CREATE TABLE p (id INT PRIMARY KEY, a); INSERT INTO p (rowid, id) VALUES (77, 1), (3, 2);]],
    "SELECT rowid, * FROM p" },
  { "hidden rowids", [[
    CREATE TABLE p (a, rowid TEXT); INSERT INTO p (oid, a) VALUES (5, 'x'), (-3, 'y'), (99, 'z');]],
    "SELECT oid, * FROM p" },
  { "comments and spelling", "CREATE TABLE p (a INT, -- the first\n  /* x */ B  Text -- last\n);",
    "SELECT 1" },
  { "references to itself", [[
    CREATE TABLE p (id INTEGER PRIMARY KEY, up INTEGER REFERENCES p, FOREIGN KEY (up) REFERENCES
      "p" (id) ON DELETE SET NULL); INSERT INTO p VALUES (1, NULL), (2, 1);]], "SELECT * FROM p" },
  { "statistics", SETUP .. "CREATE INDEX i ON p (name); ANALYZE;", "SELECT * FROM sqlite_stat1" },
  { "a table that is called like the copy", SETUP .. "CREATE TABLE luamigrate_new (a);",
    "SELECT count(*) FROM luamigrate_new" },
}

-- what, setup, body, query, answer
local works = {
  { "no index that the same batch drops again", SETUP, [[op.batch_alter_table("p", function(batch)
      batch.create_index("i", { "n" })
      batch.create_unique_constraint("u", { "n" })
      batch.create_index("j", { "name" })
      batch.drop_index "I"
    end)]],
    "SELECT group_concat(name) FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL", "j" },
  { "NOT NULL and a default, by text", SETUP,
    [[op.alter_column("p", "name", { nullable = false, server_default = "x" })]], text "p",
    "CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT DEFAULT 'x' NOT NULL, "
      .. "n INTEGER DEFAULT 1)" },
  { "and back", SETUP, [[
    op.alter_column("p", "name", { nullable = false, server_default = sql "1 + 1" })
    op.alter_column("p", "name", { nullable = true, server_default = null })]], text "p",
    "CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT, n INTEGER DEFAULT 1)" },
  { "a type of the same affinity and one of another", SETUP, [[
    op.alter_column("p", "name", { type = types.string(9) })
    op.alter_column("p", "n", { type = types.text })]],
    text "p" .. "; SELECT n, typeof(n) FROM p WHERE id = 1",
    "CREATE TABLE p (id INTEGER PRIMARY KEY, name VARCHAR(9), n TEXT DEFAULT 1)\n1|text" },
  { "a type that does not fit loses no value", [[
    CREATE TABLE p (a TEXT); INSERT INTO p VALUES ('12'), ('x');]],
    [[op.alter_column("p", "a", { type = types.integer })]], "SELECT a, typeof(a) FROM p",
    "12|integer\nx|text" },
  { "a new default leaves rows older than their column alone", [[
    CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1), (2);
    ALTER TABLE p ADD COLUMN a INTEGER DEFAULT 7; INSERT INTO p VALUES (3, 8);]], [[
    op.alter_column("p", "a", { server_default = 9 })]], "SELECT * FROM p", "1|7\n2|7\n3|8" },
  { "and so does a default that goes", [[
    CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1), (2);
    ALTER TABLE p ADD COLUMN a TEXT DEFAULT 'x';]], [[
    op.alter_column("p", "a", { server_default = null })]], "SELECT * FROM p", "1|x\n2|x" },
  { "and the first default of a column", [[
    CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1), (2);
    ALTER TABLE p ADD COLUMN a TEXT;]], [[
    op.alter_column("p", "a", { server_default = "x" })]],
    "SELECT id, a IS NULL FROM p", "1|1\n2|1" },
  { "and one that an index remembers", [[
    CREATE TABLE p (id INTEGER PRIMARY KEY, b TEXT); INSERT INTO p VALUES (1, 'x'), (2, 'y');
    ALTER TABLE p ADD COLUMN a INTEGER NOT NULL DEFAULT 7; CREATE INDEX i ON p (a);]], [[
    op.alter_column("p", "a", { server_default = null })]], "SELECT * FROM p NOT INDEXED",
    "1|x|7\n2|y|7" },
  { "an index of a batch on a column that is renamed after it", SETUP, [[
    op.batch_alter_table("p", function(batch)
      batch.create_index("i", { "name" })
      batch.alter_column("name", { new_column_name = "title" })
    end)
    op.batch_alter_table("p", function(batch)
      batch.create_index("j", { "n" })
      batch.alter_column("n", { nullable = false, new_column_name = "m" })
    end)]],
    "SELECT sql FROM sqlite_schema WHERE name IN ('i', 'j') ORDER BY name",
    "CREATE INDEX i ON p (title)\nCREATE INDEX j ON p (m)" },
  { "rename of a column that others refer to", SETUP .. [[
    CREATE VIEW v AS SELECT name FROM p; CREATE INDEX i ON p (lower(name)) WHERE name > 'a';
    CREATE TABLE d (p_name TEXT REFERENCES p (name)); CREATE UNIQUE INDEX u ON p (name);]],
    [[op.alter_column("p", "name", { new_column_name = "title" })]],
    "SELECT sql FROM sqlite_schema WHERE name IN ('v', 'i', 'd') ORDER BY name",
    "CREATE TABLE d (p_name TEXT REFERENCES p (title))\n"
      .. "CREATE INDEX i ON p (lower(title)) WHERE title > 'a'\n"
      .. "CREATE VIEW v AS SELECT title FROM p" },
  { "rename of a key that SQLite's own statement fails at",
    "CREATE TABLE p (a INT, b, PRIMARY KEY (a), UNIQUE (a, b)) WITHOUT ROWID;",
    [[op.alter_column("p", "a", { new_column_name = "c" })]], text "p",
    "CREATE TABLE p (c INT, b, PRIMARY KEY (c), UNIQUE (c, b)) WITHOUT ROWID" },
  { "rename after other changes of the same batch",
    SETUP .. "CREATE VIEW v AS SELECT name FROM p;", [[
    op.batch_alter_table("p", function(batch)
      batch.create_check_constraint("ck", "length(name) > 0")
      batch.alter_column("name", { new_column_name = "title" })
      batch.add_column({ "x", types.text, unique = true }, { insert_after = "id" })
    end)]], text "p" .. ";" .. text "v",
    [[CREATE TABLE p (id INTEGER PRIMARY KEY, x TEXT UNIQUE, title TEXT, n INTEGER DEFAULT 1,]]
      .. " CONSTRAINT ck CHECK (length(title) > 0))\nCREATE VIEW v AS SELECT title FROM p" },
  { "columns that swap their names", SETUP, [[
    op.batch_alter_table("p", function(batch)
      batch.create_check_constraint("ck", "n > 0")
      batch.alter_column("name", { new_column_name = "x" })
      batch.alter_column("n", { new_column_name = "name" })
      batch.alter_column("x", { new_column_name = "n" })
    end)]], "SELECT name, n FROM p WHERE id = 2; " .. text "p",
    "2|b\nCREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT, name INTEGER DEFAULT 1, "
      .. "CONSTRAINT ck CHECK (name > 0))" },
  { "constraints, all kinds, there and back", SETUP, [[
    op.create_unique_constraint("uq", "p", { "name", "n" })
    op.create_check_constraint("ck", "p", "n > 0")
    op.create_foreign_key("fk", "p", "c", { "id" }, { "id" }, { ondelete = "CASCADE" })
    op.drop_constraint("uq", "p")
    op.drop_constraint("ck", "p", { type = "check" })
    op.drop_constraint("fk", "p", { type = "foreignkey" })
    op.drop_constraint("fk", "p", { if_exists = true })]], text "p",
    "CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT, n INTEGER DEFAULT 1)", true },
  { "a primary key that goes and comes",
    [[CREATE TABLE p (a TEXT, b TEXT NOT NULL, PRIMARY KEY (a));
    INSERT INTO p (rowid, a, b) VALUES (4, 'x', 'y');]], [[
    op.drop_constraint(nil, "p", { type = "primary" })
    op.create_primary_key("pk", "p", { "b", "a" })]], text "p" .. "; SELECT rowid, * FROM p",
    "CREATE TABLE p (a TEXT NOT NULL, b TEXT NOT NULL, CONSTRAINT pk PRIMARY KEY (b, a))\n4|x|y" },
  { "unnamed constraints, by their columns", [[
    CREATE TABLE p (a INTEGER UNIQUE REFERENCES q, b INTEGER CHECK (b > 0), UNIQUE (b, a));
    CREATE TABLE q (id INTEGER PRIMARY KEY);]], [[
    op.drop_constraint(nil, "p", { columns = { "a" }, type = "unique" })
    op.drop_constraint(nil, "p", { columns = { "a" }, type = "foreignkey" })
    op.drop_constraint(nil, "p", { columns = { "a", "b" }, type = "unique" })
    op.drop_constraint(nil, "p", { columns = { "b" }, type = "check" })]], text "p",
    "CREATE TABLE p (a INTEGER, b INTEGER)" },
  { "unnamed constraints, by a naming convention", [[
    CREATE TABLE p (a INTEGER REFERENCES q (id), b INTEGER, UNIQUE (b, a));
    CREATE TABLE q (id INTEGER PRIMARY KEY);]], [[
    op.batch_alter_table("p", { naming_convention = {
      uq = "uq_%(table_name)s_%(column_0_N_name)s",
      fk = "fk_%(table_name)s_%(referred_table_name)s_%(referred_column_0_name)s" } },
      function(batch)
        batch.drop_constraint "uq_p_b_a"
        batch.drop_constraint("fk_p_q_id", { type = "foreignkey" })
      end)]], text "p", "CREATE TABLE p (a INTEGER, b INTEGER)" },
  { "a naming convention stays in a table that is made anew", [[
    CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, ]]
    .. [[a INTEGER UNIQUE REFERENCES q (id), b INTEGER CHECK (b > 0), ]]
    .. [[CONSTRAINT own UNIQUE (b), UNIQUE (b, a), FOREIGN KEY (b) REFERENCES q (id), ]]
    .. [[FOREIGN KEY (b) REFERENCES q (id));
    CREATE TABLE q (id INTEGER PRIMARY KEY);
    INSERT INTO q VALUES (1);
    INSERT INTO p VALUES (7, NULL, 1);]], [[
    local names = { pk = "pk_%(table_name)s", uq = "uq %(table_name)s_%(column_0_N_name)s",
      fk = "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s" }
    op.batch_alter_table("p", { naming_convention = names }, function(batch)
      batch.create_check_constraint("few", "b < 9")
    end)
    op.batch_alter_table("q", { naming_convention = names }, function(batch)
      batch.add_column({ "a", types.text, unique = true })
    end)
    op.batch_alter_table("p", function(batch)
      batch.drop_constraint("uq p_b_a", { type = "unique" })
    end)]], text "p" .. "; " .. text "q",
    "CREATE TABLE p (id INTEGER CONSTRAINT pk_p PRIMARY KEY AUTOINCREMENT, "
      .. 'a INTEGER CONSTRAINT "uq p_a" UNIQUE CONSTRAINT fk_p_a_q REFERENCES q (id), '
      .. "b INTEGER CHECK (b > 0), "
      .. "CONSTRAINT own UNIQUE (b), CONSTRAINT fk_p_b_q FOREIGN KEY (b) REFERENCES q (id), "
      .. "FOREIGN KEY (b) REFERENCES q (id), CONSTRAINT few CHECK (b < 9))\n"
      .. 'CREATE TABLE q (id INTEGER PRIMARY KEY, a TEXT CONSTRAINT "uq q_a" UNIQUE)' },
  { "a dropped column with all that is only about it", [[
    CREATE TABLE p (a INTEGER, b TEXT UNIQUE CHECK (b <> ''), FOREIGN KEY (b) REFERENCES q (x),
                    CHECK (length(b) < 9), CONSTRAINT ck CHECK (b > 'a'), CHECK (a > 0));
    CREATE INDEX i ON p (lower(b)); CREATE INDEX j ON p (a); INSERT INTO p VALUES (1, 'q');
    CREATE TABLE q (x TEXT PRIMARY KEY); INSERT INTO q VALUES ('q');]],
    [[op.drop_column("p", "b")]], text "p"
      .. "; SELECT name FROM sqlite_schema WHERE type = 'index'"
      .. " AND tbl_name = 'p'; SELECT * FROM p",
    "CREATE TABLE p (a INTEGER, CHECK (a > 0))\nj\n1" },
  { "no halt at a view that names the rowid of another table", [[
    CREATE TABLE p (a, rowid TEXT); CREATE TABLE q (b); INSERT INTO q VALUES (2);
    CREATE VIEW v AS SELECT rowid FROM q;]],
    [[op.drop_column("p", "rowid")]], "SELECT * FROM v", "1" },
  { "no index on the hidden rowid of one on a dropped column of that name", [[
    CREATE TABLE p (a, rowid TEXT); CREATE INDEX i ON p (rowid); INSERT INTO p VALUES (1, 'x');]],
    [[op.drop_column("p", "rowid")]], "SELECT count(*) FROM sqlite_schema WHERE name = 'i'", "0" },
  { "columns that ALTER TABLE cannot add", SETUP, [[
    op.add_column("p", { "a", types.text, unique = true })
    op.add_column("p", { "t", types.datetime, server_default = sql "CURRENT_TIMESTAMP" })
    op.add_column("p", { "g", types.integer, computed = { "n + 1", persisted = true } })
    op.add_column("c", { "x", types.integer, references = { "p", "id" }, server_default = 1 })]],
    "SELECT id, a, t > '2020', g FROM p WHERE id = 1; SELECT count(*) FROM c WHERE x = 1",
    "1||1|2\n3" },
  { "a column where the batch wants it, and an order", SETUP, [[
    op.batch_alter_table("p", function(batch)
      batch.add_column({ "x", types.text }, { insert_before = "id" })
      batch.alter_column("n", { insert_after = "id" })
    end)
    op.batch_alter_table("c", { recreate = "always", partial_reordering = { { "p_id", "id" } } },
      function() end)]],
    "SELECT group_concat(name) FROM pragma_table_info('p'); SELECT * FROM c WHERE id = 3",
    "x,id,n,name\n5|3" },
  { "table_args, table_kwargs, reflect_args", SETUP, [[
    op.batch_alter_table("p", { table_args = { unique({ "name" }, { name = "uq" }),
      index({ "n" }) }, table_kwargs = { sqlite_strict = true },
      reflect_args = { { "n", types.integer, nullable = false } } }, function() end)]],
    text "p" .. "; SELECT name FROM sqlite_schema WHERE name = 'ix_p_n'",
    "CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT, n INTEGER NOT NULL DEFAULT 1, "
      .. "CONSTRAINT uq UNIQUE (name)) STRICT\nix_p_n" },
  { "table_args that the table has already",
    "CREATE TABLE p (id INTEGER NOT NULL, n INTEGER CHECK (n > 0), q INTEGER, "
      .. "CONSTRAINT pk PRIMARY KEY (id), CONSTRAINT few CHECK (n IN (1,  2)), UNIQUE (n, q), "
      .. "CONSTRAINT fk FOREIGN KEY (q) REFERENCES p (id));", [[
    op.batch_alter_table("p", { recreate = "always", table_args = {
      primary_key({ "id" }, { name = "pk" }), check("N in (1, 2)", { name = "few" }), check "n > 0",
      unique { "n", "q" }, foreign_key({ "q" }, "p", { "id" }, { name = "fk" }),
      check "n > 1" } }, function(batch)
      batch.alter_column("q", { nullable = false })
    end)]], text "p",
    "CREATE TABLE p (id INTEGER NOT NULL, n INTEGER CHECK (n > 0), q INTEGER NOT NULL, "
      .. "CONSTRAINT pk PRIMARY KEY (id), CONSTRAINT few CHECK (n IN (1,  2)), UNIQUE (n, q), "
      .. "CONSTRAINT fk FOREIGN KEY (q) REFERENCES p (id), CHECK (n > 1))" },
  { "table_args with the columns of a key paired otherwise",
    "CREATE TABLE p (a INTEGER, b INTEGER, FOREIGN KEY (a, b) REFERENCES p (a, b), "
      .. "UNIQUE (a, b));", [[
    op.batch_alter_table("p", { table_args = { foreign_key({ "b", "a" }, "p", { "a", "b" }) } },
      function() end)]], text "p",
    "CREATE TABLE p (a INTEGER, b INTEGER, FOREIGN KEY (a, b) REFERENCES p (a, b), UNIQUE (a, b), "
      .. "FOREIGN KEY(b, a) REFERENCES p (a, b))" },
  { "table_args in the place of what the batch drops",
    "CREATE TABLE p (n INTEGER, CONSTRAINT few CHECK (n < 3));", [[
    op.batch_alter_table("p", { table_args = { check("n < 9", { name = "few" }) } },
      function(batch)
      batch.drop_constraint("few", { type = "check" })
    end)]], text "p", "CREATE TABLE p (n INTEGER, CONSTRAINT few CHECK (n < 9))" },
  { "copy_from", SETUP, [[
    op.batch_alter_table("p", { copy_from = { { "id", types.integer, primary_key = true },
      { "name", types.string(5) } } }, function(batch)
        batch.alter_column("name", { nullable = false })
      end)]], text "p" .. "; SELECT * FROM p WHERE id = 2",
    "CREATE TABLE p (\n    id INTEGER NOT NULL,\n    name VARCHAR(5) NOT NULL,\n"
      .. "    PRIMARY KEY (id)\n)"
      .. "\n2|b" },
  { "a rename of the table at the end of a batch", SETUP, [[
    op.batch_alter_table("p", function(batch)
      batch.create_unique_constraint("uq", { "name" })
      batch.rename_table "q"
      batch.create_index("ix_q", { "n" })
    end)]], text "c" .. "; SELECT tbl_name FROM sqlite_schema WHERE name = 'ix_q'",
    'CREATE TABLE c (id INTEGER PRIMARY KEY, p_id INTEGER REFERENCES "q" (id) '
      .. "ON DELETE CASCADE)\nq" },
}

-- what, setup, body, parts of the message, header
local refused = {
  { "NOT NULL where there are NULLs", SETUP .. "UPDATE p SET name = NULL WHERE id < 3;",
    [[op.alter_column("p", "name", { nullable = false })]],
    { "'name' of 'p' cannot be NOT NULL: 2 rows have NULL" } },
  { "a CHECK that rows violate", SETUP, [[op.create_check_constraint("ck", "p", "n < 3")]],
    { "1 row of 'p' violates CHECK (n < 3)" } },
  { "a key that rows violate", SETUP .. "UPDATE p SET name = 'a';",
    [[op.create_unique_constraint("uq", "p", { "name" })]],
    { "UNIQUE constraint failed: p.name" } },
  { "a foreign key that rows violate",
    SETUP, [[op.create_foreign_key("fk", "p", "c", { "id" }, { "id" })]],
    { "foreign keys are violated by 1 row", "p row 5: (id) references c(id)" } },
  { "table_args that say otherwise", "CREATE TABLE p (n INTEGER, CONSTRAINT few CHECK (n < 3));",
    [[op.batch_alter_table("p", { table_args = { check("n < 4", { name = "few" }) } },
      function() end)]],
    { "the table 'p' has a constraint 'few' already" } },
  { "a column that shares a key",
    "CREATE TABLE p (a, b, UNIQUE (a, b));", [[op.drop_column("p", "a")]],
    { "shares a constraint with other columns: UNIQUE (a, b)", "drop_constraint" } },
  { "a column that shares an index", SETUP .. "CREATE INDEX ix ON p (n, name);",
    [[op.drop_column("p", "n")]], { "the index 'ix' is also about columns that stay" } },
  { "a column that another is computed from", "CREATE TABLE p (a, b AS (a));",
    [[op.drop_column("p", "a")]], { "'b' is computed from it" } },
  { "a column that a view needs", SETUP .. "CREATE VIEW v AS SELECT n FROM p;",
    [[op.drop_column("p", "n")]], { "this would break the view 'v'", "no such column: n" } },
  { "a column that a view names as if it were a string",
    SETUP .. 'CREATE VIEW v AS SELECT "n" FROM p;', [[op.drop_column("p", "n")]],
    { "this would break the view 'v'" } },
  { "a column that a trigger needs", SETUP
    .. "CREATE TRIGGER tr AFTER INSERT ON c BEGIN UPDATE p SET n = 1; END;",
    [[op.drop_column("p", "n")]], { "this would break the trigger 'tr'" } },
  { "a constraint that is not there, with those that are",
    "CREATE TABLE p (a INTEGER CHECK (a > 0), CONSTRAINT uq UNIQUE (a));",
    [[op.drop_constraint("up", "p")]],
    { "the table 'p' has no constraint 'up'; it has", "CHECK (a > 0)",
      "CONSTRAINT uq UNIQUE (a)" } },
  { "a bare nil",
    SETUP, [[op.drop_constraint(nil, "p")]], { "without a name needs columns and type" } },
  { "a second primary key", SETUP, [[op.create_primary_key("pk", "p", { "n" })]],
    { "has a primary key already" } },
  { "a copy while foreign keys are enforced",
    SETUP, [[op.create_unique_constraint("u", "p", { "n" })]],
    { "must be copied and dropped", "foreign_keys = true" }, "foreign_keys = true" },
  { "a copy with recreate = never", SETUP, [[op.batch_alter_table("p", { recreate = "never" },
      function(batch) batch.create_unique_constraint("u", { "n" }) end)]],
    { 'recreate = "never"' } },
  { "a number that SQLite does not give", SETUP,
    [[op.alter_column("p", "n", { autoincrement = true })]],
    { "autoincrement: SQLite numbers only a primary key that is one INTEGER column", "'n'" } },
  { "a number from a key of two columns", "CREATE TABLE p (a INTEGER, b, PRIMARY KEY (a, b));",
    [[op.alter_column("p", "a", { autoincrement = true })]], { "'a' is not one" } },
  { "a number from a key that goes down", "CREATE TABLE p (a INTEGER PRIMARY KEY DESC, b);",
    [[op.alter_column("p", "a", { autoincrement = true })]], { "'a' is not one" } },
  { "a rowid without numbers", SETUP,
    [[op.alter_column("p", "id", { autoincrement = false })]],
    { "SQLite always numbers", "'id'" } },
  { "a dropped rowid column that a view names", [[CREATE TABLE p (a, rowid TEXT);
    CREATE VIEW v AS SELECT x.rowid FROM p AS x;]], [[op.drop_column("p", "rowid")]],
    { "the view 'v' names 'rowid', which without this column is the hidden rowid" } },
  { "a dropped oid column that a trigger names", [[CREATE TABLE p (a, "OID" TEXT);
    CREATE TRIGGER t AFTER UPDATE ON p BEGIN SELECT new.oid; END;]],
    [[op.drop_column("p", "oid")]],
    { "the trigger 't' names 'OID'" } },
  { "a table that is not there", SETUP, [[op.alter_column("q", "n", { nullable = true })]],
    { "no such table: q" } },
  { "a column that is not there", SETUP, [[op.alter_column("p", "nam", { nullable = true })]],
    { "did you mean 'name'?" } },
  { "a view", "CREATE VIEW v AS SELECT 1 AS a;", [[op.alter_column("v", "a", { nullable = true })]],
    { "'v' is not a table" } },
  { "a misspelt function of batch", SETUP, [[op.batch_alter_table("p", function(batch)
      batch.add_colum() end)]],
    { "batch.add_colum: unknown function (did you mean 'add_column'?)" } },
  { "a batch whose function fails", SETUP, [[op.batch_alter_table("p", function(batch)
      batch.drop_column "n" error "boom" end)]], { "boom" } },
}

describe("a change of a table keeps", function()
  for _, case in ipairs(kept) do
    it(case[1], function()
      local self = cli.project { revisions = { { id = "r1", upgrade = COPY } } }
      finally(function() self:remove() end)
      self:sql(case[2])
      local schema, rows = self:sql(SCHEMA), self:sql(case[3])
      local result = self:run "upgrade"
      assert.equal(0, result.code, result.err)
      assert.equal(schema, self:sql(SCHEMA))
      assert.equal(rows, self:sql(case[3]))
      assert.equal("ok", self:sql "PRAGMA integrity_check; PRAGMA foreign_key_check")
      assert.equal("0", self:sql
        "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'luamigrate_kept%'")
    end)
  end
end)

describe("a change of a table makes", function()
  for _, case in ipairs(works) do
    it(case[1], function()
      local result, self = run(case[2], case[3])
      if case[5] == nil then
        assert.equal(5, result.code)
        return
      end
      assert.equal(0, result.code, result.err)
      assert.equal(case[5], self:sql(case[4]))
      assert.equal("ok", self:sql "PRAGMA integrity_check; PRAGMA foreign_key_check")
    end)
  end

  it("no halt at a view or trigger that is broken already, and names it", function()
    local result, self = run(SETUP .. [[
      CREATE TABLE gone (a); CREATE VIEW lost AS SELECT * FROM gone;
      CREATE TRIGGER tr AFTER INSERT ON p BEGIN INSERT INTO gone VALUES (1); END;
      CREATE VIEW fine AS SELECT name FROM p; DROP TABLE gone;]], [[
      op.alter_column("p", "name", { new_column_name = "title" })
      op.create_unique_constraint("u", "p", { "title" })
      op.drop_column("p", "n")
      op.rename_table("p", "p2")]])
    assert.equal(0, result.code, result.err)
    for _, part in ipairs { "view 'lost'", "trigger 'tr'", "was broken before" } do
      assert.truthy(result.err:find(part, 1, true), result.err)
    end
    assert.equal("a", self:sql "SELECT title FROM fine LIMIT 1")
    assert.equal("p2", self:sql "SELECT tbl_name FROM sqlite_schema WHERE name = 'tr'")
    assert.equal("CREATE VIEW lost AS SELECT * FROM gone", self:sql(text "lost"))
  end)

  it("one warning for a broken view in a revision, and one in the next", function()
    local self = cli.project { revisions = {
      { id = "r1", upgrade = [[
        op.create_unique_constraint("u", "p", { "name" })
        op.drop_constraint("u", "p", { type = "unique" })
        op.alter_column("p", "name", { new_column_name = "title" })]] },
      { id = "r2", down = "r1", upgrade = [[op.drop_column("p", "n")]] } } }
    finally(function() self:remove() end)
    self:sql(SETUP .. [[CREATE VIEW lost AS SELECT * FROM gone;
      CREATE VIEW other AS SELECT * FROM gone2;]])
    local first = self:run("upgrade", "r1")
    assert.equal(0, first.code, first.err)
    local both = self:run "upgrade"
    assert.equal(0, both.code, both.err)
    for _, result in ipairs { first, both } do
      for _, name in ipairs { "lost", "other" } do
        assert.equal(1, select(2, result.err:gsub("view '" .. name .. "'", "")), result.err)
      end
    end
    local all = self:run("downgrade", "base", "--yes")
    assert.equal(0, all.code, all.err)
  end)

  it("no loss of a temporary trigger", function()
    local result, self = run(SETUP .. "CREATE TABLE l (id);", [[
      op.execute "CREATE TEMP TRIGGER t1 AFTER INSERT ON p BEGIN INSERT INTO l VALUES (new.id); END"
      op.execute [=[CREATE TEMP TRIGGER t2 AFTER INSERT ON main.p
        BEGIN INSERT INTO l VALUES (-1); END]=]
      op.execute "CREATE TEMP TRIGGER t3 AFTER INSERT ON c BEGIN INSERT INTO l VALUES (-3); END"
      op.batch_alter_table("p", { recreate = "always" }, function() end)
      op.create_unique_constraint("u", "p", { "name" })
      op.alter_column("c", "p_id", { nullable = false })
      op.execute "INSERT INTO p (id, name) VALUES (9, 'z')"
      op.execute "INSERT INTO c (id, p_id) VALUES (9, 9)"]])
    assert.equal(0, result.code, result.err)
    assert.equal("-3\n-1\n9", self:sql "SELECT id FROM l ORDER BY id")
  end)

  it("nothing of what means nothing on SQLite", function()
    local result, self = run(SETUP, [[
      op.alter_column("p", "id", { autoincrement = true, identity = null, existing_identity = {} })
      op.alter_column("p", "id", { identity = { always = true, start = 5 }, comment = "key",
        existing_type = types.integer, existing_nullable = false, existing_comment = null,
        existing_server_default = null, existing_autoincrement = true, existing_identity = null })
      op.alter_column("p", "n", { comment = null, identity = null, autoincrement = false })
      op.batch_alter_table("p", function(batch)
        batch.alter_column("n", { identity = {}, comment = "a number" })
        batch.create_table_comment "a table"
        batch.drop_table_comment()
      end)]])
    assert.equal(0, result.code, result.err)
    assert.equal("CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT, n INTEGER DEFAULT 1)",
      self:sql(text "p"))
  end)

  it("its change in an attached database", function()
    local self = cli.project {
      config = 'return { url = "sqlite:app.db", attach = { aux = "aux.db" } }',
      revisions = { { id = "r1", upgrade = [[
        op.create_unique_constraint("u", "p", { "name" }, { schema = "aux" })
        op.alter_column("p", "n", { nullable = false, schema = "aux", new_column_name = "m" })
        op.batch_alter_table("p", { schema = "aux", recreate = "always" }, function(batch)
          batch.drop_index "i"
          batch.create_index("j", { "m" })
        end)]] } } }
    finally(function() self:remove() end)
    self:sql(SETUP .. [[CREATE INDEX i ON p (name);
      CREATE TRIGGER tr AFTER INSERT ON p BEGIN SELECT 1; END;]], "aux.db")
    self:sql "CREATE TABLE p (other)"
    local result = self:run "upgrade"
    assert.equal(0, result.code, result.err)
    assert.equal("CREATE TABLE p (other)", self:sql(text "p"))
    assert.equal("c\np\ntr\nj", self:sql(
      "SELECT name FROM sqlite_schema WHERE sql IS NOT NULL", "aux.db"))
    assert.equal("1|a|1\n2|b|2\n5|c|3", self:sql("SELECT id, name, m FROM p", "aux.db"))
  end)
end)

describe("a change of a table refuses", function()
  for _, case in ipairs(refused) do
    it(case[1], function()
      local self = cli.project {
        revisions = { { id = "r1", upgrade = case[3], header = case[5] } } }
      finally(function() self:remove() end)
      self:sql(case[2])
      local dump = self:sql ".dump"
      local result = self:run "upgrade"
      assert.equal(5, result.code, result.err)
      for _, part in ipairs(case[4]) do
        assert.truthy(result.err:find(part, 1, true), ("no %q in:\n%s"):format(part, result.err))
      end
      assert.equal(dump, self:sql ".dump")
    end)
  end
end)
