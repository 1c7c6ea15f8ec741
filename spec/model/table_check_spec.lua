-- Proves what is wrong with a table before any database sees it, and what is not.
local ddl = require("luamigrate.core").ddl
local vocabulary = ddl.vocabulary()
local types, sql = vocabulary.types, vocabulary.sql
local primary_key, unique, foreign_key = vocabulary.primary_key, vocabulary.unique,
  vocabulary.foreign_key
local check, exclude, index = vocabulary.check, vocabulary.exclude, vocabulary.index

local A, B = { "a", types.integer }, { "b", types.integer }
local KEY = { "id", types.integer, primary_key = true }

-- the items of the table, the message; nil: nothing is wrong
local cases = {
  { "two columns of one name", { A, B, { "a", types.text } }, "two columns are called 'a'" },
  { "a constraint on a missing column", { A, unique { "x" } },
    "unique: the table 't' has no column 'x'" },
  { "a near name", { { "email", types.text }, unique { "emial" } },
    "unique: the table 't' has no column 'emial' (did you mean 'email'?)" },
  { "a foreign key from a missing column", { A, foreign_key({ "x" }, "p", { "id" }) },
    "foreign_key: the table 't' has no column 'x'" },
  { "a foreign key from one column to two", { A, foreign_key({ "a" }, "p", { "x", "y" }) },
    "foreign_key: 1 columns refer to 2 columns" },
  { "an exclude constraint on a missing column",
    { A, exclude { { "x", "=" } } }, "exclude: the table 't' has no column 'x'" },
  { "an index on a missing column", { A, index { "a", "x" } },
    "index: the table 't' has no column 'x'" },
  { "two primary keys", { A, B, primary_key { "a" }, primary_key { "b" } },
    "the table 't' has two primary keys" },
  { "a marked column outside the primary key", { KEY, A, primary_key { "a" } },
    "the column 'id' is marked as primary key, but primary_key does not name it" },

  { "names of other case", { { "Name", types.text }, unique { "name" }, index { "NAME" } } },
  { "a marked column inside the primary key", { KEY, A, primary_key({ "a", "ID" }) } },
  { "two constraints on one column", { A, unique { "a" }, unique { "a" }, check "a > 0" } },
  { "an expression in an index", { A, index { sql "x + 1" } } },
  { "a foreign key to columns that only the other table has",
    { A, B, foreign_key({ "a", "b" }, "p", { "x", "y" }) } },
}

describe("a table with", function()
  for _, case in ipairs(cases) do
    local what, items, message = table.unpack(case)
    it(what, function()
      local made, text = ddl.call("create_table", "t", items)
      if message then
        assert.is_nil(made)
        assert.are.equal("op.create_table: " .. message, text)
      else
        assert.is_true(made, text)
      end
    end)
  end
end)
