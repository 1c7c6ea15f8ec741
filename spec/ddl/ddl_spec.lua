-- Ops to SQL text: what is refused, names and literals, and what holds for every text. Calls with
-- their texts, run and read back, are in spec/ddl/cases/.
local ddl = require("luamigrate.core").ddl
local vocabulary = ddl.vocabulary()
local types, sql, null = vocabulary.types, vocabulary.sql, vocabulary.null
local unique, exclude = vocabulary.unique, vocabulary.exclude

local T = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);"

-- Every clause of a statement in its place, also of those that PostgreSQL takes none of together,
-- or not in a transaction: op, text.
local clauses = {
  { { "create_table", "t", { { "c", types.text } }, postgresql_partition_by = "LIST (c)",
    postgresql_tablespace = "fast",
    postgresql_with = { fillfactor = 70, autovacuum_enabled = false },
    postgresql_inherits = { "base" }, postgresql_using = "heap" },
    "CREATE TABLE t (\n    c TEXT\n) INHERITS (base) PARTITION BY LIST (c) USING heap "
      .. "WITH (autovacuum_enabled = false, fillfactor = 70) TABLESPACE fast" },
  { { "create_index", "ix", "t", { "a", "b" }, unique = true, if_not_exists = true, where = "a > 1",
    postgresql_using = "gin", postgresql_concurrently = true, postgresql_include = { "id" },
    postgresql_ops = { a = "text_pattern_ops" }, postgresql_with = { fillfactor = 70 },
    postgresql_tablespace = "fast", postgresql_nulls_not_distinct = true },
    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ix ON t USING gin (a text_pattern_ops, b) "
      .. "INCLUDE (id) NULLS NOT DISTINCT WITH (fillfactor = 70) TABLESPACE fast WHERE a > 1" },
  { { "drop_index", "ix", "t", if_exists = true, schema = "s", postgresql_concurrently = true,
    cascade = true }, "DROP INDEX CONCURRENTLY IF EXISTS s.ix CASCADE" },
  { { "rename_index", "old", "new", schema = "s", if_exists = true },
    "ALTER INDEX IF EXISTS s.old RENAME TO new" },
}

