-- The predefined names beside `op`: their values, and what is wrong use of them.
local ddl = require("luamigrate.core").ddl
local vocabulary = ddl.vocabulary()
local types, sql = vocabulary.types, vocabulary.sql

local function default(value, dialect)
  local statements = assert(ddl.compile({ "create_table", "t",
    { { "c", types.text, server_default = value } } }, dialect or "postgresql"))
  return statements[1]:match "DEFAULT (.*)\n"
end

-- Every name of the contract, which the field tables must know.
local names = [[
  integer biginteger smallinteger numeric float double real boolean string char text unicode
  date time datetime timestamp interval binary json uuid jsonb bytea citext inet cidr
  macaddr hstore tsvector tsquery bit money oid int4range int8range numrange daterange
  tsrange tstzrange int4multirange int8multirange nummultirange datemultirange tsmultirange
  tstzmultirange]]

-- function, message; the place is this file
local refused = {
  { function() return types.strng end, "types.strng: unknown type (did you mean 'string'?)" },
  { function() return types.xyzzyx end, "types.xyzzyx: unknown type" },
  { function() return types.string "x" end,
    "types.string: argument 1 (length): expected integer, got string" },
  { function() return types.string(0) end,
    "types.string: argument 1 (length): 0 is not from 1 to" },
  { function() return types.string(1.5) end,
    "types.string: argument 1 (length): expected integer, got 1.5" },
  { function() return types.string(2 ^ 70) end,
    "types.string: argument 1 (length): expected integer" },
  { function() return types.string(50, { colation = "C" }) end,
    "types.string: colation: unknown option (did you mean 'collation'?)" },
  { function() return types.string(1, {}, 3) end,
    "types.string: too many arguments (3, at most 2)" },
  { function() return types.string(1)(2) end, "types.string: the type has its arguments already" },
  { function() return types.integer(5) end,
    "types.integer: argument 1 (options): expected table, got number" },
  { function() return types.numeric(nil, 2) end, "types.numeric: a scale needs a precision" },
  { function() return types.datetime { timezone = 1 } end,
    "types.datetime: timezone: expected boolean, got number" },
  { function() return types.datetime { precision = 7 } end,
    "types.datetime: precision: 7 is not from 0 to 6" },
  { function() return types.enum "x" end,
    "types.enum: argument 2 (values): expected list of strings, got nil" },
  { function() return types.enum("x", {}) end,
    "types.enum: argument 2 (values): the list is empty" },
  { function() return types.enum("x", { "a", "a" }) end,
    "types.enum: argument 2 (values): 'a' is there twice" },
  { function() return types.enum("x", { 1 }) end,
    "types.enum: values[1]: expected string, got number" },
  { function() return types.enum("", { "a" }) end,
    "types.enum: argument 1 (name): the name is empty" },
  { function() return types.array() end, "types.array: argument 1 (item): expected type, got nil" },
  { function() return types.array "x" end,
    "types.array: argument 1 (item): expected type (types.*)" },
  { function() return types.raw "" end, "types.raw: argument 1 (text): the SQL is empty" },
  { function() return types.domain() end,
    "types.domain: argument 1 (name): expected string, got nil" },
  { function() return types.json.with_variant(types.jsonb, "postgresql") end,
    "with_variant: expected type, got string" },
  { function() return types.json:with_variant("x", "postgresql") end,
    "with_variant: expected type, got string" },
  { function() return types.json:with_variant(types.jsonb) end,
    "with_variant: which database is missing" },
  { function() return types.json:with_variant(types.jsonb, "mysql") end,
    'with_variant: expected "sqlite" or "postgresql", got mysql' },
  { function() return types.json.nullable end, "a type has no field 'nullable'" },
  { function() types.integer = 1 end, "'types' cannot be changed" },
  { function() return sql() end, "sql: expected one string, got nil" },
  { function() return sql(5) end, "sql: expected one string, got number" },
  { function() return sql("a", "b") end, "sql: expected one string, got more" },
  { function() return sql.noww end, "sql has one field, sql.now" },
  { function() sql.now = 1 end, "'sql' cannot be changed" },
  { function() return vocabulary.bytes() end, "bytes: expected one string, got nil" },
  { function() return vocabulary.bytes {} end, "bytes: expected one string, got table" },
  { function() return vocabulary.unique() end,
    "unique: argument 1 (columns): expected list of names, got nil" },
  { function() return vocabulary.unique "a" end,
    "unique: argument 1 (columns): expected list of names, got string" },
  { function() return vocabulary.unique { "a", "a" } end,
    "unique: argument 1 (columns): 'a' is there twice" },
  { function() return vocabulary.unique({ "a" }, { naem = "x" }) end,
    "unique: naem: unknown option (did you mean 'name'?)" },
  { function() return vocabulary.primary_key {} end,
    "primary_key: argument 1 (columns): the list is empty" },
  { function() return vocabulary.foreign_key({ "a" }, "p") end,
    "foreign_key: argument 3 (referent_columns): expected list of names, got nil" },
  { function() return vocabulary.foreign_key({ "a" }, "p", { "b" }, { ondelete = "x" }) end,
    "foreign_key: ondelete: 'x' is none of 'CASCADE'" },
  { function() return vocabulary.check() end,
    "check: argument 1 (condition): expected string, got nil" },
  { function() return vocabulary.check("a", "name") end,
    "check: argument 2 (options): expected table, got string" },
  { function() return vocabulary.exclude { { "a" } } end,
    "exclude: elements[1]: expected { name or sql, operator }" },
  { function() return vocabulary.exclude { { "a", "= 1 OR" } } end,
    "exclude: elements[1][2]: '= 1 OR' is not an operator" },
  { function() return vocabulary.index("a") end,
    "index: argument 1 (columns): expected list of names and sql, got string" },
}

