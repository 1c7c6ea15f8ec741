-- Proves that the text of a table is changed by token: what a change is not about stays byte for
-- byte, comments and spelling included, and what is unclear is refused.
local core = require "luamigrate.core"
local vocabulary = core.ddl.vocabulary()
local types, sql, null = vocabulary.types, vocabulary.sql, vocabulary.null
local edit = core.ddl.edit

-- what, text, ops, the text afterwards
local cases = {
  { "a column at the end, before the comment of no other",
    "CREATE TABLE t (a INT, -- one\n  b -- two\n)",
    { { "add_column", "t", { "c", types.text } } },
    "CREATE TABLE t (a INT, -- one\n  b, -- two\n  c TEXT\n)" },
  { "a column in front of constraints", "CREATE TABLE t (a, UNIQUE (a) CHECK (a > 0))",
    { { "add_column", "t", { "b", types.integer } } },
    "CREATE TABLE t (a, b INTEGER, UNIQUE (a) CHECK (a > 0))" },
  { "a column behind another", "CREATE TABLE t (\n  a,\n  b\n)",
    { { "add_column", "t", { "c", types.text }, insert_after = "a" } },
    "CREATE TABLE t (\n  a,\n  c TEXT,\n  b\n)" },
  { "a dropped column with its comment",
    "CREATE TABLE t (a, -- one\n  b INT CHECK (b > 0), -- two\n  c)",
    { { "drop_column", "t", "b" } }, "CREATE TABLE t (a, -- one\n  c)" },
  { "a dropped last column, comments of others stay", "CREATE TABLE t (a, -- one\n  b)",
    { { "drop_column", "t", "b" } }, "CREATE TABLE t (a -- one\n)" },
  { "a dropped column between constraints without commas",
    "CREATE TABLE t (a, b, UNIQUE (b) CHECK (a > 0) CHECK (b > 1))",
    { { "drop_column", "t", "b" } }, "CREATE TABLE t (a, CHECK (a > 0) )" },
  { "a name in expressions, keys and references to itself",
    [[CREATE TABLE t ([a] INT, b AS (a + t.a || 'a' || "A"), CHECK (a(a) > CAST(b AS a) COLLATE a),
  UNIQUE (b, `a` DESC), FOREIGN KEY (b) REFERENCES T (a), FOREIGN KEY (a) REFERENCES x (a))]],
    { { "alter_column", "t", "a", new_column_name = "two words" } },
    [[CREATE TABLE t ("two words" INT, b AS ("two words" + t."two words" || 'a' || "two words"), ]]
      .. [[CHECK (a("two words") > CAST(b AS a) COLLATE a),
  UNIQUE (b, "two words" DESC), FOREIGN KEY (b) REFERENCES T ("two words"), ]]
      .. [[FOREIGN KEY ("two words") REFERENCES x (a))]] },
  { "a name beside quotes keeps its distance", [[CREATE TABLE t (a"odd type", b)]],
    { { "alter_column", "t", "a", new_column_name = "A" } },
    [[CREATE TABLE t ("A" "odd type", b)]] },
  { "NOT NULL comes and goes, NULL goes",
    "CREATE TABLE t (a TEXT NULL, b CONSTRAINT n NOT NULL UNIQUE)",
    { { "alter_column", "t", "a", nullable = false },
      { "alter_column", "t", "b", nullable = true } },
    "CREATE TABLE t (a TEXT NOT NULL, b UNIQUE)" },
  { "a default in the place of another",
    "CREATE TABLE t (a TEXT DEFAULT ('x' /* , */) NOT NULL, b)",
    { { "alter_column", "t", "a", server_default = "it's" },
      { "alter_column", "t", "b", server_default = sql "random()" } },
    "CREATE TABLE t (a TEXT DEFAULT 'it''s' NOT NULL, b DEFAULT (random()))" },
  { "no default", "CREATE TABLE t (a DEFAULT 1 UNIQUE)",
    { { "alter_column", "t", "a", server_default = null } }, "CREATE TABLE t (a UNIQUE)" },
  { "a type, also where there was none", "CREATE TABLE t (a odd type(3), b NOT NULL)",
    { { "alter_column", "t", "a", type = types.integer },
      { "alter_column", "t", "b", type = types.text } },
    "CREATE TABLE t (a INTEGER, b TEXT NOT NULL)" },
  { "a column that moves", "CREATE TABLE t (a, b /* x */, c)",
    { { "alter_column", "t", "c", insert_before = "a" } }, "CREATE TABLE t (c, a /* x */, b)" },
  { "constraints", "CREATE TABLE t (a, b) STRICT",
    { { "create_unique_constraint", "uq", "t", { "a", "b" } },
      { "create_check_constraint", nil, "t", "a > 0" }, { "drop_constraint", "uq", "t" } },
    "CREATE TABLE t (a, b, CHECK (a > 0)) STRICT" },
  { "a constraint of a column", "CREATE TABLE t (a INT UNIQUE NOT NULL, b)",
    { { "drop_constraint", nil, "t", columns = { "a" }, type = "unique" } },
    "CREATE TABLE t (a INT NOT NULL, b)" },
}

local refused = {
  { "the only column", "CREATE TABLE t (a)", { "drop_column", "t", "a" }, "has no other" },
  { "a shared CHECK", "CREATE TABLE t (a CHECK (a > b), b)", { "drop_column", "t", "b" },
    "shares a constraint with other columns: CHECK (a > b)" },
  { "a CHECK of its own about others", "CREATE TABLE t (a CHECK (a > b), b)",
    { "drop_column", "t", "a" }, "shares a constraint" },
  { "a part of a key", "CREATE TABLE t (a, b, c, PRIMARY KEY (a, b))", { "drop_column", "t", "a" },
    "shares a constraint with other columns: PRIMARY KEY (a, b)" },
  { "what a computed column needs", "CREATE TABLE t (a, b AS (a + 1))", { "drop_column", "t", "a" },
    "the column 'b' is computed from it" },
  { "what the table refers to", "CREATE TABLE t (a, b REFERENCES t (a))",
    { "drop_column", "t", "a" },
    "shares a constraint" },
  { "a second primary key", "CREATE TABLE t (a PRIMARY KEY, b)",
    { "create_primary_key", "pk", "t", { "b" } }, "has a primary key already" },
  { "two that are meant", "CREATE TABLE t (a UNIQUE, UNIQUE (a))",
    { "drop_constraint", nil, "t", columns = { "a" }, type = "unique" }, "2 constraints" },
  { "a name that is taken", "CREATE TABLE t (a, CONSTRAINT x CHECK (1))",
    { "create_check_constraint", "X", "t", "1" }, "has a constraint 'X' already" },
  { "no table", "CREATE VIEW v AS SELECT 1", { "drop_column", "v", "a" }, "cannot read" },
}

describe("the text of a table", function()
  for _, case in ipairs(cases) do
    it("gets " .. case[1], function()
      local text, message = edit(case[2], table.unpack(case[3]))
      assert.equal(case[4], text or message)
    end)
  end

  for _, case in ipairs(refused) do
    it("is not changed: " .. case[1], function()
      local text, message = edit(case[2], case[3])
      assert.is_nil(text)
      assert.truthy(message:find(case[4], 1, true), message)
    end)
  end
end)