-- op, part of the message, part of the hint, dialect (sqlite when nil)
local refused = {
  { { "add_column", "t", { "c", types.integer, primary_key = true } },
    "op.add_column: column 'c': SQLite cannot add a primary key", "op.create_table" },
  { { "add_column", "t", { "c", types.integer, unique = true } },
    "SQLite cannot add a column with a UNIQUE constraint", "unique = true, index = true" },
  { { "add_column", "t", { "c", types.datetime, server_default = sql.now } },
    "only with a constant server_default, not with CURRENT_TIMESTAMP", "op.execute" },
  { { "add_column", "t", { "c", types.text, server_default = sql "lower('A')" } },
    "only with a constant server_default", "op.execute" },
  { { "add_column", "t", { "c", types.text, nullable = false } },
    "NOT NULL without a server_default", "constant server_default" },
  { { "add_column", "t", { "c", types.text, nullable = false, server_default = null } },
    "NOT NULL without a server_default", "constant server_default" },
  { { "add_column", "t", { "c", types.text, nullable = false, server_default = sql " null " } },
    "NOT NULL without a server_default", "constant server_default" },
  { { "add_column", "t", { "c", types.text, computed = { "a", persisted = true } } },
    "cannot add a computed column that is persisted", "persisted" },
  { { "add_column", "t", { "c", types.integer, references = { "p", { "a", "b" } } } },
    "one column refers to 2 columns" },
  { { "create_table", "t", { { "c", types.integer, references = { "p", { "a", "b" } } } } },
    "column 'c': a foreign key of 1 columns refers to 2 columns" },
  { { "create_table", "t", {} }, "op.create_table: the table 't' needs a column on SQLite" },
  { { "create_table", "t", { { "c", types.jsonb } } },
    "op.create_table: column 'c': types.jsonb exists on PostgreSQL only", "with_variant" },
  { { "create_table", "t", { { "c", types.array(types.integer) } } },
    "types.array exists on PostgreSQL only", "with_variant" },
  { { "create_table", "t", { { "c", types.string(5) } }, sqlite_strict = true },
    "a STRICT table cannot hold the type VARCHAR(5)", "types.text" },
  { { "create_table", "t", { { "c", types.text, primary_key = true } },
    sqlite_autoincrement = true }, "sqlite_autoincrement: the table needs a primary key of one" },
  { { "create_table", "t", { { "a", types.text }, unique({ "a" }, { deferrable = true }) } },
    "only foreign keys can be deferrable on SQLite" },
  { { "create_table", "t", { { "a", types.text }, exclude { { "a", "=" } } } },
    "exclude constraints exist on PostgreSQL only" },
  { { "create_table", "t", { { "a", types.integer,
    references = { "p", "id", referent_schema = "s" } } } },
    "cannot refer to another schema ('s') on SQLite" },
  { { "create_table", "t", { { "a", types.integer,
    references = { "p", "id", ondelete = "SET NULL (a)" } } } }, "SQLite takes no columns here" },
  { { "create_table", "t", { { "a", types.text } }, prefixes = { "UNLOGGED" } },
    "prefixes: SQLite knows TEMPORARY, not 'UNLOGGED'" },
  { { "create_table", "t", { { "a", types.text, computed = { "1" }, server_default = "x" } } },
    "column 'a': a computed column cannot have a server_default" },
  { { "create_table", "t", { { "a", types.enum(nil, { "x" }) } } },
    "an enum type needs a name on PostgreSQL", nil, "postgresql" },
  { { "create_index", [3] = "t", [4] = { sql "lower(a)" } },
    "an index that begins with an expression needs a name" },
  { { "validate_constraint", "c", "t" }, "constraints are validated on PostgreSQL only" },
  { { "create_exclude_constraint", "c", "t", { { "a", "=" } } },
    "op.create_exclude_constraint: exclude constraints exist on PostgreSQL only" },
  { { "create_sequence", "s" }, "op.create_sequence: sequences exist on PostgreSQL only" },
  { { "drop_sequence", "s" }, "op.drop_sequence: sequences exist on PostgreSQL only" },
  { { "create_schema", "s" }, "op.create_schema: schemas are created on PostgreSQL only" },
  { { "drop_schema", "s" }, "op.drop_schema: schemas are dropped on PostgreSQL only" },
  { { "create_extension", "s" }, "op.create_extension: extensions exist on PostgreSQL only" },
  { { "drop_extension", "s" }, "op.drop_extension: extensions exist on PostgreSQL only" },
  { { "create_view", "v", "SELECT 1", materialized = true },
    "op.create_view: materialized views exist on PostgreSQL only" },
  { { "drop_view", "v", materialized = true }, "materialized views exist on PostgreSQL only" },
  { { "create_view", "v", "SELECT 1", replace = true, if_not_exists = true },
    "replace and if_not_exists cannot both be given" },
  { { "add_enum_value", "e", "a", before = "b", after = "c" },
    "before and after cannot both be given" },
  { { "drop_table", ("x"):rep(64) }, "has 64 bytes, PostgreSQL takes 63", nil, "postgresql" },
  { { "create_table", "t", { { ("x"):rep(64), types.text } } }, "PostgreSQL takes 63", nil,
    "postgresql" },
}

-- Runs SQL in an empty database of the sqlite3 shell. Returns its output, nil when it failed.
local function sqlite(text)
  local input, output = os.tmpname(), os.tmpname()
  local file = assert(io.open(input, "wb"))
  assert(file:write(text))
  assert(file:close())
  local ok = os.execute(("sqlite3 -bail :memory: <%s >%s 2>&1"):format(input, output))
  file = assert(io.open(output, "rb"))
  local said = file:read "a"
  file:close()
  os.remove(input)
  os.remove(output)
  return ok and said, said
