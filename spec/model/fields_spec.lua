-- The field tables know every option that the contract names, on its function, and no other.
local ddl = require("luamigrate.core").ddl
local vocabulary = ddl.vocabulary()
local types = vocabulary.types

local A = { "a", types.integer }

-- function, its arguments, its options (each with a value that it takes)
local ops = {
  { "create_table", { "t", { A } }, { schema = "s", if_not_exists = true, comment = "c",
    prefixes = { "TEMPORARY" }, postgresql_partition_by = "LIST (a)", postgresql_tablespace = "x",
    postgresql_inherits = { "b" }, postgresql_with = { fillfactor = 70 }, postgresql_using = "heap",
    sqlite_strict = true, sqlite_with_rowid = true, sqlite_autoincrement = false } },
  { "drop_table", { "t" }, { schema = "s", if_exists = true, cascade = true } },
  { "rename_table", { "t", "u" }, { schema = "s" } },
  { "add_column", { "t", A }, { schema = "s", if_not_exists = true } },
  { "drop_column", { "t", "a" }, { schema = "s", if_exists = true, cascade = true } },
  { "create_index", { "i", "t", { "a" } }, { schema = "s", unique = true, if_not_exists = true,
    where = "a", postgresql_where = "a", sqlite_where = "a", postgresql_using = "gin",
    postgresql_concurrently = true, postgresql_include = { "a" }, postgresql_ops = { a = "o" },
    postgresql_with = { fillfactor = 70 }, postgresql_tablespace = "x",
    postgresql_nulls_not_distinct = true } },
  { "drop_index", { "i", "t" }, { schema = "s", if_exists = true, cascade = true,
    postgresql_concurrently = true } },
  { "create_table_comment", { "t", "c" }, { schema = "s" } },
  { "drop_table_comment", { "t" }, { schema = "s" } },
  { "validate_constraint", { "c", "t" }, { schema = "s" } },
  { "create_exclude_constraint", { "x", "t", { { "a", "=" } } }, { schema = "s", using = "gist",
    where = "a > 0", deferrable = true, initially = "DEFERRED" } },
  { "rename_constraint", { "t", "a", "b" }, { schema = "s" } },
  { "create_enum", { "e", { "a" } }, { schema = "s", checkfirst = true } },
  { "drop_enum", { "e" }, { schema = "s", checkfirst = true } },
  { "add_enum_value", { "e", "a" }, { schema = "s", before = "b", after = "c",
    if_not_exists = true } },
  { "rename_enum_value", { "e", "a", "b" }, { schema = "s" } },
  { "create_sequence", { "q" }, { schema = "s", if_not_exists = true, start = 1, increment = 2,
    minvalue = 1, maxvalue = 9, cycle = true, cache = 2, data_type = types.integer } },
  { "drop_sequence", { "q" }, { schema = "s", if_exists = true, cascade = true } },
  { "create_view", { "v", "SELECT 1" }, { schema = "s", if_not_exists = true, replace = true,
    materialized = true } },
  { "drop_view", { "v" }, { schema = "s", if_exists = true, cascade = true, materialized = true } },
  { "rename_index", { "a", "b" }, { schema = "s", if_exists = true } },
  { "create_schema", { "s" }, { if_not_exists = true } },
  { "drop_schema", { "s" }, { if_exists = true, cascade = true } },
  { "create_extension", { "e" }, { schema = "s", if_not_exists = true, cascade = true } },
  { "drop_extension", { "e" }, { if_exists = true, cascade = true } },
}

local columns = { nullable = false, server_default = "x", primary_key = true, unique = true,
  index = true, autoincrement = true, identity = { always = true, start = 1, increment = 2,
  minvalue = 1, maxvalue = 9, cache = 3, cycle = false }, computed = { "a", persisted = true },
  comment = "c", check = { "a > 0", name = "ck" }, references = { "u", "id", name = "fk",
  ondelete = "CASCADE", onupdate = "CASCADE", match = "FULL", deferrable = true,
  initially = "DEFERRED", referent_schema = "s", postgresql_not_valid = true } }

-- constructor, its arguments, its options
local constructors = {
  { "primary_key", { { "a" } }, { name = "n" } },
  { "unique", { { "a" } }, { name = "n", deferrable = true, initially = "IMMEDIATE",
    postgresql_include = { "a" }, postgresql_nulls_not_distinct = true } },
  { "foreign_key", { { "a" }, "u", { "b" } }, { name = "n", ondelete = "SET NULL",
    onupdate = "RESTRICT", match = "SIMPLE", deferrable = false, initially = "DEFERRED",
    referent_schema = "s", postgresql_not_valid = true } },
  { "check", { "a > 0" }, { name = "n" } },
  { "exclude", { { { "a", "=" } } }, { name = "n", using = "gist", where = "a > 0" } },
  { "index", { { "a" } }, { name = "n", unique = true, where = "a", postgresql_where = "a",
    sqlite_where = "a", postgresql_using = "gin", postgresql_concurrently = true,
    postgresql_include = { "a" }, postgresql_ops = { a = "o" }, postgresql_with = { x = 1 },
    postgresql_tablespace = "x", postgresql_nulls_not_distinct = true } },
}

-- The arguments with `options` behind them.
local function with(args, options)
  local copy = table.move(args, 1, #args, 1, {})
  copy[#copy + 1] = options
  return table.unpack(copy)
end

describe("the field tables", function()
  for _, case in ipairs(ops) do
    local name, args, options = case[1], case[2], case[3]
    it("have every option of op." .. name, function()
      assert(ddl.call(name, with(args)))
      assert(ddl.call(name, with(args, options)))
      for option in pairs(options) do
        local ok, message = ddl.call(name, with(args, { [option] = print }))
        assert.is_nil(ok)
        assert.equal(("op.%s: %s: "):format(name, option),
          message:sub(1, #("op." .. name .. ": " .. option .. ": ")))
        assert.matches("got function", message)
      end
    end)

    it("have no other option of op." .. name, function()
      local ok, message = ddl.call(name, with(args, { qqqq = 1 }))
      assert.is_nil(ok)
      assert.equal(("op.%s: qqqq: unknown option"):format(name), message)
    end)
  end

  it("have every option of a column", function()
    for option, value in pairs(columns) do
      assert(ddl.call("add_column", "t", { "a", types.integer, [option] = value }))
      local _, message = ddl.call("add_column", "t", { "a", types.integer, [option] = print })
      assert.matches("^op%.add_column: column%." .. option .. ": .*got function", message)
    end
  end)

  for _, case in ipairs(constructors) do
    it("have every option of " .. case[1], function()
      local construct = vocabulary[case[1]]
      construct(with(case[2]))
      construct(with(case[2], case[3]))
      for option in pairs(case[3]) do
        assert.has_error(function() construct(with(case[2], { [option] = print })) end)
      end
      assert.has_error(function() construct(with(case[2], { qqqq = 1 })) end)
    end)
  end
end)