describe("the vocabulary", function()
  for name in names:gmatch "%S+" do
    it("has types." .. name, function()
      assert(ddl.compile({ "create_table", "t", { { "c", types[name] } } }, "postgresql"))
    end)
  end

  for i, case in ipairs(refused) do
    it("refuses: " .. case[2], function()
      local ok, message = pcall(case[1])
      assert.is_false(ok)
      assert(message:find(case[2], 1, true), i .. ": " .. message)
      -- the line of the caller, none of ours
      assert.matches("vocabulary_spec%.lua:%d+: ", message)
    end)
  end

  it("has sql, bytes, null, true, numbers and strings as defaults", function()
    assert.equal("now()", default(sql "now()"))
    assert.equal("'now()'", default "now()")
    assert.equal("CURRENT_TIMESTAMP", default(sql.now))
    assert.equal("CURRENT_TIMESTAMP", default(sql.now, "sqlite"))
    assert.equal("X'6162'", default(vocabulary.bytes "ab", "sqlite"))
    assert.equal("NULL", default(vocabulary.null))
    assert.equal("userdata", type(vocabulary.null))
  end)

  it("gives a type anew each time: nothing is shared between revisions", function()
    local first = types.string
    rawset(first, 1, "nonsense")
    rawset(first, "collation", "x")
    assert.same({ "CREATE TABLE t (\n    c VARCHAR\n)" },
      (assert(ddl.compile({ "create_table", "t", { { "c", types.string } } }, "sqlite"))))
    local statements, message = ddl.compile({ "create_table", "t", { { "c", first } } }, "sqlite")
    assert.is_nil(statements)
    assert.matches("field 2 %(type%): unknown type", message)
  end)

  it("leaves the type that with_variant was called on as it was", function()
    local json = types.json
    local variant = json:with_variant(types.jsonb, "postgresql")
    local both = variant:with_variant(types.text, "sqlite")
    local function text(definition, dialect)
      return assert(ddl.compile({ "create_table", "t", { { "c", definition } } }, dialect))[1]
        :match "c (%S+)"
    end
    assert.equal("JSON", text(json, "postgresql"))
    assert.equal("JSONB", text(variant, "postgresql"))
    assert.equal("JSON", text(variant, "sqlite"))
    assert.equal("TEXT", text(both, "sqlite"))
    assert.equal("JSONB", text(both, "postgresql"))
  end)

  it("takes positions inside the options too", function()
    assert(types.bit { 8, varying = true })
    assert(types.string { 8, collation = "C" })
    assert(types.numeric { 10, 2 })
  end)

  it("keeps its metatables to itself", function()
    for _, value in ipairs { types, sql, types.integer, sql "x", vocabulary.bytes "x",
      vocabulary.unique { "a" } } do
      assert.is_false(getmetatable(value))
    end
  end)
end)
