-- Proves the names of indexes that nobody named: ix_<table>_<first column>.
local ddl = require("luamigrate.core").ddl
local vocabulary = ddl.vocabulary()
local types, sql, index = vocabulary.types, vocabulary.sql, vocabulary.index

local A, B = { "a", types.integer }, { "b", types.integer }

-- what, the op, the index that it makes; false: there is no name
local cases = {
  { "an index of a table", { "create_table", "t", { A, B, index { "b" } } },
    "CREATE INDEX ix_t_b ON t (b)" },
  { "its own name", { "create_table", "t", { A, index({ "a" }, { name = "mine" }) } },
    "CREATE INDEX mine ON t (a)" },
  { "the first of several columns", { "create_table", "t", { A, B, index { "b", "a" } } },
    "CREATE INDEX ix_t_b ON t (b, a)" },
  { "the column before an expression",
    { "create_table", "t", { A, index { "a", sql "abs(a)" } } },
    "CREATE INDEX ix_t_a ON t (a, (abs(a)))" },
  { "an expression first", { "create_table", "t", { A, index { sql "abs(a)" } } }, false },
  { "a column with index = true",
    { "create_table", "t", { { "a", types.integer, index = true } } },
    "CREATE INDEX ix_t_a ON t (a)" },
  { "one that is unique, too",
    { "create_table", "t", { { "a", types.integer, index = true, unique = true } } },
    "CREATE UNIQUE INDEX ix_t_a ON t (a)" },
  { "a column that is added",
    { "add_column", "t", { "c", types.integer, index = true } },
    "CREATE INDEX ix_t_c ON t (c)" },
  { "a name to be quoted",
    { "create_table", "T", { { "x y", types.integer, index = true } } },
    'CREATE INDEX "ix_T_x y" ON "T" ("x y")' },
}

describe("the name of an index:", function()
  for _, case in ipairs(cases) do
    local what, op, statement = table.unpack(case)
    it(what, function()
      local statements, message = ddl.compile(op, "sqlite")
      if statement then
        assert.are.equal(statement, statements and statements[#statements] or message)
      else
        assert.is_nil(statements)
        assert.is_truthy(message:find "name", message)
      end
    end)
  end
end)
