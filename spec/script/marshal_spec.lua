-- Lua arguments to ops: every wrong one is an error that names the place, nothing is called.
local ddl = require("luamigrate.core").ddl
local vocabulary = ddl.vocabulary()
local types, sql, null, bytes = vocabulary.types, vocabulary.sql, vocabulary.null, vocabulary.bytes
local unique, foreign_key = vocabulary.unique, vocabulary.foreign_key
local check, index, primary_key = vocabulary.check, vocabulary.index, vocabulary.primary_key

local A = { "a", types.integer }

local function args(...)
  return table.pack(...)
end

local cyclic = {}
cyclic[1] = cyclic
local endless = types.array(types.integer)
rawset(endless, 2, endless)
local nan = 0 / 0

-- function, arguments, message
local refused = {
  -- missing and wrong arguments
  { "create_table", args(), "argument 1 (name): expected string, got nil" },
  { "create_table", args(5, {}), "argument 1 (name): expected string, got number" },
  { "create_table", args("t"), "argument 2 (columns): expected list of columns, got nil" },
  { "create_table", args("t", "x"), "argument 2 (columns): expected list of columns, got string" },
  { "create_table", args("t", types.integer),
    "argument 2 (columns): expected list of columns, got type" },
  { "create_table", args("t", { A }, 5), "argument 3 (options): expected table, got number" },
  { "create_table", args("t", { A }, {}, {}), "too many arguments (4, at most 3)" },
  { "create_table", args("t", { A }, nil, nil), "too many arguments (4, at most 3)" },
  { "add_column", args("t"), "argument 2 (column): expected table, got nil" },
  { "add_column", args("t", nil), "argument 2 (column): expected table, got nil" },
  { "add_column", args("t", "c"), "argument 2 (column): expected table, got string" },
  { "add_column", args("t", sql "x"), "argument 2 (column): expected table, got sql" },
  { "add_column", args(nil, A), "argument 1 (table): expected string, got nil" },
  { "drop_table", args({ "t" }), "argument 1 (name): expected string, got table" },
  { "drop_table", args(null), "argument 1 (name): expected string, got null" },
  { "drop_table", args(print), "argument 1 (name): expected string, got function" },
  { "drop_table", args("t", { if_exists = "yes" }), "if_exists: expected boolean, got string" },
  { "drop_table", args("t", { if_exists = 1 }), "if_exists: expected boolean, got number" },
  { "drop_table", args("t", { "x" }), "the options have a key that is no name (a position)" },
  { "create_table", args("t", A, A),
    "the options have a key that is no name (a position); argument 2 (columns) is one list" },
  { "create_table", args("t", A, A, A),
    "too many arguments (4, at most 3); argument 2 (columns) is one list" },
  { "drop_table", args("t", { [print] = 1 }),
    "the options have a key that is no name (function)" },
  { "drop_table", args("t", null), "argument 2 (options): expected table, got null" },
  { "rename_table", args("t"), "argument 2 (new): expected string, got nil" },
  { "create_index", args("i", "t", "a"),
    "argument 3 (columns): expected list of names and sql, got string" },
  { "create_index", args("i", "t", {}), "argument 3 (columns): the list is empty" },
  { "create_index", args("i", "t", { 5 }), "columns[1]: expected name or sql, got number" },
  { "create_index", args("i", "t", { "a" }, { where = 5 }),
    "where: expected string or sql, got number" },
  { "create_index", args("i", "t", { "a" }, { where = " " }), "where: the SQL is empty" },
  { "create_index", args("i", "t", { "a" }, { postgresql_include = "a" }),
    "postgresql_include: expected list of names, got string" },
  { "create_index", args("i", "t", { "a" }, { postgresql_ops = "x" }),
    "postgresql_ops: expected table, got string" },
  { "create_index", args("i", "t", { "a" }, { postgresql_with = { fillfactor = {} } }),
    "postgresql_with.fillfactor: expected string, number, boolean, sql or bytes, got table" },

  -- unknown fields
  { "create_table", args("t", { A, { "b", types.text, nulable = false } }),
    "columns[2].nulable: unknown field (did you mean 'nullable'?)" },
  { "create_table", args("t", { A }, { if_not_exist = true }),
    "if_not_exist: unknown option (did you mean 'if_not_exists'?)" },
  { "create_table", args("t", { A }, { zzz = true }), "zzz: unknown option" },
  { "create_table", args("t", { A }, { ["schema\0"] = "x" }), "schema: unknown option" },
  { "create_table", args("t", { A }, { columns = {} }),
    "columns: unknown option ('columns' is given by its place, number 2)" },
  { "create_table", args("t", { { name = "a", type = types.integer } }),
    "columns[1].name: unknown field ('name' is given by its place, number 1)" },
  { "create_table", args("t", { { "a", types.integer, "x" } }),
    "columns[1]: unexpected value at [3]" },
  { "create_table", args("t", { { "a", types.integer, [1.5] = 1 } }),
    "columns[1]: a key is number, not a name" },
  { "create_table", args("t", { { "a", types.integer, [{}] = 1 } }),
    "columns[1]: a key is table, not a name" },
  { "create_table", args("t", { { "a", types.integer, references = { "p", "id", ondelte = 1 } } }),
    "columns[1].references.ondelte: unknown field (did you mean 'ondelete'?)" },
  { "create_table", args("t", { { "a", types.integer, default = 1 } }),
    "columns[1].default: there are no defaults on the client's side; write server_default" },
  { "add_column", args("t", { "a", types.integer, nulable = 1, aaa = 2, zzz = 3 }),
    "column.aaa: unknown field" },

  -- columns
  { "create_table", args("t", { {} }), "columns[1]: field 1 (name): expected string, got nil" },
  { "create_table", args("t", { { 5, types.text } }),
    "columns[1]: field 1 (name): expected string, got number" },
  { "create_table", args("t", { { "a" } }), "columns[1]: field 2 (type): expected type, got nil" },
  { "create_table", args("t", { { "a", "integer" } }),
    "columns[1]: field 2 (type): expected type (types.*), got string" },
  { "create_table", args("t", { { "a", { "integer" } } }),
    "columns[1]: field 2 (type): expected type (types.*), got table" },
  { "create_table", args("t", { "a" }),
    "columns[1]: expected a column, constraint or index, got string" },
  { "create_table", args("t", { types.text }),
    "columns[1]: expected a column, constraint or index, got type" },
  { "create_table", args("t", { A, nil, { "b", types.text } }),
    "argument 2 (columns): the list has a hole at [2]" },
  { "create_table", args("t", { A, x = 1 }),
    "argument 2 (columns): expected list of columns, got a table with the field 'x'" },
  { "create_table", args("t", { { "a", types.integer, nullable = 0 } }),
    "columns[1].nullable: expected boolean, got number" },
  { "create_table", args("t", { { "a", types.integer, primary_key = "yes" } }),
    "columns[1].primary_key: expected boolean, got string" },
  { "create_table", args("t", { { "a", types.integer, server_default = {} } }),
    "columns[1].server_default: expected string, number, boolean, sql or bytes, got table" },
  { "create_table", args("t", { { "a", types.integer, server_default = nan } }),
    "columns[1].server_default: NaN is not a value" },
  { "create_table", args("t", { { "a", types.integer, server_default = -math.huge } }),
    "columns[1].server_default: infinity is not a value" },
  { "create_table", args("t", { { "a", types.text, server_default = "x\0y" } }),
    "columns[1].server_default: the text has a NUL byte" },
  { "create_table", args("t", { { "a", types.text, server_default = sql "" } }),
    "columns[1].server_default: the SQL is empty" },
  { "create_table", args("t", { { "a", types.integer, identity = true } }),
    "columns[1].identity: expected table, got boolean" },
  { "create_table", args("t", { { "a", types.integer, identity = { start = 1.5 } } }),
    "columns[1].identity.start: expected integer, got 1.5" },
  { "create_table", args("t", { { "a", types.integer, identity = { start = 2 ^ 63 } } }),
    "columns[1].identity.start: expected integer, got 9.2233720368548e+18" },
  { "create_table", args("t", { { "a", types.integer, computed = {} } }),
    "columns[1].computed: field 1 (expression): expected string, got nil" },
  { "create_table", args("t", { { "a", types.integer, computed = 5 } }),
    "columns[1].computed: expected table, got number" },
  { "create_table", args("t", { { "a", types.integer, check = "" } }),
    "columns[1].check: the SQL is empty" },
  { "create_table", args("t", { { "a", types.integer, references = "p" } }),
    "columns[1].references: expected table, got string" },
  { "create_table", args("t", { { "a", types.integer, references = { "p", "id",
    ondelete = "DROP TABLE x" } } }),
    "columns[1].references.ondelete: 'DROP TABLE x' is none of 'CASCADE', 'RESTRICT', "
      .. "'SET NULL', 'SET DEFAULT', 'NO ACTION'" },
  { "create_table", args("t", { { "a", types.integer, references = { "p", "id",
    ondelete = "SET NULL (a); DROP TABLE x" } } }),
    "columns[1].references.ondelete: 'SET NULL (a);" },
  { "create_table", args("t", { { "a", types.integer, references = { "p", "id",
    initially = "later" } } }),
    "columns[1].references.initially: 'later' is none of 'DEFERRED', 'IMMEDIATE'" },
  { "create_table", args("t", { A }, { prefixes = { "TEMP; DROP" } }),
    "prefixes[1]: 'TEMP; DROP' is not an SQL key word" },
  { "create_table", args("t", { { "a", types.integer, comment = "\xff" } }),
    "columns[1].comment: the text is not valid UTF-8" },

  -- names
  { "drop_table", args "", "argument 1 (name): the name is empty" },
  { "drop_table", args "a\0b", "argument 1 (name): the name has a NUL byte" },
  { "drop_table", args "a\xffb", "argument 1 (name): the name is not valid UTF-8" },
  { "drop_table", args "\xed\xa0\x80", "argument 1 (name): the name is not valid UTF-8" },
  { "drop_table", args("t", { schema = "" }), "schema: the name is empty" },
  { "create_table", args("t", { { "a\0", types.text } }),
    "columns[1]: field 1 (name): the name has a NUL byte" },
  { "create_index", args("i", "t", { "a", "b\0" }), "columns[2]: the name has a NUL byte" },
  { "create_index", args("i", "t", { sql "a\0b" }), "columns[1]: the SQL has a NUL byte" },

  -- the table as a whole
  { "create_table", args("t", { A, { "a", types.text } }), "two columns are called 'a'" },
  { "create_table", args("t", { A, unique { "b" } }),
    "unique: the table 't' has no column 'b'" },
  { "create_table", args("t", { { "email", types.text }, unique { "emial" } }),
    "unique: the table 't' has no column 'emial' (did you mean 'email'?)" },
  { "create_table", args("t", { A, primary_key { "x" } }),
    "primary_key: the table 't' has no column 'x'" },
  { "create_table", args("t", { A, foreign_key({ "x" }, "p", { "id" }) }),
    "foreign_key: the table 't' has no column 'x'" },
  { "create_table", args("t", { A, foreign_key({ "a" }, "p", { "x", "y" }) }),
    "foreign_key: 1 columns refer to 2 columns" },
  { "create_table", args("t", { A, index { "x" } }), "index: the table 't' has no column 'x'" },
  { "create_table", args("t", { A, primary_key { "a" }, primary_key { "a" } }),
    "the table 't' has two primary keys" },
  { "create_table", args("t", { { "a", types.text, primary_key = true }, { "b", types.text },
    primary_key { "b" } }), "'a' is marked as primary key, but primary_key does not name it" },

  -- depth
  { "create_table", args("t", cyclic), "columns[1]: field 1 (name): expected string, got table" },
  { "create_table", args("t", { { "a", endless } }), "the tables are too deep" },
}

