-- Ops to PostgreSQL's SQL text: what is refused, and the names of the language. Calls with their
-- texts, run and read back, are in spec/ddl/cases/.
local ddl = require("luamigrate.core").ddl
local postgres = require "spec.support.postgres"
local types = ddl.vocabulary().types

local long = ("x"):rep(64)
local LONG = "has 64 bytes, PostgreSQL takes 63"

-- op, part of the message, part of the hint
local refused = {
  { { "alter_column", "t", "a", postgresql_using = "a::int" },
    "op.alter_column: postgresql_using: there is no type to convert to" },
  { { "alter_column", "t", "a", comment = 5 }, "comment: expected string or null" },
  { { "create_view", "v", "SELECT 1", materialized = true, replace = true },
    "cannot replace a materialized view", "op.drop_view" },
  { { "create_view", "v", "SELECT 1", if_not_exists = true },
    "whether a view exists is seen in the database only", "replace = true" },
  { { "create_sequence", "q", data_type = types.text },
    "data_type: a sequence is of types.integer" },
  { { "drop_constraint", [3] = "t" }, "a constraint without a name" },
  { { "create_table", "t", { { "a", types.enum(nil, { "x" }) } } },
    "an enum type needs a name on PostgreSQL", "native = false" },
  { { "create_enum", "e", { long } }, "an enum type of PostgreSQL takes 63" },
  { { "add_enum_value", "e", "a", before = long }, "an enum type of PostgreSQL takes 63" },
  { { "create_enum", "time", { "a" } }, "'time' without a schema is a type of PostgreSQL's own",
    'schema = "public"' },
}

-- Every place of a name: one too long is refused, since PostgreSQL would cut it.
for _, op in ipairs {
  { "create_enum", long, { "a" } }, { "drop_enum", long }, { "drop_enum", "e", schema = long },
  { "create_sequence", long }, { "create_view", long, "SELECT 1" }, { "create_schema", long },
  { "create_extension", long }, { "create_extension", "e", schema = long },
  { "rename_index", "i", long }, { "rename_constraint", "t", "a", long },
  { "rename_constraint", "t", long, "a" }, { "rename_table", "t", long },
  { "drop_constraint", long, "t" }, { "validate_constraint", long, "t" },
  { "alter_column", "t", long, nullable = true },
  { "alter_column", "t", "a", new_column_name = long },
  { "alter_column", "t", "a", type = types.string(5, { collation = long }) },
  { "alter_column", "t", "a", type = types.domain(long) },
  { "create_index", "i", "t", { "a" }, postgresql_using = long },
  { "create_index", "i", "t", { "a" }, postgresql_tablespace = long },
  { "create_index", "i", "t", { "a" }, postgresql_ops = { a = long } },
  { "create_index", "i", "t", { "a" }, postgresql_with = { [long] = 1 } },
  { "create_exclude_constraint", "x", "t", { { long, "=" } } },
  { "create_exclude_constraint", "x", "t", { { "a", "=" } }, using = long },
  { "create_table", "t", { { "a", types.enum(long, { "a" }) } } },
  { "create_table", "t", { { "a", types.text } }, postgresql_using = long },
  { "create_table", "t", { { "a", types.text } }, postgresql_tablespace = long },
  { "create_table", "t", { { "a", types.text } }, postgresql_inherits = { long } },
  { "create_table", "t", { { "a", types.text, check = { "true", name = long } } } },
} do
  refused[#refused + 1] = { op, LONG }
end

describe("ddl.compile for PostgreSQL", function()
  local database

  setup(function()
    database = postgres.database()
  end)
  teardown(function()
    database:drop()
  end)

  for _, case in ipairs(refused) do
    it(("refuses: %s: %s"):format(case[1][1], case[2]), function()
      local statements, message, hint = ddl.compile(case[1], "postgresql")
      assert.is_nil(statements)
      assert(message:find(case[2], 1, true), message)
      assert.matches("^op%.", message)
      if case[3] then
        assert(hint:find(case[3], 1, true), hint)
      end
    end)
  end

  it("quotes every word that PostgreSQL keeps for itself", function()
    local words = database:sql "SELECT word, catcode FROM pg_get_keywords()"
    local texts = {}
    for word, kind in words:gmatch "(%S+)|(%u)" do
      local name = ddl.name(word, "postgresql")
      assert.equal(kind == "R" or kind == "T", name ~= word, word)
      texts[#texts + 1] = ("CREATE TABLE %s (%s INT CONSTRAINT %s CHECK (%s > 0));")
        :format(name, name, name, name)
    end
    assert.is_true(#texts > 400)
    database:sql("BEGIN;" .. table.concat(texts, "\n") .. "ROLLBACK;")
  end)

  it("knows every type that would hide one of the user's", function()
    local names = database:sql("SELECT typname FROM pg_type WHERE typnamespace = "
      .. "'pg_catalog'::regnamespace AND typtype <> 'c' AND typname !~ '^(_|pg_)'")
    local count = 0
    for name in names:gmatch "[^\n]+" do
      assert.is_nil((ddl.compile({ "create_enum", name, { "a" } }, "postgresql")), name)
      assert(ddl.compile({ "create_enum", name, { "a" }, schema = "s" }, "postgresql"))
      count = count + 1
    end
    assert.is_true(count > 80)
    for _, name in ipairs { "tim", "ime", "status", "int", "integer", "boolean", "a b", "Time" } do
      assert(ddl.compile({ "create_enum", name, { "a" } }, "postgresql"))
    end
  end)

  it("refuses text that is not UTF-8", function()
    local text, message = ddl.literal("a\255", "postgresql")
    assert.is_nil(text)
    assert.matches("not valid UTF%-8", message)
  end)
end)