end

describe("ddl.compile", function()
  for _, case in ipairs(clauses) do
    it("writes " .. case[2], function()
      assert.same({ case[2] }, (assert(ddl.compile(case[1], "postgresql"))))
    end)
  end

  for _, case in ipairs(refused) do
    it("refuses: " .. case[2], function()
      local statements, message, hint = ddl.compile(case[1], case[4] or "sqlite")
      assert.is_nil(statements)
      assert(message:find(case[2], 1, true), message)
      assert.matches("^op%.", message)
      if case[3] then
        assert(hint:find(case[3], 1, true), hint)
      end
    end)
  end

  -- What the refusals say about SQLite is true: on a table with a row it refuses itself.
  for _, definition in ipairs {
    "c INTEGER PRIMARY KEY", "c INTEGER UNIQUE", "c TEXT DEFAULT CURRENT_TIMESTAMP",
    "c TEXT DEFAULT (lower('A'))", "c TEXT NOT NULL", "c TEXT AS (a) STORED",
  } do
    it("SQLite itself cannot add " .. definition, function()
      assert.is_falsy((sqlite(T .. "INSERT INTO t (a) VALUES ('x'); ALTER TABLE t ADD COLUMN "
        .. definition .. ";")))
    end)
  end

  it("numbers a key of SQLite: a row without it gets one", function()
    for _, kind in ipairs { types.integer, types.biginteger, types.smallinteger } do
      local statements = assert(ddl.compile({ "create_table", "t",
        { { "id", kind, primary_key = true }, { "a", types.text } } }, "sqlite"))
      assert.equal("1\n", sqlite(statements[1] .. ";INSERT INTO t (a) VALUES ('x');"
        .. "SELECT id FROM t;"))
    end
  end)

  it("gives the same text twice", function()
    local op = { "create_table", "t", { { "c", types.text } },
      postgresql_with = { a = 1, b = 2, c = 3, d = 4, e = 5 } }
    local first = assert(ddl.compile(op, "postgresql"))
    for _ = 1, 20 do
      assert.same(first, (assert(ddl.compile(op, "postgresql"))))
    end
  end)
end)

describe("ddl.name", function()
  -- Every word of SQLite is a name after all, quoted or not, where names can stand.
  local words = [[abort action add after all alter always analyze and as asc attach autoincrement
    before begin between by cascade case cast check collate column commit conflict constraint create
    cross current current_date current_time current_timestamp database default deferrable deferred
    delete desc detach distinct do drop each else end escape except exclude exclusive exists explain
    fail false filter first following for foreign from full generated glob group groups having if
    ignore immediate in index indexed initially inner insert instead intersect into is isnull join
    key last left like limit match materialized natural no not nothing notnull null nulls of offset
    on or order others outer over partition plan pragma preceding primary query raise range
    recursive references regexp reindex release rename replace restrict returning right rollback row
    rows savepoint select set stored strict table temp temporary then ties to transaction trigger
    true unbounded union unique update using vacuum values view virtual when where window with
    within without]]

  it("makes a usable name of every word of SQLite", function()
    for word in words:gmatch "%S+" do
      local name = ddl.name(word, "sqlite")
      local ok, said = sqlite((([[
        CREATE TABLE N (N INTEGER DEFAULT 1, x INT, CONSTRAINT N UNIQUE (N));
        INSERT INTO N (N) VALUES (2);
        SELECT N, x AS N FROM N WHERE N = 2 ORDER BY N;
        CREATE INDEX i ON N (N);
        CREATE TABLE y (a INT REFERENCES N (N));
        ALTER TABLE N ADD COLUMN z INT; ALTER TABLE N DROP COLUMN z;
        UPDATE N SET N = 5; DELETE FROM N; DROP INDEX i; DROP TABLE N;
        CREATE TABLE z (a); CREATE INDEX N ON z (a); DROP INDEX N; ALTER TABLE z RENAME TO N;]])
        :gsub("%f[%w]N%f[%W]", (name:gsub("%%", "%%%%")))))
      assert(ok, word .. ": " .. tostring(said))
    end
  end)

  it("quotes what is not plain", function()
    for text, name in pairs {
      plain = "plain", _a1 = "_a1", Upper = '"Upper"', ["1a"] = '"1a"', ["a-b"] = '"a-b"',
      ["a.b"] = '"a.b"', ['a"b'] = '"a""b"', ["a'b"] = [["a'b"]], ["é"] = '"é"',
      select = '"select"',
      ["a\nb"] = '"a\nb"', [" "] = '" "', ["a$b"] = '"a$b"', key = "key", id = "id",
    } do
      assert.equal(name, ddl.name(text, "sqlite"))
    end
    assert.equal('"user"', ddl.name("user", "postgresql"))
    assert.equal("user", ddl.name("user", "sqlite"))
    assert.equal('"end"', ddl.name("end", "postgresql"))
    assert.is_nil((ddl.name("", "sqlite")))
  end)
end)