describe("marshalling", function()
  for _, case in ipairs(refused) do
    local name, given, wanted = case[1], case[2], case[3]
    it(("op.%s: %s"):format(name, wanted), function()
      local ok, message = ddl.call(name, table.unpack(given, 1, given.n))
      assert.is_nil(ok)
      assert.equal("op." .. name .. ": ", message:sub(1, #name + 5))
      assert(message:find(wanted, 1, true), message)
    end)
  end

  it("leaves out what is optional", function()
    assert(ddl.call("drop_index", "i"))
    assert(ddl.call("drop_index", "i", "t"))
    assert(ddl.call("drop_index", "i", nil, { if_exists = true }))
    assert(ddl.call("drop_index", "i", { if_exists = true }))
    assert(ddl.call("drop_index", "i", "t", { if_exists = true }))
    assert(ddl.call("drop_table", "t", nil))
    assert(ddl.call("create_index", nil, "t", { "a" }))
  end)

  it("takes SQL as a string and as sql", function()
    for _, condition in ipairs { "a > 1", sql "a > 1" } do
      assert.same({ "CREATE INDEX i ON t (a) WHERE a > 1" },
        (assert(ddl.compile({ "create_index", "i", "t", { "a" }, where = condition }, "sqlite"))))
    end
  end)

  it("takes integers that are written as floats", function()
    assert(ddl.call("create_table", "t", { { "a", types.integer, identity = { start = 1e3 } } }))
    assert(ddl.call("create_table", "t", { { "a", types.numeric(10.0, 2.0) } }))
  end)

  it("compares names of columns as SQLite does", function()
    assert(ddl.call("create_table", "t", { { "Id", types.integer }, unique { "id" } }))
  end)

  it("calls no metamethod", function()
    local called = false
    local function trap() called = true end
    local trapped = setmetatable({ "a", types.integer }, {
      __index = trap, __len = trap, __pairs = trap, __eq = trap, __tostring = trap, __name = trap })
    assert(ddl.call("create_table", "t", { trapped }))
    assert(ddl.call("create_table", "t", setmetatable({ A }, { __index = trap, __len = trap })))
    local ok, message = ddl.call("create_table", "t", { { trapped, types.text } })
    assert.is_nil(ok)
    assert.matches("expected string, got table", message)
    assert.is_false(called)
  end)

  it("names one unknown field, always the same", function()
    local first
    for i = 1, 50 do
      local column = { "a", types.integer }
      for k = 1, 20 do column["x" .. (k * 7 + i) % 20] = k end
      local _, message = ddl.call("add_column", "t", column)
      first = first or message
      assert.equal(first, message)
    end
  end)

  it("reads data by the same table as arguments", function()
    assert.equal("op: unknown op 'create_tabel'",
      (select(2, ddl.compile({ "create_tabel" }, "sqlite"))))
    assert.equal("op: the table has no name at [1]",
      (select(2, ddl.compile({}, "sqlite"))))
    assert.equal("op: expected table, got string",
      (select(2, ddl.compile("x", "sqlite"))))
    assert.equal("op.drop_table: argument 1 (name): expected string, got nil",
      (select(2, ddl.compile({ "drop_table" }, "sqlite"))))
    assert.equal("op.drop_table: unexpected value at [2]",
      (select(2, ddl.compile({ "drop_table", "t", "x" }, "sqlite"))))
  end)

  it("keeps a text of any bytes but NUL", function()
    local every = {}
    for i = 1, 255 do every[i] = string.char(i) end
    local text = table.concat(every)
    local statements = assert(ddl.compile({ "create_table", "t",
      { { "a", types.text, server_default = text } } }, "sqlite"))
    assert(statements[1]:find("'" .. text:gsub("'", "''") .. "'", 1, true))
    assert(ddl.compile({ "create_table", "t",
      { { "a", types.binary, server_default = bytes "\0" } } }, "sqlite"))
  end)

  it("takes a check of any kind", function()
    assert(ddl.call("create_table", "t", { A, check "a > 1", check(sql "a > 2") }))
  end)
end)