describe("ddl.literal", function()
  local values = {
    { 0, "0" }, { -7, "-7" }, { math.maxinteger, "9223372036854775807" },
    { math.mininteger, "-9223372036854775808" }, { 1.0, "1.0" }, { 0.1, "0.1" }, { -2.5, "-2.5" },
    { 1e300, "1e+300" }, { 1 / 3, "0.3333333333333333" }, { 2 ^ 53, "9007199254740992.0" },
    { 5e-324, nil }, { 1.7976931348623157e308, nil }, { math.pi, nil },
    { 123456.789, "123456.789" },
    { math.huge, "9e999" }, { -math.huge, "-9e999" }, { true, "1" }, { false, "0" },
    { "", "''" }, { "a'b''c", "'a''b''''c'" }, { "\\n\n", "'\\n\n'" }, { "ü", "'ü'" },
    { nil, "NULL" },
  }
  for i = 1, #values + 1 do
    local value, text = (values[i] or {})[1], (values[i] or { nil, "NULL" })[2]
    it(("writes %s"):format(tostring(value)), function()
      local literal = assert(ddl.literal(value, "sqlite"))
      if text then
        assert.equal(text, literal)
      end
      if math.type(value) == "float" and value < math.huge and value > -math.huge then
        assert.equal(value, tonumber(literal))
        assert.equal("real\n", (sqlite(("SELECT typeof(%s);"):format(literal))))
      end
    end)
  end

  it("writes random floats so that they read back the same", function()
    for _ = 1, 2000 do
      local value = string.unpack("d", string.pack("j", math.random(0)))
      if value == value and value < math.huge and value > -math.huge then
        assert.equal(value, tonumber((assert(ddl.literal(value, "sqlite")))))
      end
    end
  end)

  it("writes every byte of a blob", function()
    local all = {}
    for i = 0, 255 do all[i + 1] = string.char(i) end
    local literal = assert(ddl.literal(table.concat(all), "sqlite", "bytes"))
    assert.equal("000102", literal:sub(3, 8))
    assert.equal("256|FF\n", (sqlite(("SELECT length(%s), hex(substr(%s, 256));")
      :format(literal, literal))))
    assert.equal([['\x00FF'::bytea]], ddl.literal("\0\255", "postgresql", "bytes"))
  end)

  it("refuses what cannot be written", function()
    local text, message = ddl.literal("a\0b", "sqlite")
    assert.is_nil(text)
    assert.matches("NUL byte", message)
    assert.is_nil((ddl.literal(0 / 0, "sqlite")))
    assert.equal("'NaN'::float8", ddl.literal(0 / 0, "postgresql"))
    assert.equal("true", ddl.literal(true, "postgresql"))
  end)
end)
